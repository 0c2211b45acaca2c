//! Requests the next page while the current one is used.

use futures_core::Stream;
use futures_util::{StreamExt as _, stream};

use super::{Page, PageStream};
use crate::Result;
use crate::task::Task;

/// A page, and the stream of the pages after it.
type Received<T, M> = (Option<Result<Page<T, M>>>, PageStream<T, M>);

/// The state before a page.
enum State<T, M> {
    /// The stream, and the number of pages to request on demand.
    OnDemand(PageStream<T, M>, usize),
    /// A task, because the request must end even while the stream is not polled. Otherwise, it would occupy the limit of
    /// concurrent calls, and run into its timeout.
    Ahead(Task<Received<T, M>>),
    Ended,
}

/// The same pages. The first ones, as many as `on_demand`, are requested on demand. After that, whenever a page arrives, the next
/// one is requested at once, if there is one.
pub(super) fn read_ahead<T: Send + 'static, M: Send + 'static>(
    pages: PageStream<T, M>,
    on_demand: usize,
) -> impl Stream<Item = Result<Page<T, M>>> + Send + 'static {
    let pages = stream::unfold(State::OnDemand(pages, on_demand), async |state| {
        let (page, pages, on_demand) = match state {
            State::OnDemand(mut pages, on_demand) => (pages.next().await, pages, on_demand.saturating_sub(1)),
            State::Ahead(task) => match task.await {
                Ok((page, pages)) => (page, pages, 0),
                Err(error) => return Some((Err(error), State::Ended)),
            },
            State::Ended => return None,
        };
        let page = page?;
        let has_next = page.as_ref().is_ok_and(|page| page.next.is_some());
        if on_demand > 0 || !has_next {
            return Some((page, State::OnDemand(pages, on_demand)));
        }
        let task = Task::spawn(async {
            let mut pages = pages;
            Ok((pages.next().await, pages))
        });
        // Lets the task send the request. On a runtime with one thread, nothing else would do that while the page is used.
        tokio::task::yield_now().await;
        Some((page, State::Ahead(task)))
    });
    pages.fuse()
}
