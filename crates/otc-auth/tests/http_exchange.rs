//! The exchange over a real connection: what it refuses, and what it bounds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use bytes::Bytes;
use otc_auth::{Config, ConfigBuilder, Environment, Exchange, ExchangeErrorKind, HttpExchange};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

fn config() -> ConfigBuilder {
    Config::builder()
        .token("hunter2")
        .timeout(Duration::from_secs(20))
}

fn exchange(builder: ConfigBuilder) -> HttpExchange {
    HttpExchange::new(&builder.build().unwrap()).unwrap()
}

fn get(address: &str) -> http::Request<Bytes> {
    let request = http::Request::get(address).header("x-auth-token", "hunter2");
    request.body(Bytes::new()).unwrap()
}

/// Answers every connection with this text, then closes it. None is a server that says nothing.
async fn server(answer: Option<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let mut open = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            match &answer {
                Some(answer) => {
                    let _ = stream.write_all(answer.as_bytes()).await;
                }
                None => open.push(stream),
            }
        }
    });
    address
}

fn answer(head: &str, body: &str) -> Option<String> {
    Some(format!(
        "HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    ))
}

async fn failure(exchange: &HttpExchange, address: &str) -> (ExchangeErrorKind, String) {
    let error = exchange.send(get(address)).await.unwrap_err();
    let text = format!("{error} {error:?}");
    assert!(!text.contains("hunter2"), "{text}");
    (error.kind(), error.to_string())
}

#[tokio::test]
async fn a_failed_response_is_a_response() {
    let address = server(answer("503 Busy\r\nx-request-id: r1", "wait")).await;
    let response = exchange(config()).send(get(&address)).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), &response.body()[..]),
        (503, &b"wait"[..])
    );
    assert_eq!(response.headers()["x-request-id"], "r1");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = server(answer("200 OK", "the token arrived")).await;
    let address = server(answer(&format!("307 Go\r\nlocation: {elsewhere}/"), "")).await;
    let response = exchange(config()).send(get(&address)).await.unwrap();
    assert_eq!(response.status(), 307);
}

#[tokio::test]
async fn a_body_has_a_limit() {
    let address = server(answer("200 OK", &"x".repeat(9 * 1024 * 1024))).await;
    let (kind, text) = failure(&exchange(config()), &address).await;
    assert_eq!(kind, ExchangeErrorKind::TooLarge, "{text}");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_a_timeout() {
    let address = server(None).await;
    let exchange = exchange(config().timeout(Duration::from_millis(50)));
    let (kind, text) = failure(&exchange, &address).await;
    assert_eq!(kind, ExchangeErrorKind::Timeout);
    assert!(text.ends_with("did not answer within 0.05 s"), "{text}");
}

#[tokio::test]
async fn a_closed_port_is_no_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/v3?secret=hunter2", listener.local_addr().unwrap());
    drop(listener);
    let (kind, text) = failure(&exchange(config()), &address).await;
    assert_eq!(kind, ExchangeErrorKind::Connect);
    assert!(text.starts_with("can't connect to 127.0.0.1:"), "{text}");
}

#[tokio::test]
async fn a_truncated_response_is_interrupted() {
    let address = server(Some(
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_owned(),
    ))
    .await;
    let (kind, text) = failure(&exchange(config()), &address).await;
    assert_eq!(kind, ExchangeErrorKind::Interrupted, "{text}");
}

#[tokio::test]
async fn nothing_goes_to_another_machine_without_tls() {
    // The address is one of documentation, where nothing is.
    let (kind, text) = failure(&exchange(config()), "http://192.0.2.1/v3").await;
    assert_eq!(kind, ExchangeErrorKind::Refused);
    assert!(text.contains("not https"), "{text}");
    let (kind, _) = failure(&exchange(config()), "http://h:hunter2@127.0.0.1/").await;
    assert_eq!(kind, ExchangeErrorKind::Refused);
}

#[test]
fn certificates_that_are_none_are_named() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(root.path().join("empty.pem"), "no certificate here").unwrap();
    let environment = Environment::empty().working_directory(root.path());
    let problem = |builder: ConfigBuilder| {
        let config = builder.environment(&environment).build().unwrap();
        let error = HttpExchange::new(&config).unwrap_err();
        assert!(error.is_config());
        error
            .to_string()
            .replace(&*root.path().to_string_lossy(), "[root]")
    };
    assert!(problem(config().cacert("absent.pem")).starts_with("cacert: [root]/absent.pem can't be read: "));
    assert_eq!(
        problem(config().cacert("empty.pem")),
        "[root]/empty.pem holds no certificate in PEM"
    );
    assert!(
        problem(config().cert("empty.pem"))
            .starts_with("[root]/empty.pem is not a certificate of the caller")
    );
    assert!(
        problem(config().cert("empty.pem").key("absent.pem"))
            .starts_with("key: [root]/absent.pem can't be read: ")
    );
}
