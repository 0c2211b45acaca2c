//! What carries requests.

use std::error::Error;
use std::fmt;
use std::pin::Pin;

use bytes::Bytes;

use crate::Operation;

/// What a [`Transport`] returns.
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = Result<http::Response<Bytes>, TransportError>> + Send + 'a>>;

/// Carries a request and brings the response, whatever its status.
///
/// Transports nest: one that adds a token, one that repeats, one that counts holds the next and calls it. The innermost
/// one sends. Bodies are whole, so that a request can be signed, sent again or looked at.
pub trait Transport: Send + Sync + 'static {
    /// Sends one request of `operation`.
    ///
    /// # Errors
    ///
    /// Where there is no response. A response that says the request failed is a response.
    fn send(&self, operation: &'static Operation, request: http::Request<Bytes>) -> TransportFuture<'_>;
}

impl<T: Transport + ?Sized> Transport for std::sync::Arc<T> {
    fn send(&self, operation: &'static Operation, request: http::Request<Bytes>) -> TransportFuture<'_> {
        (**self).send(operation, request)
    }
}

/// Why there is no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The request was refused before anything was sent: mend what the text names.
    Refused,
    /// No connection was made, so nothing was sent: check the address, the network and the proxy, and send it again.
    Connect,
    /// The certificate of the server is not trusted, so nothing was sent. The same would come again: have its authority
    /// trusted, or the certificate mended, as the text says.
    Untrusted,
    /// The time allowed for the request ran out. The service may have acted on it: a read may be sent again; look before a
    /// change is.
    Timeout,
    /// The connection broke after something was sent. The service may have acted on it: a read may be sent again; look
    /// before a change is.
    Interrupted,
    /// The response was larger than allowed: ask for less at once, or allow more.
    TooLarge,
    /// The response came in a form that can't be read. The service has acted on the request: look for what stands between,
    /// such as a proxy that compresses.
    Unreadable,
    /// There are no credentials to send the request with: none are left, or the identity service refuses to give any.
    /// Nothing was sent: mend the credentials.
    Credentials,
}

/// What a transport has to say of a response, such as how often it tried.
///
/// Left in the extensions of a response that says the request failed, it becomes part of the error that a person reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseNote(pub String);

/// How long the service asks to wait before anything is sent again, as a transport read it from `Retry-After`.
///
/// Left in the extensions of a response that says the request failed, it becomes part of the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter(pub std::time::Duration);

/// There is no response, and why. Its [`kind`](Self::kind) says what to do.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl TransportError {
    /// An error of this kind. `message` says what failed, and must hold no secret.
    pub fn new(kind: TransportErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    /// The same with what caused it. The source's text must hold no secret.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The same with more to say, such as how often it was tried, behind its text.
    #[must_use]
    pub fn with_note(mut self, note: impl fmt::Display) -> Self {
        self.message = format!("{}, {note}", self.message);
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}
