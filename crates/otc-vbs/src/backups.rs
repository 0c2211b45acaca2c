//! Backups.

use crate::Client;
use crate::request::{
    CancelBackupShare, CreateBackup, CreateNativeBackup, DeleteBackup, GetBackup, ListBackupSummaries,
    ListBackups, RestoreBackup, RestoreNativeBackup, ShareBackup,
};
use crate::types::{BackupExtension, BackupId, DiskId, ProjectId, SnapshotId};

/// The backups of the project. Returned by [`Client::backups`].
#[derive(Clone, Debug)]
pub struct Backups(Client);

impl Backups {
    pub(crate) fn new(client: Client) -> Self {
        Self(client)
    }

    /// Lists the backups of the project.
    pub fn list(&self) -> ListBackups {
        ListBackups::new(&self.0)
    }

    /// Lists the backups of the project with only their ids, names and links.
    pub fn list_summaries(&self) -> ListBackupSummaries {
        ListBackupSummaries::new(&self.0)
    }

    /// Starts a backup of a disk, and returns the job to wait for.
    ///
    /// ```no_run
    /// use otc_vbs::types::DiskId;
    ///
    /// # async fn f(vbs: otc_vbs::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let disk = DiskId::new("f47a4ab5-11f5-4509-97f5-80ce0dd74e37")?;
    /// let job = vbs.backups().create(disk, "before-update").send().await?;
    /// let done = job.wait().await?;
    /// println!("{:?}", done.backup_id());
    /// # Ok(())
    /// # }
    /// ```
    pub fn create(&self, disk: impl Into<DiskId>, name: impl Into<String>) -> CreateBackup {
        CreateBackup::new(&self.0, disk, name)
    }

    /// Creates a backup of a snapshot of a disk with the OpenStack API. It returns no job: see
    /// [`BackupHandle::get`] for its status.
    pub fn create_native(
        &self,
        disk: impl Into<DiskId>,
        snapshot: impl Into<SnapshotId>,
    ) -> CreateNativeBackup {
        CreateNativeBackup::new(&self.0, disk, snapshot)
    }
}

impl CreateBackup {
    /// Sets whether the backup is full instead of incremental. Short for
    /// [`extend_param`](Self::extend_param), and replaces its value.
    pub fn full(self, full: bool) -> Self {
        let entry = ("FullBackup".to_owned(), full.to_string());
        self.extend_param(BackupExtension::from(
            [entry].into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        ))
    }
}

/// One backup. Returned by [`Client::backup`], which sends nothing.
#[derive(Clone, Debug)]
pub struct BackupHandle {
    client: Client,
    id: BackupId,
}

impl BackupHandle {
    pub(crate) fn new(client: Client, id: BackupId) -> Self {
        Self { client, id }
    }

    /// The id of the backup.
    pub fn id(&self) -> &BackupId {
        &self.id
    }

    /// Gets the backup.
    pub fn get(&self) -> GetBackup {
        GetBackup::new(&self.client, &self.id)
    }

    /// Restores the backup to a disk, whose data is overwritten, and returns the job to wait for.
    pub fn restore(&self, disk: impl Into<DiskId>) -> RestoreBackup {
        RestoreBackup::new(&self.client, &self.id, disk)
    }

    /// Restores the backup to a disk with the OpenStack API. It returns no job: see [`get`](Self::get) for
    /// the status.
    pub fn restore_native(&self, disk: impl Into<DiskId>) -> RestoreNativeBackup {
        RestoreNativeBackup::new(&self.client, &self.id, disk)
    }

    /// Deletes the backup.
    pub fn delete(&self) -> DeleteBackup {
        DeleteBackup::new(&self.client, &self.id)
    }

    /// Shares the backup with other projects.
    pub fn share(&self, projects: impl IntoIterator<Item = impl Into<ProjectId>>) -> ShareBackup {
        ShareBackup::new(&self.client, &self.id, projects)
    }

    /// Cancels all shares of the backup.
    pub fn unshare(&self) -> CancelBackupShare {
        CancelBackupShare::new(&self.client, &self.id).is_backup_id(true)
    }
}
