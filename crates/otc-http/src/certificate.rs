//! Describes the problem with a server's certificate, and how to fix it.

use std::error::Error;
#[cfg(feature = "rustls-no-provider")]
use std::time::{Duration, UNIX_EPOCH};

use crate::cause;

/// Describes the problem with the server's certificate, and how to fix it. `None` if the error has another
/// cause.
///
/// The text follows "the certificate of vbs.example.com is not trusted: ". `trust` names the settings for
/// additional trusted certificates, and follows "add its certificate to ".
pub(crate) fn certificate_problem(error: &(dyn Error + 'static), trust: &str) -> Option<String> {
    cause::chain(error).find_map(problem).map(|problem| problem.text(trust))
}

fn problem(error: &(dyn Error + 'static)) -> Option<Problem> {
    #[cfg(feature = "rustls-no-provider")]
    if let Some(rustls::Error::InvalidCertificate(error)) = error.downcast_ref() {
        return Some(Problem::of_rustls(error));
    }
    #[cfg(feature = "native-tls")]
    if let Some(error) = error.downcast_ref::<native_tls::Error>() {
        return Problem::of_text(&error.to_string());
    }
    let _ = error;
    None
}

#[cfg_attr(not(all(feature = "rustls-no-provider", feature = "native-tls")), allow(dead_code))]
#[derive(Debug, PartialEq)]
enum Problem {
    Issuer,
    IssuerSignature,
    /// With the expiry date, if known.
    Expired(Option<String>),
    NotYetValid(Option<String>),
    Name(Option<WrongName>),
    CaOfServer,
    /// X.509 version 1.
    Version,
    Purpose,
    Revoked,
    Algorithm,
    Malformed,
    Other,
}

#[derive(Debug, PartialEq)]
struct WrongName {
    expected: String,
    is_address: bool,
    /// Empty if the certificate has no subjectAltName.
    presented: Vec<String>,
}

#[cfg(feature = "rustls-no-provider")]
impl Problem {
    fn of_rustls(error: &rustls::CertificateError) -> Self {
        use rustls::CertificateError;

        let date = |time: &rustls::pki_types::UnixTime| {
            let time = UNIX_EPOCH.checked_add(Duration::from_secs(time.as_secs()))?;
            Some(httpdate::fmt_http_date(time))
        };
        match error {
            CertificateError::UnknownIssuer => Self::Issuer,
            CertificateError::BadSignature => Self::IssuerSignature,
            CertificateError::Expired => Self::Expired(None),
            CertificateError::ExpiredContext { not_after, .. } => Self::Expired(date(not_after)),
            CertificateError::NotValidYet => Self::NotYetValid(None),
            CertificateError::NotValidYetContext { not_before, .. } => Self::NotYetValid(date(not_before)),
            CertificateError::NotValidForName => Self::Name(None),
            CertificateError::NotValidForNameContext { expected, presented } => Self::Name(Some(WrongName {
                expected: expected.to_str().into_owned(),
                is_address: matches!(expected, rustls::pki_types::ServerName::IpAddress(_)),
                presented: presented.iter().map(|name| plain_name(name).to_owned()).collect(),
            })),
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                Self::Purpose
            }
            CertificateError::Revoked => Self::Revoked,
            CertificateError::UnsupportedSignatureAlgorithmContext { .. }
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => Self::Algorithm,
            CertificateError::BadEncoding | CertificateError::UnhandledCriticalExtension => Self::Malformed,
            // The verifier's own errors, whose types are not public.
            CertificateError::Other(error) => match error.0.to_string().as_str() {
                "CaUsedAsEndEntity" => Self::CaOfServer,
                "UnsupportedCertVersion" => Self::Version,
                "certificate had invalid extensions" => Self::Purpose,
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }
}

/// `DnsName("vbs.example.com")` and `IpAddress(10.0.0.1)` without what surrounds the name.
#[cfg(feature = "rustls-no-provider")]
fn plain_name(presented: &str) -> &str {
    let inner = presented.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.map_or(presented, |name| name.trim_matches('"'))
}

#[cfg(feature = "native-tls")]
impl Problem {
    /// The system's TLS library describes its errors only in words: OpenSSL's, Schannel's or Secure Transport's.
    ///
    /// `None` if the text is about something else, or is the server's opinion of the client certificate (an alert).
    fn of_text(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|words| text.contains(words));
        if !has(&["certificate"]) || has(&["alert"]) {
            return None;
        }
        Some(if has(&["expired", "not within its validity period"]) {
            Self::Expired(None)
        } else if has(&["not yet valid"]) {
            Self::NotYetValid(None)
        } else if has(&["mismatch", "does not match"]) {
            Self::Name(None)
        } else if has(&["signature failure"]) {
            Self::IssuerSignature
        } else if has(&["issuer certificate", "self-signed", "self signed", "not trusted"]) {
            Self::Issuer
        } else if has(&["purpose"]) {
            Self::Purpose
        } else if has(&["revoked"]) {
            Self::Revoked
        } else if has(&["too weak", "too small"]) {
            Self::Algorithm
        } else {
            Self::Other
        })
    }
}

impl Problem {
    fn text(&self, trust: &str) -> String {
        match self {
            Self::Issuer => {
                format!("its issuer is not trusted; if it should be, add the issuer's certificate to {trust}")
            }
            Self::IssuerSignature => format!(
                "its signature is not its issuer's; if the issuer was recreated under the same name, add the issuer's \
                 current certificate to {trust}"
            ),
            Self::Expired(date) => format!(
                "it expired{}; renew it, or correct this machine's clock if that is wrong",
                date.as_ref().map(|date| format!(" on {date}")).unwrap_or_default()
            ),
            Self::NotYetValid(date) => format!(
                "it is not valid yet{}; correct this machine's clock if that is wrong, or reissue the certificate",
                date.as_ref().map(|date| format!(" (its validity begins on {date})")).unwrap_or_default()
            ),
            Self::Name(None) => {
                "it is for another host name; use one of its names in the URL, or reissue it".to_owned()
            }
            Self::Name(Some(name)) => name.text(),
            Self::CaOfServer => format!(
                "it is a CA certificate (`openssl req -x509` creates those by default), which a server can't use; \
                 recreate it with `-addext basicConstraints=critical,CA:FALSE` and add it to {trust}, or issue a server \
                 certificate with it"
            ),
            Self::Version => {
                "it is an X.509 version 1 certificate; reissue it as version 3, with a subjectAltName"
                    .to_owned()
            }
            Self::Purpose => {
                "it was not issued for servers; reissue it with extendedKeyUsage=serverAuth".to_owned()
            }
            Self::Revoked => "it was revoked; replace it".to_owned(),
            Self::Algorithm => {
                "its key or signature algorithm is too weak or not supported; reissue it, for example with \
                                ECDSA P-256 or RSA 2048, and SHA-256"
                    .to_owned()
            }
            Self::Malformed => "it is malformed; reissue it".to_owned(),
            Self::Other => "it can't be verified; `openssl s_client -connect HOST:443` shows why".to_owned(),
        }
    }
}

impl WrongName {
    fn text(&self) -> String {
        /// The maximum number of names that are listed. Certificates of load balancers have hundreds.
        const LISTED: usize = 10;
        let expected = &self.expected;
        if self.presented.is_empty() {
            let kind = if self.is_address { "IP" } else { "DNS" };
            return format!(
                "it has no subjectAltName, and the common name does not count; reissue it, for example with \
                 `openssl req … -addext subjectAltName={kind}:{expected}`"
            );
        }
        let mut names = self.presented.iter().take(LISTED).map(String::as_str).collect::<Vec<_>>().join(", ");
        if let more @ 1.. = self.presented.len().saturating_sub(LISTED) {
            names = format!("{names} and {more} more");
        }
        format!(
            "it is for {names}, not for {expected}; use one of its names in the URL, or reissue it for {expected}"
        )
    }
}

#[cfg(all(test, any(feature = "rustls-no-provider", feature = "native-tls")))]
mod tests;
