//! When a backup of a policy's disks is expected.

use jiff::{SignedDuration, Timestamp};
use otc_vbs::schedule::{DueDays, DueTimes, Timetable};
use otc_vbs::types::{BackupPolicy, PolicyStatus};

use crate::resolve::MIN_PREFIX;
use crate::words;

/// Without due times, jobs that were created at most this long before the newest one are of the same run.
const RUN_LENGTH: SignedDuration = SignedDuration::from_hours(1);

/// The settings of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// The time that a run may take until its jobs must have been created and have ended.
    pub(crate) grace: SignedDuration,
    /// The highest age of a backup. Overrides the schedules of the policies.
    pub(crate) max_age: Option<SignedDuration>,
    /// The ids of disks to ignore, or prefixes of at least 8 characters.
    pub(crate) ignored: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { grace: SignedDuration::from_hours(6), max_age: None, ignored: Vec::new() }
    }
}

impl Options {
    pub(crate) fn ignores(&self, disk: &str) -> bool {
        let is_prefix = |ignored: &String| ignored.len() >= MIN_PREFIX && disk.starts_with(&**ignored);
        self.ignored.iter().any(|ignored| ignored == disk || is_prefix(ignored))
    }
}

/// When a policy's disks are due for a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// At these times.
    Due(DueTimes),
    /// Whenever the last backup is older than this. The due times are known if the schedule is.
    MaxAge(SignedDuration, Option<DueTimes>),
    /// Never: the policy is switched off.
    Off,
    /// Unknown, for this reason.
    Unknown(String),
}

impl Plan {
    /// The plan of a policy. If it runs every few days, the day from which it counts is inferred from the
    /// times at which its jobs were created.
    pub(crate) fn new(
        policy: &BackupPolicy,
        created_at: impl IntoIterator<Item = Timestamp>,
        options: &Options,
    ) -> Self {
        let status = policy.scheduled_policy.as_ref().and_then(|schedule| schedule.status.as_ref());
        let due = match status {
            Some(PolicyStatus::Off) => return Self::Off,
            Some(PolicyStatus::On) => due_times(policy, created_at),
            Some(other) => Err(format!("the policy's status is `{other}`, neither ON nor OFF")),
            None => Err("the service does not say whether the policy is on".to_owned()),
        };
        match (options.max_age, due) {
            (Some(max_age), due) => Self::MaxAge(max_age, due.ok()),
            (None, Ok(due)) => Self::Due(due),
            (None, Err(reason)) => Self::Unknown(reason),
        }
    }

    /// The due times, if they are known.
    pub(crate) fn due_times(&self) -> Option<&DueTimes> {
        match self {
            Self::Due(due) | Self::MaxAge(_, Some(due)) => Some(due),
            Self::MaxAge(_, None) | Self::Off | Self::Unknown(_) => None,
        }
    }

    /// The runs until now, newest first. Without due times, there is one: that of the newest job.
    pub(crate) fn runs(&self, now: Timestamp, newest_job: Option<Timestamp>) -> impl Iterator<Item = Run> {
        let due = self.due_times();
        let first = match due {
            Some(due) => due.last_at_or_before(now),
            None => newest_job.map(|newest| newest.checked_sub(RUN_LENGTH).unwrap_or(Timestamp::MIN)),
        };
        let first = first.map(|start| Run { start, end: None });
        std::iter::successors(first, move |run| {
            Some(Run { start: due?.last_before(run.start)?, end: Some(run.start) })
        })
    }
}

fn due_times(
    policy: &BackupPolicy,
    created_at: impl IntoIterator<Item = Timestamp>,
) -> Result<DueTimes, String> {
    let timetable = Timetable::from_policy(policy);
    let timetable = timetable.map_err(|error| format!("the policy's schedule can't be read: {error}"))?;
    timetable.infer_anchor(created_at).due_times().map_err(|unknown| {
        let interval = words::count(unknown.interval().get().into(), "day");
        format!("the policy runs every {interval}, and its jobs don't show on which")
    })
}

/// Whether the due times of a policy depend on its jobs.
pub(crate) fn depends_on_jobs(policy: &BackupPolicy) -> bool {
    let days = Timetable::from_policy(policy).map(|timetable| timetable.days());
    matches!(days, Ok(DueDays::EveryDays { interval, .. }) if interval.get() > 1)
}

/// The time of one run: from a due time until the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) start: Timestamp,
    /// The next due time. `None` if it is in the future.
    pub(crate) end: Option<Timestamp>,
}

impl Run {
    pub(crate) fn contains(self, time: Timestamp) -> bool {
        self.start <= time && self.end.is_none_or(|end| time < end)
    }

    /// Whether it has something in common with the time between.
    pub(crate) fn overlaps(self, from: Timestamp, to: Timestamp) -> bool {
        self.start < to && self.end.is_none_or(|end| from < end)
    }
}
