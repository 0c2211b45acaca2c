//! Requests the pages of a list by `marker`.

use super::marker_walk::{MarkerWalk, Step};
use super::{ByMarker, Page, PageStream, Position};
use crate::{Error, Response, Result};

type PageOf<R> = Page<<R as super::ListRequest>::Item, <R as ByMarker>::Id>;

/// The step after a page.
enum Next<R> {
    /// The last page was the last of the list.
    Nothing,
    /// The request for the next page.
    Request(R),
    /// The error that ends the stream.
    Error(Error),
}

/// The page that the request selects.
pub(crate) async fn page<R: ByMarker>(request: R) -> Result<Response<PageOf<R>>> {
    let mut walk = walk(&request);
    Ok(step(request, &mut walk).await?.0)
}

/// All pages from the one that the request selects.
pub(crate) fn pages<R: ByMarker>(mut request: R) -> PageStream<R::Item, R::Id> {
    let position = request.position();
    request.move_to(Position { limit: position.limit.or(Some(R::largest_page())), ..position });
    let walk = walk(&request);
    PageStream::unfold((Next::Request(request), walk), |(next, mut walk)| async move {
        let request = match next {
            Next::Nothing => return Ok(None),
            Next::Error(error) => return Err(error),
            Next::Request(request) => request,
        };
        let (response, next) = step(request, &mut walk).await?;
        Ok(Some((response.into_inner(), (next, walk))))
    })
}

fn walk<R: ByMarker>(request: &R) -> MarkerWalk<R::Id> {
    let position = request.position();
    MarkerWalk::new(position.limit, R::SMALLEST_PAGE, position.offset.unwrap_or(0), position.marker.as_ref())
}

/// Requests a page. Returns it with the step after it.
async fn step<R: ByMarker>(
    mut request: R,
    walk: &mut MarkerWalk<R::Id>,
) -> Result<(Response<PageOf<R>>, Next<R>)> {
    let position = request.position();
    let client = request.client().clone();
    walk.trust_count(client.counts_whole_list(R::FUNCTION));
    let response = request.clone().fetch().await?;
    if let Some(count) = response.count {
        client.learn_count(R::FUNCTION, count.cmp(&(response.received() as u64)));
    }
    let mut taken = Ok(Step::Last);
    let response = response.map(|mut page| {
        taken = walk.take(position.marker.as_ref(), &mut page, R::id);
        let next = match &taken {
            Ok(Step::Next(next)) => Some(next.clone()),
            _ => None,
        };
        page.into_page(next)
    });
    let next = match taken {
        Err(repetition) => return Err(repetition.in_call(R::FUNCTION)),
        Ok(Step::Last) => Next::Nothing,
        Ok(Step::NoIdentifier) => Next::Error(Error::paging(
            R::FUNCTION,
            "no item of a page has a usable id, so the next page can't be requested",
        )),
        Ok(Step::Next(marker)) => {
            // The next page is selected only by the marker: if both were sent, either might take precedence.
            request.move_to(Position { limit: position.limit, offset: None, marker: Some(marker) });
            Next::Request(request)
        }
    };
    Ok((response, next))
}
