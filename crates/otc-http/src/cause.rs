//! Describes why a connection or a response failed, in plain words instead of a library's.

use std::error::Error;
use std::io::{self, ErrorKind};

/// The error and everything that caused it, outermost first.
///
/// An [`io::Error`] hides the error that it wraps from `source`, so the wrapped error is visited too.
pub(crate) fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| {
        let wrapped: Option<&'a (dyn Error + 'static)> =
            error.downcast_ref::<io::Error>().and_then(|error| error.get_ref().map(|inner| inner as _));
        wrapped.or_else(|| error.source())
    })
}

/// The cause in plain words, to follow a colon: "can't connect to vbs.example.com: connection refused".
///
/// `None` if the cause is unknown. Its text is then a library's, and belongs only in the error's `source`.
pub(crate) fn plain(error: &(dyn Error + 'static)) -> Option<&'static str> {
    let known = |error: &(dyn Error + 'static)| of_text(&error.to_string()).or_else(|| of_tls(error));
    let is_decoding = error.downcast_ref().is_some_and(reqwest::Error::is_decode);
    chain(error)
        .find_map(|error| {
            known(error).or_else(|| match error.downcast_ref::<io::Error>()?.kind() {
                // The compressed data ends early. A response that is cut off is known by its text.
                ErrorKind::UnexpectedEof if is_decoding => None,
                kind => of_io(kind),
            })
        })
        .or_else(|| is_decoding.then_some("the response can't be decompressed"))
}

/// The HTTP library's errors have no public types, so they are recognized by how their text begins.
fn of_text(text: &str) -> Option<&'static str> {
    const CLOSED: &str = "the server closed the connection";
    const CUT_OFF: &str = "the server closed the connection before the response was complete";
    const NOT_HTTP: &str = "the response is not HTTP";
    const INVALID_HEADER: &str = "the response has an invalid header";
    const HTTP2_VIOLATION: &str = "the server violated the HTTP/2 protocol";
    const TEXTS: &[(&str, &str)] = &[
        ("dns error", "the host name can't be resolved"),
        ("failed to lookup address information", "the host name can't be resolved"),
        ("operation timed out", "timed out"),
        ("tls handshake eof", "the server closed the connection during the TLS handshake"),
        ("tunnel error: unexpected end of file", "the proxy closed the connection"),
        ("tunnel error: proxy response headers too long", "the response headers of the proxy are too large"),
        ("connection closed before message completed", CUT_OFF),
        ("end of file before message length reached", CUT_OFF),
        ("unexpected EOF during chunk size line", CUT_OFF),
        ("peer closed connection without sending TLS close_notify", CUT_OFF),
        ("message head is too large", "the response headers are too large"),
        ("invalid HTTP version parsed", NOT_HTTP),
        ("invalid HTTP status-code parsed", NOT_HTTP),
        ("received unexpected message from connection", NOT_HTTP),
        ("invalid HTTP header parsed", INVALID_HEADER),
        ("invalid content-length parsed", INVALID_HEADER),
        ("unexpected transfer-encoding parsed", INVALID_HEADER),
        ("Invalid chunk", "the response body is garbled"),
        ("channel closed", CLOSED),
        ("connection error received: not a result of an error", CLOSED),
        ("connection error received", "the server ended the HTTP/2 connection with an error"),
        ("stream error received: refused stream", "the server refused to handle the request"),
        ("stream error received: endpoint requires HTTP/1.1", "the server requires HTTP/1.1"),
        ("stream error received", "the server cut off the response"),
        ("connection error detected", HTTP2_VIOLATION),
        ("stream error detected", HTTP2_VIOLATION),
    ];
    TEXTS.iter().find(|(begin, _)| text.starts_with(begin)).map(|(_, plain)| *plain)
}

fn of_io(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::ConnectionRefused => "connection refused",
        ErrorKind::ConnectionReset => "the connection was reset",
        ErrorKind::ConnectionAborted => "the connection was aborted",
        ErrorKind::TimedOut => "timed out",
        ErrorKind::HostUnreachable => "the host is unreachable",
        ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => "the network is unreachable",
        ErrorKind::BrokenPipe | ErrorKind::NotConnected => "the server closed the connection",
        ErrorKind::UnexpectedEof => "the server closed the connection before the response was complete",
        ErrorKind::AddrNotAvailable => "no local address or port is available",
        ErrorKind::PermissionDenied => "this machine does not permit the connection",
        _ => return None,
    })
}

#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
const NO_TLS: &str = "the server does not speak TLS on this port";
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
const NOTHING_IN_COMMON: &str = "the server and this client share no TLS version or cipher suite";
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
const CLIENT_CERTIFICATE_REQUIRED: &str = "the server requires a client certificate";
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
const CLIENT_CERTIFICATE_REJECTED: &str = "the server rejected the client certificate";
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
const UNKNOWN_NAME: &str = "the server does not serve this host name";
#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
const HANDSHAKE_REFUSED: &str = "the server refused the TLS handshake";

fn of_tls(error: &(dyn Error + 'static)) -> Option<&'static str> {
    #[cfg(feature = "rustls-no-provider")]
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return of_rustls(error);
    }
    #[cfg(feature = "native-tls")]
    if let Some(error) = error.downcast_ref::<native_tls::Error>() {
        return of_native_tls(&error.to_string());
    }
    let _ = error;
    None
}

#[cfg(feature = "rustls-no-provider")]
fn of_rustls(error: &rustls::Error) -> Option<&'static str> {
    use rustls::{AlertDescription as Alert, Error, InvalidMessage};

    Some(match error {
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => NO_TLS,
        Error::InvalidMessage(_) | Error::PeerMisbehaved(_) => "the server violated the TLS protocol",
        Error::PeerIncompatible(_) => NOTHING_IN_COMMON,
        Error::AlertReceived(alert) => match alert {
            Alert::CertificateRequired => CLIENT_CERTIFICATE_REQUIRED,
            Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateRevoked
            | Alert::CertificateExpired
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied => CLIENT_CERTIFICATE_REJECTED,
            Alert::ProtocolVersion | Alert::InsufficientSecurity => NOTHING_IN_COMMON,
            Alert::UnrecognisedName => UNKNOWN_NAME,
            _ => HANDSHAKE_REFUSED,
        },
        _ => return None,
    })
}

/// The system's TLS library describes its errors only in words: OpenSSL's, Schannel's or Secure Transport's.
#[cfg(feature = "native-tls")]
fn of_native_tls(text: &str) -> Option<&'static str> {
    const TEXTS: &[(&str, &str)] = &[
        ("alert certificate required", CLIENT_CERTIFICATE_REQUIRED),
        ("alert bad certificate", CLIENT_CERTIFICATE_REJECTED),
        ("alert unsupported certificate", CLIENT_CERTIFICATE_REJECTED),
        ("alert certificate", CLIENT_CERTIFICATE_REJECTED),
        ("alert unknown ca", CLIENT_CERTIFICATE_REJECTED),
        ("alert access denied", CLIENT_CERTIFICATE_REJECTED),
        ("alert protocol version", NOTHING_IN_COMMON),
        ("alert insufficient security", NOTHING_IN_COMMON),
        ("unsupported protocol", NOTHING_IN_COMMON),
        ("no protocols available", NOTHING_IN_COMMON),
        ("do not possess a common algorithm", NOTHING_IN_COMMON),
        ("unrecognized name", UNKNOWN_NAME),
        ("alert", HANDSHAKE_REFUSED),
        ("wrong version number", NO_TLS),
        ("packet length too long", NO_TLS),
        ("token supplied to the function is invalid", NO_TLS),
        ("message received was unexpected or badly formatted", NO_TLS),
    ];
    let text = text.to_ascii_lowercase();
    TEXTS.iter().find(|(words, _)| text.contains(words)).map(|(_, plain)| *plain)
}

#[cfg(test)]
mod tests;
