//! Every kind of error, and its predicates.

use std::collections::HashSet;

use bytes::Bytes;
use http::{Response, StatusCode};
use otc_auth::{Config, Session};
use otc_vbs::transport::TransportErrorKind;
use otc_vbs::{Client, Error, ErrorKind};
use otc_vbs_testing::{JOB, MockTransport, POLICY, PROJECT, Reply, TestService as _, json, status};

use crate::at_once;

/// Checks that exactly the predicate of the kind holds, if there is one, and that a clone is the same error.
fn assert_predicates_agree(error: &Error) {
    for (kind, holds) in [
        (ErrorKind::Invalid, error.is_invalid()),
        (ErrorKind::Auth, error.is_auth()),
        (ErrorKind::Forbidden, error.is_forbidden()),
        (ErrorKind::NotFound, error.is_not_found()),
        (ErrorKind::Conflict, error.is_conflict()),
        (ErrorKind::RateLimited, error.is_rate_limited()),
        (ErrorKind::Unavailable, error.is_unavailable()),
        (ErrorKind::Connect, error.is_connect()),
        (ErrorKind::Proxy, error.is_proxy_refusal()),
        (ErrorKind::Untrusted, error.is_untrusted()),
        (ErrorKind::Timeout, error.is_timeout()),
    ] {
        assert_eq!(holds, error.kind() == kind, "the predicate of {kind:?}: {error}");
    }
    let clone = error.clone();
    assert_eq!((clone.kind(), clone.to_string()), (error.kind(), error.to_string()));
    assert!(!error.advice().is_empty());
}

async fn error_of_list(reply: impl Into<Reply>) -> Error {
    let client = MockTransport::new().always(reply).client();
    client.policies().list().send().await.unwrap_err()
}

fn failure(status: u16, body: &str) -> Response<Bytes> {
    let mut response = json(body.to_owned());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

#[tokio::test(start_paused = true)]
async fn every_kind_has_its_cause() {
    use ErrorKind::{
        Auth, Conflict, Connect, Failed, Forbidden, Identity, Interrupted, Invalid, JobFailed, NotFound,
        Proxy, RateLimited, Refused, Timeout, Unavailable, Unexpected, Untrusted,
    };
    let client = MockTransport::new().client();
    let limit = client.policy(POLICY).backup_jobs().limit(0);
    let failed = format!(r#"{{"job_id":"{JOB}","status":"FAIL"}}"#);
    let failed = MockTransport::new().always(json(failed)).client();
    let running = format!(r#"{{"job_id":"{JOB}","status":"RUNNING"}}"#);
    let running = MockTransport::new().always(json(running)).client();
    let wait = running.job(JOB).wait().timeout(std::time::Duration::from_secs(60));
    let expired = r#"{"error":{"code":"AutoBackup.0003","message":"expired"}}"#;
    let throttled = r#"{"error":{"code":"APIGW.0308","message":"throttled"}}"#;
    let errors = [
        (Invalid, limit.send().await.unwrap_err()),
        (Invalid, Client::builder().build().unwrap_err()),
        (Invalid, error_of_list(TransportErrorKind::Refused).await),
        (Auth, error_of_list(status(401)).await),
        (Auth, error_of_list(failure(400, expired)).await),
        (Auth, error_of_list(TransportErrorKind::Credentials).await),
        (Forbidden, error_of_list(status(403)).await),
        (NotFound, error_of_list(status(404)).await),
        (Conflict, error_of_list(status(409)).await),
        (RateLimited, error_of_list(status(429)).await),
        (RateLimited, error_of_list(failure(403, throttled)).await),
        (Unavailable, error_of_list(status(502)).await),
        (Unavailable, error_of_list(status(503)).await),
        (Unavailable, error_of_list(status(504)).await),
        (Refused, error_of_list(status(400)).await),
        (Failed, error_of_list(status(500)).await),
        (Connect, error_of_list(TransportErrorKind::Connect).await),
        (Proxy, error_of_list(TransportErrorKind::Proxy).await),
        (Untrusted, error_of_list(TransportErrorKind::Untrusted).await),
        (Timeout, error_of_list(TransportErrorKind::Timeout).await),
        (Timeout, wait.await.unwrap_err()),
        (Interrupted, error_of_list(TransportErrorKind::Interrupted).await),
        (Unexpected, error_of_list(TransportErrorKind::TooLarge).await),
        (Unexpected, error_of_list(TransportErrorKind::Unreadable).await),
        (Unexpected, error_of_list(json("[]")).await),
        (JobFailed, failed.job(JOB).wait().await.unwrap_err()),
        (Identity, error_of_sign_in(status(404)).await),
        (Auth, error_of_sign_in(status(401)).await),
        (RateLimited, error_of_sign_in(status(429)).await),
        (Unavailable, error_of_sign_in(status(503)).await),
        (Connect, error_of_sign_in(TransportErrorKind::Connect).await),
        (Untrusted, error_of_sign_in(TransportErrorKind::Untrusted).await),
        (Identity, error_of_sign_in(TransportErrorKind::Unreadable).await),
    ];
    for (kind, error) in &errors {
        assert_eq!(error.kind(), *kind, "{error}");
        assert_predicates_agree(error);
    }
    let tested: HashSet<_> = errors.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(tested.len(), 17, "a kind has no test");
}

/// The error of a list whose token the identity service does not issue.
async fn error_of_sign_in(reply: impl Into<Reply>) -> Error {
    let config = Config::builder()
        .region("eu-de")
        .user_id("u")
        .password("hunter22")
        .project_id(PROJECT)
        .retry(at_once());
    let identity = MockTransport::new().always(reply);
    let session = Session::new(config.build().unwrap(), identity).unwrap();
    let builder = Client::builder().endpoint("https://vbs.example.com").transport(MockTransport::new());
    let client = builder.project_id(PROJECT).connect(session).await.unwrap();
    client.policies().list().send().await.unwrap_err()
}
