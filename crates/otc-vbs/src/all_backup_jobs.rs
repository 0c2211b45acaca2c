//! The backup jobs of all policies.

use std::fmt;
use std::sync::Arc;

use futures_util::{StreamExt as _, stream};

use crate::paging::page_items;
use crate::request::ListBackupJobs;
use crate::task::Task;
use crate::types::{BackupJob, BackupPolicy};
use crate::{Client, ItemStream, Result};

/// The number of policies whose first pages are requested at the same time.
const CONCURRENCY: usize = 16;
/// The number of pages of a policy that are requested before its turn: one with all of its jobs, and one that
/// shows that there are no more. Further pages are requested in its turn, so that memory is bounded.
const PAGES_AHEAD: usize = 2;

/// The backup jobs that all policies of the project triggered in the last 30 days. Returned by [`Client::backup_jobs`].
///
/// ```no_run
/// use otc_vbs::types::BackupJobStatus;
///
/// # async fn f(vbs: otc_vbs::Client) -> otc_vbs::Result<()> {
/// let mut failed = vbs.backup_jobs().each(|jobs| jobs.status(BackupJobStatus::ExecuteFail)).items();
/// while let Some(found) = failed.next().await {
///     match found {
///         Ok(found) => println!("{} {:?}", found.job.job_id, found.policy.backup_policy_name),
///         // The other policies follow.
///         Err(error) => eprintln!("{error}"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a request does nothing until it is sent"]
pub struct AllBackupJobs {
    client: Client,
    each: Arc<dyn Fn(ListBackupJobs) -> ListBackupJobs + Send + Sync>,
    concurrency: usize,
}

/// A backup job, and the policy that triggered it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PolicyBackupJob {
    /// The policy, as listed at the start.
    pub policy: Arc<BackupPolicy>,
    /// The backup job.
    pub job: BackupJob,
}

impl AllBackupJobs {
    pub(crate) fn new(client: Client) -> Self {
        Self { client, each: Arc::new(|request| request), concurrency: CONCURRENCY }
    }

    /// Changes the request for each policy, for example by a filter.
    pub fn each(mut self, change: impl Fn(ListBackupJobs) -> ListBackupJobs + Send + Sync + 'static) -> Self {
        self.each = Arc::new(change);
        self
    }

    /// Sets the number of policies whose jobs are requested at the same time, at least 1. Defaults to 16.
    pub fn concurrency(mut self, policies: usize) -> Self {
        self.concurrency = policies.max(1);
        self
    }

    /// The jobs, in the order of the policies.
    ///
    /// If the jobs of a policy can't be listed, for example because it was deleted in the meantime, the
    /// stream yields one error ([`Error::policy_id`](crate::Error::policy_id)) and continues with the jobs of the other policies. It
    /// ends early only if the policies can't be listed.
    pub fn items(self) -> ItemStream<PolicyBackupJob> {
        let Self { client, each, concurrency } = self;
        let policies = client.policies().list().items();
        let items = policies
            .map(move |policy| {
                let (client, each) = (client.clone(), Arc::clone(&each));
                // This is a task because its requests must end even while the stream is not polled.
                // Otherwise, they would occupy the limit of concurrent calls.
                Task::spawn(async move {
                    match policy {
                        Ok(policy) => Ok(first_pages(&client, policy, &*each).await),
                        Err(error) => Err(error),
                    }
                })
            })
            .buffered(concurrency)
            .flat_map(|policy| match policy {
                Ok(items) => items.boxed(),
                Err(error) => stream::iter([Err(error)]).boxed(),
            });
        ItemStream::new(items)
    }
}

/// Requests the first pages of a policy. Returns all of its jobs; further pages are requested when the stream is polled.
async fn first_pages(
    client: &Client,
    policy: BackupPolicy,
    each: &(dyn Fn(ListBackupJobs) -> ListBackupJobs + Send + Sync),
) -> impl futures_core::Stream<Item = Result<PolicyBackupJob>> + Send + use<> {
    let mut pages = each(client.policy(&policy.backup_policy_id).backup_jobs()).pages();
    let mut first = Vec::new();
    while first.len() < PAGES_AHEAD
        && let Some(page) = pages.next().await
    {
        first.push(page);
    }
    let policy = Arc::new(policy);
    stream::iter(first).chain(pages.read_ahead_at_once()).flat_map(move |page| {
        let policy = Arc::clone(&policy);
        let items = match page {
            Ok(page) => page_items(page).collect(),
            Err(error) => vec![Err(error)],
        };
        stream::iter(items).map(move |item: Result<BackupJob>| match item {
            Ok(job) => Ok(PolicyBackupJob { policy: Arc::clone(&policy), job }),
            Err(error) => Err(error.of_policy(&policy)),
        })
    })
}

impl fmt::Debug for AllBackupJobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AllBackupJobs")
            .field("client", &self.client)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}
