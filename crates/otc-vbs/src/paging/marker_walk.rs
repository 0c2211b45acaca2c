//! Decides where the next page of a list begins, and which page is the last.
//!
//! The reference documents `limit`, `marker` and, for some lists, `count` or a link to the next page. It does
//! not say whether `count` counts the items of the list or of the page, whether the item named by `marker` is
//! part of its page, or how large a page may be. The walk returns every item under each of these readings. It
//! uses markers, so items that are added at the front do not shift the pages. It never follows a link: those
//! in the reference lead to another host and have no version.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::hash::Hash;

use super::{RawPage, Repetition};

/// The state of a walk after some pages.
#[derive(Debug)]
pub(super) struct MarkerWalk<I> {
    limit: usize,
    /// A page with fewer items than this is the last one, unless the response says otherwise.
    smallest_full_page: usize,
    /// The number of items before the end of the last page, as far as it is known.
    passed: u64,
    is_first: bool,
    /// Whether `count` is known not to be the count of the page.
    trusts_count: bool,
    /// The last item of each page.
    markers: HashSet<I>,
    last_page: LastPage<I>,
    /// The number of items at the end of the last page that can't be decoded.
    trailing_errors: usize,
}

/// The items of the last page, and those of the page that is being taken. One map, so that each item is hashed once.
#[derive(Debug)]
struct LastPage<I> {
    number: u64,
    /// The number of the page of each item.
    pages: HashMap<I, u64>,
}

impl<I: Clone + Eq + Hash> LastPage<I> {
    /// A page with only the marker, if there is one.
    fn new(marker: Option<&I>) -> Self {
        Self { number: 0, pages: marker.map(|marker| (marker.clone(), 0)).into_iter().collect() }
    }

    /// Makes space for the items of a page.
    fn reserve(&mut self, items: usize) {
        self.pages.reserve(items);
    }

    /// Whether the item was in the last page. Otherwise, it belongs to the page that is being taken.
    fn repeats(&mut self, id: &I) -> bool {
        match self.pages.entry(id.clone()) {
            Entry::Occupied(entry) if *entry.get() == self.number => true,
            entry => {
                entry.insert_entry(self.number + 1);
                false
            }
        }
    }

    /// The page that is being taken becomes the last one.
    fn turn(&mut self) {
        self.number += 1;
        let last = self.number;
        self.pages.retain(|_, page| *page == last);
    }
}

/// The step after a page.
#[derive(Debug, PartialEq)]
pub(super) enum Step<I> {
    /// The page was the last.
    Last,
    /// The next page begins after this item.
    Next(I),
    /// There may be more, but no item of the page has an id to continue after.
    NoIdentifier,
}

impl<I: Clone + Display + Eq + Hash> MarkerWalk<I> {
    /// A walk over pages of `limit` items. If there are more, the service may send fewer, but not fewer than
    /// `smallest_page`. If `smallest_page` is unknown, a limited page links to the next one.
    pub(super) fn new(
        limit: Option<u32>,
        smallest_page: Option<u32>,
        offset: u32,
        marker: Option<&I>,
    ) -> Self {
        // The default of the service is not less than the smallest page.
        let limit = limit.or(smallest_page).unwrap_or(1);
        let size = |size: u32| usize::try_from(size).unwrap_or(usize::MAX);
        Self {
            limit: size(limit),
            smallest_full_page: size(limit.min(smallest_page.unwrap_or(limit))),
            passed: u64::from(offset),
            is_first: offset == 0 && marker.is_none(),
            trusts_count: false,
            markers: marker.cloned().into_iter().collect(),
            last_page: LastPage::new(marker),
            trailing_errors: 0,
        }
    }

    /// Whether the service has sent a `count` that was larger than its page, to this client. Then a first page with that many
    /// items is the whole list.
    pub(super) fn trust_count(&mut self, trust: bool) {
        self.trusts_count = trust;
    }

    /// Takes the page that was received for `marker`, and removes the items that were also in the page before
    /// it.
    pub(super) fn take<T>(
        &mut self,
        marker: Option<&I>,
        page: &mut RawPage<T>,
        id: impl Fn(&T) -> &I,
    ) -> Result<Step<I>, Repetition> {
        let received = page.received();
        let only_marker = received == 1 && marker.is_some() && page.items.first().map(&id) == marker;
        let trailing_errors = (0..received).rev().take_while(|position| page.is_error(*position)).count();
        let before = page.items.len();
        self.last_page.reserve(before);
        page.items.retain(|item| !self.last_page.repeats(id(item)));
        let repeated_items = before - page.items.len();
        let repeated_errors = self.drop_repeated_errors(page, repeated_items);
        self.passed += (received - repeated_items - repeated_errors) as u64;
        let more = page.links_to_next || page.count.is_some_and(|count| count > self.passed);
        // A count that equals the size of a page that the service limits could be limited too.
        let is_whole_list = self.is_first
            && self.trusts_count
            && !page.links_to_next
            && received < self.limit
            && page.count == Some(received as u64);
        self.is_first = false;
        self.trailing_errors = trailing_errors;

        let Some(last) = page.items.last().map(|item| id(item).clone()) else {
            // An empty page is the end. So is a page with free space that contains only items of the page
            // before it.
            let only_repeated = only_marker || (repeated_errors > 0 && page.errors.is_empty());
            let ends = received == 0 || (only_repeated && received < self.smallest_full_page);
            return match ends || (!page.errors.is_empty() && received < self.smallest_full_page && !more) {
                true => Ok(Step::Last),
                false if page.errors.is_empty() => Err(Repetition::after(marker)),
                false => Ok(Step::NoIdentifier),
            };
        };
        if !self.markers.insert(last.clone()) {
            return Err(Repetition::after(marker));
        }
        self.last_page.turn();
        let is_last = is_whole_list || (received < self.smallest_full_page && !more);
        Ok(if is_last { Step::Last } else { Step::Next(last) })
    }

    /// Items at the end of a page that can't be decoded are sent again at the start of the next page, which
    /// begins after the last item with an id. Returns how many errors were removed.
    fn drop_repeated_errors<T>(&self, page: &mut RawPage<T>, repeated_items: usize) -> usize {
        let repeated = (repeated_items..)
            .take(self.trailing_errors)
            .take_while(|position| page.is_error(*position))
            .count();
        page.errors.drain(..repeated);
        repeated
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
        assert_eq!(walk.take(None, &mut page(0..50, Some(200)), |id| id), Ok(Step::Next(49)));
        let step = walk.take(Some(&49), &mut page(50..100, Some(50)), |id| id);
        assert_eq!(step, Ok(Step::Next(99)));
    }

    #[test]
    fn item_is_removed_only_if_the_last_page_returned_it() {
        let mut walk = walk(false);
        let mut returned = Vec::new();
        for (marker, ids) in [(None, [1, 2, 3]), (Some(3), [3, 4, 5]), (Some(5), [3, 5, 6])] {
            let mut page = RawPage::new(ids.to_vec()).count(Some(1000));
            assert!(walk.take(marker.as_ref(), &mut page, |id| id).is_ok());
            returned.push(page.items);
        }
        assert_eq!(returned, [vec![1, 2, 3], vec![4, 5], vec![3, 6]]);
    }

    /// All items and errors of a service with these items. `None` is an item that can't be decoded.
    fn walked(
        all: &[Option<u32>],
        limit: usize,
        is_inclusive: bool,
        count: Option<u64>,
    ) -> (Vec<u32>, usize) {
        let mut walk = MarkerWalk::new(u32::try_from(limit).ok(), Some(20), 0, None);
        let (mut items, mut errors, mut marker) = (Vec::new(), 0, None);
        for _ in 0..100 {
            let position = marker.and_then(|marker| all.iter().position(|item| *item == Some(marker)));
            let start = position.map_or(0, |position| position + usize::from(!is_inclusive));
            let sent = all.iter().skip(start).take(limit).enumerate();
            let (good, bad): (Vec<_>, Vec<_>) = sent.partition(|(_, item)| item.is_some());
            let broken = |(index, _)| (index, crate::Error::paging("list_backup_jobs", "broken"));
            let mut page = RawPage::new(good.into_iter().filter_map(|(_, item)| *item).collect())
                .errors(bad.into_iter().map(broken).collect())
                .count(count);
            let step = walk.take(marker.as_ref(), &mut page, |id| id);
            items.extend(page.items);
            errors += page.errors.len();
            match step {
                Ok(Step::Next(next)) => marker = Some(next),
                Ok(Step::Last) => return (items, errors),
                other => unreachable!("{other:?} after {items:?}"),
            }
        }
        unreachable!("the walk does not end")
    }

    #[test]
    fn broken_items_are_returned_once_and_lose_no_other() {
        for broken in [vec![], vec![0], vec![2], vec![4], vec![28, 29], vec![29, 30], vec![49], vec![48, 49]]
        {
            let all: Vec<Option<u32>> = (0..50).map(|id| (!broken.contains(&id)).then_some(id)).collect();
            for length in [5, 30, 50] {
                let all = &all[..length];
                let good: Vec<u32> = all.iter().flatten().copied().collect();
                for count in [None, Some(length as u64), Some(1000)] {
                    for (limit, is_inclusive) in [(30, false), (30, true), (1000, false)] {
                        let context = format!("{broken:?} of {length}, {limit}, {is_inclusive}, {count:?}");
                        let expected = (good.clone(), length - good.len());
                        assert_eq!(walked(all, limit, is_inclusive, count), expected, "{context}");
                    }
                }
            }
        }
    }

    #[test]
    fn count_that_is_smaller_than_the_page_does_not_end_the_walk() {
        for count in [0, 50] {
            let step = walk(true).take(None, &mut page(0..200, Some(count)), |id| id);
            assert_eq!(step, Ok(Step::Next(199)), "{count}");
        }
    }
}
