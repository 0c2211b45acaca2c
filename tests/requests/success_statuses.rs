//! The responses that count as a success: any success status, unless the body is an error.

use http::StatusCode;
use otc_vbs::Client;
use otc_vbs_sandbox::Sandbox;
use otc_vbs_testing::{POLICY, client_answered_by};
use otc_vbs_tests::Document;

use crate::{Case, backups, case, jobs, native_backups, operation_of, policies, shares};

const LIST_BACKUP_JOBS: &[Case] =
    &[case!("listBackupJobs", |vbs| vbs.policy(POLICY).backup_jobs().send().await)];

/// A call of every operation.
fn cases() -> impl Iterator<Item = &'static Case> {
    let cases = [
        policies::CASES,
        backups::CASES,
        native_backups::CASES,
        shares::CASES,
        jobs::CASES,
        LIST_BACKUP_JOBS,
    ];
    cases.into_iter().flatten()
}

#[tokio::test]
async fn every_operation_accepts_every_success_status() {
    let examples = Document::read().successes();
    for (name, call) in cases() {
        let example = examples.iter().find(|example| example.operation == operation_of(name));
        let body = example.map(|example| example.value.to_string()).unwrap_or_default();
        for status in 200..210 {
            let mut response = http::Response::new(body.clone().into());
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            let result = call(client_answered_by([response])).await;
            assert!(result.is_ok(), "{name}, {status}: {result:?}");
        }
    }
}

#[tokio::test]
async fn operation_with_a_result_needs_a_body() {
    let with_result: Vec<String> =
        Document::read().successes().into_iter().map(|example| example.operation).collect();
    for (name, call) in cases() {
        let response = http::Response::builder().status(204).body("".into()).unwrap();
        let result = call(client_answered_by([response])).await;
        let has_result = with_result.iter().any(|operation| operation == operation_of(name));
        assert_eq!(result.is_err(), has_result, "{name}: {result:?}");
    }
}

#[tokio::test]
async fn error_with_a_success_status_is_an_error_for_every_operation() {
    let fault = "200-error; rate=1".parse().unwrap();
    let sandbox = Sandbox::builder().fault(fault).start().await.unwrap();
    for (name, call) in cases() {
        let client = Client::builder()
            .endpoint(sandbox.endpoint())
            .project_id(sandbox.project_id())
            .token(sandbox.token())
            .build()
            .unwrap();
        let error = call(client).await.unwrap_err();
        assert_eq!(error.status(), Some(StatusCode::OK), "{name}: {error}");
        let code = error.service().and_then(|service| service.code.as_deref());
        assert_eq!(code, Some("VolumeBackup.0027"), "{name}: {error}");
    }
}
