//! The list of shares, which has an offset but neither a count nor links.

use bytes::Bytes;
use http::Response;
use otc_vbs::Result;
use otc_vbs_testing::{Canned, json};
use serde_json::{Value, json as value};

use super::{collect, ids, queries};

fn page(shares: &[u32]) -> Response<Bytes> {
    let shares: Vec<Value> =
        shares.iter().map(|id| value!({ "id": format!("b{id}"), "backup_id": "1d11" })).collect();
    json(value!({ "shared": shares }).to_string())
}

async fn walk(pages: impl IntoIterator<Item = Response<Bytes>>) -> (Result<Vec<String>>, Vec<String>) {
    let service = Canned::new(pages);
    let shares = service.client().shares().list().limit(3).items();
    let found = collect(shares, |share| share.id.to_string()).await;
    (found, queries(&service))
}

#[tokio::test]
async fn only_an_empty_page_is_the_end() {
    // The second page is short, but the service may have limited it.
    let (found, queries) = walk([page(&[1, 2, 3]), page(&[4, 5]), page(&[6]), page(&[])]).await;
    assert_eq!(found.unwrap(), ids(1..=6));
    let offsets = [0, 3, 5, 6].map(|offset| format!("limit=3&offset={offset}"));
    assert_eq!(queries, offsets);
    let (found, queries) = walk([page(&[])]).await;
    assert_eq!((found.unwrap(), queries.len()), (vec![], 1));
}

#[tokio::test]
async fn repeated_page_is_an_error() {
    let (found, queries) = walk([page(&[1, 2, 3]), page(&[1, 2, 3])]).await;
    let error = found.unwrap_err();
    assert_eq!(
        error.to_string(),
        "listBackupShares: the service repeats a page after b3, so the list would never end"
    );
    assert!(!error.is_retryable() && !error.is_invalid());
    assert_eq!(queries.len(), 2);
}

#[tokio::test]
async fn share_that_moved_to_the_next_page_is_returned_once() {
    let (found, _) = walk([page(&[1, 2, 3]), page(&[3, 4]), page(&[])]).await;
    assert_eq!(found.unwrap(), ids(1..=4));
}

#[tokio::test]
async fn stream_begins_at_the_offset_and_keeps_the_filters() {
    let service = Canned::new([page(&[8]), page(&[])]);
    let query = service.client().shares().list().share_to_me(true);
    let shares = query.offset(7).items();
    assert_eq!(shares.try_collect::<Vec<_>>().await.unwrap().len(), 1);
    assert_eq!(
        queries(&service),
        ["limit=1000&offset=7&share_to_me=true", "limit=1000&offset=8&share_to_me=true"]
    );
}

#[tokio::test]
async fn stream_ends_after_an_error() {
    let mut failure = json("");
    *failure.status_mut() = http::StatusCode::BAD_GATEWAY;
    let service = Canned::new([page(&[1]), failure]);
    let mut shares = service.client().shares().list().items();
    assert!(shares.try_next().await.unwrap().is_some());
    assert!(shares.try_next().await.is_err());
    assert_eq!(shares.try_next().await.unwrap(), None);
}
