//! Jobs that arrive while a client walks.

use otc_vbs_sandbox::{Error, Sandbox};

use crate::caller::{Caller, ids};

#[tokio::test]
async fn new_jobs_shift_an_offset_but_not_a_marker() {
    let caller = Caller::of(Sandbox::builder().policies(1).jobs(40)).await;
    let before = ids(&caller.all("").await);
    let first = caller.page("limit=10").await.ids();
    assert_eq!(first, before[..10]);

    let arrived = caller.sandbox.arrive(&caller.policy(0), 4).unwrap();
    assert_eq!(arrived.len(), 4);
    let page = caller.page(&format!("limit=10&marker={}", first[9])).await;
    assert_eq!((page.ids().as_slice(), page.count), (&before[10..20], 44));
    let page = caller.page("limit=10&offset=10").await;
    assert_eq!(page.ids(), before[6..16]);

    let after = caller.all("").await;
    let arrived: Vec<String> = arrived.iter().map(ToString::to_string).collect();
    assert_eq!(ids(&after), [arrived, before].concat());
    let created: Vec<&str> = after.iter().map(|job| job["created_at"].as_str().unwrap()).collect();
    assert!(created.is_sorted_by(|newer, older| newer >= older));
}

#[tokio::test]
async fn triggered_policy_creates_a_job_for_each_disk() {
    let caller = Caller::of(Sandbox::builder().policies(2).disks(7).jobs(20)).await;
    let triggered = caller.sandbox.trigger(&caller.policy(0)).unwrap();
    assert_eq!(triggered.len(), 4);
    assert_eq!(caller.sandbox.job_count(), 24);
    let jobs = caller.page("limit=4").await.jobs;
    let mut disks: Vec<&str> = jobs.iter().map(|job| job["resource_id"].as_str().unwrap()).collect();
    disks.sort();
    disks.dedup();
    assert_eq!(disks.len(), 4);
    assert!(jobs.iter().all(|job| job["status"] == "RUNNING" || job["status"] == "WAITING"));

    let older = caller.all("").await.split_off(4);
    assert!(older.iter().all(|job| {
        let disk = job["resource_id"].as_str().unwrap();
        disks.binary_search(&disk).is_ok()
    }));

    let other = caller.get(&caller.jobs_path(1)).await;
    let other: serde_json::Value = other.json().await.unwrap();
    assert_eq!(other["count"], 3);
}

#[tokio::test]
async fn jobs_arrive_only_at_policies_with_disks_and_at_most_a_million_at_once() {
    let caller = Caller::of(Sandbox::builder().policies(2).disks(1).jobs(48)).await;
    let arrive = |policy, jobs| caller.sandbox.arrive(&caller.policy(policy), jobs);
    assert!(caller.sandbox.trigger(&caller.policy(1)).unwrap().is_empty());
    assert!(matches!(arrive(1, 1), Err(Error::JobsWithoutDisk)));
    assert!(arrive(0, 0).unwrap().is_empty());
    assert!(matches!(arrive(0, u64::MAX), Err(Error::TooMany { .. })));
    assert_eq!(arrive(0, 1).unwrap().len(), 1);
    let refused = arrive(0, 1_000_001).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the sandbox holds at most 1000000 jobs that arrive at once, not 1000001. Ask for fewer"
    );
    assert_eq!(caller.page("").await.count, 49);
    let unknown = "af8a20b0-117d-4fc3-ae53-aa3968a4f870".parse().unwrap();
    let refused = caller.sandbox.trigger(&unknown).unwrap_err();
    assert!(matches!(refused, Error::UnknownPolicy(_)));
}
