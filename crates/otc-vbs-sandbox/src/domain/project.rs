//! The data of one project.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::backup::Backup;
use super::backups::Backups;
use super::disk::Snapshot;
use super::numbers::{
    BackupNumber, DiskNumber, PolicyNumber, ProjectNumber, ShareNumber, SnapshotNumber, VbsJobNumber,
};
use super::policy::Policy;
use super::shares::Share;
use super::vbs_job::VbsJob;

/// The number of disks of each project that are not in a policy, so that callers can add them or back them
/// up.
pub(crate) const FREE_DISKS: u64 = 3;

/// A project.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Project {
    pub(crate) number: ProjectNumber,
    pub(crate) policies: BTreeMap<PolicyNumber, Policy>,
    /// The number of policies that were ever created. Numbers are not reused.
    pub(crate) policies_made: u32,
    /// The maximum number of policies.
    pub(crate) most_policies: u64,
    /// The number of disks, including those that are not in a policy.
    pub(crate) disks: u64,
    /// The stored snapshots: those of free disks, and those created since the sandbox started.
    pub(super) stored_snapshots: BTreeMap<SnapshotNumber, Snapshot>,
    pub(crate) backups: Backups,
    /// The shares that the project created.
    pub(crate) shares: BTreeMap<ShareNumber, Share>,
    pub(crate) vbs_jobs: BTreeMap<VbsJobNumber, VbsJob>,
    /// The disks in use by a job, with the job.
    pub(crate) busy: BTreeMap<DiskNumber, VbsJobNumber>,
    pub(crate) quotas: Quotas,
}

impl Project {
    pub(crate) fn has_disk(&self, disk: DiskNumber) -> bool {
        self.disk_numbers().contains(&disk)
    }

    pub(crate) fn disk_numbers(&self) -> std::ops::Range<DiskNumber> {
        let first = self.number.seeded_disk(0);
        first..first + self.disks
    }

    /// The disks that are not in a policy.
    pub(crate) fn free_disks(&self) -> Vec<DiskNumber> {
        let held = self.policies.values().flat_map(|policy| &policy.disks);
        let held: HashSet<DiskNumber> = held.copied().collect();
        let disks = (0..self.disks).map(|index| self.number.seeded_disk(index));
        disks.filter(|disk| !held.contains(disk)).collect()
    }

    pub(crate) fn snapshot(&self, number: SnapshotNumber) -> Option<Cow<'_, Snapshot>> {
        match self.stored_snapshots.get(&number) {
            Some(snapshot) => Some(Cow::Borrowed(snapshot)),
            None => self.backups.snapshot(number).map(Cow::Owned),
        }
    }

    /// All snapshots, by their numbers.
    pub(crate) fn snapshots(&self) -> Vec<Cow<'_, Snapshot>> {
        let stored = self.stored_snapshots.values().map(Cow::Borrowed);
        let of_backups = self.backups.snapshots().map(Cow::Owned);
        let mut snapshots: Vec<_> = stored.chain(of_backups).collect();
        snapshots.sort_by_key(|snapshot| snapshot.number);
        snapshots
    }

    /// Whether another backup depends on this one.
    pub(crate) fn has_dependents(&self, backup: &Backup) -> bool {
        let later = self.backups.of_disk(backup.disk);
        let later =
            later.filter(|other| (other.created_at, other.number) > (backup.created_at, backup.number));
        let next = later.min_by_key(|other| (other.created_at, other.number));
        next.is_some_and(|next| next.is_incremental)
    }

    /// Removes a backup, its shares and the snapshot that was created for it.
    pub(super) fn remove_backup(&mut self, number: BackupNumber) {
        let computed = self.backups.snapshot(number);
        let removed = self.backups.remove(number);
        self.shares.retain(|_, share| share.backup != number);
        let Some((disk, snapshot)) = removed.and_then(|backup| Some((backup.disk, backup.snapshot?))) else {
            return;
        };
        let is_used = self.backups.of_disk(disk).any(|backup| backup.snapshot == Some(snapshot));
        let is_of_backup = |snapshot: &Snapshot| snapshot.is_of_backup;
        match computed {
            Some(computed) if is_used => {
                self.stored_snapshots.insert(snapshot, computed);
            }
            None if !is_used && self.stored_snapshots.get(&snapshot).is_some_and(is_of_backup) => {
                self.stored_snapshots.remove(&snapshot);
            }
            _ => {}
        }
    }
}

/// The quotas of a project. `None` is unlimited.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Quotas {
    pub(crate) backups: Option<u64>,
    pub(crate) backup_gigabytes: Option<u64>,
}
