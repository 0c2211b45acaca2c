//! The address by which a caller reached the sandbox.

use http::HeaderMap;
use url::Url;

use crate::state::AppState;

/// The address by which the caller reached the sandbox. It differs from the sandbox's own where something forwards the
/// connection, and a catalog is of use only with an address that the caller can reach.
pub(crate) fn reached_at(app: &AppState, headers: &HeaderMap) -> Url {
    headers
        .get(http::header::HOST)
        .and_then(|host| host.to_str().ok())
        .and_then(|host| host.parse::<http::uri::Authority>().ok())
        .and_then(|authority| format!("http://{}/", authority.as_str()).parse().ok())
        .unwrap_or_else(|| app.address.clone())
}
