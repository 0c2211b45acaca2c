//! The hosts under which the sandbox can be reached.

use otc_vbs_sandbox::Sandbox;
use reqwest::StatusCode;
use reqwest::header::{HOST, HeaderName, ORIGIN};

use crate::caller::Caller;

async fn statuses(caller: &Caller, header: HeaderName, value: &str) -> Vec<StatusCode> {
    let policies = format!("v2/{}/backuppolicy", caller.sandbox.project_id());
    let paths = ["", "docs", "docs/sandbox.json", "openapi.yaml", "admin", "v3", "none", &policies];
    let mut statuses = Vec::new();
    for path in paths {
        let request = caller.http.get(caller.url(path)).header(header.clone(), value);
        let request = request.header("X-Auth-Token", caller.sandbox.token());
        statuses.push(request.send().await.unwrap().status());
    }
    statuses
}

#[tokio::test]
async fn requests_of_foreign_pages_are_refused_on_every_path() {
    let caller = Caller::of(Sandbox::builder()).await;
    for (header, value) in [
        (HOST, "evil.example"),
        (HOST, "[::1].evil"),
        (HOST, "localhost@evil.example"),
        (ORIGIN, "http://evil.example"),
        (ORIGIN, "null"),
    ] {
        let statuses = statuses(&caller, header, value).await;
        assert!(statuses.iter().all(|status| *status == 403), "{value}: {statuses:?}");
    }
}

#[tokio::test]
async fn requests_of_this_machine_are_accepted_on_every_path() {
    let caller = Caller::of(Sandbox::builder()).await;
    for (header, value) in [
        (HOST, "localhost:8080"),
        (HOST, "[::1]"),
        (ORIGIN, "http://localhost:3000"),
        (ORIGIN, "http://127.0.0.1"),
    ] {
        let statuses = statuses(&caller, header, value).await;
        assert!(statuses.iter().all(|status| *status != 403), "{value}: {statuses:?}");
    }
}

#[tokio::test]
async fn any_host_is_accepted_if_remote_callers_are() {
    let caller = Caller::of(Sandbox::builder().allow_remote(true)).await;
    let statuses = statuses(&caller, HOST, "sandbox.example").await;
    assert!(statuses.iter().all(|status| *status != 403), "{statuses:?}");
}
