//! The error of this crate.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use otc_http::{TransportError, TransportErrorKind};

const NO_IDENTITY_SERVICE: &str = "check that `auth_url` (`OS_AUTH_URL`) is the address of an identity service; if it is, report the request id";

/// The result of the functions of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of this crate. Cheap to clone: calls that wait for the same token get the same error.
///
/// Its text says what failed and, if a setting is at fault, names the file and key or the variable. It never
/// contains a secret. [`advice`](Self::advice) says how to fix it, for the credentials in use:
///
/// | | when | what to do |
/// |---|---|---|
/// | [`is_config`](Self::is_config) | a setting is missing, contradictory or unusable | fix the setting that the text names |
/// | [`is_auth`](Self::is_auth) | the identity service refused the credentials, or they can't be renewed | fix the credentials |
/// | [`is_endpoint`](Self::is_endpoint) | the catalog has no such service, region or interface | choose another region, or set an override |
/// | [`is_rate_limited`](Self::is_rate_limited) | the identity service accepts no more requests for now | wait, then retry |
/// | [`is_timeout`](Self::is_timeout) | the identity service did not answer in time | retry |
/// | [`is_untrusted`](Self::is_untrusted) | the certificate of the identity service is not trusted; nothing was sent | trust its authority or replace the certificate, as the text says |
/// | [`is_connect`](Self::is_connect) | no connection was made | check `auth_url` and the network, then retry |
/// | [`status`](Self::status) is set | the identity service failed, or its answer can't be read | see the text; [`is_retryable`](Self::is_retryable) says whether to retry |
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: Kind,
    message: String,
    /// Advice that is more specific than that of the kind.
    advice: Option<Cow<'static, str>>,
    status: Option<StatusCode>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    is_rate_limit: bool,
    source: Option<Arc<TransportError>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Config,
    Auth,
    Endpoint,
    Transport,
    Answer,
    Internal,
}

impl Error {
    fn new(kind: Kind, message: String) -> Self {
        Self(Arc::new(Inner {
            kind,
            message,
            advice: None,
            status: None,
            request_id: None,
            retry_after: None,
            is_rate_limit: false,
            source: None,
        }))
    }

    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::new(Kind::Config, message.into())
    }

    pub(crate) fn auth(message: impl Into<String>) -> Self {
        Self::new(Kind::Auth, message.into())
    }

    pub(crate) fn endpoint(message: impl Into<String>) -> Self {
        Self::new(Kind::Endpoint, message.into())
    }

    /// A time limit of more than a single request passed. See [`Error::is_timeout`].
    pub(crate) fn timeout(message: String) -> Self {
        let source = TransportError::new(TransportErrorKind::Timeout, message.clone());
        Self::new(Kind::Transport, message).with(|inner| inner.source = Some(Arc::new(source)))
    }

    /// A bug in this crate, or in the caller's transport or [`Clock`](crate::Clock).
    pub(crate) fn internal(message: String) -> Self {
        Self::new(Kind::Internal, message)
    }

    /// The identity service did not return what was requested.
    pub(crate) fn answer(
        message: String,
        status: StatusCode,
        request_id: Option<String>,
        refused: bool,
    ) -> Self {
        let kind = if refused { Kind::Auth } else { Kind::Answer };
        Self::new(kind, message).with(|inner| {
            inner.status = Some(status);
            inner.request_id = request_id;
        })
    }

    /// No answer to `what` arrived.
    pub(crate) fn transport(what: &str, error: TransportError) -> Self {
        let message = format!("{what}: {error}");
        Self::new(Kind::Transport, message).with(|inner| inner.source = Some(Arc::new(error)))
    }

    pub(crate) fn with_retry_after(self, retry_after: Option<Duration>) -> Self {
        self.with(|inner| inner.retry_after = retry_after)
    }

    pub(crate) fn with_rate_limit(self, is_rate_limit: bool) -> Self {
        self.with(|inner| inner.is_rate_limit = is_rate_limit)
    }

    /// The same error with this advice.
    pub(crate) fn with_advice(self, advice: impl Into<Cow<'static, str>>) -> Self {
        self.with(|inner| inner.advice = Some(advice.into()))
    }

    /// The same error with this text in front of its own.
    pub(crate) fn with_context(self, context: &str) -> Self {
        self.with(|inner| inner.message = format!("{context}: {}", inner.message))
    }

    fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Advice on how to fix it, in one sentence. It fits the cause and the credentials in use, and
    /// names the settings and variables concerned.
    pub fn advice(&self) -> Cow<'static, str> {
        if let Some(advice) = &self.0.advice {
            return advice.clone();
        }
        Cow::Borrowed(match (self.0.kind, self.transport_kind()) {
            (_, Some(TransportErrorKind::Refused)) | (Kind::Config, _) => {
                "fix the setting that the text names, in the place that it names"
            }
            (_, Some(TransportErrorKind::Connect)) => {
                "check `auth_url` (`OS_AUTH_URL`), the network and the proxy, then try again"
            }
            (_, Some(TransportErrorKind::Untrusted)) => {
                "trust the certificate's authority or replace the certificate, as the text says"
            }
            (_, Some(TransportErrorKind::Timeout | TransportErrorKind::Interrupted)) => "try again",
            (_, Some(TransportErrorKind::Proxy)) => {
                "correct the user name and the password of the proxy, as the text says"
            }
            (_, Some(TransportErrorKind::TooLarge | TransportErrorKind::Unreadable)) => NO_IDENTITY_SERVICE,
            (Kind::Auth, _) => "check the credentials, and the domains of the user and the project",
            (Kind::Endpoint, _) => {
                "choose a region and an interface that are in the catalog, or set the service's address"
            }
            (Kind::Internal, _) => "report it with the panic message from the program's error output",
            (Kind::Transport | Kind::Answer, _) if self.is_retryable() => "wait, then try again",
            (Kind::Transport | Kind::Answer, _) => NO_IDENTITY_SERVICE,
        })
    }

    /// Whether [`advice`](Self::advice) is specific to this error, and not only to its kind.
    pub fn has_specific_advice(&self) -> bool {
        self.0.advice.is_some()
    }

    /// A setting is missing, contradictory or unusable. Fix the setting that the text names.
    pub fn is_config(&self) -> bool {
        self.0.kind == Kind::Config || self.transport_kind() == Some(TransportErrorKind::Refused)
    }

    /// The identity service refused the credentials, or they are used up. Fix them, or sign in again.
    pub fn is_auth(&self) -> bool {
        self.0.kind == Kind::Auth
    }

    /// The service catalog has no such endpoint. Choose one that it has, which the text lists, or set an
    /// override.
    pub fn is_endpoint(&self) -> bool {
        self.0.kind == Kind::Endpoint
    }

    /// No connection was made, so nothing was sent. Check `auth_url`, the network and the proxy, then retry.
    pub fn is_connect(&self) -> bool {
        self.transport_kind() == Some(TransportErrorKind::Connect)
    }

    /// The certificate of the identity service is not trusted: its authority is unknown, it is for another
    /// name, or it has expired. Nothing was sent, and a retry would fail too. Do what the text says.
    pub fn is_untrusted(&self) -> bool {
        self.transport_kind() == Some(TransportErrorKind::Untrusted)
    }

    /// No answer came within the time limit of the request or of the sign-in. Retry.
    pub fn is_timeout(&self) -> bool {
        self.transport_kind() == Some(TransportErrorKind::Timeout)
    }

    /// The identity service accepts no more requests for now. Wait, then retry.
    pub fn is_rate_limited(&self) -> bool {
        self.0.is_rate_limit
    }

    /// A retry may succeed later. It is always safe, because this crate's requests change nothing but
    /// tokens.
    pub fn is_retryable(&self) -> bool {
        let by_transport = matches!(
            self.transport_kind(),
            Some(TransportErrorKind::Connect | TransportErrorKind::Timeout | TransportErrorKind::Interrupted)
        );
        by_transport
            || self.is_rate_limited()
            || matches!(
                self.status(),
                Some(StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT)
            )
    }

    /// The status of the identity service's answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        let arrived = || self.0.source.as_ref()?.response().map(http::Response::status);
        self.0.status.or_else(arrived)
    }

    /// The id that the identity service assigned to the request.
    pub fn request_id(&self) -> Option<&str> {
        let arrived = || self.0.source.as_ref()?.request_id();
        self.0.request_id.as_deref().or_else(arrived)
    }

    /// The `Retry-After` of the last response of the identity service.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The transport error, if no complete response arrived. `None` if the identity service responded, and if
    /// nothing was sent.
    pub fn transport_kind(&self) -> Option<TransportErrorKind> {
        self.0.source.as_ref().map(|source| source.kind())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("advice", &self.0.advice)
            .field("status", &self.0.status)
            .field("request_id", &self.0.request_id)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // The transport error's message is part of this error's message; its cause is not.
        self.0.source.as_ref().and_then(|source| source.source())
    }
}
