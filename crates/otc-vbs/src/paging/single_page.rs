//! Lists that the service returns as a whole.

use super::{ListRequest, Page, PageStream};
use crate::{Response, Result};

pub(crate) async fn page<R: ListRequest>(request: R) -> Result<Response<Page<R::Item>>> {
    Ok(request.fetch().await?.map(|page| page.into_page(None)))
}

pub(crate) fn pages<R: ListRequest>(request: R) -> PageStream<R::Item, ()> {
    PageStream::unfold(Some(request), |request| async {
        match request {
            Some(request) => Ok(Some((page(request).await?.into_inner(), None))),
            None => Ok(None),
        }
    })
}
