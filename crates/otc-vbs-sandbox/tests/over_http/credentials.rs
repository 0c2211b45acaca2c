//! Tokens by other credentials than a password, and what can be asked with a token.

use otc_vbs_sandbox::Sandbox;
use reqwest::Response;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};

use crate::caller::Caller;

/// A token and what is said of it.
struct Given {
    token: HeaderValue,
    said: Value,
}

impl Given {
    async fn from(response: Response) -> Self {
        let status = response.status();
        let token = response.headers().get("x-subject-token").cloned();
        let body: Value = response.json().await.unwrap();
        assert_eq!(status, 201, "{body}");
        Self { token: token.unwrap(), said: body["token"].clone() }
    }
}

impl Caller {
    fn totp(&self, password: &str, passcode: &str) -> Value {
        let sandbox = &self.sandbox;
        let domain = json!({ "name": sandbox.domain() });
        json!({ "auth": {
            "identity": {
                "methods": ["password", "totp"],
                "password": { "user": { "name": sandbox.totp_user(), "domain": domain, "password": password } },
                "totp": { "user": { "id": sandbox.totp_user_id(), "passcode": passcode } },
            },
            "scope": { "project": { "id": sandbox.project_id() } },
        }})
    }

    fn assume(&self, domain: &str, agency: &str, scope: &Value) -> Value {
        json!({ "auth": {
            "identity": {
                "methods": ["assume_role"],
                "assume_role": { "domain_name": domain, "xrole_name": agency },
            },
            "scope": scope,
        }})
    }

    async fn login_with(&self, token: impl AsRef<[u8]>, body: &Value) -> Response {
        let url = format!("{}/auth/tokens", self.sandbox.identity_endpoint());
        let request = self.http.post(url).header("X-Auth-Token", token.as_ref());
        request.json(body).send().await.unwrap()
    }

    async fn get_with(&self, token: impl AsRef<[u8]>, path: &str) -> Response {
        let request = self.http.get(self.url(path));
        let request = request.header("X-Auth-Token", token.as_ref());
        request.send().await.unwrap()
    }

    /// The status of the policies of a project.
    async fn policies(&self, token: &HeaderValue, project_id: &str) -> u16 {
        let path = format!("v2/{project_id}/backuppolicy");
        self.get_with(token, &path).await.status().as_u16()
    }
}

async fn keystone_refusal(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    assert!(!response.headers().contains_key("x-subject-token"));
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["error"]["code"], status);
    let message = body["error"]["message"].as_str().unwrap();
    (status, message.to_owned())
}

#[tokio::test]
async fn everything_can_be_referred_to_by_id() {
    let caller = Caller::of(Sandbox::builder()).await;
    let sandbox = &caller.sandbox;
    let body = json!({ "auth": {
        "identity": { "methods": ["password"], "password": { "user": {
            "id": sandbox.user_id(), "password": sandbox.password(),
        }}},
        "scope": { "domain": { "id": sandbox.domain_id() } },
    }});
    let given = Given::from(caller.login(&body).await).await;
    assert_eq!(given.said["user"]["name"], sandbox.user());
    assert_eq!(given.said["domain"]["name"], sandbox.domain());
    assert_eq!(given.said["project"], Value::Null);
    // Only the identity service works for a domain.
    assert_eq!(given.said["catalog"].as_array().unwrap().len(), 1);
    assert_eq!(given.said["catalog"][0]["type"], "identity");
    assert_eq!(caller.policies(&given.token, sandbox.project_id()).await, 403);
}

#[tokio::test]
async fn second_user_needs_a_passcode() {
    let caller = Caller::of(Sandbox::builder()).await;
    let sandbox = &caller.sandbox;
    let passcode = sandbox.totp_passcode();
    assert_eq!(passcode, "649739");
    let good = caller.totp(sandbox.totp_password(), &passcode);
    let given = Given::from(caller.login(&good).await).await;
    assert_eq!(given.said["methods"], json!(["password", "totp"]));
    assert_eq!(given.said["user"]["id"], sandbox.totp_user_id());
    assert_eq!(caller.policies(&given.token, sandbox.project_id()).await, 200);

    let mut by_name = good.clone();
    by_name["auth"]["identity"]["totp"]["user"] = json!({
        "name": sandbox.totp_user(),
        "domain": { "id": sandbox.domain_id() },
        "passcode": passcode,
    });
    Given::from(caller.login(&by_name).await).await;

    for (place, value, status) in [
        ("/auth/identity/totp/user/passcode", json!("000000"), 401),
        ("/auth/identity/totp/user/passcode", json!(""), 401),
        ("/auth/identity/totp/user/passcode", Value::Null, 400),
        ("/auth/identity/totp/user/id", json!(sandbox.user_id()), 401),
        ("/auth/identity/totp/user/id", Value::Null, 400),
        ("/auth/identity/totp", Value::Null, 400),
        ("/auth/identity/password", Value::Null, 400),
        ("/auth/identity/password/user/password", json!("guess"), 401),
        ("/auth/identity/password/user/name", json!(sandbox.user()), 401),
        ("/auth/identity/methods", json!(["password"]), 401),
        ("/auth/identity/methods", json!(["totp"]), 401),
        ("/auth/identity/methods", json!(["totp", "totp"]), 401),
    ] {
        let mut request = good.clone();
        *request.pointer_mut(place).unwrap() = value;
        let (refused, message) = keystone_refusal(caller.login(&request).await).await;
        assert_eq!(refused, status, "{place}: {message}");
    }
}

#[tokio::test]
async fn passcodes_by_the_real_time_are_accepted_too() {
    let real = "2009-02-13T23:31:30Z".parse().unwrap();
    let caller = Caller::of(Sandbox::builder().signature_clock(move || real)).await;
    let password = caller.sandbox.totp_password();
    let now_and_then = Sandbox::builder().clock(real).start().await.unwrap();
    let body = caller.totp(password, &now_and_then.totp_passcode());
    Given::from(caller.login(&body).await).await;
}

#[tokio::test]
async fn exchanged_token_expires_with_the_original() {
    let caller = Caller::of(Sandbox::builder()).await;
    let sandbox = &caller.sandbox;
    let project = json!({ "project": { "name": sandbox.project() } });
    let unscoped = Given::from(caller.login(&caller.request(&json!({ "unscoped": {} }))).await).await;
    let body = |token: &str, scope: &Value| {
        json!({ "auth": {
            "identity": { "methods": ["token"], "token": { "id": token } },
            "scope": scope,
        }})
    };
    let token = unscoped.token.to_str().unwrap();
    let given = Given::from(caller.login(&body(token, &project)).await).await;
    assert_eq!(given.said["methods"], json!(["password", "token"]));
    assert_eq!(given.said["expires_at"], unscoped.said["expires_at"]);
    assert_eq!(caller.policies(&given.token, sandbox.project_id()).await, 200);

    for (token, status) in [("", 401), ("somebody's", 401)] {
        let refused = keystone_refusal(caller.login(&body(token, &project)).await).await;
        assert_eq!(refused.0, status);
    }
    let nothing = json!({ "auth": { "identity": { "methods": ["token"] } } });
    assert_eq!(keystone_refusal(caller.login(&nothing).await).await.0, 400);
    sandbox.expire_tokens();
    let refused = keystone_refusal(caller.login(&body(token, &project)).await).await;
    assert_eq!(refused.0, 401);
}

#[tokio::test]
async fn agency_gives_access_to_a_project_of_another_domain() {
    let caller = Caller::of(Sandbox::builder()).await;
    let sandbox = &caller.sandbox;
    let (domain, agency) = (sandbox.delegating_domain(), sandbox.agency());
    let scope = json!({ "project": { "name": sandbox.delegated_project() } });
    let good = caller.assume(domain, agency, &scope);
    let given = Given::from(caller.login_with(sandbox.token(), &good).await).await;
    assert_eq!(given.said["methods"], json!(["assume_role"]));
    assert_eq!(given.said["user"]["name"], format!("{domain}/{agency}"));
    assert_eq!(given.said["user"]["domain"]["name"], domain);
    assert_eq!(given.said["project"]["id"], sandbox.delegated_project_id());
    let catalog = given.said["catalog"][0]["endpoints"][0]["url"].as_str().unwrap();
    assert!(catalog.ends_with(sandbox.delegated_project_id()));
    assert_eq!(caller.policies(&given.token, sandbox.delegated_project_id()).await, 200);
    assert_eq!(caller.policies(&given.token, sandbox.project_id()).await, 403);
    let own = HeaderValue::from_str(sandbox.token()).unwrap();
    assert_eq!(caller.policies(&own, sandbox.delegated_project_id()).await, 403);

    let mut by_id = caller.assume(domain, agency, &json!({ "domain": { "name": domain } }));
    by_id["auth"]["identity"]["assume_role"] = json!({
        "domain_id": sandbox.delegating_domain_id(),
        "xrole_name": agency,
        "restrict": { "roles": ["sandbox-role"] },
    });
    let for_domain = Given::from(caller.login_with(sandbox.token(), &by_id).await).await;
    assert_eq!(for_domain.said["domain"]["name"], domain);

    // Neither without a token, nor by the role's own, nor by one without a scope, nor another role.
    assert_eq!(keystone_refusal(caller.login(&good).await).await.0, 401);
    let refused = keystone_refusal(caller.login_with("somebody's", &good).await).await;
    assert_eq!(refused.0, 401);
    let refused = keystone_refusal(caller.login_with(&given.token, &good).await).await;
    assert_eq!(refused.0, 403);
    let unscoped = Given::from(caller.login(&caller.request(&Value::Null)).await).await;
    let refused = keystone_refusal(caller.login_with(&unscoped.token, &good).await).await;
    assert_eq!(refused.0, 403);
    for (place, value, status) in [
        ("/auth/identity/assume_role/domain_name", json!("nobody"), 404),
        ("/auth/identity/assume_role/domain_name", json!(sandbox.domain()), 404),
        ("/auth/identity/assume_role/domain_name", Value::Null, 400),
        ("/auth/identity/assume_role/xrole_name", json!("none"), 404),
        ("/auth/identity/assume_role/xrole_name", Value::Null, 400),
        ("/auth/identity/assume_role", Value::Null, 400),
        ("/auth/scope/project/name", json!(sandbox.project()), 401),
    ] {
        let mut request = good.clone();
        *request.pointer_mut(place).unwrap() = value;
        let response = caller.login_with(sandbox.token(), &request).await;
        let (refused, message) = keystone_refusal(response).await;
        assert_eq!(refused, status, "{place}: {message}");
    }
}

#[tokio::test]
async fn token_can_be_validated() {
    let caller = Caller::of(Sandbox::builder()).await;
    let sandbox = &caller.sandbox;
    let scope = json!({ "project": { "id": sandbox.project_id() } });
    let given = Given::from(caller.login(&caller.request(&scope)).await).await;
    let look = async |by: &str, at: Option<&HeaderValue>, query: &str| {
        let url = format!("{}/auth/tokens{query}", sandbox.identity_endpoint());
        let mut request = caller.http.get(url).header("X-Auth-Token", by);
        if let Some(at) = at {
            request = request.header("X-Subject-Token", at);
        }
        request.send().await.unwrap()
    };
    let response = look(sandbox.token(), Some(&given.token), "").await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["x-subject-token"], given.token);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["token"], given.said);
    let response = look(sandbox.token(), Some(&given.token), "?nocatalog").await;
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["token"]["catalog"], Value::Null);

    let unknown = HeaderValue::from_bytes(b"\xff").unwrap();
    for (by, at, status) in [
        (sandbox.token(), None, 400),
        (sandbox.token(), Some(&unknown), 404),
        ("somebody's", Some(&given.token), 401),
        ("", Some(&given.token), 401),
    ] {
        let url = format!("{}/auth/tokens", sandbox.identity_endpoint());
        let mut request = caller.http.get(url).header("X-Auth-Token", by);
        if let Some(at) = at {
            request = request.header("X-Subject-Token", at);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status);
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"]["code"], status);
    }
    let body = caller.totp(sandbox.totp_password(), &sandbox.totp_passcode());
    let other = Given::from(caller.login(&body).await).await;
    let response = look(other.token.to_str().unwrap(), Some(&given.token), "").await;
    assert_eq!(response.status(), 403);
}

#[tokio::test]
async fn identity_service_describes_itself() {
    let caller = Caller::of(Sandbox::builder()).await;
    let sandbox = &caller.sandbox;
    for path in ["v3", "v3/"] {
        let response = caller.http.get(caller.url(path)).send().await.unwrap();
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["version"]["status"], "stable");
        assert_eq!(body["version"]["links"][0]["href"], caller.url("v3/"));
    }
    let scope = json!({ "project": { "id": sandbox.project_id() } });
    let given = Given::from(caller.login(&caller.request(&scope)).await).await;
    let body: Value = caller.get("v3/auth/catalog").await.json().await.unwrap();
    assert_eq!(body["catalog"], given.said["catalog"]);
    for path in ["v3/auth/projects", "v3/projects?name=eu-de_sandbox"] {
        let body: Value = caller.get(path).await.json().await.unwrap();
        assert_eq!(body["projects"][0]["id"], sandbox.project_id());
        assert_eq!(body["projects"][0]["domain_id"], sandbox.domain_id());
    }
    let body: Value = caller.get("v3/auth/domains").await.json().await.unwrap();
    assert_eq!(body["domains"][0]["id"], sandbox.domain_id());
    let unscoped = Given::from(caller.login(&caller.request(&Value::Null)).await).await;
    let response = caller.get_with(&unscoped.token, "v3/auth/catalog").await;
    assert_eq!(response.status(), 403);
    for path in ["v3/auth/catalog", "v3/auth/projects", "v3/projects"] {
        let response = caller.http.get(caller.url(path)).send().await.unwrap();
        assert_eq!(keystone_refusal(response).await.0, 401);
        let response = caller.http.put(caller.url(path)).send().await.unwrap();
        assert_eq!(keystone_refusal(response).await.0, 405);
    }
}

#[tokio::test]
async fn tokens_expire_or_are_revoked_on_demand() {
    let caller = Caller::of(Sandbox::builder()).await;
    let path = caller.jobs_path(0);
    caller.sandbox.expire_tokens();
    let response = caller.get(&path).await;
    assert_eq!(response.status(), 401);
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["error"]["code"], "AutoBackup.0003");

    let scope = json!({ "project": { "id": caller.sandbox.project_id() } });
    let fresh = Given::from(caller.login(&caller.request(&scope)).await).await;
    assert_eq!(caller.get_with(&fresh.token, &path).await.status(), 200);
    caller.sandbox.revoke_tokens();
    for path in [path.as_str(), "v3/auth/catalog"] {
        let response = caller.get_with(&fresh.token, path).await;
        assert_eq!(response.status(), 401);
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error_code"], "APIGW.0301");
    }
}
