//! The client.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use url::Url;

use crate::types::{BackupId, JobId, PolicyId, ProjectId, ShareId};
use crate::{
    AllBackupJobs, BackupHandle, Backups, ClientBuilder, JobHandle, Policies, PolicyHandle, Quotas,
    ShareHandle, Shares, v2,
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
    /// The functions of lists whose `count` was larger than their page. It is therefore not the count of the
    /// page.
    counts_of_lists: Mutex<BTreeSet<&'static str>>,
}

impl Client {
    /// Starts building a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn new(api: otc_vbs_api::Client, endpoint: Url, project_id: ProjectId) -> Self {
        Self(Arc::new(Inner { api, endpoint, project_id, counts_of_lists: Mutex::default() }))
    }

    /// The backup policies of the project.
    pub fn policies(&self) -> Policies {
        Policies::new(self.clone())
    }

    /// One backup policy.
    pub fn policy(&self, id: impl Into<PolicyId>) -> PolicyHandle {
        PolicyHandle::new(self.clone(), id.into())
    }

    /// The backup jobs that all policies triggered in the last 30 days, in the order of the policies.
    pub fn backup_jobs(&self) -> AllBackupJobs {
        AllBackupJobs::new(self.clone())
    }

    /// The backups of the project.
    pub fn backups(&self) -> Backups {
        Backups::new(self.clone())
    }

    /// One backup.
    pub fn backup(&self, id: impl Into<BackupId>) -> BackupHandle {
        BackupHandle::new(self.clone(), id.into())
    }

    /// The backups that the project shares with others, and that others share with it.
    pub fn shares(&self) -> Shares {
        Shares::new(self.clone())
    }

    /// One share of a backup.
    pub fn share(&self, id: impl Into<ShareId>) -> ShareHandle {
        ShareHandle::new(self.clone(), id.into())
    }

    /// One asynchronous job.
    pub fn job(&self, id: impl Into<JobId>) -> JobHandle {
        JobHandle::new(self, id.into())
    }

    /// The quotas of the project.
    pub fn quotas(&self) -> Quotas {
        Quotas::new(self.clone())
    }

    /// The operations that the reference marks as deprecated.
    pub fn v2(&self) -> v2::Operations {
        v2::Operations::new(self.clone())
    }

    /// The project that the client acts for.
    pub fn project_id(&self) -> &ProjectId {
        &self.0.project_id
    }

    /// Whether the list has sent a `count` that was larger than its page.
    pub(crate) fn counts_whole_list(&self, function: &str) -> bool {
        let counts = self.0.counts_of_lists.lock();
        counts.unwrap_or_else(PoisonError::into_inner).contains(function)
    }

    /// Compares the `count` of a list with the size of its page, to learn whether it counts the list or the
    /// page.
    pub(crate) fn learn_count(&self, function: &'static str, compared_with_page: Ordering) {
        let counts = self.0.counts_of_lists.lock();
        let mut counts = counts.unwrap_or_else(PoisonError::into_inner);
        match compared_with_page {
            Ordering::Greater => counts.insert(function),
            Ordering::Equal => false,
            // It counts neither the list nor the page.
            Ordering::Less => counts.remove(function),
        };
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
