//! Where credentials may be sent.

use std::net::IpAddr;

use url::Url;

/// Checks that credentials may be sent to this address: by `https`, or by `http` to this machine or if it is allowed.
///
/// # Errors
///
/// The reason, as a part of a sentence that names the setting. It does not repeat what may be a secret.
pub fn check(url: &Url, allow_http: bool) -> Result<(), String> {
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it holds a user name or a password; leave them out".to_owned());
    }
    match url.scheme() {
        "https" => Ok(()),
        "http" if allow_http || is_loopback(url) => Ok(()),
        "http" => Err(format!(
            "{} is not https, so the credentials would be readable on the way; use https, or allow http",
            without_secrets(url)
        )),
        scheme => Err(format!("the scheme `{scheme}` is neither https nor http")),
    }
}

/// The address without what may be a secret: user name, password, query and fragment.
pub fn without_secrets(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Both fail only if there is no host, and then there is no user either.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// Reads an address that credentials are sent to, without a trailing slash.
///
/// # Errors
///
/// The reason, as a part of a sentence that names the setting. It does not repeat what may be a secret.
pub fn parse(text: &str, allow_http: bool) -> Result<Url, String> {
    let mut url = Url::parse(text).map_err(|error| not_a_url(text, &error))?;
    check(&url, allow_http)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!(
            "{} has a query or a fragment; leave it out",
            without_secrets(&url)
        ));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// Says what is wrong with a text that is not a URL, and guesses what was meant.
fn not_a_url(text: &str, error: &url::ParseError) -> String {
    let guess = format!("https://{text}");
    let is_safe = !text.contains(['@', '?', '#', '/', '\\']) && !text.contains(char::is_whitespace);
    match Url::parse(&guess) {
        Ok(url) if is_safe && url.host_str().is_some_and(|host| !host.is_empty()) => {
            format!("`{text}` is not a URL; did you mean {guess}?")
        }
        // The text may hold a password.
        _ => {
            format!("it is not a URL: {error}; expected, for example, https://iam.eu-de.otc.t-systems.com/v3")
        }
    }
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
