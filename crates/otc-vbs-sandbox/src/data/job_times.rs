//! When backup jobs were created and when they ended, in milliseconds before or after the clock's start.
//!
//! A policy runs at most once a day and makes one job for each of its disks, a while apart. The more jobs there are, the
//! closer the runs: all lie within the 30 days for which the service lists jobs.

use super::seed::{Purpose, Seed};

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The newest seeded job is this old, so that jobs which arrive are newer than it and not from the future.
const NEWEST: u64 = HOUR;
/// The oldest job is younger than `NEWEST` and this.
const SPAN: u64 = 29 * DAY;

/// More jobs of one policy could not each have a millisecond of its own.
pub(crate) const MOST_SEEDED: u64 = 2_000_000_000;
/// More arrivals would be created after the clock's time.
pub(crate) const MOST_ARRIVED: u64 = NEWEST - 1;

/// The times of the jobs of one policy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JobTimes {
    pub(crate) seed: Seed,
    /// How many jobs were there from the start.
    pub(crate) seeded: u64,
    /// How many disks the policy holds, at least one.
    pub(crate) disks: u64,
}

impl JobTimes {
    /// How old a seeded job is, by how many seeded jobs are newer and the number it draws by.
    pub(crate) fn age(&self, newer: u64, draw_by: u64) -> u64 {
        let runs = self.seeded.div_ceil(self.disks).max(1);
        let between_runs = (SPAN / runs).min(DAY);
        let between_jobs = (between_runs / self.disks).clamp(1, 2 * MINUTE);
        let (run, disk) = (newer / self.disks, newer % self.disks);
        let late = self.seed.draw(Purpose::JobStart, draw_by) % between_jobs;
        NEWEST + run * between_runs + disk * between_jobs + late
    }

    /// How old an arrived job is, by how many arrived before it.
    pub(crate) fn age_of_arrival(arrival: u64) -> u64 {
        MOST_ARRIVED.saturating_sub(arrival)
    }

    /// How long a job took that has ended. It ended before the clock's time.
    pub(crate) fn duration(&self, age: u64, usual: Usual, draw_by: u64) -> u64 {
        let drawn = self.seed.draw(Purpose::JobEnd, draw_by);
        let (least, most) = match usual {
            Usual::AtOnce => (SECOND, 5 * SECOND),
            Usual::Backup => (4 * MINUTE, 50 * MINUTE),
            Usual::TooLong => (22 * HOUR, 24 * HOUR),
        };
        let usual = least + drawn % (most - least);
        // A quarter to three quarters of the age.
        let possible = age / 4 + drawn.rotate_left(32) % (age / 2).max(1);
        usual.min(possible)
    }
}

/// How long a job usually takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Usual {
    AtOnce,
    Backup,
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jobs_get_strictly_older_within_30_days() {
        let sizes = [1, 2, 16, 1000, 100_000];
        for (seeded, disks) in sizes
            .into_iter()
            .flat_map(|seeded| [1, 2, 7, 10_000].map(|disks| (seeded, disks)))
        {
            let times = JobTimes {
                seed: Seed(3),
                seeded,
                disks,
            };
            let mut last = MOST_ARRIVED;
            for newer in 0..seeded {
                let age = times.age(newer, newer);
                assert!(age > last && age < 30 * DAY, "{times:?} {newer}");
                assert!(times.duration(age, Usual::TooLong, newer) < age);
                last = age;
            }
        }
    }

    #[test]
    fn the_most_jobs_have_a_millisecond_each() {
        for disks in [1, 3, 10_000] {
            let times = JobTimes {
                seed: Seed(3),
                seeded: MOST_SEEDED,
                disks,
            };
            let ages: Vec<u64> = (MOST_SEEDED - 20_001..MOST_SEEDED)
                .map(|newer| times.age(newer, newer))
                .collect();
            assert!(ages.is_sorted_by(|a, b| a < b));
            assert!(ages.iter().all(|age| *age < 30 * DAY));
        }
    }

    #[test]
    fn arrivals_get_strictly_younger_and_are_never_from_the_future() {
        assert!(JobTimes::age_of_arrival(0) < NEWEST);
        assert!(JobTimes::age_of_arrival(1) < JobTimes::age_of_arrival(0));
        assert_eq!(JobTimes::age_of_arrival(MOST_ARRIVED - 1), 1);
    }
}
