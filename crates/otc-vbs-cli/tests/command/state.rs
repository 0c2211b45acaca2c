//! `vbs sandbox --state` that is killed while it works.

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

/// What one connection knows of what it changes.
#[derive(Clone, Debug, Default)]
struct Known {
    answered: u64,
    /// What was sent without an answer may be in the file or not.
    sent: u64,
}

/// Who asks one server.
#[derive(Clone)]
struct Caller {
    http: Client,
    endpoint: String,
    project: String,
    token: String,
}

impl Caller {
    fn of(server: &Server) -> Self {
        Self {
            http: Client::builder().no_proxy().build().unwrap(),
            endpoint: server.variable("VBS_ENDPOINT").to_owned(),
            project: server.variable("OS_PROJECT_ID").to_owned(),
            token: server.variable("OS_TOKEN").to_owned(),
        }
    }

    /// The answer, or nothing where the server is gone.
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

    /// Gives a tag one value after the other, until the server is gone.
    async fn write(self, policy: String, key: String, known: Known, answers: UnboundedSender<()>) -> Known {
        let path = format!("{}/{policy}/tags", self.policies_path());
        let mut known = known;
        loop {
            known.sent += 1;
            let tag = json!({ "tag": { "key": key, "value": known.sent.to_string() } });
            if self.send(Method::POST, &path, Some(tag)).await.is_none() {
                return known;
            }
            known.answered = known.sent;
            let _ = answers.send(());
        }
    }

    /// Puts the clock forward by one second after the other, until the server is gone.
    async fn advance(self, known: Known, answers: UnboundedSender<()>) -> Known {
        let mut known = known;
        loop {
            known.sent += 1;
            let second = json!({ "advance_seconds": 1 });
            if self.send(Method::POST, "admin/clock", Some(second)).await.is_none() {
                return known;
            }
            known.answered = known.sent;
            let _ = answers.send(());
        }
    }
}

/// Reads the file again and again until it is told to stop. Returns how often.
fn read_until(stop: &AtomicBool, file: &Path) -> u64 {
    let mut readings = 0;
    while !stop.load(Ordering::Relaxed) {
        read_whole(file);
        readings += 1;
    }
    readings
}

fn read_whole(file: &Path) -> Value {
    let text = std::fs::read(file).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// What is found has to be what was answered last, or what was sent and not answered.
fn check(found: u64, known: &mut Known, what: &str) {
    let allowed = known.answered..=known.sent;
    assert!(allowed.contains(&found), "{what}: {found}, not {allowed:?}");
    *known = Known { answered: found, sent: found };
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_loses_nothing_that_it_answered() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("state.json");
    let arguments = format!("--state {}", file.display());
    let start = "2026-01-15T06:00:00Z".parse::<jiff::Timestamp>().unwrap();
    let mut tags: BTreeMap<(String, String), Known> = BTreeMap::new();
    let mut clock = Known::default();
    for round in 0..ROUNDS {
        let mut server = Server::start(&arguments);
        let caller = Caller::of(&server);
        let policies = caller.policies().await;
        if round == 0 {
            for writer in 0..WRITERS {
                let policy = &policies[writer % policies.len()]["backup_policy_id"];
                let key = format!("writer-{writer}");
                let tag = (policy.as_str().unwrap().to_owned(), key);
                tags.insert(tag, Known::default());
            }
        }
        let (answers, mut answered) = unbounded_channel();
        let writers = tags.iter().map(|((policy, key), known)| {
            let (policy, key) = (policy.clone(), key.clone());
            let writer = caller.clone();
            tokio::spawn(writer.write(policy, key, known.clone(), answers.clone()))
        });
        let writers: Vec<_> = writers.collect();
        let advancing = tokio::spawn(caller.clone().advance(clock, answers));
        let stop = Arc::new(AtomicBool::new(false));
        let reader = std::thread::spawn({
            let (stop, file) = (Arc::clone(&stop), file.clone());
            move || read_until(&stop, &file)
        });

        for _ in 0..20 + 7 * round {
            answered.recv().await.unwrap();
        }
        // By SIGKILL, where there are signals.
        server.process.kill().unwrap();
        server.process.wait().unwrap();
        read_whole(&file);
        stop.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 0);
        for (known, writer) in tags.values_mut().zip(writers) {
            *known = writer.await.unwrap();
        }
        clock = advancing.await.unwrap();

        let again = Server::start(&arguments);
        let caller = Caller::of(&again);
        for ((policy, key), known) in &mut tags {
            let body = caller.get(&format!("{}/{policy}/tags", caller.policies_path())).await;
            let mut found = body["tags"].as_array().unwrap().iter();
            let tag = found.find(|tag| tag["key"] == **key);
            let value = tag.map_or(0, |tag| tag["value"].as_str().unwrap().parse().unwrap());
            check(value, known, key);
        }
        let now = caller.get("admin/clock").await["now"].as_str().unwrap().to_owned();
        let passed = now.parse::<jiff::Timestamp>().unwrap().duration_since(start);
        check(passed.as_secs().unsigned_abs(), &mut clock, "clock");
        // Nothing that was under way is left behind.
        let mut names: Vec<_> =
            std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["state.json", "state.json.lock"]);
    }
    // Each connection got through.
    assert!(tags.values().all(|known| known.answered > 0), "{tags:?}");
}
