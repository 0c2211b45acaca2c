//! Time limits.

use std::time::Duration;

use bytes::Bytes;
use otc_vbs_api::{Operation, Transport, TransportError, TransportErrorKind, TransportFuture};
use tokio::time::{Instant, timeout_at};

use super::CallState;
use super::text::{authority, seconds};

/// Ends what takes too long: a call with all its attempts, or one attempt, depending on where it stands.
///
/// What it ends is dropped, and with it its connection: an answer that comes later goes nowhere. The service may have acted.
///
/// ```
/// # use std::time::Duration;
/// use otc_vbs::transport::{RetryPolicy, RetryTransport, TimeoutTransport};
///
/// # fn f(http: impl otc_vbs::Transport) -> impl otc_vbs::Transport {
/// let attempt = TimeoutTransport::per_attempt(http, Duration::from_secs(5));
/// let retry = RetryTransport::new(attempt, RetryPolicy::default());
/// TimeoutTransport::per_call(retry, Duration::from_secs(30))
/// # }
/// ```
#[derive(Debug)]
pub struct TimeoutTransport<T> {
    next: T,
    limit: Duration,
    scope: Scope,
}

#[derive(Clone, Copy, Debug)]
enum Scope {
    Call,
    Attempt,
}

impl<T> TimeoutTransport<T> {
    /// For what stands outside of all that waits and repeats, which it tells when the call ends ([`CallState::deadline`]).
    pub fn per_call(next: T, limit: Duration) -> Self {
        let scope = Scope::Call;
        Self { next, limit, scope }
    }

    /// For what stands inside of all that waits and repeats.
    pub fn per_attempt(next: T, limit: Duration) -> Self {
        let scope = Scope::Attempt;
        Self { next, limit, scope }
    }
}

impl<T: Transport> TimeoutTransport<T> {
    async fn limited(
        &self,
        operation: &'static Operation,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        // A limit beyond the end of time is none.
        let Some(deadline) = Instant::now().checked_add(self.limit) else {
            return self.next.send(operation, request).await;
        };
        let authority = authority(&request);
        let state = match self.scope {
            Scope::Call => CallState::end_at(&mut request, deadline),
            Scope::Attempt => CallState::of(&mut request),
        };
        let answered = timeout_at(deadline, self.next.send(operation, request)).await;
        answered.unwrap_or_else(|_elapsed| {
            let limit = seconds(self.limit);
            let message = match (self.scope, state.attempts()) {
                (Scope::Attempt, _) => format!("{authority} did not answer within {limit}"),
                (Scope::Call, 0) => format!("the call to {authority} did not end within {limit}"),
                (Scope::Call, 1) => {
                    format!("the call to {authority} did not end within {limit}, in its first attempt")
                }
                (Scope::Call, attempts) => {
                    format!("the call to {authority} did not end within {limit}, after {attempts} attempts")
                }
            };
            Err(TransportError::new(TransportErrorKind::Timeout, message))
        })
    }
}

impl<T: Transport> Transport for TimeoutTransport<T> {
    fn send(&self, operation: &'static Operation, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.limited(operation, request))
    }
}
