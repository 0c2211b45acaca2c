//! Answers of the identity service, and of what stands in front of it.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, LOCATION};
use http::{Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::{Error, Result};

/// How much of a message is repeated.
const LONGEST_MESSAGE: usize = 300;

const REQUEST_IDS: [&str; 3] = ["x-openstack-request-id", "x-request-id", "x-iam-trace-id"];

pub(super) struct Answer {
    /// Who answered, and what.
    what: String,
    response: Response<Bytes>,
    /// What no message may repeat.
    secrets: Vec<SecretString>,
}

/// `{"error":{"code","message","title"}}` of Keystone, `{"error_msg","error_code"}` of the gateway, and what else is seen.
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

impl Answer {
    /// `secrets` are what no message may repeat.
    pub(super) fn of(what: String, response: Response<Bytes>, secrets: Vec<SecretString>) -> Self {
        Self {
            what,
            response,
            secrets,
        }
    }

    /// The answer, if it is one to what was asked.
    pub(super) fn checked(self) -> Result<Self> {
        let status = self.response.status();
        if status.is_success() {
            return Ok(self);
        }
        let refused = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
        let verb = if refused {
            "refused the credentials"
        } else {
            "failed"
        };
        let said = self.said();
        let request_id = self.request_id();
        let mut message = format!("{} {verb}: {status}{said}", self.what);
        if let Some(request_id) = &request_id {
            message = format!("{message} (request {request_id})");
        }
        Err(Error::answer(message, status, request_id, refused))
    }

    /// The text of a header that must be there. The error does not repeat it.
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
            // Not the error's own text, which may repeat a value.
            let (line, column) = (error.line(), error.column());
            self.unreadable(&if error.is_data() {
                format!("its body has another shape than is known, at {line}:{column}")
            } else {
                format!("its body is no JSON, at {line}:{column}")
            })
        })
    }

    pub(super) fn unreadable(&self, problem: &str) -> Error {
        let status = self.response.status();
        let message = format!("{} answered {status}, but {problem}", self.what);
        Error::answer(message, status, self.request_id(), false)
    }

    /// What the answer says of the failure, as far as it is for people.
    fn said(&self) -> String {
        let response = &self.response;
        let headers = response.headers();
        if response.status().is_redirection() {
            let to = headers.get(LOCATION).and_then(|to| to.to_str().ok());
            let host = to.and_then(|to| url::Url::parse(to).ok());
            let host = host.as_ref().and_then(url::Url::host_str).unwrap_or("elsewhere");
            let host = self.presentable(host.to_owned());
            return format!(", a redirect to {host}, which is not followed with credentials");
        }
        let failure: Failure = match serde_json::from_slice(response.body()) {
            Ok(failure) => failure,
            Err(_) if response.body().is_empty() => return ", with an empty body".to_owned(),
            Err(_) => {
                let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
                let kind = kind.and_then(|kind| kind.split(';').next());
                let kind = self.presentable(kind.unwrap_or("something else").to_owned());
                return format!(", with {kind} rather than JSON");
            }
        };
        let code = match failure.code {
            Some(serde_json::Value::String(code)) => format!("{code} "),
            _ => String::new(),
        };
        let message = failure.error.and_then(|fault| fault.message.or(fault.title));
        match message.or(failure.message) {
            None => String::new(),
            Some(message) => format!(": {}", self.presentable(format!("{code}{message}"))),
        }
    }

    /// Without secrets, without control characters, and no longer than a message should be.
    fn presentable(&self, text: String) -> String {
        let text = self.without_secrets(text);
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

    /// Each secret is taken out as it is, and as it stands in JSON, for a body that is repeated whole.
    fn without_secrets(&self, mut text: String) -> String {
        let secrets = self.secrets.iter().map(ExposeSecret::expose_secret);
        for secret in secrets.filter(|secret| !secret.is_empty()) {
            text = text.replace(secret, "***");
            let json = Zeroizing::new(serde_json::Value::from(secret).to_string());
            text = text.replace(json.get(1..json.len() - 1).unwrap_or(&json), "***");
        }
        text
    }

    fn request_id(&self) -> Option<String> {
        let headers = self.response.headers();
        let found = REQUEST_IDS.iter().find_map(|name| headers.get(*name));
        let text = found?.to_str().ok()?.to_owned();
        Some(self.without_secrets(text).chars().take(64).collect())
    }
}
