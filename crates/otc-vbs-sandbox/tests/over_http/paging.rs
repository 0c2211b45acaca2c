//! Walks over all pages.

use otc_vbs_sandbox::Sandbox;

use crate::caller::{Caller, ids};

const FILTERS: [&str; 6] = [
    "",
    "&sort_dir=asc",
    "&status=EXECUTE_SUCCESS",
    "&status=EXECUTE_FAIL&sort_dir=asc",
    "&status=EXECUTE_TIMEOUT",
    "&status=RUNNING",
];

#[tokio::test]
async fn walks_by_marker_and_by_offset_see_each_job_once() {
    let caller = Caller::of(Sandbox::builder().policies(1).jobs(203)).await;
    for filter in FILTERS {
        let all = ids(&caller.all(filter).await);
        for limit in [1, 7, 20, 203] {
            let mut by_offset = Vec::new();
            loop {
                let offset = by_offset.len();
                let query = format!("limit={limit}&offset={offset}{filter}");
                let page = caller.page(&query).await;
                assert_eq!(page.count, all.len() as u64, "{query}");
                if page.jobs.is_empty() {
                    break;
                }
                by_offset.extend(page.ids());
                assert!(by_offset.len() <= all.len(), "{query} does not end");
            }
            assert_eq!(by_offset, all, "{limit} {filter}");

            let mut by_marker = caller.page(&format!("limit={limit}{filter}")).await.ids();
            while let Some(marker) = by_marker.last() {
                let query = format!("limit={limit}&marker={marker}{filter}");
                let page = caller.page(&query).await;
                assert_eq!(page.count, all.len() as u64, "{query}");
                if page.jobs.is_empty() {
                    break;
                }
                by_marker.extend(page.ids());
                assert!(by_marker.len() <= all.len(), "{query} does not end");
            }
            assert_eq!(by_marker, all, "{limit} {filter}");
        }
    }
}

#[tokio::test]
async fn marker_takes_precedence_over_offset() {
    let caller = Caller::of(Sandbox::builder().policies(1).jobs(50)).await;
    let all = ids(&caller.all("").await);
    let page = caller.page(&format!("marker={}&offset=30&limit=5", all[9])).await;
    assert_eq!(page.ids(), all[10..15]);
}

#[tokio::test]
async fn marker_need_not_match_the_filters() {
    let caller = Caller::of(Sandbox::builder().policies(1).jobs(200)).await;
    let all = caller.all("").await;
    let index = 50 + all[50..].iter().position(|job| job["status"] != "EXECUTE_FAIL").unwrap();
    let marker = ids(&all)[index].clone();
    let failed = |job: &&serde_json::Value| job["status"] == "EXECUTE_FAIL";
    let older: Vec<_> = all[index + 1..].iter().filter(failed).cloned().collect();
    let mut newer: Vec<_> = all[..index].iter().filter(failed).cloned().collect();
    newer.reverse();
    let query = format!("status=EXECUTE_FAIL&marker={marker}");
    assert_eq!(caller.all(&query).await, older);
    assert_eq!(caller.all(&format!("{query}&sort_dir=asc")).await, newer);
}

#[tokio::test]
async fn list_ends_with_an_empty_page() {
    let caller = Caller::of(Sandbox::builder().policies(1).jobs(50)).await;
    let all = ids(&caller.all("").await);
    for query in [
        "offset=50".to_owned(),
        "offset=2147483647".to_owned(),
        format!("marker={}", all[49]),
        format!("marker={}&sort_dir=asc", all[0]),
    ] {
        let page = caller.page(&query).await;
        assert_eq!((page.jobs.len(), page.count), (0, 50), "{query}");
    }
    let empty = Caller::of(Sandbox::builder().jobs(0)).await;
    assert_eq!(empty.page("").await.count, 0);
}

#[tokio::test]
async fn page_of_several_chunks_is_complete() {
    let caller = Caller::of(Sandbox::builder().policies(1).jobs(3001)).await;
    for limit in [999, 1000, 1001, 2000, 3000, 3001, 4000] {
        let page = caller.page(&format!("limit={limit}")).await;
        assert_eq!(page.jobs.len(), limit.min(3001));
        let mut ids = page.ids();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), limit.min(3001));
    }
}

#[tokio::test]
async fn fifty_million_jobs_are_available_at_once() {
    let caller = Caller::of(Sandbox::builder().policies(1).jobs(50_000_000)).await;
    assert_eq!(caller.sandbox.job_count(), 50_000_000);
    let page = caller.page("status=EXECUTE_FAIL&offset=4000000&limit=3").await;
    assert_eq!(page.jobs.len(), 3);
    assert!(page.count > 4_500_000);
    let oldest = caller.page("sort_dir=asc&limit=1").await;
    let marker = &oldest.ids()[0];
    let page = caller.page(&format!("marker={marker}")).await;
    assert_eq!((page.jobs.len(), page.count), (0, 50_000_000));
}
