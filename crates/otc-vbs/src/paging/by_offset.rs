//! Requests the pages of a list by `offset`.

use super::offset_walk::OffsetWalk;
use super::{ByOffset, Page, PageStream};
use crate::{Response, Result};

type PageOf<R> = Page<<R as super::ListRequest>::Item, u32>;

/// The page that the request selects.
pub(crate) async fn page<R: ByOffset>(request: R) -> Result<Response<PageOf<R>>> {
    let (_, offset) = request.position();
    step(request, &mut OffsetWalk::new(offset.unwrap_or(0))).await
}

/// All pages from the one that the request selects.
pub(crate) fn pages<R: ByOffset>(request: R) -> PageStream<R::Item, u32> {
    let (limit, offset) = request.position();
    let (limit, offset) = (limit.unwrap_or(R::largest_page()), offset.unwrap_or(0));
    let walk = OffsetWalk::new(offset);
    PageStream::unfold((Some(offset), walk), move |(offset, mut walk)| {
        let mut request = request.clone();
        async move {
            let Some(offset) = offset else { return Ok(None) };
            request.move_to(limit, offset);
            let page = step(request, &mut walk).await?.into_inner();
            let next = page.next;
            Ok(Some((page, (next, walk))))
        }
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
