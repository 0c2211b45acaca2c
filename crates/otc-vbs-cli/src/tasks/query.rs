//! The filters of `vbs tasks`, and the requests that follow from them.

use clap::ValueEnum;
use jiff::{Timestamp, ZonedDateTime};
use otc_vbs::request::ListBackupJobs;
use otc_vbs::types::{BackupJob, BackupJobId, BackupJobSortKey, BackupJobStatus, SortDirection};

use super::Started;
use crate::backup_job::has_failed;
use crate::disks::DiskFilter;
use crate::exit::Failure;
use crate::policies::ProjectPolicy;
use crate::values::{backup_job_id, limit, offset, status};
use crate::words::time::{self, Bound};

#[derive(clap::Args, Debug, Default)]
#[command(next_help_heading = "Filters")]
pub(super) struct Filters {
    /// Only jobs created at this time or later: 24h, last-night, a date, or 2026-01-15T06:00:00Z.
    #[arg(long, value_name = "TIME")]
    pub(super) since: Option<String>,

    /// Only jobs created before this time, or up to the end of this day.
    #[arg(long, value_name = "TIME")]
    pub(super) until: Option<String>,

    /// Only jobs that failed or ran into a timeout.
    #[arg(long)]
    pub(super) failed: bool,

    /// Only jobs of this disk: its id, its name, or at least the first 8 characters of its id.
    #[arg(long, value_name = "DISK")]
    pub(super) disk: Option<String>,

    /// Only jobs in this status: ok, failed, timeout, running, waiting or skipped, or the service's own word.
    #[arg(long, value_name = "STATUS", value_parser = status, conflicts_with_all = ["failed", "raw_status"])]
    pub(super) status: Option<BackupJobStatus>,

    /// Only jobs in this status, which is sent to the service without a check.
    #[arg(long, value_name = "STATUS", conflicts_with = "failed")]
    pub(super) raw_status: Option<String>,

    /// Only the job with this id.
    #[arg(long, value_name = "ID", value_parser = backup_job_id)]
    pub(super) job_id: Option<BackupJobId>,

    /// The order of the jobs.
    #[arg(long, value_enum, value_name = "DIRECTION")]
    pub(super) sort_dir: Option<Direction>,

    /// The sort key.
    #[arg(long, value_enum, value_name = "KEY")]
    pub(super) sort_key: Option<SortKey>,

    /// Jobs per page [default: 20].
    #[arg(long, value_name = "N", value_parser = limit, allow_negative_numbers = true)]
    pub(super) limit: Option<u32>,

    /// Skip the first N jobs of each policy.
    #[arg(long, value_name = "N", value_parser = offset, allow_negative_numbers = true)]
    pub(super) offset: Option<u32>,

    /// Start after the job with this id. Requires exactly one policy.
    #[arg(long, value_name = "ID", value_parser = backup_job_id)]
    pub(super) marker: Option<BackupJobId>,
}

impl Filters {
    /// Whether jobs are selected by their disk, and by nothing else that could exclude all of them.
    pub(super) fn names_only_a_disk(&self) -> bool {
        let Self { since, until, failed, disk, status, raw_status, offset, marker, .. } = self;
        let other = since.is_some() || until.is_some() || *failed || status.is_some() || raw_status.is_some();
        disk.is_some() && !other && offset.is_none() && marker.is_none()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Direction {
    /// Oldest first.
    Asc,
    /// Newest first.
    Desc,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SortKey {
    /// The creation time.
    #[value(name = "created_at", alias = "created-at")]
    CreatedAt,
}

/// The time in which jobs were created.
#[derive(Clone, Copy, Default)]
pub(super) struct Window {
    pub(super) since: Option<Timestamp>,
    pub(super) until: Option<Timestamp>,
}

impl Window {
    pub(super) fn new(filters: &Filters, now: &ZonedDateTime) -> Result<Self, Failure> {
        let parse = |option: &str, text: &Option<String>, bound| match text {
            None => Ok(None),
            Some(text) => time::parse(text, bound, now)
                .map(Some)
                .map_err(|error| Failure::usage(format!("{option}: {error}"))),
        };
        Ok(Self {
            since: parse("--since", &filters.since, Bound::Start)?,
            until: parse("--until", &filters.until, Bound::End)?,
        })
    }

    pub(super) fn is_limited(self) -> bool {
        self.since.is_some() || self.until.is_some()
    }

    fn contains(self, time: Timestamp) -> bool {
        self.since.is_none_or(|since| time >= since) && self.until.is_none_or(|until| time < until)
    }
}

fn created(job: &BackupJob) -> Option<Timestamp> {
    job.created_at.timestamp().map(|time| time.as_timestamp())
}

/// The query for each policy.
pub(super) struct Query<'a> {
    pub(super) filters: &'a Filters,
    pub(super) window: Window,
    /// `None` is all disks.
    pub(super) disks: Option<DiskFilter>,
    /// Whether the jobs may be on any page.
    pub(super) whole: bool,
}

impl Query<'_> {
    /// Requests the first page of a policy.
    pub(super) async fn start(&self, policy: &ProjectPolicy<'_>) -> Started {
        let query = self.request(policy);
        let policy = policy.named();
        if !self.whole {
            return Started { policy, first: Some(query.send().await), rest: None };
        }
        // With a start of the window, only the last page shows that no other is needed.
        let mut pages = match self.window.since {
            Some(_) => query.pages(),
            None => query.pages().read_ahead(),
        };
        let first = pages.next().await;
        Started { policy, first, rest: Some(pages) }
    }

    pub(super) fn accepts(&self, job: &BackupJob) -> bool {
        // A job whose time can't be read is shown rather than lost.
        let in_window = created(job).is_none_or(|created| self.window.contains(created));
        let of_disk = self
            .disks
            .as_ref()
            .is_none_or(|disks| disks.accepts(job.resource_id.as_ref().map(|id| id.as_str())));
        in_window && of_disk && (!self.filters.failed || has_failed(&job.status))
    }

    /// Whether no page after this one can have a job of the window.
    pub(super) fn ends_with(&self, jobs: &[BackupJob]) -> bool {
        let is_newest_first = self.filters.sort_dir != Some(Direction::Asc);
        let last = jobs.last().and_then(created);
        last.is_some_and(|last| is_newest_first && self.window.since.is_some_and(|since| last < since))
    }

    fn request(&self, policy: &ProjectPolicy<'_>) -> ListBackupJobs {
        let filters = self.filters;
        let mut query = policy.target.client.policy(&policy.policy.id).backup_jobs();
        if let Some(direction) = filters.sort_dir {
            query = query.sort_dir(match direction {
                Direction::Asc => SortDirection::Asc,
                Direction::Desc => SortDirection::Desc,
            });
        }
        if let Some(SortKey::CreatedAt) = filters.sort_key {
            query = query.sort_key(BackupJobSortKey::CreatedAt);
        }
        if let Some(limit) = filters.limit {
            query = query.limit(limit);
        }
        if let Some(marker) = &filters.marker {
            query = query.marker(marker);
        }
        if let Some(job_id) = &filters.job_id {
            query = query.job_id(job_id);
        }
        if let Some(status) = &filters.status {
            query = query.status(status.clone());
        }
        if let Some(status) = &filters.raw_status {
            query = query.status(BackupJobStatus::from(status.as_str()));
        }
        if let Some(offset) = filters.offset {
            query = query.offset(offset);
        }
        query
    }
}
