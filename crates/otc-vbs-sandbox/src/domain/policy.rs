//! Backup policies.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use jiff::tz::Offset;
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
    /// Whether the first backup of a month is kept while the month lasts. Not everybody says so or otherwise.
    pub(crate) keep_first_of_month: Option<bool>,
    /// As it was sent.
    pub(crate) time_zone: Option<String>,
    pub(crate) tags: BTreeMap<String, String>,
    /// In the order in which they were associated.
    pub(crate) disks: Vec<DiskNumber>,
    /// What it had triggered before the sandbox began.
    pub(crate) history: History,
    /// What it triggered since, oldest first. Those that nobody can ask for any more are gone.
    pub(crate) jobs: VecDeque<BackupJob>,
    /// How many it triggered since.
    pub(crate) triggered: u32,
    /// When it runs next. An event with another time is out of date.
    pub(crate) next_run: Option<Timestamp>,
}

/// Which backups of a disk a policy keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Retention {
    /// The newest so many.
    Backups(u32),
    /// Those of the last so many days.
    Days(u32),
}

/// The backup jobs that a policy had triggered before the sandbox began, which are computed and never stored.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct History {
    pub(crate) jobs: u64,
    /// How many disks the policy held.
    pub(crate) disks: u64,
    /// How many policies shared the disks.
    pub(crate) policies: u64,
}

impl Policy {
    /// By how much the local time, by which the schedule was chosen, is ahead of UTC.
    pub(crate) fn ahead(&self) -> Offset {
        let ahead = self.time_zone.as_deref().and_then(parse_time_zone);
        ahead.unwrap_or(Offset::UTC)
    }

    /// The seeded jobs and those that were triggered since.
    pub(crate) fn job_count(&self) -> u64 {
        self.history.jobs + u64::from(self.triggered)
    }

    /// The job with this place among all, the oldest being the first.
    pub(crate) fn job_mut(&mut self, ordinal: u32) -> Option<&mut BackupJob> {
        let first = self.jobs.front()?.number.ordinal;
        self.jobs.get_mut(ordinal.checked_sub(first)? as usize)
    }

    /// Whether jobs that it triggered are still to end.
    pub(crate) fn is_running(&self) -> bool {
        self.jobs.iter().rev().any(|job| !job.state.has_ended())
    }
}

/// By how much `UTC+HH:mm` or `UTC-HH:mm` is ahead of UTC.
pub(crate) fn parse_time_zone(text: &str) -> Option<Offset> {
    let rest = text.strip_prefix("UTC")?;
    let sign = match rest.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let (hours, minutes) = rest.get(1..)?.split_once(':')?;
    let number = |text: &str, most: i32| -> Option<i32> {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|number| digits && *number <= most)
    };
    let (hours, minutes) = (number(hours, 14)?, number(minutes, 59)?);
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}
