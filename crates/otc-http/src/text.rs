//! Formats values for messages.

use std::time::Duration;

use bytes::Bytes;

/// Returns the host and port of a request. Messages do not show the rest of its address: the error of the
/// call names the operation, and a query may contain secrets.
pub(crate) fn authority(request: &http::Request<Bytes>) -> String {
    request.uri().authority().map(ToString::to_string).unwrap_or_default()
}

/// A duration in seconds, such as `30 s` or `0.250 s`.
pub(crate) fn seconds(duration: Duration) -> String {
    match duration.subsec_nanos() {
        0 => format!("{} s", duration.as_secs()),
        _ => format!("{:.3} s", duration.as_secs_f64()),
    }
}
