//! The lists of backups that come from OpenStack.

use otc_vbs_sandbox::{CountReading, Sandbox};
use reqwest::Method;
use serde_json::Value;

use crate::caller::Caller;
use crate::native_backups::{created, fault, get};

async fn names(caller: &Caller, version: &str, query: &str) -> Vec<String> {
    let body = get(caller, version, &format!("backups/detail?{query}")).await;
    let backups = body["backups"].as_array().unwrap().iter();
    backups.map(|backup| backup["name"].as_str().unwrap().to_owned()).collect()
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
        assert_eq!(names(&caller, version, "sort_key=disk_format").await, newest_first);
        let mut sorted = all.clone();
        sorted.sort();
        assert_eq!(names(&caller, version, "sort_key=name&sort_dir=asc").await, sorted);
        assert_eq!(names(&caller, version, "name=left-2").await, ["left-2"]);
        assert_eq!(names(&caller, version, "name=left").await, [""; 0]);
        assert_eq!(names(&caller, version, "status=error").await, [""; 0]);
        assert_eq!(names(&caller, version, "status=available").await.len(), 6);
        let of_disk = format!("volume_id={}", caller.free_disk(1));
        assert_eq!(names(&caller, version, &of_disk).await, ["left-4", "right-1"]);
        assert_eq!(names(&caller, version, "volume_id=x").await, [""; 0]);
        assert_eq!(names(&caller, version, "limit=2&offset=3").await, newest_first[3..5]);
        for query in ["limit=0", "offset=x", "sort_key=foo", "sort_dir=up", "limit=1&limit=2"] {
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
    for start in ["v2/-/backups", "v3/-/backups/detail", "volume/v3/-/backups/detail"] {
        let path = start.replace('-', caller.sandbox.project_id());
        let mut address = caller.url(&format!("{path}?status=available&limit=2&offset=1"));
        let mut seen = Vec::new();
        loop {
            let request = caller.http.get(&address);
            let request = request.header("X-Auth-Token", caller.sandbox.token());
            let page: Value = request.send().await.unwrap().json().await.unwrap();
            let backups = page["backups"].as_array().unwrap();
            seen.extend(backups.iter().map(|backup| backup["name"].as_str().unwrap().to_owned()));
            let Some(next) = page.get("backups_links") else {
                break;
            };
            assert_eq!(next[0]["rel"], "next");
            address = next[0]["href"].as_str().unwrap().to_owned();
            assert!(address.starts_with(&caller.url(&path)), "{address}");
            assert!(address.contains("status=available&limit=2&marker="), "{address}");
        }
        let expected: Vec<_> = all.iter().rev().skip(1).cloned().collect();
        assert_eq!(seen, expected, "{start}");
    }
}

#[tokio::test]
async fn parameters_of_newer_versions_need_these_versions() {
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
        (body["backups"].as_array().unwrap().len(), body["count"].as_u64())
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
    let response = caller.ask(Method::GET, "v3", "backups?with_count=maybe", None).await;
    assert_eq!(fault(response).await.0, 400);
    // v2 does not know it.
    let response = caller.ask(Method::GET, "v2", "backups?with_count=maybe", None).await;
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn links_have_the_address_that_the_caller_used() {
    let caller = Caller::of(Sandbox::builder().allow_remote(true)).await;
    let path = format!("v3/{}/backups", caller.sandbox.project_id());
    let request = caller.http.get(caller.url(&format!("{path}?limit=1")));
    let request = request.header("Host", "volume.example:8776");
    let request = request.header("X-Auth-Token", caller.sandbox.token());
    let page: Value = request.send().await.unwrap().json().await.unwrap();
    let links = [&page["backups"][0]["links"][0], &page["backups_links"][0]];
    for link in links {
        let address = link["href"].as_str().unwrap();
        let expected = format!("http://volume.example:8776/{path}");
        assert!(address.starts_with(&expected), "{address}");
    }
}
