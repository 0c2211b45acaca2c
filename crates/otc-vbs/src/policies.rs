//! Backup policies.

use crate::request::{
    AddBackupPolicyTag, AssociateResources, BatchUpdateBackupPolicyTags, CreateBackupPolicy,
    DeleteBackupPolicy, DisassociateResources, ListAllBackupPolicyTags, ListBackupJobs, ListBackupPolicies,
    ListBackupPolicyTags, QueryBackupPoliciesByTag, RemoveBackupPolicyTag, RunBackupPolicy,
    UpdateBackupPolicy,
};
use crate::types::{
    DiskId, PolicyId, PolicyMatch, PolicyMatchField, PolicyQueryAction, PolicyScheduleChange, PolicyStatus,
    ResourceReference, ResourceSpec, ResourceType, TagAction, TagChange,
};
use crate::{Client, Error, Result, Schedule};

/// The backup policies of the project. Returned by [`Client::policies`].
#[derive(Clone, Debug)]
pub struct Policies(Client);

impl Policies {
    pub(crate) fn new(client: Client) -> Self {
        Self(client)
    }

    /// Lists the backup policies of the project.
    pub fn list(&self) -> ListBackupPolicies {
        ListBackupPolicies::new(&self.0)
    }

    /// Creates a backup policy and returns its id.
    ///
    /// ```
    /// use otc_vbs::Schedule;
    /// use otc_vbs::types::DiskId;
    ///
    /// # async fn f(vbs: otc_vbs::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let schedule = Schedule::builder().at([1]).every_days(1).keep_backups(14).build()?;
    /// let id = vbs.policies().create("nightly", &schedule).tags([("team", "db")]).send().await?;
    /// let disk = DiskId::new("f47a4ab5-11f5-4509-97f5-80ce0dd74e37")?;
    /// let outcome = vbs.policy(&id).associate([disk]).send().await?;
    /// assert!(outcome.is_complete());
    /// # Ok(())
    /// # }
    /// ```
    pub fn create(&self, name: impl Into<String>, schedule: &Schedule) -> CreateBackupPolicy {
        let request = CreateBackupPolicy::new(&self.0, name, schedule);
        match schedule.time_zone() {
            Some(zone) => request.time_zone(zone),
            None => request,
        }
    }

    /// Lists the tags of all policies: each key with all of its values.
    pub fn tags(&self) -> ListAllBackupPolicyTags {
        ListAllBackupPolicyTags::new(&self.0)
    }

    /// Lists the backup policies with some tags or with a name.
    ///
    /// ```
    /// # async fn f(vbs: otc_vbs::Client) -> otc_vbs::Result<()> {
    /// let query = vbs.policies().by_tag().tags([("team", ["db", "web"])]);
    /// let policies: Vec<_> = query.items().try_collect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn by_tag(&self) -> QueryBackupPoliciesByTag {
        QueryBackupPoliciesByTag::new(&self.0, PolicyQueryAction::Filter)
    }
}

impl QueryBackupPoliciesByTag {
    /// Only policies whose name contains this text. Short for [`matches`](Self::matches), and replaces its
    /// value.
    pub fn name(self, name: impl Into<String>) -> Self {
        self.matches([PolicyMatch::new(PolicyMatchField::ResourceName, name)])
    }

    /// Counts the policies instead of listing them.
    ///
    /// # Errors
    ///
    /// Also fails if the service sends no count. The reference does not show its response.
    pub async fn count(mut self) -> Result<u64> {
        self.body.action = PolicyQueryAction::Count;
        // The reference does not allow them for a count.
        self.body.limit = None;
        self.body.offset = None;
        let page = self.send().await?;
        let missing = "the service did not send the number of policies";
        page.count.ok_or_else(|| Error::paging("query_backup_policies_by_tag", missing))
    }
}

/// One backup policy. Returned by [`Client::policy`], which sends nothing.
#[derive(Clone, Debug)]
pub struct PolicyHandle {
    client: Client,
    id: PolicyId,
}

impl PolicyHandle {
    pub(crate) fn new(client: Client, id: PolicyId) -> Self {
        Self { client, id }
    }

    /// The id of the policy.
    pub fn id(&self) -> &PolicyId {
        &self.id
    }

    /// Lists the backup jobs that the policy triggered in the last 30 days.
    ///
    /// ```
    /// use otc_vbs::types::BackupJobStatus;
    ///
    /// # async fn f(vbs: otc_vbs::Client, policy: otc_vbs::types::PolicyId) -> otc_vbs::Result<()> {
    /// let mut failed = vbs.policy(&policy).backup_jobs().status(BackupJobStatus::ExecuteFail).items();
    /// while let Some(job) = failed.try_next().await? {
    ///     println!("{} {} {}", job.job_id, job.created_at, job.fail_reason.unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn backup_jobs(&self) -> ListBackupJobs {
        ListBackupJobs::new(&self.client, &self.id)
    }

    /// Runs the policy now, for all of its disks. The service does not say which backup jobs this triggers: see
    /// [`backup_jobs`](Self::backup_jobs).
    pub fn run(&self) -> RunBackupPolicy {
        RunBackupPolicy::new(&self.client, &self.id)
    }

    /// Changes the policy. Fields that are not set keep their values.
    pub fn update(&self) -> UpdateBackupPolicy {
        UpdateBackupPolicy::new(&self.client, &self.id)
    }

    /// Enables the policy, so that it runs on its schedule.
    ///
    /// If the service requires more than the status, send the whole schedule with [`update`](Self::update).
    pub fn enable(&self) -> UpdateBackupPolicy {
        self.set_status(PolicyStatus::On)
    }

    /// Disables the policy, so that it does not run on its schedule. See [`enable`](Self::enable).
    pub fn disable(&self) -> UpdateBackupPolicy {
        self.set_status(PolicyStatus::Off)
    }

    fn set_status(&self, status: PolicyStatus) -> UpdateBackupPolicy {
        let mut change = PolicyScheduleChange::default();
        change.status = Some(status);
        self.update().scheduled_policy(change)
    }

    /// Deletes the policy.
    pub fn delete(&self) -> DeleteBackupPolicy {
        DeleteBackupPolicy::new(&self.client, &self.id)
    }

    /// Associates disks with the policy.
    ///
    /// The service responds with success even if it failed for every disk: see
    /// [`AssociationOutcome::is_complete`](crate::types::AssociationOutcome::is_complete).
    pub fn associate(&self, disks: impl IntoIterator<Item = impl Into<DiskId>>) -> AssociateResources {
        let disks = disks.into_iter().map(Into::into);
        let resources = disks.map(|disk| ResourceSpec::new(disk, ResourceType::Volume));
        AssociateResources::new(&self.client, &self.id, resources)
    }

    /// Removes disks from the policy.
    ///
    /// The service responds with success even if it failed for every disk: see
    /// [`AssociationOutcome::is_complete`](crate::types::AssociationOutcome::is_complete).
    pub fn disassociate(&self, disks: impl IntoIterator<Item = impl Into<DiskId>>) -> DisassociateResources {
        let disks = disks.into_iter().map(Into::into);
        DisassociateResources::new(&self.client, &self.id, disks.map(ResourceReference::new))
    }

    /// Lists the tags of the policy.
    pub fn tags(&self) -> ListBackupPolicyTags {
        ListBackupPolicyTags::new(&self.client, &self.id)
    }

    /// Adds a tag to the policy.
    pub fn add_tag(&self, key: impl Into<String>, value: impl Into<String>) -> AddBackupPolicyTag {
        AddBackupPolicyTag::new(&self.client, &self.id, key, value)
    }

    /// Removes a tag from the policy, by its key. A key with a slash is refused, because it becomes part of a path.
    pub fn remove_tag(&self, key: impl Into<String>) -> RemoveBackupPolicyTag {
        RemoveBackupPolicyTag::new(&self.client, &self.id, key)
    }

    /// Creates, updates or deletes several tags of the policy in one request. Deletion needs no values.
    ///
    /// ```
    /// use otc_vbs::types::TagAction;
    ///
    /// # async fn f(vbs: otc_vbs::Client, policy: otc_vbs::types::PolicyId) -> otc_vbs::Result<()> {
    /// let tags = [("team", Some("db")), ("tier", Some("gold"))];
    /// vbs.policy(&policy).change_tags(TagAction::Create, tags).send().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn change_tags<K, V>(
        &self,
        action: TagAction,
        tags: impl IntoIterator<Item = (K, Option<V>)>,
    ) -> BatchUpdateBackupPolicyTags
    where
        K: Into<String>,
        V: Into<String>,
    {
        let tags = tags.into_iter().map(|(key, value)| {
            let mut change = TagChange::new(key);
            change.value = value.map(Into::into);
            change
        });
        BatchUpdateBackupPolicyTags::new(&self.client, &self.id, action).tags(tags)
    }
}

impl UpdateBackupPolicy {
    /// Replaces the schedule, with its time zone. To change a part of it, begin with
    /// [`ScheduleBuilder::from`](crate::ScheduleBuilder).
    pub fn schedule(self, schedule: &Schedule) -> Self {
        let request = self.scheduled_policy(schedule);
        match schedule.time_zone() {
            Some(zone) => request.time_zone(zone),
            None => request,
        }
    }
}
