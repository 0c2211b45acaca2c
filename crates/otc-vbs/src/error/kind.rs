//! The kinds of errors.

use http::StatusCode;
use otc_http::{ServiceError, TransportErrorKind};

use super::Cause;

/// The kind of an error. Returned by [`Error::kind`](super::Error::kind).
///
/// | kind | what happened | what to do |
/// |---|---|---|
/// | [`Invalid`](Self::Invalid) | an argument or a setting was refused in this process; nothing was sent | fix the argument or setting that the text names |
/// | [`Auth`](Self::Auth) | the credentials are missing, wrong or expired | get new ones |
/// | [`Forbidden`](Self::Forbidden) | the credentials do not have the permission | check the project, or ask its administrator |
/// | [`NotFound`](Self::NotFound) | the service has no such policy, backup, … | fix the id or the project |
/// | [`Conflict`](Self::Conflict) | the state of the resource does not allow the request | wait, or change the state |
/// | [`RateLimited`](Self::RateLimited) | too many requests | wait for [`retry_after`](super::Error::retry_after), then retry |
/// | [`Unavailable`](Self::Unavailable) | the service, the identity service or a gateway is down for now (502, 503, 504) | retry a read; check before you retry a change |
/// | [`Refused`](Self::Refused) | the service refused the request for another reason (4xx, or an error with a success status) | fix the problem that its message names |
/// | [`Failed`](Self::Failed) | the service failed (another 5xx) | report it with the request id |
/// | [`Identity`](Self::Identity) | the identity service failed, or its response is not as documented | see the text |
/// | [`Connect`](Self::Connect) | no connection was made; nothing was sent | check the endpoint and the network, then retry |
/// | [`Proxy`](Self::Proxy) | the proxy refused to forward the request | do what the text says |
/// | [`Untrusted`](Self::Untrusted) | the server's certificate is not trusted; nothing was sent | do what the text says |
/// | [`Timeout`](Self::Timeout) | no response in time, or the job has not ended in time | retry a read; check before you retry a change; wait again |
/// | [`Interrupted`](Self::Interrupted) | the connection broke before the response was complete | retry a read; check before you retry a change |
/// | [`Unexpected`](Self::Unexpected) | the response is not as documented | report it with the request id |
/// | [`JobFailed`](Self::JobFailed) | the job that was waited for failed | see [`job`](super::Error::job) |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument or a setting was refused in this process. Nothing was sent.
    Invalid,
    /// The credentials are missing, wrong or expired.
    Auth,
    /// The credentials do not have the permission.
    Forbidden,
    /// The service has no such resource.
    NotFound,
    /// The state of the resource does not allow the request.
    Conflict,
    /// The service or the gateway in front of it accepts no more requests for now.
    RateLimited,
    /// The service, the identity service or a gateway is down for now.
    Unavailable,
    /// The service refused the request for another reason.
    Refused,
    /// The service failed.
    Failed,
    /// The identity service failed, or its response is not as documented.
    Identity,
    /// No connection was made. Nothing was sent.
    Connect,
    /// The proxy refused to forward the request.
    Proxy,
    /// The server's certificate is not trusted. Nothing was sent.
    Untrusted,
    /// No response came in time, or a job did not end in time.
    Timeout,
    /// The connection broke before the response was complete.
    Interrupted,
    /// The response is not as documented.
    Unexpected,
    /// The job that was waited for failed.
    JobFailed,
}

impl ErrorKind {
    pub(super) fn of(cause: &Cause) -> Self {
        match cause {
            Cause::Invalid(_) => Self::Invalid,
            Cause::Transport(error) => Self::of_transport(error.kind()),
            Cause::Service { error, retry_after, .. } => Self::of_service(error, retry_after.is_some()),
            Cause::Identity(error) => Self::of_identity(error),
            Cause::Unexpected { .. } | Cause::Paging(_) => Self::Unexpected,
            Cause::WaitTimedOut(_) => Self::Timeout,
            Cause::JobFailed(_) => Self::JobFailed,
        }
    }

    fn of_transport(kind: TransportErrorKind) -> Self {
        match kind {
            TransportErrorKind::Refused => Self::Invalid,
            TransportErrorKind::Connect => Self::Connect,
            TransportErrorKind::Proxy => Self::Proxy,
            TransportErrorKind::Untrusted => Self::Untrusted,
            TransportErrorKind::Timeout => Self::Timeout,
            TransportErrorKind::Interrupted => Self::Interrupted,
            TransportErrorKind::Credentials => Self::Auth,
            // This includes kinds that a later version of otc-http may add.
            _ => Self::Unexpected,
        }
    }

    fn of_service(error: &ServiceError, asks_to_wait: bool) -> Self {
        // These codes come with several statuses.
        match error.code.as_deref() {
            Some("AutoBackup.0003" | "APIGW.0301" | "APIGW.0307") => return Self::Auth,
            Some("APIGW.0308") => return Self::RateLimited,
            _ => {}
        }
        match error.status {
            StatusCode::UNAUTHORIZED => Self::Auth,
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::CONFLICT => Self::Conflict,
            StatusCode::PROXY_AUTHENTICATION_REQUIRED => Self::Proxy,
            StatusCode::REQUEST_TIMEOUT => Self::Timeout,
            StatusCode::TOO_MANY_REQUESTS => Self::RateLimited,
            StatusCode::PAYLOAD_TOO_LARGE if asks_to_wait => Self::RateLimited,
            StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
                Self::Unavailable
            }
            // Redirects are not followed.
            status if status.is_redirection() => Self::Unexpected,
            status if status.is_server_error() => Self::Failed,
            // This includes an error in the body of a success.
            _ => Self::Refused,
        }
    }

    fn of_identity(error: &otc_auth::Error) -> Self {
        match error.transport_kind() {
            Some(TransportErrorKind::Unreadable | TransportErrorKind::TooLarge) => return Self::Identity,
            Some(kind) => return Self::of_transport(kind),
            None => {}
        }
        match () {
            () if error.is_config() || error.is_endpoint() => Self::Invalid,
            () if error.is_rate_limited() => Self::RateLimited,
            () if error.is_auth() => Self::Auth,
            () if error.is_retryable() => Self::Unavailable,
            () => Self::Identity,
        }
    }
}
