//! Limits how long a call and an attempt take.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, timeout_at};

use crate::text::{authority, seconds};
use crate::{CallState, RequestOptions, Transport, TransportError, TransportErrorKind, TransportFuture};

/// Limits how long a call or an attempt takes.
///
/// If the status line of the response has arrived when the time is up, its status, headers and the part of
/// the body that arrived are kept: a failure is returned as a response, and the error of a success contains
/// them ([`TransportError::response`]).
///
/// A request may have a limit of its own: see [`RequestOptions`].
///
/// ```
/// # use std::time::Duration;
/// use otc_http::{HttpTransport, TimeoutTransport};
///
/// # fn f() -> Result<(), otc_http::InvalidSetting> {
/// let transport = TimeoutTransport::per_call(HttpTransport::builder().build()?, Duration::from_secs(10));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct TimeoutTransport<T> {
    next: T,
    limit: Duration,
    scope: Scope,
}

/// The scope of a limit.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scope {
    Call,
    Attempt,
}

impl<T> TimeoutTransport<T> {
    /// Limits the whole call, retries included, and publishes the deadline to the inner layers. [`Duration::MAX`] disables
    /// the limit.
    pub fn per_call(next: T, limit: Duration) -> Self {
        Self { next, limit, scope: Scope::Call }
    }

    /// Limits each attempt, from sending the request to the end of the response. [`Duration::MAX`] disables the limit.
    pub fn per_attempt(next: T, limit: Duration) -> Self {
        Self { next, limit, scope: Scope::Attempt }
    }
}

impl<T: Transport> TimeoutTransport<T> {
    async fn send_limited(
        &self,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let authority = authority(&request);
        let state = CallState::of(&mut request);
        // A limit beyond the clock's range never ends a call.
        let limit = RequestOptions::limit(&request, self.scope).unwrap_or(self.limit);
        let own = Instant::now().checked_add(limit);
        let deadline = match self.scope {
            Scope::Call => own.into_iter().chain(state.ends_at()).min(),
            Scope::Attempt => own,
        };
        let Some(deadline) = deadline else {
            return self.next.send(request).await;
        };
        let state = match self.scope {
            Scope::Call => CallState::end_at_instant(&mut request, deadline),
            Scope::Attempt => state,
        };
        match timeout_at(deadline, self.next.send(request)).await {
            Ok(answer) => answer,
            Err(_elapsed) => {
                let limit = match own == Some(deadline) {
                    true => seconds(limit),
                    false => "its time limit".to_owned(),
                };
                let message = self.message(&authority, &limit, &state);
                state.settle(TransportError::new(TransportErrorKind::Timeout, message))
            }
        }
    }

    fn message(&self, authority: &str, limit: &str, state: &CallState) -> String {
        match (self.scope, state.attempts()) {
            (Scope::Attempt, _) => format!("{authority} did not answer within {limit}"),
            (Scope::Call, 0) => format!("the call to {authority} did not end within {limit}"),
            (Scope::Call, 1) => {
                format!("the call to {authority} did not end within {limit}, in its first attempt")
            }
            (Scope::Call, attempts) => {
                format!("the call to {authority} did not end within {limit}, after {attempts} attempts")
            }
        }
    }
}

impl<T: Transport> Transport for TimeoutTransport<T> {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.send_limited(request))
    }
}
