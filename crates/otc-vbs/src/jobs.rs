//! Asynchronous jobs: what they are, and how to wait for one.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};

use crate::body::{Deferred, checked};
use crate::call::call;
use crate::{Client, Error, Job, JobId, JobStatus, Result};

const FUNCTION: &str = "get_job";
/// The first wait between two looks at a job; it grows to the longest.
const SHORTEST_POLL: Duration = Duration::from_secs(2);
const LONGEST_POLL: Duration = Duration::from_secs(30);
/// How long a wait goes on where nothing else is said. A backup of a large disk takes hours.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(24 * 3600);
/// More than anybody waits, and little enough to be added to a point in time.
const FOR_EVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);
/// How many looks in a row may fail for a reason that may pass.
const FAILED_LOOKS: u32 = 5;

/// The asynchronous jobs of the project. Made by [`Client::jobs`].
#[derive(Clone, Debug)]
pub struct Jobs(Client);

impl Jobs {
    pub(crate) fn new(client: Client) -> Self {
        Self(client)
    }

    /// One job, by its identifier.
    pub fn job<I>(&self, id: I) -> JobHandle
    where
        I: TryInto<JobId, Error: fmt::Display>,
    {
        JobHandle {
            client: self.0.clone(),
            id: id.try_into().map_err(|error| error.to_string()),
        }
    }
}

/// One asynchronous job: returned by what began it, or made by [`Client::job`] from an identifier that was kept.
#[derive(Clone, Debug)]
pub struct JobHandle {
    client: Client,
    id: Deferred<JobId>,
}

impl JobHandle {
    pub(crate) fn new(client: Client, id: JobId) -> Self {
        Self { client, id: Ok(id) }
    }

    /// The identifier, to keep and to come back with. None where [`Client::job`] was given a bad one.
    pub fn id(&self) -> Option<&JobId> {
        self.id.as_ref().ok()
    }

    /// How far the job is. A job that failed is no error here: look at its status, and at
    /// [`Job::failure`].
    ///
    /// Reference: [en-us_topic_0020237251](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/vbs_backups/querying_the_job_status.html)
    ///
    /// # Errors
    ///
    /// As every request can fail: see [`Error`].
    pub async fn get(&self) -> Result<Job> {
        let id = checked(FUNCTION, &self.id)?;
        call!(&self.client, get_job { job_id: id })
    }

    /// Waits for the job to end.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # async fn f(vbs: otc_vbs::Client) -> otc_vbs::Result<()> {
    /// let job = vbs.job("4010b39b5281d3590152874bfa3b1604");
    /// match job.wait().timeout(Duration::from_secs(4 * 3600)).await {
    ///     Ok(done) => println!("{:?}", done.backup_id()),
    ///     Err(error) if error.is_timeout() => println!("{:?} goes on; wait again later", job.id()),
    ///     Err(error) => println!("{error}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait(&self) -> Wait {
        Wait {
            job: self.clone(),
            timeout: DEFAULT_TIMEOUT,
            shortest_poll: SHORTEST_POLL,
            longest_poll: LONGEST_POLL,
            progress: None,
        }
    }
}

type OnProgress = Box<dyn FnMut(&Job) + Send>;

/// Waits for a job to end, once it is awaited. Made by [`JobHandle::wait`].
///
/// It looks at the job after 2 seconds, then less and less often, up to every 30 seconds, each time somewhat earlier or
/// later, so that many who wait do not all ask at once. A look that fails for a reason that may pass is repeated.
#[must_use = "nobody waits until it is awaited"]
pub struct Wait {
    job: JobHandle,
    timeout: Duration,
    shortest_poll: Duration,
    longest_poll: Duration,
    progress: Option<OnProgress>,
}

impl Wait {
    /// How long to wait. 24 hours where it is not set. The job goes on when the time is over; wait again with its
    /// identifier.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How long to wait before the first look, and at most between two.
    pub fn poll(mut self, shortest: Duration, longest: Duration) -> Self {
        self.shortest_poll = shortest.min(FOR_EVER);
        self.longest_poll = longest.min(FOR_EVER).max(self.shortest_poll);
        self
    }

    /// What to call with the job after each look.
    pub fn on_progress(mut self, progress: impl FnMut(&Job) + Send + 'static) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    async fn run(mut self) -> Result<Job> {
        let deadline = Instant::now() + self.timeout.min(FOR_EVER);
        let mut poll = self.shortest_poll;
        let mut failed_looks = 0;
        let mut last_status = None;
        loop {
            let look = async {
                sleep(jittered(poll)).await;
                self.job.get().await
            };
            let looked = tokio::select! {
                looked = look => looked,
                () = sleep_until(deadline) => return Err(self.timed_out(last_status.as_ref())),
            };
            match looked {
                Ok(job) => {
                    failed_looks = 0;
                    if let Some(progress) = &mut self.progress {
                        progress(&job);
                    }
                    match job.status {
                        JobStatus::Success => return Ok(job),
                        JobStatus::Fail => return Err(Error::job_failed(FUNCTION, job)),
                        _ => last_status = Some(job.status),
                    }
                }
                Err(error) if error.is_retryable() && failed_looks < FAILED_LOOKS => failed_looks += 1,
                Err(error) => return Err(error),
            }
            poll = (poll * 3 / 2).min(self.longest_poll);
        }
    }

    fn timed_out(&self, last_status: Option<&JobStatus>) -> Error {
        let id = self.job.id().map(JobId::as_str).unwrap_or_default();
        let status = last_status.map_or("was not seen yet".to_owned(), |status| format!("is {status}"));
        let seconds = self.timeout.as_secs_f32();
        Error::wait_timed_out(
            FUNCTION,
            format!("job {id} {status} after {seconds} s; it goes on, wait again with its identifier"),
        )
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("job", &self.job)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl IntoFuture for Wait {
    type Output = Result<Job>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// A fifth less to a fifth more.
fn jittered(duration: Duration) -> Duration {
    duration.mul_f64(fastrand::f64().mul_add(0.4, 0.8))
}
