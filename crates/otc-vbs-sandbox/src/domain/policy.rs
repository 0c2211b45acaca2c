//! Backup policies.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::backup_job::BackupJob;
use super::numbers::{DiskNumber, PolicyNumber};
use super::schedule::Schedule;

/// A backup policy, with the backup jobs that it triggered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Policy {
    pub(crate) number: PolicyNumber,
    pub(crate) name: String,
    pub(crate) schedule: Schedule,
    pub(crate) retention: Retention,
    /// Whether the first backup of a month is kept during the month, if specified.
    pub(crate) keep_first_of_month: Option<bool>,
    pub(crate) tags: BTreeMap<String, String>,
    /// In the order in which they were added.
    pub(crate) disks: Vec<DiskNumber>,
    /// The stored jobs, oldest first: those triggered since the sandbox started, and those that had not ended
    /// by then. Jobs that can no longer be requested have been removed.
    pub(crate) jobs: VecDeque<BackupJob>,
    /// The number of jobs that it has ever triggered.
    pub(crate) job_count: u32,
    /// The time of the next run.
    pub(crate) next_run: Option<Timestamp>,
}

/// The retention of a policy, for each disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Retention {
    /// The newest N.
    Backups(u32),
    /// Those of the last N days.
    Days(u32),
}

impl Policy {
    /// The job with this index, counted from the oldest.
    pub(crate) fn job_mut(&mut self, ordinal: u32) -> Option<&mut BackupJob> {
        let first = self.jobs.front()?.number.ordinal;
        self.jobs.get_mut(ordinal.checked_sub(first)? as usize)
    }

    /// Whether some of its jobs have not ended.
    pub(crate) fn is_running(&self) -> bool {
        self.jobs.iter().rev().any(|job| !job.state.has_ended())
    }
}
