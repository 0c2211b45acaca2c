//! Which seeded backup job is in which status, such that the jobs of a status can be counted and found without a scan.
//!
//! Positions count from the newest job. Of the jobs of one policy,
//!
//! 1. the newest six show each status once, until those that waited or ran when the sandbox began have ended;
//! 2. all older ones have ended. They lie in blocks of 32, each with the same number of jobs of every status, in an
//!    order of its own.
//!
//! So the number of jobs of a status before any position is known after looking at less than one block.

use jiff::SignedDuration;
use otc_vbs_api::values::BackupJobStatus;

use super::job_times::SEEDED_JOBS_END;
use crate::domain::seed::{Purpose, Seed};

/// The statuses that the reference lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Running,
    ExecuteTimeout,
    Waiting,
    ExecuteFail,
    ExecuteSuccess,
    Skip,
}

impl Status {
    pub(crate) const ALL: [Self; 6] = [
        Self::Running,
        Self::ExecuteTimeout,
        Self::Waiting,
        Self::ExecuteFail,
        Self::ExecuteSuccess,
        Self::Skip,
    ];

    /// The status as it goes over the wire.
    pub(crate) fn wire(self) -> BackupJobStatus {
        match self {
            Self::Running => BackupJobStatus::Running,
            Self::ExecuteTimeout => BackupJobStatus::ExecuteTimeout,
            Self::Waiting => BackupJobStatus::Waiting,
            Self::ExecuteFail => BackupJobStatus::ExecuteFail,
            Self::ExecuteSuccess => BackupJobStatus::ExecuteSuccess,
            Self::Skip => BackupJobStatus::Skip,
        }
    }
}

/// How many of the newest jobs show each status once.
const NEWEST: u64 = 6;
/// How many of the newest jobs have not ended when the sandbox begins.
pub(crate) const UNENDED: u64 = 2;
const BLOCK: u64 = 32;
const ENDED: [Status; 4] = [
    Status::ExecuteSuccess,
    Status::ExecuteFail,
    Status::Skip,
    Status::ExecuteTimeout,
];

/// How many jobs of a block are in a status.
fn in_block(status: Status) -> u64 {
    match status {
        Status::Running | Status::Waiting => 0,
        Status::ExecuteFail => 3,
        Status::Skip => 2,
        Status::ExecuteTimeout => 1,
        Status::ExecuteSuccess => 26,
    }
}

/// The statuses of the seeded jobs of one policy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Statuses {
    pub(crate) seed: Seed,
    pub(crate) policy: u32,
    pub(crate) seeded: u64,
    /// How long the sandbox has been running, by its clock.
    pub(crate) passed: SignedDuration,
}

impl Statuses {
    /// The status of the job at a position.
    pub(crate) fn at(&self, position: u64) -> Status {
        match position {
            0..NEWEST => self.of_newest(position),
            _ => self.of_block((position - NEWEST) / BLOCK, (position - NEWEST) % BLOCK),
        }
    }

    fn of_newest(&self, index: u64) -> Status {
        match index {
            0..UNENDED if self.passed >= SEEDED_JOBS_END => Status::ExecuteSuccess,
            0 => Status::Waiting,
            1 => Status::Running,
            _ => {
                let turn = self.seed.draw(Purpose::StatusOfNewest, u64::from(self.policy));
                let index = (index.wrapping_add(turn) % ENDED.len() as u64) as usize;
                ENDED.get(index).copied().unwrap_or(Status::ExecuteSuccess)
            }
        }
    }

    fn of_block(&self, block: u64, slot: u64) -> Status {
        let index = u64::from(self.policy) << 32 | block;
        let drawn = self.seed.draw(Purpose::StatusOfBlock, index);
        // An odd factor and any summand permute the numbers below a power of two.
        let rank = slot.wrapping_mul(drawn >> 32 | 1).wrapping_add(drawn) % BLOCK;
        match rank {
            0..3 => Status::ExecuteFail,
            3..5 => Status::Skip,
            5 => Status::ExecuteTimeout,
            _ => Status::ExecuteSuccess,
        }
    }

    /// How many jobs of a status are newer than the one at a position.
    pub(crate) fn count_before(&self, status: Status, position: u64) -> u64 {
        let position = position.min(self.seeded);
        let newest = position.min(NEWEST);
        let older = position - newest;
        let (blocks, rest) = (older / BLOCK, older % BLOCK);
        let among_newest = (0..newest).filter(|index| self.of_newest(*index) == status);
        let in_last_block = (0..rest).filter(|slot| self.of_block(blocks, *slot) == status);
        among_newest.count() as u64 + blocks * in_block(status) + in_last_block.count() as u64
    }

    /// The position of the job that has exactly `rank` jobs of the same status before it.
    pub(crate) fn position(&self, status: Status, rank: u64) -> Option<u64> {
        let (mut low, mut high) = (0, self.seeded);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.count_before(status, middle + 1) > rank {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        (low < self.seeded).then_some(low)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn cases() -> impl Iterator<Item = Statuses> {
        let sizes = [0, 1, 2, 5, 6, 7, 16, 37, 38, 39, 70, 200];
        sizes.into_iter().flat_map(|seeded| {
            [0_i64, 1, 2, 3, 10].map(|hours| Statuses {
                seed: Seed(seeded * 31 + hours.cast_unsigned()),
                policy: 2,
                seeded,
                passed: SignedDuration::from_hours(hours),
            })
        })
    }

    fn scan(statuses: &Statuses, status: Status, end: u64) -> Vec<u64> {
        (0..end)
            .filter(|position| statuses.at(*position) == status)
            .collect()
    }

    #[test]
    fn counts_are_those_of_a_scan() {
        for statuses in cases() {
            for status in Status::ALL {
                for end in 0..=statuses.seeded {
                    let scanned = scan(&statuses, status, end).len() as u64;
                    assert_eq!(
                        statuses.count_before(status, end),
                        scanned,
                        "{statuses:?} {status:?} {end}"
                    );
                }
                assert_eq!(
                    statuses.count_before(status, u64::MAX),
                    statuses.count_before(status, statuses.seeded)
                );
            }
        }
    }

    #[test]
    fn positions_are_those_of_a_scan() {
        for statuses in cases() {
            for status in Status::ALL {
                let scanned = scan(&statuses, status, statuses.seeded);
                for (rank, position) in scanned.iter().enumerate() {
                    assert_eq!(
                        statuses.position(status, rank as u64),
                        Some(*position),
                        "{statuses:?} {status:?} {rank}"
                    );
                }
                assert_eq!(statuses.position(status, scanned.len() as u64), None);
            }
        }
    }

    #[test]
    fn six_jobs_show_all_statuses_and_only_the_newest_are_unended() {
        for seed in 0..50 {
            let statuses = Statuses {
                seed: Seed(seed),
                policy: 0,
                seeded: 1000,
                passed: SignedDuration::ZERO,
            };
            for status in Status::ALL {
                assert!(statuses.position(status, 0).unwrap() < NEWEST);
            }
            assert!((2..1000).all(|position| ENDED.contains(&statuses.at(position))));
        }
    }

    #[test]
    fn the_unended_jobs_end() {
        let statuses = Statuses {
            seed: Seed(5),
            policy: 0,
            seeded: 40,
            passed: SEEDED_JOBS_END,
        };
        assert!((0..40).all(|position| ENDED.contains(&statuses.at(position))));
    }

    #[test]
    fn the_statuses_are_those_of_the_document() {
        let mut listed = BackupJobStatus::LISTED.to_vec();
        let mut known = Status::ALL.map(Status::wire).to_vec();
        listed.sort();
        known.sort();
        assert_eq!(known, listed);
    }
}
