//! The proxies of the environment, each in a process of its own with these variables.

use std::process::Command;

use otc_http::{HttpTransport, Layers, Transport as _, TransportErrorKind};
use otc_vbs_testing::{Fault, Faulty};

use crate::{BODY, request, retrying, send, status_of};

/// Names a host that does not exist, so that a request gets an answer only through a proxy.
const ELSEWHERE: &str = "http://service.example.invalid/";
const URL: &str = "OTC_HTTP_TEST_URL";

/// Runs a test of this file in a process of its own with these variables.
async fn run(test: &str, variables: &[(&str, &str)]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("variables::{test}"), "--ignored"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    command.envs(variables.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let output = output.await.unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

fn get() -> http::Request<bytes::Bytes> {
    request(http::Method::GET, &std::env::var(URL).unwrap())
}

#[tokio::test]
#[ignore = "run in a process of its own"]
async fn request_succeeds() {
    let http = HttpTransport::builder().allow_http(true).build().unwrap();
    assert_eq!(status_of(&send(Layers::new(), http, get()).await), 200);
}

#[tokio::test]
#[ignore = "run in a process of its own"]
async fn request_goes_out_directly() {
    let http = HttpTransport::builder().allow_http(true).build().unwrap();
    let layers = retrying(otc_http::RetryPolicy::never());
    let error = send(layers, http, get()).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    assert!(!error.to_string().contains("proxy"), "{error}");
}

#[tokio::test]
#[ignore = "run in a process of its own"]
async fn invalid_https_proxy_is_named() {
    let error = HttpTransport::builder().allow_http(true).build().unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("HTTPS_PROXY is not the URL of a proxy"), "{text}");
    assert!(!text.contains("open-sesame"), "{text}");
    // A proxy that the builder names makes the variables irrelevant.
    let http = HttpTransport::builder().no_proxy().build().unwrap();
    assert_eq!(status_of(&http.send(get()).await), 200);
}

#[tokio::test]
async fn proxies_of_the_environment_are_used() {
    let proxy = Faulty::with([Fault::json(BODY)]).await;
    let server = Faulty::with([Fault::json(BODY)]).await;
    let proxy_url = format!("http://{}", proxy.address());
    let server_url = format!("http://{}", server.address());
    let requests = || (proxy.requests(), server.requests());

    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let before = proxy.requests();
        run("request_succeeds", &[(name, &proxy_url), (URL, ELSEWHERE)]).await;
        assert_eq!(requests(), (before + 1, 0), "{name}");
    }
    // Requests to this machine do not go through a proxy.
    let before = proxy.requests();
    let variables = [("HTTP_PROXY", &*proxy_url), (URL, &*server_url)];
    run("request_succeeds", &variables).await;
    assert_eq!(requests(), (before, 1));
}

#[tokio::test]
async fn no_proxy_exempts_domains_and_ports() {
    let proxy = Faulty::with([Fault::json(BODY)]).await;
    let proxy_url = format!("http://{}", proxy.address());
    for (no_proxy, is_exempt) in [
        ("*.example.invalid", true),
        ("*.invalid", true),
        ("*.service.example.invalid", false),
        ("*.example.com", false),
        ("service.example.invalid:80", true),
        ("service.example.invalid:8443", false),
        ("other.invalid, service.example.invalid", true),
    ] {
        let before = proxy.requests();
        let variables = [("HTTP_PROXY", &*proxy_url), ("NO_PROXY", no_proxy), (URL, ELSEWHERE)];
        let test = match is_exempt {
            true => "request_goes_out_directly",
            false => "request_succeeds",
        };
        run(test, &variables).await;
        assert_eq!(proxy.requests() - before, usize::from(!is_exempt), "{no_proxy}");
    }
}

#[tokio::test]
async fn invalid_https_proxy_is_an_error() {
    let server = Faulty::with([Fault::json(BODY)]).await;
    let url = format!("http://{}", server.address());
    let variables = [("HTTPS_PROXY", "http://operator:open-sesame@"), (URL, &*url)];
    run("invalid_https_proxy_is_named", &variables).await;
    // The one request is that of the transport without a proxy.
    assert_eq!(server.requests(), 1);
}
