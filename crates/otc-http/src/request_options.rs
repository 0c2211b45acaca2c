//! Settings of one request.

use std::fmt;
use std::time::Duration;

use http::HeaderMap;
use http::header::{self, HeaderName, HeaderValue};

use crate::redact::NEW_TOKEN;
use crate::timeout::Scope;
use crate::token::X_AUTH_TOKEN;
use crate::{RetryPolicy, TransportError, TransportErrorKind};

/// The headers that a layer, the signature or the HTTP library sets, or that describe the body.
const OWNED: [HeaderName; 20] = [
    header::ACCEPT_ENCODING,
    header::AUTHORIZATION,
    header::CONNECTION,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::EXPECT,
    header::HOST,
    HeaderName::from_static("keep-alive"),
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    X_AUTH_TOKEN,
    HeaderName::from_static("x-domain-id"),
    HeaderName::from_static("x-project-id"),
    HeaderName::from_static("x-sdk-date"),
    HeaderName::from_static("x-security-token"),
    NEW_TOKEN,
];

/// Settings of one request, which take precedence over those of the layers. Stored in the request's extensions.
///
/// | setting | takes precedence over |
/// |---|---|
/// | [`timeout`](Self::timeout) | the limit of [`TimeoutTransport::per_call`](crate::TimeoutTransport::per_call) |
/// | [`attempt_timeout`](Self::attempt_timeout) | the limit of [`TimeoutTransport::per_attempt`](crate::TimeoutTransport::per_attempt) |
/// | [`retry`](Self::retry) | the policy of [`RetryTransport`](crate::RetryTransport) |
/// | [`header`](Self::header) | the header of the request, if it has one |
///
/// A setting has no effect if its layer is not in the stack.
///
/// ```
/// # use std::time::Duration;
/// use otc_http::{RequestOptions, RetryPolicy};
///
/// let options = RequestOptions::new()
///     .timeout(Duration::from_secs(10))
///     .retry(RetryPolicy::never())
///     .header("accept-language", "de-de");
///
/// let mut request = http::Request::get("https://vbs.example.com/v2").body(bytes::Bytes::new())?;
/// options.attach(&mut request)?;
/// assert_eq!(request.headers()["accept-language"], "de-de");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "options have no effect until `attach` is called"]
pub struct RequestOptions {
    timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    retry: Option<RetryPolicy>,
    headers: HeaderMap,
    /// The error for the first header that can't be set.
    refused: Option<String>,
}

impl RequestOptions {
    /// No options: the settings of the layers apply.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits the call: its attempts, the pauses between them, and the wait for its turn. [`Duration::MAX`] disables the
    /// limit. A deadline set by an outer layer ([`CallState::end_at`](crate::CallState::end_at)) still ends the call.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Limits each attempt, from sending the request to the end of the response. [`Duration::MAX`] disables the limit.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = Some(limit);
        self
    }

    /// Sets which failures are retried, how often and when. [`RetryPolicy::never`] disables retries. The
    /// budget of the layer still limits the retries of all calls together, unless the policy has one of its
    /// own ([`RetryPolicy::budget`]).
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Adds a header. It replaces a header of the same name in the request or in these options. Mark a secret
    /// value with [`HeaderValue::set_sensitive`], so that it is hidden in logs and removed from responses.
    ///
    /// [`attach`](Self::attach) refuses headers that a layer or the HTTP library sets: those that authorize the request
    /// (`authorization`, `x-auth-token` and those of a signature), describe its body (`content-*`), or belong to the
    /// connection (`host`, `accept-encoding`, `transfer-encoding` and so on).
    pub fn header<N, V>(mut self, name: N, value: V) -> Self
    where
        HeaderName: TryFrom<N>,
        HeaderValue: TryFrom<V>,
    {
        match checked_header(name, value) {
            Ok((name, value)) => {
                self.headers.insert(name, value);
            }
            Err(message) => {
                self.refused.get_or_insert(message);
            }
        }
        self
    }

    /// Sets the headers of the request, and stores the other settings in its extensions. Settings that were attached before
    /// and are not set here are kept.
    ///
    /// # Errors
    ///
    /// [`Refused`](TransportErrorKind::Refused): a header can't be set. The text names it, never its value.
    pub fn attach<T>(&self, request: &mut http::Request<T>) -> Result<(), TransportError> {
        if let Some(message) = &self.refused {
            return Err(TransportError::new(TransportErrorKind::Refused, message.clone()));
        }
        for (name, value) in &self.headers {
            request.headers_mut().insert(name, value.clone());
        }
        if self.timeout.is_none() && self.attempt_timeout.is_none() && self.retry.is_none() {
            return Ok(());
        }
        let attached = request.extensions_mut().get_or_insert_with(Self::default);
        attached.timeout = self.timeout.or(attached.timeout);
        attached.attempt_timeout = self.attempt_timeout.or(attached.attempt_timeout);
        attached.retry = self.retry.clone().or_else(|| attached.retry.take());
        Ok(())
    }

    /// The limit of the call or of an attempt that is attached to a request.
    pub(crate) fn limit<T>(request: &http::Request<T>, scope: Scope) -> Option<Duration> {
        let attached: &Self = request.extensions().get()?;
        match scope {
            Scope::Call => attached.timeout,
            Scope::Attempt => attached.attempt_timeout,
        }
    }

    /// The policy that is attached to a request.
    pub(crate) fn retry_policy<T>(request: &http::Request<T>) -> Option<&RetryPolicy> {
        request.extensions().get::<Self>()?.retry.as_ref()
    }
}

fn checked_header<N, V>(name: N, value: V) -> Result<(HeaderName, HeaderValue), String>
where
    HeaderName: TryFrom<N>,
    HeaderValue: TryFrom<V>,
{
    let name = HeaderName::try_from(name).map_err(
        |_| "a header of the request options has an invalid name; use letters, digits and hyphens",
    )?;
    if OWNED.contains(&name) {
        return Err(format!(
            "the header `{name}` of the request options is set by the client; remove it from the options"
        ));
    }
    let value = HeaderValue::try_from(value).map_err(|_| {
        format!("the value of the header `{name}` of the request options has characters that are not allowed in a header")
    })?;
    Ok((name, value))
}

/// Without the values of the headers, which may be secrets.
impl fmt::Debug for RequestOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.keys().collect();
        f.debug_struct("RequestOptions")
            .field("timeout", &self.timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("retry", &self.retry)
            .field("headers", &names)
            .field("refused", &self.refused)
            .finish()
    }
}
