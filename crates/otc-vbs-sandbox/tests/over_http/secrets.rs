//! Secrets of a request, which responses and logs must not repeat.

use otc_vbs_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::signer::{Signer, ToSign};

const CANARY: &str = "canary-0d1f";

#[tokio::test]
async fn refusals_do_not_repeat_secrets() {
    let caller = Caller::of(Sandbox::builder()).await;
    let good = caller.request(&json!({ "project": { "name": "eu-de_sandbox" } }));
    for (place, value) in [
        ("/auth/identity/password/user/password", json!(CANARY)),
        ("/auth/identity/password/user/password", json!([CANARY])),
        ("/auth/identity/password/user/password", json!({ CANARY: 1 })),
        ("/auth/identity/password/user", json!(CANARY)),
        ("/auth/identity/password", json!(CANARY)),
        ("/auth/identity", json!(CANARY)),
        ("/auth", json!(CANARY)),
        ("/auth", json!({ CANARY: CANARY })),
        ("/auth/scope", json!(CANARY)),
        ("/auth/scope/project", json!(CANARY)),
        ("/auth/identity/methods", json!([CANARY])),
        ("/auth/identity/methods", json!(CANARY)),
    ] {
        let mut request = good.clone();
        *request.pointer_mut(place).unwrap() = value;
        let response = caller.login(&request).await;
        assert!(response.status().is_client_error(), "{place}");
        let text = response.text().await.unwrap();
        assert!(!text.contains(CANARY), "{place}: {text}");
    }
    let truncated = format!(r#"{{"auth":{{"identity":"{CANARY}"#);
    let url = format!("{}/auth/tokens", caller.sandbox.identity_endpoint());
    let response = caller.http.post(&url).body(truncated).send().await.unwrap();
    assert!(!response.text().await.unwrap().contains(CANARY));

    let path = caller.jobs_path(0);
    for (name, value) in [
        ("x-auth-token", CANARY.to_owned()),
        ("authorization", format!("Basic {CANARY}")),
        ("authorization", format!("SDK-HMAC-SHA256 {CANARY}")),
        (
            "authorization",
            format!("SDK-HMAC-SHA256 Access={CANARY}, SignedHeaders=host;x-sdk-date, Signature=00"),
        ),
    ] {
        for path in [path.as_str(), "v3/auth/catalog"] {
            let request = caller.http.get(caller.url(path)).header(name, &value);
            let text = request.send().await.unwrap().text().await.unwrap();
            assert!(!text.contains(CANARY), "{text}");
        }
    }
    let signer = Signer { security_token: Some(CANARY.to_owned()), ..Signer::temporary(&caller.sandbox) };
    let headers = signer.headers(&caller.sandbox, &ToSign::get(&path));
    let request = caller.http.get(caller.url(&path)).headers(headers);
    let text = request.send().await.unwrap().text().await.unwrap();
    let body: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(body["error_code"], "APIGW.0301");
    assert!(!text.contains(CANARY), "{text}");
}
