//! Counts, durations, causes of failures and load of jobs.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::tz::Offset;
use otc_vbs::types::{BackupJob, BackupJobStatus};
use schemars::JsonSchema;
use serde::Serialize;

use super::days::Window;
use crate::backup_job::has_failed;
use crate::words::explain::explain;

/// The number of jobs by outcome, and of due backups without a job.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub(crate) struct Counts {
    pub(crate) jobs: u64,
    pub(crate) ok: u64,
    pub(crate) failed: u64,
    pub(crate) timeout: u64,
    pub(crate) skipped: u64,
    /// Waiting or running.
    pub(crate) running: u64,
    /// In a status that is not a known one.
    pub(crate) unknown: u64,
    /// The backups that were due and for which there is no job.
    pub(crate) missed: u64,
    /// The share of the backups that succeeded, in percent, rounded down to one decimal. It counts the jobs that ended and
    /// the backups that were missed.
    pub(crate) success_percent: Option<f64>,
}

impl Counts {
    pub(crate) fn new<'a>(jobs: impl Iterator<Item = &'a BackupJob>, missed: u64) -> Self {
        let mut counts = Self { missed, ..Self::default() };
        for job in jobs {
            counts.jobs += 1;
            *match job.status {
                BackupJobStatus::ExecuteSuccess => &mut counts.ok,
                BackupJobStatus::ExecuteFail => &mut counts.failed,
                BackupJobStatus::ExecuteTimeout => &mut counts.timeout,
                BackupJobStatus::Skip => &mut counts.skipped,
                BackupJobStatus::Running | BackupJobStatus::Waiting => &mut counts.running,
                _ => &mut counts.unknown,
            } += 1;
        }
        counts.set_success();
        counts
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.jobs += other.jobs;
        self.ok += other.ok;
        self.failed += other.failed;
        self.timeout += other.timeout;
        self.skipped += other.skipped;
        self.running += other.running;
        self.unknown += other.unknown;
        self.missed += other.missed;
        self.set_success();
    }

    fn set_success(&mut self) {
        let due = self.due();
        self.success_percent = (due > 0).then(|| (self.ok * 1000 / due) as f64 / 10.0);
    }

    /// The backups whose outcome is known.
    pub(crate) fn due(&self) -> u64 {
        self.ok + self.failed + self.timeout + self.skipped + self.missed
    }
}

/// How long successful jobs took.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Durations {
    /// The median duration of successful jobs, in seconds.
    pub(crate) median_seconds: Option<i64>,
    /// The longest duration of a successful job, in seconds.
    pub(crate) slowest_seconds: Option<i64>,
    /// All of them, sorted.
    #[serde(skip)]
    pub(crate) seconds: Vec<i64>,
}

impl Durations {
    pub(crate) fn new(mut seconds: Vec<i64>) -> Self {
        seconds.sort_unstable();
        let middle = seconds.len() / 2;
        let median = match seconds.len() % 2 {
            1 => seconds.get(middle).copied(),
            // Of an even number, the mean of the two in the middle.
            _ => middle.checked_sub(1).map(|before| i64::midpoint(seconds[before], seconds[middle])),
        };
        Self { median_seconds: median, slowest_seconds: seconds.last().copied(), seconds }
    }
}

/// Why jobs failed or ran into a timeout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Cause {
    /// The error code. Null if the service gave none.
    pub(crate) code: Option<String>,
    /// What it means, or the service's words if there is no code or it is not a listed one.
    pub(crate) meaning: String,
    /// What to do about it.
    pub(crate) action: Option<String>,
    /// The number of jobs.
    pub(crate) jobs: u64,
    /// The id of the newest of these jobs.
    pub(crate) newest_job_id: String,
    /// The command that shows it.
    pub(crate) command: Option<String>,
    /// When that was created.
    #[serde(skip)]
    newest: Option<Timestamp>,
}

/// The causes of the jobs that failed, the most frequent first.
pub(crate) fn causes<'a>(jobs: impl Iterator<Item = &'a BackupJob>) -> Vec<Cause> {
    let mut causes: BTreeMap<(Option<String>, String), Cause> = BTreeMap::new();
    for job in jobs.filter(|job| has_failed(&job.status)) {
        let failure = job.failure();
        let code = failure.as_ref().and_then(|failure| failure.code.as_ref()).map(ToString::to_string);
        let text = failure.map(|failure| failure.text).filter(|text| !text.is_empty());
        let message = match job.status {
            BackupJobStatus::ExecuteTimeout => text.unwrap_or_else(|| "timed out".to_owned()),
            _ => text.unwrap_or_else(|| "the service gives no reason".to_owned()),
        };
        let newest = job.created_at.timestamp().map(Timestamp::from);
        // Jobs with the same code can have different messages.
        let key = (code.clone(), if code.is_some() { String::new() } else { message.clone() });
        let cause = causes.entry(key).or_insert_with(|| {
            let (meaning, action) = match code.as_deref().map(explain) {
                Some(Ok(listed)) => (listed.meaning.to_owned(), Some(listed.action.to_owned())),
                Some(Err(unlisted)) => (message, Some(unlisted.to_string())),
                None => (message, None),
            };
            let newest_job_id = job.job_id.to_string();
            Cause { code, meaning, action, jobs: 0, newest_job_id, command: None, newest }
        });
        cause.jobs += 1;
        if newest > cause.newest {
            (cause.newest, cause.newest_job_id) = (newest, job.job_id.to_string());
        }
    }
    let mut causes: Vec<Cause> = causes.into_values().collect();
    sort(&mut causes);
    causes
}

/// Adds the causes of another policy.
pub(crate) fn add_causes(causes: &mut Vec<Cause>, others: &[Cause]) {
    for other in others {
        let is_same = |cause: &&mut Cause| {
            cause.code == other.code && (cause.code.is_some() || cause.meaning == other.meaning)
        };
        match causes.iter_mut().find(is_same) {
            Some(cause) => {
                let jobs = cause.jobs + other.jobs;
                if other.newest > cause.newest {
                    *cause = other.clone();
                }
                cause.jobs = jobs;
            }
            None => causes.push(other.clone()),
        }
    }
    sort(causes);
}

fn sort(causes: &mut [Cause]) {
    causes.sort_by(|a, b| b.jobs.cmp(&a.jobs).then_with(|| a.code.cmp(&b.code)));
}

/// The jobs of an hour of the day, added up over all days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Hour {
    /// The hour of the day in UTC, from 0 to 23.
    pub(crate) hour: u8,
    /// The number of jobs that were created in this hour.
    pub(crate) started: u64,
    /// The number of jobs that waited or ran at some time of this hour.
    pub(crate) running: u64,
}

impl Hour {
    /// All hours of the day, without jobs.
    pub(crate) fn all() -> Vec<Self> {
        (0..24).map(|hour| Self { hour, started: 0, running: 0 }).collect()
    }
}

pub(crate) fn hours<'a>(jobs: impl Iterator<Item = &'a BackupJob>, window: &Window) -> Vec<Hour> {
    const SECONDS: i64 = 3600;
    let mut hours = Hour::all();
    let mut running: BTreeSet<i64> = BTreeSet::new();
    for job in jobs {
        let Some(created) = job.created_at.timestamp().map(Timestamp::from) else { continue };
        // It does not run beyond now, and a job that failed at once has no end.
        let ended = match job.status {
            BackupJobStatus::Running | BackupJobStatus::Waiting => window.now,
            _ => job.finished_at.map_or(created, |finished| finished.as_timestamp()),
        };
        if let Some(hour) = hours.get_mut(Offset::UTC.to_datetime(created).hour() as usize) {
            hour.started += 1;
        }
        let first = created.as_second().div_euclid(SECONDS);
        let last = ended.min(window.now).as_second().div_euclid(SECONDS).max(first);
        // After a day, it has run in each hour.
        running.extend((first..=last).take(24).map(|hour| hour.rem_euclid(24)));
        for hour in std::mem::take(&mut running) {
            if let Some(hour) = usize::try_from(hour).ok().and_then(|hour| hours.get_mut(hour)) {
                hour.running += 1;
            }
        }
    }
    hours
}

/// Adds the load of another policy.
pub(crate) fn add_hours(hours: &mut [Hour], others: &[Hour]) {
    for (hour, other) in hours.iter_mut().zip(others) {
        hour.started += other.started;
        hour.running += other.running;
    }
}
