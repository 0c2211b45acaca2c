//! Connections that break, each at a different point.

use otc_http::{Layers, Transport as _, TransportError, TransportErrorKind};
use otc_vbs_testing::{Counted, Fault, Faulty};

use crate::{
    BODY, SECOND, get_from, http, immediate, post_to, request, retrying, send, stack, status_of, text,
};

/// Checks a temporary fault: a GET is retried and succeeds, a POST is sent once and fails.
async fn passes(fault: Fault) -> TransportError {
    let server = Faulty::with([fault.clone(), Fault::json(BODY)]).await;
    let answer = send(retrying(immediate()), http(), get_from(&server)).await;
    assert_eq!(answer.unwrap().body(), BODY);
    assert_eq!(server.connections(), 2);

    let server = Faulty::with([fault, Fault::response("204 No Content", "", "")]).await;
    let answer = send(retrying(immediate()), http(), post_to(&server)).await;
    let error = answer.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Interrupted);
    let text = error.to_string();
    let place = format!("the connection to {} broke: ", server.address());
    assert!(text.starts_with(&place), "{text}");
    let reason = ", not retried, because the service may have acted on it";
    assert!(text.ends_with(reason), "{text}");
    assert_eq!(server.connections(), 1);
    error
}

#[tokio::test]
async fn refused_connection_is_retried_for_every_method() {
    let closed = Faulty::with([]).await.address();
    let (http, counted) = Counted::around(http());
    let transport = stack(retrying(immediate()), http);
    for (method, requests) in [(http::Method::GET, 4), (http::Method::POST, 8)] {
        let answer = transport.send(request(method, &format!("http://{closed}/"))).await;
        assert_eq!(answer.as_ref().unwrap_err().kind(), TransportErrorKind::Connect);
        let text = text(&answer);
        let place = format!("can't connect to {closed}: ");
        assert!(text.starts_with(&place), "{text}");
        assert!(text.ends_with(", after 4 attempts"), "{text}");
        assert_eq!(counted.requests(), requests);
    }
}

#[tokio::test]
async fn reset_before_the_request_is_retried() {
    // The client has started to write, so it can't know that the server did not read it.
    let server = Faulty::with([Fault::ResetAtOnce, Fault::json(BODY)]).await;
    let answer = send(retrying(immediate()), http(), get_from(&server)).await;
    assert_eq!(status_of(&answer), 200);
    assert_eq!((server.connections(), server.requests()), (2, 1));
}

#[tokio::test]
async fn reset_before_the_headers_passes() {
    assert_eq!(passes(Fault::Reset(vec![])).await.request_id(), None);
}

#[tokio::test]
async fn close_before_the_headers_passes() {
    passes(Fault::Close(vec![])).await;
}

#[tokio::test]
async fn reset_within_the_headers_passes() {
    passes(Fault::Reset(b"HTTP/1.1 200 OK\r\ncontent-ty".to_vec())).await;
}

#[tokio::test]
async fn reset_after_the_headers_passes() {
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n";
    passes(Fault::Reset(head.to_vec())).await;
}

#[tokio::test]
async fn reset_within_the_body_passes() {
    let incomplete = b"HTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n{\"ite";
    passes(Fault::Reset(incomplete.to_vec())).await;
}

#[tokio::test]
async fn close_within_the_body_passes() {
    let incomplete = "HTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n{\"ite";
    passes(Fault::close(incomplete)).await;
}

#[tokio::test]
async fn close_between_two_chunks_passes() {
    let incomplete = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"ite\r\n";
    passes(Fault::close(incomplete)).await;
}

#[tokio::test]
async fn answer_that_is_not_http_passes() {
    passes(Fault::close("SSH-2.0-OpenSSH_9.2p1\r\n")).await;
}

#[tokio::test(start_paused = true)]
async fn slow_body_ends_with_the_attempt_or_with_the_call() {
    let incomplete = "HTTP/1.1 200 OK\r\ncontent-length: 22\r\n\r\n{";
    let server = Faulty::with([Fault::Silence(incomplete.into()), Fault::json(BODY)]).await;
    let layers = retrying(immediate()).attempt_timeout(SECOND / 10);
    let answer = send(layers, http(), get_from(&server)).await;
    assert_eq!(answer.unwrap().body(), BODY);
    assert_eq!(server.requests(), 2);

    let server = Faulty::with([Fault::Silence(incomplete.into())]).await;
    let layers = retrying(immediate()).timeout(SECOND / 10);
    let answer = send(layers, http(), get_from(&server)).await;
    assert_eq!(answer.as_ref().unwrap_err().kind(), TransportErrorKind::Timeout);
    let expected =
        format!("the call to {} did not end within 0.100 s, in its first attempt", server.address());
    assert_eq!(text(&answer), expected);
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn idle_connection_that_was_closed_costs_no_attempt() {
    // The first answer promises to keep the connection open, but the server closes it.
    let promise = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{BODY}", BODY.len());
    let server = Faulty::with([Fault::close(promise), Fault::response("204 No Content", "", "")]).await;
    let transport = stack(Layers::new(), http());
    assert_eq!(status_of(&transport.send(get_from(&server)).await), 200);
    assert_eq!(status_of(&transport.send(post_to(&server)).await), 204);
    assert_eq!((server.connections(), server.requests()), (2, 2));
}
