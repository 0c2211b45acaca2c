//! Pages, and items that can't be decoded.

use bytes::Bytes;
use http::Response;
use otc_vbs::types::BackupJobId;
use otc_vbs_testing::{Canned, POLICY, json};
use serde_json::{Value, json as value};

use super::queries;

fn job(id: u32) -> Value {
    value!({ "status": "RUNNING", "job_id": format!("j{id}"), "created_at": "2026-01-01T00:00:00" })
}

/// A job without an id.
fn odd_job() -> Value {
    value!({ "status": "RUNNING", "job_id": null, "created_at": "2026-01-01T00:00:00" })
}

fn page(jobs: impl IntoIterator<Item = Value>) -> Response<Bytes> {
    let jobs: Vec<_> = jobs.into_iter().collect();
    json(value!({ "tasks": jobs }).to_string())
}

#[tokio::test]
async fn list_is_resumed_with_the_marker_of_a_page() {
    let service = Canned::new([page([job(1), job(2)]), page([job(3)])]);
    let mut pages = service.client().policy(POLICY).backup_jobs().limit(2).pages();
    let first = pages.try_next().await.unwrap().unwrap();
    assert_eq!(first.items.len(), 2);
    // As another process would: the marker is stored as text.
    let marker: BackupJobId = first.next.unwrap().to_string().parse().unwrap();
    drop(pages);

    let request = service.client().policy(POLICY).backup_jobs();
    let mut pages = request.limit(2).marker(marker).pages();
    let last = pages.try_next().await.unwrap().unwrap();
    assert_eq!((last.items.len(), last.next), (1, None));
    assert!(pages.next().await.is_none());
    assert_eq!(queries(&service), ["limit=2", "limit=2&marker=j2"]);
}

#[tokio::test]
async fn single_page_has_the_marker_of_the_next_one() {
    let service = Canned::new([page([job(1), job(2)]), page([job(1)])]);
    let request = service.client().policy(POLICY).backup_jobs().limit(2);
    assert_eq!(request.clone().send().await.unwrap().next.unwrap(), "j2");
    assert_eq!(request.send().await.unwrap().next, None);
}

#[tokio::test]
async fn item_that_can_not_be_decoded_is_an_error_and_the_others_are_returned() {
    let answer = || page([job(1), odd_job(), job(3)]);
    let service = Canned::new([answer(), answer()]);
    let request = service.client().policy(POLICY).backup_jobs();
    let page = request.clone().send().await.unwrap();
    assert_eq!((page.items.len(), page.errors.len()), (2, 1));
    let text = page.errors[0].to_string();
    assert!(text.starts_with("listBackupJobs: "), "{text}");
    assert!(text.contains("tasks[1]"), "{text}");

    let mut items = request.items();
    let mut found = Vec::new();
    while let Some(item) = items.next().await {
        found.push(item.map(|job| job.job_id.to_string()).map_err(|error| error.status()));
    }
    assert_eq!(found, [Ok("j1".to_owned()), Ok("j3".to_owned()), Err(Some(http::StatusCode::OK))]);
}

#[tokio::test]
async fn short_page_without_a_usable_item_is_the_last() {
    let service = Canned::new([page([odd_job(), odd_job()])]);
    let page = service.client().policy(POLICY).backup_jobs().send().await.unwrap();
    assert_eq!((page.items.len(), page.errors.len(), page.next), (0, 2, None));
}

#[tokio::test]
async fn full_page_without_a_decodable_item_can_not_be_continued() {
    let service = Canned::new([page([odd_job(), odd_job()])]);
    let mut items = service.client().policy(POLICY).backup_jobs().limit(2).items();
    let mut errors = Vec::new();
    while let Some(item) = items.next().await {
        errors.push(item.unwrap_err().to_string());
    }
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert_eq!(
        errors[2],
        "listBackupJobs: no item of a page has a usable id, so the next page can't be requested"
    );
}

#[test]
fn streams_are_send_and_sync() {
    fn check(_: impl Send + Sync) {}
    let client = Canned::new([]).client();
    check(client.policy(POLICY).backup_jobs().items());
    check(client.policy(POLICY).backup_jobs().pages());
    check(client.backup_jobs().items());
}
