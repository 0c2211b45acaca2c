//! The backups of past backup jobs that their policy still kept when the sandbox started.

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::History;
use crate::domain::backup::{Backup, Status as BackupStatus};
use crate::domain::backup_job::Status;
use crate::domain::disk::Disk;
use crate::domain::job_draws::ENDED_IN_ERROR;
use crate::domain::numbers::{BackupNumber, DiskNumber, SEEDED_DISKS_OF_A_PROJECT};
use crate::domain::policy::Retention;
use crate::domain::time::earlier;

/// The backups of one disk.
struct Kept {
    /// The positions of the jobs that created them, newest first.
    positions: Vec<u64>,
    /// The first of these.
    full: Option<u64>,
}

impl History {
    /// The backup with this number, which is also the number of its job.
    pub(in crate::domain) fn backup(&self, number: BackupNumber) -> Option<Backup> {
        let position = self.position_of(number.into())?;
        let kept = self.kept(self.place(position).disk);
        let is_kept = kept.positions.contains(&position);
        is_kept.then(|| self.backup_at(position, kept.full))
    }

    /// All backups.
    pub(in crate::domain) fn backups(&self) -> impl Iterator<Item = Backup> {
        (0..self.disks).flat_map(|place| self.backups_of_place(place))
    }

    /// The backups of a disk.
    pub(in crate::domain) fn backups_of(&self, disk: DiskNumber) -> impl Iterator<Item = Backup> {
        let index = disk % SEEDED_DISKS_OF_A_PROJECT;
        let place = index / self.policies;
        let is_held = place < self.disks && self.nth_disk(place) == disk;
        let place = is_held.then_some(place).into_iter();
        place.flat_map(|place| self.backups_of_place(place))
    }

    fn backups_of_place(&self, place: u64) -> impl Iterator<Item = Backup> {
        let Kept { positions, full } = self.kept(place);
        let positions = positions.into_iter();
        positions.map(move |position| self.backup_at(position, full))
    }

    /// The number of backups, and their total size in gigabytes.
    pub(in crate::domain) fn totals(&self) -> (u64, u64) {
        let of_places = (0..self.disks).map(|place| {
            let backups = self.kept(place).positions.len() as u64;
            let size = Disk::new(self.nth_disk(place), self.seed).size;
            (backups, backups * u64::from(size))
        });
        of_places.fold((0, 0), |sum, of_place| (sum.0 + of_place.0, sum.1 + of_place.1))
    }

    fn kept(&self, place: u64) -> Kept {
        let (young, this_month) = self.newest_runs();
        let (mut positions, mut full, mut successes) = (Vec::new(), None, 0);
        let mut first_of_month = None;
        let mut newer = self.disks - 1 - place;
        let mut run = 0;
        loop {
            if let Some(position) = newer.checked_sub(self.unended) {
                if position >= self.jobs {
                    break;
                }
                match self.status(position) {
                    Status::ExecuteSuccess => {
                        let is_kept = match self.retention {
                            Retention::Backups(most) => successes < u64::from(most),
                            Retention::Days(_) => run < young,
                        };
                        successes += 1;
                        if is_kept {
                            positions.push(position);
                            full = Some(position);
                        } else if run < this_month {
                            first_of_month = Some(position);
                        }
                    }
                    _ if self.is_left_in_error(position) => positions.push(position),
                    _ => {}
                }
            }
            newer += self.disks;
            run += 1;
        }
        if let Some(first) = first_of_month {
            full = Some(first);
            positions.push(first);
            positions.sort_unstable();
        }
        Kept { positions, full }
    }

    /// The number of runs whose backups are young enough to be kept, and of those of the current month if its
    /// first backup is kept.
    fn newest_runs(&self) -> (u64, u64) {
        let since = |time: Timestamp| {
            let before = earlier(time, SignedDuration::from_nanos(1));
            self.schedule.count_between(before, self.until)
        };
        let young = match self.retention {
            Retention::Backups(_) => 0,
            Retention::Days(days) => {
                let days = SignedDuration::from_hours(24 * i64::from(days));
                since(earlier(self.until, days))
            }
        };
        let first_of_month = || {
            let today = Offset::UTC.to_datetime(self.until).date();
            Offset::UTC.to_timestamp(today.first_of_month().at(0, 0, 0, 0)).ok()
        };
        let month = self.keeps_first_of_month.then(first_of_month).flatten();
        (young, month.map_or(0, since))
    }

    fn is_left_in_error(&self, position: u64) -> bool {
        let failure = self.failure(position);
        failure.is_some_and(|failure| failure.code == ENDED_IN_ERROR)
    }

    fn backup_at(&self, position: u64, full: Option<u64>) -> Backup {
        let number = self.number(position).into();
        let disk = self.disk(position);
        let created_at = self.started_at(position);
        let failure = self.failure(position);
        Backup {
            number,
            name: Some(self.draws(position).backup_name()),
            description: None,
            disk,
            snapshot: Some(number),
            policy: Some(self.policy),
            status: match failure {
                None => BackupStatus::Available,
                Some(_) => BackupStatus::Error,
            },
            size: Disk::new(disk, self.seed).size,
            created_at,
            updated_at: self.finished_at(position).unwrap_or(created_at),
            is_incremental: full != Some(position),
            tags: Default::default(),
            fail_reason: failure.map(|failure| failure.reason()),
        }
    }
}
