//! Connections that break, each at another point.

use std::time::Duration;

use otc_vbs::transport::HttpTransport;
use otc_vbs::{Client, ClientBuilder, Error};
use otc_vbs_tests::{Counted, Fault, Faulty, POLICY, PROJECT, TOKEN};

use crate::{NO_POLICIES, at_once};

fn client(builder: ClientBuilder) -> Client {
    builder.retry(at_once()).build().unwrap()
}

/// A fault that passes: a read is repeated and succeeds, a POST is sent once and fails.
async fn passes(fault: Fault) -> Error {
    let server = Faulty::with([fault.clone(), Fault::json(NO_POLICIES)]).await;
    assert_eq!(client(server.builder()).policies().list().await.unwrap(), []);
    assert_eq!(server.connections(), 2);

    let server = Faulty::with([fault, Fault::response("204 No Content", "", "")]).await;
    let error = client(server.builder()).policy(POLICY).run().await;
    let error = error.unwrap_err();
    assert!(error.is_retryable() && error.service().is_none(), "{error}");
    let text = error.to_string();
    let place = format!("the connection to {} broke: ", server.address());
    assert!(text.contains(&place), "{text}");
    let reason = ", not repeated, because the service may have acted on it";
    assert!(text.ends_with(reason), "{text}");
    assert_eq!(server.connections(), 1);
    error
}

#[tokio::test]
async fn connection_refused() {
    let address = Faulty::with([]).await.address();
    let (http, counted) = Counted::around(HttpTransport::builder().build().unwrap());
    let builder = Client::builder()
        .endpoint(format!("http://{address}"))
        .project_id(PROJECT)
        .token(TOKEN)
        .transport(http);
    let client = client(builder);
    let check = |error: Error, requests: usize| {
        assert!(error.is_connect() && error.is_retryable());
        let text = error.to_string();
        let place = format!("can't connect to {address}: ");
        assert!(text.contains(&place), "{text}");
        assert!(text.ends_with(", after 4 attempts"), "{text}");
        assert_eq!(counted.requests(), requests);
    };
    check(client.policies().list().await.unwrap_err(), 4);
    // Nothing was sent, so that a POST may be repeated like a read.
    check(client.policy(POLICY).run().await.unwrap_err(), 8);
}

#[tokio::test]
async fn reset_before_the_request() {
    // The client has begun to write, so it can't know that nobody read it.
    let server = Faulty::with([Fault::ResetAtOnce, Fault::json(NO_POLICIES)]).await;
    assert_eq!(client(server.builder()).policies().list().await.unwrap(), []);
    assert_eq!((server.connections(), server.requests()), (2, 1));
}

#[tokio::test]
async fn reset_before_the_headers() {
    passes(Fault::Reset(vec![])).await;
}

#[tokio::test]
async fn closed_before_the_headers() {
    passes(Fault::Close(vec![])).await;
}

#[tokio::test]
async fn reset_within_the_headers() {
    passes(Fault::Reset(b"HTTP/1.1 200 OK\r\ncontent-ty".to_vec())).await;
}

#[tokio::test]
async fn reset_after_the_headers() {
    passes(Fault::Reset(
        b"HTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n".to_vec(),
    ))
    .await;
}

#[tokio::test]
async fn reset_in_mid_body() {
    let begun = b"HTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n{\"backup_pol";
    passes(Fault::Reset(begun.to_vec())).await;
}

#[tokio::test]
async fn closed_in_mid_body() {
    passes(Fault::close(
        "HTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n{\"backup_pol",
    ))
    .await;
}

#[tokio::test]
async fn closed_between_two_chunks() {
    let begun = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"bac\r\n";
    passes(Fault::close(begun)).await;
}

#[tokio::test]
async fn what_is_no_http() {
    passes(Fault::close("SSH-2.0-OpenSSH_9.2p1\r\n")).await;
}

#[tokio::test]
async fn the_status_of_a_failure_outlives_its_body() {
    let head = "HTTP/1.1 404 Not Found\r\nx-request-id: req-7\r\ncontent-length: 900\r\n\r\n";
    for end in [Fault::Close, Fault::Reset] {
        let server = Faulty::with([end(head.as_bytes().to_vec())]).await;
        let error = client(server.builder()).policies().list().await.unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert_eq!(error.request_id(), Some("req-7"));
        assert_eq!(server.requests(), 1);
    }
}

#[tokio::test]
async fn a_slow_body_past_the_deadline() {
    let begun = "HTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n{";
    let server = Faulty::with([Fault::Silence(begun.into()), Fault::json(NO_POLICIES)]).await;
    let limit = Duration::from_millis(100);
    let builder = server.builder().attempt_timeout(limit);
    assert_eq!(client(builder).policies().list().await.unwrap(), []);
    assert_eq!(server.requests(), 2);

    let server = Faulty::with([Fault::Silence(begun.into())]).await;
    let error = client(server.builder().timeout(limit)).policies().list().await;
    let error = error.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    let text = format!(
        "listBackupPolicies: the call to {} did not end within 0.100 s, in its first attempt",
        server.address()
    );
    assert_eq!(error.to_string(), text);
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn an_idle_connection_that_was_closed_costs_no_attempt() {
    // The first answer promises to keep the connection, which is closed behind it.
    let promise = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{NO_POLICIES}",
        NO_POLICIES.len()
    );
    let server = Faulty::with([Fault::close(promise), Fault::response("204 No Content", "", "")]).await;
    let client = client(server.builder());
    client.policies().list().await.unwrap();
    client.policy(POLICY).run().await.unwrap();
    assert_eq!((server.connections(), server.requests()), (2, 2));
}
