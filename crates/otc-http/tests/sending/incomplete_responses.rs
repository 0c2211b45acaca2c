//! Responses whose body stalls, is cut off, is too large or can't be decoded: what is known of them is kept.

use std::time::Duration;

use otc_http::{
    HttpTransport, Layers, RetryAfter, RetryPolicy, ServiceError, TransportError, TransportErrorKind,
};
use otc_vbs_testing::{Fault, Faulty};
use tokio::time::Instant;

use crate::{SECOND, get_from, http, immediate, post_to, retrying, send, status_of};

const MIB: usize = 1024 * 1024;

/// A response whose body is shorter than announced.
fn incomplete(status: &str, body: &str) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nx-request-id: req-7\r\nretry-after: 7\r\n");
    format!("{head}content-length: 900\r\n\r\n{body}").into()
}

#[tokio::test(start_paused = true)]
async fn failure_with_an_incomplete_body_keeps_its_facts() {
    let code = r#"{"error":{"code":"Backup.0064","message":"no"#;
    for (status, number) in [
        ("400 Bad Request", 400),
        ("404 Not Found", 404),
        ("429 Too Many Requests", 429),
        ("503 Service Unavailable", 503),
    ] {
        let unbounded = incomplete(status, code);
        let unbounded = String::from_utf8(unbounded).unwrap();
        let unbounded = unbounded.replace("content-length: 900", "connection: close");
        let unknown = unbounded.replace("connection", "content-encoding: br\r\nconnection");
        for (fault, code) in [
            (Fault::Silence(incomplete(status, code)), Some("Backup.0064")),
            (Fault::Silence(incomplete(status, "")), None),
            (Fault::Close(incomplete(status, code)), Some("Backup.0064")),
            (Fault::Reset(incomplete(status, code)), Some("Backup.0064")),
            (Fault::Reset(incomplete(status, "")), None),
            // Longer than the 64 KiB that are read of a failure, and longer than `max_body`.
            (Fault::Endless(unbounded.into(), vec![b'x'; MIB]), Some("Backup.0064")),
            (Fault::close(unknown), None),
        ] {
            let place = format!("{status}, {fault:.40?}");
            let server = Faulty::with([fault]).await;
            let http = HttpTransport::builder().no_proxy().max_body(MIB).build();
            let layers = retrying(RetryPolicy::never());
            let response = send(layers, http.unwrap(), get_from(&server)).await;
            let response = response.unwrap_or_else(|error| panic!("{place}: {error}"));
            let error = ServiceError::from_response(&response);
            assert_eq!(error.status.as_u16(), number, "{place}");
            assert_eq!(error.code.as_deref(), code, "{place}");
            assert_eq!(error.request_id.as_deref(), Some("req-7"), "{place}");
            let after = response.extensions().get();
            assert_eq!(after, Some(&RetryAfter(7 * SECOND)), "{place}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn post_with_a_stalled_429_body_is_retried() {
    for fault in [
        Fault::Silence(incomplete("429 Too Many Requests", "{")),
        Fault::Silence(incomplete("429 Too Many Requests", "")),
        Fault::Reset(incomplete("429 Too Many Requests", "{")),
    ] {
        let server = Faulty::with([fault, Fault::response("204 No Content", "", "")]).await;
        let layers = retrying(immediate()).attempt_timeout(Duration::MAX);
        let began = Instant::now();
        let answer = send(layers, http(), post_to(&server)).await;
        assert_eq!(status_of(&answer), 204);
        assert_eq!(server.requests(), 2);
        // At most 5 s for the body, and the 7 s that the service asks to wait.
        assert!(began.elapsed() <= 12 * SECOND + SECOND / 10, "{:?}", began.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn stalled_429_body_is_a_response_when_the_attempt_or_the_call_ends() {
    for layers in [Layers::new().attempt_timeout(SECOND), Layers::new().timeout(SECOND)] {
        let server = Faulty::with([Fault::Silence(incomplete("429 Too Many Requests", "{"))]).await;
        let layers = layers.retry(RetryPolicy::never());
        let answer = send(layers, http(), post_to(&server)).await;
        assert_eq!(status_of(&answer), 429);
    }
}

/// A successful response to a POST whose end is missing.
fn accepted(body: &str) -> [Vec<u8>; 2] {
    let head = "HTTP/1.1 202 Accepted\r\nx-request-id: req-8\r\n";
    let length = body.len();
    [
        format!("{head}transfer-encoding: chunked\r\n\r\n{length:x}\r\n{body}\r\n").into(),
        format!("{head}content-length: 900\r\n\r\n{body}").into(),
    ]
}

/// Layers with one time limit: that of the attempt, or that of the call.
fn time_limits() -> [Layers; 2] {
    [Layers::new().attempt_timeout(SECOND), Layers::new().timeout(SECOND)]
}

#[tokio::test(start_paused = true)]
async fn success_with_complete_json_outlives_its_connection() {
    let job = r#"{"job_id":"j-1"}"#;
    for response in accepted(job) {
        for fault in [Fault::Silence, Fault::Close, Fault::Reset].map(|end| end(response.clone())) {
            for layers in time_limits() {
                let server = Faulty::with([fault.clone()]).await;
                let answer = send(layers, http(), post_to(&server)).await;
                let response = answer.unwrap_or_else(|error| panic!("{fault:.40?}: {error}"));
                assert_eq!(response.status(), 202);
                assert_eq!(response.body(), job);
                assert_eq!(server.requests(), 1);
            }
        }
    }
}

#[track_caller]
fn assert_carries(error: &TransportError, kind: TransportErrorKind, body: &str) {
    assert_eq!(error.kind(), kind, "{error}");
    assert_eq!(error.request_id(), Some("req-8"), "{error}");
    let response = error.response().expect("the part that arrived");
    assert_eq!(response.status(), 202);
    assert_eq!(response.headers()["x-request-id"], "req-8");
    assert_eq!(response.body(), body);
}

#[tokio::test(start_paused = true)]
async fn stalled_success_keeps_the_part_that_arrived() {
    for response in accepted(r#"{"job_id":"j-1""#) {
        for layers in time_limits() {
            let server = Faulty::with([Fault::Silence(response.clone())]).await;
            let error = send(layers, http(), post_to(&server)).await.unwrap_err();
            assert_carries(&error, TransportErrorKind::Timeout, r#"{"job_id":"j-1""#);
        }
    }
}

#[tokio::test]
async fn truncated_success_keeps_the_part_that_arrived() {
    for response in accepted(r#"{"job_id":"j-1""#) {
        for fault in [Fault::Reset(response.clone()), Fault::Close(response)] {
            let server = Faulty::with([fault]).await;
            let error = send(Layers::new(), http(), post_to(&server)).await.unwrap_err();
            assert_carries(&error, TransportErrorKind::Interrupted, r#"{"job_id":"j-1""#);
        }
    }
}

#[tokio::test]
async fn oversized_success_keeps_the_part_that_arrived() {
    let head = "HTTP/1.1 202 Accepted\r\nx-request-id: req-8\r\n";
    let endless = format!("{head}transfer-encoding: chunked\r\n\r\n8\r\n{{\"job_id\r\n");
    let endless = Fault::Endless(endless.into(), b"1\r\nx\r\n".to_vec());
    let announced = Fault::Silence(format!("{head}content-length: 11\r\n\r\n{{\"job_id").into());
    for (fault, body) in [(endless, "{\"job_idxx"), (announced, "")] {
        let server = Faulty::with([fault]).await;
        let http = HttpTransport::builder().no_proxy().max_body(10).build();
        let answer = send(Layers::new(), http.unwrap(), post_to(&server)).await;
        assert_carries(&answer.unwrap_err(), TransportErrorKind::TooLarge, body);
    }
}

#[tokio::test]
async fn success_with_an_unknown_encoding_keeps_its_head() {
    let head =
        "HTTP/1.1 202 Accepted\r\nx-request-id: req-8\r\ncontent-encoding: br\r\ncontent-length: 2\r\n\r\n{}";
    let server = Faulty::with([Fault::close(head)]).await;
    let error = send(Layers::new(), http(), post_to(&server)).await;
    assert_carries(&error.unwrap_err(), TransportErrorKind::Unreadable, "");
}
