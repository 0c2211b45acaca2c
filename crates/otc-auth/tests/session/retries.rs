//! Requests to the identity service that fail for a moment.

use std::time::Duration;

use otc_auth::otc_http::{TransportError, TransportErrorKind};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::answers::{Answers, authorize, by_password};
use super::hints::by_passcode;

fn token() -> Value {
    json!({"token": {"expires_at": "2999-01-01T00:00:00Z"}})
}

fn no_answer(kind: TransportErrorKind) -> Result<http::Response<bytes::Bytes>, TransportError> {
    Err(TransportError::new(kind, "no answer"))
}

/// Failures that pass, each with its name.
fn hiccups() -> Vec<(&'static str, Answers)> {
    let mut hiccups: Vec<_> =
        [429, 502, 503, 504].map(|status| ("status", Answers::default().json(status, json!({})))).into();
    for kind in [TransportErrorKind::Connect, TransportErrorKind::Interrupted, TransportErrorKind::Timeout] {
        hiccups.push(("no answer", Answers::default().answer(no_answer(kind))));
    }
    let asks_to_wait = Answers::default().headers(429, &[("retry-after", "7")], json!({}));
    hiccups.push(("retry-after", asks_to_wait));
    hiccups
}

#[tokio::test(start_paused = true)]
async fn sign_in_is_retried_after_a_hiccup() {
    for (name, answers) in hiccups() {
        let answers = answers.token("token-1", token());
        let session = answers.retrying_session(by_password());
        assert_eq!(authorize(&session).await.unwrap(), "token-1", "{name}");
        assert_eq!(answers.requests(), ["POST /v3/auth/tokens", "POST /v3/auth/tokens"]);
    }
}

#[tokio::test(start_paused = true)]
async fn renewal_is_retried_for_all_waiters() {
    for (name, hiccup) in hiccups() {
        let session = Answers::default().token("token-1", token()).then(hiccup).token("token-2", token());
        let session = session.retrying_session(by_password());
        let mut request = http::Request::get("https://vbs.example.com/").body(bytes::Bytes::new()).unwrap();
        let authorization = session.authorize(&mut request).await.unwrap();
        assert!(session.refused(&authorization));
        let waiters = (0..50).map(|_| authorize(&session));
        for token in futures_util::future::join_all(waiters).await {
            assert_eq!(token.unwrap(), "token-2", "{name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn sign_in_waits_as_long_as_the_service_asks() {
    let answers = Answers::default().headers(503, &[("retry-after", "7")], json!({}));
    let session = answers.token("token-1", token()).retrying_session(by_password());
    let began = Instant::now();
    authorize(&session).await.unwrap();
    assert!(began.elapsed() >= Duration::from_secs(7), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn lasting_failure_ends_within_the_budget_and_keeps_its_facts() {
    let mut answers = Answers::default();
    for _ in 0..100 {
        answers = answers.headers(429, &[("retry-after", "7"), ("x-request-id", "r1")], json!({}));
    }
    let limit = Duration::from_secs(30);
    let session = answers.retrying_session(by_password().sign_in_timeout(limit));
    let began = Instant::now();
    let error = authorize(&session).await.unwrap_err();
    assert!(began.elapsed() <= limit, "{:?}", began.elapsed());
    assert!(error.is_rate_limited() && error.is_retryable());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(error.request_id(), Some("r1"));
    assert!(error.to_string().contains(" attempts"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn passcode_is_only_sent_again_if_it_was_not_evaluated() {
    for answers in [
        Answers::default().json(429, json!({})),
        Answers::default().answer(no_answer(TransportErrorKind::Connect)),
    ] {
        let session = answers.token("token-1", token()).retrying_session(by_passcode());
        assert_eq!(authorize(&session).await.unwrap(), "token-1");
    }
    for answers in [
        Answers::default().json(502, json!({})),
        Answers::default().answer(no_answer(TransportErrorKind::Interrupted)),
        Answers::default().answer(no_answer(TransportErrorKind::Timeout)),
    ] {
        let session = answers.retrying_session(by_passcode());
        authorize(&session).await.unwrap_err();
        assert_eq!(answers.requests().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn refused_credentials_are_not_retried() {
    for status in [400, 401, 403, 404] {
        let answers = Answers::default().json(status, json!({}));
        authorize(&answers.retrying_session(by_password())).await.unwrap_err();
        assert_eq!(answers.requests().len(), 1, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn agency_is_assumed_again_after_a_hiccup_although_the_passcode_is_used() {
    let answers = Answers::default().token("token-1", token()).json(503, json!({})).token("token-2", token());
    let config = by_passcode().agency_name("auditors").agency_domain_name("OTC-9");
    assert_eq!(authorize(&answers.retrying_session(config)).await.unwrap(), "token-2");
}

#[tokio::test(start_paused = true)]
async fn rate_limit_of_the_gateway_is_not_a_refusal() {
    let limited =
        json!({"error_code": "APIGW.0308", "error_msg": "The throttling threshold has been reached"});
    let answers = Answers::default().json(403, limited.clone()).token("token-1", token());
    let session = answers.retrying_session(by_password());
    assert_eq!(authorize(&session).await.unwrap(), "token-1");

    let error = authorize(&Answers::default().json(403, limited).session(by_password())).await.unwrap_err();
    assert!(error.is_rate_limited() && error.is_retryable() && !error.is_auth(), "{error}");
    assert!(!error.advice().contains("role"), "{}", error.advice());
}

#[tokio::test]
async fn token_of_an_answer_that_breaks_off_is_not_shown() {
    let response = http::Response::builder().status(201).header("x-subject-token", "canary-token-1");
    let error = TransportError::new(TransportErrorKind::Interrupted, "the connection broke");
    let error = error.with_response(response.body(bytes::Bytes::from_static(b"{\"canary")).unwrap());
    let error = authorize(&Answers::default().answer(Err(error)).session(by_password())).await.unwrap_err();
    assert_eq!(error.status().unwrap(), 201);
    assert!(!format!("{error} {error:?} {error:#?}").contains("canary"), "{error:?}");
}

#[tokio::test]
async fn error_shape_with_a_success_status_keeps_its_code() {
    let body = json!({"error_code": "APIGW.0101", "error_msg": "no such API", "request_id": "r1"});
    let error = authorize(&Answers::default().json(200, body).session(by_password())).await.unwrap_err();
    assert!(error.to_string().contains("APIGW.0101"), "{error}");
}
