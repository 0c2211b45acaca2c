//! One backup.

use std::fmt;

use otc_vbs_api::types::{BackupRestoration, RestorationTarget, ShareCreation, ShareSpec};

use crate::body::{Deferred, checked, deferred, unbuildable};
use crate::call::call;
use crate::jobs::JobHandle;
use crate::{
    Backup, BackupId, BackupV2, Client, CreatedBackupShare, DiskId, ProjectId, RestoredDisk, Result,
};

/// One backup, by its identifier. Made by [`Client::backup`]; nothing is sent until something is asked of it.
#[derive(Clone, Debug)]
pub struct BackupRef {
    client: Client,
    id: Deferred<BackupId>,
}

impl BackupRef {
    pub(crate) fn new<I>(client: Client, id: I) -> Self
    where
        I: TryInto<BackupId, Error: fmt::Display>,
    {
        let id = id.try_into().map_err(|error| error.to_string());
        Self { client, id }
    }

    /// All that is known of the backup.
    ///
    /// Reference: [en-us_topic_0143705537](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/querying_details_about_a_vbs_backup_native_openstack_v3_api.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    pub async fn get(&self) -> Result<Backup> {
        let id = self.checked_id("get_backup")?;
        call!(&self.client, get_backup { backup_id: id }).map(|detail| detail.backup)
    }

    /// All that is known of the backup, by the v2 API.
    ///
    /// Reference: [en-us_topic_0020237260](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/querying_details_about_a_vbs_backup_native_openstack_api_deprecated.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    #[deprecated = "the reference calls it deprecated; use `get`. It alone tells `service_metadata`"]
    pub async fn get_v2(&self) -> Result<BackupV2> {
        let id = self.checked_id("get_backup_v2")?;
        call!(&self.client, get_backup_v2 { backup_id: id }).map(|detail| detail.backup)
    }

    /// Begins to write the backup to a disk, which loses what it holds. Returns at once, with the job that does it.
    ///
    /// Reference: [en-us_topic_0020237257](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/restoring_a_disk_using_a_vbs_backup.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    pub async fn restore<I>(&self, disk: I) -> Result<JobHandle>
    where
        I: TryInto<DiskId, Error: fmt::Display>,
    {
        const FUNCTION: &str = "restore_backup";
        let body = restoration(FUNCTION, disk)?;
        let job = call!(
            &self.client,
            restore_backup {
                backup_id: self.checked_id(FUNCTION)?,
                body: body
            }
        )?;
        Ok(JobHandle::new(self.client.clone(), job.job_id))
    }

    /// Begins to write the backup to a disk, which loses what it holds, by the OpenStack v3 API. There is no job: the
    /// status of the backup tells how far it is.
    ///
    /// Reference: [en-us_topic_0143705539](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/restoring_a_disk_using_a_vbs_backup_native_openstack_v3_api.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    pub async fn restore_native<I>(&self, disk: I) -> Result<RestoredDisk>
    where
        I: TryInto<DiskId, Error: fmt::Display>,
    {
        const FUNCTION: &str = "restore_native_backup";
        let body = restoration(FUNCTION, disk)?;
        let id = self.checked_id(FUNCTION)?;
        call!(
            &self.client,
            restore_native_backup {
                backup_id: id,
                body: body
            }
        )
        .map(|answer| answer.restore)
    }

    /// The same as [`restore_native`](Self::restore_native) by the v2 API.
    ///
    /// Reference: [en-us_topic_0067142129](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/restoring_a_disk_using_a_vbs_backup_native_openstack_api_deprecated.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    #[deprecated = "the reference calls it deprecated; use `restore_native`"]
    pub async fn restore_v2<I>(&self, disk: I) -> Result<RestoredDisk>
    where
        I: TryInto<DiskId, Error: fmt::Display>,
    {
        const FUNCTION: &str = "restore_native_backup_v2";
        let body = restoration(FUNCTION, disk)?;
        let id = self.checked_id(FUNCTION)?;
        call!(
            &self.client,
            restore_native_backup_v2 {
                backup_id: id,
                body: body
            }
        )
        .map(|answer| answer.restore)
    }

    /// Begins to delete the backup, and returns at once.
    ///
    /// Reference: [en-us_topic_0143705538](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/deleting_a_vbs_backup_native_openstack_v3_api.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    pub async fn delete(&self) -> Result<()> {
        let id = self.checked_id("delete_backup")?;
        call!(&self.client, delete_backup { backup_id: id })
    }

    /// Begins to delete the backup by the v2 API, and returns at once.
    ///
    /// Reference: [en-us_topic_0049453221](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/deleting_a_vbs_backup_native_openstack_api_deprecated.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    #[deprecated = "the reference calls it deprecated; use `delete`"]
    pub async fn delete_v2(&self) -> Result<()> {
        let id = self.checked_id("delete_backup_v2")?;
        call!(&self.client, delete_backup_v2 { backup_id: id })
    }

    /// Begins to delete the backup, and returns at once, with the job that does it.
    ///
    /// Reference: [en-us_topic_0020237256](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/deleting_a_vbs_backup_deprecated.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    #[deprecated = "the reference calls it deprecated; use `delete`. It alone returns a job"]
    pub async fn delete_by_post(&self) -> Result<JobHandle> {
        let id = self.checked_id("delete_backup_by_post")?;
        let job = call!(&self.client, delete_backup_by_post { backup_id: id })?;
        Ok(JobHandle::new(self.client.clone(), job.job_id))
    }

    /// Shares the backup with other projects.
    ///
    /// Reference: [en-us_topic_0078214151](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/sharing_a_backup.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    pub async fn share<I>(&self, projects: impl IntoIterator<Item = I>) -> Result<Vec<CreatedBackupShare>>
    where
        I: TryInto<ProjectId, Error: fmt::Display>,
    {
        const FUNCTION: &str = "share_backup";
        let projects: Result<Vec<ProjectId>> = projects
            .into_iter()
            .map(|project| checked(FUNCTION, &deferred("project", project)))
            .collect();
        let shared: ShareSpec = ShareSpec::builder()
            .backup_id(self.checked_id(FUNCTION)?)
            .to_project_ids(projects?)
            .try_into()
            .map_err(|error| unbuildable(FUNCTION, &error))?;
        let body: ShareCreation = ShareCreation::builder()
            .shared(shared)
            .try_into()
            .map_err(|error| unbuildable(FUNCTION, &error))?;
        call!(&self.client, share_backup { body: body }).map(|created| created.shared)
    }

    /// Takes all shares of the backup back.
    ///
    /// Reference: [en-us_topic_0078214152](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/canceling_sharing_of_a_backup.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    pub async fn unshare(&self) -> Result<()> {
        let id = self.checked_id("cancel_backup_share")?;
        call!(
            &self.client,
            cancel_backup_share {
                id: id.as_str(),
                is_backup_id: true
            }
        )
    }

    fn checked_id(&self, function: &str) -> Result<BackupId> {
        checked(function, &self.id)
    }
}

fn restoration<I>(function: &str, disk: I) -> Result<BackupRestoration>
where
    I: TryInto<DiskId, Error: fmt::Display>,
{
    let target: RestorationTarget = RestorationTarget::builder()
        .volume_id(checked(function, &deferred("disk", disk))?)
        .try_into()
        .map_err(|error| unbuildable(function, &error))?;
    BackupRestoration::builder()
        .restore(target)
        .try_into()
        .map_err(|error| unbuildable(function, &error))
}
