//! Configures TLS: the library, the trusted authorities and the client certificate.

use crate::InvalidSetting;

/// PEM text, and the setting or file that it comes from.
#[derive(Clone, Copy)]
pub(crate) struct Pem<'a> {
    /// Begins the error messages, for example "client_identity_pem" or "cacert: /etc/ca.pem".
    pub(crate) setting: &'a str,
    #[cfg_attr(not(any(feature = "rustls-no-provider", feature = "native-tls")), expect(dead_code))]
    pub(crate) bytes: &'a [u8],
}

/// Builds the client. It trusts `roots` in addition to the authorities of the system, and shows `identity`, a certificate
/// with its private key, to a server that asks for one. Without `verify` it accepts every certificate.
///
/// # Errors
///
/// If a certificate or key can't be used. The message names the setting and repeats none of its content.
pub(crate) fn build_client(
    builder: reqwest::ClientBuilder,
    roots: &[Pem<'_>],
    identity: Option<Pem<'_>>,
    verify: bool,
) -> Result<reqwest::Client, InvalidSetting> {
    // The HTTP library would panic.
    #[cfg(all(feature = "rustls-no-provider", not(feature = "rustls")))]
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(InvalidSetting::new(
            "rustls has no cryptography; install a `CryptoProvider` as its default when the program begins, or enable the \
             feature `rustls`",
        ));
    }
    #[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
    let builder = backend::configured(builder, roots, identity, verify)?;
    #[cfg(not(any(feature = "rustls-no-provider", feature = "native-tls")))]
    if let Some(setting) =
        roots.first().or(identity.as_ref()).map(|pem| pem.setting).or((!verify).then_some("verify"))
    {
        return Err(InvalidSetting::new(format!(
            "{setting} is set, but this build has no TLS; enable the feature `rustls` or `native-tls`"
        )));
    }
    builder.build().map_err(|error| build_problem(&error, identity))
}

fn build_problem(error: &reqwest::Error, identity: Option<Pem<'_>>) -> InvalidSetting {
    #[cfg(feature = "rustls-no-provider")]
    for cause in crate::cause::chain(error) {
        match (cause.downcast_ref::<rustls::Error>(), identity) {
            (Some(rustls::Error::InconsistentKeys(_)), Some(Pem { setting, .. })) => {
                return InvalidSetting::new(format!(
                    "{setting}: the private key does not belong to the certificate"
                ));
            }
            // Without its own roots, the client would trust no server.
            (Some(rustls::Error::General(text)), _) if text.starts_with("No CA certificates") => {
                return InvalidSetting::new(
                    "this system has no trusted certificates; install them, for example the package ca-certificates",
                );
            }
            _ => {}
        }
    }
    let _ = error;
    InvalidSetting::new(match identity {
        Some(Pem { setting, .. }) => format!("{setting}: the certificate can't be used with its private key"),
        None => "the HTTP client can't be set up".to_owned(),
    })
}

#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
mod backend {
    use super::Pem;
    use crate::InvalidSetting;
    use crate::pem::{self, Section};

    pub(super) fn configured(
        builder: reqwest::ClientBuilder,
        roots: &[Pem<'_>],
        identity: Option<Pem<'_>>,
        verify: bool,
    ) -> Result<reqwest::ClientBuilder, InvalidSetting> {
        #[cfg(feature = "rustls-no-provider")]
        let mut builder = builder.tls_backend_rustls();
        #[cfg(not(feature = "rustls-no-provider"))]
        let mut builder = builder.tls_backend_native();
        if !verify {
            builder = builder.tls_danger_accept_invalid_certs(true);
        }
        for &root in roots {
            builder = builder.tls_certs_merge(certificates(root)?);
        }
        match identity {
            Some(pem) => Ok(builder.identity(client_identity(pem)?)),
            None => Ok(builder),
        }
    }

    fn invalid(pem: Pem<'_>, problem: &str) -> InvalidSetting {
        InvalidSetting::new(format!("{}: {problem}", pem.setting))
    }

    fn sections(pem: Pem<'_>) -> Result<Vec<Section>, InvalidSetting> {
        pem::sections(pem.bytes).map_err(|problem| invalid(pem, problem))
    }

    fn certificates(pem: Pem<'_>) -> Result<Vec<reqwest::Certificate>, InvalidSetting> {
        let sections = sections(pem)?;
        let certificates = sections.iter().filter(|section| section.is_certificate());
        let certificates: Vec<_> = certificates
            .enumerate()
            .map(|(index, section)| {
                certificate(section)
                    .ok_or_else(|| invalid(pem, &format!("certificate {} in it is damaged", index + 1)))
            })
            .collect::<Result<_, _>>()?;
        match certificates.is_empty() {
            true => Err(invalid(pem, "it contains no certificate (`-----BEGIN CERTIFICATE-----`)")),
            false => Ok(certificates),
        }
    }

    fn certificate(section: &Section) -> Option<reqwest::Certificate> {
        #[cfg(feature = "rustls-no-provider")]
        {
            use rustls::pki_types::{CertificateDer, pem::PemObject};
            // reqwest would report the problem only when the client is built, without naming the certificate.
            let certificate = CertificateDer::from_pem_slice(section.text()).ok()?;
            rustls::RootCertStore::empty().add(certificate).ok()?;
        }
        reqwest::Certificate::from_pem_bundle(section.text()).ok()?.pop()
    }

    fn client_identity(pem: Pem<'_>) -> Result<reqwest::Identity, InvalidSetting> {
        let sections = sections(pem)?;
        let certificates: Vec<_> = sections.iter().filter(|section| section.is_certificate()).collect();
        if certificates.is_empty() {
            return Err(invalid(pem, "it contains no certificate (`-----BEGIN CERTIFICATE-----`)"));
        }
        let mut keys = sections.iter().filter(|section| section.is_private_key());
        let key = match (keys.next(), keys.next()) {
            (Some(key), None) => key,
            (None, _) => {
                return Err(invalid(pem, "it contains no private key (`-----BEGIN PRIVATE KEY-----`)"));
            }
            (Some(_), Some(_)) => return Err(invalid(pem, "it contains more than one private key")),
        };
        if key.is_encrypted() {
            return Err(invalid(
                pem,
                "the private key is encrypted; decrypt it with `openssl pkey -in KEY -out KEY.pem`",
            ));
        }
        #[cfg(feature = "rustls-no-provider")]
        let identity = reqwest::Identity::from_pem(&pem::joined(certificates.into_iter().chain([key])));
        #[cfg(not(feature = "rustls-no-provider"))]
        let identity = match key.is_pkcs8() {
            true => reqwest::Identity::from_pkcs8_pem(&pem::joined(certificates.into_iter()), key.text()),
            false => {
                return Err(invalid(
                    pem,
                    "the private key is not in PKCS #8 (`-----BEGIN PRIVATE KEY-----`); convert it with `openssl pkcs8 \
                     -topk8 -nocrypt -in KEY -out KEY.pem`",
                ));
            }
        };
        identity.map_err(|_| invalid(pem, "the certificate or its private key is damaged"))
    }
}

#[cfg(all(test, any(feature = "rustls-no-provider", feature = "native-tls")))]
mod tests;
