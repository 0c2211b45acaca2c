//! Pages in which some values are not as documented: every usable item is returned.

use otc_vbs::types::{BackupJob, BackupJobStatus};
use otc_vbs_testing::{Id, POLICY, TraceRecorder, client_answered_by, json};
use serde_json::{Value, json as value};

/// Four jobs, each with values that are not as documented. A page from public reports has them.
const ODD_JOBS: &str = r#"{"count": "4", "tasks": [
    {"status": "EXECUTE_SUCCESS", "job_id": "j1", "created_at": "2016-12-02T09:06:46.706", "finished_at": ""},
    {"status": "EXECUTE_FAIL", "job_id": "j2", "created_at": "2016-12-03T06:24:34.467", "code": 200, "resource_type": 7},
    {"status": null, "job_id": "j3", "created_at": "2016-12-03T06:24:34.467", "backup_name": "night \ud83d"},
    {"status": "EXECUTE_FAIL", "job_id": 4, "created_at": "2016-01-15T01:0807.476Z", "status": "SKIP"}]}"#;

async fn page(body: impl Into<String>) -> Vec<BackupJob> {
    let client = client_answered_by([json(body.into())]);
    client.policy(POLICY).backup_jobs().send().await.unwrap().items
}

#[tokio::test]
async fn unexpected_values_lose_no_job() {
    let [ended, coded, named, dated] = page(ODD_JOBS).await.try_into().unwrap();
    assert_eq!(ended.finished_at, None);
    assert_eq!(coded.code.as_deref(), Some("200"));
    assert_eq!(coded.resource_type.unwrap(), "7");
    assert_eq!(named.status, BackupJobStatus::Other(String::new()));
    assert_eq!(named.backup_name.as_deref(), Some("night \u{fffd}"));
    assert_eq!(dated.job_id, "4");
    assert_eq!(dated.created_at.to_string(), "2016-01-15T01:0807.476Z");
    assert_eq!(dated.status, BackupJobStatus::Skip, "the last of two values");
}

#[tokio::test]
async fn unexpected_policies_are_returned() {
    let body = value!({ "backup_policies": [{
        "backup_policy_id": "p1", "policy_resource_count": "2", "time_zone": 8,
        "scheduled_policy": { "frequency": "1", "week_frequency": "", "rentention_num": 10.0, "status": true },
    }] });
    let client = client_answered_by([json(body.to_string()), json(r#"{"backup_policies":null}"#)]);
    let policies = client.policies().list().send().await.unwrap().items;
    assert_eq!(
        serde_json::to_value(&policies).unwrap(),
        value!([{
            "backup_policy_id": "p1", "policy_resource_count": 2, "time_zone": "8",
            "scheduled_policy": { "frequency": 1, "rentention_num": 10, "status": "true" },
        }])
    );
    assert!(client.policies().list().send().await.unwrap().items.is_empty());
}

#[tokio::test]
async fn unexpected_job_is_returned() {
    let body = value!({
        "job_id": "j1", "status": "RUNNING", "end_time": "", "entities": { "size": 40 }, "sub_jobs": "",
    });
    let client = client_answered_by([json(body.to_string())]);
    let job = client.job(Id("j1")).get().send().await.unwrap();
    assert_eq!(job.entity("size"), Some("40"));
    assert_eq!((job.end_time, job.sub_jobs), (None, None));
}

#[tokio::test]
async fn what_is_left_out_is_logged_once_per_field_without_its_value() {
    let (_recorder, log, _guard) = TraceRecorder::listen();
    let job = |id: &str, end: Value| value!({ "job_id": id, "status": "RUNNING", "created_at": "2016-12-03T06:24:34", "finished_at": end });
    let tasks = [
        job("j1", Value::Null),
        job("j2", value!("canary-7f3a")),
        job("j3", value!({ "canary-7f3a": 1 })),
        job("", Value::Null),
    ];
    assert_eq!(page(value!({ "tasks": tasks }).to_string()).await.len(), 3);
    let text = log.read();
    let warnings: Vec<&str> = text.lines().filter(|line| line.contains("not as documented")).collect();
    assert_eq!(warnings.len(), 2, "{text}");
    for part in
        ["WARN", "otc_vbs", "listBackupJobs", "tasks[].finished_at", "tasks[1].finished_at", "times=2"]
    {
        assert!(warnings[0].contains(part), "no {part} in {}", warnings[0]);
    }
    assert!(warnings[1].contains("tasks[3].job_id"), "{}", warnings[1]);
    assert!(!text.contains("canary-7f3a"), "{text}");
}
