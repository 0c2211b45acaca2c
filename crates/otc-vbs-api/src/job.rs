//! The subject of a job, and whether it has ended.

use serde::de::DeserializeOwned;
use serde::de::value::{Error, StrDeserializer};

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
        received(self.entity("backup_id")?)
    }

    /// The disk that the job worked on.
    pub fn volume_id(&self) -> Option<DiskId> {
        received(self.entity("volume_id")?)
    }

    /// The snapshot behind the backup.
    pub fn snapshot_id(&self) -> Option<SnapshotId> {
        received(self.entity("snapshot_id")?)
    }
}

/// An id as the service sent it. `None` if it is empty.
fn received<I: DeserializeOwned>(text: &str) -> Option<I> {
    I::deserialize(StrDeserializer::<Error>::new(text)).ok()
}
