//! Every morning for 60 days.

use std::time::Duration;

use otc_vbs::types::{DiskId, PolicyId, Weekday};
use otc_vbs::{Client, Schedule, ScheduleBuilder};
use otc_vbs_sandbox::Sandbox;
use serde_json::Value;

use super::{ALL_WELL, code, rows, utf8};
use crate::support::{output_text, vbs};

/// A sandbox that only has the policies that a test creates.
struct Cloud {
    runtime: tokio::runtime::Runtime,
    sandbox: Sandbox,
    client: Client,
    free: Vec<DiskId>,
}

impl Cloud {
    fn start(disks: u64) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let builder = Sandbox::builder().real_time_tokens(true).record_requests(true);
        let builder = builder.policies(1).disks(disks).jobs(0);
        let (sandbox, client) = runtime.block_on(async {
            let sandbox = builder.start().await.unwrap();
            let client = Client::builder().endpoint(sandbox.endpoint()).project_id(sandbox.project_id());
            let client = client.token(sandbox.token()).build().unwrap();
            let seeded = sandbox.policy_ids().next().unwrap();
            client.policy(&seeded).delete().send().await.unwrap();
            (sandbox, client)
        });
        let free = sandbox.free_disk_ids().collect();
        Self { runtime, sandbox, client, free }
    }

    fn policy(&mut self, name: &str, schedule: ScheduleBuilder, disks: usize) -> (PolicyId, Vec<DiskId>) {
        let disks: Vec<DiskId> = self.free.drain(..disks).collect();
        let schedule = schedule.keep_backups(14).build().unwrap();
        let id = self.runtime.block_on(async {
            let id = self.client.policies().create(name, &schedule).send().await.unwrap();
            let added = self.client.policy(&id).associate(disks.iter().cloned()).send().await.unwrap();
            assert!(added.is_complete());
            id
        });
        (id, disks)
    }

    fn advance_hours(&self, hours: u64) {
        self.sandbox.advance(Duration::from_secs(hours * 3600)).unwrap();
    }

    fn fault(&self, fault: &str) {
        self.sandbox.fault(fault.parse().unwrap());
    }

    /// The next list of jobs has this status only.
    fn status_once(&self, status: &str) {
        self.fault(&format!("GET /v2/*/backuppolicy/*/backuptasks: unknown-status; value={status}; times=1"));
    }

    fn check(&self, options: &str) -> std::process::Output {
        vbs(&format!("check --now {} {options}", self.sandbox.now()))
            .env("VBS_ENDPOINT", self.sandbox.endpoint().as_str())
            .env("OS_PROJECT_ID", self.sandbox.project_id())
            .env("OS_TOKEN", self.sandbox.token())
            .output()
            .unwrap()
    }

    /// The exit code, and the verdicts of what is not healthy.
    fn found(&self) -> (i32, Vec<String>) {
        let output = self.check("-o jsonl");
        let verdict = |row: &Value| row["verdict"].as_str().unwrap_or("quota").to_owned();
        (code(&output), rows(&output).iter().map(verdict).collect())
    }

    fn expect(&self, expected_code: i32, verdict: &str, disks: usize) {
        let (code, verdicts) = self.found();
        assert_eq!(
            (code, verdicts),
            (expected_code, vec![verdict.to_owned(); disks]),
            "{}",
            self.sandbox.now()
        );
    }
}

fn schedule(hours: &[u32], zone: &str) -> ScheduleBuilder {
    Schedule::builder().at(hours.iter().copied()).time_zone(zone)
}

#[test]
fn one_line_says_that_all_is_well_every_morning() {
    let mut cloud = Cloud::start(9);
    cloud.fault(ALL_WELL);
    cloud.policy("nightly", schedule(&[1], "UTC+00:00").every_days(1), 2);
    cloud.policy("thrice", schedule(&[22, 2, 5], "UTC+02:00").every_days(1), 2);
    cloud.policy("india", schedule(&[22], "UTC+05:30").on([Weekday::Mon, Weekday::Wed, Weekday::Fri]), 1);
    cloud.policy("weekend", schedule(&[1, 20], "UTC-03:00").on([Weekday::Sat, Weekday::Sun]), 1);
    cloud.policy("every-third", schedule(&[3, 13], "UTC-09:30").every_days(3), 1);
    // Until each policy has run.
    cloud.advance_hours(8 * 24);
    for day in 0..60 {
        // At each hour of the day.
        cloud.advance_hours(25);
        let before = cloud.sandbox.requests().len();
        let output = cloud.check("");
        assert_eq!(code(&output), 0, "day {day}: {}", output_text(&output));
        assert_eq!(utf8(&output.stdout), "VBS OK - 7 of 7 disks backed up on schedule\n", "day {day}");
        // The policies, the quotas, and the jobs of each policy.
        let requests = &cloud.sandbox.requests()[before..];
        let jobs = requests.iter().filter(|request| request.uri.path().ends_with("/backuptasks")).count();
        assert_eq!((jobs, requests.len()), (5, 7), "day {day}: {requests:?}");
    }
}

#[test]
fn each_problem_has_its_verdict_and_exit_code() {
    let mut cloud = Cloud::start(9);
    let (id, disks) = cloud.policy("nightly", schedule(&[1], "UTC+00:00").every_days(1), 2);
    let policy = cloud.client.policy(&id);
    for _ in 0..5 {
        cloud.advance_hours(24);
        cloud.status_once("EXECUTE_SUCCESS");
        cloud.expect(0, "", 0);
    }
    for (status, code, verdict) in [
        ("EXECUTE_FAIL", 2, "failed"),
        ("EXECUTE_TIMEOUT", 2, "failed"),
        ("SKIP", 1, "skipped"),
        ("HALTED", 3, "unknown"),
    ] {
        cloud.advance_hours(24);
        cloud.status_once(status);
        cloud.expect(code, verdict, 2);
    }
    // Started seven hours ago or more.
    cloud.advance_hours(26);
    cloud.status_once("RUNNING");
    cloud.expect(1, "late", 2);

    cloud.fault(ALL_WELL);
    cloud.advance_hours(22);
    cloud.expect(0, "", 0);
    cloud.runtime.block_on(policy.disable().send()).unwrap();
    cloud.advance_hours(24);
    cloud.expect(1, "off", 1);
    cloud.runtime.block_on(policy.enable().send()).unwrap();
    cloud.expect(0, "", 0);
    // The grace period of the run that did not happen is over.
    cloud.advance_hours(1);
    cloud.expect(2, "missed", 2);
    cloud.advance_hours(23);
    cloud.expect(0, "", 0);

    cloud.runtime.block_on(policy.disassociate([disks[0].clone()]).send()).unwrap();
    cloud.advance_hours(24);
    cloud.expect(0, "removed", 1);
    cloud.advance_hours(24);
    cloud.expect(0, "", 0);
    let added = cloud.free[0].clone();
    cloud.runtime.block_on(policy.associate([added]).send()).unwrap();
    cloud.expect(1, "never", 1);

    cloud.fault("GET /v2/*/cloudbackups/quota: huge-numbers; field=used; value=4990; times=always");
    cloud.fault("GET /v2/*/cloudbackups/quota: huge-numbers; field=quota; value=5000; times=always");
    cloud.advance_hours(24);
    cloud.expect(1, "quota", 1);
}

#[test]
fn reading_stops_when_the_window_is_covered() {
    let mut cloud = Cloud::start(60);
    cloud.fault(ALL_WELL);
    cloud.policy("hourly", schedule(&Vec::from_iter(0..24), "UTC+00:00").every_days(1), 50);
    cloud.advance_hours(20 * 24);
    let before = cloud.sandbox.requests().len();
    assert_eq!(code(&cloud.check("")), 0);
    let requests = &cloud.sandbox.requests()[before..];
    let jobs = requests.iter().filter(|request| request.uri.path().ends_with("/backuptasks")).count();
    // 24,000 jobs are listed.
    assert_eq!(jobs, 1, "{requests:?}");
}
