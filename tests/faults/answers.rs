//! Answers that say that something failed.

use http::StatusCode;
use otc_vbs_tests::{Fault, Faulty, POLICY, Reply, Script, json, status};

use crate::{NO_POLICIES, at_once};

#[tokio::test]
async fn status_503_with_html() {
    let html = "<html><head><title>503 Service Unavailable</title></head></html>";
    let fault = Fault::response("503 Service Unavailable", "content-type: text/html\r\n", html);
    let server = Faulty::with([fault]).await;
    let client = server.builder().retry(at_once()).build().unwrap();
    let error = client.policies().list().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
    assert!(error.is_retryable());
    assert_eq!(
        error.to_string(),
        "listBackupPolicies: HTTP 503 Service Unavailable: 503 Service Unavailable, after 4 attempts"
    );
    assert_eq!(server.requests(), 4);
}

#[tokio::test]
async fn what_a_service_repeats_of_the_token_is_taken_out() {
    let server = Faulty::with([Fault::Echo(400)]).await;
    let client = server.builder().build().unwrap();
    let error = client.policies().list().await.unwrap_err();
    let said = error.service().unwrap();
    assert_eq!(said.request_id.as_deref(), Some("***"));
    let message = said.message.as_deref().unwrap();
    assert!(message.starts_with("*** is no good: GET /v2/"), "{message}");
    assert!(message.contains("  x-auth-token: ***  "), "{message}");
}

#[tokio::test]
async fn a_body_of_another_shape_is_not_repeated() {
    let service = Script::new([json(r#"{"backup_policies":"a \"text\", expected"}"#)]);
    let client = service.builder().build().unwrap();
    let error = client.policies().list().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "listBackupPolicies: the service answered 200 OK, but the body is not as documented: a text where \
         a sequence was expected, at line 1 column 41"
    );
}

#[tokio::test]
async fn status_502_once_then_fine() {
    let bad_gateway = Fault::response("502 Bad Gateway", "", "");
    let server = Faulty::with([bad_gateway, Fault::json(NO_POLICIES)]).await;
    let client = server.builder().retry(at_once()).build().unwrap();
    assert_eq!(client.policies().list().await.unwrap(), []);
    assert_eq!(server.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_post_is_repeated_after_429() {
    let service = Script::new([status(429), status(204)]);
    let client = service.builder().build().unwrap();
    client.policy(POLICY).run().await.unwrap();
    assert_eq!(service.requests(), 2);
}

#[tokio::test]
async fn a_post_is_not_repeated_after_503() {
    let service = Script::new([status(503)]);
    let client = service.builder().build().unwrap();
    let error = client.policy(POLICY).run().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "runBackupPolicy: HTTP 503 Service Unavailable, not repeated, because the service may have acted on it"
    );
    assert_eq!(service.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_post_that_is_repeated_after_429_is_not_repeated_after_502() {
    let service = Script::new([status(429), status(502)]);
    let client = service.builder().build().unwrap();
    let error = client.policy(POLICY).run().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "runBackupPolicy: HTTP 502 Bad Gateway, after 2 attempts; not repeated, because the service may have acted on it"
    );
    assert_eq!(service.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_delete_that_is_repeated_may_find_its_work_done() {
    let service = Script::new([status(504), status(404)]);
    let client = service.builder().build().unwrap();
    let error = client.policy(POLICY).delete().await.unwrap_err();
    assert!(error.is_not_found());
    assert!(error.to_string().ends_with(", after 2 attempts"), "{error}");
    assert_eq!(service.requests(), 2);
}

#[tokio::test]
async fn each_other_status_is_returned_at_once() {
    for code in [400, 403, 404, 408, 409, 500, 501, 505] {
        let service = Script::new([status(code)]);
        let client = service.builder().build().unwrap();
        let error = client.policies().list().await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), code);
        assert_eq!(service.requests(), 1);
    }
}

#[tokio::test]
async fn status_200_with_an_error_body() {
    let body = r#"{"error":{"code":"AutoBackup.0009","message":"internal"}}"#;
    let service = Script::new([json(body)]);
    let client = service.builder().build().unwrap();
    let error = client.policies().list().await.unwrap_err();
    let said = error.service().unwrap();
    assert_eq!(said.status, StatusCode::OK);
    assert_eq!(said.code.as_deref(), Some("AutoBackup.0009"));
    assert_eq!(service.requests(), 1);
}

#[tokio::test]
async fn status_204_where_200_is_due() {
    let service = Script::new([status(204)]);
    let client = service.builder().build().unwrap();
    let error = client.policies().list().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::NO_CONTENT));
    assert!(error.service().is_none() && !error.is_retryable());
    assert_eq!(
        error.to_string(),
        "listBackupPolicies: the service answered 204 No Content, but status 204 is not documented for it"
    );
    assert_eq!(service.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn different_failures_count_together() {
    let replies: [Reply; 4] = [
        status(429).into(),
        otc_vbs::TransportErrorKind::Interrupted.into(),
        status(504).into(),
        otc_vbs::TransportErrorKind::Connect.into(),
    ];
    let service = Script::new(replies);
    let client = service.builder().build().unwrap();
    let error = client.policies().list().await.unwrap_err();
    assert!(error.is_connect());
    assert_eq!(
        error.to_string(),
        "listBackupPolicies: scripted: Connect, after 4 attempts"
    );
    assert_eq!(service.requests(), 4);
}
