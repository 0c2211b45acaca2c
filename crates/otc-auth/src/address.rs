//! Addresses of the identity service.

use otc_http::address::{check, parse};
use url::Url;

use crate::{Error, Result};

/// The address of the identity service, with the version that this crate supports.
pub(crate) fn auth_url(text: &str, allow_http: bool) -> Result<Url, String> {
    let mut url = parse(text, allow_http)?;
    let path = url.path().trim_end_matches('/').to_owned();
    if path.ends_with("/v2.0") {
        return Err("it is for Keystone v2.0, which the cloud no longer has; use …/v3".to_owned());
    }
    if !path.ends_with("/v3") {
        url.set_path(&format!("{path}/v3"));
    }
    Ok(url)
}

/// `path` below an address.
pub(crate) fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

/// Checks the address of a request that is about to be sent with credentials.
pub(crate) fn check_request<T>(request: &http::Request<T>, allow_http: bool) -> Result<()> {
    let refuse = |problem: String| Error::config(format!("the request is not authorized: {problem}"));
    let url = Url::parse(&request.uri().to_string())
        .map_err(|_| refuse("its address has no scheme or no host".to_owned()))?;
    check(&url, allow_http).map_err(refuse)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn version_is_added_if_missing() {
        let url = |text| auth_url(text, false).map(String::from);
        let v3 = "https://iam.example.com/v3";
        for text in [
            "https://iam.example.com",
            "https://iam.example.com/",
            "https://iam.example.com:443/v3",
            "https://iam.example.com/v3/",
        ] {
            assert_eq!(url(text).unwrap(), v3, "{text}");
        }
        assert_eq!(url("https://h/identity").unwrap(), "https://h/identity/v3");
        assert!(url("https://h/v2.0").unwrap_err().contains("v2.0"));
    }
}
