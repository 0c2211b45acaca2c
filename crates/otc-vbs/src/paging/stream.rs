//! The streams of pages and items.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sync_wrapper::SyncWrapper;

use super::Page;
use super::read_ahead::read_ahead;
use crate::Result;

/// The number of pages that are never read ahead: many lists have one page, and some consumers need no more.
const FIRST_PAGES: usize = 2;

/// `Sync`, so that a future that holds it across an await can be spawned: polling it takes `&mut`, so nothing is shared.
type Boxed<T> = SyncWrapper<Pin<Box<dyn Stream<Item = Result<T>> + Send>>>;

macro_rules! public_stream {
    ($(#[$docs:meta])* $name:ident<$($parameter:ident),*>, $item:ty, $example:literal) => {
        $(#[$docs])*
        ///
        /// The functions [`next`](Self::next), [`try_next`](Self::try_next) and [`try_collect`](Self::try_collect) need no import.
        /// For everything else, it is a [`Stream`](futures_core::Stream).
        ///
        #[doc = $example]
        #[must_use = "a stream does nothing until it is polled"]
        pub struct $name<$($parameter),*>(Boxed<$item>);

        impl<$($parameter),*> $name<$($parameter),*> {
            pub(crate) fn new(stream: impl Stream<Item = Result<$item>> + Send + 'static) -> Self {
                Self(SyncWrapper::new(Box::pin(stream)))
            }

            /// The next element. `None` at the end.
            pub async fn next(&mut self) -> Option<Result<$item>> {
                self.0.get_mut().next().await
            }

            /// The next element. `None` at the end.
            ///
            /// # Errors
            ///
            /// The error of the request, or of one element that can't be decoded: see [`Error`](crate::Error).
            pub async fn try_next(&mut self) -> Result<Option<$item>> {
                self.0.get_mut().try_next().await
            }

            /// All elements.
            ///
            /// # Errors
            ///
            /// The first error: see [`Error`](crate::Error).
            pub async fn try_collect<C: Default + Extend<$item>>(self) -> Result<C> {
                self.0.into_inner().try_collect().await
            }
        }

        impl<$($parameter),*> Stream for $name<$($parameter),*> {
            type Item = Result<$item>;

            fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
                self.0.get_mut().as_mut().poll_next(context)
            }
        }

        impl<$($parameter),*> fmt::Debug for $name<$($parameter),*> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    };
}

public_stream!(
    /// The items of a list. `items()` of a request [reads ahead](PageStream::read_ahead). To request every page on demand, use
    /// `pages().into_items()`.
    ///
    /// An item that can't be decoded is an error, and the stream continues. After the error of a request, it ends.
    ItemStream<T>,
    T,
    "```
# async fn f(vbs: otc_vbs::Client, policy: otc_vbs::types::PolicyId) -> otc_vbs::Result<()> {
let mut jobs = vbs.policy(&policy).backup_jobs().items();
while let Some(job) = jobs.try_next().await? {
    println!(\"{} {}\", job.job_id, job.status);
}
# Ok(())
# }
```"
);

public_stream!(
    /// The pages of a list, requested on demand, or [ahead](Self::read_ahead). After an error, it ends.
    PageStream<T, M>,
    Page<T, M>,
    "```
# async fn f(vbs: otc_vbs::Client, policy: otc_vbs::types::PolicyId) -> otc_vbs::Result<()> {
let mut pages = vbs.policy(&policy).backup_jobs().pages();
while let Some(page) = pages.try_next().await? {
    println!(\"{} jobs, the next page begins after {:?}\", page.items.len(), page.next);
}
# Ok(())
# }
```"
);

impl<T: Send + 'static, M: Send + 'static> PageStream<T, M> {
    /// Requests one page after the other. `request` gets the state after the previous page, and returns a
    /// page with the state for the next one, or `None` at the end.
    pub(super) fn unfold<S, F>(first: S, request: impl Fn(S) -> F + Send + 'static) -> Self
    where
        S: Send + 'static,
        F: Future<Output = Result<Option<(Page<T, M>, S)>>> + Send + 'static,
    {
        Self::new(stream::try_unfold(first, request))
    }

    /// The same pages, for a consumer that probably reads all of them: from the second page on, the next page is requested as soon
    /// as a page arrives, so that it travels while the page is used.
    ///
    /// The request is a Tokio task, which is aborted when the stream is dropped.
    ///
    /// ```
    /// # async fn f(vbs: otc_vbs::Client) -> otc_vbs::Result<()> {
    /// let mut pages = vbs.backups().list().pages().read_ahead();
    /// while let Some(page) = pages.try_next().await? {
    ///     println!("{} backups", page.items.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn read_ahead(self) -> Self {
        Self::new(read_ahead(self, FIRST_PAGES))
    }

    /// The same for a consumer that has read some pages: the next page is requested on demand, and those after it ahead.
    pub(crate) fn read_ahead_at_once(self) -> Self {
        Self::new(read_ahead(self, 0))
    }

    /// The items of the pages. Errors of items follow the items of their page.
    pub fn into_items(self) -> ItemStream<T> {
        ItemStream::new(self.map_ok(|page| stream::iter(page_items(page))).try_flatten())
    }
}

/// The items of a page, then its errors.
pub(crate) fn page_items<T, M>(page: Page<T, M>) -> impl Iterator<Item = Result<T>> {
    let errors = page.errors.into_iter().map(Err);
    page.items.into_iter().map(Ok).chain(errors)
}
