//! Answers of the identity service, or of a gateway in front of it.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, LOCATION};
use http::{Response, StatusCode};
use otc_http::{ResponseNote, RetryAfter, ServiceError, presentable, request_id};
use serde::de::DeserializeOwned;

use super::hint::{Credential, Purpose, Refusal};
use crate::{Error, Result};

/// The maximum length of a quoted message.
pub(super) const LONGEST_MESSAGE: usize = 300;

/// Keystone's answer to credentials that are correct, but need a second factor.
const RECEIPT: &str = "openstack-auth-receipt";

/// An answer. The layers have removed the secrets of the request from it.
pub(super) struct Answer {
    /// The request and the service that answered it.
    what: String,
    response: Response<Bytes>,
}

impl Answer {
    pub(super) fn of(what: String, response: Response<Bytes>) -> Self {
        Self { what, response }
    }

    /// Returns the answer if it is a success, otherwise an error with a hint for these credentials.
    pub(super) fn checked(self, credential: Credential, purpose: Purpose<'_>) -> Result<Self> {
        let status = self.response.status();
        let Some(failure) = ServiceError::of(&self.response) else {
            return Ok(self);
        };
        let is_rate_limit = ServiceError::is_rate_limit(&self.response);
        let refusal = Refusal {
            status,
            has_receipt: self.response.headers().contains_key(RECEIPT),
            code: failure.code.as_deref(),
            message: failure.message.as_deref().unwrap_or_default(),
        };
        let is_refused = !is_rate_limit && refusal.concerns_credentials();
        let verb = match status {
            StatusCode::FORBIDDEN if is_refused => "denied access",
            _ if is_refused => "refused the credentials",
            _ => "failed",
        };
        let details = self.details(&failure);
        let mut message = format!("{} {verb}: {status}{details}", self.what);
        if let Some(request_id) = &failure.request_id {
            message = format!("{message} (request {request_id})");
        }
        if let Some(ResponseNote(note)) = self.response.extensions().get() {
            message = format!("{message}, {note}");
        }
        let retry_after = self.response.extensions().get().map(|RetryAfter(time)| *time);
        let error = Error::answer(message, status, failure.request_id.clone(), is_refused)
            .with_retry_after(retry_after)
            .with_rate_limit(is_rate_limit);
        Err(match refusal.hint(credential, purpose) {
            Some(hint) if !is_rate_limit => error.with_advice(hint),
            _ => error,
        })
    }

    /// The text of a required header.
    pub(super) fn header(&self, name: &HeaderName) -> Result<String> {
        let value = self.response.headers().get(name);
        value
            .and_then(|value| value.to_str().ok())
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .ok_or_else(|| self.unreadable(&format!("the header {name} is missing")))
    }

    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(self.response.body()).map_err(|error| {
            // Not the error's own text, which may quote a value.
            let (line, column) = (error.line(), error.column());
            self.unreadable(&if error.is_data() {
                format!("its body does not have the expected structure, at {line}:{column}")
            } else {
                format!("its body is not JSON, at {line}:{column}")
            })
        })
    }

    pub(super) fn unreadable(&self, problem: &str) -> Error {
        let status = self.response.status();
        let message = format!("{} answered {status}, but {problem}", self.what);
        Error::answer(message, status, request_id(self.response.headers()), false)
    }

    /// Returns the answer's description of the failure.
    fn details(&self, failure: &ServiceError) -> String {
        let headers = self.response.headers();
        if self.response.status().is_redirection() {
            let to = headers.get(LOCATION).and_then(|to| to.to_str().ok());
            let host = to.and_then(|to| url::Url::parse(to).ok());
            let host = host.as_ref().and_then(url::Url::host_str).unwrap_or("elsewhere");
            let host = presentable(host, LONGEST_MESSAGE);
            return format!(", a redirect to {host}, which is not followed with credentials");
        }
        let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(self.response.body()).is_ok();
        match (&failure.code, &failure.message) {
            _ if self.response.body().is_empty() => ", with an empty body".to_owned(),
            (Some(code), Some(message)) if !code.bytes().all(|byte| byte.is_ascii_digit()) => {
                format!(": {}", presentable(&format!("{code} {message}"), LONGEST_MESSAGE))
            }
            (_, Some(message)) if is_json => format!(": {}", presentable(message, LONGEST_MESSAGE)),
            _ if is_json => String::new(),
            _ => {
                let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
                let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or("something else");
                format!(", with {} rather than JSON", presentable(kind, LONGEST_MESSAGE))
            }
        }
    }
}
