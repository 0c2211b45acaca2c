//! TLS: which library, whom to trust, and who the client is.

#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
use secrecy::zeroize::Zeroizing;

use crate::{Error, Result};

/// The builder with the library of the features, further roots and a client certificate.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
pub(super) fn configured(
    builder: reqwest::ClientBuilder,
    roots: &[Vec<u8>],
    identity: Option<&[u8]>,
    verify: bool,
) -> Result<reqwest::ClientBuilder> {
    let mut builder = with_library(builder);
    if !verify {
        builder = builder.tls_danger_accept_invalid_certs(true);
    }
    for pem in roots {
        let certificates = reqwest::Certificate::from_pem_bundle(pem).ok();
        let certificates = certificates.filter(|certificates| !certificates.is_empty());
        builder = builder.tls_certs_merge(certificates.ok_or_else(|| {
            Error::setting("root_certificate_pem: there is no certificate in it that can be read")
        })?);
    }
    match identity {
        // What is wrong with it is not repeated: it holds the private key.
        Some(pem) => Ok(builder.identity(client_identity(pem).ok_or_else(|| {
            Error::setting(
                "client_identity_pem: there is no certificate with its private key in it that can be read",
            )
        })?)),
        None => Ok(builder),
    }
}

#[cfg(feature = "rustls")]
fn with_library(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.tls_backend_rustls()
}

#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
fn with_library(builder: reqwest::ClientBuilder) -> reqwest::ClientBuilder {
    builder.tls_backend_native()
}

#[cfg(feature = "rustls")]
fn client_identity(pem: &[u8]) -> Option<reqwest::Identity> {
    reqwest::Identity::from_pem(pem).ok()
}

/// The library wants certificates and key apart.
#[cfg(all(feature = "native-tls", not(feature = "rustls")))]
fn client_identity(pem: &[u8]) -> Option<reqwest::Identity> {
    const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
    const END: &str = "-----END PRIVATE KEY-----";
    let text = std::str::from_utf8(pem).ok()?;
    let (before, rest) = text.split_once(BEGIN)?;
    let (key, after) = rest.split_once(END)?;
    let key = Zeroizing::new(format!("{BEGIN}{key}{END}\n"));
    let certificates = format!("{before}{after}");
    reqwest::Identity::from_pkcs8_pem(certificates.as_bytes(), key.as_bytes()).ok()
}

#[cfg(not(any(feature = "rustls", feature = "native-tls")))]
pub(super) fn configured(
    builder: reqwest::ClientBuilder,
    roots: &[Vec<u8>],
    identity: Option<&[u8]>,
    verify: bool,
) -> Result<reqwest::ClientBuilder> {
    match roots.is_empty() && identity.is_none() && verify {
        true => Ok(builder),
        false => Err(Error::setting(
            "certificates are set, but TLS is not part of this build; turn the feature `rustls` or `native-tls` on",
        )),
    }
}
