//! The numbers of policies, disks and backup jobs in a new project.

use jiff::Timestamp;

use super::kinds::PolicyKind;
use crate::domain::limits::MOST_DISKS;
use crate::domain::policy::Retention;
use crate::domain::project::Quotas;

/// The number of projects, and the sizes of each.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    /// The number of projects of the users' domain.
    pub(crate) projects: u8,
    pub(crate) policies: u64,
    /// The number of disks in policies. `None` is [`DISKS`], or more if the jobs need them.
    pub(crate) disks: Option<u64>,
    /// The number of backup jobs. `None` is the number that follows from the schedules.
    pub(crate) jobs: Option<u64>,
    /// The age of the oldest backup jobs, in days.
    pub(crate) days: u16,
}

/// The number of disks in policies, unless specified or more are needed.
const DISKS: u64 = 7;
const BACKUPS_QUOTA: u64 = 5000;
const GIGABYTES_QUOTA: u64 = 500_000;
const LARGEST_DISK: u64 = 250;

/// The disks can't have the requested number of backup jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooManyJobs {
    pub(crate) disks: u64,
    /// The maximum number of jobs that the schedules allow for these disks.
    pub(crate) most: u64,
}

/// The sizes of each policy of a project.
#[derive(Debug)]
pub(super) struct Plan {
    /// The number of disks in policies.
    pub(super) disks: u64,
    pub(super) policies: Vec<PolicySize>,
    /// The maximum number of backups that the jobs can have left.
    most_backups: u64,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct PolicySize {
    pub(super) disks: u64,
    pub(super) jobs: u64,
}

impl Plan {
    /// Divides the disks among the policies in turn, and the jobs in proportion to what each policy can have
    /// triggered: one job for each of its disks and runs.
    pub(super) fn new(start: Timestamp, sizes: Sizes, kinds: &[PolicyKind]) -> Result<Self, TooManyJobs> {
        let runs: Vec<u64> = kinds.iter().map(|kind| kind.runs(start, sizes.days)).collect();
        let capacity_of =
            |disks: u64, index: u64| share(disks, sizes.policies, index) * runs[index as usize % runs.len()];
        let capacity = |disks| (0..sizes.policies).map(|index| capacity_of(disks, index)).sum();
        let disks = match (sizes.disks, sizes.jobs) {
            (Some(disks), _) => disks,
            (None, None) => DISKS,
            (None, Some(jobs)) => fewest_disks(jobs, capacity),
        };
        let most: u64 = capacity(disks);
        let jobs = sizes.jobs.unwrap_or(most);
        if jobs > most {
            return Err(TooManyJobs { disks, most });
        }
        let (mut before, mut most_backups) = (0, 0);
        let mut policies = Vec::new();
        // The jobs of the policies before one, given the total capacity of those policies.
        let dealt =
            |capacity: u64| (u128::from(capacity) * u128::from(jobs) / u128::from(most.max(1))) as u64;
        for index in 0..sizes.policies {
            let after = before + capacity_of(disks, index);
            let size =
                PolicySize { disks: share(disks, sizes.policies, index), jobs: dealt(after) - dealt(before) };
            most_backups += size.most_backups(kinds[index as usize % kinds.len()].retention);
            policies.push(size);
            before = after;
        }
        Ok(Self { disks, policies, most_backups })
    }

    /// The number of policies, which is also the distance between two disks of a policy.
    pub(super) fn stride(&self) -> u64 {
        self.policies.len() as u64
    }

    /// Quotas with room for twice the initial data.
    pub(super) fn quotas(&self) -> Quotas {
        let backups = self.most_backups.saturating_mul(2).next_multiple_of(1000);
        Quotas {
            backups: Some(backups.max(BACKUPS_QUOTA)),
            backup_gigabytes: Some((backups * LARGEST_DISK).max(GIGABYTES_QUOTA)),
        }
    }
}

impl PolicySize {
    fn most_backups(self, retention: Retention) -> u64 {
        match retention {
            // One more for each disk may be the first of the month, and few jobs leave a failed backup.
            Retention::Backups(most) => {
                let kept = self.disks.saturating_mul(u64::from(most) + 1);
                (kept + self.jobs / 8).min(self.jobs)
            }
            Retention::Days(_) => self.jobs,
        }
    }
}

/// The smallest number of disks, at least [`DISKS`], that can have these jobs, or the maximum number.
fn fewest_disks(jobs: u64, capacity: impl Fn(u64) -> u64) -> u64 {
    let (mut low, mut high) = (DISKS, MOST_DISKS);
    while low < high {
        let middle = low.midpoint(high);
        if capacity(middle) >= jobs {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// The share of the policy at an index, if items are divided among the policies in turn.
fn share(things: u64, policies: u64, index: u64) -> u64 {
    things / policies + u64::from(index < things % policies)
}
