//! The random properties of each backup job, drawn by its number: its waiting time, its duration, and its
//! failure.

use jiff::SignedDuration;

use super::numbers::JobNumber;
use super::seed::{Purpose, Seed};

/// The code of a backup that ended in status `error`. Other failures leave no backup.
pub(crate) const ENDED_IN_ERROR: &str = "VolumeBackup.0064";

/// Failures before the start of a job. Such a job has no end and no asynchronous job.
const AT_ONCE: [Failure; 2] = [
    Failure { code: "VolumeBackup.0012", message: "the disk status is not available or in_use" },
    Failure { code: "VolumeBackup.0017", message: "failed to create the snapshot" },
];
/// Failures of a backup that had started.
const WHILE_RUNNING: [Failure; 3] = [
    Failure { code: "VolumeBackup.0022", message: "failed to create the temporary disk" },
    Failure { code: "VolumeBackup.0029", message: "failed to query the backup result" },
    Failure { code: ENDED_IN_ERROR, message: "the backup status is error" },
];

/// A code of the reference's table and its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: &'static str,
    pub(crate) message: &'static str,
}

/// The random properties of one backup job.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JobDraws {
    seed: Seed,
    number: u64,
}

impl JobDraws {
    pub(crate) fn new(seed: Seed, number: JobNumber) -> Self {
        Self { seed, number: number.into() }
    }

    /// The time from the creation of the job until its start, given its place among the jobs of its run.
    pub(crate) fn wait(self, place: u64) -> SignedDuration {
        let late = self.seed.draw(Purpose::JobStart, self.number) % 55;
        // A policy with very many disks must not start its jobs days later.
        let queued = place.saturating_mul(30).min(3600);
        SignedDuration::from_secs((5 + late + queued).cast_signed())
    }

    /// The time that the backup takes.
    pub(crate) fn duration(self, times_out: bool) -> SignedDuration {
        let (least, spread) = if times_out { (22 * 60, 120) } else { (4, 46) };
        let drawn = self.seed.draw(Purpose::JobEnd, self.number) % (spread * 60);
        SignedDuration::from_secs((least * 60 + drawn).cast_signed())
    }

    /// A quarter to three quarters of a time, in whole milliseconds, and at least one.
    pub(crate) fn part_of(self, time: SignedDuration) -> SignedDuration {
        let drawn = self.seed.draw(Purpose::JobEnd, self.number) >> 32;
        let part = time / 1024 * (256 + (drawn % 512) as i32);
        let milliseconds = part.as_millis().clamp(1, i64::MAX.into());
        SignedDuration::from_millis(milliseconds as i64)
    }

    pub(crate) fn backup_name(self) -> String {
        let drawn = self.seed.draw(Purpose::BackupName, self.number);
        format!("autobk_{:04x}", drawn & 0xffff)
    }

    /// Whether the job, if it fails, fails before it starts.
    pub(crate) fn fails_at_once(self) -> bool {
        self.seed.draw(Purpose::JobFailure, self.number) >> 32 & 1 == 1
    }

    /// The failure of the job, if it fails.
    pub(crate) fn failure(self) -> Failure {
        let failures: &[Failure] = if self.fails_at_once() { &AT_ONCE } else { &WHILE_RUNNING };
        let drawn = self.seed.draw(Purpose::JobFailure, self.number) as u32 as usize;
        failures[drawn % failures.len()]
    }
}

impl Failure {
    /// The code and the text, joined as the service does.
    pub(crate) fn reason(self) -> String {
        format!("{}#{}", self.code, self.message)
    }
}
