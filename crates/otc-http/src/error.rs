//! The errors of transports, and of settings that they are built with.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Response;

/// The kind of a [`TransportError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The request was refused before anything was sent. Fix the problem that the text names.
    Refused,
    /// No connection was made, so nothing was sent. Check the address, the network and the proxy, then try again.
    Connect,
    /// The proxy refused to forward the request, for example because it needs credentials (407). Nothing was
    /// sent to the service, and a retry would be refused too. Check the proxy's address, user and password.
    Proxy,
    /// The server's certificate is not trusted. Nothing was sent, and a retry would fail too. Trust its
    /// authority or replace the certificate, as the text says.
    Untrusted,
    /// The time limit of the request passed. The service may have acted on it: a read may be retried; check
    /// before you retry a change.
    Timeout,
    /// The connection broke after something was sent. The service may have acted on it: a read may be
    /// retried; check before you retry a change.
    Interrupted,
    /// The response is larger than allowed. Request less at a time, or raise the limit.
    TooLarge,
    /// The response can't be read. The service has acted on the request. Check for a proxy in between that changes
    /// responses.
    Unreadable,
    /// The request can't be authorized: the credentials are used up, or the identity service refuses them.
    /// Nothing was sent. Fix the credentials.
    Credentials,
}

/// A setting that can't be used. The text names the setting and says what it must be; it contains no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidSetting(String);

impl InvalidSetting {
    /// `message` names the setting and says what is wrong with it, for example ``proxy: `x` is not a URL``.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for InvalidSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for InvalidSetting {}

/// A request failed without a complete response. Its [`kind`](Self::kind) says what to do.
///
/// It is one pointer large, because every layer returns it by value. Clones share the cause.
#[derive(Clone)]
pub struct TransportError(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: TransportErrorKind,
    message: String,
    response: Option<Response<Bytes>>,
    request_id: Option<String>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl TransportError {
    /// An error of this kind. `message` says what failed, and must contain no secret.
    pub fn new(kind: TransportErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            response: None,
            request_id: None,
            source: None,
        }))
    }

    /// The same error with its cause. The cause's text must contain no secret.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    /// The same error with a note after its text, such as the number of attempts.
    #[must_use]
    pub fn with_note(mut self, note: impl fmt::Display) -> Self {
        self.0.message = format!("{}, {note}", self.0.message);
        self
    }

    /// The same error with the part of the response that arrived before the failure.
    #[must_use]
    pub fn with_response(mut self, response: Response<Bytes>) -> Self {
        self.0.request_id = crate::request_id(response.headers());
        self.0.response = Some(response);
        self
    }

    /// Returns the kind of failure.
    pub fn kind(&self) -> TransportErrorKind {
        self.0.kind
    }

    /// The part of a successful response that arrived before the failure: its status, its headers and the beginning of its
    /// body. `None` if no status line arrived.
    pub fn response(&self) -> Option<&Response<Bytes>> {
        self.0.response.as_ref()
    }

    /// The request id that the service returned, if the head of the response arrived.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }
}

/// Without the headers and the body of the response, which may contain a new token.
impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("status", &self.0.response.as_ref().map(Response::status))
            .field("request_id", &self.0.request_id)
            .field("source", &self.0.source)
            .finish()
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_ref().map(|source| &**source as _)
    }
}

/// A note that the layers add to the error of a response, for example the number of attempts. Stored in the
/// extensions of a response with a failure status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseNote(pub String);

/// The time that the service asks to wait before the next request (`Retry-After`). Stored in the extensions
/// of a response with a failure status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter(pub Duration);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn clone_keeps_the_response_and_the_cause() {
        let response = Response::builder().header("x-request-id", "req-7").body(Bytes::new()).unwrap();
        let error = TransportError::new(TransportErrorKind::Interrupted, "the connection broke")
            .with_source("reset")
            .with_response(response);
        let clone = error.clone();
        drop(error);
        assert_eq!(clone.kind(), TransportErrorKind::Interrupted);
        assert_eq!(clone.request_id(), Some("req-7"));
        assert_eq!(clone.source().unwrap().to_string(), "reset");
    }
}
