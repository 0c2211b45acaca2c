//! Tokens from the identity service.

use otc_vbs_sandbox::Sandbox;
use reqwest::Response;
use serde_json::{Value, json};

use crate::caller::Caller;

impl Caller {
    pub(crate) async fn login(&self, body: &Value) -> Response {
        let url = format!("{}/auth/tokens", self.sandbox.identity_endpoint());
        self.http.post(url).json(body).send().await.unwrap()
    }

    /// The request for a token of the sandbox's user, with a scope.
    pub(crate) fn request(&self, scope: &Value) -> Value {
        let sandbox = &self.sandbox;
        let user = json!({
            "name": sandbox.user(),
            "password": sandbox.password(),
            "domain": { "name": sandbox.domain() },
        });
        json!({ "auth": {
            "identity": { "methods": ["password"], "password": { "user": user } },
            "scope": scope,
        }})
    }
}

#[tokio::test]
async fn project_token_has_a_catalog_that_leads_to_the_data() {
    let caller = Caller::of(Sandbox::builder()).await;
    let project_id = caller.sandbox.project_id();
    for scope in [
        json!({ "project": { "id": project_id } }),
        json!({ "project": { "name": caller.sandbox.project() } }),
        json!({ "project": { "name": caller.sandbox.project(), "domain": { "name": caller.sandbox.domain() } } }),
    ] {
        let response = caller.login(&caller.request(&scope)).await;
        assert_eq!(response.status(), 201, "{scope}");
        assert!(response.headers().contains_key("x-request-id"));
        let token = response.headers()["x-subject-token"].to_str().unwrap().to_owned();
        assert_ne!(token, caller.sandbox.token());
        let body: Value = response.json().await.unwrap();
        let body = &body["token"];
        assert_eq!(body["project"]["id"], project_id);
        assert_eq!(body["issued_at"], "2026-01-15T06:00:00.000000Z");
        assert_eq!(body["expires_at"], "2026-01-16T06:00:00.000000Z");

        let catalog = body["catalog"].as_array().unwrap();
        let types: Vec<&Value> = catalog.iter().map(|service| &service["type"]).collect();
        let beyond_vbs = ["volumev2", "volumev3", "block-storage"];
        assert_eq!(types[..3], ["vbs", "vbsv2", "identity"]);
        assert_eq!(types[3..], beyond_vbs);
        for service in catalog {
            assert_eq!(service["endpoints"][0]["region"], "eu-de");
            assert_eq!(service["endpoints"][0]["interface"], "public");
        }
        let identity = catalog[2]["endpoints"][0]["url"].as_str().unwrap();
        assert_eq!(identity, caller.sandbox.identity_endpoint().as_str());
        let vbs = catalog[0]["endpoints"][0]["url"].as_str().unwrap();
        assert_eq!(catalog[1]["endpoints"][0]["url"], vbs);
        assert_eq!(vbs, caller.url(&format!("v2/{project_id}")));
        let request = caller.http.get(format!("{vbs}/backuppolicy"));
        let response = request.header("X-Auth-Token", token).send().await.unwrap();
        assert_eq!(response.status(), 200);
    }
}

#[tokio::test]
async fn catalog_has_the_address_that_the_caller_used() {
    let caller = Caller::of(Sandbox::builder().allow_remote(true)).await;
    let scope = json!({ "project": { "id": caller.sandbox.project_id() } });
    for (host, expected) in [
        ("sandbox.example:8080", "http://sandbox.example:8080/v3"),
        ("@", caller.sandbox.identity_endpoint().as_str()),
    ] {
        let url = format!("{}/auth/tokens", caller.sandbox.identity_endpoint());
        let request = caller.http.post(url).header("Host", host);
        let response = request.json(&caller.request(&scope)).send().await.unwrap();
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["token"]["catalog"][2]["endpoints"][0]["url"], expected);
    }
}

#[tokio::test]
async fn unscoped_token_gives_no_access_to_projects() {
    let caller = Caller::of(Sandbox::builder()).await;
    for scope in [Value::Null, json!("unscoped")] {
        let response = caller.login(&caller.request(&scope)).await;
        assert_eq!(response.status(), 201);
        let token = response.headers()["x-subject-token"].clone();
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["token"]["project"], Value::Null);
        assert_eq!(body["token"]["catalog"], Value::Null);
        let request = caller.http.get(caller.url(&caller.jobs_path(0)));
        let response = request.header("X-Auth-Token", token).send().await.unwrap();
        assert_eq!(response.status(), 403);
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"]["code"], "AutoBackup.0213");
    }
}

#[tokio::test]
async fn wrong_credentials_are_refused() {
    let caller = Caller::of(Sandbox::builder()).await;
    let scope = json!({ "project": { "id": caller.sandbox.project_id() } });
    let good = caller.request(&scope);
    let cases = [
        ("/auth/identity/password/user/name", json!("somebody")),
        ("/auth/identity/password/user/password", json!("guess")),
        ("/auth/identity/password/user/domain/name", json!("elsewhere")),
        ("/auth/identity/methods", json!(["totp"])),
        ("/auth/identity/methods", json!([])),
        ("/auth/scope/project/id", json!("4229d7a45436489f8c3dc2b1d35d4987")),
        ("/auth/scope/project", json!({ "name": "other" })),
        ("/auth/scope/project", json!({ "name": caller.sandbox.delegated_project() })),
        ("/auth/scope", json!({ "domain": { "name": caller.sandbox.delegating_domain() } })),
    ];
    for (place, value) in cases {
        let mut request = good.clone();
        *request.pointer_mut(place).unwrap() = value;
        let response = caller.login(&request).await;
        assert_eq!(response.status(), 401, "{place}");
        assert!(!response.headers().contains_key("x-subject-token"));
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"]["code"], 401);
        assert_eq!(body["error"]["title"], "Unauthorized");
        assert!(body["error"]["message"].is_string());
    }
}

#[tokio::test]
async fn invalid_token_request_is_refused() {
    let caller = Caller::of(Sandbox::builder()).await;
    let url = format!("{}/auth/tokens", caller.sandbox.identity_endpoint());
    let cases = [
        (Vec::new(), 400),
        (b"{".to_vec(), 400),
        (b"\xff".to_vec(), 400),
        (b"[]".to_vec(), 400),
        (br#"{"auth":{"identity":{"methods":["password"]}}}"#.to_vec(), 400),
        (caller.request(&json!({ "domain": {} })).to_string().into_bytes(), 400),
        (caller.request(&json!(7)).to_string().into_bytes(), 400),
        (caller.request(&json!({})).to_string().into_bytes(), 400),
        (caller.request(&json!({ "project": {} })).to_string().into_bytes(), 400),
        (caller.request(&json!({ "project": { "id": 7 } })).to_string().into_bytes(), 400),
        (
            caller
                .request(&json!({ "project": { "id": "x" }, "domain": { "id": "x" } }))
                .to_string()
                .into_bytes(),
            400,
        ),
        ("[".repeat(10_000).into_bytes(), 400),
        (vec![b' '; 1025 * 1024], 413),
    ];
    for (body, status) in cases {
        let response = caller.http.post(&url).body(body).send().await.unwrap();
        assert_eq!(response.status(), status);
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"]["code"], status);
        assert!(body["error"]["title"].is_string());
    }
    let response = caller.http.put(&url).send().await.unwrap();
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()["allow"], "GET,HEAD,POST");
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["error"]["code"], 405);
}
