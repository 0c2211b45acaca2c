//! What a plan is made from.

use std::collections::BTreeMap;

use otc_vbs::types::{BackupPolicy, BackupStatus, Tag};

use super::disks_file::ListedDisk;
use crate::check::read::JobsRead;

/// What was read of a project.
#[derive(Debug, Default)]
pub(super) struct Project {
    pub(super) project: String,
    pub(super) project_id: String,
    pub(super) region: Option<String>,
    pub(super) cloud: Option<String>,
    pub(super) policies: Vec<Policy>,
    /// What is known of each disk, by its id.
    pub(super) disks: BTreeMap<String, DiskFacts>,
    /// The number of all backups.
    pub(super) backup_count: u64,
    /// The ids of the shares that the project created.
    pub(super) shares_created: Vec<String>,
    /// The ids of the shares that the project received.
    pub(super) shares_received: Vec<String>,
    /// What could not be read.
    pub(super) unread: Vec<String>,
}

/// What was read of a policy.
#[derive(Debug)]
pub(super) struct Policy {
    pub(super) listed: BackupPolicy,
    pub(super) tags: Vec<Tag>,
    /// `None` if they can't be read.
    pub(super) jobs: Option<JobsRead>,
    /// The disks that the file of disks names for the policy.
    pub(super) disks: Vec<ListedDisk>,
    /// What could not be read.
    pub(super) unread: Vec<String>,
}

/// The backups and the size of a disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct DiskFacts {
    /// The size of the disk by block storage, in GB. `None` if block storage can't be read or has no such disk.
    pub(super) size_gb: Option<u64>,
    /// The number of its backups that have data: the others failed or are being deleted.
    pub(super) count: u64,
    /// The sum of their sizes, in GB.
    pub(super) total_gb: u64,
    /// The size of the largest of all its backups, in GB: a disk is at least as large as its backups.
    pub(super) largest_gb: Option<u64>,
}

impl DiskFacts {
    /// Adds a backup.
    pub(super) fn add(&mut self, status: &BackupStatus, size_gb: Option<u64>) {
        self.largest_gb = self.largest_gb.max(size_gb);
        if !matches!(status, BackupStatus::Error | BackupStatus::Deleting) {
            self.count += 1;
            self.total_gb = self.total_gb.saturating_add(size_gb.unwrap_or(0));
        }
    }
}
