//! Why the certificate of a server is not trusted.

use std::error::Error;
use std::io;

/// What is wrong with the certificate of a server, where that is why no connection was made; with what to do about it.
///
/// For clients that send what a [`Session`](crate::Session) authorized: the error is one of reqwest, or any other that has
/// the TLS library's among its causes. `trust` says how the caller would have an authority trusted. The text goes on after
/// "the certificate is not trusted: ".
///
/// ```
/// let error = std::io::Error::other("the network is down");
/// assert_eq!(otc_auth::certificate_problem(&error, "`cacert`"), None);
/// ```
pub fn certificate_problem(error: &(dyn Error + 'static), trust: &str) -> Option<String> {
    causes(error).find_map(problem).map(|problem| problem.text(trust))
}

/// The error, and all that caused it. What an error of input and output wraps is passed over by its `source`.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let wrapped: Option<&'a (dyn Error + 'static)> = error
            .downcast_ref::<io::Error>()
            .and_then(|error| error.get_ref().map(|inner| inner as _));
        wrapped.or_else(|| error.source())
    })
}

fn problem(error: &(dyn Error + 'static)) -> Option<Problem> {
    #[cfg(feature = "rustls")]
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

#[cfg_attr(not(any(feature = "rustls", feature = "native-tls")), expect(dead_code))]
#[derive(Debug, PartialEq)]
enum Problem {
    Authority,
    Expired,
    NotYetValid,
    /// With the names that it is for, where they are known.
    Name(Vec<String>),
    Other(String),
}

impl Problem {
    #[cfg(feature = "rustls")]
    fn of_rustls(error: &rustls::CertificateError) -> Self {
        use rustls::CertificateError;

        match error {
            // A bad signature is that of an authority that has the name of a known one, and not its key.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Self::Authority,
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Self::NotYetValid,
            CertificateError::NotValidForName => Self::Name(Vec::new()),
            CertificateError::NotValidForNameContext { presented, .. } => Self::Name(presented.clone()),
            other => Self::Other(other.to_string()),
        }
    }

    /// The libraries of systems tell in words only. None where they speak of something else, or tell what the server
    /// said of a certificate of the caller (an alert).
    #[cfg(feature = "native-tls")]
    fn of_text(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        let has = |words: &str| lower.contains(words);
        if !has("certificate") || has("alert") {
            return None;
        }
        Some(if has("expired") {
            Self::Expired
        } else if has("not yet valid") {
            Self::NotYetValid
        } else if has("mismatch") {
            Self::Name(Vec::new())
        } else if [
            "issuer certificate",
            "self-signed",
            "self signed",
            "signature failure",
        ]
        .iter()
        .any(|words| has(words))
        {
            Self::Authority
        } else {
            Self::Other(text.to_owned())
        })
    }

    fn text(&self, trust: &str) -> String {
        match self {
            Self::Authority => format!(
                "it was issued by an authority that is not known here; if it should be, have it trusted by {trust}"
            ),
            Self::Expired => {
                "it has expired; have it renewed, or set the clock here if that is wrong".to_owned()
            }
            Self::NotYetValid => {
                "it is not valid yet; set the clock here if that is wrong, or have it issued anew".to_owned()
            }
            Self::Name(names) => {
                let other = match names.as_slice() {
                    [] => String::new(),
                    names => format!(" ({})", names.join(", ")),
                };
                format!("it is for other names{other}; use one of those in the address")
            }
            Self::Other(problem) => {
                format!("{problem}; have it mended, or the authority trusted by {trust}")
            }
        }
    }
}

#[cfg(all(test, feature = "native-tls"))]
mod tests {
    use super::Problem;

    #[test]
    fn what_the_libraries_of_systems_say() {
        let verify = |reason: &str| {
            let text = format!("error:0A000086:SSL routines::certificate verify failed: ({reason})");
            Problem::of_text(&text)
        };
        for issuer in [
            "unable to get local issuer certificate",
            "self-signed certificate in certificate chain",
            "self signed certificate",
            "certificate signature failure",
        ] {
            assert_eq!(verify(issuer), Some(Problem::Authority), "{issuer}");
        }
        assert_eq!(verify("certificate has expired"), Some(Problem::Expired));
        assert_eq!(verify("certificate is not yet valid"), Some(Problem::NotYetValid));
        assert_eq!(verify("hostname mismatch"), Some(Problem::Name(Vec::new())));
        assert!(matches!(verify("certificate revoked"), Some(Problem::Other(_))));
        for other in [
            "the handshake failed",
            "error:0A000412:SSL routines::ssl/tls alert bad certificate",
        ] {
            assert_eq!(Problem::of_text(other), None, "{other}");
        }
    }
}
