//! `vbs sandbox --state` whose process is killed while it handles requests.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::support::Server;

const ROUNDS: usize = 4;
const WRITERS: usize = 6;

/// The values that one connection wrote, counted from 1.
#[derive(Clone, Debug, Default)]
struct Written {
    /// The last value that the server confirmed.
    confirmed: u64,
    /// The last value that was sent. Without a response, it may be in the file or not.
    sent: u64,
}

/// A client of one server.
#[derive(Clone)]
struct ApiClient {
    http: Client,
    endpoint: String,
    project: String,
    token: String,
}

impl ApiClient {
    fn new(server: &Server) -> Self {
        Self {
            http: Client::builder().no_proxy().build().unwrap(),
            endpoint: server.variable("VBS_ENDPOINT").to_owned(),
            project: server.variable("OS_PROJECT_ID").to_owned(),
            token: server.variable("OS_TOKEN").to_owned(),
        }
    }

    /// The body of the response, or `None` if the server was killed.
    async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Option<Value> {
        let request = self.http.request(method, format!("{}/{path}", self.endpoint));
        let mut request = request.header("X-Auth-Token", &self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.ok()?;
        assert!(response.status().is_success(), "{response:?}");
        let body = response.bytes().await.ok()?;
        Some(serde_json::from_slice(&body).unwrap_or_default())
    }

    async fn get(&self, path: &str) -> Value {
        self.send(Method::GET, path, None).await.unwrap()
    }

    fn policies_path(&self) -> String {
        format!("v2/{}/backuppolicy", self.project)
    }

    async fn policies(&self) -> Vec<Value> {
        let body = self.get(&self.policies_path()).await;
        body["backup_policies"].as_array().unwrap().clone()
    }

    /// Writes increasing values of a tag until the server is killed.
    async fn write(
        self,
        policy: String,
        key: String,
        written: Written,
        confirmations: UnboundedSender<()>,
    ) -> Written {
        let path = format!("{}/{policy}/tags", self.policies_path());
        let mut written = written;
        loop {
            written.sent += 1;
            let tag = json!({ "tag": { "key": key, "value": written.sent.to_string() } });
            if self.send(Method::POST, &path, Some(tag)).await.is_none() {
                return written;
            }
            written.confirmed = written.sent;
            let _ = confirmations.send(());
        }
    }

    /// Advances the clock second by second until the server is killed.
    async fn advance(self, written: Written, confirmations: UnboundedSender<()>) -> Written {
        let mut written = written;
        loop {
            written.sent += 1;
            let second = json!({ "advance_seconds": 1 });
            if self.send(Method::POST, "admin/clock", Some(second)).await.is_none() {
                return written;
            }
            written.confirmed = written.sent;
            let _ = confirmations.send(());
        }
    }
}

/// Reads the file repeatedly until `stop` is set. Returns the number of reads.
fn read_until_stopped(stop: &AtomicBool, file: &Path) -> u64 {
    let mut readings = 0;
    while !stop.load(Ordering::Relaxed) {
        read_json(file);
        readings += 1;
    }
    readings
}

fn read_json(file: &Path) -> Value {
    let text = std::fs::read(file).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// Checks that the value in the file is the last confirmed one, or one that was sent later.
fn check(found: u64, written: &mut Written, what: &str) {
    let allowed = written.confirmed..=written.sent;
    assert!(allowed.contains(&found), "{what}: {found}, not {allowed:?}");
    *written = Written { confirmed: found, sent: found };
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_server_loses_no_confirmed_change() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    let arguments = format!("--state {}", file.display());
    let start = "2026-01-15T06:00:00Z".parse::<jiff::Timestamp>().unwrap();
    let mut tags: BTreeMap<(String, String), Written> = BTreeMap::new();
    let mut clock = Written::default();
    for round in 0..ROUNDS {
        let mut server = Server::start(&arguments);
        let client = ApiClient::new(&server);
        let policies = client.policies().await;
        if round == 0 {
            for writer in 0..WRITERS {
                let policy = &policies[writer % policies.len()]["backup_policy_id"];
                let key = format!("writer-{writer}");
                let tag = (policy.as_str().unwrap().to_owned(), key);
                tags.insert(tag, Written::default());
            }
        }
        let (confirmations, mut confirmed) = unbounded_channel();
        let writers = tags.iter().map(|((policy, key), written)| {
            let (policy, key) = (policy.clone(), key.clone());
            let writer = client.clone();
            tokio::spawn(writer.write(policy, key, written.clone(), confirmations.clone()))
        });
        let writers: Vec<_> = writers.collect();
        let advancing = tokio::spawn(client.clone().advance(clock, confirmations));
        let stop = Arc::new(AtomicBool::new(false));
        let reader = std::thread::spawn({
            let (stop, file) = (Arc::clone(&stop), file.clone());
            move || read_until_stopped(&stop, &file)
        });

        for _ in 0..20 + 7 * round {
            confirmed.recv().await.unwrap();
        }
        // With SIGKILL on Unix.
        server.process.kill().unwrap();
        server.process.wait().unwrap();
        read_json(&file);
        stop.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 0);
        for (written, writer) in tags.values_mut().zip(writers) {
            *written = writer.await.unwrap();
        }
        clock = advancing.await.unwrap();

        let again = Server::start(&arguments);
        let client = ApiClient::new(&again);
        for ((policy, key), written) in &mut tags {
            let body = client.get(&format!("{}/{policy}/tags", client.policies_path())).await;
            let mut found = body["tags"].as_array().unwrap().iter();
            let tag = found.find(|tag| tag["key"] == **key);
            let value = tag.map_or(0, |tag| tag["value"].as_str().unwrap().parse().unwrap());
            check(value, written, key);
        }
        let now = client.get("admin/clock").await["now"].as_str().unwrap().to_owned();
        let passed = now.parse::<jiff::Timestamp>().unwrap().duration_since(start);
        check(passed.as_secs().unsigned_abs(), &mut clock, "clock");
        // No temporary file is left.
        let mut names: Vec<_> =
            std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["state.json", "state.json.lock"]);
    }
    // Each connection wrote something.
    assert!(tags.values().all(|written| written.confirmed > 0), "{tags:?}");
}
