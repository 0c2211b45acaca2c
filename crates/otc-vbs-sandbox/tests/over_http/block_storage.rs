//! The operations that OpenStack's clients call in addition to those of backups.

use otc_vbs_sandbox::Sandbox;
use reqwest::Method;
use serde_json::{Value, json};

use crate::caller::Caller;

#[tokio::test]
async fn endpoint_lists_its_versions() {
    let caller = Caller::of(Sandbox::builder()).await;
    for (path, status, ids) in [
        ("volume", 300, vec!["v2.0", "v3.0"]),
        ("volume/", 300, vec!["v2.0", "v3.0"]),
        ("volume/v2/", 200, vec!["v2.0"]),
        ("volume/v3", 200, vec!["v3.0"]),
        ("volume/v3/", 200, vec!["v3.0"]),
    ] {
        // Clients look before they have a token.
        let response = caller.http.get(caller.url(path)).send().await.unwrap();
        assert_eq!(response.status(), status, "{path}");
        let body: Value = response.json().await.unwrap();
        let versions = body["versions"].as_array().unwrap();
        let found: Vec<_> = versions.iter().map(|version| &version["id"]).collect();
        assert_eq!(found, ids);
        let last = versions.last().unwrap()["links"][0]["href"].as_str().unwrap();
        let version = &ids.last().unwrap()[..2];
        assert_eq!(last, caller.url(&format!("volume/{version}/")));
    }
}

#[tokio::test]
async fn catalog_leads_to_disks_and_snapshots() {
    let caller = Caller::of(Sandbox::builder()).await;
    let catalog = caller.get("v3/auth/catalog").await;
    let catalog: Value = catalog.json().await.unwrap();
    let services = catalog["catalog"].as_array().unwrap();
    for kind in ["volumev2", "volumev3", "block-storage"] {
        let service = services.iter().find(|service| service["type"] == kind);
        let url = service.unwrap()["endpoints"][0]["url"].as_str().unwrap();
        for collection in ["volumes", "snapshots"] {
            let request = caller.http.get(format!("{url}/{collection}/detail"));
            let request = request.header("X-Auth-Token", caller.sandbox.token());
            let body: Value = request.send().await.unwrap().json().await.unwrap();
            assert!(!body[collection].as_array().unwrap().is_empty(), "{kind}");
        }
    }
}

#[tokio::test]
async fn disks_and_snapshots_are_found_by_id_and_by_name() {
    let caller = Caller::of(Sandbox::builder()).await;
    let get = async |path: &str| {
        let response = caller.ask(Method::GET, "volume/v3", path, None).await;
        (response.status().as_u16(), response.json::<Value>().await.unwrap())
    };
    let disk = caller.free_disk(0);
    let (_, by_id) = get(&format!("volumes/{disk}")).await;
    let (_, by_name) = get("volumes?name=disk-8").await;
    assert_eq!(by_name["volumes"], json!([by_id["volume"]]));
    assert_eq!(by_id["volume"]["status"], "available");
    assert_eq!(get("volumes?name=disk-11").await.1, json!({ "volumes": [] }));
    assert_eq!(get("volumes?name=disk-0").await.1, json!({ "volumes": [] }));
    let huge = format!("volumes?name=disk-{}", u64::MAX);
    assert_eq!(get(&huge).await.1, json!({ "volumes": [] }));

    let (_, snapshots) = get("snapshots?name=disk-8-snapshot").await;
    let snapshot = &snapshots["snapshots"][0];
    assert_eq!(snapshot["volume_id"], disk);
    let path = format!("snapshots/{}", snapshot["id"].as_str().unwrap());
    assert_eq!(&get(&path).await.1["snapshot"], snapshot);

    for path in ["volumes/disk-8", "snapshots/x", "volumes?marker=x", "snapshots?marker=x"] {
        let (status, body) = get(path).await;
        assert_eq!((status, body["itemNotFound"]["code"].as_u64()), (404, Some(404)), "{path}");
    }
    assert_eq!(get("volumes?limit=0").await.0, 400);
}

#[tokio::test]
async fn lists_have_links_to_the_next_page() {
    let caller = Caller::of(Sandbox::builder().disks(5)).await;
    for collection in ["volumes", "snapshots"] {
        let path = format!("volume/v3/{}/{collection}", caller.sandbox.project_id());
        let mut address = caller.url(&format!("{path}/detail?limit=3"));
        let mut ids = std::collections::BTreeSet::new();
        let mut pages = 0;
        loop {
            let request = caller.http.get(&address);
            let request = request.header("X-Auth-Token", caller.sandbox.token());
            let page: Value = request.send().await.unwrap().json().await.unwrap();
            for item in page[collection].as_array().unwrap() {
                assert!(ids.insert(item["id"].as_str().unwrap().to_owned()));
            }
            pages += 1;
            let Some(next) = page.get(format!("{collection}_links")) else {
                break;
            };
            address = next[0]["href"].as_str().unwrap().to_owned();
        }
        assert_eq!(pages, ids.len().div_ceil(3));
        assert!(collection == "snapshots" || ids.len() == 8);
    }
}

#[tokio::test]
async fn status_of_a_disk_shows_its_use() {
    let caller = Caller::of(Sandbox::builder()).await;
    let disk = caller.free_disk(0);
    let status = async || {
        let path = format!("volumes/{disk}");
        let response = caller.ask(Method::GET, "volume/v3", &path, None).await;
        response.json::<Value>().await.unwrap()["volume"]["status"].clone()
    };
    // OpenStack's clients send null for options that were not set.
    let snapshots = caller.ask(Method::GET, "volume/v3", "snapshots?name=disk-8-snapshot", None).await;
    let snapshots: Value = snapshots.json().await.unwrap();
    let creation = json!({ "backup": {
        "volume_id": disk,
        "snapshot_id": snapshots["snapshots"][0]["id"],
        "name": null, "description": null, "container": null, "incremental": false, "force": false,
    }});
    let response = caller.ask(Method::POST, "volume/v3", "backups", Some(&creation)).await;
    assert_eq!(response.status(), 202);
    let created: Value = response.json().await.unwrap();
    assert_eq!(status().await, "backing-up");
    caller.an_hour_later();
    assert_eq!(status().await, "available");
    let path = format!("backups/{}/restore", created["backup"]["id"].as_str().unwrap());
    let target = json!({ "restore": { "volume_id": disk } });
    let response = caller.ask(Method::POST, "volume/v3", &path, Some(&target)).await;
    assert_eq!(response.status(), 202);
    assert_eq!(status().await, "restoring-backup");
}

#[tokio::test]
async fn only_versions_are_shown_without_a_token() {
    let caller = Caller::of(Sandbox::builder()).await;
    for path in ["v1/p/jobs/j", "v2/p/backups", "v3/p/backups", "volume/v3/p/volumes", "volume/v2/p/backups"]
    {
        let response = caller.http.get(caller.url(path)).send().await.unwrap();
        assert_eq!(response.status(), 401, "{path}");
    }
    for path in ["v3/p/backups/detail", "volume/v3/p/snapshots"] {
        let response = caller.get(path).await;
        assert_eq!(response.status(), 403, "{path}");
    }
    let response = caller.ask(Method::PUT, "v3", "backups/detail", None).await;
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "GET,HEAD");
}
