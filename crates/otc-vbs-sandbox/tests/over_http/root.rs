//! The page at the root.

use otc_vbs_sandbox::Sandbox;
use reqwest::header::{ACCEPT, HOST};

use crate::caller::Caller;

/// The `Accept` header of a browser.
const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

#[tokio::test]
async fn root_page_has_links_and_credentials() {
    let caller = Caller::of(Sandbox::builder()).await;
    let request = caller.http.get(caller.url("")).header(ACCEPT, BROWSER);
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/html; charset=utf-8");
    let page = response.text().await.unwrap();
    for path in ["/docs", "/openapi.yaml", "/admin"] {
        assert!(page.contains(&format!("href=\"{path}\"")), "{path}");
        let linked = caller.http.get(caller.url(&path[1..])).send().await.unwrap();
        assert_eq!(linked.status(), 200, "{path}");
    }
    let sandbox = &caller.sandbox;
    let identity = sandbox.identity_endpoint();
    for value in [
        identity.as_str(),
        sandbox.region(),
        sandbox.domain(),
        sandbox.project(),
        sandbox.project_id(),
        sandbox.user(),
        sandbox.password(),
        sandbox.access_key(),
        sandbox.secret_key(),
        sandbox.totp_user(),
        sandbox.totp_password(),
        sandbox.totp_secret(),
    ] {
        assert!(page.contains(&format!("<code>{value}</code>")), "{value}");
    }
}

#[tokio::test]
async fn root_page_shows_the_address_that_the_caller_used() {
    let caller = Caller::of(Sandbox::builder()).await;
    let request = caller.http.get(caller.url("")).header(ACCEPT, BROWSER);
    let request = request.header(HOST, "localhost:8080");
    let page = request.send().await.unwrap().text().await.unwrap();
    assert!(page.contains("<code>http://localhost:8080/v3</code>"), "{page}");
}
