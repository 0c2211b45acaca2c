//! The mix of requests, and their allowed answers.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use otc_vbs_sandbox::Sandbox;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::call::{Call, call, get, post};

/// The number of ids of each kind that are remembered, the newest ones.
const MOST_KNOWN: usize = 40;

/// Draws requests by their numbers and sends them.
pub(crate) struct Mix {
    http: Client,
    address: String,
    project: String,
    /// A project to share backups with.
    other_project: String,
    token: String,
    login: Value,
    policies: Vec<String>,
    disks: Vec<String>,
    /// The newest ids, by kind.
    known: Mutex<BTreeMap<&'static str, VecDeque<String>>>,
    /// The number of answers, by call and status.
    counts: Mutex<BTreeMap<(&'static str, u16), u64>>,
}

impl Mix {
    pub(crate) async fn new(sandbox: &Sandbox) -> Self {
        let user = json!({
            "name": sandbox.user(),
            "password": sandbox.password(),
            "domain": { "name": sandbox.domain() },
        });
        let project = json!({
            "name": sandbox.project(),
            "domain": { "name": sandbox.domain() },
        });
        let mut mix = Self {
            http: Client::builder().no_proxy().build().unwrap(),
            address: sandbox.endpoint().as_str().trim_end_matches('/').to_owned(),
            project: String::new(),
            other_project: sandbox.delegated_project_id().to_owned(),
            token: String::new(),
            login: json!({ "auth": {
                "identity": { "methods": ["password"], "password": { "user": user } },
                "scope": { "project": project },
            }}),
            policies: Vec::new(),
            disks: Vec::new(),
            known: Mutex::default(),
            counts: Mutex::default(),
        };
        mix.sign_in().await;
        let policies = mix.send_call(get("policies", "backuppolicy", &[200])).await;
        mix.policies = texts(&policies["backup_policies"], "backup_policy_id");
        let disks = mix.send_call(get("disks", "volumes", &[200]).version("volume/v3")).await;
        mix.disks = texts(&disks["volumes"], "id");
        let backups = mix.send_call(get("backups", "backups?limit=40", &[200])).await;
        for backup in texts(&backups["backups"], "id") {
            mix.learn("backup", backup);
        }
        mix
    }

    async fn sign_in(&mut self) {
        let url = format!("{}/v3/auth/tokens", self.address);
        let response = self.http.post(url).json(&self.login).send().await.unwrap();
        assert_eq!(response.status(), 201);
        let token = response.headers()["x-subject-token"].to_str().unwrap();
        self.token = token.to_owned();
        let body: Value = response.json().await.unwrap();
        self.project = body["token"]["project"]["id"].as_str().unwrap().to_owned();
    }

    /// Moves the clock forward, then signs in again.
    pub(crate) async fn advance(&mut self, seconds: u64) {
        let url = format!("{}/admin/clock", self.address);
        let body = json!({ "advance_seconds": seconds });
        let response = self.http.post(url).json(&body).send().await.unwrap();
        assert_eq!(response.status(), 200);
        // Reads to the end, so that the connection is used again.
        response.bytes().await.unwrap();
        self.sign_in().await;
    }

    pub(crate) async fn send(&self, number: u64) {
        self.send_call(self.draw(hash(number))).await;
    }

    async fn send_call(&self, call: Call) -> Value {
        let url = format!("{}/{}/{}/{}", self.address, call.version, self.project, call.path);
        let mut request = self.http.request(call.method, url).header("X-Auth-Token", &self.token);
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.bytes().await.unwrap();
        let answer = String::from_utf8_lossy(&text);
        assert!(call.allowed.contains(&status), "{} {}: {status} {answer}", call.name, call.path);
        *self.counts.lock().unwrap().entry((call.name, status)).or_default() += 1;
        let body: Value = serde_json::from_slice(&text).unwrap_or_default();
        if let Some((what, place)) = call.learns
            && let Some(id) = body.pointer(place).and_then(Value::as_str)
        {
            self.learn(what, id.to_owned());
        }
        body
    }

    fn learn(&self, what: &'static str, id: String) {
        let mut known = self.known.lock().unwrap();
        let known = known.entry(what).or_default();
        known.push_back(id);
        if known.len() > MOST_KNOWN {
            known.pop_front();
        }
    }

    /// A remembered id of this kind, or an id that does not exist.
    fn known(&self, what: &str, drawn: u64) -> String {
        let known = self.known.lock().unwrap();
        let all = known.get(what).filter(|all| !all.is_empty());
        let one = all.map(|all| all[drawn as usize % all.len()].clone());
        one.unwrap_or_else(|| "af8a20b0-117d-4fc3-ae53-aa3968a4f870".to_owned())
    }

    fn draw(&self, drawn: u64) -> Call {
        let (kind, drawn) = (drawn % 32, drawn / 32);
        let one = |of: &[String]| of[drawn as usize % of.len()].clone();
        let (policy, disk) = (one(&self.policies), one(&self.disks));
        let jobs = format!("backuppolicy/{policy}/backuptasks");
        // Jobs of one policy, so that a remembered job can be the marker of a page.
        let jobs_of_first = format!("backuppolicy/{}/backuptasks", self.policies[0]);
        let (limit, offset) = (1 + drawn % 50, drawn % 1000);
        let (new_policy, backup) = (self.known("policy", drawn), self.known("backup", drawn));
        const FOUND: &[u16] = &[200, 404];
        const DONE: &[u16] = &[204, 404, 409];
        match kind {
            0 => get("jobs", format!("{jobs_of_first}?limit={limit}&offset={offset}"), &[200])
                .learning("marker", "/tasks/0/job_id"),
            1 => {
                let status = ["EXECUTE_FAIL", "RUNNING", "SKIP"][drawn as usize % 3];
                get("jobs by status", format!("{jobs}?status={status}&sort_dir=asc"), &[200])
            }
            // The job may be too old by now.
            2 => {
                let marker = self.known("marker", drawn);
                get("jobs after", format!("{jobs_of_first}?marker={marker}&limit={limit}"), &[200, 400])
            }
            3 => {
                let job = self.known("marker", drawn);
                get("one job", format!("{jobs_of_first}?job_id={job}&sort_key=created_at"), &[200])
            }
            4 => get("policies", "backuppolicy", &[200]),
            5 | 6 => {
                let body = json!({
                    "backup_policy_name": format!("load-{}", drawn % 1000),
                    "scheduled_policy": {
                        "start_time": "12:00,18:00", "frequency": 1 + drawn % 30, "rentention_num": 2 + drawn % 9, "status": "ON",
                    },
                });
                post("create policy", "backuppolicy", body, &[200, 409])
                    .learning("policy", "/backup_policy_id")
            }
            7 | 8 => call("delete policy", Method::DELETE, format!("backuppolicy/{new_policy}"), DONE),
            9 => {
                let body = json!({ "scheduled_policy": { "start_time": format!("{:02}:00", drawn % 24), "frequency": 1 } });
                let path = format!("backuppolicy/{new_policy}");
                Call { method: Method::PUT, ..post("change policy", path, body, FOUND) }
            }
            10 => {
                let tag = json!({ "tag": { "key": format!("key-{}", drawn % 12), "value": "v" } });
                post("add tag", format!("backuppolicy/{policy}/tags"), tag, DONE)
            }
            11 => {
                let path = format!("backuppolicy/{policy}/tags/key-{}", drawn % 12);
                call("remove tag", Method::DELETE, path, DONE)
            }
            12 => get("tags", format!("backuppolicy/{policy}/tags"), &[200]),
            13 => {
                let body = json!({ "action": "filter", "limit": "10", "tags_any": [{ "key": "stage", "values": [] }] });
                post("policies by tag", "backuppolicy/resource_instances/action", body, &[200])
            }
            14 => {
                let body = json!({
                    "backup_policy_id": new_policy,
                    "resources": [{ "resource_id": disk, "resource_type": "volume" }],
                });
                post("associate", "backuppolicyresources", body, FOUND)
            }
            15 => {
                let path = format!("backuppolicyresources/{new_policy}/deleted_resources");
                let body = json!({ "resources": [{ "resource_id": disk }] });
                post("disassociate", path, body, FOUND)
            }
            16 => call("run", Method::POST, format!("backuppolicy/{policy}/action"), DONE),
            // Fewer backups are created than deleted. Otherwise, memory would grow up to their quota.
            17 => {
                let body =
                    json!({ "backup": { "volume_id": disk, "name": format!("load-{}", drawn % 1000) } });
                post("create backup", "cloudbackups", body, &[200, 403, 409]).learning("job", "/job_id")
            }
            18..=20 => {
                call("delete backup", Method::POST, format!("cloudbackups/{backup}"), &[200, 404, 409])
                    .learning("job", "/job_id")
            }
            21 => {
                let path = format!("cloudbackups/{backup}/restore");
                let body = json!({ "restore": { "volume_id": disk } });
                post("restore", path, body, &[200, 400, 404, 409]).learning("job", "/job_id")
            }
            22 => {
                let body =
                    json!({ "shared": { "backup_id": backup, "to_project_ids": [self.other_project] } });
                post("share", "os-vendor-backup-sharing", body, &[200, 404, 409])
                    .learning("share", "/shared/0/id")
            }
            23 => get("shares", "os-vendor-backup-sharing/detail?sort_key=size", &[200]),
            24 => match drawn % 2 {
                0 => get("count shares", "os-vendor-backup-sharing/count", &[200]),
                _ => {
                    let share = self.known("share", drawn);
                    let path = format!("os-vendor-backup-sharing/{share}");
                    call("cancel share", Method::DELETE, path, FOUND)
                }
            },
            25 => get("quotas", "cloudbackups/quota", &[200]),
            26 => get("backups", format!("backups?limit={limit}&offset={}", drawn % 60), &[200])
                .learning("backup", "/backups/0/id"),
            27 => get("backups in full", format!("backups/detail?limit=3&offset={}", drawn % 60), &[200])
                .version("v3")
                .learning("backup", "/backups/1/id"),
            28 => get("backup", format!("backups/{backup}"), FOUND).version("v3"),
            29 | 30 => get("job", format!("jobs/{}", self.known("job", drawn)), FOUND)
                .version("v1")
                .learning("backup", "/entities/backup_id"),
            _ => get("disks", "volumes/detail", &[200]).version("volume/v3"),
        }
    }

    /// The number of calls, by name and status.
    pub(crate) fn counts(&self) -> String {
        let counts = self.counts.lock().unwrap();
        let lines = counts.iter().map(|((name, status), count)| format!("{name} {status}: {count}"));
        lines.collect::<Vec<_>>().join(", ")
    }

    /// Checks that the load does not consist of refusals only.
    pub(crate) fn assert_each_call_succeeded_once(&self, requests: u64) {
        let counts = self.counts.lock().unwrap();
        let names: std::collections::BTreeSet<&str> = counts.keys().map(|(name, _)| *name).collect();
        assert!(requests < 5_000 || names.len() >= 28, "{names:?}");
        for name in names {
            let mut of_name = counts.keys().filter(|(known, _)| *known == name);
            assert!(requests < 5_000 || of_name.any(|(_, status)| *status < 300), "{name}");
        }
    }
}

fn texts(list: &Value, field: &str) -> Vec<String> {
    let items = list.as_array().unwrap().iter();
    items.map(|item| item[field].as_str().unwrap().to_owned()).collect()
}

/// Hashes a number, so that consecutive numbers are unrelated.
fn hash(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ (mixed >> 27)) >> 8
}
