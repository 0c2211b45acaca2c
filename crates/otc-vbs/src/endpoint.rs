//! The address of the service.

use otc_http::address;
use url::Url;

use crate::{Error, Result};

/// Parses an endpoint, and removes the version and the project that the service catalog appends to it.
pub(crate) fn checked_endpoint(text: &str, allow_http: bool) -> Result<Url> {
    let mut url =
        address::parse(text, allow_http).map_err(|problem| Error::setting(format!("endpoint: {problem}")))?;
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
