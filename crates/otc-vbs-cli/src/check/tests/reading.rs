//! How far back jobs are read.

#![allow(clippy::unwrap_used)]

use jiff::{SignedDuration, Timestamp};
use otc_vbs::types::BackupPolicy;
use otc_vbs::{Client, Schedule};
use otc_vbs_sandbox::Sandbox;

use super::support::{at, jobs, policy, schedule};
use crate::check::plan::Options;
use crate::check::read::{JobsRead, is_covered, read_all_jobs, read_jobs};

#[test]
fn jobs_cover_the_runs_that_are_needed() {
    let now = at("15 12:00");
    let week =
        |disk: &str| -> String { (8..=15).rev().map(|day| format!("{disk} {day:02} 01:01 ok\n")).collect() };
    let daily = policy("01:00", 1);
    let covered =
        |policy: &BackupPolicy, lines: &str| is_covered(policy, &jobs(lines).jobs, now, &Options::default());
    assert!(!covered(&daily, ""));
    assert!(!covered(&daily, "a 15 01:01 ok\na 14 01:01 ok"), "the run before may have more jobs");
    assert!(covered(&daily, "a 15 01:01 ok\na 14 01:01 ok\na 13 01:01 ok"));
    assert!(!covered(&daily, "a 13 01:01 ok\na 12 01:01 ok"), "the newest run with jobs is an older one");
    assert!(!covered(&policy("01:00", 2), &week("a")), "a disk has no job");
    assert!(covered(&policy("01:00", 2), &(week("a") + &week("b"))));

    let failing = "a 15 01:01 fail\na 14 01:01 fail\na 13 01:01 fail\na 12 01:01 fail";
    assert!(!covered(&daily, failing), "the last good backup is missing");
    assert!(covered(&daily, &format!("{failing}\na 11 01:01 ok")));
    let running = week("a") + "a 15 11:01 running";
    assert!(!covered(&daily, &running), "the usual duration is not known");
    assert!(covered(&daily, &(running + &week("a"))));

    let mut every_three_days = policy("01:00", 1);
    schedule(&mut every_three_days).frequency = Some(3);
    assert!(!covered(&every_three_days, "a 14 11:01 ok\na 11 11:01 ok"), "the days are not known");
    let mut broken = policy("25:00", 1);
    assert!(covered(&broken, "a 14 11:01 ok"), "more jobs would not help");
    schedule(&mut broken).status = Some("OFF".into());
    assert!(covered(&broken, "a 02 11:01 fail"));

    let by_age = Options { max_age: Some(SignedDuration::from_hours(5 * 24)), ..Options::default() };
    let three = jobs("a 15 01:01 ok\na 14 01:01 ok\na 13 01:01 ok").jobs;
    assert!(!is_covered(&daily, &three, now, &by_age));
    assert!(is_covered(&daily, &jobs(&week("a")).jobs, now, &by_age));
}

async fn sandbox() -> (Sandbox, Client) {
    let sandbox = Sandbox::builder().real_time_tokens(true).record_requests(true);
    let sandbox = sandbox.policies(1).disks(30).start().await.unwrap();
    let client = Client::builder().endpoint(sandbox.endpoint()).project_id(sandbox.project_id());
    let client = client.token(sandbox.token()).allow_http(true).build().unwrap();
    (sandbox, client)
}

/// The jobs that are read for the only policy, and the number of requests that it takes.
async fn read(sandbox: &Sandbox, client: &Client, now: Timestamp) -> (JobsRead, usize) {
    let policies: Vec<BackupPolicy> = client.policies().list().items().try_collect().await.unwrap();
    let before = sandbox.requests().len();
    let read = read_jobs(client, &policies[0], now, &Options::default()).await.unwrap();
    (read, sandbox.requests().len() - before)
}

#[tokio::test]
async fn usual_case_takes_one_request() {
    let (sandbox, client) = sandbox().await;
    sandbox.fault(
        "GET /v2/**/backuptasks: unknown-status; value=EXECUTE_SUCCESS; times=always".parse().unwrap(),
    );
    let (read, requests) = read(&sandbox, &client, sandbox.now()).await;
    assert_eq!(requests, 1);
    assert!(!read.is_complete && read.jobs.len() < 300, "{}", read.jobs.len());
}

#[tokio::test]
async fn reading_ends_with_the_list() {
    let (sandbox, client) = sandbox().await;
    sandbox
        .fault("GET /v2/**/backuptasks: unknown-status; value=EXECUTE_FAIL; times=always".parse().unwrap());
    let (read, requests) = read(&sandbox, &client, sandbox.now()).await;
    assert!(read.is_complete, "no backup is good, so all jobs are read");
    assert_eq!(read.jobs.len() as u64, sandbox.job_count());
    assert!(requests <= read.jobs.len().div_ceil(100), "{requests} requests");
}

#[tokio::test]
async fn policy_that_is_off_takes_one_job() {
    let (sandbox, client) = sandbox().await;
    let policy = sandbox.policy_ids().next().unwrap();
    client.policy(&policy).disable().send().await.unwrap();
    let (read, requests) = read(&sandbox, &client, sandbox.now()).await;
    assert_eq!((read.jobs.len(), requests), (1, 1));
}

#[tokio::test]
async fn policy_without_jobs_takes_one_request() {
    let (sandbox, client) = sandbox().await;
    let schedule = Schedule::builder().at([1]).every_days(1).keep_backups(14).build().unwrap();
    let policy = sandbox.policy_ids().next().unwrap();
    client.policy(&policy).delete().send().await.unwrap();
    client.policies().create("new", &schedule).send().await.unwrap();
    let (read, requests) = read(&sandbox, &client, sandbox.now()).await;
    assert_eq!((read.jobs.len(), read.is_complete, requests), (0, true, 1));
}

#[tokio::test]
async fn all_jobs_are_read_for_an_estimate() {
    let (sandbox, client) = sandbox().await;
    let policy = sandbox.policy_ids().next().unwrap();
    let read = read_all_jobs(&client, &policy).await.unwrap();
    assert!(read.is_complete);
    assert_eq!(read.jobs.len() as u64, sandbox.job_count());
}
