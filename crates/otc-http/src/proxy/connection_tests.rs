#![allow(clippy::unwrap_used)]

use super::tests::settings;
use super::{ProxyFailure, ProxySettings};
use crate::test_server::TestServer;

/// The failure of a request through a proxy that gives this answer, and what the proxy received.
async fn through(credentials: &str, url: &str, answer: &'static [u8]) -> (reqwest::Result<u16>, Vec<String>) {
    let server = TestServer::start(answer).await;
    let settings = settings(&[("ALL_PROXY", &format!("{credentials}{}", server.address))]).unwrap();
    let client = settings.apply(reqwest::Client::builder()).build().unwrap();
    let status = client.get(url).send().await.map(|response| response.status().as_u16());
    (status, server.heads())
}

/// `user:p@ss` in a proxy URL and as sent.
const CREDENTIALS: (&str, &str) = ("user:p%40ss@", "proxy-authorization: basic dxnlcjpwqhnz");

#[tokio::test]
async fn plain_http_sends_the_credentials_of_the_proxy() {
    let answer = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
    let (status, heads) = through(CREDENTIALS.0, "http://vbs.invalid/v2", answer).await;
    assert_eq!(status.unwrap(), 407);
    assert_eq!(heads.len(), 1);
    assert!(heads[0].starts_with("GET http://vbs.invalid/v2 HTTP/1.1\r\n"), "{heads:?}");
    assert!(heads[0].to_ascii_lowercase().contains(CREDENTIALS.1), "{heads:?}");
    let failure = ProxyFailure::of_status(http::StatusCode::PROXY_AUTHENTICATION_REQUIRED);
    assert_eq!(failure, Some(ProxyFailure::Credentials));
    assert_eq!(ProxyFailure::of_status(http::StatusCode::UNAUTHORIZED), None);
}

#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
#[tokio::test]
async fn tunnel_refused_for_its_credentials_is_requested_once() {
    let answer = b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
    let (status, heads) = through(CREDENTIALS.0, "https://vbs.invalid/v2", answer).await;
    let failure = ProxyFailure::of(&status.unwrap_err()).unwrap();
    assert_eq!(failure, ProxyFailure::Credentials);
    assert!(failure.is_refusal());
    assert_eq!(heads.len(), 1);
    assert!(heads[0].starts_with("CONNECT vbs.invalid:443 HTTP/1.1\r\n"), "{heads:?}");
    assert!(heads[0].to_ascii_lowercase().contains(CREDENTIALS.1), "{heads:?}");
}

#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
#[tokio::test]
async fn other_refused_tunnels_may_be_retried() {
    for answer in [
        &b"HTTP/1.1 503 Service Unavailable\r\n\r\n"[..],
        b"HTTP/1.1 403 Forbidden\r\n\r\n",
        b"",
        b"no HTTP\r\n\r\n",
    ] {
        let (status, _) = through("", "https://vbs.invalid", answer).await;
        let failure = ProxyFailure::of(&status.unwrap_err()).unwrap();
        assert_eq!(failure, ProxyFailure::Tunnel);
        assert!(!failure.is_refusal());
    }
}

#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
#[tokio::test]
async fn unreachable_proxy_is_distinguished_from_an_unreachable_service() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = listener.local_addr().unwrap().to_string();
    drop(listener);
    let client =
        settings(&[("HTTPS_PROXY", &closed)]).unwrap().apply(reqwest::Client::builder()).build().unwrap();
    let error = client.get("https://vbs.invalid").send().await.unwrap_err();
    assert_eq!(ProxyFailure::of(&error), Some(ProxyFailure::Unreachable));
    assert_eq!(crate::cause::plain(&error), Some("connection refused"));
    let error = client.get(format!("https://{closed}")).send().await.unwrap_err();
    assert_eq!(ProxyFailure::of(&error), None, "loopback hosts are reached directly");
}

#[tokio::test]
async fn no_proxy_and_none_reach_the_host_directly() {
    let server = TestServer::start(b"HTTP/1.1 204 No Content\r\n\r\n").await;
    let proxy = TestServer::start(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n").await;
    let url = format!("http://{}", server.address);
    for (settings, status) in [
        (settings(&[("HTTP_PROXY", &proxy.address.to_string())]).unwrap(), 204),
        (ProxySettings::none(), 204),
        (ProxySettings::fixed(&proxy.address.to_string()).unwrap(), 502),
    ] {
        let client = settings.apply(reqwest::Client::builder()).build().unwrap();
        assert_eq!(client.get(&url).send().await.unwrap().status(), status, "{settings:?}");
    }
}
