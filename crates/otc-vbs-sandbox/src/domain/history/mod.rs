//! The history before the sandbox started: computed on demand, never stored.

pub(crate) mod job_list;
pub(crate) mod jobs;
mod kept;
pub(crate) mod page;
mod statuses;
mod vbs_jobs;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use self::statuses::Statuses;
use super::backup_job::Status;
use super::job_draws::{Failure, JobDraws};
use super::limits::{MOST_DISKS, WINDOW};
use super::numbers::{DiskNumber, JobNumber, PolicyNumber};
use super::policy::Retention;
use super::schedule::Schedule;
use super::seed::Seed;
use super::time::{earlier, later};

/// The backup jobs that a policy had triggered and that had ended when the sandbox started.
///
/// Positions count from the newest job. Each run of the policy created one job for each of its disks, all at
/// the due time of the run. The oldest run may be incomplete.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct History {
    pub(super) seed: Seed,
    pub(super) policy: PolicyNumber,
    /// The schedule of these jobs. Later changes of the policy's schedule don't affect it.
    pub(super) schedule: Schedule,
    /// The time at which the sandbox started.
    pub(super) start: Timestamp,
    /// The policy ran at the due times before this time: the start of the sandbox, or the time at which the
    /// policy was switched off.
    pub(super) until: Timestamp,
    /// The number of disks in the policy.
    pub(super) disks: u64,
    /// The number of policies that received the disks of the project in turn.
    pub(super) policies: u64,
    /// The number of jobs.
    pub(super) jobs: u64,
    /// The number of jobs of the newest run that had not ended. They are stored and not part of the history.
    pub(super) unended: u64,
    /// The policy's retention when the sandbox started.
    pub(super) retention: Retention,
    pub(super) keeps_first_of_month: bool,
}

/// The position of a job before the sandbox started, as a run and an index in it.
struct Place {
    /// Counted from the newest run.
    run: u64,
    /// Counted from the first disk, which is backed up first.
    disk: u64,
}

impl History {
    /// Reports the first problem of a history from a file.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let is_numbered = self.jobs.checked_add(self.unended);
        let is_numbered = is_numbered.is_some_and(|jobs| u32::try_from(jobs).is_ok());
        let fits = |number: u64| (1..=MOST_DISKS).contains(&number);
        if !is_numbered || !fits(self.disks) || !fits(self.policies) || self.unended > self.disks {
            return Err("a history with numbers that are too large");
        }
        self.schedule.check()?;
        let oldest = self.place(self.jobs.saturating_sub(1)).run;
        if self.schedule.nth_before(self.until, oldest).is_none() || self.until > self.start {
            return Err("a history that its schedule can't have made");
        }
        Ok(())
    }

    /// The number of jobs that the service still lists.
    fn listed(&self, now: Timestamp) -> u64 {
        let listed_from = earlier(now, WINDOW);
        let runs = self.schedule.count_between(listed_from, self.until);
        let jobs = runs.saturating_mul(self.disks).saturating_sub(self.unended);
        jobs.min(self.jobs)
    }

    /// The number of the job at a position. It counts from the oldest job, so it does not change when jobs
    /// arrive.
    fn number(&self, position: u64) -> JobNumber {
        JobNumber {
            policy: self.policy,
            ordinal: self.jobs.saturating_sub(1).saturating_sub(position) as u32,
        }
    }

    /// The position of the job with this number, if it is in the history.
    fn position_of(&self, number: JobNumber) -> Option<u64> {
        let newest = self.jobs.checked_sub(1)?;
        let position = newest.checked_sub(u64::from(number.ordinal))?;
        (number.policy == self.policy).then_some(position)
    }

    fn place(&self, position: u64) -> Place {
        let newer = position + self.unended;
        Place { run: newer / self.disks, disk: self.disks - 1 - newer % self.disks }
    }

    fn disk(&self, position: u64) -> DiskNumber {
        self.nth_disk(self.place(position).disk)
    }

    /// A disk of the policy. The policies of a project took its disks in turn.
    fn nth_disk(&self, place: u64) -> DiskNumber {
        let index = place * self.policies + u64::from(self.policy.index());
        self.policy.project().seeded_disk(index)
    }

    fn status(&self, position: u64) -> Status {
        self.statuses().at(position)
    }

    fn statuses(&self) -> Statuses {
        Statuses { seed: self.seed, policy: self.policy.0, jobs: self.jobs }
    }

    fn draws(&self, position: u64) -> JobDraws {
        JobDraws::new(self.seed, self.number(position))
    }

    #[expect(
        clippy::expect_used,
        reason = "a history has as many jobs as its schedule can have made: see `check` and `Vbs::seeded`"
    )]
    fn created_at(&self, position: u64) -> Timestamp {
        let due = self.schedule.nth_before(self.until, self.place(position).run);
        due.expect("each run has a due time")
    }

    fn started_at(&self, position: u64) -> Timestamp {
        self.start_and_end(position).0
    }

    /// The time at which the job at a position ended, if it reports that.
    fn finished_at(&self, position: u64) -> Option<Timestamp> {
        self.start_and_end(position).1
    }

    fn start_and_end(&self, position: u64) -> (Timestamp, Option<Timestamp>) {
        let created_at = self.created_at(position);
        let draws = self.draws(position);
        let wait = draws.wait(self.place(position).disk);
        let takes = match self.status(position) {
            Status::Skip => SignedDuration::ZERO,
            Status::ExecuteTimeout => draws.duration(true),
            _ => draws.duration(false),
        };
        let age = self.start.duration_since(created_at);
        let (mut starts, mut ends) = (wait, wait + takes);
        if ends >= age {
            // The newest jobs were quick, so that they ended before the sandbox started.
            ends = draws.part_of(age);
            starts = ends / 2;
        }
        let has_end = self.status(position) != Status::ExecuteFail || !draws.fails_at_once();
        (later(created_at, starts), has_end.then(|| later(created_at, ends)))
    }

    /// Whether the job at a position started, and so has an asynchronous job with the same number.
    fn has_begun(&self, position: u64) -> bool {
        match self.status(position) {
            Status::Waiting | Status::Skip => false,
            Status::Running | Status::ExecuteSuccess | Status::ExecuteTimeout => true,
            Status::ExecuteFail => !self.draws(position).fails_at_once(),
        }
    }

    fn failure(&self, position: u64) -> Option<Failure> {
        let has_failed = self.status(position) == Status::ExecuteFail;
        has_failed.then(|| self.draws(position).failure())
    }
}
