//! Backup jobs and policies as the service may send them.

use otc_vbs::types::{BackupJob, BackupJobStatus, ResourceType, UtcTimestamp};
use otc_vbs_testing::{POLICY, client_answered_by, json};
use serde_json::{Value, json as value};

/// The members of a job that may be absent or null.
const OPTIONAL: [&str; 8] = [
    "finished_at",
    "backup_name",
    "resource_id",
    "resource_type",
    "vbs_job_id",
    "message",
    "code",
    "fail_reason",
];

fn whole_job() -> Value {
    value!({
        "status": "EXECUTE_FAIL",
        "job_id": "0781095c-b8ab-4ce5-99f3-4c5f6ff75319",
        "created_at": "2016-12-03T06:24:34.467",
        "finished_at": "2016-12-03T06:30:00.001",
        "backup_name": "autobk_a61d",
        "resource_id": "f47a4ab5-11f5-4509-97f5-80ce0dd74e37",
        "resource_type": "volume",
        "vbs_job_id": "4010b39b5281d3590152874bfa3b1604",
        "message": "the disk is busy",
        "code": "VolumeBackup.0064",
        "fail_reason": "VolumeBackup.0051#volume of this pod does not support backup",
    })
}

/// The job as the client decodes it.
async fn received(job: &Value) -> BackupJob {
    let page = value!({ "tasks": [job], "count": 1 });
    let client = client_answered_by([json(page.to_string())]);
    client.policy(POLICY).backup_jobs().send().await.unwrap().items.remove(0)
}

#[tokio::test]
async fn job_with_every_member() {
    insta::assert_debug_snapshot!(received(&whole_job()).await, @r#"
    BackupJob {
        backup_name: Some(
            "autobk_a61d",
        ),
        code: Some(
            "VolumeBackup.0064",
        ),
        created_at: 2016-12-03T06:24:34.467Z,
        fail_reason: Some(
            "VolumeBackup.0051#volume of this pod does not support backup",
        ),
        finished_at: Some(
            2016-12-03T06:30:00.001Z,
        ),
        job_id: BackupJobId(0781095c-b8ab-4ce5-99f3-4c5f6ff75319),
        message: Some(
            "the disk is busy",
        ),
        resource_id: Some(
            ResourceId(f47a4ab5-11f5-4509-97f5-80ce0dd74e37),
        ),
        resource_type: Some(
            Volume,
        ),
        status: ExecuteFail,
        vbs_job_id: Some(
            JobId(4010b39b5281d3590152874bfa3b1604),
        ),
    }
    "#);
}

#[tokio::test]
async fn unknown_status_keeps_its_text() {
    let mut job = whole_job();
    job["status"] = value!("EXECUTE_PAUSED");
    job["resource_type"] = value!("file share");
    let received = received(&job).await;
    assert_eq!(received.status, BackupJobStatus::Other("EXECUTE_PAUSED".to_owned()));
    assert_eq!(received.status.to_string(), "EXECUTE_PAUSED");
    assert!(!received.status.is_listed());
    assert_eq!(received.resource_type.as_ref().map(ResourceType::as_str), Some("file share"));
    assert_eq!(serde_json::to_value(&received).unwrap(), job);
}

#[tokio::test]
async fn every_listed_status_is_unchanged() {
    for status in BackupJobStatus::LISTED {
        let mut job = whole_job();
        job["status"] = value!(status.as_str());
        assert_eq!(received(&job).await.status, *status);
    }
}

#[tokio::test]
async fn unknown_members_are_ignored() {
    let mut job = whole_job();
    job["progress"] = value!({ "percent": 12 });
    assert_eq!(received(&job).await, received(&whole_job()).await);
}

#[tokio::test]
async fn absent_and_null_members_are_none() {
    for field in OPTIONAL {
        let (mut absent, mut null) = (whole_job(), whole_job());
        absent.as_object_mut().unwrap().remove(field);
        null[field] = Value::Null;
        let (absent_job, null_job) = (received(&absent).await, received(&null).await);
        assert_eq!(absent_job, null_job, "{field}");
        assert_eq!(serde_json::to_value(null_job).unwrap(), absent, "{field}");
    }
}

#[tokio::test]
async fn unexpected_id_is_kept_and_an_empty_one_is_none() {
    let mut job = whole_job();
    job["vbs_job_id"] = value!("");
    job["resource_id"] = value!("a/b");
    let received = received(&job).await;
    assert_eq!(received.vbs_job_id, None);
    assert_eq!(received.resource_id.unwrap(), "a/b");
}

#[tokio::test]
async fn unexpected_id_of_the_service_is_not_sent_back_in_a_path() {
    for id in ["a/b", ".."] {
        let policies = value!({ "backup_policies": [{ "backup_policy_id": id }] });
        let client = client_answered_by([json(policies.to_string())]);
        let policy = client.policies().list().send().await.unwrap().items.remove(0);
        let jobs = client.policy(&policy.backup_policy_id).backup_jobs();
        let error = jobs.send().await.unwrap_err();
        assert!(error.is_invalid(), "{error}");
    }
}

#[tokio::test]
async fn count_may_be_absent_or_null() {
    for page in [value!({ "tasks": [] }), value!({ "tasks": [], "count": null })] {
        let client = client_answered_by([json(page.to_string())]);
        let page = client.policy(POLICY).backup_jobs().send().await.unwrap();
        assert_eq!((page.items.len(), page.count), (0, None));
    }
}

#[tokio::test]
async fn members_of_a_policy_may_be_null() {
    let policy = value!({
        "backup_policy_id": "af8a20b0",
        "backup_policy_name": null,
        "policy_resource_count": null,
        "time_zone": null,
        "scheduled_policy": {
            "start_time": null, "frequency": null, "week_frequency": null, "rentention_num": null,
            "rentention_day": null, "remain_first_backup_of_curMonth": null, "status": null,
        },
    });
    let policies = value!({ "backup_policies": [policy] });
    let client = client_answered_by([json(policies.to_string())]);
    insta::assert_debug_snapshot!(client.policies().list().send().await.unwrap().items.remove(0), @r"
    BackupPolicy {
        backup_policy_id: PolicyId(af8a20b0),
        backup_policy_name: None,
        policy_resource_count: None,
        scheduled_policy: Some(
            PolicySchedule {
                frequency: None,
                retain_first_backup_of_current_month: None,
                retention_day: None,
                retention_num: None,
                start_time: None,
                status: None,
                week_frequency: None,
            },
        ),
        time_zone: None,
    }
    ");
}

#[tokio::test]
async fn times_are_decoded_in_every_form() {
    for (wire, instant) in [
        ("2016-12-03T06:24:34", "2016-12-03T06:24:34Z"),
        ("2016-12-03T06:24:34.467", "2016-12-03T06:24:34.467Z"),
        ("2016-12-03T06:24:34.467000", "2016-12-03T06:24:34.467000Z"),
        ("2016-12-03T06:24:34.467123", "2016-12-03T06:24:34.467123Z"),
        ("2016-12-03T06:24:34.467123456", "2016-12-03T06:24:34.467123456Z"),
        ("2016-12-03T06:24:34Z", "2016-12-03T06:24:34Z"),
        ("2016-12-03T06:24:34.467Z", "2016-12-03T06:24:34.467Z"),
        ("2016-12-03T06:24:34.467123Z", "2016-12-03T06:24:34.467123Z"),
        ("2016-12-03T06:24:34.467123456Z", "2016-12-03T06:24:34.467123456Z"),
        ("2016-12-03T06:24:34+02:00", "2016-12-03T04:24:34Z"),
        ("2016-12-03T06:24:34.467+02:00", "2016-12-03T04:24:34.467Z"),
        ("2016-12-03T06:24:34.467123-05:30", "2016-12-03T11:54:34.467123Z"),
        ("2016-12-03T06:24:34.467123456+00:00", "2016-12-03T06:24:34.467123456Z"),
    ] {
        let mut job = whole_job();
        job["created_at"] = value!(wire);
        let received = received(&job).await;
        assert_eq!(received.created_at.to_string(), instant);
        assert_eq!(serde_json::to_value(&received.created_at).unwrap(), value!(wire), "encoded as received");
        assert_eq!(received.created_at.timestamp(), Some(instant.parse::<UtcTimestamp>().unwrap()));
    }
}

#[tokio::test]
async fn required_time_that_can_not_be_parsed_keeps_its_text() {
    for wire in ["", "yesterday", "2016-12-03", "2016-13-03T06:24:34", "06:24:34"] {
        let mut job = whole_job();
        job["created_at"] = value!(wire);
        let received = received(&job).await;
        assert_eq!(received.created_at.timestamp(), None);
        assert_eq!(received.created_at.to_string(), wire);
        assert_eq!(serde_json::to_value(received).unwrap(), job);
    }
}

#[tokio::test]
async fn unreadable_optional_time_is_none() {
    for wire in [value!(""), value!("yesterday"), value!(1480746274), value!({})] {
        let (mut job, mut absent) = (whole_job(), whole_job());
        job["finished_at"] = wire;
        absent.as_object_mut().unwrap().remove("finished_at");
        assert_eq!(serde_json::to_value(received(&job).await).unwrap(), absent);
    }
}
