//! How messages of transports name things.

use std::time::Duration;

use bytes::Bytes;

/// Host and port of a request: all that a message says of where it went. A path names what the call is about, which is in
/// the error of the call, and what a query holds belongs in no message.
pub(crate) fn authority(request: &http::Request<Bytes>) -> String {
    request
        .uri()
        .authority()
        .map(ToString::to_string)
        .unwrap_or_default()
}

pub(crate) fn seconds(duration: Duration) -> String {
    match duration.subsec_nanos() {
        0 => format!("{} s", duration.as_secs()),
        _ => format!("{:.3} s", duration.as_secs_f64()),
    }
}
