//! Backups by the operations that come from OpenStack.

use otc_vbs_sandbox::{CountReading, Sandbox};
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

async fn created(caller: &Caller, version: &str, disk: &str, name: &str) -> Value {
    let snapshot = snapshot_of(caller, disk).await;
    let body = json!({ "backup": {
        "volume_id": disk, "snapshot_id": snapshot, "name": name, "description": "Backup_Demo",
    }});
    let response = caller
        .ask(Method::POST, version, "backups", Some(&body))
        .await;
    assert_eq!(response.status(), 202);
    let body: Value = response.json().await.unwrap();
    body["backup"].clone()
}

async fn get(caller: &Caller, version: &str, path: &str) -> Value {
    let response = caller.ask(Method::GET, version, path, None).await;
    assert_eq!(response.status(), 200, "{path}");
    response.json().await.unwrap()
}

async fn names(caller: &Caller, version: &str, query: &str) -> Vec<String> {
    let body = get(caller, version, &format!("backups/detail?{query}")).await;
    let backups = body["backups"].as_array().unwrap().iter();
    backups
        .map(|backup| backup["name"].as_str().unwrap().to_owned())
        .collect()
}

/// The member that is named after the status, its code and the message.
async fn fault(response: Response) -> (u16, String, Value, String) {
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    let (name, fault) = body.as_object().unwrap().iter().next().unwrap();
    let message = fault["message"].as_str().unwrap().to_owned();
    (status, name.clone(), fault["code"].clone(), message)
}

#[tokio::test]
async fn a_backup_lives_as_its_status_says() {
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
        let response = caller
            .ask(Method::POST, version, &restore, Some(&target))
            .await;
        assert_eq!(response.status(), 202);
        let restored: Value = response.json().await.unwrap();
        let expected = json!({ "restore": {
            "backup_id": id, "volume_id": disk, "volume_name": "disk-9",
        }});
        assert_eq!(restored, expected);
        assert_eq!(
            get(&caller, version, &path).await["backup"]["status"],
            "restoring"
        );
        caller.an_hour_later();

        let response = caller.ask(Method::DELETE, version, &path, None).await;
        assert_eq!(response.status(), 202);
        assert_eq!(response.text().await.unwrap(), "");
        assert_eq!(
            get(&caller, version, &path).await["backup"]["status"],
            "deleting"
        );
        caller.an_hour_later();
        for method in [Method::GET, Method::DELETE] {
            let response = caller.ask(method, version, &path, None).await;
            let (status, name, code, message) = fault(response).await;
            assert_eq!(
                (status, name.as_str(), code),
                (404, "itemNotFound", json!(404))
            );
            assert!(message.contains(id), "{message}");
        }
        // The snapshot is not the backup's.
        snapshot_of(&caller, &disk).await;
    }
}

#[tokio::test]
async fn refusals_have_the_shape_of_openstack() {
    let caller = Caller::of(Sandbox::builder()).await;
    let (disk, other) = (caller.free_disk(0), caller.free_disk(1));
    let (snapshot, others) = (
        snapshot_of(&caller, &disk).await,
        snapshot_of(&caller, &other).await,
    );
    let unknown = "c68ae7fb-0aa5-4a97-ab01-ed02c5b7e768";
    let cases = [
        (
            "volume_id",
            json!("disk"),
            400,
            "badRequest",
            json!("VolumeBackup.0011"),
        ),
        ("volume_id", json!(unknown), 404, "itemNotFound", json!(404)),
        (
            "snapshot_id",
            json!(unknown),
            404,
            "itemNotFound",
            json!(404),
        ),
        (
            "snapshot_id",
            json!(null),
            400,
            "badRequest",
            json!("VolumeBackup.0002"),
        ),
        (
            "snapshot_id",
            json!(others),
            400,
            "badRequest",
            json!("VolumeBackup.0019"),
        ),
        (
            "name",
            json!("auto"),
            400,
            "badRequest",
            json!("VolumeBackup.0005"),
        ),
        (
            "name",
            json!(null),
            400,
            "badRequest",
            json!("VolumeBackup.0002"),
        ),
        (
            "description",
            json!("d".repeat(256)),
            400,
            "badRequest",
            json!("VolumeBackup.0006"),
        ),
        (
            "container",
            json!(1),
            400,
            "badRequest",
            json!("VolumeBackup.0002"),
        ),
        (
            "incremental",
            json!("yes"),
            400,
            "badRequest",
            json!("VolumeBackup.0002"),
        ),
        (
            "force",
            json!(null),
            400,
            "badRequest",
            json!("VolumeBackup.0002"),
        ),
        (
            "project_id",
            json!(1),
            400,
            "badRequest",
            json!("VolumeBackup.0002"),
        ),
    ];
    let body = json!({ "backup": { "volume_id": disk, "snapshot_id": snapshot } });
    for (member, value, status, name, code) in cases {
        let mut body = body.clone();
        body["backup"][member] = value;
        let response = caller.ask(Method::POST, "v3", "backups", Some(&body)).await;
        let refused = fault(response).await;
        assert_eq!(
            (refused.0, refused.1.as_str(), refused.2),
            (status, name, code),
            "{body}"
        );
    }
    let response = caller.ask(Method::POST, "v3", "backups", Some(&body)).await;
    assert_eq!(response.status(), 202);
    let response = caller.ask(Method::POST, "v3", "backups", Some(&body)).await;
    let (status, name, code, _) = fault(response).await;
    assert_eq!(
        (status, name.as_str(), code),
        (400, "badRequest", json!("VolumeBackup.0013"))
    );
}

/// The names of the six backups, in the order in which they were made.
async fn six_backups(caller: &Caller) -> Vec<String> {
    let mut names = Vec::new();
    for turn in 0..6 {
        let name = format!("{}-{turn}", ["left", "right"][turn % 2]);
        created(caller, "v3", &caller.free_disk(turn % 3), &name).await;
        names.push(name);
        caller.an_hour_later();
    }
    names
}

#[tokio::test]
async fn lists_are_filtered_and_sorted() {
    let caller = Caller::of(Sandbox::builder().policies(0).disks(0).jobs(0)).await;
    let all = six_backups(&caller).await;
    let newest_first: Vec<_> = all.iter().rev().cloned().collect();
    for version in ["v2", "v3"] {
        assert_eq!(names(&caller, version, "").await, newest_first);
        assert_eq!(names(&caller, version, "sort_dir=asc").await, all);
        assert_eq!(
            names(&caller, version, "sort_key=disk_format").await,
            newest_first
        );
        let mut sorted = all.clone();
        sorted.sort();
        assert_eq!(
            names(&caller, version, "sort_key=name&sort_dir=asc").await,
            sorted
        );
        assert_eq!(names(&caller, version, "name=left-2").await, ["left-2"]);
        assert_eq!(names(&caller, version, "name=left").await, [""; 0]);
        assert_eq!(names(&caller, version, "status=error").await, [""; 0]);
        assert_eq!(names(&caller, version, "status=available").await.len(), 6);
        let of_disk = format!("volume_id={}", caller.free_disk(1));
        assert_eq!(
            names(&caller, version, &of_disk).await,
            ["left-4", "right-1"]
        );
        assert_eq!(names(&caller, version, "volume_id=x").await, [""; 0]);
        assert_eq!(
            names(&caller, version, "limit=2&offset=3").await,
            newest_first[3..5]
        );
        for query in [
            "limit=0",
            "offset=x",
            "sort_key=foo",
            "sort_dir=up",
            "limit=1&limit=2",
        ] {
            for list in ["backups", "backups/detail"] {
                let path = format!("{list}?{query}");
                let response = caller.ask(Method::GET, version, &path, None).await;
                let (status, name, code, _) = fault(response).await;
                assert_eq!((status, name.as_str()), (400, "badRequest"), "{query}");
                assert_eq!(code, "VolumeBackup.0002");
            }
        }
        let path = "backups?marker=x";
        let response = caller.ask(Method::GET, version, path, None).await;
        assert_eq!(fault(response).await.0, 404);
    }
}

#[tokio::test]
async fn links_lead_through_all_pages() {
    let caller = Caller::of(Sandbox::builder().policies(0).disks(0).jobs(0)).await;
    let all = six_backups(&caller).await;
    for start in [
        "v2/-/backups",
        "v3/-/backups/detail",
        "volume/v3/-/backups/detail",
    ] {
        let path = start.replace('-', caller.sandbox.project_id());
        let mut address = caller.url(&format!("{path}?status=available&limit=2&offset=1"));
        let mut seen = Vec::new();
        loop {
            let request = caller.http.get(&address);
            let request = request.header("X-Auth-Token", caller.sandbox.token());
            let page: Value = request.send().await.unwrap().json().await.unwrap();
            let backups = page["backups"].as_array().unwrap();
            seen.extend(
                backups
                    .iter()
                    .map(|backup| backup["name"].as_str().unwrap().to_owned()),
            );
            let Some(next) = page.get("backups_links") else {
                break;
            };
            assert_eq!(next[0]["rel"], "next");
            address = next[0]["href"].as_str().unwrap().to_owned();
            assert!(address.starts_with(&caller.url(&path)), "{address}");
            assert!(
                address.contains("status=available&limit=2&marker="),
                "{address}"
            );
        }
        let expected: Vec<_> = all.iter().rev().skip(1).cloned().collect();
        assert_eq!(seen, expected, "{start}");
    }
}

#[tokio::test]
async fn what_newer_versions_brought_is_heeded_from_these_on() {
    let builder = Sandbox::builder().policies(0).disks(0).jobs(0);
    let caller = Caller::of(builder.count_reading(CountReading::All)).await;
    six_backups(&caller).await;
    let disk = caller.free_disk(0);
    let ask = async |query: &str, header: &str| {
        let path = format!("v3/{}/backups/detail?{query}", caller.sandbox.project_id());
        let request = caller.http.get(caller.url(&path));
        let request = request.header("X-Auth-Token", caller.sandbox.token());
        let request = request.header("OpenStack-API-Version", header);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let body: Value = response.json().await.unwrap();
        (
            body["backups"].as_array().unwrap().len(),
            body["count"].as_u64(),
        )
    };
    let part = format!("volume_id~={}", &disk[..8]);
    for (query, matching) in [("name~=right", 3), ("status~=creat", 0), (part.as_str(), 2)] {
        assert_eq!(ask(query, "volume 3.31").await, (matching, None), "{query}");
        assert_eq!(ask(query, "volume 3.30").await, (6, None), "{query}");
    }
    let query = "name~=left&with_count=true&limit=1";
    assert_eq!(ask(query, "volume 3.45").await, (1, Some(3)));
    assert_eq!(ask(query, "volume 3.44").await, (1, None));
    assert_eq!(ask("with_count=false", "volume 3.45").await, (6, None));
    let response = caller
        .ask(Method::GET, "v3", "backups?with_count=maybe", None)
        .await;
    assert_eq!(fault(response).await.0, 400);
    // v2 does not know it.
    let response = caller
        .ask(Method::GET, "v2", "backups?with_count=maybe", None)
        .await;
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn a_description_says_how_vbs_was_asked() {
    let caller = Caller::of(Sandbox::builder()).await;
    for (index, (full, kept)) in [("true", 0), ("false", 1)].into_iter().enumerate() {
        let creation = json!({ "backup": {
            "volume_id": caller.free_disk(index), "name": format!("b{index}"), "description": "x",
            "extend_param": { "FullBackup": full },
        }});
        let response = caller
            .ask(Method::POST, "v2", "cloudbackups", Some(&creation))
            .await;
        assert_eq!(response.status(), 200);
        let list = get(&caller, "v3", &format!("backups/detail?name=b{index}")).await;
        let description = list["backups"][0]["description"].as_str().unwrap();
        let description: Value = serde_json::from_str(description).unwrap();
        assert_eq!(description, json!({ "DESC": "x", "INC": kept }));
    }
}

#[tokio::test]
async fn the_metadata_of_v2_says_how_far_a_backup_has_come() {
    let caller = Caller::of(Sandbox::builder()).await;
    let backup = created(&caller, "v2", &caller.free_disk(0), "native").await;
    let path = format!("backups/{}", backup["id"].as_str().unwrap());
    let progress = async || {
        let shown = get(&caller, "v2", &path).await;
        let metadata = shown["backup"]["service_metadata"]
            .as_str()
            .unwrap()
            .to_owned();
        let metadata: Value = serde_json::from_str(&metadata).unwrap();
        metadata["progress"]
            .as_str()
            .unwrap()
            .parse::<u8>()
            .unwrap()
    };
    assert_eq!(progress().await, 0);
    caller
        .sandbox
        .advance(std::time::Duration::from_secs(100))
        .unwrap();
    assert!((1..100).contains(&progress().await));
    caller.an_hour_later();
    assert_eq!(progress().await, 100);
}
