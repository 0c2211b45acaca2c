//! What is told of requests, by `tracing`.

use std::time::Duration;

use bytes::Bytes;
use otc_vbs_api::{
    Operation, ServiceError, Transport, TransportError, TransportErrorKind, TransportFuture, request_id,
};
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument, Span, debug, debug_span, info_span};

use super::CallState;

/// The target of all spans and events.
pub const TARGET: &str = "otc_vbs";

/// Every field that a span or an event may have, beside the fixed text of an event (`message`).
///
/// The list is what may be told, not what may not: nothing else of a request or a response comes near `tracing`, so that a
/// header that is added tomorrow is in no log.
pub const FIELDS: [&str; 7] = [
    "operation",
    "attempt",
    "status",
    "request_id",
    "duration_ms",
    "error",
    "wait_ms",
];

/// Longer than any request id.
const LONGEST_REQUEST_ID: usize = 128;

/// Tells of calls and of their attempts, as `tracing` spans.
///
/// | field | |
/// |---|---|
/// | `operation` | for example `listBackupJobs` |
/// | `attempt` | which one it is; of a call, how many there were |
/// | `status` | the HTTP status of the response |
/// | `request_id` | the identifier that the service gave the request |
/// | `duration_ms` | how long it took, in milliseconds |
/// | `error` | why there is no response: `connect`, `timeout`, `interrupted`, …, or `cancelled` |
/// | `wait_ms` | of the event that tells of a repeat: how long until then |
///
/// The span of a call is named `call` and has the level `INFO`, that of an attempt `attempt` and `DEBUG`; each ends with an
/// event of level `DEBUG`. The HTTP library has events of its own, with targets of its own; those that show headers hide the
/// token, which is marked as a secret.
#[derive(Debug)]
pub struct TracingTransport<T> {
    next: T,
    scope: Scope,
}

#[derive(Clone, Copy, Debug)]
enum Scope {
    Call,
    Attempt,
}

impl<T> TracingTransport<T> {
    /// For what stands outside of all that waits and repeats.
    pub fn calls(next: T) -> Self {
        let scope = Scope::Call;
        Self { next, scope }
    }

    /// For what stands inside of all that waits and repeats.
    pub fn attempts(next: T) -> Self {
        let scope = Scope::Attempt;
        Self { next, scope }
    }
}

impl<T: Transport> TracingTransport<T> {
    async fn observed(
        &self,
        operation: &'static Operation,
        mut request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let state = CallState::of(&mut request);
        let observation = Observation::begin(self.scope, operation, state);
        let span = observation.span.clone();
        let result = self.next.send(operation, request).instrument(span).await;
        observation.end(&result);
        result
    }
}

impl<T: Transport> Transport for TracingTransport<T> {
    fn send(&self, operation: &'static Operation, request: http::Request<Bytes>) -> TransportFuture<'_> {
        Box::pin(self.observed(operation, request))
    }
}

/// A call or an attempt that goes on. Dropped before its end, it was cancelled.
struct Observation {
    span: Span,
    began: Instant,
    scope: Scope,
    state: CallState,
    ended: bool,
}

impl Observation {
    fn begin(scope: Scope, operation: &'static Operation, state: CallState) -> Self {
        let span = match scope {
            Scope::Call => info_span!(
                target: TARGET, "call", operation = operation.id, attempt = Empty, status = Empty, request_id = Empty,
                duration_ms = Empty, error = Empty
            ),
            Scope::Attempt => debug_span!(
                target: TARGET, "attempt", operation = operation.id, attempt = state.attempts().max(1), status = Empty,
                request_id = Empty, duration_ms = Empty, error = Empty
            ),
        };
        Self {
            span,
            began: Instant::now(),
            scope,
            state,
            ended: false,
        }
    }

    fn end(mut self, result: &Result<http::Response<Bytes>, TransportError>) {
        if self.span.is_disabled() {
            self.ended = true;
            return;
        }
        match result {
            Ok(response) => {
                self.span.record("status", response.status().as_u16());
                if let Some(id) = told_request_id(response) {
                    self.span.record("request_id", id);
                }
            }
            Err(error) => {
                self.span.record("error", kind_name(error.kind()));
            }
        }
        self.close();
    }

    fn close(&mut self) {
        self.ended = true;
        let milliseconds = self.began.elapsed().as_millis();
        let milliseconds = u64::try_from(milliseconds).unwrap_or(u64::MAX);
        self.span.record("duration_ms", milliseconds);
        if matches!(self.scope, Scope::Call) {
            self.span.record("attempt", self.state.attempts());
        }
        self.span.in_scope(|| debug!(target: TARGET, "ended"));
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        if !self.ended {
            self.span.record("error", "cancelled");
            self.close();
        }
    }
}

/// The request id of a response, in its headers or in the body of a failure. What does not look like one is not told: the
/// text comes from elsewhere.
fn told_request_id(response: &http::Response<Bytes>) -> Option<String> {
    let said = || ServiceError::of(response).and_then(|error| error.request_id);
    request_id(response.headers())
        .or_else(said)
        .filter(|id| id.len() <= LONGEST_REQUEST_ID)
        .filter(|id| {
            id.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
        })
}

fn kind_name(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Refused => "refused",
        TransportErrorKind::Connect => "connect",
        TransportErrorKind::Untrusted => "untrusted",
        TransportErrorKind::Timeout => "timeout",
        TransportErrorKind::Interrupted => "interrupted",
        TransportErrorKind::TooLarge => "too_large",
        TransportErrorKind::Unreadable => "unreadable",
        TransportErrorKind::Credentials => "credentials",
        _ => "other",
    }
}

/// Tells that a request will be repeated.
pub(crate) fn repeating(attempt: u32, wait: Duration) {
    let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    debug!(target: TARGET, attempt, wait_ms, "repeating");
}

/// Tells that a request is sent again because it was not accepted with the token or signature that it had.
pub(crate) fn authorized_again() {
    debug!(target: TARGET, "not accepted, sending again with new authorization");
}
