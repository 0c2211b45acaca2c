//! A job that was started, and whose answer broke off.

use std::time::Duration;

use otc_vbs::transport::RetryPolicy;
use otc_vbs_tests::{DISK, Fault, Faulty, JOB, TestService as _};

/// A response of this status, most of whose body is missing.
fn head(status: &str) -> String {
    format!("HTTP/1.1 {status}\r\nx-request-id: req-1\r\ncontent-length: 200\r\n\r\n")
}

#[tokio::test]
async fn answer_with_the_complete_job_is_a_success() {
    for fault in [Fault::Close, Fault::Reset, Fault::Silence] {
        let answer = format!("{}{{\"job_id\":\"{JOB}\"}}", head("200 OK"));
        let server = Faulty::with([fault(answer.into_bytes())]).await;
        let client = server
            .builder()
            .attempt_timeout(Duration::from_millis(200))
            .build()
            .unwrap();
        let job = client
            .backups()
            .create(DISK, "before-update")
            .send()
            .await
            .unwrap();
        assert_eq!(job.id().unwrap().as_str(), JOB);
        assert_eq!(server.requests(), 1);
    }
}

#[tokio::test]
async fn answer_that_breaks_off_after_the_job_id_names_the_job() {
    for fault in [Fault::Close, Fault::Reset, Fault::Silence] {
        let answer = format!("{}{{\"job_id\":\"{JOB}\", \"na", head("202 Accepted"));
        let server = Faulty::with([fault(answer.into_bytes())]).await;
        let client = server
            .builder()
            .attempt_timeout(Duration::from_millis(200))
            .build()
            .unwrap();
        let error = client
            .backups()
            .create(DISK, "before-update")
            .send()
            .await
            .unwrap_err();
        assert_eq!(error.started_job_id().unwrap().as_str(), JOB);
        assert_eq!(
            (error.status().unwrap().as_u16(), error.request_id()),
            (202, Some("req-1"))
        );
        assert!(
            error
                .to_string()
                .ends_with(&format!("; the service has started job {JOB}")),
            "{error}"
        );
        assert_eq!(
            error.advice(),
            "wait for the job instead of sending the request again"
        );
        assert_eq!(server.requests(), 1);
    }
}

#[tokio::test]
async fn answer_that_breaks_off_within_the_job_id_names_none() {
    let answer = format!("{}{{\"job_id\":\"{}", head("202 Accepted"), &JOB[..8]);
    let server = Faulty::with([Fault::close(answer)]).await;
    let client = server.builder().retry(RetryPolicy::never()).build().unwrap();
    let error = client
        .backups()
        .create(DISK, "before-update")
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.started_job_id(), None);
    assert_eq!(error.status().unwrap(), 202);
}

#[tokio::test]
async fn answer_with_an_undocumented_status_names_the_job() {
    let answer = format!("{}{{\"job_id\":\"{JOB}\"}}", head("202 Accepted"));
    let server = Faulty::with([Fault::close(answer)]).await;
    let client = server.builder().build().unwrap();
    let error = client
        .backups()
        .create(DISK, "before-update")
        .send()
        .await
        .unwrap_err();
    assert_eq!(error.started_job_id().unwrap().as_str(), JOB);
}
