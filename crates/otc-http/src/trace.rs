//! Traces calls and attempts.

use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;
use tracing::field::Empty;
use tracing::{Instrument, Span, debug, debug_span, info_span};

use crate::{
    CallState, RequestInfo, ServiceError, Transport, TransportError, TransportErrorKind, TransportFuture,
    request_id,
};

/// The target of all spans and events.
pub const TARGET: &str = "otc_http";

/// Every field that a span or an event may have, in addition to an event's fixed text (`message`).
///
/// Nothing else from a request or a response is passed to `tracing`, so that a header that is added later
/// never appears in a log.
pub const FIELDS: [&str; 17] = [
    "operation",
    "attempt",
    "status",
    "request_id",
    "duration_ms",
    "error",
    "wait_ms",
    "otel.name",
    "otel.kind",
    "otel.status_code",
    "http.request.method",
    "http.request.resend_count",
    "http.response.status_code",
    "server.address",
    "server.port",
    "url.template",
    "error.type",
];

/// Longer than any request id.
const LONGEST_REQUEST_ID: usize = 128;

/// Traces calls and their attempts as `tracing` spans.
///
/// | field | |
/// |---|---|
/// | `operation` | for example `listBackupJobs` |
/// | `attempt` | the number of the attempt; for a call, the number of attempts |
/// | `status` | the HTTP status of the response |
/// | `request_id` | the request id that the service returned |
/// | `duration_ms` | the duration in milliseconds |
/// | `error` | the reason why there is no response: `connect`, `timeout`, `interrupted`, …, or `cancelled` |
/// | `wait_ms` | for the event before a retry: the time until the retry, in milliseconds |
///
/// The fields of OpenTelemetry's semantic conventions for HTTP clients are there as well: `otel.name` (method and path
/// template), `otel.kind`, `otel.status_code`, `http.request.method`, `http.request.resend_count`,
/// `http.response.status_code`, `server.address`, `server.port`, `url.template`, and `error.type`.
///
/// The span of a call is named `call` and has the level `INFO`, that of an attempt `attempt` and `DEBUG`.
/// Each ends with an event of level `DEBUG`. HTTP libraries emit their own events, with their own targets.
/// Events that show headers hide the token, because it is marked as a secret.
#[derive(Debug)]
pub struct TracingTransport<T> {
    next: T,
    scope: Scope,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Call,
    Attempt,
}

impl<T> TracingTransport<T> {
    /// Traces calls. Place it outside all layers that wait and retry.
    pub fn calls(next: T) -> Self {
        Self { next, scope: Scope::Call }
    }

    /// Traces attempts. Place it inside all layers that wait and retry.
    pub fn attempts(next: T) -> Self {
        Self { next, scope: Scope::Attempt }
    }
}

impl<T: Transport> TracingTransport<T> {
    async fn send_observed(
        &self,
        mut request: http::Request<Bytes>,
        span: Span,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let state = CallState::of(&mut request);
        let observation = Observation::begin(self.scope, span.clone(), &request, state);
        let result = self.next.send(request).instrument(span).await;
        observation.end(&result);
        result
    }
}

impl<T: Transport> Transport for TracingTransport<T> {
    fn send(&self, request: http::Request<Bytes>) -> TransportFuture<'_> {
        let span = self.scope.span(&request);
        match span.is_disabled() {
            true => self.next.send(request),
            false => Box::pin(self.send_observed(request, span)),
        }
    }
}

/// A call or an attempt in progress. If it is dropped before its end, it was cancelled.
struct Observation {
    span: Span,
    began: Instant,
    scope: Scope,
    state: CallState,
    ended: bool,
}

macro_rules! span {
    ($span:ident, $name:literal, $info:expr, $method:expr) => {
        $span!(
            target: TARGET, $name, operation = $info.operation(), attempt = Empty, status = Empty, request_id = Empty,
            duration_ms = Empty, error = Empty, otel.name = Empty, otel.kind = "client", otel.status_code = Empty,
            http.request.method = $method, http.request.resend_count = Empty, http.response.status_code = Empty,
            server.address = Empty, server.port = Empty, url.template = $info.template(), error.type = Empty
        )
    };
}

impl Scope {
    /// The span of a request, which is disabled if nobody listens to it.
    fn span(self, request: &http::Request<Bytes>) -> Span {
        let info = RequestInfo::of(request);
        let method = request.method().as_str();
        match self {
            Self::Call => span!(info_span, "call", info, method),
            Self::Attempt => span!(debug_span, "attempt", info, method),
        }
    }
}

impl Observation {
    fn begin(scope: Scope, span: Span, request: &http::Request<Bytes>, state: CallState) -> Self {
        let method = request.method().as_str();
        match RequestInfo::of(request).template() {
            Some(template) => span.record("otel.name", format!("{method} {template}")),
            None => span.record("otel.name", method),
        };
        let uri = request.uri();
        let default_port = if uri.scheme_str() == Some("http") { 80 } else { 443 };
        span.record("server.address", uri.host());
        span.record("server.port", uri.port_u16().unwrap_or(default_port));
        let attempt = state.attempts();
        if scope == Scope::Attempt {
            span.record("attempt", attempt.max(1));
        }
        if scope == Scope::Attempt && attempt > 1 {
            span.record("http.request.resend_count", attempt - 1);
        }
        Self { span, began: Instant::now(), scope, state, ended: false }
    }

    fn end(mut self, result: &Result<http::Response<Bytes>, TransportError>) {
        match result {
            Ok(response) => self.record_response(response),
            Err(error) => {
                if let Some(response) = error.response() {
                    self.record_response(response);
                }
                self.record_error(kind_name(error.kind()));
            }
        }
        self.close();
    }

    fn record_response(&self, response: &http::Response<Bytes>) {
        let status = response.status();
        self.span.record("status", status.as_u16());
        self.span.record("http.response.status_code", status.as_u16());
        if status.is_client_error() || status.is_server_error() {
            self.span.record("otel.status_code", "ERROR");
            self.span.record("error.type", status.as_str());
        }
        if let Some(id) = safe_request_id(response) {
            self.span.record("request_id", id);
        }
    }

    fn record_error(&self, name: &str) {
        self.span.record("error", name);
        self.span.record("error.type", name);
        self.span.record("otel.status_code", "ERROR");
    }

    fn close(&mut self) {
        self.ended = true;
        let milliseconds = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.span.record("duration_ms", milliseconds);
        if self.scope == Scope::Call {
            self.span.record("attempt", self.state.attempts());
        }
        self.span.in_scope(|| debug!(target: TARGET, "ended"));
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        if !self.ended {
            self.record_error("cancelled");
            self.close();
        }
    }
}

/// The request id of a response, from its headers or from the body of a failure. A text that does not look
/// like an id is omitted, because the server may send anything.
fn safe_request_id(response: &http::Response<Bytes>) -> Option<String> {
    let in_body = || ServiceError::of(response).and_then(|error| error.request_id);
    request_id(response.headers())
        .or_else(in_body)
        .filter(|id| id.len() <= LONGEST_REQUEST_ID)
        .filter(|id| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte)))
}

fn kind_name(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Refused => "refused",
        TransportErrorKind::Connect => "connect",
        TransportErrorKind::Proxy => "proxy",
        TransportErrorKind::Untrusted => "untrusted",
        TransportErrorKind::Timeout => "timeout",
        TransportErrorKind::Interrupted => "interrupted",
        TransportErrorKind::TooLarge => "too_large",
        TransportErrorKind::Unreadable => "unreadable",
        TransportErrorKind::Credentials => "credentials",
    }
}

/// Reports that a request will be retried.
pub(crate) fn retrying(attempt: u32, wait: Duration) {
    let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    debug!(target: TARGET, attempt, wait_ms, "retrying");
}

/// Reports that a request is sent again because its token or signature was not accepted.
pub(crate) fn authorized_again() {
    debug!(target: TARGET, "not accepted, sending again with new authorization");
}
