//! What can go wrong, as one type.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use http::StatusCode;

use crate::{ExchangeError, ExchangeErrorKind};

/// What a function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something failed. Cheap to clone: calls that wait for the same token get the same error.
///
/// Its text says what failed and, where a setting is at fault, the file and key or the variable; never a secret. What to
/// do about it, which [`advice`](Self::advice) says too:
///
/// | | happens where | what to do |
/// |---|---|---|
/// | [`is_config`](Self::is_config) | a setting is missing, contradictory or can't be used | mend what the text names |
/// | [`is_auth`](Self::is_auth) | the identity service refused the credentials, or they can't be renewed | mend the credentials |
/// | [`is_endpoint`](Self::is_endpoint) | the catalog has no such service, region or interface | mend the region, or set an override |
/// | [`is_rate_limited`](Self::is_rate_limited) | the identity service takes no more requests for now | wait, then repeat |
/// | [`is_timeout`](Self::is_timeout) | the identity service did not answer in time | repeat |
/// | [`is_untrusted`](Self::is_untrusted) | the certificate of the identity service is not trusted, nothing was sent | what the text says: trust its authority, or have it mended |
/// | [`is_connect`](Self::is_connect) | no connection was made | check `auth_url` and the network, repeat |
/// | [`status`](Self::status) is something | the identity service failed, or answered what nobody can read | see the text; [`is_retryable`](Self::is_retryable) says whether to repeat |
#[derive(Clone)]
pub struct Error(Arc<Inner>);

struct Inner {
    kind: Kind,
    message: String,
    status: Option<StatusCode>,
    request_id: Option<String>,
    source: Option<ExchangeError>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Config,
    Auth,
    Endpoint,
    Exchange,
    Answer,
    Internal,
}

impl Error {
    fn new(kind: Kind, message: String) -> Self {
        Self(Arc::new(Inner {
            kind,
            message,
            status: None,
            request_id: None,
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

    /// The time of something as a whole has passed. See [`Error::is_timeout`].
    pub(crate) fn timeout(message: String) -> Self {
        let source = ExchangeError::new(ExchangeErrorKind::Timeout, message.clone());
        Self(Arc::new(Inner {
            kind: Kind::Exchange,
            message,
            status: None,
            request_id: None,
            source: Some(source),
        }))
    }

    /// A bug of this crate, or of an [`Exchange`](crate::Exchange) or a [`Clock`](crate::Clock) of the caller's.
    pub(crate) fn internal(message: String) -> Self {
        Self::new(Kind::Internal, message)
    }

    /// The identity service answered something else than what was asked for.
    pub(crate) fn answer(
        message: String,
        status: StatusCode,
        request_id: Option<String>,
        refused: bool,
    ) -> Self {
        Self(Arc::new(Inner {
            kind: if refused { Kind::Auth } else { Kind::Answer },
            message,
            status: Some(status),
            request_id,
            source: None,
        }))
    }

    pub(crate) fn exchange(what: &str, error: ExchangeError) -> Self {
        Self(Arc::new(Inner {
            kind: Kind::Exchange,
            message: format!("{what}: {error}"),
            status: None,
            request_id: None,
            source: Some(error),
        }))
    }

    /// What to do about it, in a sentence for a person.
    pub fn advice(&self) -> &'static str {
        match (self.0.kind, self.exchange_kind()) {
            (_, Some(ExchangeErrorKind::Refused)) | (Kind::Config, _) => {
                "mend what the text names, in the place that it names"
            }
            (_, Some(ExchangeErrorKind::Connect)) => {
                "check `auth_url`, the network and the proxy; then try again"
            }
            (_, Some(ExchangeErrorKind::Untrusted)) => {
                "have the authority of the certificate trusted, or the certificate mended, as the text says"
            }
            (_, Some(ExchangeErrorKind::Timeout | ExchangeErrorKind::Interrupted)) => "try again",
            (_, Some(ExchangeErrorKind::TooLarge)) => {
                "look whether `auth_url` is that of an identity service"
            }
            (Kind::Auth, _) => {
                "check the credentials, and the user's and the project's domain; or log in again"
            }
            (Kind::Endpoint, _) => {
                "choose a region and an interface that the catalog has, or set where the service is"
            }
            (Kind::Internal, _) => "report it with the panic message from the program's error output",
            (Kind::Exchange | Kind::Answer, _) if self.is_retryable() => "wait, then try again",
            (Kind::Exchange | Kind::Answer, _) => {
                "look whether `auth_url` is that of an identity service, or report it with the request id"
            }
        }
    }

    /// A setting is missing, contradictory or can't be used. Nothing was sent: mend what the text names.
    pub fn is_config(&self) -> bool {
        self.0.kind == Kind::Config || self.exchange_kind() == Some(ExchangeErrorKind::Refused)
    }

    /// The identity service refused the credentials, or they are used up: mend them, or log in again.
    pub fn is_auth(&self) -> bool {
        self.0.kind == Kind::Auth
    }

    /// The service catalog has no endpoint for what was asked: choose what it has, which the text says, or set an override.
    pub fn is_endpoint(&self) -> bool {
        self.0.kind == Kind::Endpoint
    }

    /// No connection was made. Nothing was sent: check `auth_url`, the network and the proxy, and repeat.
    pub fn is_connect(&self) -> bool {
        self.exchange_kind() == Some(ExchangeErrorKind::Connect)
    }

    /// The certificate of the identity service is not trusted: an unknown authority, another name, an end that has
    /// passed. Nothing was sent, and the same would come again: do what the text says.
    pub fn is_untrusted(&self) -> bool {
        self.exchange_kind() == Some(ExchangeErrorKind::Untrusted)
    }

    /// No answer came within the time allowed: repeat.
    pub fn is_timeout(&self) -> bool {
        self.exchange_kind() == Some(ExchangeErrorKind::Timeout)
    }

    /// The identity service takes no more requests for now: wait, then repeat.
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
    }

    /// The same may succeed if it is tried again later. What this crate sends changes nothing but tokens, so that it may
    /// always be sent again.
    pub fn is_retryable(&self) -> bool {
        let by_exchange = matches!(
            self.exchange_kind(),
            Some(ExchangeErrorKind::Connect | ExchangeErrorKind::Timeout | ExchangeErrorKind::Interrupted)
        );
        by_exchange
            || self.is_rate_limited()
            || matches!(
                self.status(),
                Some(StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT)
            )
    }

    /// The status of the identity service's answer, where there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The identifier that the identity service gave the request.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    fn exchange_kind(&self) -> Option<ExchangeErrorKind> {
        self.0.source.as_ref().map(ExchangeError::kind)
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
            .field("status", &self.0.status)
            .field("request_id", &self.0.request_id)
            .field("source", &self.0.source)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // The message of the exchange's error is part of this one's; what caused it is not.
        self.0.source.as_ref().and_then(StdError::source)
    }
}
