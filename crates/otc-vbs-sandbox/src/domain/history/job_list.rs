//! The backup jobs of one policy as they stand at one moment.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::job_times::JobTimes;
use super::statuses::{Status, Statuses};
use crate::domain::WINDOW;
use crate::domain::backup_job::BackupJob;
use crate::domain::numbers::{DiskNumber, JobNumber};
use crate::domain::policy::{History, Policy};
use crate::domain::seed::{Purpose, Seed};

/// The backup jobs of one policy at one moment, newest first: those that were triggered while the sandbox runs, then the
/// seeded ones, of which it holds only what to compute them from.
#[derive(Clone, Debug)]
pub(crate) struct JobList {
    /// Newest first.
    live: Arc<[BackupJob]>,
    pub(super) seeded: SeededJobs,
    /// How many of the seeded jobs the service still lists.
    listed: u64,
}

/// The seeded backup jobs of one policy. Positions among them count from the newest.
#[derive(Clone, Copy, Debug)]
pub(super) struct SeededJobs {
    pub(super) seed: Seed,
    policy: JobNumber,
    history: History,
    pub(super) statuses: Statuses,
    pub(super) times: JobTimes,
    /// When the sandbox began.
    start: Timestamp,
}

impl JobList {
    /// `live` are the jobs that were triggered while the sandbox runs, newest first.
    pub(crate) fn new(
        seed: Seed,
        policy: &Policy,
        days: u16,
        start: Timestamp,
        now: Timestamp,
        live: Arc<[BackupJob]>,
    ) -> Self {
        let passed = now.duration_since(start);
        let history = policy.history;
        let seeded = SeededJobs {
            seed,
            policy: JobNumber {
                policy: policy.number,
                ordinal: 0,
            },
            history,
            statuses: Statuses {
                seed,
                policy: policy.number.0,
                seeded: history.jobs,
                passed,
            },
            times: JobTimes::new(seed, history, days),
            start,
        };
        let left = (WINDOW - passed).as_millis();
        let left = u64::try_from(left).unwrap_or(0);
        Self {
            live,
            listed: seeded.younger_than(left),
            seeded,
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.live() + self.listed
    }

    /// How many of the jobs are no seeded ones.
    pub(crate) fn live(&self) -> u64 {
        self.live.len() as u64
    }

    /// The job at a position, if it is no seeded one.
    pub(super) fn live_job(&self, position: u64) -> Option<&BackupJob> {
        self.live.get(usize::try_from(position).ok()?)
    }

    /// The number of the job at a position. It counts from the oldest, so that it stays when jobs arrive.
    pub(crate) fn number(&self, position: u64) -> JobNumber {
        match self.live_job(position) {
            Some(job) => job.number,
            None => self.seeded.number(position - self.live()),
        }
    }

    pub(crate) fn status(&self, position: u64) -> Status {
        match self.live_job(position) {
            Some(job) => job.state.status(),
            None => self.seeded.statuses.at(position - self.live()),
        }
    }

    /// The disk that the job at a position backs up.
    pub(crate) fn disk(&self, position: u64) -> DiskNumber {
        match self.live_job(position) {
            Some(job) => job.disk,
            None => self.seeded.disk(position - self.live()),
        }
    }

    /// The name of the backup that the job at a position makes.
    pub(crate) fn backup_name(&self, position: u64) -> String {
        let number = self.number(position).into();
        let drawn = self.seeded.seed.draw(Purpose::BackupName, number);
        format!("autobk_{:04x}", drawn & 0xffff)
    }

    pub(crate) fn created_at(&self, position: u64) -> Timestamp {
        match self.live_job(position) {
            Some(job) => job.created_at,
            None => self.seeded.created_at(position - self.live()),
        }
    }

    /// When the job at a position ended, if it has and says so.
    pub(crate) fn finished_at(&self, position: u64) -> Option<Timestamp> {
        match self.live_job(position) {
            Some(job) => job.state.finished_at(),
            None => self.seeded.finished_at(position - self.live()),
        }
    }

    /// The position of a job, if it is one of these.
    pub(crate) fn position_of(&self, number: JobNumber) -> Option<u64> {
        if number.policy != self.seeded.policy.policy {
            return None;
        }
        let ordinal = u64::from(number.ordinal);
        if let Some(newer) =
            (self.seeded.history.jobs.checked_sub(1)).and_then(|last| last.checked_sub(ordinal))
        {
            return (newer < self.listed).then(|| self.live() + newer);
        }
        let newest = u64::from(self.live.first()?.number.ordinal);
        let position = newest.checked_sub(ordinal)?;
        (position < self.live()).then_some(position)
    }

    /// How many jobs of a status are newer than the one at a position.
    pub(crate) fn count_before(&self, status: Status, position: u64) -> u64 {
        let position = position.min(self.len());
        let live = position.min(self.live()) as usize;
        let among_live = self.live.iter().take(live);
        let among_live = among_live.filter(|job| job.state.status() == status).count() as u64;
        among_live
            + self
                .seeded
                .statuses
                .count_before(status, position.saturating_sub(self.live()))
    }

    /// The position of the job that has exactly `rank` jobs of the same status before it.
    pub(crate) fn position(&self, status: Status, rank: u64) -> Option<u64> {
        let among_live = self.count_before(status, self.live());
        match rank.checked_sub(among_live) {
            Some(rank) => {
                let newer = self.seeded.statuses.position(status, rank)?;
                (newer < self.listed).then(|| self.live() + newer)
            }
            None => {
                let mut positions = (0..self.live()).filter(|position| self.status(*position) == status);
                positions.nth(usize::try_from(rank).ok()?)
            }
        }
    }
}

impl SeededJobs {
    fn number(&self, newer: u64) -> JobNumber {
        JobNumber {
            ordinal: self.history.jobs.saturating_sub(1).saturating_sub(newer) as u32,
            ..self.policy
        }
    }

    /// The policies took the disks in turn.
    fn disk(&self, newer: u64) -> DiskNumber {
        let turn = newer % self.times.disks * self.history.policies;
        let policy = self.policy.policy;
        policy.project().seeded_disk(turn + u64::from(policy.index()))
    }

    /// How old the job was when the sandbox began.
    pub(super) fn age(&self, newer: u64) -> u64 {
        self.times.age(newer, self.number(newer).into())
    }

    fn created_at(&self, newer: u64) -> Timestamp {
        self.before_start(self.age(newer).cast_signed())
    }

    fn before_start(&self, milliseconds: i64) -> Timestamp {
        let before = SignedDuration::from_millis(milliseconds);
        // The builder made sure that the clock is far from the first time that can be written.
        self.start.saturating_sub(before).unwrap_or(self.start)
    }

    fn finished_at(&self, newer: u64) -> Option<Timestamp> {
        let number = self.number(newer).into();
        let age = self.age(newer);
        let after = self
            .times
            .after_creation(self.statuses.at(newer), newer, age, number)?;
        Some(self.before_start(age.cast_signed() - after.cast_signed()))
    }

    /// How many jobs were younger than this when the sandbox began, in milliseconds.
    fn younger_than(&self, age: u64) -> u64 {
        let (mut low, mut high) = (0, self.history.jobs);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.age(middle) < age {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::numbers::PolicyNumber;
    use crate::domain::{Sizes, Vbs};

    /// 2026-01-15T06:00:00Z
    pub(crate) const START: Timestamp = Timestamp::constant(1_768_456_800, 0);

    /// The jobs of a policy with so many seeded ones, so many hours after the sandbox began, when so many have arrived.
    pub(crate) fn list(seeded: u64, arrived: usize, hours: i64) -> JobList {
        let sizes = Sizes {
            projects: 2,
            policies: 3,
            disks: 9,
            jobs: seeded * 3,
            days: 30,
        };
        let mut vbs = Vbs::seeded(Seed(11), START, sizes);
        vbs.catch_up(START + SignedDuration::from_hours(hours));
        // Switched off, so that nothing but what is asked for arrives.
        let policy = vbs.policy(PolicyNumber(2)).unwrap();
        let disks = policy.disks.clone();
        vbs.trigger(PolicyNumber(2), disks.into_iter().cycle().take(arrived));
        vbs.backup_jobs(vbs.policy(PolicyNumber(2)).unwrap())
    }

    #[test]
    fn jobs_are_found_by_their_number() {
        let list = list(300, 5, 0);
        for position in 0..list.len() {
            assert_eq!(list.position_of(list.number(position)), Some(position));
        }
        let later = super::tests::list(300, 6, 0);
        assert_eq!(list.position_of(later.number(0)), None);
    }

    #[test]
    fn seeded_jobs_were_created_one_after_the_other() {
        let list = list(5000, 0, 0);
        let created: Vec<_> = (0..list.len())
            .map(|position| list.created_at(position))
            .collect();
        assert!(created.is_sorted_by(|newer, older| newer > older));
    }

    #[test]
    fn jobs_are_listed_for_30_days() {
        let (now, later) = (list(300, 0, 0), list(300, 0, 10 * 24));
        assert_eq!(now.len(), 300);
        assert!(later.len() > 100 && later.len() < 250, "{}", later.len());
        let age = |job| (START + SignedDuration::from_hours(240)).duration_since(now.created_at(job));
        assert!(age(later.len() - 1) < WINDOW);
        let next = now.number(later.len());
        assert_eq!(later.position_of(next), None);
        assert!(age(later.len()) >= WINDOW);
        assert_eq!(list(300, 0, 60 * 24).len(), 0);
    }

    #[test]
    fn counts_and_positions_are_those_of_a_scan() {
        for (arrived, hours) in [(0, 0), (4, 0), (0, 2), (3, 200), (0, 1000)] {
            let list = list(70, arrived, hours);
            for status in Status::ALL {
                let scanned: Vec<u64> = (0..list.len()).filter(|p| list.status(*p) == status).collect();
                for (rank, position) in scanned.iter().enumerate() {
                    assert_eq!(list.count_before(status, *position), rank as u64);
                    assert_eq!(list.position(status, rank as u64), Some(*position));
                }
                assert_eq!(list.count_before(status, u64::MAX), scanned.len() as u64);
                assert_eq!(list.position(status, scanned.len() as u64), None);
            }
        }
    }
}
