//! Pages of lists, and the streams that request one page after the other.

pub(crate) mod by_marker;
pub(crate) mod by_offset;
mod marker_walk;
mod offset_walk;
mod page;
mod read_ahead;
pub(crate) mod single_page;
mod stream;

use std::fmt;

use otc_vbs_api::limit::NumberRange;

use crate::{Client, Error, Response, Result};

pub use page::Page;
pub(crate) use page::RawPage;
pub(crate) use stream::page_items;
pub use stream::{ItemStream, PageStream};

/// A request for a list. Implemented by the generated requests.
pub(crate) trait ListRequest: Clone + Send + Sync + 'static {
    /// The name of its function in the wire client.
    const FUNCTION: &'static str;
    type Item: Send + 'static;

    /// Sends the request once.
    fn fetch(self) -> impl Future<Output = Result<Response<RawPage<Self::Item>>>> + Send;
}

/// A list whose next page begins after the item that `marker` names.
pub(crate) trait ByMarker: ListRequest {
    type Id: Clone + fmt::Display + Eq + std::hash::Hash + Send + Sync + 'static;
    /// The smallest number of items to which the service may limit a page. If unknown, a page that is limited links to the
    /// next one.
    const SMALLEST_PAGE: Option<u32>;
    /// The `limit` of a stream whose request has none.
    fn largest_page() -> u32;

    fn id(item: &Self::Item) -> &Self::Id;
    fn position(&self) -> Position<Self::Id>;
    fn move_to(&mut self, position: Position<Self::Id>);
    fn client(&self) -> &Client;
}

/// The parameters that select a page.
#[derive(Clone, Debug)]
pub(crate) struct Position<I> {
    pub(crate) limit: Option<u32>,
    pub(crate) offset: Option<u32>,
    pub(crate) marker: Option<I>,
}

/// A list whose next page begins at an offset.
pub(crate) trait ByOffset: ListRequest {
    type Id: Clone + fmt::Display + Eq + std::hash::Hash + Send + Sync + 'static;
    /// The limit of a stream whose request has none.
    fn largest_page() -> u32;

    fn id(item: &Self::Item) -> &Self::Id;
    /// The limit and the offset.
    fn position(&self) -> (Option<u32>, Option<u32>);
    fn move_to(&mut self, limit: u32, offset: u32);
}

/// The page size of a stream: 1000, which the links of the OpenStack lists imply, unless the document allows only less.
pub(crate) fn largest_page(limit: &NumberRange) -> u32 {
    const LARGEST: u32 = 1000;
    let max = limit.max.and_then(|max| u32::try_from(max).ok());
    max.map_or(LARGEST, |max| max.min(LARGEST))
}

/// A number that the wire has as text.
pub(crate) fn number(text: &Option<String>) -> Option<u32> {
    text.as_ref()?.parse().ok()
}

/// The service repeated a page, so the walk would never end.
#[derive(Debug, PartialEq)]
struct Repetition {
    /// The last item before that page.
    after: Option<String>,
}

impl Repetition {
    fn after(item: Option<&impl fmt::Display>) -> Self {
        Self { after: item.map(ToString::to_string) }
    }

    fn in_call(self, function: &str) -> Error {
        let place = self.after.map_or(String::new(), |after| format!(" after {after}"));
        Error::paging(function, format!("the service repeats a page{place}, so the list would never end"))
    }
}
