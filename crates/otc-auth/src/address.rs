//! Addresses, and where credentials may be sent.

use url::{Host, Url};

use crate::{Error, Result};

/// Checks that credentials may be sent to this address: `https`, or `http` that stays on this machine or was allowed.
pub(crate) fn check(url: &Url, allow_http: bool) -> Result<(), String> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user name or a password; leave them out".to_owned());
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if allow_http || is_loopback(url) => Ok(()),
        "http" => Err(format!(
            "{} is not https, so credentials would be readable on the way, and http was not allowed",
            without_query(url)
        )),
        scheme => Err(format!("`{scheme}` is neither https nor http")),
    }
}

/// What a query or a fragment holds may be a secret, and belongs in no message.
fn without_query(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url
}

/// Reads and checks an address. The error does not repeat a text that may hold a password.
pub(crate) fn parse(text: &str, allow_http: bool) -> Result<Url, String> {
    let mut url = Url::parse(text).map_err(|error| format!("it is no URL: {error}"))?;
    check(&url, allow_http)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it has a query or a fragment; leave it out".to_owned());
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// The address of the identity service, with the version that this crate speaks.
pub(crate) fn auth_url(text: &str, allow_http: bool) -> Result<Url, String> {
    let mut url = parse(text, allow_http)?;
    let path = url.path().trim_end_matches('/').to_owned();
    if path.ends_with("/v2.0") {
        return Err("it is for Keystone v2.0, which the cloud has no more; use …/v3".to_owned());
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

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Checks where a request with credentials is about to go.
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
    fn the_version_is_added_where_it_is_missing() {
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

    #[test]
    fn credentials_stay_on_https_or_on_this_machine() {
        for text in [
            "https://h",
            "http://127.0.0.1:5000",
            "http://[::1]/v3",
            "http://localhost",
        ] {
            assert!(parse(text, false).is_ok(), "{text}");
        }
        for text in [
            "http://h",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "ftp://h",
            "h",
            "",
        ] {
            assert!(parse(text, false).is_err(), "{text}");
        }
        assert!(parse("http://h", true).is_ok());
    }

    #[test]
    fn a_password_in_an_address_is_not_repeated() {
        for text in [
            "https://u:hunter2@h",
            "http://u:hunter2@h",
            "https://u:hunter2@h:x",
        ] {
            let problem = parse(text, false).unwrap_err();
            assert!(!problem.contains("hunter2"), "{problem}");
        }
    }
}
