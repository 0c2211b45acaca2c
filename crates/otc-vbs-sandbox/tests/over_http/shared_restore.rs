//! Backups of one project that are restored in another.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::shares::Sides;

#[tokio::test]
async fn shared_backup_is_restored_in_the_receiving_project() {
    let sides = Sides::new().await;
    let (own, other) = (&sides.own, &sides.other);
    let disks = sides.at(other, Method::GET, "volume/v3", "volumes/detail", None);
    let disks: Value = disks.await.json().await.unwrap();
    let disks = disks["volumes"].as_array().unwrap();
    let largest = disks.iter().max_by_key(|disk| disk["size"].as_u64());
    let largest = largest.unwrap()["id"].as_str().unwrap();
    let target = json!({ "restore": { "volume_id": largest } });
    let (first, second) = (&sides.backups[0], &sides.backups[1]);
    let vbs = format!("cloudbackups/{first}/restore");
    let restore =
        async |path: &str, version| sides.at(other, Method::POST, version, path, Some(target.clone())).await;
    assert_eq!(restore(&vbs, "v2").await.status(), 404);
    let share = sides.shared(0).await;
    sides.shared(1).await;

    let response = restore(&vbs, "v2").await;
    assert_eq!(response.status(), 200);
    let body: Value = response.json().await.unwrap();
    // The project that restores has the job; both see what happens to the backup, which can't be deleted
    // meanwhile.
    let job = format!("jobs/{}", body["job_id"].as_str().unwrap());
    let response = sides.at(own, Method::GET, "v1", &job, None).await;
    assert_eq!(response.status(), 404);
    let path = format!("cloudbackups/{first}");
    let response = sides.at(own, Method::POST, "v2", &path, None).await;
    assert_eq!(response.status(), 409);
    let status = async |side, share: &str| {
        let body = sides.get(side, &format!("/{share}")).await;
        body["shared"]["backup"]["status"].clone()
    };
    assert_eq!(status(own, &share).await, "restoring");
    assert_eq!(status(other, &share).await, "restoring");
    sides.caller.sandbox.advance(Duration::from_secs(3600)).unwrap();
    assert_eq!(status(own, &share).await, "available");
    let response = sides.at(other, Method::GET, "v1", &job, None).await;
    let job: Value = response.json().await.unwrap();
    assert_eq!(job["status"], "SUCCESS");
    assert_eq!(job["entities"]["volume_id"], *largest);
    assert_eq!(job["entities"]["backup_id"], **first);

    let native = format!("backups/{second}/restore");
    assert_eq!(restore(&native, "v3").await.status(), 202);
    // The disk has to be one of the project that restores.
    let path = format!("backups/{first}/restore");
    let disk = sides.caller.sandbox.free_disk_ids().next().unwrap();
    let body = json!({ "restore": { "volume_id": disk.to_string() } });
    let response = sides.at(other, Method::POST, "v2", &path, Some(body)).await;
    assert_eq!(response.status(), 404);
    // Nobody but the owner deletes it, and without the share, nothing is left to use.
    let path = format!("cloudbackups/{first}");
    let response = sides.at(other, Method::POST, "v2", &path, None).await;
    assert_eq!(response.status(), 404);
    assert_eq!(sides.cancel(own, &format!("/{share}")).await, 200);
    assert_eq!(restore(&vbs, "v2").await.status(), 404);
}
