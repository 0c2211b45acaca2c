//! When seeded backup jobs were created and when they ended, in milliseconds before the sandbox began.
//!
//! A policy runs at most once a day and makes one job for each of its disks, a while apart. The more jobs there are, the
//! closer the runs: all lie within so many days as the owner of the sandbox asked for.

use jiff::SignedDuration;

use super::statuses::{Status, UNENDED};
use crate::domain::policy::History;
use crate::domain::seed::{Purpose, Seed};

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// The newest seeded job is this old, so that jobs which arrive are newer than it and not from the future.
const NEWEST: u64 = HOUR;
/// By how long after the beginning of the sandbox all seeded jobs have ended.
pub(crate) const SEEDED_JOBS_END: SignedDuration = SignedDuration::from_hours(1);

/// The oldest job is younger than `NEWEST` and this.
fn span(days: u16) -> u64 {
    match days {
        0 | 1 => 12 * HOUR,
        _ => (u64::from(days) - 1) * DAY,
    }
}

/// More jobs of one policy could not each have a millisecond of its own.
pub(crate) fn most_seeded(days: u16) -> u64 {
    (span(days) / 5 * 4).min(2_000_000_000)
}

/// The times of the jobs of one policy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JobTimes {
    pub(crate) seed: Seed,
    /// How many jobs were there from the start.
    pub(crate) seeded: u64,
    /// How many disks the policy held, at least one.
    pub(crate) disks: u64,
    span: u64,
}

impl JobTimes {
    pub(crate) fn new(seed: Seed, history: History, days: u16) -> Self {
        Self {
            seed,
            seeded: history.jobs,
            disks: history.disks.max(1),
            span: span(days),
        }
    }

    /// How old a job is, by how many seeded jobs are newer and the number it draws by.
    pub(crate) fn age(&self, newer: u64, draw_by: u64) -> u64 {
        let runs = self.seeded.div_ceil(self.disks).max(1);
        let between_runs = (self.span / runs).min(DAY);
        let between_jobs = (between_runs / self.disks).clamp(1, 2 * MINUTE);
        let (run, disk) = (newer / self.disks, newer % self.disks);
        let late = self.seed.draw(Purpose::JobStart, draw_by) % between_jobs;
        NEWEST + run * between_runs + disk * between_jobs + late
    }

    /// How long after its creation a job ended, if it has ended and says when.
    pub(crate) fn after_creation(&self, status: Status, newer: u64, age: u64, draw_by: u64) -> Option<u64> {
        let took = |usual| Some(self.duration(age, usual, draw_by));
        match status {
            Status::Waiting | Status::Running => None,
            // It has ended since the sandbox began.
            Status::ExecuteSuccess if newer < UNENDED => {
                Some(age + self.seed.draw(Purpose::JobEnd, draw_by) % HOUR)
            }
            Status::ExecuteSuccess => took(Usual::Backup),
            Status::ExecuteTimeout => took(Usual::TooLong),
            Status::Skip => took(Usual::AtOnce),
            // Some jobs fail before anything ran; they have neither an end nor a job behind them.
            Status::ExecuteFail if self.fails_at_once(draw_by) => None,
            Status::ExecuteFail => took(Usual::Backup),
        }
    }

    /// Whether a job that failed did so before anything ran.
    pub(crate) fn fails_at_once(&self, draw_by: u64) -> bool {
        self.seed.draw(Purpose::JobFailure, draw_by) >> 32 & 1 == 1
    }

    /// How long a job took that has ended. It ended before the sandbox began.
    fn duration(&self, age: u64, usual: Usual, draw_by: u64) -> u64 {
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
enum Usual {
    AtOnce,
    Backup,
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(jobs: u64, disks: u64, days: u16) -> JobTimes {
        let history = History {
            jobs,
            disks,
            policies: 1,
        };
        JobTimes::new(Seed(3), history, days)
    }

    #[test]
    fn jobs_get_strictly_older_within_30_days() {
        let sizes = [1, 2, 16, 1000, 100_000];
        for (seeded, disks) in sizes
            .into_iter()
            .flat_map(|seeded| [1, 2, 7, 10_000].map(|disks| (seeded, disks)))
        {
            let times = times(seeded, disks, 30);
            let mut last = NEWEST - 1;
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
            for days in [1, 2, 30] {
                let most = most_seeded(days);
                let times = times(most, disks, days);
                let ages: Vec<u64> = (most - 20_001..most)
                    .map(|newer| times.age(newer, newer))
                    .collect();
                assert!(ages.is_sorted_by(|a, b| a < b));
                assert!(ages.iter().all(|age| *age < u64::from(days) * DAY));
            }
        }
    }
}
