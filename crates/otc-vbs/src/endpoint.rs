//! Where the service is.

use std::net::IpAddr;

use url::Url;

use crate::{Error, Result};

/// A URL without what may be a secret: user name, password, query and fragment.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Where there is no host, there is no user either.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

/// The endpoint without the version and the project that the service catalog puts behind it.
pub(crate) fn checked_endpoint(text: &str, allow_http: bool) -> Result<Url> {
    let refuse = |problem: &str| Error::setting(format!("endpoint: {problem}"));
    // The text is not repeated where it may hold a password.
    let mut url = Url::parse(text).map_err(|error| refuse(&format!("it is no URL: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("it holds a user name or a password; leave them out"));
    }
    match url.scheme() {
        "https" => {}
        "http" if allow_http || is_loopback(&url) => {}
        "http" => {
            return Err(refuse(&format!(
                "{} is not https, so the token would be readable on the way, and http was not allowed",
                shown(&url)
            )));
        }
        scheme => return Err(refuse(&format!("`{scheme}` is neither https nor http"))),
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refuse(&format!(
            "{} comes with a query or a fragment; leave it out",
            shown(&url)
        )));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(without_version(&path));
    Ok(url)
}

/// `/prefix/v2/4229…` and `/prefix/v2` become `/prefix`.
fn without_version(path: &str) -> &str {
    let is_version = |segment: &str| matches!(segment, "v1" | "v2" | "v3");
    match path.rsplit_once('/') {
        Some((rest, last)) if is_version(last) => rest,
        Some((rest, _project)) => match rest.rsplit_once('/') {
            Some((prefix, version)) if is_version(version) => prefix,
            _ => path,
        },
        None => path,
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(is_loopback_host)
}

/// Whether a host, as it stands in a URL, is this machine.
pub(crate) fn is_loopback_host(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}
