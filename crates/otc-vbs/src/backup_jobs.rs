//! The backup jobs that a policy triggered.

use std::fmt;
use std::num::NonZeroU32;

use crate::call::call;
use crate::filters::Refused;
use crate::walk::{ItemStream, MarkerWalk, Page};
use crate::{BackupJob, BackupJobPage, BackupJobSortKey, PolicyRef, Result, SortDirection};
use crate::{BackupJobId, BackupJobStatus};

const FUNCTION: &str = "list_backup_jobs";
/// The documented default of `limit`: no service caps pages below the size that it sends by itself.
const DEFAULT_LIMIT: u32 = 20;
const STREAM_LIMIT: NonZeroU32 = NonZeroU32::new(crate::walk::STREAM_LIMIT).unwrap();

/// A query of the backup jobs that a policy triggered in the last 30 days: made by
/// [`PolicyRef::tasks`](crate::PolicyRef::tasks), narrowed by its filters, run by [`page`](Self::page) or
/// [`stream`](Self::stream).
///
/// A filter that is given a bad value does not fail at once; the query does, before anything is sent.
///
/// Reference: [en-us_topic_0043430177](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/backup_policies/querying_backup_jobs_triggered_by_a_backup_policy.html)
///
/// ```
/// # use futures_util::TryStreamExt;
/// # async fn f(vbs: otc_vbs::Client) -> otc_vbs::Result<()> {
/// use otc_vbs::BackupJobStatus;
///
/// let mut failed = vbs.policy("af8a20b0").tasks().status(BackupJobStatus::ExecuteFail).stream();
/// while let Some(job) = failed.try_next().await? {
///     println!("{} {} {}", job.job_id, job.created_at, job.fail_reason.unwrap_or_default());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a query does nothing until `page` or `stream` is called"]
pub struct BackupJobQuery {
    policy: PolicyRef,
    filters: Filters,
    refused: Refused,
}

#[derive(Clone, Debug, Default)]
struct Filters {
    sort_dir: Option<SortDirection>,
    limit: Option<NonZeroU32>,
    marker: Option<BackupJobId>,
    job_id: Option<BackupJobId>,
    status: Option<BackupJobStatus>,
    sort_key: Option<BackupJobSortKey>,
    offset: Option<u32>,
}

impl BackupJobQuery {
    pub(crate) fn new(policy: PolicyRef) -> Self {
        Self {
            policy,
            filters: Filters::default(),
            refused: Refused::default(),
        }
    }

    /// The order of the jobs. Newest first where neither this nor [`sort_key`](Self::sort_key) is set.
    pub fn sort_dir(mut self, direction: SortDirection) -> Self {
        self.filters.sort_dir = Some(direction);
        self
    }

    /// The field by which the jobs are sorted. There is one.
    pub fn sort_key(mut self, key: BackupJobSortKey) -> Self {
        self.filters.sort_key = Some(key);
        self
    }

    /// The most jobs in one answer, at least 1. The service takes 20 where it is not set; a stream asks for 1000.
    pub fn limit(mut self, limit: u32) -> Self {
        self.filters.limit = self.refused.limit(limit);
        self
    }

    /// How many jobs to pass over before the first that is wanted.
    ///
    /// New jobs arrive at the front and move the others, so to walk pages use [`stream`](Self::stream) or
    /// [`marker`](Self::marker). The reference does not say which wins where both are set.
    pub fn offset(mut self, offset: u32) -> Self {
        self.filters.offset = Some(offset);
        self
    }

    /// The job after which the page begins.
    pub fn marker<I>(mut self, job: I) -> Self
    where
        I: TryInto<BackupJobId, Error: fmt::Display>,
    {
        self.filters.marker = self.refused.value("marker", job);
        self
    }

    /// Only the job with this identifier.
    pub fn job_id<I>(mut self, job: I) -> Self
    where
        I: TryInto<BackupJobId, Error: fmt::Display>,
    {
        self.filters.job_id = self.refused.value("job_id", job);
        self
    }

    /// Only jobs in this status. One that the reference does not list is sent as it is.
    pub fn status(mut self, status: impl Into<BackupJobStatus>) -> Self {
        self.filters.status = Some(status.into());
        self
    }

    /// One page, as the filters say, with the service's `count`.
    ///
    /// # Errors
    ///
    /// Where a filter was given a bad value, where the service does not know the policy
    /// ([`Error::is_not_found`](crate::Error::is_not_found)), and as every request can fail: see [`Error`](crate::Error).
    pub async fn page(&self) -> Result<BackupJobPage> {
        self.refused.check(FUNCTION)?;
        let filters = self.filters.clone();
        call!(self.policy.client(), list_backup_jobs {
            policy_id: self.policy.checked_id(FUNCTION)?,
        } optional {
            sort_dir: filters.sort_dir,
            limit: filters.limit,
            marker: filters.marker,
            job_id: filters.job_id,
            status: filters.status,
            sort_key: filters.sort_key,
            offset: filters.offset,
        })
    }

    /// All jobs from here on, page after page, as they are asked for.
    ///
    /// The walk goes by `marker`: a job that arrives at the front while it goes on makes it neither skip nor repeat
    /// another. [`limit`](Self::limit) is the size of a page; [`offset`](Self::offset) and [`marker`](Self::marker) say
    /// where to begin. After an error the stream ends.
    ///
    /// # Errors
    ///
    /// Those of [`page`](Self::page), and one where the service sends the same page again and again.
    pub fn stream(mut self) -> ItemStream<BackupJob> {
        let limit = *self.filters.limit.get_or_insert(STREAM_LIMIT);
        let offset = self.filters.offset.unwrap_or(0);
        let marker = self.filters.marker.as_ref();
        let walk = MarkerWalk::new(limit.get(), DEFAULT_LIMIT, offset, marker);
        ItemStream::of_pages((self, walk), |(query, walk)| query.next_page(walk))
    }

    async fn next_page(
        mut self,
        mut walk: MarkerWalk<BackupJobId>,
    ) -> Result<(Vec<BackupJob>, Option<(Self, MarkerWalk<BackupJobId>)>)> {
        let page = self.page().await?;
        let page = Page {
            items: page.tasks,
            count: page.count,
            links_to_next: false,
        };
        let step = walk
            .take(self.filters.marker.as_ref(), page, |job| &job.job_id)
            .map_err(|repetition| repetition.in_call(FUNCTION, "job"))?;
        let next = step.next.map(|marker| {
            // Only the marker says where the next page begins; with both sent, either might win.
            self.filters.marker = Some(marker);
            self.filters.offset = None;
            (self, walk)
        });
        Ok((step.items, next))
    }
}
