//! The backups of a project.

use std::fmt;

use otc_vbs_api::types::{BackupCreation, BackupSpec, NativeBackupCreation, NativeBackupSpec, TagSpec};

use crate::body::{Deferred, checked, deferred, tag, unbuildable};
use crate::call::call;
use crate::jobs::JobHandle;
use crate::native_backups::{BackupQuery, BackupQueryV2, BackupSummaryQuery, BackupSummaryQueryV2};
use crate::text::{PROSE, TAG_TEXT, check, checked_name};
use crate::{BackupSummary, Client, DiskId, Error, ProjectId, Result, SnapshotId};

/// The backups of the project. Made by [`Client::backups`].
#[derive(Clone, Debug)]
pub struct Backups(Client);

impl Backups {
    pub(crate) fn new(client: Client) -> Self {
        Self(client)
    }

    /// A list of the backups, with all that is known of each.
    pub fn list(&self) -> BackupQuery {
        BackupQuery::new(self.0.clone())
    }

    /// A list of the backups in brief.
    pub fn list_summaries(&self) -> BackupSummaryQuery {
        BackupSummaryQuery::new(self.0.clone())
    }

    /// A list of the backups, with all that is known of each, by the v2 API.
    #[deprecated = "the reference calls it deprecated; use `list`. It alone tells `service_metadata` and sorts"]
    pub fn list_v2(&self) -> BackupQueryV2 {
        BackupQueryV2::new(self.0.clone())
    }

    /// A list of the backups in brief, by the v2 API.
    #[deprecated = "the reference calls it deprecated; use `list_summaries`"]
    pub fn list_summaries_v2(&self) -> BackupSummaryQueryV2 {
        BackupSummaryQueryV2::new(self.0.clone())
    }

    /// Begins a backup of a disk, with a name of 1 to 64 letters, digits, `_` and `-` that does not begin with `auto`.
    ///
    /// ```
    /// # async fn f(vbs: otc_vbs::Client) -> otc_vbs::Result<()> {
    /// let job = vbs.backups().create("f47a4ab5-11f5-4509-97f5-80ce0dd74e37", "before-update").full(true).send().await?;
    /// let done = job.wait().await?;
    /// println!("{:?}", done.backup_id());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Reference: [en-us_topic_0020237255](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/creating_a_vbs_backup.html)
    pub fn create<I>(&self, disk: I, name: impl Into<String>) -> CreateBackup
    where
        I: TryInto<DiskId, Error: fmt::Display>,
    {
        CreateBackup {
            client: self.0.clone(),
            disk: deferred("disk", disk),
            name: name.into(),
            snapshot: None,
            description: None,
            full: None,
            tags: Vec::new(),
        }
    }

    /// Begins a backup of a disk from a snapshot of it, by the OpenStack v3 API.
    ///
    /// Reference: [en-us_topic_0143705534](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/creating_a_vbs_backup_native_openstack_v3_api.html)
    pub fn create_native<D, S>(&self, disk: D, snapshot: S) -> CreateNativeBackup
    where
        D: TryInto<DiskId, Error: fmt::Display>,
        S: TryInto<SnapshotId, Error: fmt::Display>,
    {
        CreateNativeBackup {
            client: self.0.clone(),
            disk: deferred("disk", disk),
            snapshot: deferred("snapshot", snapshot),
            name: None,
            description: None,
            container: None,
            incremental: None,
            force: None,
            project: None,
        }
    }
}

/// A backup that is about to be made. Made by [`Backups::create`].
#[derive(Clone, Debug)]
#[must_use = "nothing is created until `send` is called"]
pub struct CreateBackup {
    client: Client,
    disk: Deferred<DiskId>,
    name: String,
    snapshot: Option<Deferred<SnapshotId>>,
    description: Option<String>,
    full: Option<bool>,
    tags: Vec<Deferred<TagSpec>>,
}

impl CreateBackup {
    /// Makes the backup from this snapshot of the disk. The service makes one where it is not set.
    pub fn snapshot<S>(mut self, snapshot: S) -> Self
    where
        S: TryInto<SnapshotId, Error: fmt::Display>,
    {
        self.snapshot = Some(deferred("snapshot", snapshot));
        self
    }

    /// The description, of 1 to 64 characters without `<` and `>`.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Makes a full backup, or an incremental one. The service decides where it is not called: the first backup of a disk
    /// is a full one.
    pub fn full(mut self, full: bool) -> Self {
        self.full = Some(full);
        self
    }

    /// Gives the backup a tag: a key of 1 to 36 and a value of 0 to 43 characters, control characters and `=*<>\,|/`
    /// excepted.
    pub fn tag(mut self, key: &str, value: &str) -> Self {
        self.tags.push(tag(key, value, &TAG_TEXT));
        self
    }

    /// Begins the backup and returns at once, with the job that makes it.
    ///
    /// # Errors
    ///
    /// Where the name, the description or a tag is not as the service wants it, and as every request can fail: see
    /// [`Error`](crate::Error).
    pub async fn send(self) -> Result<JobHandle> {
        const FUNCTION: &str = "create_backup";
        let tags: Result<Vec<TagSpec>> = self.tags.iter().map(|tag| checked(FUNCTION, tag)).collect();
        let snapshot = self
            .snapshot
            .as_ref()
            .map(|snapshot| checked(FUNCTION, snapshot))
            .transpose()?;
        if let Some(description) = &self.description {
            check("description", description, 1..=64, &PROSE)
                .map_err(|problem| Error::argument(FUNCTION, problem))?;
        }
        let description = self.description.map(TryInto::try_into).transpose();
        let full = self.full.map(|full| {
            [("FullBackup".to_owned(), full.to_string())]
                .into_iter()
                .collect()
        });
        let backup = BackupSpec::builder()
            .volume_id(checked(FUNCTION, &self.disk)?)
            .name(checked_name(FUNCTION, &self.name, "auto")?)
            .snapshot_id(snapshot)
            .description(
                description.map_err(|error| unbuildable(FUNCTION, &format!("the description is {error}")))?,
            )
            .tags(tags?)
            .extend_param(full.map(|map: std::collections::BTreeMap<_, _>| map.into()));
        let backup: BackupSpec = backup.try_into().map_err(|error| unbuildable(FUNCTION, &error))?;
        let body: BackupCreation = BackupCreation::builder()
            .backup(backup)
            .try_into()
            .map_err(|error| unbuildable(FUNCTION, &error))?;
        let job = call!(&self.client, create_backup { body: body })?;
        Ok(JobHandle::new(self.client, job.job_id))
    }
}

/// A backup that is about to be made by the OpenStack API. Made by [`Backups::create_native`].
#[derive(Clone, Debug)]
#[must_use = "nothing is created until `send` is called"]
pub struct CreateNativeBackup {
    client: Client,
    disk: Deferred<DiskId>,
    snapshot: Deferred<SnapshotId>,
    name: Option<String>,
    description: Option<String>,
    container: Option<String>,
    incremental: Option<bool>,
    force: Option<bool>,
    project: Option<Deferred<ProjectId>>,
}

impl CreateNativeBackup {
    /// The name, of 1 to 64 letters, digits, `_` and `-` that does not begin with `auto`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The description, of at most 255 characters without `<` and `>`.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The container of the backup. The service does not heed it.
    pub fn container(mut self, container: impl Into<String>) -> Self {
        self.container = Some(container.into());
        self
    }

    /// Whether the backup is incremental. The service does not heed it.
    pub fn incremental(mut self, incremental: bool) -> Self {
        self.incremental = Some(incremental);
        self
    }

    /// Whether a disk that is in use is backed up too.
    pub fn force(mut self, force: bool) -> Self {
        self.force = Some(force);
        self
    }

    /// The project of the backup.
    pub fn project<I>(mut self, project: I) -> Self
    where
        I: TryInto<ProjectId, Error: fmt::Display>,
    {
        self.project = Some(deferred("project", project));
        self
    }

    /// Begins the backup and returns at once, with its identifier. How far it is tells
    /// [`BackupRef::get`](crate::BackupRef::get).
    ///
    /// # Errors
    ///
    /// Where the name or the description is not as the service wants it, and as every request can fail: see
    /// [`Error`](crate::Error).
    pub async fn send(self) -> Result<BackupSummary> {
        let body = self.body("create_native_backup")?;
        call!(&self.client, create_native_backup { body: body }).map(|created| created.backup)
    }

    /// The same by the v2 API.
    ///
    /// Reference: [en-us_topic_0060614329](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/creating_a_vbs_backup_native_openstack_api_deprecated.html)
    ///
    /// # Errors
    ///
    /// Those of [`send`](Self::send).
    #[deprecated = "the reference calls it deprecated; use `send`"]
    pub async fn send_v2(self) -> Result<BackupSummary> {
        let body = self.body("create_native_backup_v2")?;
        call!(&self.client, create_native_backup_v2 { body: body }).map(|created| created.backup)
    }

    fn body(&self, function: &str) -> Result<NativeBackupCreation> {
        let problem =
            |what: &str, error: &dyn fmt::Display| unbuildable(function, &format!("the {what} is {error}"));
        let name = self
            .name
            .as_deref()
            .map(|name| checked_name(function, name, "auto"))
            .transpose()?;
        let name = name
            .map(TryInto::try_into)
            .transpose()
            .map_err(|error| problem("name", &error))?;
        if let Some(description) = &self.description {
            check("description", description, 0..=255, &PROSE)
                .map_err(|problem| Error::argument(function, problem))?;
        }
        let description = self.description.as_deref().map(TryInto::try_into).transpose();
        let backup: NativeBackupSpec = NativeBackupSpec::builder()
            .volume_id(checked(function, &self.disk)?)
            .snapshot_id(checked(function, &self.snapshot)?)
            .name(name)
            .description(description.map_err(|error| problem("description", &error))?)
            .container(self.container.clone())
            .incremental(self.incremental)
            .force(self.force)
            .project_id(
                self.project
                    .as_ref()
                    .map(|project| checked(function, project))
                    .transpose()?,
            )
            .try_into()
            .map_err(|error| unbuildable(function, &error))?;
        NativeBackupCreation::builder()
            .backup(backup)
            .try_into()
            .map_err(|error| unbuildable(function, &error))
    }
}
