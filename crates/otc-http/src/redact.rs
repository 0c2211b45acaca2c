//! Removes secrets from what a service sends back.

mod decoded;
mod search;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::fmt;
use std::mem;
use std::sync::Arc;

use bytes::Bytes;
use http::Response;
use http::header::{
    AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue,
    PROXY_AUTHORIZATION, RETRY_AFTER,
};
use serde_json::{Map, Value};

use crate::ServiceError;
use crate::service_error::FAILURE_BYTES;
use search::{Secret, Secrets};

/// The replacement for a secret.
const REDACTED: &str = "***";
const SIGNATURE: &[u8] = b"Signature=";

/// The response headers that are read by the client and by the layers. They must not lose a value that equals
/// a short secret by chance.
const PROTOCOL_HEADERS: [HeaderName; 5] = [CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE, RETRY_AFTER];

/// The header in which the identity service returns a token, possibly the one it was sent. The client must
/// read it, and no error shows it.
pub(crate) const NEW_TOKEN: HeaderName = HeaderName::from_static("x-subject-token");

/// Replaces secrets with `***` in what a service sends back, before it gets into errors and logs.
///
/// A secret is found as it is and in JSON escapes, percent-encoding and HTML entities, also if they are
/// nested. These rules apply:
///
/// - 12 characters of a secret in a row are redacted anywhere. This is long enough that no other text
///   contains them by chance.
/// - The first 8 to 11 characters of a secret are redacted at the end of a text and before `…` or `...`.
///   Elsewhere they may be a word, such as the `password` of `password1234`.
/// - A secret of fewer than 8 characters is only redacted if it is the complete text, or complete in quotes,
///   because it may be part of any word. A name in JSON is not changed.
/// - The credentials after `Proxy-Authorization: Basic` are redacted even if they are not known.
///
/// `Debug` shows no secret.
///
/// ```
/// use otc_http::Redactor;
///
/// let redactor = Redactor::new(["gAAAAAB+abc/def="]);
/// assert_eq!(redactor.redact("token gAAAAAB%2Babc%2Fdef%3D has expired"), "token *** has expired");
/// assert_eq!(redactor.redact(r"token gAAAAAB\u002babc\/d has expired"), "token *** has expired");
/// assert_eq!(redactor.redact("token gAAAAAB&#43;… has expired"), "token ***… has expired");
/// ```
///
/// Cheap to clone.
#[derive(Clone)]
pub struct Redactor {
    secrets: Arc<Secrets>,
}

impl Redactor {
    /// Redacts these secrets.
    pub fn new<S: AsRef<str>>(secrets: impl IntoIterator<Item = S>) -> Self {
        let secrets = secrets.into_iter();
        Self::of(secrets.map(|secret| Secret::new(secret.as_ref().as_bytes())))
    }

    /// Redacts the secrets in the headers of a request: each value that is [marked as
    /// sensitive](HeaderValue::set_sensitive).
    ///
    /// Of an `authorization` header, the scheme is not secret. Of a signature by access key, only the
    /// signature is secret, but the header is also redacted if it is repeated completely.
    pub fn of_request_headers(headers: &HeaderMap) -> Self {
        let sensitive = headers.iter().filter(|(_, value)| value.is_sensitive());
        Self::of(sensitive.flat_map(|(name, value)| header_secrets(name, value.as_bytes())))
    }

    fn of(secrets: impl IntoIterator<Item = Secret>) -> Self {
        let secrets = Arc::new(Secrets::new(secrets));
        Self { secrets }
    }

    /// Redacts a text.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.redact_text(text, true)
    }

    /// Redacts a response: its headers and, if it is a failure, its body, which is cut to 64 KiB. The body of
    /// a success is data and is not changed.
    pub fn redact_response(&self, response: Response<Bytes>) -> Response<Bytes> {
        let failed = ServiceError::of(&response).is_some();
        let (mut parts, mut body) = response.into_parts();
        self.redact_headers(&mut parts.headers);
        if failed {
            if !parts.status.is_success() {
                body.truncate(FAILURE_BYTES);
            }
            body = self.redact_body(&body);
        }
        Response::from_parts(parts, body)
    }

    /// Redacts the values of the headers of a response.
    pub fn redact_headers(&self, headers: &mut HeaderMap) {
        for (name, value) in headers.iter_mut().filter(|(name, _)| *name != NEW_TOKEN) {
            let values = !PROTOCOL_HEADERS.contains(name);
            if let Some(redacted) = self.redact_bytes(value.as_bytes(), values) {
                // Only asterisks are added, so the value stays valid.
                *value = HeaderValue::from_bytes(&redacted).unwrap_or(HeaderValue::from_static(REDACTED));
            }
        }
    }

    /// Redacts the body of a failed response: the strings, numbers and names of JSON, or any other body as a
    /// text.
    ///
    /// JSON is only encoded again if something in it changed.
    pub fn redact_body(&self, body: &Bytes) -> Bytes {
        if let Ok(mut value) = serde_json::from_slice(body)
            && self.redact_value(&mut value)
        {
            return value.to_string().into();
        }
        // JSON is searched as text too: it may repeat a name, so that one of its values was not decoded.
        self.redact_bytes(body, true).map_or_else(|| body.clone(), Bytes::from)
    }

    /// Redacts a JSON value, and returns whether it changed.
    fn redact_value(&self, value: &mut Value) -> bool {
        match value {
            Value::Null | Value::Bool(_) => false,
            Value::Number(number) => match self.redact(&number.to_string()) {
                Cow::Borrowed(_) => false,
                Cow::Owned(redacted) => {
                    *value = Value::String(redacted);
                    true
                }
            },
            Value::String(text) => match self.redact(text) {
                Cow::Borrowed(_) => false,
                Cow::Owned(redacted) => {
                    *text = redacted;
                    true
                }
            },
            Value::Array(values) => {
                values.iter_mut().fold(false, |changed, value| self.redact_value(value) | changed)
            }
            Value::Object(fields) => self.redact_fields(fields),
        }
    }

    fn redact_fields(&self, fields: &mut Map<String, Value>) -> bool {
        let mut changed = false;
        for (mut name, mut value) in mem::take(fields) {
            if let Cow::Owned(redacted) = self.redact_text(&name, false) {
                name = redacted;
                changed = true;
            }
            changed |= self.redact_value(&mut value);
            fields.insert(name, value);
        }
        changed
    }

    fn redact_text<'a>(&self, text: &'a str, values: bool) -> Cow<'a, str> {
        match self.redact_bytes(text.as_bytes(), values) {
            None => Cow::Borrowed(text),
            // Only whole characters are replaced, so the text stays UTF-8.
            Some(redacted) => Cow::Owned(String::from_utf8_lossy(&redacted).into_owned()),
        }
    }

    /// The text without secrets, or `None` if it has none.
    fn redact_bytes(&self, text: &[u8], values: bool) -> Option<Vec<u8>> {
        let found = self.secrets.find(text, values);
        if found.is_empty() {
            return None;
        }
        let mut redacted = Vec::with_capacity(text.len());
        let mut end = 0;
        for range in &found {
            redacted.extend_from_slice(&text[end..range.start]);
            redacted.extend_from_slice(REDACTED.as_bytes());
            end = range.end;
        }
        redacted.extend_from_slice(&text[end..]);
        Some(redacted)
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor").finish_non_exhaustive()
    }
}

/// The secrets in the value of a request header.
fn header_secrets(name: &HeaderName, value: &[u8]) -> Vec<Secret> {
    if ![AUTHORIZATION, PROXY_AUTHORIZATION].contains(name) {
        return vec![Secret::new(value)];
    }
    let mut windows = value.windows(SIGNATURE.len());
    if let Some(at) = windows.position(|window| window == SIGNATURE) {
        let signature = &value[at + SIGNATURE.len()..];
        let length =
            signature.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte));
        let signature = &signature[..length.count()];
        return vec![Secret::complete(value), Secret::new(signature)];
    }
    let scheme = value.iter().position(|byte| *byte == b' ');
    let credentials = scheme.map_or(value, |scheme| &value[scheme + 1..]);
    vec![Secret::new(credentials)]
}
