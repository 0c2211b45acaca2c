//! Reads the error in a failed response.

mod json_text;
mod partial_json;
mod presentable;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use http::header::{HeaderMap, RETRY_AFTER};
use http::{Response, StatusCode};
use serde_json::{Map, Value};

pub use json_text::json_text;
pub use presentable::presentable;

/// The gateway's code for too many requests.
const GATEWAY_RATE_LIMIT: &str = "APIGW.0308";
/// The number of bytes that are read from the body of a failure. The error is at its beginning.
pub(crate) const FAILURE_BYTES: usize = 64 * 1024;
/// The largest body of a success that is checked for an error shape.
const JSON_BYTES: usize = 1024 * 1024;
/// The number of characters that are kept of a message.
const MESSAGE_CHARS: usize = 2000;
/// The number of characters that are kept of a code, of a request id and of a body that is not understood.
const EXCERPT_CHARS: usize = 200;

/// The headers that contain the request id: those of the service, its gateway, OpenStack and the identity
/// service.
const REQUEST_ID_HEADERS: [&str; 4] =
    ["x-request-id", "x-openstack-request-id", "x-compute-request-id", "x-iam-trace-id"];

/// The members that hold a code, a message and a request id, the most specific first. Compared without case,
/// `_` and `-`, so that `error_code` and `errorCode` are one name.
const CODE_MEMBERS: [&str; 2] = ["code", "errorcode"];
const MESSAGE_MEMBERS: [&str; 13] = [
    "message",
    "errormessage",
    "errormsg",
    "msg",
    "errordescription",
    "faultstring",
    "detail",
    "details",
    "description",
    "reason",
    "error",
    "errors",
    "title",
];
const REQUEST_ID_MEMBERS: [&str; 1] = ["requestid"];

/// The members that OpenStack wraps an error in, and those that such an error has.
const OPENSTACK_FAULTS: [&str; 17] = [
    "badMediaType",
    "badMethod",
    "badRequest",
    "cinderFault",
    "cloudServersFault",
    "computeFault",
    "conflictingRequest",
    "forbidden",
    "internalServerError",
    "itemNotFound",
    "NeutronError",
    "notImplemented",
    "overLimit",
    "serviceUnavailable",
    "tooManyRequests",
    "unauthorized",
    "unprocessableEntity",
];
const OPENSTACK_FAULT_MEMBERS: [&str; 6] = ["code", "message", "details", "detail", "type", "retryAfter"];

/// An error reported by the service, or by a gateway or proxy in front of it.
///
/// The reference documents the body `{"error":{"code","message"}}`, which the identity service uses too. The
/// body may also be the gateway's `{"error_msg","error_code","request_id"}`, an OpenStack fault such as
/// `{"itemNotFound":{"code","message"}}`, JSON of another shape, an HTML page, text, cut off, or empty. Each
/// of them is read as far as possible. If a body has no message, [`message`](Self::message) is the title of
/// the page or the beginning of the body.
///
/// The texts contain no control characters (see [`presentable`]) and are limited in length: messages to 2000
/// characters, codes, request ids and excerpts to 200.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceError {
    /// The HTTP status. It is a success if only the body says that the request failed.
    pub status: StatusCode,
    /// The error code, for example `AutoBackup.0003` or `APIGW.0301`.
    pub code: Option<String>,
    /// The error message, in the words of the service.
    pub message: Option<String>,
    /// The request id, for the service's support.
    pub request_id: Option<String>,
}

impl ServiceError {
    /// An error with this status that says nothing else, for example for a test.
    ///
    /// ```
    /// use otc_http::ServiceError;
    ///
    /// let error = ServiceError::new(http::StatusCode::CONFLICT).with_code("Backup.0064");
    /// assert_eq!(error.to_string(), "HTTP 409 Conflict, Backup.0064");
    /// ```
    pub fn new(status: StatusCode) -> Self {
        Self { status, code: None, message: None, request_id: None }
    }

    /// The same error with this code.
    #[must_use]
    pub fn with_code(mut self, code: &str) -> Self {
        self.code = Some(presentable(code, EXCERPT_CHARS));
        self
    }

    /// The same error with this message.
    #[must_use]
    pub fn with_message(mut self, message: &str) -> Self {
        self.message = Some(presentable(message, MESSAGE_CHARS));
        self
    }

    /// The same error with this request id.
    #[must_use]
    pub fn with_request_id(mut self, id: &str) -> Self {
        self.request_id = Some(presentable(id, EXCERPT_CHARS));
        self
    }

    /// Whether a response says that there were too many requests: status 429, 413 with `Retry-After`, or the gateway's code
    /// `APIGW.0308` with status 403.
    pub fn is_rate_limit(response: &Response<Bytes>) -> bool {
        match response.status() {
            StatusCode::TOO_MANY_REQUESTS => true,
            StatusCode::PAYLOAD_TOO_LARGE => response.headers().contains_key(RETRY_AFTER),
            StatusCode::FORBIDDEN => {
                Self::from_response(response).code.as_deref() == Some(GATEWAY_RATE_LIMIT)
            }
            _ => false,
        }
    }

    /// Reads the error in a response. Returns `None` if the request succeeded.
    ///
    /// A response with a success status is an error if its body is exactly an error of the service, of its
    /// gateway or of OpenStack.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use otc_http::ServiceError;
    ///
    /// let body = r#"{"itemNotFound":{"code":404,"message":"Backup 4 could not be found."}}"#;
    /// let error = ServiceError::of(&http::Response::new(Bytes::from(body))).ok_or("an error")?;
    /// assert_eq!(error.to_string(), "HTTP 200 OK, 404: Backup 4 could not be found.");
    ///
    /// assert_eq!(ServiceError::of(&http::Response::new(Bytes::from(r#"{"backups":[]}"#))), None);
    /// # Ok::<(), &str>(())
    /// ```
    pub fn of(response: &Response<Bytes>) -> Option<Self> {
        let succeeded = response.status().is_success() && !is_error_body(response.body());
        (!succeeded).then(|| Self::from_response(response))
    }

    /// Reads a response as an error, regardless of its status.
    pub fn from_response(response: &Response<Bytes>) -> Self {
        let details = Details::of(response.body());
        Self {
            status: response.status(),
            code: details.code,
            message: details.message,
            request_id: request_id(response.headers()).or(details.request_id),
        }
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

/// Returns the request id in the headers of a response, for the service's support.
pub fn request_id(headers: &HeaderMap) -> Option<String> {
    REQUEST_ID_HEADERS
        .iter()
        .filter_map(|name| headers.get(*name)?.to_str().ok())
        .find(|id| !id.is_empty())
        .map(|id| presentable(id, EXCERPT_CHARS))
}

/// Whether the body of a response with a success status is an error. Only a body that has the members of an
/// error and no others is one, because a user may choose keys such as `code` and `message` for metadata.
fn is_error_body(body: &[u8]) -> bool {
    // The first member decides for most bodies, so that data is not parsed twice.
    if body.len() > JSON_BYTES || !first_member(body).is_some_and(may_begin_error) {
        return false;
    }
    let Ok(Value::Object(fields)) = serde_json::from_slice(without_bom(body)) else {
        return false;
    };
    let members: Vec<_> = fields
        .iter()
        .filter(|(name, value)| *name != "request_id" || !value.is_string())
        .map(|(name, value)| (name.as_str(), value))
        .collect();
    let has_text = |fault: &Map<String, Value>, name: &str| fault.get(name).and_then(text).is_some();
    match members.as_slice() {
        [("error", Value::Object(fault))] => has_text(fault, "code") || has_text(fault, "message"),
        [(name, Value::Object(fault))] => {
            let is_known = |name: &String| OPENSTACK_FAULT_MEMBERS.contains(&name.as_str());
            OPENSTACK_FAULTS.contains(name) && has_text(fault, "message") && fault.keys().all(is_known)
        }
        [("error_code", Value::String(code)), ("error_msg", Value::String(message))] => {
            !code.is_empty() && !message.is_empty()
        }
        _ => false,
    }
}

fn may_begin_error(member: &str) -> bool {
    matches!(member, "error" | "error_code" | "error_msg" | "request_id")
        || OPENSTACK_FAULTS.contains(&member)
}

/// The name of the first member of a JSON object, if the body looks like one.
fn first_member(body: &[u8]) -> Option<&str> {
    let object = without_bom(body).trim_ascii_start().strip_prefix(b"{")?;
    let name = object.trim_ascii_start().strip_prefix(b"\"")?;
    let length = name.iter().position(|byte| *byte == b'"')?;
    std::str::from_utf8(&name[..length]).ok()
}

fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body)
}

/// The parts of an error that a body contains.
#[derive(Default)]
struct Details {
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
}

impl Details {
    fn of(body: &[u8]) -> Self {
        let body = without_bom(body).trim_ascii_start();
        let json = first_bytes(body, JSON_BYTES);
        let text = first_bytes(body, FAILURE_BYTES);
        let parsed = serde_json::from_str(&json).ok();
        let is_blank = parsed.as_ref().is_some_and(is_blank);
        let value = parsed.or_else(|| partial_json::parse(&json));
        let mut details = value.as_ref().map(Self::from_json).unwrap_or_default();
        if details.code.is_none() && details.message.is_none() && !is_blank {
            details.message = excerpt(&text);
        }
        details
    }

    fn from_json(value: &Value) -> Self {
        // OAuth names its code `error`, which is a message elsewhere.
        let oauth_code = || text(value.get("error_description").and(value.get("error"))?);
        Self {
            code: find(value, &CODE_MEMBERS)
                .or_else(oauth_code)
                .map(|code| presentable(&code, EXCERPT_CHARS)),
            message: text(value)
                .or_else(|| find(value, &MESSAGE_MEMBERS))
                .map(|message| presentable(&message, MESSAGE_CHARS)),
            request_id: find(value, &REQUEST_ID_MEMBERS).map(|id| presentable(&id, EXCERPT_CHARS)),
        }
    }
}

fn first_bytes(body: &[u8], most: usize) -> Cow<'_, str> {
    String::from_utf8_lossy(&body[..body.len().min(most)])
}

/// Returns the text of the first of these members: of the object in `error`, of the value itself, or of what
/// it contains.
fn find(value: &Value, names: &[&str]) -> Option<String> {
    let fields = match value {
        Value::Object(fields) => fields,
        Value::Array(values) => return values.iter().find_map(|value| find(value, names)),
        _ => return None,
    };
    let of_error = || find(fields.get("error")?, names);
    let own = || names.iter().find_map(|name| text(member(fields, name)?));
    let others = || fields.iter().filter(|(name, _)| *name != "error");
    let nested = || others().find_map(|(_, value)| find(value, names));
    of_error().or_else(own).or_else(nested)
}

fn member<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let is_named = |field: &str| {
        let letters = field.bytes().filter(|byte| !b"_-".contains(byte));
        letters.map(|byte| byte.to_ascii_lowercase()).eq(name.bytes())
    };
    fields.iter().find_map(|(field, value)| is_named(field).then_some(value))
}

/// The text of a scalar, or of the first scalar in a list. Codes are strings in most bodies and numbers in
/// some.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        // Of a list of texts, the first one is the message. A list of numbers is data.
        Value::Array(values) => values.iter().filter(|value| !value.is_number()).find_map(text),
        _ => None,
    }
}

/// Whether a value says nothing.
fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.iter().all(is_blank),
        Value::Object(fields) => fields.values().all(is_blank),
    }
}

/// The title of an HTML page, or the beginning of another text.
fn excerpt(body: &str) -> Option<String> {
    let lower = body.to_ascii_lowercase();
    let title = lower.find("<title>").and_then(|start| {
        let start = start + "<title>".len();
        let end = lower[start..].find("</title>")? + start;
        body.get(start..end)
    });
    let words: Vec<_> = title.unwrap_or(body).split_whitespace().collect();
    (!words.is_empty()).then(|| presentable(&words.join(" "), EXCERPT_CHARS))
}
