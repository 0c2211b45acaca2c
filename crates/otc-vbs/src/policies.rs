//! The backup policies of a project.

use otc_vbs_api::types::{BackupPolicySpec, TagSpec};

use crate::body::{Deferred, checked, tag, unbuildable};
use crate::call::call;
use crate::policies_by_tag::PoliciesByTag;
use crate::text::{WORD, checked_name};
use crate::{BackupPolicy, Client, PolicyId, Result, Schedule, TagValues};

/// The backup policies of the project. Made by [`Client::policies`].
#[derive(Clone, Debug)]
pub struct Policies(Client);

impl Policies {
    pub(crate) fn new(client: Client) -> Self {
        Self(client)
    }

    /// All backup policies of the project. The service has no paging here.
    ///
    /// Reference: [en-us_topic_0043410558](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/backup_policies/querying_backup_policies.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    pub async fn list(&self) -> Result<Vec<BackupPolicy>> {
        call!(&self.0, list_backup_policies {}).map(|list| list.backup_policies)
    }

    /// Begins a backup policy with this name, of 1 to 64 letters, digits, `_` and `-`, and this schedule.
    ///
    /// ```
    /// # async fn f(vbs: otc_vbs::Client) -> otc_vbs::Result<()> {
    /// let schedule = otc_vbs::Schedule::builder().at([1]).every_days(1).keep_backups(14).build()?;
    /// let id = vbs.policies().create("nightly", schedule).tag("team", "db").send().await?;
    /// vbs.policy(&id).associate(["f47a4ab5-11f5-4509-97f5-80ce0dd74e37"]).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Reference: [en-us_topic_0043410517](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/backup_policies/creating_a_backup_policy.html)
    pub fn create(&self, name: impl Into<String>, schedule: Schedule) -> CreatePolicy {
        CreatePolicy {
            client: self.0.clone(),
            name: name.into(),
            schedule,
            tags: Vec::new(),
        }
    }

    /// The keys of all tags that policies of the project have, each with all of its values.
    ///
    /// Reference: [en-us_topic_0067142130](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/backup_policies/querying_all_backup_policy_tags.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`](crate::Error).
    pub async fn tags(&self) -> Result<Vec<TagValues>> {
        call!(&self.0, list_all_backup_policy_tags {}).map(|list| list.tags)
    }

    /// A query for policies by their tags and their name.
    pub fn by_tag(&self) -> PoliciesByTag {
        PoliciesByTag::new(self.0.clone())
    }
}

/// A backup policy that is about to be made. Made by [`Policies::create`].
#[derive(Clone, Debug)]
#[must_use = "nothing is created until `send` is called"]
pub struct CreatePolicy {
    client: Client,
    name: String,
    schedule: Schedule,
    tags: Vec<Deferred<TagSpec>>,
}

impl CreatePolicy {
    /// Gives the policy a tag: a key of 1 to 36 and a value of 0 to 43 letters, digits, `_` and `-`.
    pub fn tag(mut self, key: &str, value: &str) -> Self {
        self.tags.push(tag(key, value, &WORD));
        self
    }

    /// Creates the policy and returns its identifier.
    ///
    /// # Errors
    ///
    /// Where the name or a tag is not as the service wants it, and as every request can fail: see
    /// [`Error`](crate::Error).
    pub async fn send(self) -> Result<PolicyId> {
        const FUNCTION: &str = "create_backup_policy";
        let tags: Result<Vec<TagSpec>> = self.tags.iter().map(|tag| checked(FUNCTION, tag)).collect();
        let body: BackupPolicySpec = BackupPolicySpec::builder()
            .backup_policy_name(checked_name(FUNCTION, &self.name, "default")?)
            .scheduled_policy(self.schedule.to_spec()?)
            .tags(tags?)
            .time_zone(self.schedule.time_zone().map(str::to_owned))
            .try_into()
            .map_err(|error| unbuildable(FUNCTION, &error))?;
        call!(&self.client, create_backup_policy { body: body }).map(|policy| policy.backup_policy_id)
    }
}
