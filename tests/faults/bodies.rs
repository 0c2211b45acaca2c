//! Bodies that are not what they should be.

use std::io::Write as _;

use otc_vbs::transport::RetryPolicy;
use otc_vbs::{ClientBuilder, Error};
use otc_vbs_tests::{Fault, Faulty, POLICY};

use crate::{NO_POLICIES, at_once};

const MIB: usize = 1024 * 1024;

/// The error of a list that is answered so, after one request: no answer that came whole is asked for again.
async fn error_of(fault: Fault) -> Error {
    error_with(fault, |builder| builder).await
}

async fn error_with(fault: Fault, set: impl Fn(ClientBuilder) -> ClientBuilder) -> Error {
    let server = Faulty::with([fault]).await;
    let client = set(server.builder()).retry(at_once()).build().unwrap();
    let error = client.policy(POLICY).tasks().page().await.unwrap_err();
    assert_eq!(server.requests(), 1, "{error}");
    assert!(!error.is_retryable(), "{error}");
    error
}

async fn text_of(body: impl AsRef<[u8]>) -> String {
    let error = error_of(Fault::json(body)).await;
    assert_eq!(error.status().unwrap(), 200);
    let text = error.to_string();
    let problem = "listBackupJobs: the service answered 200 OK, but the body is not as documented: ";
    text.strip_prefix(problem).unwrap_or(&text).to_owned()
}

#[tokio::test]
async fn truncated_json() {
    let text = text_of(r#"{"tasks":[{"status":"RUN"#).await;
    assert_eq!(text, "EOF while parsing a string at line 1 column 24");
}

#[tokio::test]
async fn invalid_utf_8() {
    let text = text_of(b"{\"tasks\":[{\"status\":\"\xff\xfe\"}]}").await;
    assert!(text.starts_with("invalid unicode code point at line 1"), "{text}");
}

#[tokio::test]
async fn duplicate_keys() {
    let text = text_of(r#"{"tasks":[],"count":0,"tasks":[]}"#).await;
    assert_eq!(text, "duplicate field `tasks` at line 1 column 29");
    // Of keys that are not documented, none is looked at.
    let server = Faulty::with([Fault::json(r#"{"tasks":[],"new":1,"new":2}"#)]).await;
    let client = server.builder().build().unwrap();
    assert!(client.policy(POLICY).tasks().page().await.is_ok());
    // Of a failure, whatever can be understood is.
    let body = r#"{"error":{"code":"A.1","code":"A.2"}}"#;
    let error = error_of(Fault::response("400 Bad Request", "", body)).await;
    assert_eq!(error.service().unwrap().code.as_deref(), Some("A.2"));
}

#[tokio::test]
async fn numbers_out_of_range() {
    for number in ["9223372036854775808", "1e400", "-1e5", "1.5", "1e2"] {
        let text = text_of(format!(r#"{{"tasks":[],"count":{number}}}"#)).await;
        assert!(
            text.starts_with("invalid type: ")
                || text.starts_with("invalid value: ")
                || text.starts_with("number out of range"),
            "{number}: {text}"
        );
    }
}

#[tokio::test]
async fn wrong_content_type() {
    let html = "<html><title>Log in</title></html>";
    let error = error_of(Fault::response("200 OK", "content-type: text/html\r\n", html)).await;
    assert_eq!(
        error.to_string(),
        "listBackupJobs: the service answered 200 OK, but the body is not as documented: expected value at line 1 column 1"
    );
    // What is JSON is taken, whatever it is called.
    for header in ["content-type: text/plain\r\n", "content-type: x\r\n", ""] {
        let server = Faulty::with([Fault::response("200 OK", header, NO_POLICIES)]).await;
        let client = server.builder().build().unwrap();
        assert_eq!(client.policies().list().await.unwrap(), []);
    }
}

/// `{"tasks":[],"count":0}` in gzip.
const GZIP: [u8; 42] = [
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xab, 0x56, 0x2a, 0x49, 0x2c, 0xce, 0x2e,
    0x56, 0xb2, 0x8a, 0x8e, 0xd5, 0x51, 0x4a, 0xce, 0x2f, 0xcd, 0x2b, 0x51, 0xb2, 0x32, 0xa8, 0x05, 0x00,
    0x23, 0xaa, 0xa1, 0x72, 0x16, 0x00, 0x00, 0x00,
];

#[tokio::test]
async fn gzip_is_requested_and_decoded() {
    let server = Faulty::with([Fault::response("200 OK", "content-encoding: gzip\r\n", GZIP)]).await;
    let client = server.builder().build().unwrap();
    assert_eq!(client.policy(POLICY).tasks().page().await.unwrap().tasks, []);

    let socket = otc_vbs_tests::Socket::listen().await;
    let answer = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}";
    let request = socket.see(answer, socket.client().policies().list()).await;
    assert!(
        request.to_lowercase().contains("accept-encoding: gzip\n"),
        "{request}"
    );
}

#[tokio::test]
async fn unknown_compression_is_named() {
    let error = error_of(Fault::response(
        "200 OK",
        "content-encoding: br\r\nx-request-id: req-4\r\n",
        GZIP,
    ))
    .await;
    let text = error.to_string();
    let problem = "answered 200 OK with the content-encoding `br`, which was not requested";
    assert!(text.ends_with(problem), "{text}");
    assert_eq!(
        (error.status().unwrap().as_u16(), error.request_id()),
        (200, Some("req-4"))
    );
}

#[tokio::test]
async fn identity_and_empty_content_encodings_mean_none() {
    for encoding in ["identity", "Identity", "", " ", "identity, Identity"] {
        let header = format!("content-encoding: {encoding}\r\n");
        let server = Faulty::with([Fault::response("200 OK", &header, NO_POLICIES)]).await;
        let client = server.builder().build().unwrap();
        assert_eq!(client.policies().list().await.unwrap(), [], "{encoding}");
    }
}

#[tokio::test]
async fn truncated_gzip_is_an_interrupted_response() {
    for length in [5, GZIP.len() - 30] {
        let body = &GZIP[..length];
        let server = Faulty::with([Fault::response("200 OK", "content-encoding: gzip\r\n", body)]).await;
        let client = server.builder().retry(RetryPolicy::never()).build().unwrap();
        let error = client.policy(POLICY).tasks().page().await.unwrap_err();
        assert!(error.to_string().contains("broke"), "{error}");
        assert_eq!(error.status().unwrap(), 200);
    }
}

#[tokio::test]
async fn decompression_bomb_is_refused_at_the_limit() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..64 {
        encoder.write_all(&[b' '; MIB]).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < MIB, "it is small on the wire");
    let fault = Fault::response(
        "200 OK",
        "content-encoding: gzip\r\nx-request-id: req-5\r\n",
        bomb,
    );
    let error = error_with(fault, |builder| builder.max_body(MIB)).await;
    assert!(
        error
            .to_string()
            .ends_with(" is larger than the 1048576 bytes of `max_body`"),
        "{error}"
    );
    assert_eq!(error.request_id(), Some("req-5"));
}

#[tokio::test]
async fn compressed_failure_keeps_its_code() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder
        .write_all(br#"{"error":{"code":"VolumeBackup.0064","message":"no"}}"#)
        .unwrap();
    let header = "content-encoding: gzip\r\nx-request-id: req-3\r\n";
    let error = error_of(Fault::response(
        "400 Bad Request",
        header,
        encoder.finish().unwrap(),
    ))
    .await;
    assert_eq!(
        error.to_string(),
        "listBackupJobs: HTTP 400 Bad Request, VolumeBackup.0064: no (request req-3)"
    );
    // In an encoding that was not requested, its status and request id are known.
    let header = "content-encoding: br\r\nx-request-id: req-3\r\n";
    let error = error_of(Fault::response("400 Bad Request", header, GZIP)).await;
    assert_eq!(
        error.to_string(),
        "listBackupJobs: HTTP 400 Bad Request (request req-3)"
    );
}

#[tokio::test]
async fn an_endless_body() {
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let unbounded = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n";
    let chunk = [b"1000\r\n", &[b' '; 0x1000][..], b"\r\n"].concat();
    for (head, more) in [(chunked, chunk), (unbounded, vec![b' '; 0x1000])] {
        let error = error_with(Fault::Endless(head.into(), more), |builder| builder.max_body(MIB)).await;
        let text = error.to_string();
        assert!(
            text.ends_with(" is larger than the 1048576 bytes of `max_body`"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_body_that_claims_to_be_too_large_is_not_read() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 1099511627776\r\n\r\n";
    // Nothing of it comes, so that whoever waited for it would wait for ever.
    let error = error_of(Fault::Silence(head.into())).await;
    assert!(
        error.to_string().contains("is larger than the 33554432 bytes"),
        "{error}"
    );
}

#[tokio::test]
async fn the_bound_is_exact() {
    let server = Faulty::with([Fault::json(NO_POLICIES)]).await;
    let fits = server.builder().max_body(NO_POLICIES.len());
    assert_eq!(fits.build().unwrap().policies().list().await.unwrap(), []);
    let short = server.builder().max_body(NO_POLICIES.len() - 1);
    let error = short.build().unwrap().policies().list().await.unwrap_err();
    assert!(error.to_string().contains("is larger than"), "{error}");
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn an_endless_body_of_a_failure_keeps_its_status() {
    let head = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\nno ";
    let error = error_of(Fault::Endless(head.into(), b"no ".repeat(1000))).await;
    assert_eq!(error.status().unwrap(), 400);
    assert!(error.to_string().len() < 1000);
}

#[tokio::test]
async fn endless_headers() {
    let head = "HTTP/1.1 200 OK\r\n";
    let server = Faulty::with([Fault::Endless(head.into(), b"x: y\r\n".to_vec())]).await;
    let client = server.builder().retry(at_once()).build().unwrap();
    let error = client.policy(POLICY).run().await.unwrap_err();
    assert!(error.to_string().contains("broke"), "{error}");
    assert_eq!(server.requests(), 1);
}
