//! Backups by the operations of VBS itself, their jobs, and quotas.

use std::time::Duration;

use otc_vbs_sandbox::Sandbox;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::caller::Caller;

impl Caller {
    /// A request to a path under the project, with a body or without.
    pub(crate) async fn ask(
        &self,
        method: Method,
        version: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Response {
        let project_id = self.sandbox.project_id();
        let url = self.url(&format!("{version}/{project_id}/{path}"));
        let request = self.http.request(method, url);
        let request = request.header("X-Auth-Token", self.sandbox.token());
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        request.send().await.unwrap()
    }

    pub(crate) fn free_disk(&self, index: usize) -> String {
        let id = self.sandbox.free_disk_ids().nth(index);
        id.unwrap().to_string()
    }

    pub(crate) fn an_hour_later(&self) {
        self.sandbox.advance(Duration::from_secs(3600)).unwrap();
    }

    async fn begin(&self, path: &str, body: Option<&Value>) -> String {
        let response = self.ask(Method::POST, "v2", path, body).await;
        assert_eq!(response.status(), 200, "{path}");
        let body: Value = response.json().await.unwrap();
        body["job_id"].as_str().unwrap().to_owned()
    }

    async fn job(&self, id: &str) -> Value {
        let response = self.ask(Method::GET, "v1", &format!("jobs/{id}"), None).await;
        assert_eq!(response.status(), 200, "{id}");
        response.json().await.unwrap()
    }

    async fn quotas(&self) -> Value {
        let response = self.ask(Method::GET, "v2", "cloudbackups/quota", None).await;
        assert_eq!(response.status(), 200);
        let body: Value = response.json().await.unwrap();
        body["quotas"]["resources"].clone()
    }
}

pub(crate) async fn refusal(response: Response) -> (u16, String, String) {
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    let text = |field: &str| body["error"][field].as_str().unwrap().to_owned();
    (status, text("code"), text("message"))
}

#[tokio::test]
async fn jobs_follow_the_life_of_a_backup() {
    // Without backup jobs, nothing else makes backups.
    let caller = Caller::of(Sandbox::builder().jobs(0)).await;
    let disk = caller.free_disk(0);
    let before = caller.quotas().await;
    let creation = json!({ "backup": {
        "volume_id": disk,
        "snapshot_id": null,
        "name": "backup1",
        "description": "Backup_Demo",
        "tags": [{ "key": "key", "value": "value" }],
        "extend_param": { "FullBackup": "true" },
    }});
    let job_id = caller.begin("cloudbackups", Some(&creation)).await;
    assert_eq!(job_id.len(), 32);
    let job = caller.job(&job_id).await;
    assert_eq!(job["status"], "INIT");
    assert_eq!(job["job_type"], "bksCreateBackup");
    assert!(job.get("begin_time").is_none() && job.get("end_time").is_none());
    caller.sandbox.advance(Duration::from_secs(2)).unwrap();
    let job = caller.job(&job_id).await;
    assert_eq!(job["status"], "RUNNING");
    assert_eq!(job["begin_time"], "2026-01-15T06:00:02.000Z");
    caller.an_hour_later();
    let job = caller.job(&job_id).await;
    assert_eq!(job["status"], "SUCCESS");
    assert_eq!(job["entities"]["volume_id"], disk);
    assert_eq!(job["entities"]["bks_create_volume_name"], "backup1_volume");
    let ended = job["end_time"].as_str().unwrap();
    assert!(ended.ends_with('Z') && ended > "2026-01-15T06:03", "{ended}");

    let id = job["entities"]["backup_id"].as_str().unwrap();
    let after = caller.quotas().await;
    let used = |quotas: &Value| quotas[0]["used"].as_u64().unwrap();
    assert_eq!(before[0]["type"], "backups");
    assert_eq!(before[1]["type"], "backup_gigabytes");
    assert_eq!(used(&after), used(&before) + 1);
    assert!(after[1]["used"].as_u64() > before[1]["used"].as_u64());
    assert_eq!(after[0]["quota"], 5000);

    let path = format!("cloudbackups/{id}/restore");
    let target = json!({ "restore": { "volume_id": disk } });
    let job_id = caller.begin(&path, Some(&target)).await;
    caller.an_hour_later();
    let job = caller.job(&job_id).await;
    assert_eq!((&job["status"], &job["job_type"]), (&json!("SUCCESS"), &json!("bksRestoreBackup")));

    let job_id = caller.begin(&format!("cloudbackups/{id}"), None).await;
    caller.an_hour_later();
    let job = caller.job(&job_id).await;
    assert_eq!((&job["status"], &job["job_type"]), (&json!("SUCCESS"), &json!("bksDeleteBackup")));
    assert_eq!(job["entities"]["backup_id"], id);
    assert_eq!(caller.quotas().await, before);
}

#[tokio::test]
async fn violation_is_refused_with_its_code() {
    let caller = Caller::of(Sandbox::builder()).await;
    let disk = caller.free_disk(0);
    let unknown = "c68ae7fb-0aa5-4a97-ab01-ed02c5b7e768";
    let cases = [
        ("volume_id", json!(null), 400, "VolumeBackup.0002"),
        ("volume_id", json!("disk"), 400, "VolumeBackup.0011"),
        ("volume_id", json!(unknown), 404, "VolumeBackup.0021"),
        ("snapshot_id", json!(unknown), 404, "VolumeBackup.0019"),
        ("snapshot_id", json!(7), 400, "VolumeBackup.0002"),
        ("name", json!(null), 400, "VolumeBackup.0002"),
        ("name", json!(""), 400, "VolumeBackup.0026"),
        ("name", json!("n".repeat(65)), 400, "VolumeBackup.0003"),
        ("name", json!("a b"), 400, "VolumeBackup.0004"),
        ("name", json!("autobk_1"), 400, "VolumeBackup.0005"),
        ("description", json!(null), 400, "VolumeBackup.0002"),
        ("description", json!(""), 400, "VolumeBackup.0006"),
        ("description", json!("a<b"), 400, "VolumeBackup.0006"),
        ("tags", json!({}), 400, "VolumeBackup.0002"),
        ("tags", json!([7]), 400, "VolumeBackup.0002"),
        ("tags", json!([{ "key": "k" }]), 400, "VolumeBackup.0049"),
        ("tags", json!([{ "key": "a=b", "value": "" }]), 400, "VolumeBackup.0049"),
        ("extend_param", json!("full"), 400, "VolumeBackup.0002"),
        ("extend_param", json!({ "FullBackup": true }), 400, "VolumeBackup.0002"),
    ];
    for (member, value, status, code) in cases {
        let mut body = json!({ "backup": { "volume_id": disk, "name": "backup1" } });
        body["backup"][member] = value;
        let response = caller.ask(Method::POST, "v2", "cloudbackups", Some(&body)).await;
        let refused = refusal(response).await;
        assert_eq!((refused.0, refused.1.as_str()), (status, code), "{body}: {}", refused.2);
    }
    for (body, code) in [
        (json!({ "backup": { "name": "backup1" } }), "VolumeBackup.0010"),
        (json!({ "backup": { "volume_id": disk } }), "VolumeBackup.0007"),
        (json!({ "backup": [] }), "VolumeBackup.0002"),
        (json!({}), "VolumeBackup.0002"),
        (json!([]), "VolumeBackup.0002"),
    ] {
        let response = caller.ask(Method::POST, "v2", "cloudbackups", Some(&body)).await;
        let refused = refusal(response).await;
        assert_eq!((refused.0, refused.1.as_str()), (400, code), "{body}");
    }
    let response = caller.ask(Method::POST, "v2", "cloudbackups", None).await;
    assert_eq!(refusal(response).await.0, 400);
}

#[tokio::test]
async fn request_that_the_state_does_not_allow_is_refused() {
    let caller = Caller::of(Sandbox::builder()).await;
    let disk = caller.free_disk(0);
    let creation = json!({ "backup": { "volume_id": disk, "name": "backup1" } });
    let job = caller.begin("cloudbackups", Some(&creation)).await;
    let job = caller.job(&job).await;
    let id = job["entities"]["backup_id"].as_str().unwrap();
    let unknown = "c68ae7fb-0aa5-4a97-ab01-ed02c5b7e768";
    let to = |disk: &str| Some(json!({ "restore": { "volume_id": disk } }));
    let restore = format!("cloudbackups/{id}/restore");
    let refused = async |path: &str, body: Option<Value>| {
        let response = caller.ask(Method::POST, "v2", path, body.as_ref()).await;
        let (status, code, _) = refusal(response).await;
        format!("{status} {code}")
    };
    assert_eq!(refused("cloudbackups", Some(creation.clone())).await, "409 VolumeBackup.0013");
    assert_eq!(refused(&restore, to(&disk)).await, "409 VolumeBackup.0089");
    let deletion = format!("cloudbackups/{id}");
    assert_eq!(refused(&deletion, None).await, "409 VolumeBackup.0102");
    caller.an_hour_later();
    assert_eq!(refused(&restore, to(unknown)).await, "404 VolumeBackup.0207");
    assert_eq!(refused(&restore, to("disk")).await, "400 VolumeBackup.0208");
    assert_eq!(refused(&restore, Some(json!({ "restore": {} }))).await, "400 VolumeBackup.0208");
    assert_eq!(refused(&restore, Some(json!({}))).await, "400 VolumeBackup.0210");
    assert_eq!(refused(&restore, None).await, "400 VolumeBackup.0210");
    caller.begin("cloudbackups", Some(&creation)).await;
    assert_eq!(refused(&restore, to(&disk)).await, "409 VolumeBackup.0206");
    let other = format!("cloudbackups/{unknown}/restore");
    assert_eq!(refused(&other, to(&disk)).await, "404 VolumeBackup.0111");
    let other = format!("cloudbackups/{unknown}");
    assert_eq!(refused(&other, None).await, "404 VolumeBackup.0111");
}

#[tokio::test]
async fn seeded_jobs_agree_with_their_backup_jobs() {
    let caller = Caller::of(Sandbox::builder().jobs(300)).await;
    let mut seen = std::collections::BTreeSet::new();
    for backup_job in caller.all("").await {
        let Some(id) = backup_job["vbs_job_id"].as_str() else {
            continue;
        };
        let job = caller.job(id).await;
        let status = backup_job["status"].as_str().unwrap();
        let expected = match status {
            "RUNNING" => "RUNNING",
            "EXECUTE_SUCCESS" => "SUCCESS",
            _ => "FAIL",
        };
        assert_eq!(job["status"], expected, "{status}");
        assert_eq!(job["job_id"], id);
        assert_eq!(job["entities"]["volume_id"], backup_job["resource_id"]);
        if status == "EXECUTE_FAIL" {
            assert_eq!(job["error_code"], backup_job["code"]);
            assert_eq!(job["fail_reason"], backup_job["message"]);
        }
        assert_eq!(job.get("error_code").is_some(), expected == "FAIL");
        seen.insert(status.to_owned());
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
}

#[tokio::test]
async fn unknown_jobs_are_not_found() {
    let caller = Caller::of(Sandbox::builder()).await;
    let disk = caller.free_disk(0);
    for id in ["4010b39b5281d3590152874bfa3b1604", disk.as_str(), "x"] {
        let response = caller.ask(Method::GET, "v1", &format!("jobs/{id}"), None).await;
        let (status, code, message) = refusal(response).await;
        assert_eq!((status, code.as_str()), (404, "common.0011"));
        assert!(message.contains(id), "{message}");
    }
}
