//! Decides where the next page of a list begins, and which page is the last.
//!
//! The reference documents `limit`, `marker` and, for some lists, `count` or a link to the next page. It does not say whether
//! `count` counts the items of the list or of the page, whether the item named by `marker` is part of its page, or how large a
//! page may be. The walk returns every item under each of these readings. It goes by marker, so items that are added at the
//! front move nothing. It never follows a link: those in the reference lead to another host and have no version.

use std::collections::HashSet;
use std::fmt::Display;
use std::hash::Hash;

use super::{DeadEnd, RawPage};

/// The default of `limit` in the requests of lists that have one.
const DEFAULT_LIMIT: u32 = 20;

/// What is known after some pages.
#[derive(Debug)]
pub(super) struct MarkerWalk<I> {
    limit: usize,
    /// A page with fewer items than this is the last one, unless the response says otherwise.
    smallest_full_page: usize,
    /// The number of items before the end of the last page, as far as it is known.
    passed: u64,
    is_first: bool,
    /// Whether `count` is known not to be that of the page.
    trusts_count: bool,
    /// The last item of each page.
    markers: HashSet<I>,
    /// The items of the last page.
    last_page: HashSet<I>,
}

/// What follows a page.
#[derive(Debug, PartialEq)]
pub(super) enum Step<I> {
    /// The page was the last.
    Last,
    /// The next page begins after this item.
    Next(I),
}

impl<I: Clone + Display + Eq + Hash> MarkerWalk<I> {
    /// A walk over pages of `limit` items. The service may send fewer, but not fewer than `smallest_page` if there are more. If
    /// that is unknown, it links to the next page then.
    pub(super) fn new(
        limit: Option<u32>,
        smallest_page: Option<u32>,
        offset: u32,
        marker: Option<&I>,
    ) -> Self {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        let size = |size: u32| usize::try_from(size).unwrap_or(usize::MAX);
        Self {
            limit: size(limit),
            smallest_full_page: size(limit.min(smallest_page.unwrap_or(limit))),
            passed: u64::from(offset),
            is_first: offset == 0 && marker.is_none(),
            trusts_count: false,
            markers: marker.cloned().into_iter().collect(),
            last_page: marker.cloned().into_iter().collect(),
        }
    }

    /// Whether the service has sent a `count` that was larger than its page, to this client. Then a first page with that many
    /// items is the whole list.
    pub(super) fn trust_count(&mut self, trust: bool) {
        self.trusts_count = trust;
    }

    /// Takes the page that was received for `marker`, and removes the items that the page before it had too.
    pub(super) fn take<T>(
        &mut self,
        marker: Option<&I>,
        page: &mut RawPage<T>,
        id: impl Fn(&T) -> &I,
    ) -> Result<Step<I>, DeadEnd> {
        let received = page.received();
        let only_marker = received == 1 && marker.is_some() && page.items.first().map(&id) == marker;
        let items = &mut page.items;
        items.retain(|item| !self.last_page.contains(id(item)));
        self.passed += items.len() as u64;
        let more = page.links_to_next || page.count.is_some_and(|count| count > self.passed);
        let is_whole_list = self.is_first
            && self.trusts_count
            && !page.links_to_next
            && page.count.is_some_and(|count| count <= received as u64);
        self.is_first = false;

        let Some(last) = items.last().map(|item| id(item).clone()) else {
            // An empty page is the end. So is one that had room for more than the item it was to begin with.
            let ends = received == 0 || (only_marker && self.limit > 1 && !more);
            let has_errors = !page.errors.is_empty();
            return match ends || (has_errors && received < self.smallest_full_page && !more) {
                true => Ok(Step::Last),
                false if has_errors => Err(DeadEnd::NoIdentifier),
                false => Err(DeadEnd::repetition_after(marker)),
            };
        };
        if !self.markers.insert(last.clone()) {
            return Err(DeadEnd::repetition_after(marker));
        }
        self.last_page = items.iter().map(|item| id(item).clone()).collect();
        let is_last = is_whole_list || (received < self.smallest_full_page && !more);
        Ok(if is_last { Step::Last } else { Step::Next(last) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(ids: std::ops::Range<u32>, count: Option<u64>) -> RawPage<u32> {
        RawPage::new(ids.collect()).count(count)
    }

    fn walk(trusts_count: bool) -> MarkerWalk<u32> {
        let mut walk = MarkerWalk::new(Some(1000), Some(20), 0, None);
        walk.trust_count(trusts_count);
        walk
    }

    #[test]
    fn count_of_a_page_does_not_end_the_walk() {
        let step = walk(false).take(None, &mut page(0..200, Some(200)), |id| id);
        assert_eq!(step, Ok(Step::Next(199)));
    }

    #[test]
    fn trusted_count_ends_the_walk_on_the_first_page() {
        let step = walk(true).take(None, &mut page(0..200, Some(200)), |id| id);
        assert_eq!(step, Ok(Step::Last));
    }

    #[test]
    fn trusted_count_does_not_end_the_walk_on_a_later_page() {
        // Counted from the marker on, 100 of 150 are left after this page.
        let mut walk = walk(true);
        assert_eq!(
            walk.take(None, &mut page(0..50, Some(200)), |id| id),
            Ok(Step::Next(49))
        );
        let step = walk.take(Some(&49), &mut page(50..100, Some(50)), |id| id);
        assert_eq!(step, Ok(Step::Next(99)));
    }
}
