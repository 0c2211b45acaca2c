//! Addresses, and which ones credentials may be sent to.

use url::{Host, Url};

use crate::{Error, Result};

/// Parses an absolute URL. The error is a clause for a message, and suggests the scheme if it is missing.
///
/// The error quotes the text only if it looks like a host without a scheme, so it never contains a password.
///
/// ```
/// let problem = otc_auth::parse_url("vbs.example/v2").unwrap_err();
/// assert_eq!(problem, "`vbs.example/v2` is not a URL; did you mean https://vbs.example/v2?");
/// ```
pub fn parse_url(text: &str) -> std::result::Result<Url, String> {
    let text = text.trim();
    let error = match Url::parse(text) {
        // `host:443` parses with the scheme `host`.
        Ok(url) if text.contains("://") || !url.cannot_be_a_base() => return Ok(url),
        Ok(_) => "it has no scheme".to_owned(),
        Err(error) => error.to_string(),
    };
    Err(with_scheme(text).map_or_else(
        || format!("it is not a URL ({error}); expected https://…"),
        |url| format!("`{text}` is not a URL; did you mean {url}?"),
    ))
}

/// The URL that was meant by a host without a scheme.
fn with_scheme(text: &str) -> Option<String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/[]".contains(&byte);
    if text.contains("//") || !text.bytes().all(is_plain) {
        return None;
    }
    let url = Url::parse(&format!("https://{text}")).ok()?;
    let host = url.host_str()?;
    // A single word may be a password that ended up in the wrong place.
    if !host.contains(['.', ':']) && host != "localhost" {
        return None;
    }
    let scheme = if is_loopback(&url) { "http" } else { "https" };
    Some(format!("{scheme}://{text}"))
}

/// Checks that credentials may be sent to this address: `https`, or `http` that stays on this machine or was allowed.
pub(crate) fn check(url: &Url, allow_http: bool) -> Result<(), String> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it contains a user name or a password; remove them".to_owned());
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if allow_http || is_loopback(url) => Ok(()),
        "http" => Err(format!(
            "{} is not https, so credentials would be readable on the network; use https, or allow http",
            without_query(url)
        )),
        scheme => Err(format!("`{scheme}` is neither https nor http")),
    }
}

/// Without query and fragment, which may contain secrets.
fn without_query(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url
}

/// Parses and checks an address. Errors never quote a text that may contain a password.
pub(crate) fn parse(text: &str, allow_http: bool) -> Result<Url, String> {
    let mut url = parse_url(text)?;
    check(&url, allow_http)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it has a query or a fragment; remove it".to_owned());
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

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

    #[test]
    fn credentials_need_https_or_this_machine() {
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
    fn password_in_an_address_is_not_quoted() {
        for text in [
            "https://u:hunter2@h",
            "http://u:hunter2@h",
            "https://u:hunter2@h:x",
            "u:hunter2@h",
            "hunter2",
            "hunter2:",
            "h.example?token=hunter2",
            "h.example#hunter2",
        ] {
            let problem = parse(text, false).unwrap_err();
            assert!(!problem.contains("hunter2"), "{problem}");
        }
    }

    #[test]
    fn missing_scheme_is_suggested() {
        for (text, url) in [
            ("vbs.example", "https://vbs.example"),
            ("iam.eu-de.example:443/v3", "https://iam.eu-de.example:443/v3"),
            ("vbs.example:8774", "https://vbs.example:8774"),
            ("127.0.0.1:5000/v3", "http://127.0.0.1:5000/v3"),
            ("localhost:5000", "http://localhost:5000"),
            ("[::1]:5000", "http://[::1]:5000"),
        ] {
            let expected = format!("`{text}` is not a URL; did you mean {url}?");
            assert_eq!(parse(text, true).unwrap_err(), expected);
        }
        for text in ["", "https://", "https:", "//h.example", "a b", "mailto:x"] {
            let problem = parse(text, true).unwrap_err();
            assert!(
                problem.contains("not a URL") || problem.contains("neither"),
                "{text}: {problem}"
            );
        }
    }
}
