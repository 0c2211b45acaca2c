//! What carries requests to the identity service.

use std::error::Error;
use std::fmt;
use std::pin::Pin;

use bytes::Bytes;

/// What an [`Exchange`] returns.
pub type ExchangeFuture<'a> =
    Pin<Box<dyn Future<Output = Result<http::Response<Bytes>, ExchangeError>> + Send + 'a>>;

/// Carries a request and brings the response, whatever its status.
///
/// [`HttpExchange`](crate::HttpExchange) does it over the network. What it carries holds credentials: an implementation
/// must neither log the request nor follow a redirect with it.
pub trait Exchange: Send + Sync + 'static {
    /// Sends one request.
    ///
    /// # Errors
    ///
    /// Where there is no response. A response that says the request failed is a response.
    fn send(&self, request: http::Request<Bytes>) -> ExchangeFuture<'_>;
}

impl<T: Exchange + ?Sized> Exchange for std::sync::Arc<T> {
    fn send(&self, request: http::Request<Bytes>) -> ExchangeFuture<'_> {
        (**self).send(request)
    }
}

/// Why there is no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExchangeErrorKind {
    /// The request was refused before anything was sent: mend what the text names.
    Refused,
    /// No connection was made, so nothing was sent: check the address, the network and the proxy, and send it again.
    Connect,
    /// The certificate of the server is not trusted, so nothing was sent. The same would come again: have its authority
    /// trusted, or the certificate mended, as the text says.
    Untrusted,
    /// The time allowed for the request ran out: send it again.
    Timeout,
    /// The connection broke after something was sent: send it again.
    Interrupted,
    /// The response was larger than allowed: look whether the address is that of an identity service.
    TooLarge,
}

/// There is no response, and why. Its [`kind`](Self::kind) says what to do.
#[derive(Debug)]
pub struct ExchangeError {
    kind: ExchangeErrorKind,
    message: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl ExchangeError {
    /// An error of this kind. `message` says what failed, and must hold no secret.
    pub fn new(kind: ExchangeErrorKind, message: impl Into<String>) -> Self {
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

    /// What kind of failure it is.
    pub fn kind(&self) -> ExchangeErrorKind {
        self.kind
    }
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for ExchangeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}
