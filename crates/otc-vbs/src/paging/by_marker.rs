//! Requests the pages of a list by `marker`.

use super::marker_walk::{MarkerWalk, Step};
use super::{ByMarker, Page, PageStream, Position, STREAM_LIMIT};
use crate::{Response, Result};

type PageOf<R> = Page<<R as super::ListRequest>::Item, <R as ByMarker>::Id>;

/// The page that the request selects.
pub(crate) async fn page<R: ByMarker>(request: R) -> Result<Response<PageOf<R>>> {
    let mut walk = walk(&request);
    Ok(step(request, &mut walk).await?.0)
}

/// All pages from the one that the request selects.
pub(crate) fn pages<R: ByMarker>(mut request: R) -> PageStream<R::Item, R::Id> {
    let position = request.position();
    request.move_to(Position {
        limit: position.limit.or(Some(STREAM_LIMIT)),
        ..position
    });
    let walk = walk(&request);
    PageStream::unfold((request, walk), |(request, mut walk)| async move {
        let (response, request) = step(request, &mut walk).await?;
        Ok((response.into_inner(), request.map(|request| (request, walk))))
    })
}

fn walk<R: ByMarker>(request: &R) -> MarkerWalk<R::Id> {
    let position = request.position();
    MarkerWalk::new(
        position.limit,
        R::SMALLEST_PAGE,
        position.offset.unwrap_or(0),
        position.marker.as_ref(),
    )
}

/// Requests a page. Returns it with the request for the next one.
async fn step<R: ByMarker>(
    mut request: R,
    walk: &mut MarkerWalk<R::Id>,
) -> Result<(Response<PageOf<R>>, Option<R>)> {
    let position = request.position();
    let client = request.client().clone();
    walk.trust_count(client.counts_whole_list(R::FUNCTION));
    let response = request.clone().fetch().await?;
    if response
        .count
        .is_some_and(|count| count > response.received() as u64)
    {
        client.learn_count_of_whole_list(R::FUNCTION);
    }
    let mut dead_end = None;
    let response = response.map(|mut page| {
        let next = match walk.take(position.marker.as_ref(), &mut page, R::id) {
            Ok(Step::Last) => None,
            Ok(Step::Next(next)) => Some(next),
            Err(found) => {
                dead_end = Some(found);
                None
            }
        };
        page.into_page(next)
    });
    if let Some(dead_end) = dead_end {
        return Err(dead_end.in_call(R::FUNCTION));
    }
    let next = response.next.clone().map(|marker| {
        // Only the marker selects the next page: if both were sent, either might win.
        request.move_to(Position {
            limit: position.limit,
            offset: None,
            marker: Some(marker),
        });
        request
    });
    Ok((response, next))
}
