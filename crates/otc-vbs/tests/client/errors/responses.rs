//! Responses that say that the request failed, or that are not as documented.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use otc_auth::{Config, Session};
use otc_vbs::Client;
use otc_vbs_testing::{BACKUP, DISK, POLICY, PROJECT, Script, TestService as _, json, status, status_with};

use crate::at_once;

#[tokio::test]
async fn error_names_the_number_of_attempts() {
    let html = "<html><head><title>503 Service Unavailable</title></head></html>";
    let response = Response::builder().status(503).header("content-type", "text/html");
    let service = Script::always(response.body(Bytes::from(html)).unwrap());
    let client = service.builder().retry(at_once()).build().unwrap();
    let error = client.policies().list().send().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
    assert!(error.is_retryable());
    assert_eq!(
        error.to_string(),
        "listBackupPolicies: HTTP 503 Service Unavailable: 503 Service Unavailable, after 4 attempts"
    );
    assert_eq!(service.requests(), 4);
}

#[tokio::test]
async fn error_names_the_reason_why_a_post_is_not_retried() {
    let service = Script::new([status(503)]);
    let client = service.builder().build().unwrap();
    let error = client.policy(POLICY).run().send().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "runBackupPolicy: HTTP 503 Service Unavailable, not retried, because the service may have acted on it"
    );
    assert_eq!(service.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn error_has_the_wait_that_the_service_asks_for() {
    for (status, asked, retry_after) in [(429, "3600", Some(3600)), (503, "7", Some(7)), (429, "soon", None)]
    {
        let service = Script::always(status_with(status, "retry-after", asked));
        let client = service.builder().retry(at_once()).build().unwrap();
        let error = client.policies().list().send().await.unwrap_err();
        assert_eq!(error.retry_after(), retry_after.map(Duration::from_secs));
        assert_eq!(error.is_rate_limited(), status == 429);
        assert!(error.is_retryable());
    }
    let service = Script::new([status_with(429, "retry-after", "61")]);
    let client = service.builder().build().unwrap();
    let error = client.policies().list().send().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "listBackupPolicies: HTTP 429 Too Many Requests, not retried, because the service asks to wait 61 s, which is longer \
         than the limit of 60 s"
    );
}

#[tokio::test]
async fn redirect_is_an_error_that_is_not_retryable() {
    for code in [301, 302, 303, 307, 308] {
        let service = Script::always(status_with(code, "location", "https://example.com/"));
        let client = service.builder().build().unwrap();
        for answer in
            [client.policies().list().send().await.map(drop), client.policy(POLICY).run().send().await]
        {
            let error = answer.unwrap_err();
            assert_eq!(error.status().unwrap().as_u16(), code, "{error}");
            assert!(!error.is_retryable());
        }
        assert_eq!(service.requests(), 2);
    }
}

#[tokio::test]
async fn body_of_another_shape_is_not_retried() {
    let service = Script::new([json(r#"{"backup_policies":"a \"text\", expected"}"#)]);
    let client = service.builder().build().unwrap();
    let error = client.policies().list().send().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "listBackupPolicies: the service answered 200 OK, but the body is not as documented: `backup_policies` is a text where a \
         list is expected"
    );
}

#[tokio::test]
async fn status_200_with_an_error_body_is_an_error() {
    let body = r#"{"error":{"code":"AutoBackup.0009","message":"internal"}}"#;
    let service = Script::new([json(body)]);
    let client = service.builder().build().unwrap();
    let error = client.policies().list().send().await.unwrap_err();
    let service_error = error.service().unwrap();
    assert_eq!(service_error.status, StatusCode::OK);
    assert_eq!(service_error.code.as_deref(), Some("AutoBackup.0009"));
    assert_eq!(service.requests(), 1);
}

#[tokio::test]
async fn success_status_with_an_error_body_is_an_error_for_results_without_required_members() {
    let client = || {
        let body = r#"{"error":{"code":"AutoBackup.0004","message":"no"}}"#;
        Script::always(json(body)).client()
    };
    let errors = [
        client().policy(POLICY).associate([DISK]).send().await.err(),
        client().policy(POLICY).disassociate([DISK]).send().await.err(),
        client().policies().by_tag().send().await.err(),
        client().backup(BACKUP).get().send().await.err(),
    ];
    for (number, error) in errors.into_iter().enumerate() {
        let error = error.unwrap_or_else(|| panic!("call {number} succeeds"));
        assert_eq!(error.service().unwrap().code.as_deref(), Some("AutoBackup.0004"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn error_has_the_wait_that_the_identity_service_asks_for() {
    let identity = Script::always(status_with(429, "retry-after", "7"));
    let config = Config::builder().region("eu-de").user_id("u").password("hunter22").project_id(PROJECT);
    let session = Session::new(config.build().unwrap(), identity).unwrap();
    let builder =
        Client::builder().endpoint("https://vbs.example.com").transport(Script::always(status(200)));
    let client = builder.project_id(PROJECT).connect(session).await.unwrap();
    let error = client.policies().list().send().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert!(error.is_rate_limited() && error.is_retryable() && !error.is_auth(), "{error}");
}

#[tokio::test]
async fn success_without_a_body_is_an_error_for_a_list() {
    let service = Script::new([status(204)]);
    let client = service.builder().build().unwrap();
    let error = client.policies().list().send().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::NO_CONTENT));
    assert!(error.service().is_none() && !error.is_retryable());
    assert_eq!(
        error.to_string(),
        "listBackupPolicies: the service answered 204 No Content, but the body is empty"
    );
    assert_eq!(service.requests(), 1);
}
