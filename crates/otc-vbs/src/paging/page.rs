//! One page of a list.

use otc_vbs_api::types::Link;
use otc_vbs_api::values::LinkRelation;

use crate::{Error, Result};

/// One page of a list of `T`. `M` is the type of the position of the next page: the id of an item for a list
/// with a `marker`, a number for one with an `offset`, `()` for a list that the service returns as a whole.
///
/// ```
/// # async fn f(vbs: otc_vbs::Client, policy: otc_vbs::types::PolicyId) -> otc_vbs::Result<()> {
/// let page = vbs.policy(&policy).backup_jobs().limit(100).send().await?;
/// println!("{} of {:?} jobs", page.items.len(), page.count);
/// if let Some(marker) = page.next {
///     // Later, or in another process:
///     let rest = vbs.policy(&policy).backup_jobs().marker(marker).items();
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page<T, M = ()> {
    /// The items.
    pub items: Vec<T>,
    /// An error for each item that can't be decoded, with its path in the response.
    pub errors: Vec<Error>,
    /// The `count` of the response. The reference does not say whether it is the number of items in the page
    /// or in the list.
    pub count: Option<u64>,
    /// The `marker` or `offset` of the next page. `None` if this page is known to be the last.
    pub next: Option<M>,
}

impl<T, M> Page<T, M> {
    /// The items.
    ///
    /// # Errors
    ///
    /// The first of [`errors`](Self::errors), if there is one.
    pub fn into_items(self) -> Result<Vec<T>> {
        match self.errors.into_iter().next() {
            Some(error) => Err(error),
            None => Ok(self.items),
        }
    }
}

/// A page as it was received.
#[derive(Clone, Debug)]
pub(crate) struct RawPage<T> {
    pub(crate) items: Vec<T>,
    /// The errors of items that can't be decoded, with their positions in the page.
    pub(crate) errors: Vec<(usize, Error)>,
    /// The service's `count`, of the page or of the list.
    pub(crate) count: Option<u64>,
    pub(crate) links_to_next: bool,
}

impl<T> RawPage<T> {
    pub(crate) fn new(items: Vec<T>) -> Self {
        Self { items, errors: Vec::new(), count: None, links_to_next: false }
    }

    pub(crate) fn count(mut self, count: Option<u64>) -> Self {
        self.count = count;
        self
    }

    pub(crate) fn links(mut self, links: Option<&[Link]>) -> Self {
        let mut relations = links.unwrap_or_default().iter().filter_map(|link| link.rel.as_ref());
        self.links_to_next = relations.any(|relation| *relation == LinkRelation::Next);
        self
    }

    pub(crate) fn errors(mut self, errors: Vec<(usize, Error)>) -> Self {
        self.errors = errors;
        self
    }

    /// The number of items that the service sent, including those that can't be decoded.
    pub(crate) fn received(&self) -> usize {
        self.items.len() + self.errors.len()
    }

    /// Whether the item at this position can't be decoded.
    pub(crate) fn is_error(&self, position: usize) -> bool {
        self.errors.iter().any(|(index, _)| *index == position)
    }

    pub(crate) fn into_page<M>(self, next: Option<M>) -> Page<T, M> {
        Page {
            items: self.items,
            errors: self.errors.into_iter().map(|(_, error)| error).collect(),
            count: self.count,
            next,
        }
    }
}
