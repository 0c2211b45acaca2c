//! Faults that are asked for by their names.

use std::time::Duration;

use otc_vbs_sandbox::{Error, Fault, Sandbox};
use reqwest::{Response, redirect};
use serde_json::{Value, json};

use crate::caller::Caller;

impl Caller {
    /// A request for the first page of the backup jobs of the first policy that asks for a fault.
    async fn faulty(&self, fault: &str) -> reqwest::Result<Response> {
        let path = format!("{}?limit=5", self.jobs_path(0));
        let request = self.http.get(self.url(&path));
        let request = request.header("X-Auth-Token", self.sandbox.token());
        request.header("X-Sandbox-Fault", fault).send().await
    }

    async fn faulty_json(&self, fault: &str) -> Value {
        let response = self.faulty(fault).await.unwrap();
        assert_eq!(response.status(), 200, "{fault}");
        response.json().await.unwrap()
    }

    /// The status of a request without a fault of its own.
    async fn status(&self) -> u16 {
        self.get(&self.jobs_path(0)).await.status().as_u16()
    }
}

async fn caller() -> Caller {
    let mut caller = Caller::of(Sandbox::builder()).await;
    // The test checks that the request is redirected, not to which address.
    let http = reqwest::Client::builder().no_proxy().no_gzip();
    caller.http = http.redirect(redirect::Policy::none()).build().unwrap();
    caller
}

#[tokio::test]
async fn faults_replace_the_response() {
    let caller = caller().await;
    let json = Some("application/json");
    let html = Some("text/html");
    let cases = [
        ("429", 429, json, Some("0"), "APIGW.0308"),
        ("429; retry-after=3", 429, json, Some("3"), ""),
        ("429; retry-after=absurd", 429, json, Some("99999999999999999999"), ""),
        ("429; retry-after=none", 429, json, None, ""),
        ("502", 502, Some("text/plain"), None, ""),
        ("503-html", 503, html, None, "<html>"),
        ("503-html; retry-after=1", 503, html, Some("1"), ""),
        ("status", 500, json, None, r#""code":"500""#),
        ("status; code=418", 418, json, None, ""),
        ("401", 401, json, None, "APIGW.0301"),
        ("token-expired", 401, json, None, "AutoBackup.0003"),
        ("200-error", 200, json, None, "VolumeBackup.0027"),
        ("204", 204, None, None, ""),
    ];
    for (fault, status, content_type, retry_after, part) in cases {
        let response = caller.faulty(fault).await.unwrap();
        assert_eq!(response.status(), status, "{fault}");
        let header = |name: &str| Some(response.headers().get(name)?.to_str().unwrap().to_owned());
        assert_eq!(header("content-type").as_deref(), content_type, "{fault}");
        assert_eq!(header("retry-after").as_deref(), retry_after, "{fault}");
        assert!(header("x-request-id").is_some(), "{fault}");
        let text = response.text().await.unwrap();
        assert!(text.contains(part), "{fault}: {text}");
        // It happened to that request only.
        assert_eq!(caller.status().await, 200, "{fault}");
    }
    let response = caller.faulty("429; retry-after=date").await.unwrap();
    let date = response.headers()["retry-after"].to_str().unwrap();
    let date = jiff::fmt::rfc2822::parse(date).unwrap().timestamp();
    let ahead = date.duration_since(jiff::Timestamp::now()).as_secs();
    assert!((0..=3).contains(&ahead), "{ahead}");
}

#[tokio::test]
async fn redirects_lead_to_another_host_or_loop() {
    let caller = caller().await;
    let path = format!("/{}?limit=5", caller.jobs_path(0));
    let elsewhere = format!("http://elsewhere.invalid{path}");
    let there = format!("http://there.invalid:1{path}");
    let cases = [
        ("redirect-host", 307, elsewhere.as_str()),
        ("redirect-host; to=http://there.invalid:1/; code=302", 302, &there),
        ("redirect-loop", 307, &path),
    ];
    for (fault, status, location) in cases {
        let response = caller.faulty(fault).await.unwrap();
        assert_eq!(response.status(), status, "{fault}");
        assert_eq!(response.headers()["location"], location, "{fault}");
    }
    let follows = Caller::of(Sandbox::builder().fault("redirect-loop".parse().unwrap())).await;
    let url = follows.url(&follows.jobs_path(0));
    assert!(follows.http.get(url).send().await.unwrap_err().is_redirect());
}

#[tokio::test]
async fn connections_are_reset_at_the_given_byte() {
    let caller = caller().await;
    for fault in ["reset-before", "reset-in-headers", "reset-in-headers; bytes=1"] {
        let error = caller.faulty(fault).await.unwrap_err();
        assert!(error.is_request() && !error.is_connect(), "{fault}: {error:?}");
    }
    for fault in ["reset-after-headers", "reset-in-body", "reset-in-body; bytes=9"] {
        let response = caller.faulty(fault).await.unwrap();
        assert_eq!(response.status(), 200, "{fault}");
        response.bytes().await.unwrap_err();
    }
    let mut response = caller.faulty("reset-in-body; bytes=9").await.unwrap();
    let mut received = Vec::new();
    while let Ok(Some(piece)) = response.chunk().await {
        received.extend(piece);
    }
    assert_eq!(received, br#"{"count":"#);
    assert_eq!(caller.status().await, 200);
}

#[tokio::test]
async fn bodies_are_truncated_slow_or_endless() {
    let caller = caller().await;
    let whole = caller.faulty("delay; delay=0s").await.unwrap();
    let whole = whole.bytes().await.unwrap();

    for (fault, length) in [
        ("truncated-json", whole.len() / 2),
        ("truncated-json; bytes=7", 7),
        ("truncated-json; bytes=1000000", whole.len()),
    ] {
        let response = caller.faulty(fault).await.unwrap();
        assert_eq!(response.bytes().await.unwrap(), whole[..length], "{fault}");
    }

    let response = caller.faulty("truncated-gzip").await.unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let packed = response.bytes().await.unwrap();
    let mut unpacked = Vec::new();
    let mut reader = flate2::read::GzDecoder::new(&packed[..]);
    std::io::Read::read_to_end(&mut reader, &mut unpacked).unwrap_err();
    assert!(!unpacked.is_empty() && whole.starts_with(&unpacked));

    let mut response = caller.faulty("endless-body").await.unwrap();
    let mut received = Vec::new();
    while received.len() < 5_000_000 {
        received.extend(response.chunk().await.unwrap().unwrap());
    }
    assert!(received.starts_with(&whole[..whole.len() - 1]));
    assert!(received.ends_with(b"  "));
    drop(response);

    // The clock of the runtime runs ahead while there is nothing else to do.
    tokio::time::pause();
    let begin = tokio::time::Instant::now();
    let mut response = caller.faulty("slow-body; bytes=100; pause=1s").await.unwrap();
    let mut pieces = 0;
    let mut received = Vec::new();
    while let Some(piece) = response.chunk().await.unwrap() {
        pieces += 1;
        received.extend(piece);
    }
    assert_eq!(received, whole);
    assert_eq!(pieces, whole.len().div_ceil(100));
    assert!(begin.elapsed() >= Duration::from_secs(pieces as u64));
    let begin = tokio::time::Instant::now();
    caller.faulty("delay").await.unwrap();
    assert!(begin.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn faults_alter_the_response() {
    let caller = caller().await;
    let real = caller.faulty_json("delay; delay=0s").await;

    let response = caller.faulty("wrong-content-type").await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/html");
    assert_eq!(response.json::<Value>().await.unwrap(), real);
    let response = caller.faulty("wrong-content-type; type=image/png").await;
    assert_eq!(response.unwrap().headers()["content-type"], "image/png");

    let text = caller.faulty("invalid-utf8").await.unwrap().bytes().await;
    assert!(std::str::from_utf8(&text.unwrap()).is_err());
    let text = caller.faulty("duplicate-keys").await.unwrap().text().await;
    assert_eq!(text.unwrap().matches("\"tasks\":[").count(), 2);

    let body = caller.faulty_json("huge-numbers").await;
    assert_eq!(body["count"], json!(9_223_372_036_854_775_808_u64));
    let body = caller.faulty_json("huge-numbers; value=-1; field=count").await;
    assert_eq!(body["count"], json!(-1));

    for (fault, left) in [("short-page", 4), ("short-page; drop=2", 3)] {
        let body = caller.faulty_json(fault).await;
        assert_eq!(body["count"], real["count"]);
        let kept = &real["tasks"].as_array().unwrap()[..left];
        assert_eq!(body["tasks"].as_array().unwrap(), kept, "{fault}");
    }

    let body = caller.faulty_json("unknown-status").await;
    assert_eq!(body["tasks"][0]["status"], "SANDBOX_UNKNOWN");
    let body = caller.faulty_json("unknown-status; value=HALF").await;
    assert_eq!(body["tasks"][4]["status"], "HALF");

    let body = caller.faulty_json("nulls").await;
    assert_eq!(body["tasks"][0]["job_id"], real["tasks"][0]["job_id"]);
    assert_eq!(body["tasks"][0]["created_at"], Value::Null);
    let body = caller.faulty_json("nulls; field=status").await;
    assert_eq!(body["tasks"][0]["status"], Value::Null);
    assert_ne!(body["tasks"][0]["created_at"], Value::Null);

    let body = caller.faulty_json("unknown-field").await;
    assert!(body["tasks"][3]["sandbox_unknown"].is_object());
    let body = caller.faulty_json("unknown-field; name=odd").await;
    assert!(body["odd"].is_object());

    // These times never have a zone; what happens to those that have is tested where they are cut.
    assert_eq!(caller.faulty_json("time-without-zone").await, real);
}

#[tokio::test]
async fn repeated_page_is_always_the_first() {
    let caller = caller().await;
    let first = caller.page("limit=5").await.ids();
    let rule = "GET /v2/*/backuppolicy/*/backuptasks: repeated-page";
    caller.sandbox.fault(rule.parse().unwrap());
    for query in ["limit=5".to_owned(), "limit=5&offset=5".to_owned(), format!("marker={}&limit=5", first[4])]
    {
        assert_eq!(caller.page(&query).await.ids(), first, "{query}");
    }
}

#[tokio::test]
async fn fault_hits_only_matching_requests() {
    let rule = "GET /v2/*/backuppolicy/*/backuptasks: 503-html; times=2; skip=1";
    let caller = Caller::of(Sandbox::builder().fault(rule.parse().unwrap())).await;
    let policies = format!("v2/{}/backuppolicy", caller.sandbox.project_id());
    let mut statuses = Vec::new();
    for _ in 0..4 {
        assert_eq!(caller.get(&policies).await.status(), 200);
        statuses.push(caller.status().await);
    }
    assert_eq!(statuses, [200, 503, 503, 200]);
}

#[tokio::test]
async fn rate_hits_the_same_requests_in_every_run() {
    let statuses = async |seed| {
        let rule: Fault = "502; rate=0.3".parse().unwrap();
        let caller = Caller::of(Sandbox::builder().seed(seed).fault(rule)).await;
        let mut statuses = Vec::new();
        for _ in 0..30 {
            statuses.push(caller.status().await);
        }
        statuses
    };
    let first = statuses(1).await;
    assert!(first.contains(&200) && first.contains(&502), "{first:?}");
    assert_eq!(statuses(1).await, first);
    assert_ne!(statuses(2).await, first);
}

#[tokio::test]
async fn rate_for_all_requests_injects_any_fault() {
    let caller = Caller::of(Sandbox::builder().fault_rate(1.0)).await;
    let mut outcomes = std::collections::BTreeSet::new();
    for _ in 0..60 {
        let request = caller.http.get(caller.url(&caller.jobs_path(0)));
        let request = request.header("X-Auth-Token", caller.sandbox.token());
        let outcome = match request.send().await {
            Ok(response) => response.status().to_string(),
            Err(_) => "reset".to_owned(),
        };
        outcomes.insert(outcome);
    }
    let expected = ["200 OK", "429", "502", "503", "reset"];
    assert_eq!(outcomes.len(), expected.len(), "{outcomes:?}");
    for rate in [1.5, -0.5, f64::NAN] {
        let refused = Sandbox::builder().fault_rate(rate).start().await;
        assert!(matches!(refused.unwrap_err(), Error::Fault(_)), "{rate}");
    }
}

#[tokio::test]
async fn invalid_fault_header_is_refused() {
    let caller = caller().await;
    for (fault, part) in [
        ("503-htm", "the sandbox knows no fault `503-htm`. It knows 429, 502,"),
        ("502; time=1", "the fault `502` has no parameter `time`"),
        ("502; times=2", "it applies only to its own request"),
        ("GET /: 502", "it applies only to its own request"),
    ] {
        let response = caller.faulty(fault).await.unwrap();
        assert_eq!(response.status(), 400, "{fault}");
        let body: Value = response.json().await.unwrap();
        let message = body["error"]["message"].as_str().unwrap();
        let message = message.strip_prefix("the header X-Sandbox-Fault: ").unwrap();
        assert!(message.starts_with(part), "{message}");
    }
}

#[tokio::test]
async fn readme_and_admin_route_list_the_faults_alike() {
    let notation = include_str!("../../src/faults/notation.md");
    let readme = include_str!("../../README.md");
    let (_, table) = notation.split_once("\n").unwrap();
    assert!(readme.contains(table.trim()), "copy notation.md into README.md");

    let caller = Caller::of(Sandbox::builder()).await;
    let admin = caller.http.get(caller.url("admin")).send().await.unwrap();
    let admin: Value = admin.json().await.unwrap();
    let faults = admin["faults"].as_array().unwrap();
    let rows: Vec<&str> = table.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(faults.len(), rows.len());
    for (fault, row) in faults.iter().zip(rows) {
        let (name, about) = (fault["name"].as_str().unwrap(), fault["about"].as_str().unwrap());
        assert!(row.starts_with(&format!("| `{name}` | {about} |")), "{row}");
    }
}
