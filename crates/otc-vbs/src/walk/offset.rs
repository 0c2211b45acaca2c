//! The walk by offset, for lists that have no marker.

use std::collections::HashSet;
use std::fmt::Display;
use std::hash::Hash;

use super::Repetition;

/// What is known after some pages.
///
/// Items that arrive or go while it walks move the others, so that one may be skipped; none is given twice in a row of
/// pages.
#[derive(Debug)]
pub(crate) struct OffsetWalk<I> {
    offset: u32,
    last_page: HashSet<I>,
    last_item: Option<I>,
}

impl<I: Clone + Display + Eq + Hash> OffsetWalk<I> {
    pub(crate) fn new(offset: u32) -> Self {
        Self {
            offset,
            last_page: HashSet::new(),
            last_item: None,
        }
    }

    /// Where the next page begins.
    pub(crate) fn offset(&self) -> u32 {
        self.offset
    }

    /// Takes a page of a list of `total` items, where the service says so. Returns its new items, and whether there may be
    /// more.
    pub(crate) fn take<T>(
        &mut self,
        items: Vec<T>,
        total: Option<i64>,
        id: impl Fn(&T) -> &I,
    ) -> Result<(Vec<T>, bool), Repetition> {
        let received = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let ids: HashSet<I> = items.iter().map(|item| id(item).clone()).collect();
        let mut new = items;
        new.retain(|item| !self.last_page.contains(id(item)));
        if received > 0 && new.is_empty() {
            return Err(Repetition::after(self.last_item.as_ref()));
        }
        self.last_item = new.last().map(|item| id(item).clone());
        self.last_page = ids;
        self.offset = self.offset.saturating_add(received);
        // Without a total, only an empty page is certain to be the end: the service may cap its pages.
        let more = received > 0 && total.is_none_or(|total| i64::from(self.offset) < total);
        Ok((new, more))
    }
}
