//! Bodies that are compressed, too large or endless.

use std::io::Write as _;

use bytes::Bytes;
use http::Response;
use otc_http::{
    HttpTransport, HttpTransportBuilder, Layers, RetryPolicy, TransportError, TransportErrorKind,
};
use otc_vbs_testing::{Fault, Faulty, Socket};

use crate::{Answer, BODY, get_from, http, immediate, post_to, request, retrying, send, status_of, text};

const MIB: usize = 1024 * 1024;

/// The answer to a GET. A response that arrived is not requested again.
async fn answer_to(fault: Fault, set: impl Fn(HttpTransportBuilder) -> HttpTransportBuilder) -> Answer {
    let server = Faulty::with([fault]).await;
    let http = set(HttpTransport::builder().no_proxy()).build().unwrap();
    let answer = send(retrying(immediate()), http, get_from(&server)).await;
    assert_eq!(server.requests(), 1, "{answer:?}");
    answer
}

async fn response_of(fault: Fault) -> Response<Bytes> {
    answer_to(fault, |builder| builder).await.unwrap()
}

async fn too_large(fault: Fault, limit: usize) -> TransportError {
    let error = answer_to(fault, |builder| builder.max_body(limit)).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::TooLarge);
    let expected = format!(" is larger than the {limit} bytes of `max_body`");
    assert!(error.to_string().ends_with(&expected), "{error}");
    error
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn gzip_is_requested_and_decoded() {
    let header = "content-encoding: gzip\r\n";
    let response = response_of(Fault::response("200 OK", header, gzip(BODY.as_bytes()))).await;
    assert_eq!(response.body(), BODY);

    let socket = Socket::listen().await;
    let get = request(http::Method::GET, &format!("http://{}/", socket.address()));
    let answer = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}";
    let sent = socket.receive(answer, send(Layers::new(), http(), get)).await;
    assert!(sent.to_lowercase().contains("accept-encoding: gzip\r\n"), "{sent}");
}

#[tokio::test]
async fn unknown_encoding_is_named() {
    let headers = "content-encoding: br\r\nx-request-id: req-4\r\n";
    let fault = Fault::response("200 OK", headers, "x");
    let error = answer_to(fault, |builder| builder).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Unreadable);
    let problem = "answered 200 OK with the content-encoding `br`, which was not requested";
    assert!(error.to_string().ends_with(problem), "{error}");
    assert_eq!(error.response().unwrap().status(), 200);
    assert_eq!(error.request_id(), Some("req-4"));
}

#[tokio::test]
async fn identity_and_empty_encodings_mean_none() {
    for encoding in ["identity", "Identity", "", " ", "identity, Identity"] {
        let header = format!("content-encoding: {encoding}\r\n");
        let response = response_of(Fault::response("200 OK", &header, BODY)).await;
        assert_eq!(response.body(), BODY, "{encoding}");
    }
}

#[tokio::test]
async fn truncated_gzip_is_an_interrupted_response() {
    let whole = gzip(BODY.as_bytes());
    for length in [5, 12] {
        let fault = Fault::response("200 OK", "content-encoding: gzip\r\n", &whole[..length]);
        let server = Faulty::with([fault]).await;
        let answer = send(retrying(RetryPolicy::never()), http(), get_from(&server)).await;
        let error = answer.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Interrupted);
        assert!(error.to_string().contains("broke"), "{error}");
        assert_eq!(error.response().unwrap().status(), 200);
    }
}

#[tokio::test]
async fn decompression_bomb_is_refused_at_the_limit() {
    let bomb = gzip(&vec![b' '; 64 * MIB]);
    assert!(bomb.len() < MIB, "it is small on the wire");
    let headers = "content-encoding: gzip\r\nx-request-id: req-5\r\n";
    let error = too_large(Fault::response("200 OK", headers, bomb), MIB).await;
    assert_eq!(error.request_id(), Some("req-5"));
}

#[tokio::test]
async fn compressed_failure_keeps_its_code() {
    let body = gzip(br#"{"error":{"code":"VolumeBackup.0064","message":"no"}}"#);
    let headers = "content-encoding: gzip\r\nx-request-id: req-3\r\n";
    let response = response_of(Fault::response("400 Bad Request", headers, body)).await;
    assert_eq!(text(&Ok(response)), "HTTP 400 Bad Request, VolumeBackup.0064: no (request req-3)");
    // In an encoding that was not requested, only its status and request id are known.
    let headers = "content-encoding: br\r\nx-request-id: req-3\r\n";
    let response = response_of(Fault::response("400 Bad Request", headers, "x")).await;
    assert_eq!(text(&Ok(response)), "HTTP 400 Bad Request (request req-3)");
}

#[tokio::test]
async fn endless_body_is_refused_at_the_limit() {
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let unbounded = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
    let chunk = [b"1000\r\n", &[b' '; 0x1000][..], b"\r\n"].concat();
    for (head, more) in [(chunked, chunk), (unbounded, vec![b' '; 0x1000])] {
        too_large(Fault::Endless(head.into(), more), MIB).await;
    }
}

#[tokio::test]
async fn body_with_a_too_large_content_length_is_not_read() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 1099511627776\r\n\r\n";
    // The server sends none of it, so reading it would take forever.
    let answer = answer_to(Fault::Silence(head.into()), |builder| builder).await;
    let text = text(&answer);
    assert!(text.contains("is larger than the 33554432 bytes"), "{text}");
}

#[tokio::test]
async fn body_of_exactly_the_limit_is_accepted() {
    let fits = answer_to(Fault::json(BODY), |builder| builder.max_body(BODY.len())).await;
    assert_eq!(fits.unwrap().body(), BODY);
    too_large(Fault::json(BODY), BODY.len() - 1).await;
}

#[tokio::test]
async fn endless_body_of_a_failure_keeps_its_status() {
    let head = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\nno ";
    let response = response_of(Fault::Endless(head.into(), b"no ".repeat(1000))).await;
    assert_eq!(response.status(), 400);
    assert!(text(&Ok(response)).len() < 1000);
}

#[tokio::test]
async fn endless_headers_break_the_connection() {
    let head = "HTTP/1.1 200 OK\r\n";
    let server = Faulty::with([Fault::Endless(head.into(), b"x: y\r\n".to_vec())]).await;
    let answer = send(retrying(immediate()), http(), post_to(&server)).await;
    assert!(text(&answer).contains("broke"), "{answer:?}");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn body_is_read_regardless_of_its_content_type() {
    for header in ["content-type: text/plain\r\n", "content-type: x\r\n", ""] {
        let response = response_of(Fault::response("200 OK", header, BODY)).await;
        assert_eq!(status_of(&Ok(response)), 200);
    }
}
