//! What the service keeps for one project.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::backup::Backup;
use super::disk::Snapshot;
use super::numbers::{
    BackupNumber, DiskNumber, PolicyNumber, ProjectNumber, ShareNumber, SnapshotNumber, VbsJobNumber,
};
use super::policy::Policy;
use super::quota::Quotas;
use super::shares::Share;
use super::vbs_job::VbsJob;

/// How many disks of each project no policy holds, for those who want to associate or to back up one.
pub(crate) const FREE_DISKS: u64 = 3;

/// A project.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Project {
    pub(crate) number: ProjectNumber,
    pub(crate) policies: BTreeMap<PolicyNumber, Policy>,
    /// How many policies were ever made: numbers are not given twice.
    pub(crate) policies_made: u32,
    /// How many policies there may be.
    pub(crate) most_policies: u64,
    /// How many disks there are, those that no policy holds among them.
    pub(crate) disks: u64,
    pub(crate) snapshots: BTreeMap<SnapshotNumber, Snapshot>,
    pub(crate) backups: BTreeMap<BackupNumber, Backup>,
    /// Those that the project gave.
    pub(crate) shares: BTreeMap<ShareNumber, Share>,
    pub(crate) vbs_jobs: BTreeMap<VbsJobNumber, VbsJob>,
    /// The disks that a job works on, with the job.
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

    /// The disks that no policy holds.
    pub(crate) fn free_disks(&self) -> Vec<DiskNumber> {
        let held = self.policies.values().flat_map(|policy| &policy.disks);
        let held: HashSet<DiskNumber> = held.copied().collect();
        let disks = (0..self.disks).map(|index| self.number.seeded_disk(index));
        disks.filter(|disk| !held.contains(disk)).collect()
    }

    /// Whether another backup builds on this one.
    pub(crate) fn has_dependents(&self, backup: &Backup) -> bool {
        let mut later = self.backups.values();
        later
            .find(|other| {
                other.disk == backup.disk
                    && (other.created_at, other.number) > (backup.created_at, backup.number)
            })
            .is_some_and(|next| next.is_incremental)
    }
}
