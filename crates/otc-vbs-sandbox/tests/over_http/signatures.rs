//! Requests that are signed by an access key.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use otc_vbs_sandbox::Sandbox;
use reqwest::Response;
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::signer::{Signer, ToSign};

/// The same request by each kind of key, in each variant.
fn signers(sandbox: &Sandbox) -> [Signer; 6] {
    [Signer::permanent(sandbox), Signer::temporary(sandbox)]
        .map(|direct| {
            let derived = direct.clone().derived("", "");
            let for_service = direct.clone().derived("eu-de", "vbs");
            [direct, derived, for_service]
        })
        .concat()
        .try_into()
        .unwrap()
}

impl Caller {
    /// Sends what was signed.
    async fn signed(&self, signer: &Signer, request: &ToSign<'_>) -> Response {
        let sent = self.url(request.path.trim_matches('/'));
        self.signed_as(signer, request, &format!("{sent}?{}", request.query)).await
    }

    async fn signed_as(&self, signer: &Signer, request: &ToSign<'_>, url: &str) -> Response {
        let method = request.method.parse().unwrap();
        let headers = signer.headers(&self.sandbox, request);
        let sent = self.http.request(method, url).headers(headers);
        let sent = sent.body(request.body.to_owned());
        sent.send().await.unwrap()
    }

    fn policies_path(&self) -> String {
        format!("/v2/{}/backuppolicy/", self.sandbox.project_id())
    }
}

/// The gateway's reason, without the text that precedes every reason.
async fn refused(response: Response) -> String {
    assert_eq!(response.status(), 401);
    assert!(response.headers().contains_key("date"));
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["error_code"], "APIGW.0301");
    assert_eq!(body["request_id"], id);
    let message = body["error_msg"].as_str().unwrap();
    let reason = message.strip_prefix("Incorrect IAM authentication information: ");
    reason.unwrap().to_owned()
}

#[tokio::test]
async fn both_variants_are_accepted_by_both_services() {
    let caller = Caller::of(Sandbox::builder()).await;
    let jobs = format!("/{}/", caller.jobs_path(0));
    for signer in signers(&caller.sandbox) {
        for path in [
            caller.policies_path().as_str(),
            jobs.as_str(),
            "/v3/auth/catalog/",
            "/v3/auth/projects/",
            "/v3/auth/domains/",
            "/v3/projects/",
        ] {
            let response = caller.signed(&signer, &ToSign::get(path)).await;
            assert_eq!(response.status(), 200, "{path} {signer:?}");
        }
        // Sorted and encoded again before it is signed.
        let request = ToSign { query: "limit=3&sort_dir=asc&status=no%2Fsuch%20one", ..ToSign::get(&jobs) };
        let url = caller.url(jobs.trim_matches('/'));
        let url = format!("{url}?status=no/such+one&sort_dir=asc&limit=3");
        let response = caller.signed_as(&signer, &request, &url).await;
        assert_eq!(response.status(), 200);
    }
}

#[tokio::test]
async fn project_is_found_by_its_name() {
    let caller = Caller::of(Sandbox::builder()).await;
    let signer = Signer::permanent(&caller.sandbox);
    let (first, second) = (caller.sandbox.project_id(), caller.sandbox.second_project_id());
    for (query, found) in [
        (format!("name={}", caller.sandbox.project()), vec![first]),
        (format!("name={}", caller.sandbox.second_project()), vec![second]),
        (format!("domain_id={}", caller.sandbox.domain_id()), vec![first, second]),
        ("name=another".to_owned(), vec![]),
        ("domain_id=another".to_owned(), vec![]),
    ] {
        let request = ToSign { query: &query, ..ToSign::get("/v3/projects/") };
        let body: Value = caller.signed(&signer, &request).await.json().await.unwrap();
        let projects = body["projects"].as_array().unwrap();
        let ids = projects.iter().map(|project| project["id"].as_str().unwrap());
        assert_eq!(ids.collect::<Vec<_>>(), found, "{query}");
    }
}

#[tokio::test]
async fn changed_request_is_refused() {
    let caller = Caller::of(Sandbox::builder()).await;
    let (path, jobs) = (caller.policies_path(), format!("/{}/", caller.jobs_path(0)));
    let unmatched = "the signature does not match the request";
    for signer in signers(&caller.sandbox) {
        let policies = ToSign::get(&path);
        let url = caller.url(jobs.trim_matches('/'));
        let reason = refused(caller.signed_as(&signer, &policies, &url).await).await;
        assert!(reason.starts_with(unmatched), "{reason}");
        let url = format!("{}?limit=1", caller.url(path.trim_matches('/')));
        let reason = refused(caller.signed_as(&signer, &policies, &url).await).await;
        assert!(reason.starts_with(unmatched), "{reason}");

        let headers = signer.headers(&caller.sandbox, &policies);
        for (name, value, expected) in [
            ("host", "localhost", unmatched),
            ("x-sdk-date", "20190101T000000Z", "X-Sdk-Date is more than 15 minutes"),
            ("x-security-token", "another", "X-Security-Token"),
            ("authorization", "SDK-HMAC-SHA256 x", "Authorization has fields other than"),
            ("authorization", "Basic x", "Authorization does not begin"),
        ] {
            let mut headers = headers.clone();
            headers.insert(name, value.parse().unwrap());
            let request = caller.http.get(caller.url(path.trim_matches('/')));
            let response = request.headers(headers).send().await.unwrap();
            let reason = refused(response).await;
            if !(signer.scope.is_some() && name == "x-sdk-date") {
                assert!(reason.starts_with(expected), "{name}: {reason}");
            }
        }
        let wrong_key = Signer { secret_key: "guess".to_owned(), ..signer.clone() };
        let reason = refused(caller.signed(&wrong_key, &policies).await).await;
        assert!(reason.starts_with(unmatched), "{reason}");
        let unknown = Signer { access_key: "SOMEBODY".to_owned(), ..signer.clone() };
        let reason = refused(caller.signed(&unknown, &policies).await).await;
        assert_eq!(reason, "the access key is unknown");
    }
    let without_token = Signer { security_token: None, ..Signer::temporary(&caller.sandbox) };
    let reason = refused(caller.signed(&without_token, &ToSign::get("/v3/projects/")).await).await;
    assert!(reason.starts_with("a temporary access key needs"), "{reason}");
}

#[tokio::test]
async fn signature_is_valid_for_15_minutes_by_the_clock_for_signatures() {
    let start = "2026-03-01T12:00:00Z".parse::<Timestamp>().unwrap();
    let seconds = Arc::new(AtomicI64::new(0));
    let later = Arc::clone(&seconds);
    let clock = move || start + SignedDuration::from_secs(later.load(Ordering::Relaxed));
    let caller = Caller::of(Sandbox::builder().signature_clock(clock)).await;
    let path = caller.policies_path();
    for signer in signers(&caller.sandbox) {
        let signer = Signer { at: start, ..signer };
        for (offset, accepted) in [(0, true), (900, true), (-900, true), (901, false), (-901, false)] {
            seconds.store(offset, Ordering::Relaxed);
            let response = caller.signed(&signer, &ToSign::get(&path)).await;
            assert_eq!(response.status() == 200, accepted, "{offset}");
            if offset == 901 {
                assert_eq!(response.headers()["date"], "Sun, 01 Mar 2026 12:15:01 GMT");
                let reason = refused(response).await;
                assert!(reason.starts_with("X-Sdk-Date is more than 15"), "{reason}");
            }
        }
    }
}

#[tokio::test]
async fn access_key_is_valid_for_its_own_projects_only() {
    let caller = Caller::of(Sandbox::builder()).await;
    let path = format!("/v2/{}/backuppolicy/", caller.sandbox.delegated_project_id());
    let signer = Signer::permanent(&caller.sandbox);
    let response = caller.signed(&signer, &ToSign::get(&path)).await;
    assert_eq!(response.status(), 403);

    let own = caller.sandbox.project_id().to_owned();
    let domain = caller.sandbox.domain_id().to_owned();
    let path = caller.policies_path();
    for (header, value, status) in [
        ("x-project-id", own, 200),
        ("x-project-id", "another".to_owned(), 401),
        ("x-domain-id", domain, 403),
        ("x-domain-id", "another".to_owned(), 401),
    ] {
        let signer = Signer { headers: vec![(header, value)], ..signer.clone() };
        let response = caller.signed(&signer, &ToSign::get(&path)).await;
        assert_eq!(response.status(), status, "{header}");
    }
}

#[tokio::test]
async fn signature_covers_the_body() {
    let caller = Caller::of(Sandbox::builder()).await;
    let sandbox = &caller.sandbox;
    let body = json!({ "auth": {
        "identity": { "methods": ["assume_role"], "assume_role": {
            "domain_name": sandbox.delegating_domain(),
            "xrole_name": sandbox.agency(),
        }},
        "scope": { "project": { "name": sandbox.delegated_project() } },
    }});
    let body = body.to_string();
    for signer in signers(sandbox) {
        let request = ToSign { method: "POST", body: &body, ..ToSign::get("/v3/auth/tokens/") };
        let url = caller.url("v3/auth/tokens");
        let response = caller.signed_as(&signer, &request, &url).await;
        assert_eq!(response.status(), 201);
        let headers = signer.headers(sandbox, &request);
        let changed = caller.http.post(&url).headers(headers).body(body.replace(' ', "") + " ");
        let reason = refused(changed.send().await.unwrap()).await;
        assert!(reason.starts_with("the signature does not match"), "{reason}");
    }
}
