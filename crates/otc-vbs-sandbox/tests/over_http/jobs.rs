//! The content of a page of backup jobs, and its filters.

use otc_vbs_api::values::BackupJobStatus;
use otc_vbs_sandbox::{CountReading, Sandbox};

use crate::caller::{Caller, ids};

#[tokio::test]
async fn first_page() {
    let caller = Caller::of(Sandbox::builder()).await;
    let response = caller.get(&caller.jobs_path(0)).await;
    assert_eq!(response.headers()["content-type"], "application/json");
    assert!(response.headers().contains_key("content-length"));
    let body: serde_json::Value = response.json().await.unwrap();
    // Whether JSON keeps the order of its fields depends on what else is built.
    insta::with_settings!({ sort_maps => true }, { insta::assert_json_snapshot!(body) });
}

#[tokio::test]
async fn page_has_20_jobs_by_default() {
    let caller = Caller::of(Sandbox::builder().policies(1).jobs(45)).await;
    for (query, jobs) in [("", 20), ("limit=1", 1), ("limit=44", 44), ("limit=100", 45)] {
        let page = caller.page(query).await;
        assert_eq!((page.jobs.len(), page.count), (jobs, 45), "{query}");
    }
}

#[tokio::test]
async fn jobs_are_listed_newest_first_by_default() {
    let caller = Caller::of(Sandbox::builder().policies(1).jobs(270)).await;
    let newest_first = caller.all("").await;
    let created: Vec<&str> = newest_first.iter().map(|job| job["created_at"].as_str().unwrap()).collect();
    assert!(created.is_sorted_by(|newer, older| newer >= older));
    assert!(created.iter().all(|time| time.len() == "2016-12-03T06:24:34.467".len()));
    assert!(created[0] < "2026-01-15T06:00:00.000");
    assert!(created[269] > "2025-12-16T06:00:00.000");

    let mut oldest_first = newest_first.clone();
    oldest_first.reverse();
    for (query, expected) in [
        ("sort_dir=desc", &newest_first),
        ("sort_key=created_at", &newest_first),
        ("sort_key=created_at&sort_dir=desc", &newest_first),
        ("sort_dir=asc", &oldest_first),
        ("sort_key=created_at&sort_dir=asc", &oldest_first),
    ] {
        assert_eq!(&caller.all(query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn jobs_are_filtered_by_status() {
    let caller = Caller::of(Sandbox::builder().policies(1).jobs(200)).await;
    let all = caller.all("").await;
    let mut seen = 0;
    for status in BackupJobStatus::LISTED {
        let expected: Vec<_> = all.iter().filter(|job| job["status"] == status.as_str()).cloned().collect();
        let page = caller.page(&format!("status={status}&limit=500")).await;
        assert_eq!(page.jobs, expected, "{status}");
        assert_eq!(page.count, expected.len() as u64, "{status}");
        assert!(!page.jobs.is_empty(), "{status}");
        seen += page.jobs.len();
    }
    assert_eq!(seen, 200);
}

#[tokio::test]
async fn unlisted_status_matches_no_job() {
    let caller = Caller::of(Sandbox::builder()).await;
    for query in ["status=EXECUTE_PAUSED", "status=running", "status="] {
        let page = caller.page(query).await;
        assert_eq!((page.jobs.len(), page.count), (0, 0), "{query}");
    }
}

#[tokio::test]
async fn job_is_found_by_its_id() {
    let caller = Caller::of(Sandbox::builder().jobs(90)).await;
    let all = caller.all("").await;
    let job = &all[17];
    let (id, status) = (job["job_id"].as_str().unwrap(), job["status"].as_str().unwrap());
    let page = caller.page(&format!("job_id={id}")).await;
    assert_eq!((page.count, &page.jobs), (1, &vec![job.clone()]));

    let page = caller.page(&format!("job_id={id}&status={status}")).await;
    assert_eq!(page.count, 1);
    let page = caller.page(&format!("job_id={id}&status=WAITING")).await;
    assert_eq!((page.count, page.jobs.len()), (0, 0));
    let page = caller.page(&format!("job_id={id}&offset=1")).await;
    assert_eq!((page.count, page.jobs.len()), (1, 0));

    // One of another policy, and one that never was.
    let path = caller.jobs_path(1);
    let body: serde_json::Value = caller.get(&path).await.json().await.unwrap();
    let others = ids(body["tasks"].as_array().unwrap());
    for unknown in [others[0].as_str(), "0781095c-b8ab-4ce5-99f3-4c5f6ff75319", "x", ""] {
        let page = caller.page(&format!("job_id={unknown}")).await;
        assert_eq!((page.count, page.jobs.len()), (0, 0), "{unknown}");
    }
}

#[tokio::test]
async fn count_can_mean_the_page() {
    let builder = Sandbox::builder().policies(1).jobs(45);
    let caller = Caller::of(builder.count_reading(CountReading::Page)).await;
    for (query, count) in [("", 20), ("offset=40", 5), ("offset=45", 0), ("status=RUNNING", 1)] {
        assert_eq!(caller.page(query).await.count, count, "{query}");
    }
}

#[tokio::test]
async fn first_jobs_have_all_statuses() {
    let caller = Caller::of(Sandbox::builder().seed(99)).await;
    let page = caller.page("").await;
    for status in BackupJobStatus::LISTED {
        let shown = page.jobs.iter().any(|job| job["status"] == status.as_str());
        assert!(shown, "{status}");
    }
}

#[tokio::test]
async fn seed_determines_the_data() {
    let first = Caller::of(Sandbox::builder().seed(5)).await;
    let second = Caller::of(Sandbox::builder().seed(5)).await;
    let other = Caller::of(Sandbox::builder().seed(6)).await;
    let jobs = first.all("").await;
    assert_eq!(second.all("").await, jobs);
    assert_ne!(other.all("").await, jobs);
    assert_eq!(first.sandbox.token(), second.sandbox.token());
    assert_ne!(first.sandbox.token(), other.sandbox.token());
}

#[tokio::test]
async fn unknown_parameters_are_ignored() {
    let caller = Caller::of(Sandbox::builder()).await;
    let plain = caller.page("limit=3").await;
    let page = caller.page("limit=3&colour=red&colour=blue&Limit=7&&=&%ff=%ff").await;
    assert_eq!(page.jobs, plain.jobs);
}
