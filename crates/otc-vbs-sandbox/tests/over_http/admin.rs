//! The admin routes.

use otc_vbs_sandbox::Sandbox;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::caller::Caller;

impl Caller {
    async fn admin(&self, method: Method, path: &str, body: Option<&Value>) -> Response {
        let mut request = self.http.request(method, self.url(path));
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await.unwrap()
    }

    async fn read(&self, path: &str) -> Value {
        let response = self.admin(Method::GET, path, None).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    async fn tell(&self, path: &str, body: &Value) -> Value {
        let response = self.admin(Method::POST, path, Some(body)).await;
        assert!(response.status().is_success(), "{path}");
        response.json().await.unwrap()
    }
}

async fn caller() -> Caller {
    Caller::of(Sandbox::builder()).await
}

#[tokio::test]
async fn admin_lists_routes_and_faults() {
    let caller = caller().await;
    let there = caller.read("admin").await;
    let routes = there["routes"].as_array().unwrap();
    assert_eq!(routes.len(), 10);
    for route in routes {
        let path = route["path"].as_str().unwrap();
        let method = route["method"].as_str().unwrap();
        let response = caller.admin(method.parse().unwrap(), &path[1..], None).await;
        assert!(![404, 405].contains(&response.status().as_u16()), "{method} {path}");
    }
    let faults = there["faults"].as_array().unwrap();
    assert!(faults.iter().any(|fault| fault["name"] == "503-html"));
    let response = caller.admin(Method::PUT, "admin/clock", None).await;
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "GET,HEAD,POST");
    let response = caller.admin(Method::GET, "admin/nothing", None).await;
    assert_eq!(response.status(), 404);
}

#[tokio::test]
async fn clock_is_moved_forward() {
    let caller = caller().await;
    let before = caller.sandbox.job_count();
    let clock = caller.read("admin/clock").await;
    assert_eq!(clock, json!({ "now": "2026-01-15T06:00:00Z", "rate": 0 }));
    for (body, now) in [
        (json!({ "advance": "P1DT2H" }), "2026-01-16T08:00:00Z"),
        (json!({ "advance_seconds": 90 }), "2026-01-16T08:01:30Z"),
        (json!({ "advance": "PT0S" }), "2026-01-16T08:01:30Z"),
    ] {
        assert_eq!(caller.tell("admin/clock", &body).await["now"], now);
        assert_eq!(caller.sandbox.now().to_string(), now);
    }
    assert!(caller.sandbox.job_count() > before, "a policy ran");
    for body in [
        json!({}),
        json!({ "advance": "P1D", "advance_seconds": 1 }),
        json!({ "advance": "-P1D" }),
        json!({ "advance": "P1M" }),
        json!({ "advance": "soon" }),
        json!({ "advance_seconds": -1 }),
        json!({ "advance": "P19000Y" }),
        json!({ "advance": "PT175307616H" }),
        json!({ "back": 1 }),
        json!([]),
    ] {
        let response = caller.admin(Method::POST, "admin/clock", Some(&body)).await;
        assert_eq!(response.status(), 400, "{body}");
    }
    assert_eq!(caller.read("admin/clock").await["now"], "2026-01-16T08:01:30Z");
}

#[tokio::test]
async fn faults_are_added_and_cleared() {
    let caller = caller().await;
    let fault = "GET /v2/*/backuppolicy: 503-html; times=2";
    let list = caller.tell("admin/faults", &json!({ "fault": fault })).await;
    assert_eq!(list, json!({ "faults": [{ "fault": fault, "happened": 0, "left": 2 }] }));
    let path = format!("v2/{}/backuppolicy", caller.sandbox.project_id());
    assert_eq!(caller.get(&path).await.status(), 503);
    let list = caller.read("admin/faults").await;
    assert_eq!(list["faults"][0], json!({ "fault": fault, "happened": 1, "left": 1 }));
    let response = caller.admin(Method::DELETE, "admin/faults", None).await;
    assert_eq!(response.status(), 204);
    assert_eq!(caller.get(&path).await.status(), 200);
    assert_eq!(caller.read("admin/faults").await, json!({ "faults": [] }));
    // Nothing happens to the admin routes themselves: how else would it end?
    let all = json!({ "fault": "reset-before; times=always" });
    caller.tell("admin/faults", &all).await;
    let list = caller.read("admin/faults").await;
    assert_eq!(list["faults"][0]["left"], Value::Null);

    let wrong = json!({ "fault": "503" });
    let response = caller.admin(Method::POST, "admin/faults", Some(&wrong)).await;
    assert_eq!(response.status(), 400);
    let body: Value = response.json().await.unwrap();
    let message = body["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("the sandbox knows no fault `503`. It knows 429,"), "{message}");
}

#[tokio::test]
async fn tokens_end() {
    for (path, code) in [("admin/tokens/expire", "AutoBackup.0003"), ("admin/tokens/revoke", "APIGW.0301")] {
        let caller = caller().await;
        let response = caller.admin(Method::POST, path, None).await;
        assert_eq!(response.status(), 204, "{path}");
        let response = caller.get(&caller.jobs_path(0)).await;
        assert_eq!(response.status(), 401, "{path}");
        assert!(response.text().await.unwrap().contains(code), "{path}");
    }
}

#[tokio::test]
async fn requests_are_counted_by_operation_and_status() {
    let caller = caller().await;
    let path = format!("v2/{}/backuppolicy", caller.sandbox.project_id());
    for _ in 0..2 {
        caller.get(&path).await;
    }
    caller.get(&format!("{}?limit=0", caller.jobs_path(0))).await;
    caller.get("v3/auth/catalog").await;
    caller.get("nowhere/at/all").await;
    caller.read("admin").await;
    caller.sandbox.fault("reset-before".parse().unwrap());
    caller.http.get(caller.url(&path)).send().await.unwrap_err();
    let count =
        |operation: &str, status, count| json!({ "operation": operation, "status": status, "count": count });
    let expected = json!({ "total": 6, "requests": [
        count("GET /v3/auth/catalog", json!(200), 1),
        count("listBackupJobs", json!(400), 1),
        count("listBackupPolicies", Value::Null, 1),
        count("listBackupPolicies", json!(200), 2),
        count("unknown", json!(404), 1),
    ]});
    assert_eq!(caller.read("admin/requests").await, expected);
    let response = caller.admin(Method::DELETE, "admin/requests", None).await;
    assert_eq!(response.status(), 204);
    assert_eq!(caller.read("admin/requests").await, json!({ "total": 0, "requests": [] }));
}

#[tokio::test]
async fn web_pages_of_other_origins_are_rejected() {
    let caller = caller().await;
    let remote = Caller::of(Sandbox::builder().allow_remote(true)).await;
    let port = caller.sandbox.endpoint().port().unwrap();
    let cases = [
        ("host", "evil.example".to_owned(), 403),
        ("host", format!("evil.example:{port}"), 403),
        ("host", "127.0.0.1.evil.example".to_owned(), 403),
        ("host", format!("localhost:{port}"), 200),
        ("host", "[::1]".to_owned(), 200),
        ("origin", "https://evil.example".to_owned(), 403),
        ("origin", "null".to_owned(), 403),
        ("origin", format!("http://127.0.0.1:{port}"), 200),
        ("origin", "http://localhost:3000".to_owned(), 200),
    ];
    for (name, value, expected) in cases {
        let status = async |caller: &Caller| {
            let request = caller.http.get(caller.url("admin/clock"));
            let response = request.header(name, &value).send().await.unwrap();
            response.status().as_u16()
        };
        assert_eq!(status(&caller).await, expected, "{name}: {value}");
        assert_eq!(status(&remote).await, 200, "{name}: {value}");
    }
}
