//! The asynchronous jobs that create, delete and restore backups.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::numbers::{BackupNumber, DiskNumber, JobNumber, SnapshotNumber, VbsJobNumber};

/// An asynchronous job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct VbsJob {
    pub(crate) number: VbsJobNumber,
    pub(crate) kind: Kind,
    /// Before this time, the job exists but has not started.
    pub(crate) begins_at: Timestamp,
    pub(crate) ends_at: Timestamp,
    pub(crate) outcome: Outcome,
    pub(crate) backup: BackupNumber,
    pub(crate) backup_name: Option<String>,
    pub(crate) disk: DiskNumber,
    pub(crate) snapshot: Option<SnapshotNumber>,
    /// The backup job that started it.
    pub(crate) backup_job: Option<JobNumber>,
}

/// The progress of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Init,
    Running,
    Success,
    Fail,
}

impl VbsJob {
    pub(crate) fn progress(&self, now: Timestamp) -> Progress {
        match &self.outcome {
            _ if now < self.begins_at => Progress::Init,
            _ if now < self.ends_at => Progress::Running,
            Outcome::Success => Progress::Success,
            Outcome::Failure { .. } | Outcome::Timeout => Progress::Fail,
        }
    }

    /// The progress in percent of the job's duration.
    pub(crate) fn percent(&self, now: Timestamp) -> u8 {
        let whole = self.ends_at.duration_since(self.begins_at).as_millis();
        let passed = now.duration_since(self.begins_at).as_millis();
        let percent = passed.clamp(0, whole.max(1)) * 100 / whole.max(1);
        u8::try_from(percent).unwrap_or(100)
    }
}

/// The operation of a job on a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    Create,
    Delete,
    Restore,
}

/// The outcome of a job.
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
