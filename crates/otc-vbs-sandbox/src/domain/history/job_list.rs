//! The backup jobs of one policy at one moment.

use std::sync::Arc;

use jiff::Timestamp;

use super::History;
use crate::domain::backup_job::{BackupJob, State, Status};
use crate::domain::job_draws::JobDraws;
use crate::domain::numbers::{DiskNumber, JobNumber, VbsJobNumber};
use crate::domain::seed::Seed;

/// The backup jobs of one policy at one moment, newest first: the stored jobs, then those of its history.
#[derive(Clone, Debug)]
pub(crate) struct JobList {
    seed: Seed,
    /// Newest first.
    stored: Arc<[BackupJob]>,
    past: Option<PastJobs>,
}

/// The listed jobs of a history, which are its newest jobs.
#[derive(Clone, Debug)]
struct PastJobs {
    history: History,
    listed: u64,
}

/// A job in a list.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Job<'a> {
    Stored(&'a BackupJob),
    /// The job of the history at a position.
    Past(&'a History, u64),
}

impl JobList {
    /// The list of the stored jobs, newest first, and of the jobs of a history that are listed at this time.
    pub(crate) fn new(
        seed: Seed,
        stored: Arc<[BackupJob]>,
        history: Option<&History>,
        now: Timestamp,
    ) -> Self {
        let past = history.map(|history| PastJobs { history: history.clone(), listed: history.listed(now) });
        Self { seed, stored, past }
    }

    pub(crate) fn len(&self) -> u64 {
        self.stored() + self.past.as_ref().map_or(0, |past| past.listed)
    }

    /// The number of stored jobs.
    pub(crate) fn stored(&self) -> u64 {
        self.stored.len() as u64
    }

    /// The job at a position, or `None` if the list is shorter.
    pub(crate) fn get(&self, position: u64) -> Option<Job<'_>> {
        match position.checked_sub(self.stored()) {
            None => self.stored.get(position as usize).map(Job::Stored),
            Some(position) => {
                let past = self.past.as_ref().filter(|past| position < past.listed)?;
                Some(Job::Past(&past.history, position))
            }
        }
    }

    pub(crate) fn has_status(&self, position: u64, status: Status) -> bool {
        self.get(position).is_some_and(|job| job.status() == status)
    }

    /// The name of the backup that a job creates.
    pub(crate) fn backup_name(&self, number: JobNumber) -> String {
        JobDraws::new(self.seed, number).backup_name()
    }

    /// The position of a job, if it is in this list.
    pub(crate) fn position_of(&self, number: JobNumber) -> Option<u64> {
        if let Some(newest) = self.stored.first()
            && newest.number.policy == number.policy
            && let Some(position) = newest.number.ordinal.checked_sub(number.ordinal)
            && u64::from(position) < self.stored()
        {
            return Some(u64::from(position));
        }
        let past = self.past.as_ref()?;
        let position = past.history.position_of(number)?;
        (position < past.listed).then(|| self.stored() + position)
    }

    /// The number of jobs of a status that are newer than the one at a position.
    pub(crate) fn count_before(&self, status: Status, position: u64) -> u64 {
        let position = position.min(self.len());
        let among_stored = self.stored.iter().take(position as usize);
        let among_stored = among_stored.filter(|job| job.state.status() == status).count() as u64;
        let position = position.saturating_sub(self.stored());
        let statuses = self.past.as_ref().map(|past| past.history.statuses());
        among_stored + statuses.map_or(0, |statuses| statuses.count_before(status, position))
    }

    /// The position of the job that has exactly `rank` jobs of the same status before it.
    pub(crate) fn position(&self, status: Status, rank: u64) -> Option<u64> {
        let among_stored = self.count_before(status, self.stored());
        match rank.checked_sub(among_stored) {
            Some(rank) => {
                let past = self.past.as_ref()?;
                let position = past.history.statuses().position(status, rank)?;
                (position < past.listed).then(|| self.stored() + position)
            }
            None => {
                let positions = (0..self.stored()).zip(self.stored.iter());
                let mut fitting = positions.filter(|(_, job)| job.state.status() == status);
                Some(fitting.nth(usize::try_from(rank).ok()?)?.0)
            }
        }
    }
}

impl Job<'_> {
    pub(crate) fn number(self) -> JobNumber {
        match self {
            Self::Stored(job) => job.number,
            Self::Past(history, position) => history.number(position),
        }
    }

    pub(crate) fn status(self) -> Status {
        match self {
            Self::Stored(job) => job.state.status(),
            Self::Past(history, position) => history.status(position),
        }
    }

    /// The disk that the job backs up.
    pub(crate) fn disk(self) -> DiskNumber {
        match self {
            Self::Stored(job) => job.disk,
            Self::Past(history, position) => history.disk(position),
        }
    }

    pub(crate) fn created_at(self) -> Timestamp {
        match self {
            Self::Stored(job) => job.created_at,
            Self::Past(history, position) => history.created_at(position),
        }
    }

    /// The time at which the job ended, if it has ended and reports it.
    pub(crate) fn finished_at(self) -> Option<Timestamp> {
        match self {
            Self::Stored(job) => job.finished_at(),
            Self::Past(history, position) => history.finished_at(position),
        }
    }

    /// The number of the asynchronous job behind it, if it started.
    pub(crate) fn vbs_job(self) -> Option<VbsJobNumber> {
        match self {
            Self::Stored(job) => job.vbs_job,
            Self::Past(history, position) => {
                history.has_begun(position).then(|| history.number(position).into())
            }
        }
    }

    /// The code and the text of its failure, if it failed.
    pub(crate) fn failure(self) -> Option<(String, String)> {
        match self {
            Self::Stored(job) => match &job.state {
                State::Failed { code, message, .. } => Some((code.clone(), message.clone())),
                _ => None,
            },
            Self::Past(history, position) => {
                let failure = history.failure(position)?;
                Some((failure.code.to_owned(), failure.message.to_owned()))
            }
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::SignedDuration;

    use super::*;
    use crate::domain::limits::WINDOW;
    use crate::domain::numbers::PolicyNumber;
    use crate::domain::seeded::tests::{START, seeded_vbs};

    /// The jobs of a policy with `seeded` seeded jobs, the given number of hours after the sandbox started,
    /// when this number of jobs have arrived.
    pub(crate) fn list(seeded: u64, arrived: usize, hours: i64) -> JobList {
        let policy = PolicyNumber(0);
        let mut vbs = seeded_vbs(11, 1, seeded.div_ceil(90).max(3), seeded);
        // The policy is switched off, so that only the requested jobs arrive.
        vbs.policy_mut(policy).unwrap().schedule.is_on = false;
        vbs.plan_next_run(policy).unwrap();
        vbs.catch_up(START + SignedDuration::from_hours(hours));
        let disks = vbs.policy(policy).unwrap().disks.clone();
        let disks: Vec<_> = disks.into_iter().cycle().take(arrived).collect();
        vbs.trigger(policy, &disks).unwrap();
        vbs.backup_jobs(vbs.policy(policy).unwrap())
    }

    fn number(list: &JobList, position: u64) -> JobNumber {
        list.get(position).unwrap().number()
    }

    #[test]
    fn jobs_are_found_by_their_number() {
        let list = list(300, 5, 0);
        for position in 0..list.len() {
            assert_eq!(list.position_of(number(&list, position)), Some(position));
        }
        assert!(list.get(list.len()).is_none());
        let later = super::tests::list(300, 6, 0);
        assert_eq!(list.position_of(number(&later, 0)), None);
    }

    #[test]
    fn jobs_of_a_run_were_created_at_its_due_time() {
        let list = list(5000, 0, 0);
        let created: Vec<_> =
            (0..list.len()).map(|position| list.get(position).unwrap().created_at()).collect();
        assert!(created.is_sorted_by(|newer, older| newer >= older));
        for (run, of_run) in created.chunks(56).enumerate() {
            let hour = [5, 2, 22][run % 3];
            assert_eq!(of_run[0].strftime("%H:%M:%S").to_string(), format!("{hour:02}:00:00"));
            assert!(of_run.iter().all(|created| *created == of_run[0]));
        }
    }

    #[test]
    fn jobs_are_listed_for_30_days() {
        let (now, later) = (list(270, 0, 0), list(270, 0, 10 * 24));
        assert_eq!(now.len(), 270);
        assert_eq!(later.len(), 180);
        let created = |position| now.get(position).unwrap().created_at();
        let age = |position| (START + SignedDuration::from_hours(240)).duration_since(created(position));
        assert!(age(later.len() - 1) < WINDOW);
        assert_eq!(later.position_of(number(&now, later.len())), None);
        assert!(age(later.len()) >= WINDOW);
        assert_eq!(list(300, 0, 60 * 24).len(), 0);
    }

    #[test]
    fn counts_and_positions_equal_those_of_a_scan() {
        for (arrived, hours) in [(0, 0), (4, 0), (0, 2), (3, 200), (0, 1000)] {
            let list = list(70, arrived, hours);
            for status in Status::ALL {
                let positions = (0..list.len()).filter(|p| list.has_status(*p, status));
                let scanned: Vec<u64> = positions.collect();
                for (rank, position) in scanned.iter().enumerate() {
                    assert_eq!(list.count_before(status, *position), rank as u64);
                    assert_eq!(list.position(status, rank as u64), Some(*position));
                }
                assert_eq!(list.count_before(status, u64::MAX), scanned.len() as u64);
                assert_eq!(list.position(status, scanned.len() as u64), None);
            }
        }
    }

    #[test]
    fn newest_six_jobs_have_all_statuses() {
        for disks in [2, 3, 7] {
            for seed in 0..20 {
                let vbs = seeded_vbs(seed, 1, disks, 60);
                let list = vbs.backup_jobs(vbs.policy(PolicyNumber(0)).unwrap());
                for status in Status::ALL {
                    assert!(list.position(status, 0).unwrap() < 6, "{status:?}");
                }
            }
        }
    }
}
