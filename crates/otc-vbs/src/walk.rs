//! The walk over all pages of a list of backup jobs.
//!
//! The reference documents `limit`, `offset`, `marker` and `count`, but neither a next link, nor whether `count` speaks
//! of all jobs or of the page, nor whether the job named by `marker` is part of its page, nor a largest `limit`. The walk
//! is right under each reading: it goes by marker, so that jobs that arrive at the front move nothing, and it looks at
//! what the pages hold.

use std::collections::HashSet;

use crate::BackupJobId;
use crate::{BackupJob, BackupJobPage};

/// The documented default of `limit`. No service caps pages below the size that it sends by itself, so a page with fewer
/// jobs than this, and than was asked for, is the last.
const DEFAULT_LIMIT: usize = 20;

/// What is known after some pages.
#[derive(Debug)]
pub(crate) struct Walk {
    limit: usize,
    /// How many jobs were passed over before the first page, and taken since.
    passed: u64,
    /// The last job of each page.
    markers: HashSet<BackupJobId>,
    /// The last page's jobs.
    last_page: HashSet<BackupJobId>,
}

/// The new jobs of a page, and what to ask for next.
#[derive(Debug, PartialEq)]
pub(crate) struct Step {
    pub(crate) jobs: Vec<BackupJob>,
    /// The marker of the next page. None at the end.
    pub(crate) next: Option<BackupJobId>,
}

/// The service sent the same jobs again, so that the walk would never end.
#[derive(Debug, PartialEq)]
pub(crate) struct Repetition {
    pub(crate) marker: Option<BackupJobId>,
}

impl Walk {
    pub(crate) fn new(limit: u32, offset: u32, marker: Option<&BackupJobId>) -> Self {
        Self {
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
            passed: u64::from(offset),
            markers: marker.cloned().into_iter().collect(),
            last_page: marker.cloned().into_iter().collect(),
        }
    }

    /// Takes the page that came for `marker`.
    pub(crate) fn take(
        &mut self,
        marker: Option<&BackupJobId>,
        page: BackupJobPage,
    ) -> Result<Step, Repetition> {
        let received = page.tasks.len();
        let only_marker = received == 1 && page.tasks.first().map(|job| &job.job_id) == marker;
        let count = page.count.and_then(|count| u64::try_from(count).ok());
        let mut jobs = page.tasks;
        jobs.retain(|job| !self.last_page.contains(&job.job_id));
        self.passed += jobs.len() as u64;
        let more_by_count = count.is_some_and(|count| count > self.passed);

        let Some(last) = jobs.last().map(|job| job.job_id.clone()) else {
            // An empty page ends the walk; so does one that had room for more than the job it was to begin at.
            let ends = received == 0 || (only_marker && self.limit > 1 && !more_by_count);
            return match ends {
                true => Ok(Step { jobs, next: None }),
                false => Err(Repetition {
                    marker: marker.cloned(),
                }),
            };
        };
        if !self.markers.insert(last.clone()) {
            return Err(Repetition { marker: Some(last) });
        }
        self.last_page = jobs.iter().map(|job| job.job_id.clone()).collect();
        let last_page = received < self.limit.min(DEFAULT_LIMIT) && !more_by_count;
        Ok(Step {
            jobs,
            next: (!last_page).then_some(last),
        })
    }
}
