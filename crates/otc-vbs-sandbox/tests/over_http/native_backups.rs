//! Backups by the operations that come from OpenStack.

use otc_vbs_sandbox::Sandbox;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::caller::Caller;

/// The only snapshot of a disk.
async fn snapshot_of(caller: &Caller, disk: &str) -> String {
    let path = format!("snapshots?volume_id={disk}");
    let response = caller.ask(Method::GET, "volume/v3", &path, None).await;
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["snapshots"].as_array().unwrap().len(), 1);
    body["snapshots"][0]["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn created(caller: &Caller, version: &str, disk: &str, name: &str) -> Value {
    let snapshot = snapshot_of(caller, disk).await;
    let body = json!({ "backup": {
        "volume_id": disk, "snapshot_id": snapshot, "name": name, "description": "Backup_Demo",
    }});
    let response = caller.ask(Method::POST, version, "backups", Some(&body)).await;
    assert_eq!(response.status(), 202);
    let body: Value = response.json().await.unwrap();
    body["backup"].clone()
}

pub(crate) async fn get(caller: &Caller, version: &str, path: &str) -> Value {
    let response = caller.ask(Method::GET, version, path, None).await;
    assert_eq!(response.status(), 200, "{path}");
    response.json().await.unwrap()
}

/// The member that is named after the status, its code and the message.
pub(crate) async fn fault(response: Response) -> (u16, String, Value, String) {
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    let (name, fault) = body.as_object().unwrap().iter().next().unwrap();
    let message = fault["message"].as_str().unwrap().to_owned();
    (status, name.clone(), fault["code"].clone(), message)
}

#[tokio::test]
async fn status_follows_the_life_of_a_backup() {
    for version in ["v2", "v3"] {
        let caller = Caller::of(Sandbox::builder()).await;
        let (project, disk) = (caller.sandbox.project_id(), caller.free_disk(1));
        let backup = created(&caller, version, &disk, "native").await;
        let id = backup["id"].as_str().unwrap();
        let address = caller.sandbox.endpoint();
        assert_eq!(backup["name"], "native");
        let links = json!([
            { "rel": "self", "href": format!("{address}{version}/{project}/backups/{id}") },
            { "rel": "bookmark", "href": format!("{address}{project}/backups/{id}") },
        ]);
        assert_eq!(backup["links"], links);
        let path = format!("backups/{id}");
        let shown = get(&caller, version, &path).await["backup"].clone();
        assert_eq!(shown["status"], "creating");
        assert_eq!(shown["created_at"], "2026-01-15T06:00:00.000000");
        caller.an_hour_later();
        let mut shown = get(&caller, version, &path).await["backup"].clone();
        assert_eq!(shown["links"], links);
        shown["links"].take();
        insta::with_settings!({ sort_maps => true }, {
            insta::assert_json_snapshot!(format!("a_backup_of_{version}"), shown);
        });

        let target = json!({ "restore": { "volume_id": disk } });
        let restore = format!("{path}/restore");
        let response = caller.ask(Method::POST, version, &restore, Some(&target)).await;
        assert_eq!(response.status(), 202);
        let restored: Value = response.json().await.unwrap();
        let expected = json!({ "restore": {
            "backup_id": id, "volume_id": disk, "volume_name": "disk-9",
        }});
        assert_eq!(restored, expected);
        assert_eq!(get(&caller, version, &path).await["backup"]["status"], "restoring");
        caller.an_hour_later();

        let response = caller.ask(Method::DELETE, version, &path, None).await;
        assert_eq!(response.status(), 202);
        assert_eq!(response.text().await.unwrap(), "");
        assert_eq!(get(&caller, version, &path).await["backup"]["status"], "deleting");
        caller.an_hour_later();
        for method in [Method::GET, Method::DELETE] {
            let response = caller.ask(method, version, &path, None).await;
            let (status, name, code, message) = fault(response).await;
            assert_eq!((status, name.as_str(), code), (404, "itemNotFound", json!(404)));
            assert!(message.contains(id), "{message}");
        }
        // The snapshot is not the backup's.
        snapshot_of(&caller, &disk).await;
    }
}

#[tokio::test]
async fn refusals_have_the_format_of_openstack() {
    let caller = Caller::of(Sandbox::builder()).await;
    let (disk, other) = (caller.free_disk(0), caller.free_disk(1));
    let (snapshot, others) = (snapshot_of(&caller, &disk).await, snapshot_of(&caller, &other).await);
    let unknown = "c68ae7fb-0aa5-4a97-ab01-ed02c5b7e768";
    let cases = [
        ("volume_id", json!("disk"), 400, "badRequest", json!("VolumeBackup.0011")),
        ("volume_id", json!(unknown), 404, "itemNotFound", json!(404)),
        ("snapshot_id", json!(unknown), 404, "itemNotFound", json!(404)),
        ("snapshot_id", json!(null), 400, "badRequest", json!("VolumeBackup.0002")),
        ("snapshot_id", json!(others), 400, "badRequest", json!("VolumeBackup.0019")),
        ("name", json!("auto"), 400, "badRequest", json!("VolumeBackup.0005")),
        ("name", json!(null), 400, "badRequest", json!("VolumeBackup.0002")),
        ("description", json!("d".repeat(256)), 400, "badRequest", json!("VolumeBackup.0006")),
        ("container", json!(1), 400, "badRequest", json!("VolumeBackup.0002")),
        ("incremental", json!("yes"), 400, "badRequest", json!("VolumeBackup.0002")),
        ("force", json!(null), 400, "badRequest", json!("VolumeBackup.0002")),
        ("project_id", json!(1), 400, "badRequest", json!("VolumeBackup.0002")),
    ];
    let body = json!({ "backup": { "volume_id": disk, "snapshot_id": snapshot } });
    for (member, value, status, name, code) in cases {
        let mut body = body.clone();
        body["backup"][member] = value;
        let response = caller.ask(Method::POST, "v3", "backups", Some(&body)).await;
        let refused = fault(response).await;
        assert_eq!((refused.0, refused.1.as_str(), refused.2), (status, name, code), "{body}");
    }
    let response = caller.ask(Method::POST, "v3", "backups", Some(&body)).await;
    assert_eq!(response.status(), 202);
    let response = caller.ask(Method::POST, "v3", "backups", Some(&body)).await;
    let (status, name, code, _) = fault(response).await;
    assert_eq!((status, name.as_str(), code), (400, "badRequest", json!("VolumeBackup.0013")));
}

#[tokio::test]
async fn description_contains_the_requested_type() {
    let caller = Caller::of(Sandbox::builder()).await;
    for (index, (full, kept)) in [("true", 0), ("false", 1)].into_iter().enumerate() {
        let creation = json!({ "backup": {
            "volume_id": caller.free_disk(index), "name": format!("b{index}"), "description": "x",
            "extend_param": { "FullBackup": full },
        }});
        let response = caller.ask(Method::POST, "v2", "cloudbackups", Some(&creation)).await;
        assert_eq!(response.status(), 200);
        let list = get(&caller, "v3", &format!("backups/detail?name=b{index}")).await;
        let description = list["backups"][0]["description"].as_str().unwrap();
        let description: Value = serde_json::from_str(description).unwrap();
        assert_eq!(description, json!({ "DESC": "x", "INC": kept }));
    }
}

#[tokio::test]
async fn v2_metadata_shows_the_progress() {
    let caller = Caller::of(Sandbox::builder()).await;
    let backup = created(&caller, "v2", &caller.free_disk(0), "native").await;
    let path = format!("backups/{}", backup["id"].as_str().unwrap());
    let progress = async || {
        let shown = get(&caller, "v2", &path).await;
        let metadata = shown["backup"]["service_metadata"].as_str().unwrap().to_owned();
        let metadata: Value = serde_json::from_str(&metadata).unwrap();
        metadata["progress"].as_str().unwrap().parse::<u8>().unwrap()
    };
    assert_eq!(progress().await, 0);
    caller.sandbox.advance(std::time::Duration::from_secs(100)).unwrap();
    assert!((1..100).contains(&progress().await));
    caller.an_hour_later();
    assert_eq!(progress().await, 100);
}
