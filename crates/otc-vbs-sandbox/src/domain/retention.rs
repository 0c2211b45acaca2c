//! Which backups of a policy are kept.

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::Vbs;
use super::backup::{Backup, Status};
use super::numbers::{BackupNumber, DiskNumber, PolicyNumber};
use super::policy::{Policy, Retention};

impl Vbs {
    /// Begins to delete the backups of a disk that its policy does not keep any longer.
    pub(super) fn apply_retention(&mut self, policy: PolicyNumber, disk: DiskNumber) {
        for backup in self.past_retention(policy, disk) {
            self.begin_deletion(policy.project(), backup);
        }
    }

    fn past_retention(&self, policy: PolicyNumber, disk: DiskNumber) -> Vec<BackupNumber> {
        let Some(project) = self.project(policy.project()) else {
            return Vec::new();
        };
        let Some(policy) = project.policies.get(&policy) else {
            return Vec::new();
        };
        let kept = project.backups.values().filter(|backup| {
            backup.policy == Some(policy.number) && backup.disk == disk && backup.status == Status::Available
        });
        let mut newest_first: Vec<&Backup> = kept.collect();
        newest_first.sort_by_key(|backup| std::cmp::Reverse((backup.created_at, backup.number)));
        past(policy, &newest_first, self.now)
    }
}

fn past(policy: &Policy, newest_first: &[&Backup], now: Timestamp) -> Vec<BackupNumber> {
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
