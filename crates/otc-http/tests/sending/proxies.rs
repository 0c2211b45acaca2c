//! Requests over plain http, and requests through a proxy set on the builder.

use otc_http::{HttpTransport, InvalidSetting, Layers, Transport as _, TransportError, TransportErrorKind};
use otc_vbs_testing::{Fault, Faulty, Socket};

use crate::{BODY, HOST, immediate, request, retrying, send, stack, status_of};

const PASSWORD: &str = "open-sesame";

fn get(url: &str) -> http::Request<bytes::Bytes> {
    request(http::Method::GET, url)
}

fn through(proxy: &str) -> Result<HttpTransport, InvalidSetting> {
    HttpTransport::builder().allow_http(true).proxy(proxy).build()
}

/// The schemes of requests to try: https needs a TLS library, even if the proxy refuses the tunnel.
fn schemes() -> impl Iterator<Item = &'static str> {
    let has_tls = cfg!(any(feature = "rustls", feature = "native-tls"));
    ["http", "https"].into_iter().filter(move |scheme| *scheme == "http" || has_tls)
}

#[tokio::test]
async fn http_is_refused_unless_it_is_allowed_or_stays_on_this_machine() {
    let transport = HttpTransport::builder().no_proxy().build().unwrap();
    for elsewhere in
        ["http://service.example.com", "http://localhost.example.com", "http://128.0.0.1", "http://[::2]"]
    {
        let error = transport.send(get(elsewhere)).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Refused);
        let host = elsewhere.trim_start_matches("http://");
        assert_eq!(
            error.to_string(),
            format!(
                "{host} is reached by http, which would expose the credentials; use https, or allow http"
            )
        );
    }
    let server = Faulty::with([Fault::json(BODY)]).await;
    let port = server.address().port();
    for here in [format!("http://127.0.0.1:{port}"), format!("http://localhost:{port}")] {
        assert_eq!(status_of(&transport.send(get(&here)).await), 200);
    }
}

#[tokio::test]
async fn plain_http_goes_through_the_proxy_with_its_credentials() {
    let proxy = Socket::listen().await;
    let url = format!("http://operator:{PASSWORD}@{}", proxy.address());
    let answer = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{BODY}");
    let call = send(Layers::new(), through(&url).unwrap(), get("http://service.example.com/items"));
    let seen = proxy.receive(&answer, call).await;
    let first = "GET http://service.example.com/items HTTP/1.1\r\n";
    assert!(seen.starts_with(first), "{seen}");
    let credentials = "proxy-authorization: Basic b3BlcmF0b3I6b3Blbi1zZXNhbWU=";
    assert!(seen.contains(credentials), "{seen}");
}

#[track_caller]
fn assert_names_the_proxy(error: &TransportError, kind: TransportErrorKind, proxy: &str) {
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(&format!("the proxy {proxy}")), "{error}");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(PASSWORD), "{shown}");
    assert!(!shown.contains("b3BlcmF0b3I6"), "{shown}");
}

#[tokio::test]
async fn proxy_that_requires_credentials_is_asked_once_and_named() {
    for scheme in schemes() {
        for (user, problem) in [
            (
                "operator:open-sesame@",
                "rejected the user name or the password (407); correct them in `proxy`",
            ),
            (
                "",
                "requires a user name and a password (407); add them to `proxy`, as in http://USER:PASSWORD@",
            ),
        ] {
            let challenge = "proxy-authenticate: Basic realm=\"proxy\"\r\n";
            let fault = Fault::response("407 Proxy Authentication Required", challenge, "");
            let proxy = Faulty::with([fault]).await;
            let http = through(&format!("http://{user}{}", proxy.address())).unwrap();
            let answer = send(retrying(immediate()), http, get(&format!("{scheme}://{HOST}/"))).await;
            let error = answer.unwrap_err();
            assert_names_the_proxy(&error, TransportErrorKind::Proxy, &proxy.address().to_string());
            assert!(error.to_string().contains(problem), "{error}");
            assert_eq!((proxy.connections(), proxy.requests()), (1, 1), "{scheme}");
        }
    }
}

#[tokio::test]
async fn unreachable_proxy_is_named_without_its_credentials() {
    for scheme in schemes() {
        let closed = Faulty::with([]).await.address().to_string();
        let http = through(&format!("http://operator:{PASSWORD}@{closed}")).unwrap();
        let answer = send(retrying(immediate()), http, get(&format!("{scheme}://{HOST}/"))).await;
        let error = answer.unwrap_err();
        assert_names_the_proxy(&error, TransportErrorKind::Connect, &closed);
        assert!(error.to_string().ends_with(", after 4 attempts"), "{error}");
    }
}

#[tokio::test]
async fn connection_that_breaks_behind_a_proxy_names_the_proxy() {
    let proxy = Faulty::with([Fault::Close(vec![])]).await;
    let transport = stack(
        retrying(immediate()),
        through(&format!("http://operator:{PASSWORD}@{}", proxy.address())).unwrap(),
    );
    let answer = transport.send(get("http://service.example.com/")).await;
    let error = answer.unwrap_err();
    assert_names_the_proxy(&error, TransportErrorKind::Interrupted, &proxy.address().to_string());
}

#[tokio::test]
async fn invalid_proxy_is_refused_without_its_password() {
    let not_a_url = "`proxy` is not the URL of a proxy; expected a URL such as http://proxy:3128";
    let scheme = "`proxy` has an unsupported scheme; expected a URL such as http://proxy:3128";
    for (url, problem) in [("http://a:open-sesame@", not_a_url), ("nothing://a:open-sesame@b", scheme)] {
        assert_eq!(through(url).unwrap_err().to_string(), problem);
    }
}
