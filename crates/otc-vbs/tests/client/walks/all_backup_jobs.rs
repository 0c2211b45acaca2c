//! The backup jobs of all policies.

use std::time::Duration;

use http::{Method, Request, StatusCode};
use otc_vbs::types::BackupJobStatus;
use otc_vbs::{Client, ErrorKind};
use otc_vbs_testing::{Counted, MockTransport, Reply, TestService as _};
use serde_json::{Value, json as value};
use tokio::time::{Instant, sleep};

/// The time that the service takes to respond.
const LATENCY: Duration = Duration::from_millis(50);

/// A service with policies `p1`, `p2`, …, and `jobs` jobs of each, in pages of at most 1000. The policies that `fails` names do
/// not exist when their jobs are listed.
fn service(policies: usize, jobs: usize, fails: &'static [&'static str]) -> MockTransport {
    MockTransport::new().respond(move |request| {
        let Some(policy) = policy_of(request) else {
            let policies = (1..=policies).map(|id| value!({ "backup_policy_id": format!("p{id}") }));
            return ok(value!({ "backup_policies": policies.collect::<Vec<_>>() }));
        };
        if fails.contains(&policy) {
            return Reply::error(StatusCode::NOT_FOUND, "AutoBackup.0052", "no such policy").after(LATENCY);
        }
        let marker = parameter(request, "marker").map_or(0, |marker| {
            let (_, number) = marker.rsplit_once('-').unwrap();
            number.parse().unwrap()
        });
        let limit: usize = parameter(request, "limit").unwrap().parse().unwrap();
        let page = (1..=jobs).skip(marker).take(limit);
        let page = page.map(|id| value!({ "job_id": format!("{policy}-{id}"), "status": "RUNNING" }));
        ok(value!({ "tasks": page.collect::<Vec<_>>() }))
    })
}

fn ok(body: Value) -> Reply {
    Reply::json(StatusCode::OK, body.to_string()).after(LATENCY)
}

fn policy_of<T>(request: &Request<T>) -> Option<&str> {
    let rest = request.uri().path().split_once("/backuppolicy/")?.1;
    rest.strip_suffix("/backuptasks")
}

fn parameter<'a, T>(request: &'a Request<T>, name: &str) -> Option<&'a str> {
    let mut pairs = request.uri().query()?.split('&');
    pairs.find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// The jobs, and the text of each error.
async fn all(client: &Client) -> Vec<Result<String, String>> {
    let mut items = client.backup_jobs().items();
    let mut found = Vec::new();
    while let Some(item) = items.next().await {
        found.push(match item {
            Ok(found) => {
                let (policy, job) = (found.policy.backup_policy_id.as_str(), found.job.job_id.as_str());
                assert!(job.starts_with(&format!("{policy}-")), "{job} is not of {policy}");
                Ok(job.to_owned())
            }
            Err(error) => Err(error.to_string()),
        });
    }
    found
}

#[tokio::test(start_paused = true)]
async fn jobs_of_300_policies_arrive_in_the_order_of_the_policies_within_about_a_second() {
    let service = service(300, 10, &[]);
    let (transport, counted) = Counted::around(service.clone());
    let client = service.builder().transport(transport).build().unwrap();
    let begin = Instant::now();
    let found = all(&client).await;
    let policies = 1..=300;
    let expected: Vec<_> =
        policies.flat_map(|policy| (1..=10).map(move |job| Ok(format!("p{policy}-{job}")))).collect();
    assert_eq!(found, expected);
    assert_eq!(counted.requests(), 301);
    assert!(begin.elapsed() < Duration::from_millis(1200), "{:?}", begin.elapsed());
    assert_eq!(counted.most_in_flight(), 16);
}

#[tokio::test(start_paused = true)]
async fn policy_with_more_than_a_page_costs_a_request_that_shows_the_end() {
    let service = service(20, 25, &[]);
    let (transport, counted) = Counted::around(service.clone());
    let client = service.builder().transport(transport).build().unwrap();
    assert_eq!(all(&client).await.len(), 20 * 25);
    // The count may be that of the page.
    assert_eq!(counted.requests(), 41);
}

#[tokio::test(start_paused = true)]
async fn concurrency_limits_the_policies_in_flight() {
    let service = service(20, 1, &[]);
    let (transport, counted) = Counted::around(service.clone());
    let client = service.builder().transport(transport).build().unwrap();
    let items = client.backup_jobs().concurrency(3).items();
    assert_eq!(items.try_collect::<Vec<_>>().await.unwrap().len(), 20);
    assert_eq!(counted.most_in_flight(), 3);
}

#[tokio::test(start_paused = true)]
async fn policy_that_was_deleted_is_one_error_and_the_others_follow() {
    let client = service(3, 2, &["p2"]).client();
    let mut items = client.backup_jobs().items();
    let mut errors = Vec::new();
    let mut found = 0;
    while let Some(item) = items.next().await {
        match item {
            Ok(_) => found += 1,
            Err(error) => errors.push(error),
        }
    }
    assert_eq!(found, 4);
    let [error] = &errors[..] else { unreachable!("one error: {errors:?}") };
    assert!(error.is_not_found());
    assert_eq!(error.policy_id().unwrap(), &"p2");
    assert_eq!(
        error.to_string(),
        "policy p2: listBackupJobs: HTTP 404 Not Found, AutoBackup.0052: no such policy"
    );
}

#[tokio::test(start_paused = true)]
async fn policies_that_can_not_be_listed_are_one_error_without_a_policy() {
    let refused = Reply::error(StatusCode::FORBIDDEN, "X", "no");
    let client = MockTransport::new().always(refused).client();
    let mut items = client.backup_jobs().items();
    let error = items.next().await.unwrap().unwrap_err();
    assert!(error.is_forbidden() && error.policy_id().is_none(), "{error}");
    assert_eq!(error.operation(), Some("listBackupPolicies"));
    assert!(items.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn each_changes_the_request_of_every_policy() {
    let service = service(2, 1, &[]);
    let jobs = service.client().backup_jobs();
    let jobs = jobs.each(|jobs| jobs.status(BackupJobStatus::Running).limit(7));
    jobs.items().try_collect::<Vec<_>>().await.unwrap();
    let requests = service.requests();
    let queries: Vec<_> = requests.iter().filter_map(|request| request.request().uri().query()).collect();
    assert_eq!(queries, ["limit=7&status=RUNNING"; 2]);
}

#[tokio::test(start_paused = true)]
async fn slow_consumer_gets_every_job() {
    let client = service(40, 2, &[]).builder().build().unwrap();
    let mut items = client.backup_jobs().items();
    let mut found = 0;
    while items.try_next().await.unwrap().is_some() {
        found += 1;
        sleep(Duration::from_secs(600)).await;
    }
    assert_eq!(found, 80);
}

#[tokio::test(start_paused = true)]
async fn other_requests_do_not_wait_for_a_stream_that_is_not_polled() {
    let client = service(40, 2, &[]).builder().concurrency(4).build().unwrap();
    let mut items = client.backup_jobs().items();
    assert!(items.try_next().await.unwrap().is_some());
    let begin = Instant::now();
    client.policies().list().send().await.unwrap();
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
}

#[tokio::test(start_paused = true)]
async fn dropped_stream_sends_no_more_requests() {
    let service = service(40, 2500, &[]);
    let mut items = service.client().backup_jobs().items();
    assert!(items.try_next().await.unwrap().is_some());
    drop(items);
    let requests = service.requests().len();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(service.requests().len(), requests);
}

#[test]
fn jobs_requested_on_a_runtime_that_was_shut_down_are_errors() {
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_time().start_paused(true).build().unwrap()
    };
    let service = service(3, 1, &[]);
    let service = service.on(Method::GET, "/v2/*/backuppolicy/p2/backuptasks", [Reply::Never]);
    let mut items = service.client().backup_jobs().items();
    assert!(runtime().block_on(items.next()).unwrap().is_ok());
    let error = runtime().block_on(items.next()).unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
}

#[tokio::test(start_paused = true)]
async fn jobs_of_a_policy_with_many_pages_arrive_in_order() {
    let client = service(2, 2500, &[]).client();
    let found = all(&client).await;
    let expected: Vec<_> =
        (1..=2).flat_map(|policy| (1..=2500).map(move |job| Ok(format!("p{policy}-{job}")))).collect();
    assert!(found == expected, "{} jobs", found.len());
}
