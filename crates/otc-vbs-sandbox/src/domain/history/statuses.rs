//! The statuses of a policy's past backup jobs, arranged so that the jobs of a status are counted and found
//! without a scan.
//!
//! Positions count from the newest job. The newest four show each status once. All older ones are in blocks
//! of 32. Each block has the same number of jobs of every status, in its own order. Therefore, the number of
//! jobs of a status before any position is known after looking at less than one block.

use crate::domain::backup_job::Status;
use crate::domain::seed::{Purpose, Seed};

/// The newest jobs have each of these statuses once, in a random order, followed by a timeout, which takes
/// long.
const QUICK: [Status; 3] = [Status::ExecuteSuccess, Status::ExecuteFail, Status::Skip];
const NEWEST: u64 = QUICK.len() as u64 + 1;
const BLOCK: u64 = 32;

/// The number of jobs of a block with each status.
fn in_block(status: Status) -> u64 {
    match status {
        Status::Running | Status::Waiting => 0,
        Status::ExecuteFail => 3,
        Status::Skip => 2,
        Status::ExecuteTimeout => 1,
        Status::ExecuteSuccess => 26,
    }
}

/// The statuses of the past jobs of one policy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statuses {
    pub(super) seed: Seed,
    pub(super) policy: u32,
    /// The number of jobs.
    pub(super) jobs: u64,
}

impl Statuses {
    /// The status of the job at a position.
    pub(super) fn at(&self, position: u64) -> Status {
        match position.checked_sub(NEWEST) {
            None => self.of_newest(position),
            Some(older) => self.of_block(older / BLOCK, older % BLOCK),
        }
    }

    fn of_newest(&self, position: u64) -> Status {
        if position == NEWEST - 1 {
            return Status::ExecuteTimeout;
        }
        let turn = self.seed.draw(Purpose::StatusOfNewest, u64::from(self.policy));
        let index = position.wrapping_add(turn) % QUICK.len() as u64;
        QUICK[index as usize]
    }

    fn of_block(&self, block: u64, slot: u64) -> Status {
        let index = u64::from(self.policy) << 32 | block;
        let drawn = self.seed.draw(Purpose::StatusOfBlock, index);
        // An odd factor and any addend permute the numbers below a power of two.
        let rank = slot.wrapping_mul(drawn >> 32 | 1).wrapping_add(drawn) % BLOCK;
        match rank {
            0..3 => Status::ExecuteFail,
            3..5 => Status::Skip,
            5 => Status::ExecuteTimeout,
            _ => Status::ExecuteSuccess,
        }
    }

    /// The number of jobs of a status that are newer than the one at a position.
    pub(super) fn count_before(&self, status: Status, position: u64) -> u64 {
        let position = position.min(self.jobs);
        let newest = position.min(NEWEST);
        let older = position - newest;
        let (blocks, rest) = (older / BLOCK, older % BLOCK);
        let among_newest = (0..newest).filter(|index| self.of_newest(*index) == status);
        let in_last_block = (0..rest).filter(|slot| self.of_block(blocks, *slot) == status);
        among_newest.count() as u64 + blocks * in_block(status) + in_last_block.count() as u64
    }

    /// The position of the job that has exactly `rank` jobs of the same status before it.
    pub(super) fn position(&self, status: Status, rank: u64) -> Option<u64> {
        let (mut low, mut high) = (0, self.jobs);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.count_before(status, middle + 1) > rank {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        (low < self.jobs).then_some(low)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn cases() -> impl Iterator<Item = Statuses> {
        let sizes = [0, 1, 2, 4, 5, 16, 35, 36, 37, 70, 200];
        sizes.into_iter().map(|jobs| Statuses { seed: Seed(jobs * 31), policy: 2, jobs })
    }

    fn scan(statuses: &Statuses, status: Status, end: u64) -> Vec<u64> {
        (0..end).filter(|position| statuses.at(*position) == status).collect()
    }

    #[test]
    fn counts_equal_those_of_a_scan() {
        for statuses in cases() {
            for status in Status::ALL {
                for end in 0..=statuses.jobs {
                    let scanned = scan(&statuses, status, end).len() as u64;
                    assert_eq!(statuses.count_before(status, end), scanned, "{statuses:?} {status:?} {end}");
                }
                assert_eq!(
                    statuses.count_before(status, u64::MAX),
                    statuses.count_before(status, statuses.jobs)
                );
            }
        }
    }

    #[test]
    fn positions_equal_those_of_a_scan() {
        for statuses in cases() {
            for status in Status::ALL {
                let scanned = scan(&statuses, status, statuses.jobs);
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
    fn newest_four_jobs_have_every_final_status() {
        for seed in 0..50 {
            let statuses = Statuses { seed: Seed(seed), policy: 0, jobs: 1000 };
            for status in Status::ALL {
                let has_ended = !matches!(status, Status::Waiting | Status::Running);
                let newest = statuses.position(status, 0);
                assert_eq!(newest.is_some_and(|newest| newest < NEWEST), has_ended);
                assert_eq!(newest.is_some(), has_ended);
            }
        }
    }
}
