//! Streams over many pages return every item once, and end, however the service interprets its parameters.

mod all_backup_jobs;
mod backup_jobs;
mod backups;
mod faulty_pages;
mod pages;
mod policies_by_tag;
mod read_ahead;
mod shares;

use futures_util::TryStreamExt as _;
use otc_vbs::{ItemStream, Result};
use otc_vbs_testing::Canned;

/// The ids of the items of a stream.
async fn collect<T>(items: ItemStream<T>, id: impl Fn(T) -> String) -> Result<Vec<String>> {
    items.map_ok(id).try_collect().await
}

/// The queries of the requests that a service received.
fn queries(service: &Canned) -> Vec<String> {
    let requested = service.requested().into_iter();
    requested.map(|request| request.split_once('?').unwrap().1.to_owned()).collect()
}

/// The ids `b1`, `b2`, … of a range.
fn ids(range: std::ops::RangeInclusive<u32>) -> Vec<String> {
    range.map(|id| format!("b{id}")).collect()
}
