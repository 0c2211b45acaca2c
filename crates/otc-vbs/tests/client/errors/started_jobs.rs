//! Jobs that were started although the response broke off.

use std::time::Duration;

use otc_vbs::{Error, JobHandle};
use otc_vbs_testing::{DISK, Fault, Faulty, JOB, TestService as _};

/// A response of this status, most of whose body is missing.
fn head(status: &str) -> String {
    format!("HTTP/1.1 {status}\r\nx-request-id: req-1\r\ncontent-length: 200\r\n\r\n")
}

/// Creates a backup. The service sends `answer` once, and the connection ends with `fault`.
async fn create(answer: String, fault: fn(Vec<u8>) -> Fault) -> Result<JobHandle, Error> {
    let server = Faulty::with([fault(answer.into_bytes())]).await;
    let client = server.builder().attempt_timeout(Duration::from_millis(200));
    let job = client.build().unwrap().backups().create(DISK, "before-update").send().await;
    assert_eq!(server.requests(), 1, "it is not sent again");
    job
}

const ENDS: [fn(Vec<u8>) -> Fault; 3] = [Fault::Close, Fault::Reset, Fault::Silence];

#[tokio::test]
async fn answer_with_the_complete_job_is_a_success() {
    for end in ENDS {
        let answer = format!("{}{{\"job_id\":\"{JOB}\"}}", head("200 OK"));
        let job = create(answer, end).await.unwrap();
        assert_eq!(job.id(), &JOB);
    }
}

#[tokio::test]
async fn answer_that_breaks_off_after_the_job_id_names_the_job() {
    for end in ENDS {
        let answer = format!("{}{{\"job_id\":\"{JOB}\", \"na", head("202 Accepted"));
        let error = create(answer, end).await.unwrap_err();
        assert_eq!(error.job_id().unwrap(), &JOB);
        assert_eq!((error.status().unwrap().as_u16(), error.request_id()), (202, Some("req-1")));
        assert!(error.to_string().ends_with(&format!("; job {JOB} continues")), "{error}");
        assert_eq!(error.advice(), "the job continues: wait for it instead of sending the request again");
    }
}

#[tokio::test]
async fn answer_that_breaks_off_within_the_job_id_names_none() {
    let answer = format!("{}{{\"job_id\":\"{}", head("202 Accepted"), &JOB[..8]);
    let error = create(answer, Fault::Close).await.unwrap_err();
    assert_eq!(error.job_id(), None);
    assert_eq!(error.status().unwrap(), 202);
}

#[tokio::test]
async fn answer_with_an_undocumented_success_status_is_a_success() {
    let answer = format!("{}{{\"job_id\":\"{JOB}\"}}", head("202 Accepted"));
    let job = create(answer, Fault::Close).await.unwrap();
    assert_eq!(job.id(), &JOB);
}
