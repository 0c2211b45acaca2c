//! Where requests go: `https` or not, by a proxy or not.

use std::process::Command;

use otc_vbs::transport::HttpTransport;
use otc_vbs::{Client, ClientBuilder, Transport, TransportErrorKind};
use otc_vbs_tests::{Fault, Faulty, PROJECT, Socket, TOKEN};

use crate::{NO_POLICIES, at_once};

const PROXIED: &str = "http://vbs.example.com";
const ENDPOINT: &str = "VBS_TEST_ENDPOINT";

fn builder(endpoint: &str) -> ClientBuilder {
    Client::builder()
        .endpoint(endpoint)
        .project_id(PROJECT)
        .token(TOKEN)
        .retry(at_once())
}

fn answer() -> String {
    let length = NO_POLICIES.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{NO_POLICIES}")
}

#[tokio::test]
async fn http_is_refused_unless_it_is_allowed_or_stays_here() {
    let error = builder(PROXIED).build().unwrap_err();
    assert!(error.is_invalid());
    for here in [
        "http://127.0.0.1:1",
        "http://127.9.9.9",
        "http://[::1]:1",
        "http://localhost",
    ] {
        builder(here).build().unwrap();
    }
    for elsewhere in ["http://localhost.example.com", "http://128.0.0.1", "http://[::2]"] {
        builder(elsewhere).build().unwrap_err();
    }
    builder(PROXIED).allow_http(true).build().unwrap();
    // The transport refuses too, wherever an endpoint came from.
    let transport = HttpTransport::builder().build().unwrap();
    let mut request = http::Request::new(bytes::Bytes::new());
    *request.uri_mut() = PROXIED.parse().unwrap();
    let error = transport.send(request).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Refused);
    assert_eq!(
        error.to_string(),
        "vbs.example.com is reached by http, which would expose the credentials; use https, or allow http"
    );
}

#[tokio::test]
async fn a_proxy_that_is_named() {
    let proxy = Socket::listen().await;
    let url = format!("http://operator:open-sesame@{}", proxy.address());
    let client = builder(PROXIED).allow_http(true).proxy(url).build().unwrap();
    let seen = proxy.see(&answer(), client.policies().list()).await;
    let first = format!("GET {PROXIED}/v2/{PROJECT}/backuppolicy HTTP/1.1\n");
    assert!(seen.starts_with(&first), "{seen}");
    let credentials = "proxy-authorization: Basic b3BlcmF0b3I6b3Blbi1zZXNhbWU=";
    assert!(seen.contains(credentials), "{seen}");
}

#[tokio::test]
async fn a_proxy_that_does_not_answer_keeps_its_password_to_itself() {
    let address = Faulty::with([]).await.address();
    let url = format!("http://operator:open-sesame@{address}");
    let client = builder(PROXIED).allow_http(true).proxy(url).build().unwrap();
    let error = client.policies().list().await.unwrap_err();
    assert!(error.is_connect());
    assert!(!format!("{error} {error:?}").contains("open-sesame"), "{error:?}");
    let not_a_url = "`proxy` is not the URL of a proxy; expected a URL such as http://proxy:3128";
    let scheme = "`proxy` has an unsupported scheme; expected a URL such as http://proxy:3128";
    for (url, problem) in [
        ("http://a:open-sesame@", not_a_url),
        ("nothing://a:open-sesame@b", scheme),
    ] {
        let error = builder(PROXIED).allow_http(true).proxy(url);
        let error = error.build().unwrap_err();
        assert!(error.is_invalid());
        assert_eq!(error.to_string(), problem);
    }
}

/// Runs a test of this file, by its name, in a process of its own with these variables.
async fn run(test: &str, variables: &[(&str, String)]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("network::{test}"), "--ignored"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.envs(variables.iter().map(|(name, value)| (name, value)));
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let output = output.await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

#[tokio::test]
#[ignore = "run by the tests of the environment's proxies"]
async fn lists_policies() {
    let endpoint = std::env::var(ENDPOINT).unwrap();
    let client = builder(&endpoint).allow_http(true).build().unwrap();
    assert_eq!(client.policies().list().await.unwrap(), []);
}

#[tokio::test]
#[ignore = "run by the tests of the environment's proxies"]
async fn lists_policies_by_the_transport() {
    let endpoint = std::env::var(ENDPOINT).unwrap();
    let http = HttpTransport::builder().build().unwrap();
    let client = builder(&endpoint).transport(http).build().unwrap();
    assert_eq!(client.policies().list().await.unwrap(), []);
}

#[tokio::test]
async fn proxies_of_the_environment() {
    let proxy = Faulty::with([Fault::json(NO_POLICIES)]).await;
    let service = Faulty::with([Fault::json(NO_POLICIES)]).await;
    let http_proxy = ("HTTP_PROXY", format!("http://{}", proxy.address()));
    let here = (ENDPOINT, format!("http://{}", service.address()));
    let requests = || (proxy.requests(), service.requests());

    let elsewhere = (ENDPOINT, PROXIED.to_owned());
    run("lists_policies", &[http_proxy.clone(), elsewhere.clone()]).await;
    assert_eq!(requests(), (1, 0));
    let all_proxy = ("ALL_PROXY", http_proxy.1.clone());
    run("lists_policies", &[all_proxy, elsewhere]).await;
    assert_eq!(requests(), (2, 0));
    // No proxy reaches this machine.
    run("lists_policies", &[http_proxy.clone(), here.clone()]).await;
    assert_eq!(requests(), (2, 1));

    // Nor does the transport alone use it.
    run(
        "lists_policies_by_the_transport",
        &[http_proxy.clone(), here.clone()],
    )
    .await;
    assert_eq!(requests(), (2, 2));
    // An exception for another port does not apply.
    let elsewhere = (ENDPOINT, PROXIED.to_owned());
    let no_proxy = ("NO_PROXY", "vbs.example.com:8443".to_owned());
    run("lists_policies", &[http_proxy, elsewhere, no_proxy]).await;
    assert_eq!(requests(), (3, 2));
}
