//! `vbs export --append` on 40 days, with outages and a kill, compared with what really happened.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::export::{export, manifest, rows};
use crate::export_append::verify;
use crate::export_crash::{Moment, kill};
use crate::support::{Server, output_text, vbs};

/// The jobs of the service in their newest states, collected by plain HTTP.
struct Observer {
    http: Client,
    endpoint: String,
    project: String,
    token: String,
    jobs: BTreeMap<String, Value>,
}

impl Observer {
    fn new(server: &Server) -> Self {
        Self {
            http: Client::builder().no_proxy().build().unwrap(),
            endpoint: server.variable("VBS_ENDPOINT").trim_end_matches('/').to_owned(),
            project: server.variable("OS_PROJECT_ID").to_owned(),
            token: server.variable("OS_TOKEN").to_owned(),
            jobs: BTreeMap::new(),
        }
    }

    async fn get(&self, path: &str) -> Value {
        let url = format!("{}/v2/{}/backuppolicy{path}", self.endpoint, self.project);
        let response = self.http.get(url).header("X-Auth-Token", &self.token).send().await.unwrap();
        assert!(response.status().is_success(), "{response:?}");
        response.json().await.unwrap()
    }

    async fn clear_faults(&self) {
        let url = format!("{}/admin/faults", self.endpoint);
        let response = self.http.request(Method::DELETE, url).send().await.unwrap();
        assert!(response.status().is_success(), "{response:?}");
    }

    async fn observe(&mut self) {
        let policies = self.get("").await;
        for policy in policies["backup_policies"].as_array().unwrap() {
            let policy = policy["backup_policy_id"].as_str().unwrap();
            let page = self.get(&format!("/{policy}/backuptasks?limit=1000")).await;
            let tasks = page["tasks"].as_array().unwrap();
            assert!(tasks.len() < 1000, "there are more pages");
            for task in tasks {
                let mut task = task.clone();
                task["policy_id"] = json!(policy);
                self.jobs.insert(task["job_id"].as_str().unwrap().to_owned(), task);
            }
        }
    }
}

/// A time of the wire, which is in UTC if it has no zone.
fn time(value: &Value) -> Option<Timestamp> {
    let text = value.as_str()?;
    Some(text.parse().unwrap_or_else(|_| format!("{text}Z").parse().unwrap()))
}

fn is_in_gap(manifest: &Value, job: &Value) -> bool {
    let gaps = manifest["projects"][0]["gaps"].as_array().unwrap();
    let created_at = time(&job["created_at"]).unwrap();
    gaps.iter().any(|gap| {
        gap["policy_id"] == job["policy_id"]
            && (time(&gap["from"]).unwrap()..time(&gap["to"]).unwrap()).contains(&created_at)
    })
}

/// The day of the last export.
const LAST_DAY: u32 = 72;

#[tokio::test]
async fn archive_of_40_exports_is_what_happened() {
    let server = Server::start("");
    let temporary = tempfile::tempdir().unwrap();
    let directory = temporary.path().join("archive");
    let mut observer = Observer::new(&server);
    // Jobs run at this time of the day.
    server.advance("PT23H10M");
    let mut now: Timestamp = "2026-01-16T05:10:00Z".parse().unwrap();
    for day in 0..=LAST_DAY {
        observer.observe().await;
        let options = format!("--append --now {now}");
        match day {
            // The service is down, then it refuses, and an export is killed when it is back.
            4 => {
                server.fault("GET /v2/**: 503-html; times=always");
                server.fault("GET /v3/**: 503-html; times=always");
                fails(&server, &directory, &options);
                observer.clear_faults().await;
            }
            5 => {
                server.fault("GET /v2/*/backuppolicy/*/backuptasks: status; code=403; times=always");
                fails(&server, &directory, &options);
                observer.clear_faults().await;
            }
            6 => {
                let command = server.vbs(&format!("export --to {} {options}", directory.display()));
                assert!(kill(command, &directory, Moment::Received), "it had ended by then");
            }
            // Nobody notices for longer than the service remembers.
            20..52 => {}
            _ => {
                let output = export(&server, &directory, &options);
                assert!(output.status.success(), "day {day}: {}", output_text(&output));
                assert_eq!(
                    output_text(&output).contains("are lost"),
                    day == 52,
                    "day {day}: {}",
                    output_text(&output)
                );
            }
        }
        if day < LAST_DAY {
            server.advance("P1D");
            now += SignedDuration::from_hours(24);
        }
    }
    verify(&directory);

    let manifest = manifest(&directory);
    let mut archived: BTreeMap<String, Value> = BTreeMap::new();
    for row in rows(&directory, "jobs") {
        let id = row["job_id"].as_str().unwrap().to_owned();
        assert!(archived.insert(id, row).is_none());
    }
    let (mut lost, mut unknown) = (0, 0);
    for (id, job) in &observer.jobs {
        let Some(row) = archived.remove(id) else {
            assert!(is_in_gap(&manifest, job), "{job} is missing");
            lost += 1;
            continue;
        };
        for field in ["policy_id", "backup_name", "resource_id", "resource_type", "vbs_job_id", "message"] {
            assert_eq!(row[field], *job.get(field).unwrap_or(&Value::Null), "{row}");
        }
        assert_eq!(time(&row["created_at"]), time(&job["created_at"]), "{row}");
        if row["outcome_unknown"] == true {
            assert!(["RUNNING", "WAITING"].contains(&row["status"].as_str().unwrap()), "{row}");
            unknown += 1;
        } else {
            assert_eq!(row["status"], job["status"], "{row}");
            assert_eq!(time(&row["finished_at"]), time(&job["finished_at"]), "{row}");
        }
    }
    assert!(archived.is_empty(), "{archived:?}");
    // The report counts the jobs of 30 days by their statuses.
    let since = now - SignedDuration::from_hours(30 * 24);
    let report = vbs(&format!("report --since 30d -o json --from {}", directory.display())).output().unwrap();
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    let recent = |statuses: &[&str]| {
        let jobs = observer.jobs.values().filter(|job| time(&job["created_at"]).unwrap() >= since);
        jobs.filter(|job| statuses.contains(&job["status"].as_str().unwrap())).count()
    };
    for (count, statuses) in [
        ("ok", &["EXECUTE_SUCCESS"][..]),
        ("failed", &["EXECUTE_FAIL"]),
        ("timeout", &["EXECUTE_TIMEOUT"]),
        ("skipped", &["SKIP"]),
        ("running", &["RUNNING", "WAITING"]),
    ] {
        assert_eq!(report["total"][count], recent(statuses), "{count}");
    }
    // The test needs all of these cases.
    assert!(lost > 0 && unknown > 0 && observer.jobs.len() > 500, "{lost} {unknown} {}", observer.jobs.len());
}

#[track_caller]
fn fails(server: &Server, directory: &Path, options: &str) {
    let output = export(server, directory, options);
    assert!(!output.status.success(), "{}", output_text(&output));
}
