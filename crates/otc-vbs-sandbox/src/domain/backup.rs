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
    /// The policy that made it, if one did.
    pub(crate) policy: Option<PolicyNumber>,
    pub(crate) status: Status,
    /// In gigabytes.
    pub(crate) size: u32,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) is_incremental: bool,
    pub(crate) tags: BTreeMap<String, String>,
    /// As `CODE#text`, where it is in error.
    pub(crate) fail_reason: Option<String>,
}

/// How it is with a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Status {
    Creating,
    Available,
    Deleting,
    Restoring,
    Error,
}

impl Status {
    /// The status as it goes over the wire.
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
