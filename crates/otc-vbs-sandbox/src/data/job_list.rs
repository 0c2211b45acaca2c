//! The backup jobs of one policy as they stand at one moment.

use super::identifiers::{Identifiers, Kind};
use super::job_times::JobTimes;
use super::seed::Seed;
use super::statuses::Statuses;

/// The backup jobs of one policy at one moment, newest first. It holds no job, only what to compute them from, so jobs
/// that arrive later do not change it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JobList {
    pub(crate) identifiers: Identifiers,
    pub(crate) statuses: Statuses,
    pub(crate) times: JobTimes,
    /// How many policies share the disks.
    pub(crate) policies: u64,
    /// The clock's time, in milliseconds since 1970.
    pub(crate) now: i64,
}

impl JobList {
    pub(crate) fn len(&self) -> u64 {
        self.statuses.len()
    }

    pub(crate) fn seed(&self) -> Seed {
        self.statuses.seed
    }

    /// The number of the job at a position. It counts from the oldest, so that it stays when jobs arrive.
    pub(crate) fn number(&self, position: u64) -> JobNumber {
        JobNumber {
            policy: self.statuses.policy,
            ordinal: (self.len().saturating_sub(1).saturating_sub(position)) as u32,
        }
    }

    /// The position of the job with an identifier, if it is one of these.
    pub(crate) fn position_of(&self, job_id: &str) -> Option<u64> {
        let number = self.identifiers.number(Kind::BackupJob, job_id)?;
        let number = JobNumber::from(number);
        let ordinal = u64::from(number.ordinal);
        (number.policy == self.statuses.policy && ordinal < self.len())
            .then(|| self.len() - 1 - ordinal)
    }
}

/// Which backup job of which policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct JobNumber {
    pub(crate) policy: u32,
    /// Counted from the oldest job. 32 bits hold the most seeded and the most arrived jobs together.
    pub(crate) ordinal: u32,
}

impl From<JobNumber> for u64 {
    fn from(number: JobNumber) -> Self {
        Self::from(number.policy) << 32 | Self::from(number.ordinal)
    }
}

impl From<u64> for JobNumber {
    fn from(number: u64) -> Self {
        Self {
            policy: (number >> 32) as u32,
            ordinal: number as u32,
        }
    }
}
