//! Why there is no response, and why a transport can't be built.

use std::error::Error;
use std::fmt;

/// Why there is no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The request was refused before anything was sent. Fix what the text names.
    Refused,
    /// No connection was made, so nothing was sent. Check the address, the network and the proxy, then try again.
    Connect,
    /// The proxy refused to forward the request, for example because it needs credentials (407). Nothing was sent to the
    /// service, and a repeat would be refused too. Check the proxy's address, user and password.
    Proxy,
    /// The server's certificate is not trusted. Nothing was sent, and a repeat would fail too. Trust its authority or
    /// replace the certificate, as the text says.
    Untrusted,
    /// The time limit of the request passed. The service may have acted on it: a read may be repeated; check before you repeat a
    /// change.
    Timeout,
    /// The connection broke after something was sent. The service may have acted on it: a read may be repeated; check
    /// before you repeat a change.
    Interrupted,
    /// The response is larger than allowed. Ask for less at once, or raise the limit.
    TooLarge,
    /// The response can't be read. The service has acted on the request. Check for a proxy in between that changes
    /// responses.
    Unreadable,
    /// There are no credentials to send the request with: they are used up, or the identity service refuses them. Nothing
    /// was sent. Fix the credentials.
    Credentials,
}

/// A setting that can't be used. The text names the setting and says what it must be; it holds no secret.
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

    /// The same error with its cause. The cause's text must hold no secret.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The same error with a note after its text, such as the number of attempts.
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
