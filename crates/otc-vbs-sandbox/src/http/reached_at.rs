//! The address at which a caller reached the sandbox.

use http::HeaderMap;
use http::header::HOST;
use url::Url;

use crate::state::AppState;

/// The address at which the caller reached the sandbox. It differs from the sandbox's own address if the
/// connection is forwarded, and a catalog is useful only with an address that the caller can reach.
pub(crate) fn reached_at(app: &AppState, headers: &HeaderMap) -> Url {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    host.and_then(address_of).unwrap_or_else(|| app.address.clone())
}

/// The address in a value of `Host`, if it is a host with or without a port.
pub(crate) fn address_of(host: &str) -> Option<Url> {
    // The URL parser would skip spaces, and treat text after one of the others as another part of the
    // address.
    let is_host = !host.contains(|c: char| c.is_whitespace() || c.is_control() || "/\\?#@".contains(c));
    let address = is_host.then(|| format!("http://{host}/").parse().ok()).flatten();
    address.filter(|address: &Url| address.has_host())
}
