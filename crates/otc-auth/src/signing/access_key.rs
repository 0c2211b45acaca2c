//! An access key, and the signature of a request with it.

use bytes::Bytes;
use http::header::{AUTHORIZATION, HeaderName};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::{SignatureVariant, SigningScope, canonical, header, key};
use crate::Result;

pub(super) const X_SDK_DATE: HeaderName = HeaderName::from_static("x-sdk-date");
pub(super) const X_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-security-token");
pub(super) const X_PROJECT_ID: HeaderName = HeaderName::from_static("x-project-id");
pub(super) const X_DOMAIN_ID: HeaderName = HeaderName::from_static("x-domain-id");
const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// An access key, permanent or, with a security token, temporary.
#[derive(Clone)]
pub(crate) struct AccessKey {
    access: String,
    secret: SecretString,
    security_token: Option<SecretString>,
}

impl AccessKey {
    pub(crate) fn new(
        access: &str,
        secret: SecretString,
        security_token: Option<SecretString>,
    ) -> Result<Self> {
        Ok(Self { access: access.to_owned(), secret, security_token })
    }

    /// The id of the access key, which is not a secret.
    pub(crate) fn id(&self) -> &str {
        &self.access
    }

    pub(crate) fn is_temporary(&self) -> bool {
        self.security_token.is_some()
    }

    /// The secret key and the security token.
    pub(crate) fn secrets(&self) -> [Option<&SecretString>; 2] {
        [Some(&self.secret), self.security_token.as_ref()]
    }

    /// Signs the request in its current state. Replaces an earlier signature.
    pub(crate) fn sign(
        &self,
        request: &mut http::Request<Bytes>,
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
                headers.insert(X_PROJECT_ID, header("the project's id", id)?);
            }
            SigningScope::Domain(id) => {
                headers.insert(X_DOMAIN_ID, header("the domain's id", id)?);
            }
        }
        if let Some(token) = &self.security_token {
            let mut value = header("the security token", token.expose_secret())?;
            value.set_sensitive(true);
            headers.insert(X_SECURITY_TOKEN, value);
        }

        let canonical = canonical::Canonical::of(request, variant)?;
        let hash = canonical::sha256_hex(canonical.text.as_bytes());
        let (credential, signature) = match variant {
            SignatureVariant::Direct => {
                let signature = key::direct(&self.secret, &format!("{ALGORITHM}\n{date}\n{hash}"));
                (format!("Access={}", self.access), signature)
            }
            SignatureVariant::Derived { region, service } => {
                let day = now.strftime("%Y%m%d").to_string();
                let scope = format!("{day}/{region}/{service}/sdk_request");
                let text = format!("{ALGORITHM}\n{date}\n{scope}\n{hash}");
                let signature = key::derived(&self.secret, [&day, region, service], &text);
                (format!("Credential={}/{scope}", self.access), signature)
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
}
