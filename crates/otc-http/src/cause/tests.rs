#![allow(clippy::unwrap_used)]

use std::io;

use super::plain;
use crate::test_server::TestServer;

async fn failure(client: reqwest::ClientBuilder, url: String) -> reqwest::Error {
    match client.no_proxy().build().unwrap().get(url).send().await {
        Ok(response) => response.bytes().await.unwrap_err(),
        Err(error) => error,
    }
}

async fn cause_of_answer(answer: &'static [u8]) -> Option<&'static str> {
    let server = TestServer::start(answer).await;
    plain(&failure(reqwest::Client::builder().gzip(true), format!("http://{}", server.address)).await)
}

#[tokio::test]
async fn refused_connection_is_named() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = failure(reqwest::Client::builder(), format!("http://{address}")).await;
    assert_eq!(plain(&error), Some("connection refused"));
}

#[tokio::test]
async fn unresolvable_host_is_named() {
    // A label of more than 63 characters can't be resolved, so no name server is asked.
    let error = failure(reqwest::Client::builder(), format!("http://{}.invalid", "a".repeat(64))).await;
    assert_eq!(plain(&error), Some("the host name can't be resolved"));
}

#[tokio::test]
async fn cut_off_responses_are_incomplete() {
    for answer in [
        &b""[..],
        b"HTTP/1.1 200 OK\r\ncontent-le",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabc",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 90\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\0",
    ] {
        let cause = cause_of_answer(answer).await;
        let answer = String::from_utf8_lossy(answer);
        assert_eq!(
            cause,
            Some("the server closed the connection before the response was complete"),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn invalid_http_is_named() {
    for (answer, cause) in [
        (&b"SSH-2.0-OpenSSH_9.6\r\n\r\n"[..], "the response is not HTTP"),
        (b"HTTP/1.1 abc\r\n\r\n", "the response is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nb a d: x\r\n\r\n", "the response has an invalid header"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n", "the response has an invalid header"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", "the response body is garbled"),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc", "the response body is garbled"),
    ] {
        assert_eq!(cause_of_answer(answer).await, Some(cause), "{}", String::from_utf8_lossy(answer));
    }
}

#[tokio::test]
async fn corrupt_compression_is_named() {
    for answer in [
        &b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 12\r\n\r\nnot gzip at all"[..],
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 16\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 10\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\0",
    ] {
        let cause = cause_of_answer(answer).await;
        assert_eq!(cause, Some("the response can't be decompressed"), "{answer:?}");
    }
}

#[tokio::test]
async fn oversized_header_is_named() {
    let answer = format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "a".repeat(1 << 20));
    let cause = cause_of_answer(answer.leak().as_bytes()).await;
    assert_eq!(cause, Some("the response headers are too large"));
}

#[tokio::test]
async fn http2_failures_are_named() {
    /// The frame that opens a server's side of the connection.
    const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let go_away = |code| [0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, code].to_vec();
    let reset = |code| [0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, code].to_vec();
    for (frame, cause) in [
        (go_away(0), "the server closed the connection"),
        (go_away(11), "the server ended the HTTP/2 connection with an error"),
        (reset(2), "the server cut off the response"),
        (reset(7), "the server refused to handle the request"),
        (reset(13), "the server requires HTTP/1.1"),
        // Data of a stream that was never opened.
        ([0, 0, 0, 0, 0, 0, 0, 0, 9].to_vec(), "the server violated the HTTP/2 protocol"),
    ] {
        let server = TestServer::start([&SETTINGS[..], &frame].concat().leak()).await;
        let client = reqwest::Client::builder().http2_prior_knowledge().retry(reqwest::retry::never());
        let error = failure(client, format!("http://{}", server.address)).await;
        assert_eq!(plain(&error), Some(cause), "{error:?}");
    }
}

#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
#[tokio::test]
async fn plain_http_on_a_tls_port_is_named() {
    let server = TestServer::start(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
    let error = failure(reqwest::Client::builder(), format!("https://{}", server.address)).await;
    assert_eq!(plain(&error), Some("the server does not speak TLS on this port"), "{error:?}");
}

#[cfg(any(feature = "rustls-no-provider", feature = "native-tls"))]
#[tokio::test]
async fn tls_alerts_are_worded() {
    for (alert, cause) in [
        (40, "the server refused the TLS handshake"),
        (42, "the server rejected the client certificate"),
        (48, "the server rejected the client certificate"),
        (70, "the server and this client share no TLS version or cipher suite"),
        (112, "the server does not serve this host name"),
        (116, "the server requires a client certificate"),
    ] {
        let server = TestServer::start(vec![21, 3, 3, 0, 2, 2, alert].leak()).await;
        let error = failure(reqwest::Client::builder(), format!("https://{}", server.address)).await;
        assert_eq!(plain(&error), Some(cause), "alert {alert}: {error:?}");
    }
}

#[test]
fn wrapped_io_errors_are_found() {
    let reset = io::Error::from(io::ErrorKind::ConnectionReset);
    let wrapped = io::Error::other(io::Error::other(reset));
    assert_eq!(plain(&wrapped), Some("the connection was reset"));
    for (kind, cause) in [
        (io::ErrorKind::TimedOut, "timed out"),
        (io::ErrorKind::BrokenPipe, "the server closed the connection"),
        (io::ErrorKind::HostUnreachable, "the host is unreachable"),
    ] {
        assert_eq!(plain(&io::Error::from(kind)), Some(cause), "{kind}");
    }
}

#[test]
fn unknown_cause_has_no_words() {
    assert_eq!(plain(&io::Error::other("an internal detail")), None);
}
