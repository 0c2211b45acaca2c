//! The document, and the page that shows it.

use otc_vbs_sandbox::Sandbox;
use reqwest::Response;
use reqwest::header::HOST;
use serde_json::Value;

use crate::caller::Caller;

/// Asks without a token.
async fn get(caller: &Caller, path: &str) -> Response {
    let response = caller.http.get(caller.url(path)).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers()[name].to_str().unwrap()
}

#[tokio::test]
async fn the_document_has_this_server() {
    let caller = Caller::of(Sandbox::builder()).await;
    let response = get(&caller, "openapi.yaml").await;
    assert_eq!(header(&response, "content-type"), "application/yaml");
    let document = response.text().await.unwrap();
    let address = caller.sandbox.endpoint();
    let server = format!(
        "\nservers:\n  - url: \"{}\"\n",
        address.as_str().trim_end_matches('/')
    );
    assert!(document.contains(&server));
    assert!(!document.contains("otc.t-systems.com\n    description: One endpoint"));
    assert_eq!(document.matches("operationId: ").count(), 36);
}

#[tokio::test]
async fn the_document_has_the_address_that_the_caller_used() {
    let caller = Caller::of(Sandbox::builder()).await;
    let request = caller.http.get(caller.url("openapi.yaml"));
    let response = request.header(HOST, "sandbox.example:8080").send().await;
    let document = response.unwrap().text().await.unwrap();
    assert!(document.contains("  - url: \"http://sandbox.example:8080\"\n"));
}

#[tokio::test]
async fn the_page_may_connect_to_nothing_else() {
    let caller = Caller::of(Sandbox::builder()).await;
    let response = get(&caller, "docs").await;
    let policy = header(&response, "content-security-policy");
    let scripts = policy
        .split("; ")
        .find_map(|directive| directive.strip_prefix("script-src "))
        .unwrap();
    assert!(scripts.split(' ').all(|source| source.starts_with("'sha256-")));
    insta::assert_snapshot!(policy.replace(scripts, "[digests]"), @"default-src 'none'; script-src [digests]; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8");
    let page = response.text().await.unwrap();
    assert!(page.ends_with("</html>\n"));
}

#[tokio::test]
async fn who_takes_gzip_gets_it() {
    let caller = Caller::of(Sandbox::builder()).await;
    let request = caller.http.get(caller.url("docs"));
    let response = request
        .header("accept-encoding", "gzip, br")
        .send()
        .await
        .unwrap();
    assert_eq!(header(&response, "content-encoding"), "gzip");
    assert!(response.bytes().await.unwrap().starts_with(&[0x1f, 0x8b]));
}

#[tokio::test]
async fn what_the_page_fills_in_works() {
    let caller = Caller::of(Sandbox::builder()).await;
    let document = get(&caller, "docs/openapi.yaml").await.text().await.unwrap();
    assert!(document.contains(&format!("\n      example: {}\n", caller.sandbox.project_id())));
    assert!(document.contains(&format!("\n      example: {}\n", caller.policy(0))));

    let sandbox: Value = get(&caller, "docs/sandbox.json").await.json().await.unwrap();
    assert_eq!(sandbox["project_id"], caller.sandbox.project_id());
    let request = caller.http.get(caller.url(&caller.jobs_path(0)));
    let request = request.header("X-Auth-Token", sandbox["token"].as_str().unwrap());
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_sandbox_without_a_policy_has_a_page() {
    let caller = Caller::of(Sandbox::builder().policies(0).jobs(0)).await;
    get(&caller, "docs/openapi.yaml").await;
}
