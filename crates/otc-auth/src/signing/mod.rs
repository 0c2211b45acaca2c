//! Signatures by access key (AK/SK).
//!
//! Both variants sign the same kind of canonical request and differ in the key, in what the string to sign holds, and in
//! what stands for a POST without a body: see [`SignatureVariant`].

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

/// How a request is signed with an access key. The gateways of the cloud take either.
///
/// | | derived | direct |
/// |---|---|---|
/// | key | a chain of HMACs from the secret key over the day, the region and the service | the secret key |
/// | header | `Credential=<access key>/<day>/<region>/<service>/sdk_request` | `Access=<access key>` |
/// | a POST without a body | the query is left out of the canonical request, and the hash of the query, encoded as a form and sorted by key, stands where the hash of the body would | as any other request: the query, and the hash of nothing |
///
/// The last row follows the cloud's Go SDK for the derived variant and the API gateway's own description for the direct
/// one. Without a query, the two are the same.
///
/// Where a key of the query is repeated, every value is signed in both variants; the Go SDK signs the first one only.
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

/// For what the caller acts, as a signed request says it. A token says it by itself.
#[derive(Clone, Copy)]
pub(crate) enum Acting<'a> {
    Nothing,
    Project(&'a str),
    Domain(&'a str),
}

/// Signs the request as it is now, in place of an earlier signature.
pub(crate) fn sign(
    request: &mut http::Request<Bytes>,
    key: &AccessKey,
    variant: &SignatureVariant,
    acting: Acting<'_>,
    now: Timestamp,
) -> Result<()> {
    let date = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let headers = request.headers_mut();
    for name in [AUTHORIZATION, X_PROJECT_ID, X_DOMAIN_ID, X_SECURITY_TOKEN] {
        headers.remove(name);
    }
    headers.insert(X_SDK_DATE, header("the date", &date)?);
    match acting {
        Acting::Nothing => {}
        Acting::Project(id) => {
            headers.insert(X_PROJECT_ID, header("the project's identifier", id)?);
        }
        Acting::Domain(id) => {
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

/// The error does not repeat the value, which may be a secret.
pub(crate) fn header(what: &str, value: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(value)
        .map_err(|_| Error::config(format!("{what} has characters that no header can hold")))
}
