//! The asynchronous jobs that make, delete and restore backups.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::numbers::{BackupNumber, DiskNumber, JobNumber, SnapshotNumber, VbsJobNumber};

/// An asynchronous job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct VbsJob {
    pub(crate) number: VbsJobNumber,
    pub(crate) kind: Kind,
    /// Before this it is there, but has not begun.
    pub(crate) begins_at: Timestamp,
    pub(crate) ends_at: Timestamp,
    pub(crate) outcome: Outcome,
    pub(crate) backup: BackupNumber,
    pub(crate) backup_name: Option<String>,
    pub(crate) disk: DiskNumber,
    pub(crate) snapshot: Option<SnapshotNumber>,
    /// The backup job that it was begun for.
    pub(crate) backup_job: Option<JobNumber>,
}

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    CreateBackup,
    DeleteBackup,
    RestoreBackup,
}

/// How a job ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Outcome {
    Success,
    Failure {
        code: String,
        message: String,
    },
    /// The service gives up.
    Timeout,
}
