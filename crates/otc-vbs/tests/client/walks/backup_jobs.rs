//! The list of backup jobs, which has a marker, and a `count` whose meaning the reference does not define.

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use http::Response;
use otc_vbs::types::BackupJobStatus;
use otc_vbs::{Client, Result};
use otc_vbs_sandbox::{CountReading, Sandbox};
use otc_vbs_testing::{Canned, POLICY, json};
use serde_json::json as value;

use super::queries;

/// A page of jobs with these ids.
fn page(jobs: &[u32], count: Option<usize>) -> Response<Bytes> {
    let tasks: Vec<_> = jobs
        .iter()
        .map(|id| value!({ "status": "RUNNING", "job_id": format!("j{id}"), "created_at": "2026-01-01T00:00:00" }))
        .collect();
    json(value!({ "tasks": tasks, "count": count }).to_string())
}

/// The jobs of a stream, and the queries of its requests.
async fn walk(
    limit: u32,
    pages: impl IntoIterator<Item = Response<Bytes>>,
) -> (Result<Vec<String>>, Vec<String>) {
    let service = Canned::new(pages);
    let jobs = service.client().policy(POLICY).backup_jobs().limit(limit).items();
    let jobs = jobs.map_ok(|job| job.job_id.to_string()).try_collect().await;
    (jobs, queries(&service))
}

fn ids(jobs: std::ops::RangeInclusive<u32>) -> Vec<String> {
    jobs.map(|id| format!("j{id}")).collect()
}

#[tokio::test]
async fn short_page_is_the_last() {
    for (first, second) in [(Some(5), Some(5)), (Some(3), Some(2)), (None, None)] {
        let (jobs, queries) = walk(3, [page(&[1, 2, 3], first), page(&[4, 5], second)]).await;
        assert_eq!(jobs.unwrap(), ids(1..=5));
        assert_eq!(queries, ["limit=3", "limit=3&marker=j3"]);
    }
}

#[tokio::test]
async fn empty_page_is_the_last() {
    let (jobs, queries) = walk(2, [page(&[1, 2], Some(2)), page(&[], Some(0))]).await;
    assert_eq!(jobs.unwrap(), ids(1..=2));
    assert_eq!(queries, ["limit=2", "limit=2&marker=j2"]);
    let (jobs, queries) = walk(2, [page(&[], Some(0))]).await;
    assert_eq!((jobs.unwrap(), queries.len()), (vec![], 1));
}

#[tokio::test]
async fn every_job_is_returned_if_the_service_limits_its_pages() {
    let all: Vec<u32> = (1..=50).collect();
    // The service sends at most 25 jobs; its count is that of the list, or of the page.
    for count in [Some(50), Some(25), None] {
        let pages = [page(&all[..25], count), page(&all[25..], count), page(&[], Some(0))];
        let (jobs, _) = walk(100, pages).await;
        assert_eq!(jobs.unwrap(), ids(1..=50));
    }
}

#[tokio::test]
async fn empty_page_is_the_last_even_if_the_count_is_higher() {
    // The other jobs are now older than the 30 days that the service lists.
    let (jobs, queries) = walk(10, [page(&[1, 2], Some(9)), page(&[], Some(9))]).await;
    assert_eq!((jobs.unwrap(), queries.len()), (ids(1..=2), 2));
}

#[tokio::test]
async fn marker_that_is_part_of_its_page_is_returned_once() {
    let (jobs, _) =
        walk(3, [page(&[1, 2, 3], Some(5)), page(&[3, 4, 5], Some(5)), page(&[5], Some(5))]).await;
    assert_eq!(jobs.unwrap(), ids(1..=5));
}

#[tokio::test]
async fn repeated_page_is_an_error() {
    let (jobs, queries) = walk(2, [page(&[1, 2], Some(9)), page(&[1, 2], Some(9))]).await;
    let error = jobs.unwrap_err();
    assert_eq!(
        error.to_string(),
        "listBackupJobs: the service repeats a page after j2, so the list would never end"
    );
    assert!(!error.is_retryable());
    assert_eq!(queries.len(), 2);
}

#[tokio::test]
async fn cycle_of_pages_is_an_error() {
    let pages = [page(&[1, 2], None), page(&[3, 4], None), page(&[1, 2], None)];
    assert!(walk(2, pages).await.0.is_err());
}

#[tokio::test]
async fn pages_may_have_one_job() {
    let (jobs, _) = walk(1, [page(&[1], None), page(&[2], None), page(&[], None)]).await;
    assert_eq!(jobs.unwrap(), ids(1..=2));
    // A service that repeats the marker forever differs from one that has no more jobs.
    assert!(walk(1, [page(&[1], None), page(&[1], None)]).await.0.is_err());
}

#[tokio::test]
async fn stream_begins_at_the_offset() {
    let service = Canned::new([page(&[7, 8], Some(9)), page(&[9], Some(9))]);
    let query = service.client().policy(POLICY).backup_jobs().limit(2).offset(6);
    let jobs: Vec<_> = query.items().map_ok(|job| job.job_id.to_string()).try_collect().await.unwrap();
    assert_eq!(jobs, ids(7..=9));
    let [first, second] = &service.requested()[..] else { unreachable!("two requests") };
    assert!(first.ends_with("?limit=2&offset=6"), "{first}");
    assert!(second.ends_with("?limit=2&marker=j8"), "{second}");
}

/// The number of requests for the 50 jobs of a policy.
async fn requests_for_all(service: &Canned, client: &Client) -> usize {
    let before = service.requested().len();
    let jobs = client.policy(POLICY).backup_jobs().items();
    assert_eq!(jobs.try_collect::<Vec<_>>().await.unwrap().len(), 50);
    service.requested().len() - before
}

#[tokio::test]
async fn policy_with_50_jobs_costs_one_request_once_a_count_was_larger_than_its_page() {
    let all: Vec<u32> = (1..=50).collect();
    let whole = || page(&all, Some(50));
    let service = Canned::new([whole(), page(&[], Some(50)), page(&[1], Some(50)), whole(), whole()]);
    let client = service.client();
    // The count may be that of the page, and the service may limit its pages.
    assert_eq!(requests_for_all(&service, &client).await, 2);
    let first = client.policy(POLICY).backup_jobs().limit(1).send().await.unwrap();
    assert_eq!(first.count, Some(50));
    assert_eq!(requests_for_all(&service, &client).await, 1);
    assert_eq!(requests_for_all(&service, &client.clone()).await, 1);
}

#[tokio::test]
async fn stream_ends_after_an_error() {
    let mut failure = json("");
    *failure.status_mut() = http::StatusCode::BAD_GATEWAY;
    let service = Canned::new([page(&[1, 2], None), failure]);
    let mut jobs = service.client().policy(POLICY).backup_jobs().limit(2).items();
    assert!(jobs.try_next().await.unwrap().is_some());
    assert!(jobs.try_next().await.unwrap().is_some());
    assert!(jobs.try_next().await.is_err());
    assert_eq!(jobs.try_next().await.unwrap(), None);
}

fn client_of(sandbox: &Sandbox) -> Client {
    Client::builder()
        .endpoint(sandbox.endpoint())
        .project_id(sandbox.project_id())
        .token(sandbox.token())
        .build()
        .unwrap()
}

#[tokio::test]
async fn jobs_that_start_between_two_pages_shift_no_others() {
    for reading in [CountReading::All, CountReading::Page] {
        let sandbox = Sandbox::builder().policies(1).jobs(50).count_reading(reading).start().await.unwrap();
        let policy = sandbox.policy_ids().next().unwrap();
        let query = client_of(&sandbox).policy(&policy).backup_jobs().limit(20);
        let before: Vec<_> = query.clone().limit(1000).items().try_collect().await.unwrap();
        assert_eq!(before.len(), 50);

        let mut jobs = query.clone().items();
        let mut walked = Vec::new();
        while let Some(job) = jobs.try_next().await.unwrap() {
            walked.push(job);
            // Pages have 20 jobs: some jobs start after the first page, and some after the second.
            if walked.len() == 5 || walked.len() == 25 {
                sandbox.arrive(&policy, 7).unwrap();
            }
        }
        assert_eq!(walked, before);

        let after: Vec<_> = query.items().try_collect().await.unwrap();
        assert_eq!((after.len(), &after[14..]), (64, &before[..]));
    }
}

#[tokio::test]
async fn every_job_is_returned_with_any_limit() {
    for reading in [CountReading::All, CountReading::Page] {
        let sandbox = Sandbox::builder().policies(2).jobs(301).count_reading(reading).start().await.unwrap();
        let client = client_of(&sandbox);
        for limit in [1, 7, 20, 50, 151, 1000] {
            let mut found = std::collections::HashSet::new();
            for policy in client.policies().list().send().await.unwrap().items {
                let jobs = client.policy(policy.backup_policy_id).backup_jobs().limit(limit).items();
                found.extend(jobs.map_ok(|job| job.job_id).try_collect::<Vec<_>>().await.unwrap());
            }
            assert_eq!(found.len(), 301, "{reading:?}, {limit}");
        }
        let policy = sandbox.policy_ids().next().unwrap();
        for status in BackupJobStatus::LISTED {
            let jobs = client.policy(&policy).backup_jobs().status(status.clone()).limit(3).items();
            let jobs: Vec<_> = jobs.try_collect().await.unwrap();
            assert!(!jobs.is_empty() && jobs.iter().all(|job| job.status == *status), "{status}");
        }
    }
}
