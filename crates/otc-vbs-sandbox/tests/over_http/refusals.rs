//! Requests that are refused.

use otc_vbs_sandbox::Sandbox;
use reqwest::{Method, Response};
use serde_json::Value;

use crate::caller::Caller;

/// The status, the code and the message of a refusal.
async fn refusal(response: Response) -> (u16, String, String) {
    assert!(response.headers().contains_key("x-request-id"));
    assert_eq!(response.headers()["content-type"], "application/json");
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    let text = |field: &str| body["error"][field].as_str().unwrap().to_owned();
    (status, text("code"), text("message"))
}

#[tokio::test]
async fn invalid_parameters_are_named_with_the_allowed_values() {
    let caller = Caller::of(Sandbox::builder()).await;
    let other: Value = caller.get(&caller.jobs_path(1)).await.json().await.unwrap();
    let other = format!("marker={}", other["tasks"][0]["job_id"].as_str().unwrap());
    let number = "must be a whole number from";
    let identifier = "must be the id of a backup job of this policy";
    let cases = [
        ("limit=0", "limit", number),
        ("limit=abc", "limit", number),
        ("limit=", "limit", number),
        ("limit=-1", "limit", number),
        ("limit=%2B5", "limit", number),
        ("limit=1.5", "limit", number),
        ("limit=2147483648", "limit", number),
        ("limit=99999999999999999999999", "limit", number),
        ("offset=-1", "offset", number),
        ("offset=%20", "offset", number),
        ("sort_dir=up", "sort_dir", "must be asc or desc"),
        ("sort_dir=ASC", "sort_dir", "must be asc or desc"),
        ("sort_key=foo", "sort_key", "must be created_at"),
        ("marker=foo", "marker", identifier),
        ("marker=", "marker", identifier),
        (other.as_str(), "marker", identifier),
        ("limit=1&limit=1", "limit", "appears twice"),
        ("status=SKIP&status=RUNNING", "status", "appears twice"),
    ];
    for (query, name, problem) in cases {
        let response = caller.get(&format!("{}?{query}", caller.jobs_path(0))).await;
        let (status, code, message) = refusal(response).await;
        assert_eq!((status, code.as_str()), (400, "VolumeBackup.0002"), "{query}");
        let expected = format!("the query parameter `{name}` ");
        assert!(message.starts_with(&expected) && message.contains(problem), "{query}: {message}");
    }
}

#[tokio::test]
async fn range_is_named_with_both_ends() {
    let caller = Caller::of(Sandbox::builder()).await;
    let response = caller.get(&format!("{}?limit=0", caller.jobs_path(0))).await;
    assert_eq!(
        refusal(response).await.2,
        "the query parameter `limit` is `0`; it must be a whole number from 1 to 2147483647"
    );
}

#[tokio::test]
async fn unknown_policy_is_not_found() {
    let caller = Caller::of(Sandbox::builder()).await;
    let project_id = caller.sandbox.project_id();
    for policy in ["af8a20b0-117d-4fc3-ae53-aa3968a4f870", "x", "%2F", "%20"] {
        let path = format!("v2/{project_id}/backuppolicy/{policy}/backuptasks");
        let (status, code, message) = refusal(caller.get(&path).await).await;
        assert_eq!((status, code.as_str()), (404, "AutoBackup.1100"), "{policy}");
        assert!(message.starts_with("there is no backup policy `"), "{message}");
    }
    let path = format!("v2/{project_id}/backuppolicy//backuptasks");
    let (status, code, _) = refusal(caller.get(&path).await).await;
    assert_eq!((status, code.as_str()), (400, "AutoBackup.0006"));
}

#[tokio::test]
async fn token_is_required() {
    let caller = Caller::of(Sandbox::builder()).await;
    let url = caller.url(&caller.jobs_path(0));
    let (status, code, _) = refusal(caller.http.get(&url).send().await.unwrap()).await;
    assert_eq!((status, code.as_str()), (401, "AutoBackup.0002"));
    for (token, expected) in
        [(&b""[..], "AutoBackup.0002"), (b"abc", "AutoBackup.0003"), (b"\xff", "AutoBackup.0003")]
    {
        let request = caller.http.get(&url).header("X-Auth-Token", token);
        let (status, code, _) = refusal(request.send().await.unwrap()).await;
        assert_eq!((status, code.as_str()), (401, expected), "{token:?}");
    }
}

#[tokio::test]
async fn expired_token_is_refused() {
    let now = "2026-01-15T06:00:00Z".parse().unwrap();
    let yesterday = "2026-01-14T06:00:00Z".parse().unwrap();
    // A sandbox with the same seed gives out the same tokens, here a day before.
    let before = Caller::of(Sandbox::builder().clock(yesterday)).await;
    let caller = Caller::of(Sandbox::builder().clock(now)).await;
    let request = caller.http.get(caller.url(&caller.jobs_path(0)));
    let request = request.header("X-Auth-Token", before.sandbox.token());
    let (status, code, message) = refusal(request.send().await.unwrap()).await;
    assert_eq!((status, code.as_str()), (401, "AutoBackup.0003"));
    assert!(message.contains("expired"), "{message}");
}

#[tokio::test]
async fn another_project_is_forbidden() {
    let caller = Caller::of(Sandbox::builder()).await;
    for project in ["4229d7a45436489f8c3dc2b1d35d4987", "x"] {
        let path = format!("v2/{project}/backuppolicy");
        let (status, code, message) = refusal(caller.get(&path).await).await;
        assert_eq!((status, code.as_str()), (403, "AutoBackup.0213"));
        assert!(message.contains(project), "{message}");
    }
    let response = caller.get("v2/%ff/backuppolicy").await;
    assert_eq!(refusal(response).await.0, 400);
}

#[tokio::test]
async fn unknown_path_is_not_found() {
    let caller = Caller::of(Sandbox::builder()).await;
    let project_id = caller.sandbox.project_id();
    for path in [
        String::new(),
        "v2".to_owned(),
        format!("v2/{project_id}"),
        format!("v2/{project_id}/backuppolicies"),
        format!("v2/{project_id}/backuppolicy/"),
        format!("v3/{project_id}/backuppolicy"),
    ] {
        let (status, code, _) = refusal(caller.get(&path).await).await;
        assert_eq!((status, code.as_str()), (404, "404"), "{path}");
    }
}

#[tokio::test]
async fn wrong_method_is_not_allowed() {
    let caller = Caller::of(Sandbox::builder()).await;
    let policies = format!("v2/{}/backuppolicy", caller.sandbox.project_id());
    let cases = [(policies, "GET,HEAD,POST"), (caller.jobs_path(0), "GET,HEAD")];
    for (path, allowed) in cases {
        for method in [Method::DELETE, Method::PATCH, Method::from_bytes(b"PURGE").unwrap()] {
            let request = caller.http.request(method, caller.url(&path));
            let request = request.header("X-Auth-Token", caller.sandbox.token());
            let response = request.send().await.unwrap();
            assert_eq!(response.headers()["allow"], allowed);
            let (status, code, _) = refusal(response).await;
            assert_eq!((status, code.as_str()), (405, "405"), "{path}");
        }
    }
}

#[tokio::test]
async fn every_response_has_a_request_id() {
    let caller = Caller::of(Sandbox::builder()).await;
    let mut names = Vec::new();
    for path in [caller.jobs_path(0), caller.jobs_path(0), "nowhere".to_owned()] {
        let response = caller.get(&path).await;
        names.push(response.headers()["x-request-id"].to_str().unwrap().to_owned());
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 3);
}
