//! The backup jobs that a policy triggered.

use std::fmt;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::{self, TryStreamExt};

use crate::walk::Walk;
use crate::{BackupJob, BackupJobPage, BackupJobSortKey, Error, PolicyRef, Result, SortDirection};
use crate::{BackupJobId, BackupJobStatus};

const OPERATION: &str = "listBackupJobs";
/// The page size of a stream that names none. The largest that the reference allows anywhere (querying policies by tag).
const STREAM_LIMIT: NonZeroU32 = NonZeroU32::new(1000).unwrap();

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
    /// The first bad value that a filter was given.
    refused: Option<String>,
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
            refused: None,
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
        match NonZeroU32::new(limit) {
            Some(limit) => self.filters.limit = Some(limit),
            None => self.refuse("limit must be at least 1".to_owned()),
        }
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
        match job.try_into() {
            Ok(job) => self.filters.marker = Some(job),
            Err(error) => self.refuse(format!("marker: {error}")),
        }
        self
    }

    /// Only the job with this identifier.
    pub fn job_id<I>(mut self, job: I) -> Self
    where
        I: TryInto<BackupJobId, Error: fmt::Display>,
    {
        match job.try_into() {
            Ok(job) => self.filters.job_id = Some(job),
            Err(error) => self.refuse(format!("job_id: {error}")),
        }
        self
    }

    /// Only jobs in this status. One that the reference does not list is sent as it is.
    pub fn status(mut self, status: impl Into<BackupJobStatus>) -> Self {
        self.filters.status = Some(status.into());
        self
    }

    fn refuse(&mut self, problem: String) {
        self.refused.get_or_insert(problem);
    }

    /// One page, as the filters say, with the service's `count`.
    ///
    /// # Errors
    ///
    /// Where a filter was given a bad value, where the service does not know the policy
    /// ([`Error::is_not_found`]), and as every request can fail: see [`Error`].
    pub async fn page(&self) -> Result<BackupJobPage> {
        if let Some(problem) = &self.refused {
            return Err(Error::argument(OPERATION, problem));
        }
        let policy = self.policy.checked_id(OPERATION)?;
        let Filters {
            sort_dir,
            limit,
            marker,
            job_id,
            status,
            sort_key,
            offset,
        } = &self.filters;

        let call = self.policy.client().api().watched();
        let mut request = call
            .client()
            .list_backup_jobs()
            .project_id(self.policy.client().project_id())
            .policy_id(policy);
        if let Some(direction) = sort_dir {
            request = request.sort_dir(*direction);
        }
        if let Some(limit) = limit {
            request = request.limit(*limit);
        }
        if let Some(marker) = marker {
            request = request.marker(marker);
        }
        if let Some(job_id) = job_id {
            request = request.job_id(job_id);
        }
        if let Some(status) = status {
            request = request.status(status.clone());
        }
        if let Some(key) = sort_key {
            request = request.sort_key(*key);
        }
        if let Some(offset) = offset {
            request = request.offset(*offset);
        }
        let answer = request.send().await;
        let reply = call
            .outcome(answer)
            .map_err(|error| Error::call(OPERATION, error))?;
        Ok(reply.value)
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
    pub fn stream(mut self) -> BackupJobStream {
        let limit = *self.filters.limit.get_or_insert(STREAM_LIMIT);
        let offset = self.filters.offset.unwrap_or(0);
        let walk = Walk::new(limit.get(), offset, self.filters.marker.as_ref());
        let pages = stream::try_unfold(Some((self, walk)), |state| async {
            match state {
                Some((query, walk)) => query.next_page(walk).await.map(Some),
                None => Ok(None),
            }
        });
        BackupJobStream(Box::pin(pages.try_flatten()))
    }

    async fn next_page(mut self, mut walk: Walk) -> Result<(JobsOfPage, Option<(Self, Walk)>)> {
        let page = self.page().await?;
        let step = walk
            .take(self.filters.marker.as_ref(), page)
            .map_err(|repetition| {
                let marker = repetition
                    .marker
                    .map_or_else(String::new, |id| format!(" after job {id}"));
                Error::paging(
                    OPERATION,
                    format!("the service repeats a page{marker}, the walk would not end"),
                )
            })?;
        let jobs = stream::iter(step.jobs.into_iter().map(Ok as fn(_) -> _));
        let next = step.next.map(|marker| {
            // Only the marker says where the next page begins; with both sent, either might win.
            self.filters.marker = Some(marker);
            self.filters.offset = None;
            (self, walk)
        });
        Ok((jobs, next))
    }
}

type JobsOfPage =
    stream::Iter<std::iter::Map<std::vec::IntoIter<BackupJob>, fn(BackupJob) -> Result<BackupJob>>>;

/// The backup jobs of all pages. Made by [`BackupJobQuery::stream`].
#[must_use = "a stream does nothing until it is polled"]
pub struct BackupJobStream(Pin<Box<dyn Stream<Item = Result<BackupJob>> + Send>>);

impl Stream for BackupJobStream {
    type Item = Result<BackupJob>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl fmt::Debug for BackupJobStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BackupJobStream").finish_non_exhaustive()
    }
}
