//! What a job worked on, and whether it has ended.

use crate::types::Job;
use crate::values::{BackupId, DiskId, JobStatus, SnapshotId};

impl Job {
    /// Whether the job has ended, successfully or not. A status that the reference does not list does not count as an end.
    pub fn has_ended(&self) -> bool {
        matches!(self.status, JobStatus::Success | JobStatus::Fail)
    }

    /// The value of this key in the job's entities, for example `backup_id`. The keys depend on the type of the job.
    pub fn entity(&self, key: &str) -> Option<&str> {
        self.entities.as_ref()?.get(key)?.as_deref()
    }

    /// The backup that the job created or worked on.
    pub fn backup_id(&self) -> Option<BackupId> {
        self.entity("backup_id")?.parse().ok()
    }

    /// The disk that the job worked on.
    pub fn volume_id(&self) -> Option<DiskId> {
        self.entity("volume_id")?.parse().ok()
    }

    /// The snapshot behind the backup.
    pub fn snapshot_id(&self) -> Option<SnapshotId> {
        self.entity("snapshot_id")?.parse().ok()
    }
}
