#![allow(clippy::unwrap_used)]

use std::ffi::OsString;

use super::{ProxyFailure, ProxySettings};
use crate::InvalidSetting;

pub(super) fn settings(variables: &[(&str, &str)]) -> Result<ProxySettings, InvalidSetting> {
    ProxySettings::from_variables(|name| {
        variables.iter().find(|(variable, _)| *variable == name).map(|(_, value)| OsString::from(value))
    })
}

/// Host and port of the proxy for this URL.
fn proxy(variables: &[(&str, &str)], url: &str) -> Option<String> {
    settings(variables).unwrap().for_uri(&url.parse().unwrap()).map(ToString::to_string)
}

fn problem(variables: &[(&str, &str)]) -> String {
    settings(variables).unwrap_err().to_string()
}

#[test]
fn scheme_of_the_request_selects_the_variable() {
    let variables = &[("HTTPS_PROXY", "http://s:1"), ("HTTP_PROXY", "http://h:2")];
    assert_eq!(proxy(variables, "https://vbs.example.com").unwrap(), "s:1");
    assert_eq!(proxy(variables, "http://vbs.example.com").unwrap(), "h:2");
    assert_eq!(proxy(&[("HTTP_PROXY", "http://h:2")], "https://vbs.example.com"), None);
    let variables = &[("HTTPS_PROXY", "http://s:1"), ("ALL_PROXY", "http://a:3")];
    assert_eq!(proxy(variables, "https://vbs.example.com").unwrap(), "s:1");
    assert_eq!(proxy(variables, "http://vbs.example.com").unwrap(), "a:3");
}

#[test]
fn upper_case_wins_and_empty_means_none() {
    let url = "https://vbs.example.com";
    assert_eq!(proxy(&[("https_proxy", "low:1")], url).unwrap(), "low:1");
    assert_eq!(proxy(&[("https_proxy", "low:1"), ("HTTPS_PROXY", "up:1")], url).unwrap(), "up:1");
    assert_eq!(proxy(&[("https_proxy", "low:1"), ("HTTPS_PROXY", "")], url), None);
    assert_eq!(proxy(&[("HTTPS_PROXY", " "), ("all_proxy", "all:1")], url).unwrap(), "all:1");
    assert_eq!(proxy(&[("ALL_PROXY", "all:1"), ("no_proxy", "*")], url), None);
    assert_eq!(proxy(&[("ALL_PROXY", "all:1"), ("no_proxy", "*"), ("NO_PROXY", "")], url).unwrap(), "all:1");
}

#[test]
fn http_proxy_is_ignored_in_cgi_programs() {
    let variables = &[("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "evil:1"), ("HTTPS_PROXY", "s:1")];
    assert_eq!(proxy(variables, "http://vbs.example.com"), None);
    assert_eq!(proxy(variables, "https://vbs.example.com").unwrap(), "s:1");
}

#[test]
fn proxy_without_scheme_is_http() {
    for (value, shown) in [
        ("proxy.example:3128", "proxy.example:3128"),
        (" proxy.example ", "proxy.example:80"),
        ("http://proxy.example:3128/", "proxy.example:3128"),
        ("user:secret@proxy.example:3128", "proxy.example:3128"),
        ("http://user:secret@[::1]:3128", "[::1]:3128"),
        ("10.0.0.1:3128", "10.0.0.1:3128"),
    ] {
        assert_eq!(proxy(&[("HTTPS_PROXY", value)], "https://vbs.example.com").unwrap(), shown, "{value}");
        let address = ProxySettings::fixed(value).unwrap();
        assert_eq!(
            address.for_uri(&"http://localhost".parse().unwrap()).unwrap().to_string(),
            shown,
            "{value}"
        );
    }
}

#[test]
fn credentials_are_not_shown() {
    let settings = settings(&[("HTTPS_PROXY", "http://user:hunter2@proxy.example:3128")]).unwrap();
    let address = settings.for_uri(&"https://vbs.example.com".parse().unwrap()).unwrap();
    for text in [format!("{settings:?}"), format!("{address:?}"), address.to_string(), address.note()] {
        assert!(text.contains("proxy.example:3128"), "{text}");
        assert!(!text.contains("hunter2") && !text.contains("user"), "{text}");
    }
    assert_eq!(address.note(), "through the proxy proxy.example:3128");
}

#[test]
fn invalid_proxy_names_the_variable_and_not_the_value() {
    for (value, expected) in [
        ("http://", "is not the URL of a proxy; expected a URL such as http://proxy:3128"),
        ("hunter2 hunter2", "is not the URL of a proxy; expected a URL such as http://proxy:3128"),
        (
            "http://u:hunter2@proxy:port",
            "is not the URL of a proxy; expected a URL such as http://proxy:3128",
        ),
        ("ftp://u:hunter2@proxy", "has an unsupported scheme; expected a URL such as http://proxy:3128"),
        (
            "socks5://u:hunter2@proxy:1080",
            "names a SOCKS proxy, which is not supported; expected a URL such as http://proxy:3128",
        ),
        (
            "http://u:1/hunter2@proxy:3128",
            "has a path, a query or a fragment; expected a URL such as http://proxy:3128, and write `/`, `?` and `#` in a \
             password as %2F, %3F and %23",
        ),
    ] {
        for variable in ["HTTPS_PROXY", "http_proxy", "ALL_PROXY"] {
            assert_eq!(problem(&[(variable, value)]), format!("{variable} {expected}"), "{value}");
        }
        assert_eq!(
            ProxySettings::fixed(value).unwrap_err().to_string(),
            format!("`proxy` {expected}"),
            "{value}"
        );
    }
}

#[cfg(unix)]
#[test]
fn proxy_that_is_not_unicode_names_the_variable() {
    use std::os::unix::ffi::OsStringExt;

    for variable in ["HTTPS_PROXY", "NO_PROXY"] {
        let get = |name: &str| match name {
            name if name == variable => Some(OsString::from_vec(b"http://\xFF".to_vec())),
            "ALL_PROXY" => Some("proxy:3128".into()),
            _ => None,
        };
        let error = ProxySettings::from_variables(get).unwrap_err().to_string();
        assert_eq!(error, format!("{variable} is not valid UTF-8"));
    }
}

#[test]
fn unused_socks_proxy_is_not_an_error() {
    let variables = &[("HTTPS_PROXY", "s:1"), ("HTTP_PROXY", "h:2"), ("ALL_PROXY", "socks5://a:3")];
    assert_eq!(proxy(variables, "https://vbs.example.com").unwrap(), "s:1");
}

#[test]
fn loopback_is_reached_directly_unless_the_proxy_is_fixed() {
    for url in [
        "http://localhost:1",
        "http://LOCALHOST",
        "https://127.0.0.1",
        "http://127.8.9.1",
        "http://[::1]:5000",
    ] {
        assert_eq!(proxy(&[("ALL_PROXY", "proxy:3128")], url), None, "{url}");
        assert!(
            ProxySettings::fixed("proxy:3128").unwrap().for_uri(&url.parse().unwrap()).is_some(),
            "{url}"
        );
        assert!(ProxySettings::none().for_uri(&url.parse().unwrap()).is_none(), "{url}");
    }
    assert!(proxy(&[("ALL_PROXY", "proxy:3128")], "https://localhost.example.com").is_some());
}

#[test]
fn no_proxy_entries_match_as_documented() {
    for (entry, direct, proxied) in [
        ("*", &["vbs.example.com", "10.0.0.1", "[2001:db8::1]"][..], &[][..]),
        (
            "example.com",
            &["example.com", "EXAMPLE.com.", "vbs.example.com"],
            &["notexample.com", "example.com.org"],
        ),
        (".example.com", &["example.com", "vbs.example.com"], &["notexample.com"]),
        ("*.Example.com.", &["vbs.example.com", "a.b.example.com"], &["example.com", "notexample.com"]),
        (
            "example.com:8443",
            &["example.com:8443", "vbs.example.com:8443"],
            &["example.com", "example.com:443"],
        ),
        ("example.com:443", &["example.com", "example.com:443"], &["example.com:8443"]),
        ("*.example.com:8443", &["vbs.example.com:8443"], &["vbs.example.com"]),
        ("10.0.0.1", &["10.0.0.1", "10.0.0.1:8443"], &["10.0.0.10", "10.0.0.1.example.com"]),
        ("10.0.0.1:8443", &["10.0.0.1:8443"], &["10.0.0.1"]),
        ("10.1.2.3/8", &["10.200.0.1"], &["11.0.0.1"]),
        ("2001:db8::1", &["[2001:db8::1]", "[2001:db8::1]:8443"], &["[2001:db8::2]"]),
        ("[2001:db8::1]", &["[2001:db8::1]"], &["[2001:db8::2]"]),
        ("[2001:db8::1]:8443", &["[2001:db8::1]:8443"], &["[2001:db8::1]"]),
        ("2001:db8::/32", &["[2001:db8:1::1]"], &["[2001:db9::1]"]),
        (" a.example ,, b.example\tc.example", &["a.example", "b.example", "c.example"], &["d.example"]),
        // These are ignored, with a warning.
        ("10.0.0.0/33,https://a.example,a.example:x,10.*", &[], &["10.0.0.1", "a.example"]),
    ] {
        let variables = &[("HTTPS_PROXY", "proxy:3128"), ("NO_PROXY", entry)];
        for host in direct {
            assert_eq!(proxy(variables, &format!("https://{host}")), None, "{entry} does not match {host}");
        }
        for host in proxied {
            assert!(proxy(variables, &format!("https://{host}")).is_some(), "{entry} matches {host}");
        }
    }
}

#[test]
fn messages_name_the_proxy_and_its_setting() {
    let uri = "https://vbs.example.com".parse().unwrap();
    let open = settings(&[("https_proxy", "proxy.example:3128")]).unwrap();
    let closed = ProxySettings::fixed("http://user:hunter2@proxy.example:3128").unwrap();
    for (failure, settings, message) in [
        (
            ProxyFailure::Credentials,
            &open,
            "the proxy proxy.example:3128 requires a user name and a password (407); add them to https_proxy, as in \
             http://USER:PASSWORD@proxy.example:3128",
        ),
        (
            ProxyFailure::Credentials,
            &closed,
            "the proxy proxy.example:3128 rejected the user name or the password (407); correct them in `proxy`",
        ),
        (
            ProxyFailure::Unreachable,
            &open,
            "can't connect to the proxy proxy.example:3128: connection refused; check https_proxy",
        ),
        (
            ProxyFailure::Tunnel,
            &open,
            "the proxy proxy.example:3128 did not open a connection to the service: connection refused; check that it may, or exempt the \
             service in NO_PROXY",
        ),
    ] {
        assert_eq!(failure.message(settings.for_uri(&uri), Some("connection refused")), message);
    }
    let fixed = ProxyFailure::Tunnel.message(closed.for_uri(&uri), None);
    assert!(fixed.ends_with("; check that it may, or change `proxy`"), "{fixed}");
    let system = ProxyFailure::Unreachable.message(None, None);
    assert_eq!(system, "can't connect to the proxy of the system; check the system's settings");
}
