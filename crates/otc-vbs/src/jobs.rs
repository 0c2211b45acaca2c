//! Asynchronous jobs.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use otc_http::presentable;
use tokio::time::{Instant, sleep, sleep_until};

use crate::request::GetJob;
use crate::types::{Job, JobId, JobStatus};
use crate::{Client, Error, ErrorKind, Result};

/// The pause before the first request of a wait. Later pauses grow up to the longest pause.
const SHORTEST_POLL: Duration = Duration::from_secs(2);
const LONGEST_POLL: Duration = Duration::from_secs(30);
/// A wait without pauses would send requests as fast as the service responds.
const LEAST_POLL: Duration = Duration::from_millis(100);
/// The backup of a large disk takes hours.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(24 * 3600);
/// Longer than an announced maintenance of the service.
const DEFAULT_TOLERANCE: Duration = Duration::from_secs(4 * 3600);
/// The number of characters of a status in a text.
const MAX_STATUS: usize = 64;
/// Longer than any real wait, and short enough to be added to a point in time.
const FOREVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// One asynchronous job. Returned by the requests that start one, or by [`Client::job`] for a stored id.
#[derive(Clone, Debug)]
pub struct JobHandle {
    client: Client,
    id: JobId,
}

impl JobHandle {
    pub(crate) fn new(client: &Client, id: JobId) -> Self {
        Self { client: client.clone(), id }
    }

    /// The id. Store it to resume the wait with [`Client::job`].
    pub fn id(&self) -> &JobId {
        &self.id
    }

    /// Gets the job. A job that failed is not an error here: see its status and [`Job::failure`].
    pub fn get(&self) -> GetJob {
        GetJob::new(&self.client, &self.id)
    }

    /// Waits for the job to end.
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// # async fn f(vbs: otc_vbs::Client, id: otc_vbs::types::JobId) -> otc_vbs::Result<()> {
    /// let job = vbs.job(id);
    /// match job.wait().timeout(Duration::from_secs(4 * 3600)).await {
    ///     Ok(done) => println!("{:?}", done.backup_id()),
    ///     Err(error) if error.is_timeout() => println!("{} continues; wait again later", job.id()),
    ///     Err(error) => println!("{error}"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait(&self) -> Wait {
        Wait {
            job: self.clone(),
            timeout: DEFAULT_TIMEOUT,
            tolerance: DEFAULT_TOLERANCE,
            shortest_poll: SHORTEST_POLL,
            longest_poll: LONGEST_POLL,
            progress: None,
        }
    }
}

type OnProgress = Box<dyn FnMut(&Job) + Send>;

/// Waits for a job to end. Returned by [`JobHandle::wait`]; does nothing unless awaited.
///
/// It requests the job after 2 seconds, then less and less often, down to every 30 seconds. The pauses are
/// random, so that many waits do not send their requests at the same time. A request that fails for a reason
/// that may pass is retried for the time that [`tolerate`](Self::tolerate) sets.
///
/// # Errors
///
/// - The job failed: [`Error::job`] returns it.
/// - The time limit passed ([`Error::is_timeout`]), or requests failed. The job continues, and
///   [`Error::job_id`] returns its id.
#[must_use = "a wait does nothing unless awaited"]
pub struct Wait {
    job: JobHandle,
    timeout: Duration,
    tolerance: Duration,
    shortest_poll: Duration,
    longest_poll: Duration,
    progress: Option<OnProgress>,
}

impl Wait {
    /// Limits the wait. Defaults to 24 hours. The job continues after that.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets how long requests may keep failing, from the first failure on, for example while the service is
    /// under maintenance. Defaults to 4 hours. With [`Duration::ZERO`], the first error ends the wait.
    ///
    /// A failure that a retry can't fix, for example because the service does not know the job, ends the wait
    /// at once.
    pub fn tolerate(mut self, outage: Duration) -> Self {
        self.tolerance = outage;
        self
    }

    /// Sets the pause before the first request and the longest pause between two requests. Both are at least 100 ms.
    pub fn poll(mut self, shortest: Duration, longest: Duration) -> Self {
        self.shortest_poll = shortest.clamp(LEAST_POLL, FOREVER);
        self.longest_poll = longest.clamp(self.shortest_poll, FOREVER);
        self
    }

    /// Sets a function to call with the job after each request.
    pub fn on_progress(mut self, progress: impl FnMut(&Job) + Send + 'static) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    async fn run(mut self) -> Result<Job> {
        let deadline = Instant::now() + self.timeout.min(FOREVER);
        let mut poll = self.shortest_poll;
        let mut pause = poll;
        let mut last_status = None;
        // The first of the failures in a row, and the last error.
        let mut failing: Option<(Instant, Error)> = None;
        loop {
            let request = async {
                sleep(jittered(pause)).await;
                self.job.get().send().await
            };
            let result = tokio::select! {
                result = request => result,
                () = sleep_until(deadline) => return Err(self.timed_out(last_status, failing)),
            };
            match result {
                Ok(job) => {
                    failing = None;
                    pause = Duration::ZERO;
                    if let Some(progress) = &mut self.progress {
                        progress(&job);
                    }
                    match job.status {
                        JobStatus::Success => return Ok(job),
                        JobStatus::Fail => return Err(Error::job_failed(GetJob::FUNCTION, job)),
                        _ => last_status = Some(job.status),
                    }
                }
                Err(error) => {
                    let since = failing.as_ref().map_or_else(Instant::now, |(since, _)| *since);
                    if !may_pass(&error) || since.elapsed() >= self.tolerance {
                        return Err(error.while_waiting_for(self.job.id));
                    }
                    tracing::debug!(target: "otc_vbs", job_id = %self.job.id, kind = ?error.kind(), "the wait continues after an error");
                    pause = error.retry_after().map_or(poll, |asked| asked.clamp(poll, FOREVER));
                    failing = Some((since, error));
                }
            }
            poll = (poll * 3 / 2).min(self.longest_poll);
            pause = pause.max(poll);
        }
    }

    fn timed_out(&self, last_status: Option<JobStatus>, failing: Option<(Instant, Error)>) -> Error {
        let status = match last_status {
            Some(status) => format!("its status is {}", presentable(status.as_str(), MAX_STATUS)),
            None => "its status is not known".to_owned(),
        };
        let last_error =
            failing.map_or(String::new(), |(_, error)| format!("; the last request failed: {error}"));
        let seconds = self.timeout.as_secs_f32();
        Error::wait_timed_out(
            GetJob::FUNCTION,
            self.job.id.clone(),
            format!("job {} has not ended after {seconds} s; {status}{last_error}", self.job.id),
        )
    }
}

/// Whether the request for a job may succeed later. It changes nothing, so it may be retried after any
/// failure of the service.
fn may_pass(error: &Error) -> bool {
    error.is_retryable() || matches!(error.kind(), ErrorKind::Failed | ErrorKind::Unexpected)
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("job", &self.job)
            .field("timeout", &self.timeout)
            .field("tolerance", &self.tolerance)
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

/// Between 80 % and 120 % of a duration.
fn jittered(duration: Duration) -> Duration {
    duration.mul_f64(fastrand::f64().mul_add(0.4, 0.8))
}
