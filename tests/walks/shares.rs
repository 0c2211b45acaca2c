//! The walk over shares, by offset, with neither a count nor a link.

use bytes::Bytes;
use futures_util::TryStreamExt;
use http::Response;
use otc_vbs::Result;
use otc_vbs_tests::{Canned, json};
use serde_json::{Value, json as value};

use crate::{collect, ids, queries};

fn page(shares: &[u32]) -> Response<Bytes> {
    let shares: Vec<Value> = shares
        .iter()
        .map(|id| value!({ "id": format!("b{id}"), "backup_id": "1d11" }))
        .collect();
    json(value!({ "shared": shares }).to_string())
}

async fn walk(pages: impl IntoIterator<Item = Response<Bytes>>) -> (Result<Vec<String>>, Vec<String>) {
    let service = Canned::new(pages);
    let shares = service.client().shares().query().limit(3).stream();
    let found = collect(shares, |share| share.id.to_string()).await;
    (found, queries(&service))
}

#[tokio::test]
async fn only_an_empty_page_ends_it() {
    // The second page is short, but the service may have capped it.
    let (found, queries) = walk([page(&[1, 2, 3]), page(&[4, 5]), page(&[6]), page(&[])]).await;
    assert_eq!(found.unwrap(), ids(1..=6));
    let offsets = [0, 3, 5, 6].map(|offset| format!("limit=3&offset={offset}"));
    assert_eq!(queries, offsets);
    let (found, queries) = walk([page(&[])]).await;
    assert_eq!((found.unwrap(), queries.len()), (vec![], 1));
}

#[tokio::test]
async fn a_page_that_repeats_itself_is_an_error() {
    let (found, queries) = walk([page(&[1, 2, 3]), page(&[1, 2, 3])]).await;
    let error = found.unwrap_err();
    assert_eq!(
        error.to_string(),
        "listBackupShares: the service repeats a page after share b3, the walk would not end"
    );
    assert!(!error.is_retryable() && !error.is_invalid());
    assert_eq!(queries.len(), 2);
}

#[tokio::test]
async fn a_share_that_a_new_one_moved_to_the_next_page_is_not_repeated() {
    let (found, _) = walk([page(&[1, 2, 3]), page(&[3, 4]), page(&[])]).await;
    assert_eq!(found.unwrap(), ids(1..=4));
}

#[tokio::test]
async fn it_begins_where_it_is_told_and_keeps_its_filters() {
    let service = Canned::new([page(&[8]), page(&[])]);
    let query = service.client().shares().query().shared_to_me(true);
    let shares = query.offset(7).stream();
    assert_eq!(shares.try_collect::<Vec<_>>().await.unwrap().len(), 1);
    assert_eq!(
        queries(&service),
        [
            "limit=1000&offset=7&share_to_me=true",
            "limit=1000&offset=8&share_to_me=true"
        ]
    );
}

#[tokio::test]
async fn after_an_error_it_is_over() {
    let mut failure = json("");
    *failure.status_mut() = http::StatusCode::BAD_GATEWAY;
    let service = Canned::new([page(&[1]), failure]);
    let mut shares = service.client().shares().query().stream();
    assert!(shares.try_next().await.unwrap().is_some());
    assert!(shares.try_next().await.is_err());
    assert_eq!(shares.try_next().await.unwrap(), None);
}
