//! The client.

use std::fmt;
use std::sync::Arc;

use url::Url;

use crate::{
    BackupId, BackupRef, Backups, ClientBuilder, JobHandle, JobId, Jobs, Policies, PolicyId, PolicyRef,
    ProjectId, Quotas, Shares,
};

/// A client of the Volume Backup Service for one project.
///
/// Cheap to clone; clones share connections.
///
/// ```
/// # fn f(token: String) -> otc_vbs::Result<()> {
/// let vbs = otc_vbs::Client::builder()
///     .endpoint("https://vbs.eu-de.otc.t-systems.com")
///     .project_id("4229d7a45436489f8c3dc2b1d35d4987")
///     .token(token)
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    api: otc_vbs_api::Client,
    endpoint: Url,
    project_id: ProjectId,
}

impl Client {
    /// Starts building a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn new(api: otc_vbs_api::Client, endpoint: Url, project_id: ProjectId) -> Self {
        Self(Arc::new(Inner {
            api,
            endpoint,
            project_id,
        }))
    }

    /// The backup policies of the project.
    pub fn policies(&self) -> Policies {
        Policies::new(self.clone())
    }

    /// One backup policy, by its identifier.
    ///
    /// If the identifier is empty or contains a slash, every call on the policy is an error and nothing is sent.
    pub fn policy<I>(&self, id: I) -> PolicyRef
    where
        I: TryInto<PolicyId, Error: fmt::Display>,
    {
        PolicyRef::new(self.clone(), id)
    }

    /// The backups of the project.
    pub fn backups(&self) -> Backups {
        Backups::new(self.clone())
    }

    /// One backup, by its identifier. See [`policy`](Self::policy) for one that is not valid.
    pub fn backup<I>(&self, id: I) -> BackupRef
    where
        I: TryInto<BackupId, Error: fmt::Display>,
    {
        BackupRef::new(self.clone(), id)
    }

    /// The backups that the project shares with others, and that others share with it.
    pub fn shares(&self) -> Shares {
        Shares::new(self.clone())
    }

    /// The asynchronous jobs of the project.
    pub fn jobs(&self) -> Jobs {
        Jobs::new(self.clone())
    }

    /// One asynchronous job, by its identifier. Short for `jobs().job(id)`.
    pub fn job<I>(&self, id: I) -> JobHandle
    where
        I: TryInto<JobId, Error: fmt::Display>,
    {
        self.jobs().job(id)
    }

    /// The quotas of the project.
    pub fn quotas(&self) -> Quotas {
        Quotas::new(self.clone())
    }

    /// The project that the client acts for.
    pub fn project_id(&self) -> &ProjectId {
        &self.0.project_id
    }

    pub(crate) fn api(&self) -> &otc_vbs_api::Client {
        &self.0.api
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.0.endpoint.as_str())
            .field("project_id", &self.0.project_id)
            .finish_non_exhaustive()
    }
}
