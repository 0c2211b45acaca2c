//! The wait for an asynchronous job, on a clock that the tests turn.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use otc_vbs::{Client, JobStatus, Transport, TransportFuture};
use otc_vbs_tests::{BACKUP, Canned, DISK, JOB, PROJECT, TOKEN, json};
use serde_json::json as value;
use tokio::time::{Instant, sleep, timeout};

fn seen(status: &str) -> Response<Bytes> {
    let job = value!({ "job_id": JOB, "status": status, "entities": { "backup_id": BACKUP } });
    json(job.to_string())
}

fn refused(status: u16) -> Response<Bytes> {
    let mut response = json(r#"{"error":{"code":"VolumeBackup.0064","message":"not now"}}"#);
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}

/// Whether a wait is as long as it should be, a fifth less or more.
fn is_about(waited: Duration, seconds: f64) -> bool {
    (seconds * 0.799..=seconds * 1.201).contains(&waited.as_secs_f64())
}

#[tokio::test(start_paused = true)]
async fn it_looks_until_the_job_has_succeeded() {
    let service = Canned::new(["INIT", "RUNNING", "RUNNING", "SUCCESS"].map(seen));
    let statuses = Arc::new(Mutex::new(Vec::new()));
    let progress = Arc::clone(&statuses);
    let wait = service.client().job(JOB).wait();
    let done = wait
        .on_progress(move |job| progress.lock().unwrap().push(job.status.to_string()))
        .await
        .unwrap();
    assert_eq!(done.status, JobStatus::Success);
    assert_eq!(done.backup_id().unwrap().as_str(), BACKUP);
    assert_eq!(
        *statuses.lock().unwrap(),
        ["INIT", "RUNNING", "RUNNING", "SUCCESS"]
    );
    assert_eq!(service.requested(), vec![format!("/v1/{PROJECT}/jobs/{JOB}"); 4]);
}

#[tokio::test(start_paused = true)]
async fn it_looks_less_and_less_often() {
    let service = Canned::new(std::iter::repeat_n("RUNNING", 12).chain(["SUCCESS"]).map(seen));
    let times = Arc::new(Mutex::new(vec![Instant::now()]));
    let looks = Arc::clone(&times);
    let wait = service.client().job(JOB).wait();
    wait.on_progress(move |_| looks.lock().unwrap().push(Instant::now()))
        .await
        .unwrap();
    let times = times.lock().unwrap();
    let gaps = times.windows(2).map(|pair| pair[1] - pair[0]);
    let expected = (0..13).map(|look| (2.0 * 1.5_f64.powi(look)).min(30.0));
    for (gap, expected) in gaps.zip(expected) {
        assert!(is_about(gap, expected), "{gap:?}, not about {expected} s");
    }
    assert_eq!(times.len(), 14);
}

#[tokio::test(start_paused = true)]
async fn how_often_it_looks_can_be_said() {
    let service = Canned::new(["RUNNING", "RUNNING", "SUCCESS"].map(seen));
    let begin = Instant::now();
    let minute = Duration::from_secs(60);
    let wait = service.client().job(JOB).wait();
    // The longest is no shorter than the shortest.
    wait.poll(minute, Duration::from_secs(1)).await.unwrap();
    assert!(is_about(begin.elapsed(), 180.0), "{:?}", begin.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_job_that_failed_is_an_error_that_holds_it() {
    for (fields, text, code) in [
        (
            value!({ "fail_reason": "VolumeBackup.0051#volume of this pod does not support backup" }),
            ": VolumeBackup.0051: volume of this pod does not support backup",
            Some("VolumeBackup.0051"),
        ),
        (
            value!({ "error_code": "VolumeBackup.0064", "fail_reason": "the disk is busy" }),
            ": VolumeBackup.0064: the disk is busy",
            Some("VolumeBackup.0064"),
        ),
        (
            value!({ "code": "VolumeBackup.0064", "message": "the disk is busy" }),
            ": VolumeBackup.0064: the disk is busy",
            Some("VolumeBackup.0064"),
        ),
        (value!({ "fail_reason": "no idea" }), ": no idea", None),
        (value!({ "fail_reason": null, "error_code": null }), "", None),
    ] {
        let mut job = value!({ "job_id": JOB, "status": "FAIL" });
        job.as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        let service = Canned::new([seen("RUNNING"), json(job.to_string())]);
        let error = service.client().job(JOB).wait().await.unwrap_err();
        assert_eq!(error.to_string(), format!("getJob: job {JOB} failed{text}"));
        let failed = error.job().unwrap();
        let failure = failed.failure();
        assert_eq!(failed.status, JobStatus::Fail);
        assert_eq!(
            failure
                .and_then(|failure| failure.code)
                .as_ref()
                .map(|code| code.as_str()),
            code
        );
        assert!(!error.is_retryable() && !error.is_timeout() && error.service().is_none());
        assert_eq!(service.requested().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_look_at_a_job_that_failed_is_no_error() {
    let service = Canned::new([seen("FAIL")]);
    let job = service.client().job(JOB).get().await.unwrap();
    assert!(job.has_ended());
}

#[tokio::test(start_paused = true)]
async fn when_the_time_is_over_the_job_can_be_taken_up_again() {
    let service = Canned::new(std::iter::repeat_n("RUNNING", 50).map(seen));
    let begin = Instant::now();
    let job = service.client().job(JOB);
    let error = job.wait().timeout(Duration::from_secs(100)).await.unwrap_err();
    assert_eq!(begin.elapsed(), Duration::from_secs(100));
    assert!(error.is_timeout() && !error.is_retryable() && error.job().is_none());
    insta::assert_snapshot!(error, @"getJob: job 4010b39b5281d3590152874bfa3b1604 is RUNNING after 100 s; it goes on, wait again with its identifier");

    let kept = job.id().unwrap().to_string();
    let service = Canned::new(["RUNNING", "SUCCESS"].map(seen));
    assert!(
        service
            .client()
            .job(kept.as_str())
            .wait()
            .await
            .unwrap()
            .has_ended()
    );
}

#[tokio::test(start_paused = true)]
async fn one_can_wait_for_ever() {
    let service = Canned::new(["RUNNING", "SUCCESS"].map(seen));
    let wait = service.client().job(JOB).wait().timeout(Duration::MAX);
    assert!(wait.await.is_ok());
    let service = Canned::new([]);
    let wait = service
        .client()
        .job(JOB)
        .wait()
        .poll(Duration::MAX, Duration::MAX);
    assert!(wait.await.unwrap_err().is_timeout());
}

#[tokio::test(start_paused = true)]
async fn a_service_that_does_not_answer_does_not_hold_up_the_end() {
    #[derive(Clone, Copy)]
    struct Silent;
    impl Transport for Silent {
        fn send(&self, _: http::Request<Bytes>) -> TransportFuture<'_> {
            Box::pin(std::future::pending())
        }
    }
    let client = Client::builder()
        .endpoint("https://vbs.example.com")
        .project_id(PROJECT)
        .token(TOKEN)
        .transport(Silent)
        .build()
        .unwrap();
    let begin = Instant::now();
    let wait = client.job(JOB).wait().timeout(Duration::from_secs(90));
    let error = wait.await.unwrap_err();
    assert_eq!(begin.elapsed(), Duration::from_secs(90));
    assert!(error.is_timeout());
    insta::assert_snapshot!(error, @"getJob: job 4010b39b5281d3590152874bfa3b1604 was not seen yet after 90 s; it goes on, wait again with its identifier");
}

#[tokio::test(start_paused = true)]
async fn failures_that_may_pass_are_borne() {
    // Up to five in a row; each good look begins the count again.
    let mut answers: Vec<_> = [502, 503, 504, 429, 503].map(refused).into();
    answers.push(seen("RUNNING"));
    answers.extend([503; 5].map(refused));
    answers.push(seen("SUCCESS"));
    let service = Canned::new(answers);
    assert!(service.client().job(JOB).wait().await.is_ok());
    assert_eq!(service.requested().len(), 12);
}

#[tokio::test(start_paused = true)]
async fn too_many_failures_in_a_row_are_an_error() {
    let mut answers = vec![seen("RUNNING")];
    answers.extend([503; 6].map(refused));
    let service = Canned::new(answers);
    let error = service.client().job(JOB).wait().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(service.requested().len(), 7);
}

#[tokio::test(start_paused = true)]
async fn failures_that_do_not_pass_are_an_error_at_once() {
    for status in [400, 401, 403, 404, 500, 501] {
        let service = Canned::new([refused(status)]);
        let error = service.client().job(JOB).wait().await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(error.is_not_found(), status == 404);
        assert_eq!(service.requested().len(), 1);
    }
    let service = Canned::new([]);
    let error = service.client().job("a/b").wait().await.unwrap_err();
    assert!(error.is_invalid());
}

#[tokio::test(start_paused = true)]
async fn a_status_that_is_not_listed_is_no_end() {
    let service = Canned::new(["QUEUED", "", "SUCCEEDED", "SUCCESS"].map(seen));
    let done = service.client().job(JOB).wait().await.unwrap();
    assert_eq!(done.status, JobStatus::Success);
}

#[tokio::test(start_paused = true)]
async fn who_no_longer_waits_asks_no_more() {
    let service = Canned::new(std::iter::repeat_n("RUNNING", 50).map(seen));
    let job = service.client().job(JOB);
    let given_up = timeout(Duration::from_secs(20), job.wait().into_future()).await;
    assert!(given_up.is_err());
    let asked = service.requested().len();
    assert!(asked > 1);
    sleep(Duration::from_secs(3600)).await;
    assert_eq!(service.requested().len(), asked);
}

#[tokio::test(start_paused = true)]
async fn nobody_asks_before_the_wait_is_awaited() {
    let service = Canned::new([]);
    let wait = service.client().job(JOB).wait();
    sleep(Duration::from_secs(3600)).await;
    drop(wait);
}

#[tokio::test(start_paused = true)]
#[allow(deprecated)]
async fn what_begins_a_job_returns_its_handle() {
    let begun = || json(value!({ "job_id": JOB }).to_string());
    let service = Canned::new([begun(), begun(), begun(), seen("SUCCESS")]);
    let client = service.client();
    let created = client.backups().create(DISK, "backup1").send().await.unwrap();
    let restored = client.backup(BACKUP).restore(DISK).await.unwrap();
    let deleted = client.backup(BACKUP).delete_by_post().await.unwrap();
    for job in [&created, &restored, &deleted] {
        assert_eq!(job.id().unwrap().as_str(), JOB);
    }
    assert_eq!(created.wait().await.unwrap().status, JobStatus::Success);
}
