//! Backups.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::numbers::{BackupNumber, DiskNumber, PolicyNumber, SnapshotNumber};

/// A backup of a disk.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Backup {
    pub(crate) number: BackupNumber,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) disk: DiskNumber,
    pub(crate) snapshot: Option<SnapshotNumber>,
    /// The policy that created it, if any.
    pub(crate) policy: Option<PolicyNumber>,
    pub(crate) status: Status,
    /// In gigabytes.
    pub(crate) size: u32,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) is_incremental: bool,
    pub(crate) tags: BTreeMap<String, String>,
    /// The reason for the failure as `CODE#text`, if the backup failed.
    pub(crate) fail_reason: Option<String>,
}

/// The status of a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    Creating,
    Available,
    Deleting,
    Restoring,
    Error,
}

impl Status {
    /// The status in the service's words.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Available => "available",
            Self::Deleting => "deleting",
            Self::Restoring => "restoring",
            Self::Error => "error",
        }
    }
}
