//! The client's `tracing` events: only the allowed fields, and no secret.

use std::time::Duration;

use otc_vbs::transport::RetryPolicy;
use otc_vbs_testing::{Fault, Faulty, POLICY, Script, TOKEN, TestService as _, TraceRecorder, json};

/// Appears wherever a value must not be logged.
const CANARY: &str = "canary-7f3a";

fn at_once() -> RetryPolicy {
    RetryPolicy::default().jitter(|_| Duration::ZERO)
}

#[tokio::test]
async fn no_secret_and_no_other_field_is_logged() {
    let (recorder, log, _guard) = TraceRecorder::listen();
    let headers = format!("x-request-id: req-1\r\nset-cookie: {CANARY}\r\nx-new: {CANARY}\r\n");
    let body = format!(r#"{{"error":{{"code":"{CANARY}","message":"{CANARY}"}}}}"#);
    let page = format!(r#"{{"tasks":[],"new":"{CANARY}"}}"#);
    let server = Faulty::with([
        Fault::response("503 Service Unavailable", &headers, &body),
        Fault::response("200 OK", &headers.replace("req-1", "req-2"), page),
        Fault::Reset(format!("HTTP/1.1 200 OK\r\n{headers}content-length: 900\r\n\r\n{CANARY}").into()),
        Fault::response("204 No Content", &headers, ""),
    ])
    .await;
    let client = server.builder().retry(at_once()).build().unwrap();
    let policy = client.policy(POLICY);
    policy.backup_jobs().status(CANARY).send().await.unwrap();
    // In the body of a request, and of a response that is cut off.
    policy.add_tag(CANARY, CANARY).send().await.unwrap_err();
    policy.delete().send().await.unwrap();
    assert_eq!(server.requests(), 4);

    let text = log.read();
    // The log has the HTTP library's events too; otherwise the test would prove nothing about them.
    assert!(text.contains("hyper"), "{text}");
    assert!(text.contains("attempt{operation=\"listBackupJobs\""), "{text}");
    assert!(!text.contains(CANARY), "{text}");
    assert!(!text.contains(TOKEN), "{text}");
    recorder.assert_allowed_fields();
    insta::assert_snapshot!(recorder.lines(), @r#"
    DEBUG event message=ended
    DEBUG attempt attempt=1 duration_ms=[time] operation="listBackupJobs" request_id="req-1" status=503
    DEBUG event attempt=2 message=retrying wait_ms=0
    DEBUG event message=ended
    DEBUG attempt attempt=2 duration_ms=[time] operation="listBackupJobs" request_id="req-2" status=200
    DEBUG event message=ended
    INFO call attempt=2 duration_ms=[time] operation="listBackupJobs" request_id="req-2" status=200
    DEBUG event message=ended
    DEBUG attempt attempt=1 duration_ms=[time] error="interrupted" operation="addBackupPolicyTag" request_id="req-1" status=200
    DEBUG event message=ended
    INFO call attempt=1 duration_ms=[time] error="interrupted" operation="addBackupPolicyTag" request_id="req-1" status=200
    DEBUG event message=ended
    DEBUG attempt attempt=1 duration_ms=[time] operation="deleteBackupPolicy" request_id="req-1" status=204
    DEBUG event message=ended
    INFO call attempt=1 duration_ms=[time] operation="deleteBackupPolicy" request_id="req-1" status=204
    "#);
}

#[tokio::test]
async fn spans_name_the_operation_and_its_path_template() {
    let (recorder, _, _guard) = TraceRecorder::listen_with_opentelemetry();
    let service = Script::new([json(r#"{"backup_policies":[]}"#)]);
    let client = service.builder().build().unwrap();
    client.policies().list().send().await.unwrap();
    let spans = recorder.spans();
    for field in [
        r#"operation="listBackupPolicies""#,
        r#"otel.name="GET /v2/{project_id}/backuppolicy""#,
        r#"url.template="/v2/{project_id}/backuppolicy""#,
    ] {
        assert_eq!(spans.matches(field).count(), 2, "{field} in the spans of call and attempt: {spans}");
    }
}
