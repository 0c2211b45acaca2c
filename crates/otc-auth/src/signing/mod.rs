//! Signatures by access key (AK/SK).
//!
//! Both variants sign a canonical request. They differ in the key, in the string to sign, and in how a POST without a body is
//! signed: see [`SignatureVariant`].

mod canonical;
mod key;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use crate::{Error, Result};

const X_SDK_DATE: HeaderName = HeaderName::from_static("x-sdk-date");
const X_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-security-token");
const X_PROJECT_ID: HeaderName = HeaderName::from_static("x-project-id");
const X_DOMAIN_ID: HeaderName = HeaderName::from_static("x-domain-id");
const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// How a request is signed with an access key. The gateways of the cloud accept either variant.
///
/// | | derived | direct |
/// |---|---|---|
/// | key | a chain of HMACs from the secret key over the day, the region and the service | the secret key |
/// | header | `Credential=<access key>/<day>/<region>/<service>/sdk_request` | `Access=<access key>` |
/// | a POST without a body | the canonical request has no query; its body hash is the hash of the query, encoded as a form and sorted by key | like any other request: the query, and the hash of an empty body |
///
/// The last row follows the cloud's Go SDK for the derived variant and the API gateway's own description for the direct
/// one. Without a query, the two are the same.
///
/// If a key of the query is repeated, both variants sign every value. The Go SDK signs only the first one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureVariant {
    /// With a key derived for a region and a service.
    Derived {
        /// The region in the scope. Empty in the Go SDK.
        region: String,
        /// The service in the scope. Empty in the Go SDK.
        service: String,
    },
    /// With the secret key itself.
    Direct,
}

impl Default for SignatureVariant {
    /// Derived, with empty region and service: what the cloud's Go SDK sends.
    fn default() -> Self {
        Self::Derived {
            region: String::new(),
            service: String::new(),
        }
    }
}

/// An access key, permanent or, with a security token, temporary.
#[derive(Clone)]
pub(crate) struct AccessKey {
    pub(crate) access: String,
    pub(crate) secret: SecretString,
    pub(crate) security_token: Option<SecretString>,
}

/// The project or domain, by identifier, that a signed request is for. A token implies its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SigningScope {
    Unscoped,
    Project(String),
    Domain(String),
}

/// Signs the request as it is now. Replaces an earlier signature.
pub(crate) fn sign(
    request: &mut http::Request<Bytes>,
    key: &AccessKey,
    variant: &SignatureVariant,
    scope: &SigningScope,
    now: Timestamp,
) -> Result<()> {
    let date = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let headers = request.headers_mut();
    for name in [AUTHORIZATION, X_PROJECT_ID, X_DOMAIN_ID, X_SECURITY_TOKEN] {
        headers.remove(name);
    }
    headers.insert(X_SDK_DATE, header("the date", &date)?);
    match scope {
        SigningScope::Unscoped => {}
        SigningScope::Project(id) => {
            headers.insert(X_PROJECT_ID, header("the project's identifier", id)?);
        }
        SigningScope::Domain(id) => {
            headers.insert(X_DOMAIN_ID, header("the domain's identifier", id)?);
        }
    }
    if let Some(token) = &key.security_token {
        let mut value = header("the security token", token.expose_secret())?;
        value.set_sensitive(true);
        headers.insert(X_SECURITY_TOKEN, value);
    }

    let canonical = canonical::Canonical::of(request, variant)?;
    let hash = canonical::sha256_hex(canonical.text.as_bytes());
    let (credential, signature) = match variant {
        SignatureVariant::Direct => {
            let signature = key::direct(&key.secret, &format!("{ALGORITHM}\n{date}\n{hash}"))?;
            (format!("Access={}", key.access), signature)
        }
        SignatureVariant::Derived { region, service } => {
            let day = now.strftime("%Y%m%d").to_string();
            let scope = format!("{day}/{region}/{service}/sdk_request");
            let text = format!("{ALGORITHM}\n{date}\n{scope}\n{hash}");
            let signature = key::derived(&key.secret, [&day, region, service], &text)?;
            (format!("Credential={}/{scope}", key.access), signature)
        }
    };
    let value = format!(
        "{ALGORITHM} {credential}, SignedHeaders={}, Signature={signature}",
        canonical.signed_headers
    );
    let mut value = header("the access key", &value)?;
    value.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, value);
    Ok(())
}

/// The value of a header. The error does not repeat it, because it may be a secret.
pub(crate) fn header(what: &str, value: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(value)
        .map_err(|_| Error::config(format!("{what} has characters that are not allowed in a header")))
}
