//! The canonical form of a request, which is signed.

use bytes::Bytes;
use hmac_sha256::Hash;
use http::header::{CONTENT_TYPE, HOST, HeaderName};
use http::{Method, Request, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use super::SignatureVariant;
use super::access_key::{X_DOMAIN_ID, X_PROJECT_ID, X_SDK_DATE, X_SECURITY_TOKEN};
use crate::{Error, Result};

/// The characters that are percent-encoded in a path segment and in the query.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// The headers that are signed if the request has them. Proxies may change or add others.
const SIGNED: [HeaderName; 5] = [CONTENT_TYPE, X_DOMAIN_ID, X_PROJECT_ID, X_SDK_DATE, X_SECURITY_TOKEN];

pub(super) struct Canonical {
    pub(super) text: String,
    pub(super) signed_headers: String,
}

impl Canonical {
    pub(super) fn of(request: &Request<Bytes>, variant: &SignatureVariant) -> Result<Self> {
        let pairs = query_pairs(request.uri().query().unwrap_or_default());
        let query_is_payload = matches!(variant, SignatureVariant::Derived { .. })
            && request.method() == Method::POST
            && request.body().is_empty();
        let (query, payload) = if query_is_payload {
            (String::new(), sha256_hex(form(&pairs).as_bytes()))
        } else {
            (canonical_query(&pairs), sha256_hex(request.body()))
        };

        let mut headers = signed_headers(request)?;
        headers.sort();
        let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
        let signed_headers = names.join(";");
        let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let text = [
            request.method().as_str(),
            &canonical_path(request.uri().path()),
            &query,
            &lines,
            &signed_headers,
            &payload,
        ]
        .join("\n");
        Ok(Self { text, signed_headers })
    }
}

pub(super) fn sha256_hex(data: &[u8]) -> String {
    hex::encode(Hash::hash(data))
}

fn signed_headers(request: &Request<Bytes>) -> Result<Vec<(String, String)>> {
    let mut headers = vec![(HOST.to_string(), host(request)?)];
    for name in SIGNED {
        for value in request.headers().get_all(&name) {
            let value = value
                .to_str()
                .map_err(|_| Error::config(format!("the header {name} is not ASCII and can't be signed")))?;
            headers.push((name.to_string(), value.trim().to_owned()));
        }
    }
    Ok(headers)
}

/// The `Host` header if it is set, otherwise the URI's host, with its port unless it is the default.
fn host(request: &Request<Bytes>) -> Result<String> {
    if let Some(host) = request.headers().get(HOST) {
        return host
            .to_str()
            .map(str::to_owned)
            .map_err(|_| Error::config("the `Host` header is not ASCII and can't be signed"));
    }
    let uri = request.uri();
    let host = uri
        .host()
        .ok_or_else(|| Error::config("a request without a host can't be signed"))?
        .to_ascii_lowercase();
    Ok(match uri.port_u16().filter(|port| !is_default_port(uri, *port)) {
        Some(port) => format!("{host}:{port}"),
        None => host,
    })
}

fn is_default_port(uri: &Uri, port: u16) -> bool {
    matches!((uri.scheme_str(), port), (Some("https"), 443) | (Some("http"), 80))
}

/// The path, decoded and encoded again uniformly, with a slash at its end.
fn canonical_path(path: &str) -> String {
    let decoded: Vec<u8> = percent_decode_str(path).collect();
    let mut encoded = percent_encode(&decoded, RESERVED_IN_PATH).to_string();
    if !encoded.starts_with('/') {
        encoded.insert(0, '/');
    }
    if !encoded.ends_with('/') {
        encoded.push('/');
    }
    encoded
}

type Pair = (Vec<u8>, Vec<u8>);

fn query_pairs(query: &str) -> Vec<Pair> {
    let decode = |text: &str| -> Vec<u8> {
        // Servers read a plus in a query as a space.
        percent_decode_str(&text.replace('+', " ")).collect()
    };
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

/// The query, sorted by encoded key and then by encoded value.
fn canonical_query(pairs: &[Pair]) -> String {
    let encode = |text: &[u8]| percent_encode(text, RESERVED).to_string();
    let mut pairs: Vec<_> = pairs.iter().map(|(key, value)| (encode(key), encode(value))).collect();
    pairs.sort();
    let pairs: Vec<_> = pairs.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
    pairs.join("&")
}

/// The query encoded as a form, stably sorted by key. Spaces become `+`.
fn form(pairs: &[Pair]) -> String {
    let encode = |text: &[u8]| percent_encode(text, RESERVED).to_string().replace("%20", "+");
    let mut pairs: Vec<&Pair> = pairs.iter().collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    let pairs: Vec<_> =
        pairs.into_iter().map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect();
    pairs.join("&")
}
