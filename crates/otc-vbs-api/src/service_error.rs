//! One shape for the bodies of failed requests.

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::ErrorCode;

/// How much of a body is read for what it says. No error body that says anything is larger.
const READ: usize = 64 * 1024;
/// How many characters of a code or a message are kept.
const MESSAGE: usize = 2000;
/// How many characters of a body that is not understood are kept.
const EXCERPT: usize = 200;
/// The headers in which the service, its gateway and OpenStack give the request a name.
const REQUEST_ID_HEADERS: [&str; 3] = ["x-request-id", "x-openstack-request-id", "x-compute-request-id"];

/// What the service, or something in front of it, says of a request that failed.
///
/// The service documents `{"error":{"code","message"}}`. What arrives may also be an OpenStack fault such as
/// `{"itemNotFound":{…}}`, the gateway's `{"error_msg","error_code","request_id"}`, an HTML page, or nothing. All are read
/// as far as they can be; of a body that is not understood, `message` keeps the title or the first characters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceError {
    /// The HTTP status.
    pub status: StatusCode,
    /// The error code, for example `AutoBackup.0003` or `APIGW.0301`.
    pub code: Option<String>,
    /// What went wrong, in the words of who answered.
    pub message: Option<String>,
    /// The identifier of the request, for the support of the service.
    pub request_id: Option<String>,
}

impl ServiceError {
    /// Reads what a response says of a request that failed. None where it says that the request succeeded, which it does
    /// not where its body is the documented error, whatever its status.
    pub fn of(response: &Response<Bytes>) -> Option<Self> {
        let succeeded = response.status().is_success() && !is_error_body(response.body());
        (!succeeded).then(|| Self::from_response(response))
    }

    /// The code as one of those that the reference lists, or another that keeps its text.
    pub fn error_code(&self) -> Option<ErrorCode> {
        self.code.as_deref().map(ErrorCode::from)
    }

    /// What the code means, where the reference lists it.
    pub fn explanation(&self) -> Option<&'static str> {
        self.error_code()?.explanation()
    }

    /// What to do about it, where the reference lists the code.
    pub fn action(&self) -> Option<&'static str> {
        self.error_code()?.action()
    }

    /// Reads what a response with a status other than success says.
    pub fn from_response(response: &Response<Bytes>) -> Self {
        let body = response.body();
        let read = &body[..body.len().min(READ)];
        let said = match serde_json::from_slice(read) {
            Ok(Value::Object(fields)) => Said::from_fields(&fields),
            _ => Said {
                message: excerpt(&String::from_utf8_lossy(read)),
                ..Said::default()
            },
        };
        Self {
            status: response.status(),
            code: said.code,
            message: said.message,
            request_id: request_id(response.headers()).or(said.request_id),
        }
    }

    /// The response with its body in the documented shape, which the generated code decodes.
    pub(crate) fn replace_body(&self, response: Response<Bytes>) -> Response<Bytes> {
        let (mut parts, _) = response.into_parts();
        parts.headers.remove(CONTENT_LENGTH);
        parts.headers.remove(CONTENT_ENCODING);
        parts
            .headers
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let body = json!({ "error": { "code": self.code, "message": self.message } });
        Response::from_parts(parts, body.to_string().into())
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}", self.status)?;
        if let Some(code) = &self.code {
            write!(f, ", {code}")?;
        }
        if let Some(message) = &self.message {
            write!(f, ": {message}")?;
        }
        if let Some(request_id) = &self.request_id {
            write!(f, " (request {request_id})")?;
        }
        Ok(())
    }
}

impl std::error::Error for ServiceError {}

/// The identifier that the headers of a response give the request, for the support of the service.
pub fn request_id(headers: &HeaderMap) -> Option<String> {
    REQUEST_ID_HEADERS
        .iter()
        .filter_map(|name| headers.get(*name)?.to_str().ok())
        .find(|id| !id.is_empty())
        .map(str::to_owned)
}

/// Whether the body of a response that says the request succeeded is the documented error body all the same.
fn is_error_body(body: &[u8]) -> bool {
    // Told by its first bytes, so that a page is not parsed twice.
    let first_member = body
        .trim_ascii_start()
        .strip_prefix(b"{")
        .map(<[u8]>::trim_ascii_start);
    if !first_member.is_some_and(|member| member.starts_with(b"\"error\"")) || body.len() > READ {
        return false;
    }
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
        return false;
    };
    let error = fields.get("error").and_then(Value::as_object);
    fields.len() == 1
        && error.is_some_and(|error| error.contains_key("code") || error.contains_key("message"))
}

#[derive(Default)]
struct Said {
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
}

impl Said {
    fn from_fields(fields: &Map<String, Value>) -> Self {
        let fault = fault(fields);
        let first = |names: &[&str]| names.iter().find_map(|name| text(fault.get(*name)?));
        Self {
            code: first(&["code", "error_code"]),
            message: first(&["message", "error_msg", "error", "title"]),
            request_id: fields
                .get("request_id")
                .and_then(text)
                .or_else(|| first(&["request_id"])),
        }
    }
}

/// The fields that describe the fault: those of `error`, of the only member where that is how OpenStack names faults, or
/// the body's own.
fn fault(fields: &Map<String, Value>) -> &Map<String, Value> {
    if let Some(error) = fields.get("error").and_then(Value::as_object) {
        return error;
    }
    fields
        .values()
        .filter_map(Value::as_object)
        .find(|fault| fault.contains_key("message") || fault.contains_key("code"))
        .unwrap_or(fields)
}

/// Codes are text in most bodies and numbers in some.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(clip(text, MESSAGE)),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What a person can take from a body that is not understood.
fn excerpt(body: &str) -> Option<String> {
    let lower = body.to_ascii_lowercase();
    let title = lower.find("<title>").and_then(|start| {
        let start = start + "<title>".len();
        let end = lower[start..].find("</title>")? + start;
        body.get(start..end)
    });
    let words = title
        .unwrap_or(body)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    (!words.is_empty()).then(|| clip(&words, EXCERPT))
}

fn clip(text: &str, most: usize) -> String {
    let mut clipped: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(most)
        .collect();
    if text.chars().nth(most).is_some() {
        clipped.push('…');
    }
    clipped
}
