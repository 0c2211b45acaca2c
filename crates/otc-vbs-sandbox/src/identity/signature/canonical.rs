//! The canonical form of a request, which is signed.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use sha2::{Digest as _, Sha256};

use super::Received;
use super::authorization::Variant;
use crate::text::excerpt;

/// Everything except `A-Za-z0-9-._~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) struct Canonical<'a> {
    method: &'a str,
    path: String,
    query: String,
    headers: Vec<u8>,
    names: String,
    body: &'a [u8],
}

impl<'a> Canonical<'a> {
    pub(super) fn of(request: &Received<'a>, signed_headers: &[String]) -> Result<Self, String> {
        let mut headers = Vec::new();
        for name in signed_headers {
            let mut values = request.headers.get_all(name).into_iter().peekable();
            if values.peek().is_none() {
                let name = excerpt(name);
                return Err(format!("SignedHeaders names `{name}`, which the request does not have"));
            }
            for value in values {
                headers.extend([name.as_bytes(), b":", value.as_bytes().trim_ascii(), b"\n"]);
            }
        }
        Ok(Self {
            method: request.method,
            path: path(request.path),
            query: query(request.query),
            headers: headers.concat(),
            names: signed_headers.join(";"),
            body: request.body,
        })
    }

    /// The canonical texts. One of them must be signed.
    ///
    /// The first follows the rules. The second is that of the cloud's Go SDK, which uses derived keys, for a
    /// POST without a body: it omits the query, and hashes the form-encoded query instead of the body.
    pub(super) fn texts(&self, variant: &Variant<'_>) -> impl Iterator<Item = Vec<u8>> {
        let query_as_body = matches!(variant, Variant::Derived(_))
            && self.method == "POST"
            && self.body.is_empty()
            && !self.query.is_empty();
        let form = query_as_body.then(|| self.query.replace("%20", "+"));
        let unusual = form.map(|form| self.text("", form.as_bytes()));
        [self.text(&self.query, self.body)].into_iter().chain(unusual)
    }

    fn text(&self, query: &str, body: &[u8]) -> Vec<u8> {
        let body = data_encoding::HEXLOWER.encode(&Sha256::digest(body));
        [
            self.method.as_bytes(),
            self.path.as_bytes(),
            query.as_bytes(),
            &self.headers,
            self.names.as_bytes(),
            body.as_bytes(),
        ]
        .join(&b'\n')
    }
}

/// Segment by segment, so that an encoded slash stays one.
fn path(raw: &str) -> String {
    let segments: Vec<String> = raw.split('/').map(|part| recoded(part.as_bytes())).collect();
    let mut path = segments.join("/");
    if !path.ends_with('/') {
        path.push('/');
    }
    path
}

/// Sorted by name, then by value.
fn query(raw: &str) -> String {
    let plus_is_blank = |text: &str| recoded(text.replace('+', " ").as_bytes());
    let mut pairs: Vec<(String, String)> = raw
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (plus_is_blank(name), plus_is_blank(value)))
        .collect();
    pairs.sort();
    let pairs: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// Encoded by the rules for signatures, regardless of the caller's encoding.
fn recoded(raw: &[u8]) -> String {
    let decoded: Cow<'_, [u8]> = percent_decode(raw).into();
    percent_encode(&decoded, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_encoded_once_and_end_in_a_slash() {
        for (raw, expected) in [
            ("/", "/"),
            ("/v1/x", "/v1/x/"),
            ("/v1/x/", "/v1/x/"),
            ("/a%20b/c%2Fd/%7E~", "/a%20b/c%2Fd/~~/"),
            ("/os:x/%3a", "/os%3Ax/%3A/"),
            ("/%", "/%25/"),
            ("/%ff", "/%FF/"),
            ("//", "//"),
        ] {
            assert_eq!(path(raw), expected, "{raw}");
        }
    }

    #[test]
    fn queries_are_sorted_and_encoded_once() {
        for (raw, expected) in [
            ("", ""),
            ("marker=b&limit=2", "limit=2&marker=b"),
            ("a=2&a=1&a-b=0", "a=1&a=2&a-b=0"),
            ("name~=x%20y+z&flag&&=", "=&flag=&name~=x%20y%20z"),
            ("a=b=c&%61=/", "a=%2F&a=b%3Dc"),
        ] {
            assert_eq!(query(raw), expected, "{raw}");
        }
    }
}
