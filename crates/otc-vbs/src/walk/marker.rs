//! The walk by marker: each page begins after the last item of the one before.
//!
//! The reference documents `limit`, `marker` and, for some lists, `count` or a link to the next page, but neither whether
//! `count` speaks of all items or of the page, nor whether the item named by `marker` is part of its page, nor a largest
//! `limit`. The walk is right under each reading: it goes by marker, so that items that arrive at the front move nothing,
//! and it looks at what the pages hold. It never follows a link: those of the reference lead to another host and lack the
//! version.

use std::collections::HashSet;
use std::fmt::Display;
use std::hash::Hash;

use super::Repetition;

/// What is known after some pages.
#[derive(Debug)]
pub(crate) struct MarkerWalk<I> {
    limit: usize,
    /// A page with fewer items than this is the last, where nothing says otherwise.
    smallest_full_page: usize,
    /// How many items were passed over before the first page, and taken since.
    passed: u64,
    /// The last item of each page.
    markers: HashSet<I>,
    /// The items of the page before.
    last_page: HashSet<I>,
}

/// A page as it came.
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// The service's `count`, whatever it means.
    pub(crate) count: Option<i64>,
    /// Whether there is a link to a next page.
    pub(crate) links_to_next: bool,
}

/// The new items of a page, and what to ask for next.
#[derive(Debug, PartialEq)]
pub(crate) struct Step<T, I> {
    pub(crate) items: Vec<T>,
    /// The marker of the next page. None at the end.
    pub(crate) next: Option<I>,
}

impl<I: Clone + Display + Eq + Hash> MarkerWalk<I> {
    /// A walk with pages of `limit` items. A service may send fewer, but never caps its pages below
    /// `smallest_page_size`.
    pub(crate) fn new(limit: u32, smallest_page_size: u32, offset: u32, marker: Option<&I>) -> Self {
        let size = |size: u32| usize::try_from(size).unwrap_or(usize::MAX);
        Self {
            limit: size(limit),
            smallest_full_page: size(limit.min(smallest_page_size)),
            passed: u64::from(offset),
            markers: marker.cloned().into_iter().collect(),
            last_page: marker.cloned().into_iter().collect(),
        }
    }

    /// Takes the page that came for `marker`.
    pub(crate) fn take<T>(
        &mut self,
        marker: Option<&I>,
        page: Page<T>,
        id: impl Fn(&T) -> &I,
    ) -> Result<Step<T, I>, Repetition> {
        let received = page.items.len();
        let only_marker = received == 1 && page.items.first().map(&id) == marker;
        let mut items = page.items;
        items.retain(|item| !self.last_page.contains(id(item)));
        self.passed += items.len() as u64;
        let count = page.count.and_then(|count| u64::try_from(count).ok());
        let more = page.links_to_next || count.is_some_and(|count| count > self.passed);

        let Some(last) = items.last().map(|item| id(item).clone()) else {
            // An empty page ends the walk; so does one that had room for more than the item it was to begin at.
            let ends = received == 0 || (only_marker && self.limit > 1 && !more);
            return match ends {
                true => Ok(Step { items, next: None }),
                false => Err(Repetition::after(marker)),
            };
        };
        if !self.markers.insert(last.clone()) {
            return Err(Repetition::after(marker));
        }
        self.last_page = items.iter().map(|item| id(item).clone()).collect();
        let is_last = received < self.smallest_full_page && !more;
        Ok(Step {
            items,
            next: (!is_last).then_some(last),
        })
    }
}
