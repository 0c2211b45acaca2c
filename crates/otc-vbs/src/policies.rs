//! Backup policies.

use std::fmt;

use crate::PolicyId;
use crate::backup_jobs::BackupJobQuery;
use crate::{BackupPolicy, Client, Error, Result};

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
    /// As every request can fail: see [`Error`].
    pub async fn list(&self) -> Result<Vec<BackupPolicy>> {
        let call = self.0.api().watched();
        let answer = call
            .client()
            .list_backup_policies()
            .project_id(self.0.project_id())
            .send()
            .await;
        let reply = call
            .outcome(answer)
            .map_err(|error| Error::call("listBackupPolicies", error))?;
        Ok(reply.value.backup_policies)
    }
}

/// One backup policy, by its identifier. Made by [`Client::policy`]; nothing is sent until something is asked of it.
#[derive(Clone, Debug)]
pub struct PolicyRef {
    client: Client,
    id: Result<PolicyId, String>,
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

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn checked_id(&self, operation: &'static str) -> Result<&PolicyId> {
        self.id
            .as_ref()
            .map_err(|problem| Error::argument(operation, problem))
    }
}
