//! Parses and checks the addresses that credentials are sent to.

use std::net::IpAddr;

use url::Url;

use crate::presentable;

/// The number of characters of a host that an error quotes: as many as a host name may have.
const LONGEST_HOST: usize = 253;

/// Parses an absolute URL.
///
/// # Errors
///
/// A clause for a message, which suggests the scheme if it is missing. It quotes the text only if it looks
/// like a host without a scheme, so it never contains a password.
///
/// ```
/// let problem = otc_http::address::parse_url("vbs.example/v2").unwrap_err();
/// assert_eq!(problem, "`vbs.example/v2` is not a URL; did you mean https://vbs.example/v2?");
/// ```
pub fn parse_url(text: &str) -> Result<Url, String> {
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

/// Returns the URL that a host without a scheme probably means.
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

/// Checks that credentials may be sent to this address. `https` is always allowed; `http` only to this
/// machine, unless `allow_http` is set.
///
/// # Errors
///
/// A clause for a message, which never contains a secret.
pub fn check(url: &Url, allow_http: bool) -> Result<(), String> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it contains a user name or a password; remove them".to_owned());
    }
    match url.scheme() {
        "https" => check_uri(url),
        "http" if allow_http || is_loopback(url) => check_uri(url),
        "http" => Err(format!(
            "{} is not https, so the credentials would be readable on the network; use https, or allow http",
            without_secrets(url)
        )),
        scheme => Err(format!("`{scheme}` is neither https nor http")),
    }
}

/// A URL may be longer than a URI, and its host may contain more characters.
fn check_uri(url: &Url) -> Result<(), String> {
    match (url.as_str().parse::<http::Uri>(), url.host_str()) {
        (Ok(_), _) => Ok(()),
        (Err(_), Some(host)) if host.parse::<http::uri::Authority>().is_err() => {
            Err(format!("its host `{}` is not a host name", presentable(host, LONGEST_HOST)))
        }
        (Err(_), _) => Err("it is longer than the URL of a request may be".to_owned()),
    }
}

/// The address without its parts that may be secret: user name, password, query and fragment.
pub fn without_secrets(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Both fail only if there is no host. There is no user either then.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// Parses and checks an address that credentials are sent to. Removes a trailing slash.
///
/// # Errors
///
/// See [`parse_url`] and [`check`]; also if the address has a query or a fragment.
pub fn parse(text: &str, allow_http: bool) -> Result<Url, String> {
    let mut url = parse_url(text)?;
    check(&url, allow_http)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("it has a query or a fragment; remove it".to_owned());
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// Whether the address is on this machine.
pub fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(is_loopback_host)
}

/// Whether a host, as it appears in a URL, is this machine.
pub fn is_loopback_host(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn credentials_need_https_or_this_machine() {
        for text in ["https://h", "http://127.0.0.1:5000", "http://[::1]/v3", "http://localhost"] {
            assert!(parse(text, false).is_ok(), "{text}");
        }
        for text in
            ["http://h", "http://127.0.0.1.example.com", "http://localhost.example.com", "ftp://h", "h", ""]
        {
            assert!(parse(text, false).is_err(), "{text}");
        }
        assert!(parse("http://h", true).is_ok());
    }

    #[test]
    fn request_needs_a_host_name_and_a_length_that_a_uri_may_have() {
        let long = "x".repeat(70_000);
        for (text, problem) in [
            (
                "https://vbs.{region}.example".to_owned(),
                "its host `vbs.{region}.example` is not a host name".to_owned(),
            ),
            (format!("https://{{{long}"), format!("its host `{{{}…` is not a host name", &long[..252])),
            (
                format!("https://vbs.example/{long}"),
                "it is longer than the URL of a request may be".to_owned(),
            ),
        ] {
            assert_eq!(parse(&text, false), Err(problem));
        }
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
            assert!(problem.contains("not a URL") || problem.contains("neither"), "{text}: {problem}");
        }
    }
}
