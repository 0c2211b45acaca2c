//! Answers of the identity service, or of a gateway in front of it.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, LOCATION};
use http::{Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::hint::{Credential, Purpose, Refusal};
use crate::{Error, Result};

/// The longest part of a message that is quoted.
const LONGEST_MESSAGE: usize = 300;

/// Keystone's answer to credentials that are right, but need a second factor.
const RECEIPT: &str = "openstack-auth-receipt";

const REQUEST_IDS: [&str; 3] = ["x-openstack-request-id", "x-request-id", "x-iam-trace-id"];

pub(super) struct Answer {
    /// Who answered which request.
    what: String,
    response: Response<Bytes>,
    /// Removed from messages.
    secrets: Vec<SecretString>,
}

/// `{"error":{"code","message","title"}}` of Keystone, `{"error_msg","error_code"}` of the gateway, and what
/// else is seen.
#[derive(Default, Deserialize)]
struct Failure {
    error: Option<Fault>,
    #[serde(alias = "error_msg")]
    message: Option<String>,
    #[serde(alias = "error_code")]
    code: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Fault {
    message: Option<String>,
    title: Option<String>,
}

impl Failure {
    fn code(&self) -> Option<&str> {
        self.code.as_ref()?.as_str()
    }

    fn message(&self) -> Option<&str> {
        let of_error = self.error.as_ref();
        let of_error = of_error.and_then(|fault| fault.message.as_deref().or(fault.title.as_deref()));
        of_error.or(self.message.as_deref())
    }
}

impl Answer {
    /// `secrets` are removed from messages.
    pub(super) fn of(what: String, response: Response<Bytes>, secrets: Vec<SecretString>) -> Self {
        Self {
            what,
            response,
            secrets,
        }
    }

    /// The answer if it is a success, otherwise an error with a hint for these credentials.
    pub(super) fn checked(self, credential: Credential, purpose: Purpose<'_>) -> Result<Self> {
        let status = self.response.status();
        if status.is_success() {
            return Ok(self);
        }
        let failure: Option<Failure> = serde_json::from_slice(self.response.body()).ok();
        let code = failure.as_ref().and_then(Failure::code);
        let refusal = Refusal {
            status,
            has_receipt: self.response.headers().contains_key(RECEIPT),
            code,
            message: failure.as_ref().and_then(Failure::message).unwrap_or_default(),
        };
        let is_refused = refusal.is_of_credentials();
        let verb = match status {
            StatusCode::FORBIDDEN => "denied access",
            _ if is_refused => "refused the credentials",
            _ => "failed",
        };
        let said = self.said(failure.as_ref());
        let request_id = self.request_id();
        let mut message = format!("{} {verb}: {status}{said}", self.what);
        if let Some(request_id) = &request_id {
            message = format!("{message} (request {request_id})");
        }
        let error = Error::answer(message, status, request_id, is_refused);
        Err(match refusal.hint(credential, purpose) {
            Some(hint) => error.with_advice(hint),
            None => error,
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
        Error::answer(message, status, self.request_id(), false)
    }

    /// What the answer says about the failure.
    fn said(&self, failure: Option<&Failure>) -> String {
        let response = &self.response;
        let headers = response.headers();
        if response.status().is_redirection() {
            let to = headers.get(LOCATION).and_then(|to| to.to_str().ok());
            let host = to.and_then(|to| url::Url::parse(to).ok());
            let host = host.as_ref().and_then(url::Url::host_str).unwrap_or("elsewhere");
            let host = self.presentable(host.to_owned());
            return format!(", a redirect to {host}, which is not followed with credentials");
        }
        let Some(failure) = failure else {
            if response.body().is_empty() {
                return ", with an empty body".to_owned();
            }
            let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
            let kind = kind.and_then(|kind| kind.split(';').next());
            let kind = self.presentable(kind.unwrap_or("something else").to_owned());
            return format!(", with {kind} rather than JSON");
        };
        let Some(message) = failure.message() else {
            return String::new();
        };
        let code = failure.code().map(|code| format!("{code} ")).unwrap_or_default();
        format!(": {}", self.presentable(format!("{code}{message}")))
    }

    fn presentable(&self, text: String) -> String {
        presentable(text, &self.secrets)
    }

    fn request_id(&self) -> Option<String> {
        let headers = self.response.headers();
        let found = REQUEST_IDS.iter().find_map(|name| headers.get(*name));
        let text = found?.to_str().ok()?.to_owned();
        Some(without_secrets(text, &self.secrets).chars().take(64).collect())
    }
}

/// The text without secrets, without control characters, and no longer than a message should be.
pub(super) fn presentable(text: String, secrets: &[SecretString]) -> String {
    let text = without_secrets(text, secrets);
    let mut short: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST_MESSAGE)
        .collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Removes each secret, both as it is and as it is written in JSON, in case a body is repeated whole.
fn without_secrets(mut text: String, secrets: &[SecretString]) -> String {
    let secrets = secrets.iter().map(ExposeSecret::expose_secret);
    for secret in secrets.filter(|secret| !secret.is_empty()) {
        text = text.replace(secret, "***");
        let json = Zeroizing::new(serde_json::Value::from(secret).to_string());
        text = text.replace(json.get(1..json.len() - 1).unwrap_or(&json), "***");
    }
    text
}
