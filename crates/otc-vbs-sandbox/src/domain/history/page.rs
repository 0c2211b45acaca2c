//! Selects the jobs of a page and their order.

use super::job_list::JobList;
use crate::domain::backup_job::Status;

/// The page to show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PageRequest {
    pub(crate) order: Order,
    pub(crate) begin: Begin,
    pub(crate) limit: u64,
    pub(crate) status: Option<Status>,
    pub(crate) only: Only,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    NewestFirst,
    OldestFirst,
}

/// The start of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begin {
    /// After the first N jobs that match the filters.
    Offset(u64),
    /// After the job at this position, whether or not it matches the filters.
    After(u64),
}

/// Filters for a single job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Only {
    AnyJob,
    /// The job at this position.
    Job(u64),
    /// The job is not in the list.
    NoJob,
}

/// The positions of the jobs on a page, in its order.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    list: JobList,
    status: Option<Status>,
    order: Order,
    next: u64,
    left: u64,
    /// The number of jobs that match the filters, on all pages.
    pub(crate) matching: u64,
}

impl Page {
    pub(crate) fn new(list: JobList, request: PageRequest) -> Self {
        let empty =
            Self { list, status: request.status, order: request.order, next: 0, left: 0, matching: 0 };
        match request.only {
            Only::AnyJob => empty.of_many(request),
            Only::Job(position) => empty.of_one(request, position),
            Only::NoJob => empty,
        }
    }

    fn of_many(mut self, request: PageRequest) -> Self {
        self.matching = self.rank(self.list.len());
        // Ranks count the matching jobs from the newest, in either order.
        let (first, available) = match (request.order, request.begin) {
            (Order::NewestFirst, begin) => {
                let first = match begin {
                    Begin::Offset(offset) => offset.min(self.matching),
                    Begin::After(position) => self.rank(position + 1),
                };
                (first, self.matching - first)
            }
            (Order::OldestFirst, begin) => {
                let end = match begin {
                    Begin::Offset(offset) => self.matching.saturating_sub(offset),
                    Begin::After(position) => self.rank(position),
                };
                (end.saturating_sub(1), end)
            }
        };
        if let Some(next) = self.position(first) {
            self.next = next;
            self.left = available.min(request.limit);
        }
        self
    }

    fn of_one(mut self, request: PageRequest, position: u64) -> Self {
        if !self.matches(position) {
            return self;
        }
        let shown = match (request.begin, request.order) {
            (Begin::Offset(offset), _) => offset == 0,
            (Begin::After(marker), Order::NewestFirst) => position > marker,
            (Begin::After(marker), Order::OldestFirst) => position < marker,
        };
        self.matching = 1;
        self.next = position;
        self.left = u64::from(shown).min(request.limit);
        self
    }

    /// The number of jobs on this page.
    pub(crate) fn len(&self) -> u64 {
        self.left
    }

    fn matches(&self, position: u64) -> bool {
        self.status.is_none_or(|status| self.list.has_status(position, status))
    }

    /// The number of matching jobs that are newer than the one at a position.
    fn rank(&self, position: u64) -> u64 {
        match self.status {
            Some(status) => self.list.count_before(status, position),
            None => position.min(self.list.len()),
        }
    }

    /// The position of the matching job with a rank.
    fn position(&self, rank: u64) -> Option<u64> {
        match self.status {
            Some(status) => self.list.position(status, rank),
            None => (rank < self.list.len()).then_some(rank),
        }
    }

    fn step(&self, position: u64) -> u64 {
        match self.order {
            Order::NewestFirst => position.saturating_add(1),
            Order::OldestFirst => position.saturating_sub(1),
        }
    }
}

impl Iterator for Page {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        self.left = self.left.checked_sub(1)?;
        let position = self.next;
        if self.left > 0 {
            // There is a matching job ahead, because `left` never counts more than there are.
            self.next = self.step(position);
            while !self.matches(self.next) {
                self.next = self.step(self.next);
            }
        }
        Some(position)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::history::job_list::tests::list;

    /// The page by the words of the reference, computed by looking at every job.
    fn scan(list: &JobList, request: PageRequest) -> (Vec<u64>, u64) {
        let mut all: Vec<u64> = (0..list.len()).collect();
        if request.order == Order::OldestFirst {
            all.reverse();
        }
        let matches = |position: &u64| {
            request.status.is_none_or(|status| list.has_status(*position, status))
                && match request.only {
                    Only::AnyJob => true,
                    Only::Job(only) => *position == only,
                    Only::NoJob => false,
                }
        };
        let count = all.iter().filter(|position| matches(position)).count() as u64;
        let (marker, offset) = match request.begin {
            Begin::Offset(offset) => (None, offset),
            Begin::After(marker) => (Some(marker), 0),
        };
        let place = marker.and_then(|marker| all.iter().position(|position| *position == marker));
        let page = all
            .into_iter()
            .skip(place.map_or(0, |place| place + 1))
            .filter(matches)
            .skip(offset as usize)
            .take(request.limit as usize)
            .collect();
        (page, count)
    }

    #[test]
    fn pages_equal_those_of_a_scan() {
        let statuses = Status::ALL.map(Some).into_iter().chain([None]);
        for status in statuses {
            for (seeded, arrived) in [(0, 0), (1, 0), (6, 0), (0, 3), (45, 4), (110, 0)] {
                let list = list(seeded, arrived, 0);
                let begins = (0..list.len() + 2).map(Begin::Offset).chain((0..list.len()).map(Begin::After));
                for begin in begins {
                    for order in [Order::NewestFirst, Order::OldestFirst] {
                        for limit in [1, 3, 20, u64::MAX >> 1] {
                            for only in [Only::AnyJob, Only::NoJob, Only::Job(list.len() / 2)] {
                                if only == Only::Job(list.len()) {
                                    continue;
                                }
                                let request = PageRequest { order, begin, limit, status, only };
                                let page = Page::new(list.clone(), request);
                                let (positions, count) = scan(&list, request);
                                assert_eq!(page.matching, count, "{request:?}");
                                assert_eq!(page.len(), positions.len() as u64, "{request:?}");
                                assert_eq!(page.collect::<Vec<_>>(), positions, "{request:?}");
                            }
                        }
                    }
                }
            }
        }
    }
}
