//! Walks over all pages of a list, and the stream of what they find.

mod marker;
mod offset;

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::{self, TryStreamExt};

pub(crate) use marker::{MarkerWalk, Page};
pub(crate) use offset::OffsetWalk;

use crate::{Error, Result};

/// The page size of a stream that names none: the largest that the reference allows where it names one (querying
/// policies by tag), and the one that the links of the other lists imply.
pub(crate) const STREAM_LIMIT: u32 = 1000;

/// What a list holds, page after page, as it is asked for. After an error it ends.
#[must_use = "a stream does nothing until it is polled"]
pub struct ItemStream<T>(Pin<Box<dyn Stream<Item = Result<T>> + Send>>);

impl<T: Send + 'static> ItemStream<T> {
    /// Asks `next_page` for one page after the other. It gets the state that the page before left, and leaves the state
    /// for the next, or none at the end.
    pub(crate) fn of_pages<S, F, P>(first: S, next_page: F) -> Self
    where
        S: Send + 'static,
        F: Fn(S) -> P + Send + Sync + Clone + 'static,
        P: Future<Output = Result<(Vec<T>, Option<S>)>> + Send + 'static,
    {
        let pages = stream::try_unfold(Some(first), move |state| {
            let next_page = next_page.clone();
            async move {
                let Some(state) = state else {
                    return Ok::<_, Error>(None);
                };
                let (items, next) = next_page(state).await?;
                Ok(Some((stream::iter(items.into_iter().map(Ok)), next)))
            }
        });
        Self(Box::pin(pages.try_flatten()))
    }
}

impl<T> Stream for ItemStream<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<T> fmt::Debug for ItemStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemStream").finish_non_exhaustive()
    }
}

/// The service sent what it had sent before, so that the walk would never end.
#[derive(Debug, PartialEq)]
pub(crate) struct Repetition {
    /// The last item before the page that is repeated, where there is one.
    after: Option<String>,
}

impl Repetition {
    fn after(item: Option<&impl fmt::Display>) -> Self {
        Self {
            after: item.map(ToString::to_string),
        }
    }

    /// The error of the call that walks. `item` is what the list holds.
    pub(crate) fn in_call(self, function: &str, item: &str) -> Error {
        let place = self
            .after
            .map_or(String::new(), |after| format!(" after {item} {after}"));
        Error::paging(
            function,
            format!("the service repeats a page{place}, the walk would not end"),
        )
    }
}
