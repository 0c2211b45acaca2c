//! The operations that the reference marks as deprecated, with their requests and types.
//!
//! Use the operations of [`Client`] instead. Only these return the
//! [`ServiceMetadata`](crate::types::ServiceMetadata) of a backup, and only these can sort backups.

pub use otc_vbs_api::types::BackupV2 as Backup;

use crate::Client;
pub use crate::generated::v2::*;
use crate::types::{BackupId, DiskId, SnapshotId};

/// The deprecated operations. Returned by [`Client::v2`].
#[derive(Clone, Debug)]
pub struct Operations(Client);

impl Operations {
    pub(crate) fn new(client: Client) -> Self {
        Self(client)
    }

    /// Lists the backups of the project. Replaced by [`Backups::list`](crate::Backups::list).
    pub fn backups(&self) -> ListBackups {
        ListBackups::new(&self.0)
    }

    /// Lists the backups with only their ids, names and links. Replaced by
    /// [`Backups::list_summaries`](crate::Backups::list_summaries).
    pub fn backup_summaries(&self) -> ListBackupSummaries {
        ListBackupSummaries::new(&self.0)
    }

    /// Creates a backup of a snapshot of a disk. Replaced by [`Backups::create_native`](crate::Backups::create_native).
    pub fn create_native_backup(
        &self,
        disk: impl Into<DiskId>,
        snapshot: impl Into<SnapshotId>,
    ) -> CreateNativeBackup {
        CreateNativeBackup::new(&self.0, disk, snapshot)
    }

    /// Gets a backup. Replaced by [`BackupHandle::get`](crate::BackupHandle::get).
    pub fn get_backup(&self, id: impl Into<BackupId>) -> GetBackup {
        GetBackup::new(&self.0, id)
    }

    /// Restores a backup to a disk. Replaced by [`BackupHandle::restore_native`](crate::BackupHandle::restore_native).
    pub fn restore_native_backup(
        &self,
        id: impl Into<BackupId>,
        disk: impl Into<DiskId>,
    ) -> RestoreNativeBackup {
        RestoreNativeBackup::new(&self.0, id, disk)
    }

    /// Deletes a backup. Replaced by [`BackupHandle::delete`](crate::BackupHandle::delete).
    pub fn delete_backup(&self, id: impl Into<BackupId>) -> DeleteBackup {
        DeleteBackup::new(&self.0, id)
    }

    /// Deletes a backup, and returns the job to wait for. Replaced by [`BackupHandle::delete`](crate::BackupHandle::delete).
    pub fn delete_backup_by_post(&self, id: impl Into<BackupId>) -> DeleteBackupByPost {
        DeleteBackupByPost::new(&self.0, id)
    }
}
