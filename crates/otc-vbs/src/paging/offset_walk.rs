//! Decides where the next page of a list without a marker begins, and which page is the last.

use std::collections::HashSet;
use std::fmt::Display;
use std::hash::Hash;

use super::{RawPage, Repetition};

/// The state of a walk after some pages.
///
/// Items that are created or deleted during the walk move the others, so one may be skipped. None is returned twice in
/// consecutive pages.
#[derive(Debug)]
pub(super) struct OffsetWalk<I> {
    offset: u32,
    /// The count of the list: the `count` that all pages had, if the first page had fewer items. Some
    /// services count the page, or send 0 or -1.
    total: Option<u64>,
    is_first: bool,
    last_page: HashSet<I>,
    last_item: Option<I>,
    /// The positions of the items of the last page that can't be decoded.
    last_errors: Vec<usize>,
}

impl<I: Clone + Display + Eq + Hash> OffsetWalk<I> {
    pub(super) fn new(offset: u32) -> Self {
        Self {
            offset,
            total: None,
            is_first: true,
            last_page: HashSet::new(),
            last_item: None,
            last_errors: Vec::new(),
        }
    }

    /// Takes a page, and removes the items that were also in the page before it. Returns where the next page
    /// begins, or `None` if this was the last one.
    pub(super) fn take<T>(
        &mut self,
        page: &mut RawPage<T>,
        id: impl Fn(&T) -> &I,
    ) -> Result<Option<u32>, Repetition> {
        let received = u32::try_from(page.received()).unwrap_or(u32::MAX);
        let items = &mut page.items;
        let ids: HashSet<I> = items.iter().map(|item| id(item).clone()).collect();
        items.retain(|item| !self.last_page.contains(id(item)));
        let errors: Vec<usize> = page.errors.iter().map(|(index, _)| *index).collect();
        let repeats_errors = errors.is_empty() || errors == self.last_errors;
        if received > 0 && items.is_empty() && repeats_errors {
            return Err(Repetition::after(self.last_item.as_ref()));
        }
        self.last_item = items.last().map(|item| id(item).clone());
        self.last_page = ids;
        self.last_errors = errors;
        self.offset = self.offset.saturating_add(received);
        self.total = match self.is_first {
            true => page.count.filter(|count| *count > u64::from(self.offset)),
            false => self.total.filter(|total| page.count == Some(*total)),
        };
        self.is_first = false;
        // Without a total, only an empty page is certain to be the end: the service may limit its pages.
        let is_last = received == 0 || self.total.is_some_and(|total| u64::from(self.offset) >= total);
        Ok((!is_last).then_some(self.offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(counts: impl Fn(u32) -> Option<u64>) -> (u32, u32) {
        let mut walk = OffsetWalk::new(0);
        let (mut requests, mut items, mut offset) = (0, 0, Some(0));
        while let Some(start) = offset {
            let mut page = RawPage::new((start..200.min(start + 50)).collect()).count(counts(start));
            offset = walk.take(&mut page, |id| id).ok().flatten();
            items += u32::try_from(page.items.len()).unwrap_or_default();
            requests += 1;
        }
        (requests, items)
    }

    #[test]
    fn every_item_is_returned_for_any_meaning_of_count() {
        assert_eq!(received(|_| Some(200)), (4, 200), "of the list");
        assert_eq!(received(|_| Some(50)), (5, 200), "of the page");
        assert_eq!(received(|_| Some(0)), (5, 200), "0");
        assert_eq!(received(|_| None), (5, 200), "none");
        assert_eq!(received(|start| Some(200 - u64::from(start))), (5, 200), "of the rest");
    }
}
