//! Lists whose pages are inconsistent or fail, and many lists at once.

use futures_util::TryStreamExt;
use futures_util::future::join_all;
use otc_vbs::Client;
use otc_vbs::transport::HttpTransport;
use otc_vbs_sandbox::Sandbox;
use otc_vbs_testing::{Counted, POLICY, Script, TestService as _, json, status};
use serde_json::json as value;

use crate::at_once;

fn page(jobs: &[u32], count: u32) -> http::Response<bytes::Bytes> {
    let tasks: Vec<_> = jobs
        .iter()
        .map(|id| value!({ "status": "RUNNING", "job_id": format!("j{id}"), "created_at": "2026-01-01T00:00:00" }))
        .collect();
    json(value!({ "tasks": tasks, "count": count }).to_string())
}

/// The jobs of a list with pages of two.
async fn walk(service: &Script) -> otc_vbs::Result<Vec<String>> {
    let client = service.builder().retry(at_once()).build().unwrap();
    let jobs = client.policy(POLICY).backup_jobs().limit(2).items();
    jobs.map_ok(|job| job.job_id.to_string()).try_collect().await
}

#[tokio::test]
async fn repeated_page_is_an_error() {
    let service = Script::always(page(&[1, 2], 9));
    let error = walk(&service).await.unwrap_err();
    assert!(!error.is_retryable());
    assert!(error.to_string().contains("the service repeats a page"), "{error}");
    assert_eq!(service.requests(), 2);
}

#[tokio::test]
async fn short_page_is_not_the_last_if_the_count_is_higher() {
    // An empty page is the last, regardless of its count.
    let service = Script::new([page(&[1, 2], 9), page(&[3], 9), page(&[], 9)]);
    assert_eq!(walk(&service).await.unwrap(), ["j1", "j2", "j3"]);
    assert_eq!(service.requests(), 3);
}

#[tokio::test]
async fn page_that_fails_once_is_requested_again() {
    let service = Script::new([page(&[1, 2], 3), status(502), page(&[3], 3)]);
    assert_eq!(walk(&service).await.unwrap(), ["j1", "j2", "j3"]);
    assert_eq!(service.requests(), 3);
}

#[tokio::test]
async fn hundred_concurrent_lists_share_the_concurrency_limit() {
    let sandbox = Sandbox::builder().policies(1).jobs(95).start().await.unwrap();
    let policy = sandbox.policy_ids().next().unwrap();
    let (http, counted) = Counted::around(HttpTransport::builder().build().unwrap());
    let client = Client::builder()
        .endpoint(sandbox.endpoint())
        .project_id(sandbox.project_id())
        .token(sandbox.token())
        .transport(http)
        .concurrency(16)
        .build()
        .unwrap();
    let walks = (0..100).map(|_| async {
        let jobs = client.policy(&policy).backup_jobs().limit(20).items();
        let jobs: Vec<_> = jobs.map_ok(|job| job.job_id).try_collect().await.unwrap();
        jobs
    });
    let walks = join_all(walks).await;
    assert_eq!(walks[0].len(), 95);
    assert!(walks.iter().all(|walk| *walk == walks[0]));
    assert_eq!(counted.requests(), 100 * 5);
    assert!(counted.most_in_flight() <= 16, "{}", counted.most_in_flight());
    assert_eq!(counted.in_flight(), 0);
}
