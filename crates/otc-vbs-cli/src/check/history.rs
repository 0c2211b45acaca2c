//! The jobs of a policy, by disk.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use otc_vbs::types::{BackupJob, BackupJobStatus};

/// The number of successful jobs from which the usual duration of a disk's backup follows.
pub(crate) const USUAL: usize = 14;
/// With fewer, no duration is usual.
const FEWEST_USUAL: usize = 3;

/// The jobs of a policy, by disk. Jobs that were created after now are left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct History<'a> {
    pub(crate) disks: BTreeMap<&'a str, DiskJobs<'a>>,
    /// When the jobs that name no disk were created. `None` if that can't be read.
    pub(crate) without_disk: Vec<Option<Timestamp>>,
}

/// The jobs of a disk.
#[derive(Clone, Debug, Default)]
pub(crate) struct DiskJobs<'a> {
    /// Newest first.
    pub(crate) jobs: Vec<DatedJob<'a>>,
    /// The number of jobs whose time of creation can't be read.
    pub(crate) undated: u64,
}

/// A job, and when it was created.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DatedJob<'a> {
    pub(crate) job: &'a BackupJob,
    pub(crate) created_at: Timestamp,
}

impl<'a> History<'a> {
    /// The history from jobs in any order.
    pub(crate) fn new(jobs: &'a [BackupJob], now: Timestamp) -> Self {
        let mut history = Self::default();
        for job in jobs {
            let created_at = job.created_at.timestamp().map(Timestamp::from);
            if created_at.is_some_and(|created_at| created_at > now) {
                continue;
            }
            let Some(disk) = &job.resource_id else {
                history.without_disk.push(created_at);
                continue;
            };
            let disk = history.disks.entry(disk.as_str()).or_default();
            match created_at {
                Some(created_at) => disk.jobs.push(DatedJob { job, created_at }),
                None => disk.undated += 1,
            }
        }
        for disk in history.disks.values_mut() {
            disk.jobs.sort_by_key(|job| std::cmp::Reverse(job.created_at));
        }
        history
    }

    /// The times at which the jobs were created, as far as they can be read.
    pub(crate) fn created_at(&self) -> impl Iterator<Item = Timestamp> {
        let dated = self.disks.values().flat_map(|disk| &disk.jobs).map(|job| job.created_at);
        dated.chain(self.without_disk.iter().flatten().copied())
    }
}

impl<'a> DiskJobs<'a> {
    /// When the newest job was created.
    pub(crate) fn newest(&self) -> Option<Timestamp> {
        self.jobs.first().map(|job| job.created_at)
    }

    /// When the oldest job was created.
    pub(crate) fn oldest(&self) -> Option<Timestamp> {
        self.jobs.last().map(|job| job.created_at)
    }

    /// When the newest successful job was created. The backup has the data of about that time.
    pub(crate) fn last_good(&self) -> Option<Timestamp> {
        self.jobs.iter().find(|job| job.outcome() == Outcome::Good).map(|job| job.created_at)
    }

    /// The number of failed jobs since the newest successful one.
    pub(crate) fn failures(&self) -> u64 {
        let since_good = self.jobs.iter().take_while(|job| job.outcome() != Outcome::Good);
        since_good.filter(|job| job.outcome() == Outcome::Failed).count() as u64
    }

    /// How long the newest successful jobs took, at most [`USUAL`] of them.
    pub(crate) fn durations(&self) -> impl Iterator<Item = SignedDuration> {
        self.jobs.iter().filter_map(|job| job.duration()).take(USUAL)
    }

    /// The longest of the usual durations, and the number of jobs that they are from.
    pub(crate) fn usual(&self) -> Option<(SignedDuration, usize)> {
        let number = self.durations().count();
        self.durations().max().filter(|_| number >= FEWEST_USUAL).map(|longest| (longest, number))
    }
}

/// What became of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Good,
    /// It failed or timed out.
    Failed,
    Skipped,
    /// It waits or runs.
    InProgress,
    /// The status is not one that the reference lists.
    Unknown,
}

impl DatedJob<'_> {
    /// What became of the job, by its status.
    pub(crate) fn outcome(&self) -> Outcome {
        match self.job.status {
            BackupJobStatus::ExecuteSuccess => Outcome::Good,
            BackupJobStatus::ExecuteFail | BackupJobStatus::ExecuteTimeout => Outcome::Failed,
            BackupJobStatus::Skip => Outcome::Skipped,
            BackupJobStatus::Running | BackupJobStatus::Waiting => Outcome::InProgress,
            _ => Outcome::Unknown,
        }
    }

    /// How long the job took, if it succeeded.
    pub(crate) fn duration(&self) -> Option<SignedDuration> {
        let finished_at = self.job.finished_at.filter(|_| self.outcome() == Outcome::Good)?;
        let duration = finished_at.as_timestamp().duration_since(self.created_at);
        (!duration.is_negative()).then_some(duration)
    }
}
