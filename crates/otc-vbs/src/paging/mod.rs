//! Pages of lists, and the streams that request one page after the other.

pub(crate) mod by_marker;
pub(crate) mod by_offset;
mod marker_walk;
mod offset_walk;
mod page;
pub(crate) mod single_page;
mod stream;

use std::fmt;

use crate::{Client, Error, Response, Result};

pub use page::Page;
pub(crate) use page::RawPage;
pub(crate) use stream::page_items;
pub use stream::{ItemStream, PageStream};

/// The page size of a stream whose request has no `limit`: the largest that the reference allows where it has one (the query by
/// tag), and the one that the links of the OpenStack lists imply.
const STREAM_LIMIT: u32 = 1000;

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

    fn id(item: &Self::Item) -> &Self::Id;
    /// The limit and the offset.
    fn position(&self) -> (Option<u32>, Option<u32>);
    fn move_to(&mut self, limit: u32, offset: u32);
}

/// A number that the wire has as text.
pub(crate) fn number(text: &Option<String>) -> Option<u32> {
    text.as_ref()?.parse().ok()
}

/// Why the next page can't be requested.
#[derive(Debug, PartialEq)]
enum DeadEnd {
    /// The service repeated a page, so the walk would never end. Contains the last item before that page.
    Repetition(Option<String>),
    /// No item of the page has an identifier to continue after.
    NoIdentifier,
}

impl DeadEnd {
    fn repetition_after(item: Option<&impl fmt::Display>) -> Self {
        Self::Repetition(item.map(ToString::to_string))
    }

    fn in_call(self, function: &str) -> Error {
        let problem = match self {
            Self::Repetition(after) => {
                let place = after.map_or(String::new(), |after| format!(" after {after}"));
                format!("the service repeats a page{place}, so the list would never end")
            }
            Self::NoIdentifier => {
                "no item of a page has a usable identifier, so the next page can't be requested".to_owned()
            }
        };
        Error::paging(function, problem)
    }
}
