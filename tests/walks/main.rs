//! Walks over many pages: nothing skipped, nothing twice, and an end, however the service reads its own parameters.

#![allow(clippy::unwrap_used, missing_docs)]

mod backup_jobs;
mod backups;
mod policies_by_tag;
mod shares;

use futures_util::{Stream, TryStreamExt};
use otc_vbs::Result;
use otc_vbs_tests::Canned;

/// The identifiers of what a walk finds.
async fn collect<T>(items: impl Stream<Item = Result<T>>, id: impl Fn(T) -> String) -> Result<Vec<String>> {
    items.map_ok(id).try_collect().await
}

/// The queries of the requests that a service got.
fn queries(service: &Canned) -> Vec<String> {
    let requested = service.requested().into_iter();
    requested
        .map(|request| request.split_once('?').unwrap().1.to_owned())
        .collect()
}

/// The identifiers `b1`, `b2`, … of a range.
fn ids(range: std::ops::RangeInclusive<u32>) -> Vec<String> {
    range.map(|id| format!("b{id}")).collect()
}
