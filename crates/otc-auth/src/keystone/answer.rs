//! Answers of the identity service, and of what stands in front of it.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, LOCATION};
use http::{HeaderMap, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// How much of a message is repeated.
const LONGEST_MESSAGE: usize = 300;

const REQUEST_IDS: [&str; 3] = ["x-openstack-request-id", "x-request-id", "x-iam-trace-id"];

pub(super) struct Answer {
    /// Who answered, and what.
    what: String,
    response: Response<Bytes>,
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
    pub(super) fn of(what: String, response: Response<Bytes>) -> Self {
        Self { what, response }
    }

    /// The answer, if it is one to what was asked. `secrets` are what no message may repeat.
    pub(super) fn checked<'a>(self, secrets: impl Iterator<Item = &'a str>) -> Result<Self> {
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
        let said = said(&self.response, secrets);
        let request_id = request_id(self.response.headers());
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
        Error::answer(message, status, request_id(self.response.headers()), false)
    }
}

/// What the answer says of the failure, as far as it is for people.
fn said<'a>(response: &Response<Bytes>, secrets: impl Iterator<Item = &'a str>) -> String {
    let headers = response.headers();
    if response.status().is_redirection() {
        let to = headers.get(LOCATION).and_then(|to| to.to_str().ok());
        let host = to.and_then(|to| url::Url::parse(to).ok());
        let host = host
            .as_ref()
            .and_then(url::Url::host_str)
            .unwrap_or("elsewhere");
        return format!(", a redirect to {host}, which is not followed with credentials");
    }
    let failure: Failure = match serde_json::from_slice(response.body()) {
        Ok(failure) => failure,
        Err(_) if response.body().is_empty() => return ", with an empty body".to_owned(),
        Err(_) => {
            let kind = headers
                .get(CONTENT_TYPE)
                .and_then(|kind| kind.to_str().ok());
            let kind = kind.and_then(|kind| kind.split(';').next());
            return format!(
                ", with {} rather than JSON",
                kind.unwrap_or("something else")
            );
        }
    };
    let code = match failure.code {
        Some(serde_json::Value::String(code)) => format!("{code} "),
        _ => String::new(),
    };
    let message = failure
        .error
        .and_then(|fault| fault.message.or(fault.title));
    match message.or(failure.message) {
        None => String::new(),
        Some(message) => format!(": {}", presentable(format!("{code}{message}"), secrets)),
    }
}

/// Without secrets, without control characters, and no longer than a message should be.
fn presentable<'a>(mut text: String, secrets: impl Iterator<Item = &'a str>) -> String {
    for secret in secrets.filter(|secret| !secret.is_empty()) {
        text = text.replace(secret, "***");
    }
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

fn request_id(headers: &HeaderMap) -> Option<String> {
    let found = REQUEST_IDS.iter().find_map(|name| headers.get(*name));
    found
        .and_then(|value| value.to_str().ok())
        .map(|value| value.chars().take(64).collect())
}
