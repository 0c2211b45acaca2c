//! The transport for tests that is part of the crate.

use http::header::RETRY_AFTER;
use http::{HeaderValue, Method, StatusCode};
use otc_http::testing::{MockTransport, Reply};
use otc_http::{ServiceError, Transport as _, TransportError, TransportErrorKind};

use crate::{BODY, SECOND, get, post, request, status_of, text};

#[tokio::test]
async fn replies_are_used_once_and_in_turn() {
    let service = MockTransport::new().in_turn([
        Reply::json(StatusCode::OK, BODY),
        Reply::status(StatusCode::NO_CONTENT),
        TransportErrorKind::Connect.into(),
    ]);
    assert_eq!(service.send(get()).await.unwrap().body(), BODY);
    assert_eq!(service.unused(), 2);
    assert_eq!(status_of(&service.send(get()).await), 204);
    let error = service.send(get()).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
}

#[tokio::test]
async fn request_without_a_reply_is_an_error_that_names_it() {
    let service = MockTransport::new();
    let answer = service.send(post()).await;
    assert_eq!(text(&answer), "the mock transport has no reply for POST /items/1/action; prepare one for it");
    assert_eq!(answer.unwrap_err().kind(), TransportErrorKind::Refused);
    assert_eq!(service.requests().len(), 1);
}

#[tokio::test]
async fn routes_come_before_the_turn_and_repeat_their_last_reply() {
    let service = MockTransport::new()
        .in_turn([Reply::status(StatusCode::ACCEPTED)])
        .on(Method::GET, "/items/*", [Reply::status(StatusCode::NOT_FOUND), Reply::status(StatusCode::OK)])
        .always(Reply::status(StatusCode::BAD_GATEWAY));
    let mut statuses = Vec::new();
    for (method, path) in [
        (Method::GET, "/items/1?limit=1"),
        (Method::GET, "/items/2"),
        (Method::GET, "/items/3"),
        (Method::PUT, "/items/1"),
        (Method::GET, "/items/1/action"),
        (Method::GET, "/items"),
    ] {
        let request = request(method, &format!("https://service.example.com{path}"));
        statuses.push(status_of(&service.send(request).await));
    }
    assert_eq!(statuses, [404, 200, 200, 202, 502, 502]);
}

#[tokio::test]
async fn function_chooses_the_reply_and_may_read_the_requests() {
    let service = MockTransport::new();
    let requests = service.clone();
    let service = service.respond(move |request| match requests.requests().len() {
        1 => Reply::json(StatusCode::OK, request.uri().path().to_owned()),
        _ => Reply::error(StatusCode::CONFLICT, "Backup.0064", "it is \"busy\""),
    });
    assert_eq!(service.send(get()).await.unwrap().body(), "/items");
    assert_eq!(text(&service.send(get()).await), "HTTP 409 Conflict, Backup.0064: it is \"busy\"");
}

#[tokio::test(start_paused = true)]
async fn late_reply_keeps_its_header() {
    let service = MockTransport::new()
        .always(Reply::status(StatusCode::TOO_MANY_REQUESTS).after(SECOND).header(RETRY_AFTER, 7));
    let response = service.send(get()).await.unwrap();
    assert_eq!(response.headers()[RETRY_AFTER], "7");
    service.send(get()).await.unwrap();
    assert_eq!(service.requests()[1].at(), SECOND);
}

#[tokio::test]
async fn requests_are_recorded_and_debug_hides_their_secrets() {
    let service = MockTransport::new().always(Reply::status(StatusCode::OK));
    let mut request = post().map(|_| r#"{"password":"a-secret-value","count":2}"#.into());
    let mut token = HeaderValue::from_static("a-secret-value");
    token.set_sensitive(true);
    request.headers_mut().insert("x-auth-token", token);
    service.send(request).await.unwrap();
    let requests = service.requests();
    assert_eq!(requests[0].method(), Method::POST);
    assert_eq!(requests[0].path_and_query(), "/items/1/action");
    assert_eq!(requests[0].header("X-Auth-Token"), Some("a-secret-value"));
    assert_eq!(requests[0].header("x-other"), None);
    let body: serde_json::Value = requests[0].json().unwrap();
    assert_eq!(body["count"], 2);
    assert!(!format!("{service:?}").contains("a-secret-value"));
}

#[test]
fn errors_can_be_made() {
    let error = ServiceError::new(StatusCode::NOT_FOUND)
        .with_code("Backup.0001")
        .with_message("there is no\u{7}backup")
        .with_request_id("req-7");
    assert_eq!(error.to_string(), "HTTP 404 Not Found, Backup.0001: there is no backup (request req-7)");
    let reply = Reply::from(TransportError::new(TransportErrorKind::Timeout, "too late"));
    assert!(format!("{reply:?}").contains("too late"));
}
