//! The state of each disk on each day.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use otc_vbs::types::BackupJobStatus;
use schemars::JsonSchema;
use serde::Serialize;

use crate::archive::manifest::Gap;
use crate::check::history::{DatedJob, DiskJobs, Outcome};
use crate::check::plan::{Plan, Run};
use crate::words::time::utc_day;

/// The most days of a report.
pub(crate) const MAX_DAYS: usize = 400;

/// The time that a report is about.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) since: Timestamp,
    pub(crate) now: Timestamp,
    /// The UTC days from `since` to `now`.
    pub(crate) days: Vec<Date>,
}

impl Window {
    /// The window from `since` to `now`. `None` if it ends before it begins, or has too many days.
    pub(crate) fn new(since: Timestamp, now: Timestamp) -> Option<Self> {
        let (first, last) = (utc_day(since), utc_day(now));
        let days: Vec<Date> =
            first.series(1.day()).take_while(|day| *day <= last).take(MAX_DAYS + 1).collect();
        (since <= now && days.len() <= MAX_DAYS).then_some(Self { since, now, days })
    }

    pub(crate) fn contains(&self, time: Timestamp) -> bool {
        self.since <= time && time <= self.now
    }

    fn place(&self, time: Timestamp) -> Option<usize> {
        let days = self.days.first()?.until(utc_day(time)).ok()?.get_days();
        usize::try_from(days).ok().filter(|place| *place < self.days.len())
    }
}

/// What happened to a disk on a day. The worst is the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DayState {
    /// No backup was due, or it is not overdue yet.
    NoneDue,
    /// All backups succeeded.
    Ok,
    /// A backup waits or runs.
    Running,
    /// A backup was skipped.
    Skipped,
    /// The status of a job is not a known one, or nobody can tell whether a backup was due.
    Unknown,
    /// A backup was due, and there is no job.
    Missed,
    /// A backup ran into a timeout.
    Timeout,
    /// A backup failed.
    Failed,
}

impl DayState {
    pub(crate) const ALL: [Self; 8] = [
        Self::Ok,
        Self::Failed,
        Self::Timeout,
        Self::Missed,
        Self::Skipped,
        Self::Running,
        Self::NoneDue,
        Self::Unknown,
    ];

    /// The state in one character.
    pub(crate) fn symbol(self) -> char {
        match self {
            Self::Ok => '+',
            Self::Failed => 'F',
            Self::Timeout => 'T',
            Self::Missed => 'M',
            Self::Skipped => 'S',
            Self::Running => 'R',
            Self::NoneDue => '.',
            Self::Unknown => '?',
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Timeout => "timeout",
            Self::Missed => "missed",
            Self::Skipped => "skipped",
            Self::Running => "running",
            Self::NoneDue => "none due",
            Self::Unknown => "unknown",
        }
    }

    fn of(job: &DatedJob<'_>) -> Self {
        match job.outcome() {
            Outcome::Good => Self::Ok,
            Outcome::Failed if job.job.status == BackupJobStatus::ExecuteTimeout => Self::Timeout,
            Outcome::Failed => Self::Failed,
            Outcome::Skipped => Self::Skipped,
            Outcome::InProgress => Self::Running,
            Outcome::Unknown => Self::Unknown,
        }
    }
}

/// One state for each day of a window.
pub(crate) type Strip = Vec<DayState>;

/// What can be said about a disk on the days on which it has no job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absence {
    /// A run without a job of the disk was missed.
    Missed,
    /// The disk may have been removed, or a job of it can't be read.
    Uncertain,
    /// The disk was removed after its last job.
    Removed,
}

/// The strip of a disk, and the number of runs that it missed. Whether it missed a run in one of the gaps, nobody knows.
pub(crate) fn strip(
    jobs: &DiskJobs<'_>,
    plan: &Plan,
    window: &Window,
    grace: SignedDuration,
    absence: Absence,
    gaps: &[&Gap],
) -> (Strip, u64) {
    // Without due times, nobody knows what was due on a day without jobs.
    let blank = if matches!(plan, Plan::Unknown(_)) { DayState::Unknown } else { DayState::NoneDue };
    let mut worst: Vec<Option<DayState>> = vec![None; window.days.len()];
    let mut add = |time, state| {
        if let Some(day) = window.place(time).and_then(|place| worst.get_mut(place)) {
            *day = (*day).max(Some(state));
        }
    };
    for job in jobs.jobs.iter().filter(|job| window.contains(job.created_at)) {
        add(job.created_at, DayState::of(job));
    }
    let mut missed = 0;
    for run in missed_runs(jobs, plan, window, grace) {
        match absence {
            Absence::Removed if jobs.newest().is_some_and(|newest| newest < run.start) => {}
            _ if gaps.iter().any(|gap| run.overlaps(gap.from, gap.to)) => add(run.start, DayState::Unknown),
            Absence::Uncertain => add(run.start, DayState::Unknown),
            Absence::Missed | Absence::Removed => {
                add(run.start, DayState::Missed);
                missed += 1;
            }
        }
    }
    (worst.into_iter().map(|state| state.unwrap_or(blank)).collect(), missed)
}

/// The runs of the window, from that of the disk's first job on, in which it has no job.
fn missed_runs(
    jobs: &DiskJobs<'_>,
    plan: &Plan,
    window: &Window,
    grace: SignedDuration,
) -> impl Iterator<Item = Run> {
    let oldest = jobs.oldest();
    let has_job = |run: &Run| {
        // The jobs are sorted, newest first.
        let first = jobs.jobs.partition_point(|job| run.end.is_some_and(|end| job.created_at >= end));
        jobs.jobs.get(first).is_some_and(|job| run.contains(job.created_at))
    };
    let now = window.now;
    let runs = plan.due_times().into_iter().flat_map(move |_| plan.runs(now, None));
    runs.take_while(move |run| run.start >= window.since)
        .take_while(move |run| oldest.is_some_and(|oldest| run.end.is_none_or(|end| oldest < end)))
        .filter(move |run| now.duration_since(run.start) >= grace && !has_job(run))
}
