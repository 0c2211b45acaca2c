//! Requests the pages of a list by `offset`.

use super::offset_walk::OffsetWalk;
use super::{ByOffset, Page, PageStream, STREAM_LIMIT};
use crate::{Response, Result};

type PageOf<R> = Page<<R as super::ListRequest>::Item, u32>;

/// The page that the request selects.
pub(crate) async fn page<R: ByOffset>(request: R) -> Result<Response<PageOf<R>>> {
    let (_, offset) = request.position();
    step(request, &mut OffsetWalk::new(offset.unwrap_or(0))).await
}

/// All pages from the one that the request selects.
pub(crate) fn pages<R: ByOffset>(mut request: R) -> PageStream<R::Item, u32> {
    let (limit, offset) = request.position();
    let (limit, offset) = (limit.unwrap_or(STREAM_LIMIT), offset.unwrap_or(0));
    request.move_to(limit, offset);
    let walk = OffsetWalk::new(offset);
    PageStream::unfold((request, walk), move |(mut request, mut walk)| async move {
        let page = step(request.clone(), &mut walk).await?.into_inner();
        let next = page.next.map(|offset| {
            request.move_to(limit, offset);
            (request, walk)
        });
        Ok((page, next))
    })
}

async fn step<R: ByOffset>(request: R, walk: &mut OffsetWalk<R::Id>) -> Result<Response<PageOf<R>>> {
    let response = request.fetch().await?;
    let mut dead_end = None;
    let response = response.map(|mut page| {
        let next = walk.take(&mut page, R::id).unwrap_or_else(|found| {
            dead_end = Some(found);
            None
        });
        page.into_page(next)
    });
    match dead_end {
        Some(dead_end) => Err(dead_end.in_call(R::FUNCTION)),
        None => Ok(response),
    }
}
