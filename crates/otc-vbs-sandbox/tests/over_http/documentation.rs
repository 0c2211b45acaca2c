//! The document, and the page that shows it.

use otc_vbs_sandbox::Sandbox;
use reqwest::header::HOST;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::caller::Caller;

/// Sends a request without a token.
async fn get(caller: &Caller, path: &str) -> Response {
    let response = caller.http.get(caller.url(path)).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    response
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers()[name].to_str().unwrap()
}

#[tokio::test]
async fn document_has_this_server() {
    let caller = Caller::of(Sandbox::builder()).await;
    let response = get(&caller, "openapi.yaml").await;
    assert_eq!(header(&response, "content-type"), "application/yaml");
    let document = response.text().await.unwrap();
    let address = caller.sandbox.endpoint();
    let server = format!("\nservers:\n  - url: \"{}\"\n", address.as_str().trim_end_matches('/'));
    assert!(document.contains(&server));
    assert!(!document.contains("otc.t-systems.com\n    description: One endpoint"));
    assert_eq!(document.matches("operationId: ").count(), 36);
}

#[tokio::test]
async fn document_has_the_address_that_the_caller_used() {
    let caller = Caller::of(Sandbox::builder().allow_remote(true)).await;
    let request = caller.http.get(caller.url("openapi.yaml"));
    let response = request.header(HOST, "sandbox.example:8080").send().await;
    let document = response.unwrap().text().await.unwrap();
    assert!(document.contains("  - url: \"http://sandbox.example:8080\"\n"));
}

#[tokio::test]
async fn page_may_connect_only_to_its_own_server() {
    let caller = Caller::of(Sandbox::builder()).await;
    let response = get(&caller, "docs").await;
    let policy = header(&response, "content-security-policy");
    let scripts = policy.split("; ").find_map(|directive| directive.strip_prefix("script-src ")).unwrap();
    assert!(scripts.split(' ').all(|source| source.starts_with("'sha256-")));
    insta::assert_snapshot!(policy.replace(scripts, "[digests]"), @"default-src 'none'; script-src [digests]; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    assert_eq!(header(&response, "content-type"), "text/html; charset=utf-8");
    let page = response.text().await.unwrap();
    assert!(page.ends_with("</html>\n"));
}

#[tokio::test]
async fn page_is_compressed_if_gzip_is_accepted() {
    let caller = Caller::of(Sandbox::builder()).await;
    let request = caller.http.get(caller.url("docs"));
    let response = request.header("accept-encoding", "gzip, br").send().await.unwrap();
    assert_eq!(header(&response, "content-encoding"), "gzip");
    assert!(response.bytes().await.unwrap().starts_with(&[0x1f, 0x8b]));
}

/// A request as the page prefills it.
struct Prefilled {
    method: Method,
    /// With its required parameters.
    path: String,
    /// The optional parameters.
    query: Vec<String>,
    bodies: Vec<Value>,
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn requests(document: &Value) -> Vec<Prefilled> {
    let operations = document["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        let operations = item.as_object().unwrap().iter();
        operations.map(move |(method, operation)| (path, method, operation))
    });
    let requests = operations.map(|(path, method, operation)| {
        let mut request = Prefilled {
            method: method.to_uppercase().parse().unwrap(),
            path: path.trim_start_matches('/').to_owned(),
            query: Vec::new(),
            bodies: Vec::new(),
        };
        for parameter in operation["parameters"].as_array().unwrap() {
            let name = parameter["name"].as_str().unwrap();
            match parameter["in"].as_str().unwrap() {
                "path" => {
                    let example = text(&parameter["example"]);
                    request.path = request.path.replace(&format!("{{{name}}}"), &example);
                }
                "query" => {
                    let example = &parameter["examples"]["default"];
                    assert_eq!(example["x-disabled"], true, "{path} {name}");
                    let value = text(&example["value"]);
                    request.query.push(format!("{name}={value}"));
                }
                _ => {}
            }
        }
        let bodies = operation["requestBody"]["content"]["application/json"]["examples"].as_object();
        let bodies = bodies.into_iter().flat_map(|bodies| bodies.values());
        request.bodies = bodies.map(|body| body["value"].clone()).collect();
        request
    });
    requests.collect()
}

/// A sandbox with a share, and the requests of its page.
async fn page_requests() -> (Caller, Vec<Prefilled>) {
    let caller = Caller::of(Sandbox::builder()).await;
    let backup = caller.sandbox.backup_ids().next().unwrap();
    let share = json!({ "shared": {
        "backup_id": backup,
        "to_project_ids": [caller.sandbox.delegated_project_id()],
    }});
    let path = format!("v2/{}/os-vendor-backup-sharing", caller.sandbox.project_id());
    let request = caller.http.post(caller.url(&path)).json(&share);
    let request = request.header("X-Auth-Token", caller.sandbox.token());
    assert_eq!(request.send().await.unwrap().status(), 200);
    let document = get(&caller, "docs/openapi.yaml").await.json().await.unwrap();
    let requests = requests(&document);
    assert_eq!(requests.len(), 36);
    (caller, requests)
}

#[tokio::test]
async fn token_of_the_page_is_valid() {
    let caller = Caller::of(Sandbox::builder()).await;
    let sandbox: Value = get(&caller, "docs/sandbox.json").await.json().await.unwrap();
    assert_eq!(sandbox["project_id"], caller.sandbox.project_id());
    let request = caller.http.get(caller.url(&caller.jobs_path(0)));
    let request = request.header("X-Auth-Token", sandbox["token"].as_str().unwrap());
    assert_eq!(request.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn prefilled_reading_requests_work_with_each_optional_parameter() {
    let (caller, requests) = page_requests().await;
    for request in requests.iter().filter(|request| request.method == Method::GET) {
        let none = String::new();
        for query in request.query.iter().chain([&none]) {
            let response = caller.get(&format!("{}?{query}", request.path)).await;
            assert_eq!(response.status(), 200, "{} {query}", request.path);
        }
    }
}

#[tokio::test]
async fn prefilled_changing_requests_work() {
    let (_, requests) = page_requests().await;
    for (index, request) in requests.iter().enumerate() {
        let none = Value::Null;
        let bodies = request.bodies.iter().enumerate();
        let bodies = match request.bodies.is_empty() {
            true => vec![(0, &none)],
            false => bodies.collect(),
        };
        for (body, _) in bodies.into_iter().filter(|_| request.method != Method::GET) {
            // Each on a sandbox that nothing has changed, with that sandbox's own ids.
            let (caller, mut own) = page_requests().await;
            let request = own.swap_remove(index);
            let sent = caller.http.request(request.method, caller.url(&request.path));
            let sent = sent.header("X-Auth-Token", caller.sandbox.token());
            let sent = match request.bodies.get(body) {
                Some(body) => sent.json(body),
                None => sent,
            };
            let response = sent.send().await.unwrap();
            let status = response.status();
            let answer = response.text().await.unwrap();
            assert!(status.is_success(), "{} {body}: {status} {answer}", request.path);
        }
    }
}

#[tokio::test]
async fn sandbox_without_policies_serves_the_page_and_its_document() {
    let caller = Caller::of(Sandbox::builder().policies(0).jobs(0)).await;
    let page = get(&caller, "docs").await.text().await.unwrap();
    assert!(page.ends_with("</html>\n"));
    let document = get(&caller, "docs/openapi.yaml").await.json().await.unwrap();
    assert_eq!(requests(&document).len(), 36);
    let sandbox: Value = get(&caller, "docs/sandbox.json").await.json().await.unwrap();
    assert_eq!(sandbox["project_id"], caller.sandbox.project_id());
}
