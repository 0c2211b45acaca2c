//! Waiting for an asynchronous job, with paused time.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use otc_vbs::ErrorKind;
use otc_vbs::transport::TransportErrorKind;
use otc_vbs::types::{JobId, JobStatus};
use otc_vbs_testing::{
    BACKUP, Canned, DISK, JOB, MockTransport, PROJECT, Reply, Script, TestService as _, json,
};
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

/// Whether a pause has the expected length, give or take a fifth.
fn is_about(waited: Duration, seconds: f64) -> bool {
    (seconds * 0.799..=seconds * 1.201).contains(&waited.as_secs_f64())
}

#[tokio::test(start_paused = true)]
async fn wait_ends_when_the_job_has_succeeded() {
    let service = Canned::new(["INIT", "RUNNING", "RUNNING", "SUCCESS"].map(seen));
    let statuses = Arc::new(Mutex::new(Vec::new()));
    let progress = Arc::clone(&statuses);
    let wait = service.client().job(JOB).wait();
    let done =
        wait.on_progress(move |job| progress.lock().unwrap().push(job.status.to_string())).await.unwrap();
    assert_eq!(done.status, JobStatus::Success);
    assert_eq!(done.backup_id().unwrap().as_str(), BACKUP);
    assert_eq!(*statuses.lock().unwrap(), ["INIT", "RUNNING", "RUNNING", "SUCCESS"]);
    assert_eq!(service.requested(), vec![format!("/v1/{PROJECT}/jobs/{JOB}"); 4]);
}

#[tokio::test(start_paused = true)]
async fn pauses_grow_from_2_to_30_seconds() {
    let service = Canned::new(std::iter::repeat_n("RUNNING", 12).chain(["SUCCESS"]).map(seen));
    let times = Arc::new(Mutex::new(vec![Instant::now()]));
    let requests = Arc::clone(&times);
    let wait = service.client().job(JOB).wait();
    wait.on_progress(move |_| requests.lock().unwrap().push(Instant::now())).await.unwrap();
    let times = times.lock().unwrap();
    let gaps = times.windows(2).map(|pair| pair[1] - pair[0]);
    let expected = (0..13).map(|number| (2.0 * 1.5_f64.powi(number)).min(30.0));
    for (gap, expected) in gaps.zip(expected) {
        assert!(is_about(gap, expected), "{gap:?}, not about {expected} s");
    }
    assert_eq!(times.len(), 14);
}

#[tokio::test(start_paused = true)]
async fn longest_pause_is_at_least_the_shortest() {
    let service = Canned::new(["RUNNING", "RUNNING", "SUCCESS"].map(seen));
    let start = Instant::now();
    let minute = Duration::from_secs(60);
    let wait = service.client().job(JOB).wait();
    wait.poll(minute, Duration::from_secs(1)).await.unwrap();
    assert!(is_about(start.elapsed(), 180.0), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn job_that_failed_is_an_error_with_the_job() {
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
        job.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let service = Canned::new([seen("RUNNING"), json(job.to_string())]);
        let error = service.client().job(JOB).wait().await.unwrap_err();
        assert_eq!(error.to_string(), format!("getJob: job {JOB} failed{text}"));
        let failed = error.job().unwrap();
        let failure = failed.failure();
        assert_eq!(failed.status, JobStatus::Fail);
        assert_eq!(failure.and_then(|failure| failure.code).as_ref().map(|code| code.as_str()), code);
        assert_eq!(error.kind(), ErrorKind::JobFailed);
        assert!(!error.is_retryable() && error.service().is_none());
        // It has ended, so there is nothing to wait for.
        assert_eq!(error.job_id(), None);
        assert_eq!(service.requested().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn get_returns_a_job_that_failed() {
    let service = Canned::new([seen("FAIL")]);
    let job = service.client().job(JOB).get().send().await.unwrap();
    assert!(job.has_ended());
}

#[tokio::test(start_paused = true)]
async fn wait_that_timed_out_is_resumed_by_the_id() {
    let service = Canned::new(std::iter::repeat_n("RUNNING", 50).map(seen));
    let start = Instant::now();
    let job = service.client().job(JOB);
    let error = job.wait().timeout(Duration::from_secs(100)).await.unwrap_err();
    assert_eq!(start.elapsed(), Duration::from_secs(100));
    assert!(error.is_timeout() && !error.is_retryable() && error.job().is_none());
    assert_eq!(error.job_id().unwrap(), &JOB);
    insta::assert_snapshot!(error, @"getJob: job 4010b39b5281d3590152874bfa3b1604 has not ended after 100 s; its status is RUNNING; it continues");

    // As another process would: the id is stored as text.
    let stored: JobId = job.id().to_string().parse().unwrap();
    let service = Canned::new(["RUNNING", "SUCCESS"].map(seen));
    assert!(service.client().job(stored).wait().await.unwrap().has_ended());
}

#[tokio::test(start_paused = true)]
async fn duration_max_disables_the_timeout() {
    let service = Canned::new(["RUNNING", "SUCCESS"].map(seen));
    let wait = service.client().job(JOB).wait().timeout(Duration::MAX);
    assert!(wait.await.is_ok());
    let service = Canned::new([]);
    let wait = service.client().job(JOB).wait().poll(Duration::MAX, Duration::MAX);
    assert!(wait.await.unwrap_err().is_timeout());
}

#[tokio::test(start_paused = true)]
async fn timeout_holds_if_the_service_does_not_respond() {
    let client = MockTransport::new().always(Reply::Never).client();
    let start = Instant::now();
    let wait = client.job(JOB).wait().timeout(Duration::from_secs(90));
    let error = wait.await.unwrap_err();
    assert_eq!(start.elapsed(), Duration::from_secs(90));
    assert!(error.is_timeout());
    insta::assert_snapshot!(error, @"getJob: job 4010b39b5281d3590152874bfa3b1604 has not ended after 90 s; its status is not known; the last request failed: getJob: vbs.example.com did not answer within 30 s; it continues");
}

#[tokio::test(start_paused = true)]
async fn wait_survives_an_outage_of_5_minutes_after_12_hours() {
    let start = Instant::now();
    let outage = Duration::from_secs(12 * 3600)..Duration::from_secs(12 * 3600 + 300);
    let service = MockTransport::new().respond(move |_| match start.elapsed() {
        elapsed if outage.contains(&elapsed) => refused(503).into(),
        elapsed if elapsed > outage.end => seen("SUCCESS").into(),
        _ => seen("RUNNING").into(),
    });
    let client = service.builder().build().unwrap();
    assert_eq!(client.job(JOB).wait().await.unwrap().status, JobStatus::Success);
}

#[tokio::test(start_paused = true)]
async fn failures_that_may_pass_are_tolerated() {
    let failures: [Reply; 8] = [
        refused(502).into(),
        refused(503).into(),
        refused(504).into(),
        refused(429).into(),
        TransportErrorKind::Connect.into(),
        TransportErrorKind::Timeout.into(),
        TransportErrorKind::Interrupted.into(),
        refused(503).into(),
    ];
    let service = Script::new(failures.into_iter().chain([seen("SUCCESS").into()]));
    assert!(service.client().job(JOB).wait().await.is_ok());
    assert_eq!(service.requests(), 9);
}

#[tokio::test(start_paused = true)]
async fn success_restarts_the_tolerated_time() {
    let start = Instant::now();
    // Down for 50 of every 60 seconds.
    let service = MockTransport::new().respond(move |_| match start.elapsed().as_secs() {
        1800.. => seen("SUCCESS").into(),
        second if second % 60 < 50 => refused(503).into(),
        _ => seen("RUNNING").into(),
    });
    let wait = service.client().job(JOB).wait().tolerate(Duration::from_secs(70));
    let wait = wait.poll(Duration::from_secs(2), Duration::from_secs(2));
    assert!(wait.await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn outage_that_is_longer_than_tolerated_is_an_error_that_names_the_job() {
    let service = MockTransport::new().always(refused(503));
    let start = Instant::now();
    let wait = service.client().job(JOB).wait().tolerate(Duration::from_secs(600));
    let error = wait.await.unwrap_err();
    let waited = start.elapsed().as_secs();
    assert!((600..640).contains(&waited), "{waited}");
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert_eq!(error.job_id().unwrap(), &JOB);
    assert!(error.advice().starts_with("the job continues"), "{}", error.advice());
    insta::assert_snapshot!(error, @"waiting for job 4010b39b5281d3590152874bfa3b1604: getJob: HTTP 503 Service Unavailable, VolumeBackup.0064: not now; job 4010b39b5281d3590152874bfa3b1604 continues");
}

#[tokio::test(start_paused = true)]
async fn tolerate_zero_ends_the_wait_at_the_first_failure() {
    let service = Canned::new([refused(503)]);
    let wait = service.client().job(JOB).wait().tolerate(Duration::ZERO);
    assert!(wait.await.unwrap_err().is_unavailable());
}

#[tokio::test(start_paused = true)]
async fn tolerate_max_tolerates_every_outage() {
    let service = MockTransport::new().always(refused(503));
    let wait = service.client().job(JOB).wait().tolerate(Duration::MAX);
    let wait = wait.poll(Duration::from_secs(3600), Duration::from_secs(3600));
    let error = wait.timeout(Duration::from_secs(7 * 24 * 3600)).await.unwrap_err();
    assert!(error.is_timeout());
}

#[tokio::test(start_paused = true)]
async fn failures_that_do_not_pass_end_the_wait() {
    for status in [400, 401, 403, 404] {
        let service = Canned::new([refused(status)]);
        let error = service.client().job(JOB).wait().await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(error.is_not_found(), status == 404);
        assert_eq!(service.requested().len(), 1);
        // The error says that the job continues only if the caller may see the job.
        let may_continue = error.job_id().is_some() && error.to_string().ends_with("continues");
        assert_eq!(may_continue, matches!(status, 400 | 401), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn tolerance_begins_with_the_first_failure() {
    let service = Canned::new([seen("RUNNING"), refused(500), seen("SUCCESS")]);
    let wait = service.client().job(JOB).wait().tolerate(Duration::from_secs(60));
    let wait = wait.poll(Duration::from_secs(600), Duration::from_secs(600));
    assert!(wait.await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn poll_zero_pauses_between_requests() {
    let service = MockTransport::new().always(seen("RUNNING"));
    let wait = service.client().job(JOB).wait().poll(Duration::ZERO, Duration::ZERO);
    let error = wait.timeout(Duration::from_secs(10)).await.unwrap_err();
    assert!(error.is_timeout());
    let requests = service.requests().len();
    assert!((50..=125).contains(&requests), "{requests}");
}

#[tokio::test(start_paused = true)]
async fn unknown_status_does_not_end_the_wait() {
    let service = Canned::new(["QUEUED", "", "SUCCEEDED", "SUCCESS"].map(seen));
    let done = service.client().job(JOB).wait().await.unwrap();
    assert_eq!(done.status, JobStatus::Success);
}

#[tokio::test(start_paused = true)]
async fn dropped_wait_sends_no_requests() {
    let service = Canned::new(std::iter::repeat_n("RUNNING", 50).map(seen));
    let job = service.client().job(JOB);
    let dropped = timeout(Duration::from_secs(20), job.wait().into_future()).await;
    assert!(dropped.is_err());
    let sent = service.requested().len();
    assert!(sent > 1);
    sleep(Duration::from_secs(3600)).await;
    assert_eq!(service.requested().len(), sent);
}

#[tokio::test(start_paused = true)]
async fn wait_does_nothing_unless_awaited() {
    let service = Canned::new([seen("SUCCESS")]);
    let wait = service.client().job(JOB).wait();
    sleep(Duration::from_secs(3600)).await;
    assert!(service.requested().is_empty());
    wait.await.unwrap();
    assert_eq!(service.requested().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn request_that_starts_a_job_returns_its_handle() {
    let started = || json(value!({ "job_id": JOB }).to_string());
    let service = Canned::new([started(), started(), started(), seen("SUCCESS")]);
    let client = service.client();
    let created = client.backups().create(DISK, "backup1").send().await.unwrap();
    let restored = client.backup(BACKUP).restore(DISK).send().await.unwrap();
    let deleted = client.v2().delete_backup_by_post(BACKUP).send().await.unwrap();
    for job in [&created, &restored, &deleted] {
        assert_eq!(job.id().as_str(), JOB);
    }
    assert_eq!(created.wait().await.unwrap().status, JobStatus::Success);
}
