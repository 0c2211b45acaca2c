//! The error type of this crate.

mod advice;
mod kind;
mod predicates;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;
use otc_http::{ServiceError, TransportError, TransportErrorKind, json_text, presentable};
use otc_vbs_api::types::{BackupPolicy, Job};
use otc_vbs_api::values::{JobId, PolicyId};
use otc_vbs_api::{CallError, ErrorCode, ItemProblem, Operation};

pub use kind::ErrorKind;

/// The maximum number of characters of a service's text that is quoted in an error.
const MAX_EXCERPT: usize = 500;

/// The result of the functions of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of this crate.
///
/// Its text says what failed and why, with the code and the request id of the service. It never contains a
/// header or a secret. [`kind`](Self::kind) classifies the failure, and [`advice`](Self::advice) says how to
/// fix it. Both also apply if signing in failed; the predicates [`is_not_found`](Self::is_not_found),
/// [`is_conflict`](Self::is_conflict) and [`is_forbidden`](Self::is_forbidden) are only about the service.
///
/// ```
/// # async fn f(vbs: otc_vbs::Client, policy: otc_vbs::types::PolicyId) {
/// match vbs.policy(&policy).delete().send().await {
///     Ok(()) => {}
///     Err(error) if error.is_not_found() => {} // deleted before
///     Err(error) => eprintln!("{error}; {}", error.advice()),
/// }
/// # }
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    operation: Option<&'static str>,
    /// The subject of the error, for example a policy. It precedes the text.
    subject: Option<String>,
    policy_id: Option<PolicyId>,
    /// A job that continues, although the request for it or the wait failed.
    job_id: Option<JobId>,
    cause: Cause,
}

#[derive(Clone)]
pub(crate) enum Cause {
    Invalid(String),
    Transport(TransportError),
    Service { error: ServiceError, note: Option<String>, retry_after: Option<Duration> },
    Unexpected { status: StatusCode, request_id: Option<String>, problem: String },
    Identity(otc_auth::Error),
    Paging(String),
    WaitTimedOut(String),
    JobFailed(Box<Job>),
}

impl Cause {
    /// If the identity service is the cause, its error is the most specific: the service may only have been
    /// down for a moment.
    pub(crate) fn transport(error: TransportError) -> Self {
        let identity = StdError::source(&error).and_then(|source| source.downcast_ref());
        match (error.kind(), identity) {
            (TransportErrorKind::Credentials, Some(identity)) => {
                Self::Identity(otc_auth::Error::clone(identity))
            }
            _ => Self::Transport(error),
        }
    }
}

impl Error {
    fn new(operation: Option<&'static str>, cause: Cause) -> Self {
        Self(Box::new(Inner { operation, subject: None, policy_id: None, job_id: None, cause }))
    }

    pub(crate) fn of_cause(cause: Cause) -> Self {
        Self::new(None, cause)
    }

    pub(crate) fn setting(problem: impl Into<String>) -> Self {
        Self::new(None, Cause::Invalid(problem.into()))
    }

    pub(crate) fn argument(function: &str, problem: impl Into<String>) -> Self {
        Self::new(operation(function), Cause::Invalid(problem.into()))
    }

    pub(crate) fn paging(function: &str, problem: impl Into<String>) -> Self {
        Self::new(operation(function), Cause::Paging(problem.into()))
    }

    /// An item of a list that can't be decoded.
    pub(crate) fn item(
        function: &str,
        problem: &ItemProblem,
        status: StatusCode,
        request_id: Option<String>,
    ) -> Self {
        let cause = Cause::Unexpected { status, request_id, problem: problem.to_string() };
        Self::new(operation(function), cause)
    }

    pub(crate) fn wait_timed_out(function: &str, job_id: JobId, problem: String) -> Self {
        Self::new(operation(function), Cause::WaitTimedOut(problem)).with_job(Some(job_id))
    }

    pub(crate) fn job_failed(function: &str, job: Job) -> Self {
        Self::new(operation(function), Cause::JobFailed(Box::new(job)))
    }

    /// The same error, as the end of a wait.
    pub(crate) fn while_waiting_for(mut self, job_id: JobId) -> Self {
        self.0.subject = Some(format!("waiting for job {job_id}"));
        // A refusal means that the job is not the caller's, or does not exist.
        let exists = !matches!(self.kind(), ErrorKind::NotFound | ErrorKind::Forbidden | ErrorKind::Invalid);
        self.with_job(exists.then_some(job_id))
    }

    /// The same error, as the error of one policy of several.
    pub(crate) fn of_policy(mut self, policy: &BackupPolicy) -> Self {
        let id = &policy.backup_policy_id;
        self.0.subject = Some(match &policy.backup_policy_name {
            Some(name) => format!("policy {} ({id})", presentable(name, MAX_EXCERPT)),
            None => format!("policy {id}"),
        });
        self.0.policy_id = Some(id.clone());
        self
    }

    fn with_job(mut self, job_id: Option<JobId>) -> Self {
        self.0.job_id = job_id;
        self
    }

    pub(crate) fn call(function: &str, error: CallError) -> Self {
        // The job that the service started, if the response broke off after its id had arrived.
        let mut job_id = None;
        let operation = Operation::by_function(function);
        let may_start = operation.is_some_and(|operation| operation.method != "GET");
        let mut started = |body: &[u8]| {
            if may_start {
                job_id = json_text(body, "job_id").and_then(|id| id.parse().ok());
            }
        };
        let cause = match error {
            CallError::InvalidArgument(problem) => Cause::Invalid(problem),
            CallError::Transport(error) => {
                if let Some(response) = error.response() {
                    started(response.body());
                }
                Cause::transport(error)
            }
            CallError::Service { error, note, retry_after, .. } => {
                Cause::Service { error, note, retry_after }
            }
            CallError::Unexpected { status, request_id, problem, body, .. } => {
                started(&body);
                Cause::Unexpected { status, request_id, problem }
            }
            other => Cause::Invalid(other.to_string()),
        };
        Self::new(operation.map(|operation| operation.id), cause).with_job(job_id)
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        ErrorKind::of(&self.0.cause)
    }

    /// The operation that failed, for example `listBackupJobs`. `None` if the error is about a setting.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The error that the service, or a gateway in front of it, returned.
    pub fn service(&self) -> Option<&ServiceError> {
        match &self.0.cause {
            Cause::Service { error, .. } => Some(error),
            _ => None,
        }
    }

    /// The service's error code. A code that the reference does not explain keeps its text.
    pub fn error_code(&self) -> Option<ErrorCode> {
        self.service().and_then(ErrorCode::of)
    }

    /// The job that was waited for and failed. Its [`failure`](Job::failure) has the reason and, if the
    /// reference lists the code, advice.
    pub fn job(&self) -> Option<&Job> {
        match &self.0.cause {
            Cause::JobFailed(job) => Some(job),
            _ => None,
        }
    }

    /// The id of a job that continues despite the error: the response broke off after the service had started
    /// the job, or a wait ended before the job did. Wait for it ([`Client::job`](crate::Client::job)) instead
    /// of sending the request again.
    pub fn job_id(&self) -> Option<&JobId> {
        self.0.job_id.as_ref()
    }

    /// The policy whose jobs could not be listed, for an error of [`Client::backup_jobs`](crate::Client::backup_jobs).
    pub fn policy_id(&self) -> Option<&PolicyId> {
        self.0.policy_id.as_ref()
    }

    /// The status of the response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        match &self.0.cause {
            Cause::Service { error, .. } => Some(error.status),
            Cause::Unexpected { status, .. } => Some(*status),
            Cause::Identity(error) => error.status(),
            Cause::Transport(error) => error.response().map(|response| response.status()),
            _ => None,
        }
    }

    /// The request id that the service returned.
    pub fn request_id(&self) -> Option<&str> {
        match &self.0.cause {
            Cause::Transport(error) => error.request_id(),
            Cause::Service { error, .. } => error.request_id.as_deref(),
            Cause::Unexpected { request_id, .. } => request_id.as_deref(),
            Cause::Identity(error) => error.request_id(),
            _ => None,
        }
    }

    /// The `Retry-After` of the service's last response. `None` if it had none, or if no response arrived.
    ///
    /// The client has already waited before each of its own retries. This is the wait after the last attempt,
    /// or one that is longer than a call waits ([`RetryPolicy`](crate::transport::RetryPolicy)).
    pub fn retry_after(&self) -> Option<Duration> {
        match &self.0.cause {
            Cause::Service { retry_after, .. } => *retry_after,
            Cause::Identity(error) => error.retry_after(),
            _ => None,
        }
    }

    /// The error of the identity service or of the configuration, if that is the cause.
    pub fn identity(&self) -> Option<&otc_auth::Error> {
        match &self.0.cause {
            Cause::Identity(error) => Some(error),
            _ => None,
        }
    }
}

/// The operation behind a function of the generated client.
fn operation(function: &str) -> Option<&'static str> {
    Operation::by_function(function).map(|operation| operation.id)
}

impl From<otc_auth::Error> for Error {
    fn from(error: otc_auth::Error) -> Self {
        Self::new(None, Cause::Identity(error))
    }
}

/// The kind and the text. This form is printed if `main` returns the error.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.kind())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(subject) = &self.0.subject {
            write!(f, "{subject}: ")?;
        }
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        match &self.0.cause {
            Cause::Invalid(problem) | Cause::Paging(problem) | Cause::WaitTimedOut(problem) => {
                f.write_str(problem)?;
            }
            Cause::JobFailed(job) => {
                write!(f, "job {} failed", job.job_id)?;
                if let Some(failure) = job.failure() {
                    write!(f, ": {}", presentable(&failure.to_string(), MAX_EXCERPT))?;
                }
            }
            Cause::Transport(error) => error.fmt(f)?,
            Cause::Identity(error) => error.fmt(f)?,
            Cause::Service { error, note, .. } => {
                error.fmt(f)?;
                if let Some(note) = note {
                    write!(f, ", {note}")?;
                }
            }
            Cause::Unexpected { status, request_id, problem } => {
                write!(f, "the service answered {status}, but {problem}")?;
                if let Some(request_id) = request_id {
                    write!(f, " (request {request_id})")?;
                }
            }
        }
        match (&self.0.job_id, &self.0.cause) {
            // The text contains the id.
            (_, Cause::WaitTimedOut(_)) => f.write_str("; it continues"),
            (Some(id), _) => write!(f, "; job {id} continues"),
            (None, _) => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.cause {
            Cause::Transport(error) => error.source(),
            Cause::Identity(error) => error.source(),
            _ => None,
        }
    }
}
