//! The next page is requested while the current one is used, but not before the walk is known to be longer than a page.

use std::time::Duration;

use http::Method;
use otc_vbs::types::BackupJob;
use otc_vbs::{Client, ItemStream};
use otc_vbs_testing::{Counted, MockTransport, POLICY, Reply, TestService as _, status};
use serde_json::json as value;
use tokio::time::{Instant, sleep};

/// The time that the service takes to respond.
const LATENCY: Duration = Duration::from_millis(50);

/// The jobs `j1` to `j10` in pages of two, and a last page without jobs.
fn pages() -> impl Iterator<Item = Reply> {
    (0..6).map(|page| {
        let jobs = (page * 2 + 1..=page * 2 + 2).filter(|id| *id <= 10);
        let jobs = jobs.map(|id| value!({ "job_id": format!("j{id}"), "status": "RUNNING" }));
        Reply::from(otc_vbs_testing::json(value!({ "tasks": jobs.collect::<Vec<_>>() }).to_string()))
    })
}

fn slow_pages() -> impl Iterator<Item = Reply> {
    pages().map(|page| page.after(LATENCY))
}

fn items(client: &Client) -> ItemStream<BackupJob> {
    client.policy(POLICY).backup_jobs().limit(2).items()
}

#[tokio::test]
async fn from_the_second_page_on_the_next_one_is_requested_when_a_page_arrives() {
    let service = MockTransport::new().in_turn(pages());
    let mut jobs = items(&service.client());
    let mut requests = Vec::new();
    while jobs.try_next().await.unwrap().is_some() {
        requests.push(service.requests().len());
    }
    assert_eq!(requests, [1, 1, 3, 3, 4, 4, 5, 5, 6, 6]);
    assert_eq!(service.unused(), 0);
}

#[tokio::test]
async fn stream_of_pages_requests_them_on_demand() {
    let service = MockTransport::new().in_turn(pages());
    let mut pages = service.client().policy(POLICY).backup_jobs().limit(2).pages();
    for requests in 1..=6 {
        assert!(pages.try_next().await.unwrap().is_some());
        assert_eq!(service.requests().len(), requests);
    }
    assert!(pages.next().await.is_none());
}

#[tokio::test]
async fn stream_of_pages_can_read_ahead() {
    let service = MockTransport::new().in_turn(pages());
    let pages = service.client().policy(POLICY).backup_jobs().limit(2).pages();
    let mut pages = pages.read_ahead();
    let mut requests = Vec::new();
    while pages.try_next().await.unwrap().is_some() {
        requests.push(service.requests().len());
    }
    assert_eq!(requests, [1, 3, 4, 5, 6, 6]);
    assert!(pages.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn next_page_travels_while_the_current_one_is_used() {
    let client = MockTransport::new().in_turn(slow_pages()).client();
    let mut jobs = items(&client);
    let begin = Instant::now();
    while jobs.try_next().await.unwrap().is_some() {
        sleep(LATENCY / 2).await;
    }
    // Two pages on demand. The others arrive while the jobs of a page are used, which takes as long.
    assert_eq!(begin.elapsed(), LATENCY * 2 + LATENCY * 5);
}

#[tokio::test(start_paused = true)]
async fn request_ahead_occupies_no_call_of_the_consumer() {
    let jobs = "/v2/*/backuppolicy/*/backuptasks";
    let service = MockTransport::new().on(Method::GET, jobs, slow_pages()).always(status(204));
    let client = service.builder().concurrency(1).build().unwrap();
    let mut jobs = items(&client);
    let mut deleted = 0;
    while jobs.try_next().await.unwrap().is_some() {
        client.policy(POLICY).delete().send().await.unwrap();
        deleted += 1;
    }
    assert_eq!(deleted, 10);
}

#[tokio::test(start_paused = true)]
async fn dropped_stream_aborts_the_request_ahead() {
    let service = MockTransport::new().in_turn(slow_pages());
    let (transport, counted) = Counted::around(service.clone());
    let client = service.builder().transport(transport).build().unwrap();
    let mut jobs = items(&client);
    for _ in 0..3 {
        assert!(jobs.try_next().await.unwrap().is_some());
    }
    assert_eq!((counted.requests(), counted.in_flight()), (3, 1));
    drop(jobs);
    sleep(LATENCY / 2).await;
    assert_eq!((counted.requests(), counted.in_flight()), (3, 0));
}

#[tokio::test]
async fn error_of_a_request_ahead_follows_the_items_before_it() {
    let service = MockTransport::new().in_turn(pages().take(2).chain([Reply::from(status(400))]));
    let mut jobs = items(&service.client());
    for _ in 0..4 {
        assert!(jobs.try_next().await.unwrap().is_some());
    }
    assert_eq!(service.requests().len(), 3);
    assert!(jobs.try_next().await.is_err());
    assert_eq!(jobs.try_next().await.unwrap(), None);
}
