//! Each layer can be used alone, around any transport.

use bytes::Bytes;
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use otc_http::{
    AuthTransport, ConcurrencyTransport, FixedToken, RateLimit, RateLimitTransport, RedactTransport,
    Redactor, RetryTransport, TimeoutTransport, TracingTransport, Transport as _, TransportErrorKind,
    UserAgentTransport,
};
use otc_vbs_testing::{Fault, Faulty, Reply, Script, TraceRecorder, json, ok, status};

use crate::{BODY, SECOND, get, get_from, http, immediate, status_of};

#[tokio::test(start_paused = true)]
async fn retry_layer_works_alone() {
    let service = Script::new([status(503), ok()]);
    let transport = RetryTransport::new(service.clone(), immediate());
    assert_eq!(status_of(&transport.send(get()).await), 200);
    assert_eq!(service.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn timeout_layers_work_alone() {
    for (transport, message) in [
        (
            TimeoutTransport::per_call(Script::always(Reply::Never), SECOND),
            "the call to service.example.com did not end within 1 s",
        ),
        (
            TimeoutTransport::per_attempt(Script::always(Reply::Never), SECOND),
            "service.example.com did not answer within 1 s",
        ),
    ] {
        let error = transport.send(get()).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Timeout);
        assert_eq!(error.to_string(), message);
    }
}

#[tokio::test(start_paused = true)]
async fn concurrency_layer_works_alone() {
    let service = Script::always(Reply::Late(SECOND, Box::new(ok().into())));
    let transport = ConcurrencyTransport::new(service.clone(), 1);
    let (first, second) = tokio::join!(transport.send(get()), transport.send(get()));
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(service.times(), [0, 1000]);
}

#[tokio::test(start_paused = true)]
async fn concurrency_layer_counts_0_as_1() {
    let service = Script::always(ok());
    let transport = ConcurrencyTransport::new(service.clone(), 0);
    assert_eq!(status_of(&transport.send(get()).await), 200);
}

#[tokio::test(start_paused = true)]
async fn rate_limit_layer_works_alone() {
    let service = Script::always(ok());
    let transport = RateLimitTransport::new(service.clone(), RateLimit::new(1, SECOND));
    for _ in 0..3 {
        transport.send(get()).await.unwrap();
    }
    assert_eq!(service.times(), [0, 1000, 2000]);
}

#[tokio::test]
async fn auth_layer_works_alone() {
    let service = Script::always(ok());
    let token = FixedToken::new("token").unwrap();
    let transport = AuthTransport::new(service.clone(), token);
    transport.send(get()).await.unwrap();
    assert_eq!(service.headers("x-auth-token"), ["token"]);
}

fn secret() -> HeaderValue {
    let mut secret = HeaderValue::from_static("a-secret-value");
    secret.set_sensitive(true);
    secret
}

/// A failure that repeats the secret.
fn echo() -> Response<Bytes> {
    let mut response = json(r#"{"message":"a-secret-value"}"#);
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response
}

#[tokio::test]
async fn redact_layer_works_alone() {
    let mut request = get();
    request.headers_mut().insert("x-secret", secret());
    let transport = RedactTransport::new(Script::always(echo()));
    let response = transport.send(request).await.unwrap();
    assert_eq!(response.body(), r#"{"message":"***"}"#);
}

#[tokio::test]
async fn redact_layer_uses_the_redactor_of_the_request() {
    let mut request = get();
    let headers = HeaderMap::from_iter([(COOKIE, secret())]);
    let redactor = Redactor::of_request_headers(&headers);
    request.extensions_mut().insert(redactor);
    let transport = RedactTransport::new(Script::always(echo()));
    let response = transport.send(request).await.unwrap();
    assert_eq!(response.body(), r#"{"message":"***"}"#);
}

#[tokio::test]
async fn user_agent_layer_works_alone_and_keeps_an_existing_header() {
    let service = Script::always(ok());
    let transport = UserAgentTransport::new(service.clone(), "report/1.2 (nightly)").unwrap();
    transport.send(get()).await.unwrap();
    let mut request = get();
    let value = HeaderValue::from_static("mine");
    request.headers_mut().insert("user-agent", value);
    transport.send(request).await.unwrap();
    assert_eq!(service.headers("user-agent"), ["report/1.2 (nightly)", "mine"]);
    assert_eq!(
        UserAgentTransport::new(service, "a\nb").unwrap_err().to_string(),
        "user_agent: it has characters that are not allowed in a header"
    );
}

#[tokio::test]
async fn tracing_layers_work_alone() {
    let (recorder, _, _guard) = TraceRecorder::listen();
    let attempts = TracingTransport::attempts(Script::always(ok()));
    attempts.send(get()).await.unwrap();
    let calls = TracingTransport::calls(Script::always(ok()));
    calls.send(get()).await.unwrap();
    assert_eq!(
        recorder.spans(),
        "DEBUG attempt attempt=1 duration_ms=[time] status=200\nINFO call attempt=0 duration_ms=[time] status=200"
    );
}

#[tokio::test]
async fn http_works_alone() {
    let server = Faulty::with([Fault::json(BODY)]).await;
    let response = http().send(get_from(&server)).await.unwrap();
    assert_eq!(response.body(), BODY);
}
