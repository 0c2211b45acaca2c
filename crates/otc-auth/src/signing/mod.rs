//! Signatures by access key (AK/SK).
//!
//! Both variants sign a canonical request. They differ in the key, in the string to sign, and in how a POST without a body is
//! signed: see [`SignatureVariant`].

#[cfg(feature = "aksk")]
mod access_key;
#[cfg(not(feature = "aksk"))]
#[path = "disabled.rs"]
mod access_key;
#[cfg(feature = "aksk")]
mod canonical;
#[cfg(feature = "aksk")]
mod key;
#[cfg(all(test, feature = "aksk"))]
mod tests;

use http::header::HeaderValue;

use crate::{Error, Result};

pub(crate) use access_key::AccessKey;

/// The variant of a signature with an access key. The gateways of the cloud accept either variant.
///
/// | | derived | direct |
/// |---|---|---|
/// | key | a chain of HMACs from the secret key over the day, the region and the service | the secret key |
/// | header | `Credential=<access key>/<day>/<region>/<service>/sdk_request` | `Access=<access key>` |
/// | a POST without a body | the canonical request has no query; its body hash is the hash of the query, encoded as a form and sorted by key | like any other request: the query, and the hash of an empty body |
///
/// The last row follows the cloud's Go SDK for the derived variant and the API gateway's own description for the direct
/// one. Without a query, both variants hash an empty body.
///
/// If a key of the query is repeated, both variants sign every value. The Go SDK signs only the first one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureVariant {
    /// Signs with a key derived for a region and a service.
    Derived {
        /// The region in the scope. Empty in the Go SDK.
        region: String,
        /// The service in the scope. Empty in the Go SDK.
        service: String,
    },
    /// Signs with the secret key itself.
    Direct,
}

impl Default for SignatureVariant {
    /// Derived, with empty region and service: what the cloud's Go SDK sends.
    fn default() -> Self {
        Self::Derived { region: String::new(), service: String::new() }
    }
}

/// The project or domain, by id, that a signed request is for. A request with a token does not need it, because the token has its own scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SigningScope {
    Unscoped,
    Project(String),
    Domain(String),
}

/// The value of a header. The error does not repeat it, because it may be a secret.
pub(crate) fn header(what: &str, value: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(value)
        .map_err(|_| Error::config(format!("{what} has characters that are not allowed in a header")))
}
