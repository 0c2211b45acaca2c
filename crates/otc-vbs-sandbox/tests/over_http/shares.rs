//! Backups that are shared between the two projects.

use std::time::Duration;

use otc_vbs_sandbox::Sandbox;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::caller::Caller;

/// One of the two projects, and who may act for it.
pub(crate) struct Side {
    pub(crate) project: String,
    pub(crate) token: String,
}

pub(crate) struct Sides {
    pub(crate) caller: Caller,
    pub(crate) own: Side,
    pub(crate) other: Side,
    /// Backups of the own project.
    pub(crate) backups: Vec<String>,
}

const SHARES: &str = "os-vendor-backup-sharing";

impl Sides {
    pub(crate) async fn new() -> Self {
        let caller = Caller::of(Sandbox::builder()).await;
        let sandbox = &caller.sandbox;
        let login = json!({ "auth": {
            "identity": {
                "methods": ["assume_role"],
                "assume_role": { "domain_name": sandbox.delegating_domain(), "xrole_name": sandbox.agency() },
            },
            "scope": { "project": { "id": sandbox.delegated_project_id() } },
        }});
        let url = format!("{}/auth/tokens", sandbox.identity_endpoint());
        let request = caller.http.post(url).json(&login);
        let request = request.header("X-Auth-Token", sandbox.token());
        let response = request.send().await.unwrap();
        let token = response.headers()["x-subject-token"].to_str().unwrap();
        Self {
            own: Side { project: sandbox.project_id().to_owned(), token: sandbox.token().to_owned() },
            other: Side { project: sandbox.delegated_project_id().to_owned(), token: token.to_owned() },
            backups: sandbox.backup_ids().map(|id| id.to_string()).collect(),
            caller,
        }
    }

    async fn send(&self, side: &Side, method: Method, path: &str, body: Option<Value>) -> Response {
        let path = format!("{SHARES}{path}");
        self.at(side, method, "v2", &path, body).await
    }

    /// A request to a path under the project of a side.
    pub(crate) async fn at(
        &self,
        side: &Side,
        method: Method,
        version: &str,
        path: &str,
        body: Option<Value>,
    ) -> Response {
        let path = format!("{version}/{}/{path}", side.project);
        let request = self.caller.http.request(method, self.caller.url(&path));
        let mut request = request.header("X-Auth-Token", &side.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.unwrap()
    }

    async fn share(&self, backup: &str, to: &[&str]) -> Response {
        let body = json!({ "shared": { "backup_id": backup, "to_project_ids": to } });
        self.send(&self.own, Method::POST, "", Some(body)).await
    }

    /// Shares a backup with the other project. Returns the id of the share.
    pub(crate) async fn shared(&self, backup: usize) -> String {
        let response = self.share(&self.backups[backup], &[&self.other.project]).await;
        assert_eq!(response.status(), 200);
        let body: Value = response.json().await.unwrap();
        body["shared"][0]["id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn get(&self, side: &Side, path: &str) -> Value {
        let response = self.send(side, Method::GET, path, None).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    /// The backups of a list of shares.
    async fn listed(&self, side: &Side, query: &str) -> Vec<String> {
        let body = self.get(side, &format!("/detail?{query}")).await;
        let shares = body["shared"].as_array().unwrap();
        let ids = shares.iter().map(|share| share["backup_id"].as_str());
        ids.map(|id| id.unwrap().to_owned()).collect()
    }

    async fn count(&self, side: &Side, query: &str) -> u64 {
        let body = self.get(side, &format!("/count?{query}")).await;
        body["count"].as_u64().unwrap()
    }

    pub(crate) async fn cancel(&self, side: &Side, path: &str) -> u16 {
        let response = self.send(side, Method::DELETE, path, None).await;
        response.status().as_u16()
    }
}

#[tokio::test]
async fn both_projects_see_a_share_until_it_is_cancelled() {
    let sides = Sides::new().await;
    let response = sides.share(&sides.backups[0], &[&sides.other.project]).await;
    assert_eq!(response.status(), 200);
    let created: Value = response.json().await.unwrap();
    let created = &created["shared"][0];
    assert_eq!(created["backup_id"], sides.backups[0]);
    assert_eq!(created["from_project_id"], sides.own.project);
    assert_eq!(created["to_project_id"], sides.other.project);

    let path = format!("/{}", created["id"].as_str().unwrap());
    let seen = sides.get(&sides.own, &path).await;
    assert_eq!(seen, sides.get(&sides.other, &path).await);
    let backup = &seen["shared"]["backup"];
    assert_eq!(backup["id"], sides.backups[0]);
    assert_eq!(backup["status"], "available");
    assert!(backup["availability_zone"].as_str().unwrap().starts_with("eu-de-0"));

    assert_eq!(sides.listed(&sides.own, "").await, sides.backups[..1]);
    assert_eq!(sides.listed(&sides.own, "share_to_me=true").await, [""; 0]);
    assert_eq!(sides.listed(&sides.other, "").await, [""; 0]);
    let got = sides.listed(&sides.other, "share_to_me=true").await;
    assert_eq!(got, sides.backups[..1]);

    assert_eq!(sides.cancel(&sides.other, &path).await, 403);
    assert_eq!(sides.cancel(&sides.own, &path).await, 200);
    assert_eq!(sides.cancel(&sides.own, &path).await, 404);
    for side in [&sides.own, &sides.other] {
        let response = sides.send(side, Method::GET, &path, None).await;
        assert_eq!(response.status(), 404);
    }
}

#[tokio::test]
async fn shares_of_a_backup_are_cancelled_together() {
    let sides = Sides::new().await;
    let share = sides.shared(0).await;
    sides.shared(1).await;
    let backup = &sides.backups[0];
    let by_backup = format!("/{backup}?is_backup_id=true");
    for path in
        [format!("/{backup}"), format!("/{backup}?is_backup_id=false"), format!("/{share}?is_backup_id=true")]
    {
        assert_eq!(sides.cancel(&sides.own, &path).await, 404, "{path}");
    }
    let odd = format!("/{backup}?is_backup_id=yes");
    assert_eq!(sides.cancel(&sides.own, &odd).await, 400);
    assert_eq!(sides.cancel(&sides.other, &by_backup).await, 404);
    assert_eq!(sides.count(&sides.own, "").await, 2);
    assert_eq!(sides.cancel(&sides.own, &by_backup).await, 200);
    assert_eq!(sides.listed(&sides.own, "").await, sides.backups[1..2]);
    assert_eq!(sides.cancel(&sides.own, &by_backup).await, 404);
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_paged() {
    let sides = Sides::new().await;
    for backup in 0..4 {
        sides.shared(backup).await;
        sides.caller.sandbox.advance(Duration::from_secs(1)).unwrap();
    }
    let all = sides.get(&sides.own, "/detail").await;
    let all = all["shared"].as_array().unwrap();
    let newest_first: Vec<String> = sides.backups[..4].iter().rev().cloned().collect();
    assert_eq!(sides.listed(&sides.own, "").await, newest_first);
    let oldest_first = sides.listed(&sides.own, "sort_dir=asc").await;
    assert_eq!(oldest_first, sides.backups[..4]);
    let page = sides.listed(&sides.own, "limit=2&offset=1").await;
    assert_eq!(page, newest_first[1..3]);
    let page = sides.listed(&sides.own, "limit=2&offset=4").await;
    assert_eq!(page, [""; 0]);

    for (key, pointer) in [
        ("name", "/backup/name"),
        ("size", "/backup/size"),
        ("status", "/backup/status"),
        ("id", "/id"),
        ("created_at", "/created_at"),
    ] {
        let query = format!("/detail?sort_key={key}&sort_dir=asc");
        let body = sides.get(&sides.own, &query).await;
        let shares = body["shared"].as_array().unwrap();
        let values = shares.iter().map(|share| share.pointer(pointer).unwrap());
        let sortable = values.map(|value| match value.as_u64() {
            Some(number) => format!("{number:09}"),
            None => value.as_str().unwrap().to_owned(),
        });
        assert!(sortable.is_sorted(), "{key}");
    }
    for key in ["container_format", "disk_format", "updated_at"] {
        let query = format!("sort_key={key}&sort_dir=asc");
        assert_eq!(sides.listed(&sides.own, &query).await, oldest_first, "{key}");
    }

    let one = &all[0];
    let text = |pointer: &str| one.pointer(pointer).unwrap().as_str().unwrap();
    let name = text("/backup/name");
    for (filter, pointer, value) in [
        ("volume_id", "/backup/volume_id", text("/backup/volume_id")),
        ("name", "/backup/name", &name[3..]),
        ("status", "/backup/status", "available"),
        ("backup_id", "/backup_id", text("/backup_id")),
        ("from_project_id", "/from_project_id", &sides.own.project),
        ("to_project_id", "/to_project_id", &sides.other.project),
        ("avalilability_zone", "/backup/availability_zone", text("/backup/availability_zone")),
    ] {
        let query = format!("{filter}={value}");
        let fits = |share: &&Value| share.pointer(pointer).unwrap().as_str().unwrap().contains(value);
        let fitting = all.iter().filter(fits).count();
        assert!(fitting > 0, "{filter}");
        assert_eq!(sides.listed(&sides.own, &query).await.len(), fitting, "{filter}");
        assert_eq!(sides.count(&sides.own, &query).await, fitting as u64, "{filter}");
        let none = format!("{filter}=none-has-this");
        assert_eq!(sides.count(&sides.own, &none).await, 0, "{filter}");
    }
    // The right spelling is not the one of the reference, and does nothing.
    assert_eq!(sides.count(&sides.own, "availability_zone=none").await, 4);
    // A count knows no pages.
    assert_eq!(sides.count(&sides.own, "limit=1&offset=3").await, 4);
    for query in ["share_to_me=1", "limit=0", "offset=-1", "sort_key=x", "sort_dir=up"] {
        let path = format!("/detail?{query}");
        let response = sides.send(&sides.own, Method::GET, &path, None).await;
        assert_eq!(response.status(), 400, "{query}");
    }
}

#[tokio::test]
async fn invalid_shares_are_refused() {
    let sides = Sides::new().await;
    sides.shared(0).await;
    let (backup, other) = (sides.backups[1].as_str(), sides.other.project.as_str());
    let unknown = "af8a20b0-117d-4fc3-ae53-aa3968a4f870";
    let cases: [(&str, &[&str], u16, &str); 6] = [
        (unknown, &[other], 404, "there is no backup"),
        ("x", &[other], 404, "there is no backup"),
        (backup, &[other, unknown], 404, "no project"),
        (backup, &[other, &sides.own.project], 400, "belongs to"),
        (&sides.backups[0], &[other], 409, "already"),
        (backup, &[], 200, ""),
    ];
    for (backup, to, status, part) in cases {
        let response = sides.share(backup, to).await;
        assert_eq!(response.status(), status, "{backup} {to:?}");
        let text = response.text().await.unwrap();
        assert!(text.contains(part), "{text}");
    }
    // All or nothing.
    assert_eq!(sides.count(&sides.own, "").await, 1);
    for body in [
        json!({}),
        json!({ "shared": [] }),
        json!({ "shared": { "backup_id": backup } }),
        json!({ "shared": { "backup_id": backup, "to_project_ids": other } }),
        json!({ "shared": { "backup_id": 1, "to_project_ids": [other] } }),
    ] {
        let response = sides.send(&sides.own, Method::POST, "", Some(body.clone())).await;
        assert_eq!(response.status(), 400, "{body}");
    }
    let response = sides.send(&sides.own, Method::POST, "", None).await;
    assert_eq!(response.status(), 400);
    // A backup of one project is not a backup of the other.
    let body = json!({ "shared": { "backup_id": backup, "to_project_ids": [sides.own.project] } });
    let response = sides.send(&sides.other, Method::POST, "", Some(body)).await;
    assert_eq!(response.status(), 404);
    for (method, path, allow) in [
        (Method::GET, "", "POST"),
        (Method::DELETE, "/detail", "GET,HEAD"),
        (Method::POST, "/x", "GET,HEAD,DELETE"),
    ] {
        let response = sides.send(&sides.own, method, path, None).await;
        assert_eq!(response.status(), 405, "{path}");
        assert_eq!(response.headers()["allow"], allow, "{path}");
    }
}

#[tokio::test]
async fn array_is_not_accepted_as_object() {
    let sides = Sides::new().await;
    let (backup, to) = (&sides.backups[0], &sides.other.project);
    for body in
        [json!({ "shared": [backup, [to]] }), json!([{ "backup_id": backup, "to_project_ids": [to] }])]
    {
        let answer = sides.send(&sides.own, Method::POST, "", Some(body)).await;
        assert_eq!(answer.status(), 400);
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["error"]["code"], "VolumeBackup.0002");
    }
}
