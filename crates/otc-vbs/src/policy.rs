//! One backup policy.

use std::fmt;

use otc_vbs_api::types::error::ConversionError;
use otc_vbs_api::types::{
    BackupPolicyChange, PolicyScheduleChange, ResourceAssociation, ResourceDisassociation, ResourceReference,
    ResourceSpec, TagAddition, TagBatch, TagChange,
};

use crate::backup_jobs::BackupJobQuery;
use crate::body::{Deferred, checked, deferred, tag, unbuildable};
use crate::call::call;
use crate::text::{ANY, TAG_TEXT, WORD, check, checked_name, checked_tag_in_path, shown};
use crate::{
    AssociationOutcome, Client, DiskId, Error, PolicyId, PolicyStatus, ResourceType, Result, Schedule, Tag,
    TagAction,
};

/// One backup policy, by its identifier. Made by [`Client::policy`]; nothing is sent until something is asked of it.
#[derive(Clone, Debug)]
pub struct PolicyRef {
    client: Client,
    id: Deferred<PolicyId>,
}

impl PolicyRef {
    pub(crate) fn new<I>(client: Client, id: I) -> Self
    where
        I: TryInto<PolicyId, Error: fmt::Display>,
    {
        let id = id.try_into().map_err(|error| error.to_string());
        Self { client, id }
    }

    /// The backup jobs that the policy triggered in the last 30 days.
    pub fn tasks(&self) -> BackupJobQuery {
        BackupJobQuery::new(self.clone())
    }

    /// Runs the policy at once, on all of its disks. The service does not say which backup jobs that triggers: see
    /// [`tasks`](Self::tasks).
    ///
    /// Reference: [en-us_topic_0043410563](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/backup_policies/executing_a_backup_policy_at_once.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    pub async fn run(&self) -> Result<()> {
        let id = self.checked_id("run_backup_policy")?;
        call!(&self.client, run_backup_policy { policy_id: id })
    }

    /// Begins a change of the policy.
    ///
    /// Reference: [en-us_topic_0043410559](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/backup_policies/modifying_a_backup_policy.html)
    pub fn update(&self) -> UpdatePolicy {
        UpdatePolicy {
            policy: self.clone(),
            name: None,
            schedule: None,
        }
    }

    /// Lets the policy run on its schedule.
    ///
    /// Reference: [en-us_topic_0043410564](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/backup_policies/enabling_or_disabling_a_backup_policy.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error). Where the service wants more than the status, send the
    /// whole schedule by [`update`](Self::update).
    pub async fn enable(&self) -> Result<()> {
        self.set_status(PolicyStatus::On).await
    }

    /// Keeps the policy from running on its schedule.
    ///
    /// Reference: [en-us_topic_0043410564](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/backup_policies/enabling_or_disabling_a_backup_policy.html)
    ///
    /// # Errors
    ///
    /// Those of [`enable`](Self::enable).
    pub async fn disable(&self) -> Result<()> {
        self.set_status(PolicyStatus::Off).await
    }

    async fn set_status(&self, status: PolicyStatus) -> Result<()> {
        let change = PolicyScheduleChange::builder().status(status);
        let change = change.try_into().map_err(|error| unbuildable(UPDATE, &error))?;
        self.send_change(None, Some(change), None).await
    }

    async fn send_change(
        &self,
        name: Option<&str>,
        schedule: Option<PolicyScheduleChange>,
        time_zone: Option<&str>,
    ) -> Result<()> {
        let mut body = BackupPolicyChange::builder();
        if let Some(name) = name {
            let name = checked_name(UPDATE, name, "default")?.parse();
            body = body.backup_policy_name(Some(name.map_err(|error| unbuildable(UPDATE, &error))?));
        }
        if let Some(schedule) = schedule {
            body = body.scheduled_policy(schedule);
        }
        let body: BackupPolicyChange = body
            .time_zone(time_zone.map(str::to_owned))
            .try_into()
            .map_err(|error| unbuildable(UPDATE, &error))?;
        call!(
            &self.client,
            update_backup_policy {
                policy_id: self.checked_id(UPDATE)?,
                body: body
            }
        )
        .map(drop)
    }

    /// Deletes the policy.
    ///
    /// Reference: [en-us_topic_0043410560](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/backup_policies/deleting_a_backup_policy.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    pub async fn delete(&self) -> Result<()> {
        let id = self.checked_id("delete_backup_policy")?;
        call!(&self.client, delete_backup_policy { policy_id: id })
    }

    /// Puts disks under the policy.
    ///
    /// The service answers with success even where it failed for every disk: look at
    /// [`AssociationOutcome::failed`].
    ///
    /// Reference: [en-us_topic_0043410561](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/backup_policies/associating_resources_with_a_backup_policy.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    pub async fn associate<I>(&self, disks: impl IntoIterator<Item = I>) -> Result<AssociationOutcome>
    where
        I: TryInto<DiskId, Error: fmt::Display>,
    {
        const FUNCTION: &str = "associate_resources";
        let resource = |disk: DiskId| {
            let spec = ResourceSpec::builder()
                .resource_id(disk.as_str())
                .resource_type(ResourceType::Volume);
            spec.try_into().map_err(|error| unbuildable(FUNCTION, &error))
        };
        let resources: Result<Vec<ResourceSpec>> = disks
            .into_iter()
            .map(|disk| checked(FUNCTION, &deferred("disk", disk)).and_then(resource))
            .collect();
        let body: ResourceAssociation = ResourceAssociation::builder()
            .backup_policy_id(self.checked_id(FUNCTION)?)
            .resources(resources?)
            .try_into()
            .map_err(|error| unbuildable(FUNCTION, &error))?;
        call!(&self.client, associate_resources { body: body })
    }

    /// Takes disks out of the policy.
    ///
    /// The service answers with success even where it failed for every disk: look at
    /// [`AssociationOutcome::failed`].
    ///
    /// Reference: [en-us_topic_0043410562](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/backup_policies/disassociating_resources_from_a_backup_policy.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    pub async fn disassociate<I>(&self, disks: impl IntoIterator<Item = I>) -> Result<AssociationOutcome>
    where
        I: TryInto<DiskId, Error: fmt::Display>,
    {
        const FUNCTION: &str = "disassociate_resources";
        let resource = |disk: DiskId| {
            let reference = ResourceReference::builder().resource_id(disk.as_str());
            reference
                .try_into()
                .map_err(|error| unbuildable(FUNCTION, &error))
        };
        let resources: Result<Vec<ResourceReference>> = disks
            .into_iter()
            .map(|disk| checked(FUNCTION, &deferred("disk", disk)).and_then(resource))
            .collect();
        let body: ResourceDisassociation = ResourceDisassociation::builder()
            .resources(resources?)
            .try_into()
            .map_err(|error| unbuildable(FUNCTION, &error))?;
        call!(
            &self.client,
            disassociate_resources {
                policy_id: self.checked_id(FUNCTION)?,
                body: body
            }
        )
    }

    /// The tags of the policy.
    ///
    /// Reference: [en-us_topic_0067142131](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/backup_policies/querying_tags_of_a_backup_policy.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    pub async fn tags(&self) -> Result<Vec<Tag>> {
        let id = self.checked_id("list_backup_policy_tags")?;
        call!(&self.client, list_backup_policy_tags { policy_id: id }).map(|list| list.tags)
    }

    /// Gives the policy a tag: a key of 1 to 36 and a value of 0 to 43 letters, digits, `_` and `-`.
    ///
    /// Reference: [en-us_topic_0098527676](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/backup_policies/adding_a_tag_to_a_backup_policy.html)
    ///
    /// # Errors
    ///
    /// Where key or value are not as the service wants them, and as every request can fail: see
    /// [`Error`](crate::Error).
    pub async fn add_tag(&self, key: &str, value: &str) -> Result<()> {
        const FUNCTION: &str = "add_backup_policy_tag";
        let body: TagAddition = TagAddition::builder()
            .tag(checked(FUNCTION, &tag(key, value, &WORD))?)
            .try_into()
            .map_err(|error| unbuildable(FUNCTION, &error))?;
        call!(
            &self.client,
            add_backup_policy_tag {
                policy_id: self.checked_id(FUNCTION)?,
                body: body
            }
        )
    }

    /// Takes a tag from the policy, by its key.
    ///
    /// Reference: [en-us_topic_0098527677](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/backup_policies/removing_a_tag_from_a_backup_policy.html)
    ///
    /// # Errors
    ///
    /// Where the key is empty or contains a slash, and as every request can fail: see [`Error`](crate::Error).
    pub async fn remove_tag(&self, key: &str) -> Result<()> {
        const FUNCTION: &str = "remove_backup_policy_tag";
        let id = self.checked_id(FUNCTION)?;
        let key = checked_tag_in_path(FUNCTION, key)?;
        call!(
            &self.client,
            remove_backup_policy_tag {
                policy_id: id,
                key: key
            }
        )
    }

    /// Creates, updates or deletes several tags of the policy in one request. To delete, a value may be left out.
    ///
    /// Reference: [en-us_topic_0067142132](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/backup_policies/batch_updating_or_removing_tags_of_a_backup_policy.html)
    ///
    /// # Errors
    ///
    /// Where a key or a value is longer than the service takes it for the action, where a value is missing that is
    /// needed, and as every request can fail: see [`Error`](crate::Error).
    pub async fn change_tags<'a>(
        &self,
        action: TagAction,
        tags: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
    ) -> Result<()> {
        const FUNCTION: &str = "batch_update_backup_policy_tags";
        let tags: Vec<Deferred<TagChange>> = tags
            .into_iter()
            .map(|(key, value)| tag_change(action, key, value))
            .collect();
        let tags: Result<Vec<TagChange>> = tags.iter().map(|tag| checked(FUNCTION, tag)).collect();
        let body: TagBatch = TagBatch::builder()
            .action(action)
            .tags(tags?)
            .try_into()
            .map_err(|error| unbuildable(FUNCTION, &error))?;
        call!(
            &self.client,
            batch_update_backup_policy_tags {
                policy_id: self.checked_id(FUNCTION)?,
                body: body
            }
        )
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn checked_id(&self, function: &str) -> Result<PolicyId> {
        checked(function, &self.id)
    }
}

const UPDATE: &str = "update_backup_policy";

/// What the service takes hangs on the action: what is to be deleted may have been given by rules of former times.
fn tag_change(action: TagAction, key: &str, value: Option<&str>) -> Deferred<TagChange> {
    let named = |problem: &dyn fmt::Display| format!("tag `{}`: {problem}", shown(key));
    match action {
        TagAction::Create | TagAction::Update => {
            check("tag key", key, 1..=36, &TAG_TEXT)?;
            let value = value.ok_or_else(|| named(&format!("to {action} it, it needs a value")))?;
            check("value", value, 0..=43, &WORD).map_err(|problem| named(&problem))?;
        }
        TagAction::Delete => {
            check("tag key", key, 1..=127, &ANY)?;
            check("value", value.unwrap_or_default(), 0..=255, &ANY).map_err(|problem| named(&problem))?;
        }
    }
    let value = value.map(TryInto::try_into).transpose();
    let value = value.map_err(|error: ConversionError| named(&error))?;
    let change = TagChange::builder().key(key).value(value);
    change.try_into().map_err(|error: ConversionError| named(&error))
}

/// A change of a backup policy. Made by [`PolicyRef::update`]; what is not called stays as it is.
#[derive(Clone, Debug)]
#[must_use = "nothing is changed until `send` is called"]
pub struct UpdatePolicy {
    policy: PolicyRef,
    name: Option<String>,
    schedule: Option<Schedule>,
}

impl UpdatePolicy {
    /// Another name, of 1 to 64 letters, digits, `_` and `-`, not beginning with `default`.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Another schedule. To change a part of the one that the policy has, begin with
    /// [`ScheduleBuilder::from`](crate::ScheduleBuilder).
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.schedule = Some(schedule);
        self
    }

    /// Changes the policy.
    ///
    /// # Errors
    ///
    /// Where there is nothing to change, where the name is not as the service wants it, and as every request can fail: see
    /// [`Error`](crate::Error).
    pub async fn send(self) -> Result<()> {
        self.policy.checked_id(UPDATE)?;
        if self.name.is_none() && self.schedule.is_none() {
            return Err(Error::argument(
                UPDATE,
                "there is nothing to change; call `.name(…)` or `.schedule(…)`",
            ));
        }
        let schedule = self.schedule.as_ref().map(Schedule::to_change).transpose()?;
        let time_zone = self.schedule.as_ref().and_then(Schedule::time_zone);
        self.policy
            .send_change(self.name.as_deref(), schedule, time_zone)
            .await
    }
}
