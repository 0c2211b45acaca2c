//! Secrets that a service repeats.

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use http::{Request, Response};
use otc_vbs_api::ServiceError;

const HIDDEN: &[u8] = b"***";
const SIGNATURE: &[u8] = b"Signature=";

/// The response, which repeats no header of the request that is marked as sensitive: neither in its headers nor, where it is
/// a failure, in its body. From there it would go into the texts of errors and into logs.
pub(super) fn without_secrets_of(request: &Request<Bytes>, response: Response<Bytes>) -> Response<Bytes> {
    // A body that is data is large, and no text of it is shown.
    let failed = ServiceError::of(&response).is_some();
    let secrets = secrets(request.headers());
    let (mut parts, mut body) = response.into_parts();
    for value in parts.headers.values_mut() {
        if let Some(hidden) = hide(value.as_bytes(), &secrets) {
            // What was a value stays one: nothing comes in but asterisks.
            *value = HeaderValue::from_bytes(&hidden).unwrap_or(HeaderValue::from_static("***"));
        }
    }
    if failed {
        let proxy = proxy_credentials(&body);
        let secrets: Vec<_> = secrets.into_iter().chain(proxy).collect();
        if let Some(hidden) = hide(&body, &secrets) {
            body = hidden.into();
        }
    }
    Response::from_parts(parts, body)
}

/// Each secret, as it was sent and as it stands in JSON.
fn secrets(headers: &HeaderMap) -> Vec<Vec<u8>> {
    let sensitive = headers.iter().filter(|(_, value)| value.is_sensitive());
    let mut secrets = Vec::new();
    for (name, value) in sensitive {
        let value = value.as_bytes();
        secrets.push(value.to_vec());
        if *name == AUTHORIZATION
            && let Some(at) = find(value, SIGNATURE)
        {
            secrets.push(value[at + SIGNATURE.len()..].to_vec());
        }
    }
    let escaped: Vec<_> = secrets.iter().map(|secret| in_json(secret)).collect();
    secrets.extend(escaped);
    secrets.retain(|secret| !secret.is_empty());
    secrets
}

/// What a proxy was shown, where it repeats that. The header is the HTTP library's, so that it is known by its name only.
fn proxy_credentials(body: &[u8]) -> Option<Vec<u8>> {
    const NAME: &[u8] = b"proxy-authorization: basic ";
    let at = find(&body.to_ascii_lowercase(), NAME)?;
    let value = &body[at + NAME.len()..];
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    let length = value.iter().take_while(|byte| is_base64(byte)).count();
    (length > 0).then(|| value[..length].to_vec())
}

/// A header holds no character that JSON escapes otherwise.
fn in_json(secret: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(secret.len());
    for byte in secret {
        if matches!(byte, b'"' | b'\\') {
            escaped.push(b'\\');
        }
        escaped.push(*byte);
    }
    escaped
}

/// The text with asterisks for each secret. None where there is none in it.
fn hide(text: &[u8], secrets: &[Vec<u8>]) -> Option<Vec<u8>> {
    let mut hidden: Option<Vec<u8>> = None;
    for secret in secrets {
        let mut rest = hidden.as_deref().unwrap_or(text);
        let mut changed = Vec::new();
        while let Some(at) = find(rest, secret) {
            changed.extend_from_slice(&rest[..at]);
            changed.extend_from_slice(HIDDEN);
            rest = &rest[at + secret.len()..];
        }
        if !changed.is_empty() {
            changed.extend_from_slice(rest);
            hidden = Some(changed);
        }
    }
    hidden
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}
