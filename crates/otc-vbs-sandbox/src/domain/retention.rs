//! Applies the retention of policies.

use std::borrow::Cow;

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::Vbs;
use super::backup::{Backup, Status};
use super::numbers::{BackupNumber, DiskNumber, PolicyNumber};
use super::policy::{Policy, Retention};

impl Vbs {
    /// Starts deleting the backups of a disk that its policy no longer keeps. The backups of a deleted policy
    /// remain.
    pub(super) fn apply_retention(&mut self, policy: PolicyNumber, disk: DiskNumber) {
        let past = self.policy(policy).map(|policy| self.past_retention(policy, disk));
        for backup in past.into_iter().flatten() {
            self.begin_deletion(policy.project(), backup);
        }
    }

    fn past_retention(&self, policy: &Policy, disk: DiskNumber) -> Vec<BackupNumber> {
        let project = self.project(policy.number.project());
        let of_disk = project.into_iter().flat_map(|project| project.backups.of_disk(disk));
        let is_kept = |backup: &Cow<'_, Backup>| {
            backup.policy == Some(policy.number) && backup.status == Status::Available
        };
        let mut newest_first: Vec<_> = of_disk.filter(is_kept).collect();
        newest_first.sort_by_key(|backup| std::cmp::Reverse((backup.created_at, backup.number)));
        past(policy, &newest_first, self.now)
    }
}

fn past(policy: &Policy, newest_first: &[Cow<'_, Backup>], now: Timestamp) -> Vec<BackupNumber> {
    let first_of_month = newest_first
        .iter()
        .rev()
        .find(|backup| month(backup.created_at) == month(now))
        .filter(|_| policy.keep_first_of_month == Some(true))
        .map(|backup| backup.number);
    let is_past = |place: usize, backup: &Backup| match policy.retention {
        Retention::Backups(most) => place >= most as usize,
        Retention::Days(days) => {
            let age = now.duration_since(backup.created_at);
            age > SignedDuration::from_hours(24 * i64::from(days))
        }
    };
    let backups = newest_first.iter().enumerate();
    backups
        .filter(|(place, backup)| is_past(*place, backup))
        .map(|(_, backup)| backup.number)
        .filter(|number| Some(*number) != first_of_month)
        .collect()
}

/// The year and the month of a time, in UTC.
fn month(time: Timestamp) -> (i16, i8) {
    let date = Offset::UTC.to_datetime(time).date();
    (date.year(), date.month())
}
