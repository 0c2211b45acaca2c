//! The error type of this crate.

mod advice;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;
use otc_http::{ServiceError, TransportError, TransportErrorKind, json_text};
use otc_vbs_api::types::Job;
use otc_vbs_api::values::JobId;
use otc_vbs_api::{CallError, ErrorCode, Operation};

/// What a function of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something failed.
///
/// Its text says what failed, for which operation, and with which code and request id of the service. It never contains a
/// header or a secret. [`advice`](Self::advice) says what to do about it:
///
/// | | when | what to do |
/// |---|---|---|
/// | [`is_invalid`](Self::is_invalid) | an argument or a setting was refused in this process; nothing was sent | fix the argument or setting |
/// | [`is_untrusted`](Self::is_untrusted) | the server's certificate is not trusted; nothing was sent | trust its authority or replace it, as the text says |
/// | [`is_auth`](Self::is_auth) | the credentials are missing, wrong or expired | get new ones |
/// | [`is_not_found`](Self::is_not_found) | there is no such policy, project, … | fix the identifier |
/// | [`is_rate_limited`](Self::is_rate_limited) | too many requests | wait for [`retry_after`](Self::retry_after), then repeat |
/// | [`is_timeout`](Self::is_timeout) | no answer in time; the service may have acted | repeat a read; check before you repeat a change |
/// | [`is_connect`](Self::is_connect) | no connection was made; nothing was sent | check the endpoint and the network, then repeat |
/// | [`job`](Self::job) is set | a job that was waited for failed | see its failure |
/// | [`service`](Self::service) is set | the service, or a gateway in front of it, refused or failed | see its code and message |
/// | none of these | the response is not as documented | report it with the request id |
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    operation: Option<&'static str>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Invalid(String),
    Transport(TransportError),
    Service {
        error: ServiceError,
        note: Option<String>,
        retry_after: Option<Duration>,
    },
    Unexpected {
        status: StatusCode,
        request_id: Option<String>,
        problem: String,
        started_job: Option<String>,
    },
    Identity(otc_auth::Error),
    Paging(String),
    WaitTimedOut(String),
    JobFailed(Box<Job>),
}

impl Kind {
    /// If the identity service is the cause, its error says most about it: it may only have been down for a moment.
    fn transport(error: TransportError) -> Self {
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
    fn new(operation: Option<&'static str>, kind: Kind) -> Self {
        Self(Box::new(Inner { operation, kind }))
    }

    pub(crate) fn setting(problem: impl Into<String>) -> Self {
        Self::new(None, Kind::Invalid(problem.into()))
    }

    pub(crate) fn argument(function: &str, problem: impl Into<String>) -> Self {
        Self::new(operation(function), Kind::Invalid(problem.into()))
    }

    pub(crate) fn paging(function: &str, problem: impl Into<String>) -> Self {
        Self::new(operation(function), Kind::Paging(problem.into()))
    }

    pub(crate) fn wait_timed_out(function: &str, problem: String) -> Self {
        Self::new(operation(function), Kind::WaitTimedOut(problem))
    }

    pub(crate) fn job_failed(function: &str, job: Job) -> Self {
        Self::new(operation(function), Kind::JobFailed(Box::new(job)))
    }

    pub(crate) fn call(function: &str, error: CallError) -> Self {
        let kind = match error {
            CallError::InvalidArgument(problem) => Kind::Invalid(problem),
            CallError::Transport(error) => Kind::transport(error),
            CallError::Service {
                error,
                note,
                retry_after,
                ..
            } => Kind::Service {
                error,
                note,
                retry_after,
            },
            CallError::Unexpected {
                status,
                request_id,
                problem,
                body,
                ..
            } => Kind::Unexpected {
                status,
                request_id,
                problem,
                started_job: json_text(&body, "job_id"),
            },
            other => Kind::Invalid(other.to_string()),
        };
        Self::new(operation(function), kind)
    }

    /// The operation that failed, for example `listBackupJobs`. `None` if the error is about a setting.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// What the service, or a gateway in front of it, says about a request that failed.
    pub fn service(&self) -> Option<&ServiceError> {
        match &self.0.kind {
            Kind::Service { error, .. } => Some(error),
            _ => None,
        }
    }

    /// The service's error code: one that the reference explains, or another one that keeps its text.
    pub fn error_code(&self) -> Option<ErrorCode> {
        self.service().and_then(ErrorCode::of)
    }

    /// The job that was waited for and failed. Its [`failure`](Job::failure) says why and, if the reference lists the code, what
    /// to do.
    pub fn job(&self) -> Option<&Job> {
        match &self.0.kind {
            Kind::JobFailed(job) => Some(job),
            _ => None,
        }
    }

    /// The job that the service started, if the response broke off after its id had arrived. The job continues: wait for it
    /// instead of sending the request again.
    pub fn started_job_id(&self) -> Option<JobId> {
        match &self.0.kind {
            Kind::Transport(error) => json_text(error.response()?.body(), "job_id")?.parse().ok(),
            Kind::Unexpected { started_job, .. } => started_job.as_ref()?.parse().ok(),
            _ => None,
        }
    }

    /// The status of the response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        match &self.0.kind {
            Kind::Service { error, .. } => Some(error.status),
            Kind::Unexpected { status, .. } => Some(*status),
            Kind::Identity(error) => error.status(),
            Kind::Transport(error) => error.response().map(|response| response.status()),
            _ => None,
        }
    }

    /// The identifier that the service gave the request.
    pub fn request_id(&self) -> Option<&str> {
        match &self.0.kind {
            Kind::Transport(error) => error.request_id(),
            Kind::Service { error, .. } => error.request_id.as_deref(),
            Kind::Unexpected { request_id, .. } => request_id.as_deref(),
            Kind::Identity(error) => error.request_id(),
            _ => None,
        }
    }

    /// How long the service asked to wait (`Retry-After`) in its last answer. `None` if it did not ask, or did not answer.
    ///
    /// The client has already waited before each of its own repeats. This is the time after the last of them, or one that is
    /// longer than a call waits ([`RetryPolicy`](crate::transport::RetryPolicy)).
    pub fn retry_after(&self) -> Option<Duration> {
        match &self.0.kind {
            Kind::Service { retry_after, .. } => *retry_after,
            Kind::Identity(error) => error.retry_after(),
            _ => None,
        }
    }

    /// An argument or a setting was refused in this process. Nothing was sent. Fix what the text names.
    pub fn is_invalid(&self) -> bool {
        matches!(self.0.kind, Kind::Invalid(_))
            || self.transport_kind() == Some(TransportErrorKind::Refused)
            || self
                .identity()
                .is_some_and(|error| error.is_config() || error.is_endpoint())
    }

    /// The service does not have what the request names. Fix the identifier or the project.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND)
    }

    /// No answer came in time. The service may have acted on the request: a read may be repeated; check before you repeat a
    /// change. Or the time to wait for a job is over. The job continues, and can be waited for again.
    pub fn is_timeout(&self) -> bool {
        self.transport_kind() == Some(TransportErrorKind::Timeout)
            || matches!(self.0.kind, Kind::WaitTimedOut(_))
            || self.identity().is_some_and(otc_auth::Error::is_timeout)
    }

    /// No connection was made, so nothing was sent. Check the endpoint, the network and the proxy, then repeat.
    pub fn is_connect(&self) -> bool {
        self.transport_kind() == Some(TransportErrorKind::Connect)
            || self.identity().is_some_and(otc_auth::Error::is_connect)
    }

    /// The proxy refused to forward the request, for example because it needs a user name and a password (407). Nothing was sent
    /// to the service. Do what the text says.
    pub fn is_proxy_refusal(&self) -> bool {
        self.transport_kind() == Some(TransportErrorKind::Proxy)
            || self.identity().and_then(otc_auth::Error::transport_kind) == Some(TransportErrorKind::Proxy)
    }

    /// The certificate of the server is not trusted: for example, its authority is unknown, it is for another name, or it has
    /// expired. Nothing was sent, and a repeat would fail too. Do what the text says.
    pub fn is_untrusted(&self) -> bool {
        self.transport_kind() == Some(TransportErrorKind::Untrusted)
            || self.identity().is_some_and(otc_auth::Error::is_untrusted)
    }

    /// The credentials are missing, or were not accepted: for example, the token has expired. Get new ones.
    ///
    /// The service also says so by error codes, for which the reference does not name the status.
    pub fn is_auth(&self) -> bool {
        self.status() == Some(StatusCode::UNAUTHORIZED)
            || self.transport_kind() == Some(TransportErrorKind::Credentials)
            || self.identity().is_some_and(otc_auth::Error::is_auth)
            || matches!(self.code(), Some("AutoBackup.0003" | "APIGW.0301" | "APIGW.0307"))
    }

    /// The service, or the gateway in front of it, accepts no more requests for now. Wait for
    /// [`retry_after`](Self::retry_after), or for a minute, and send fewer requests
    /// ([`rate_limit`](crate::ClientBuilder::rate_limit)).
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(StatusCode::TOO_MANY_REQUESTS)
            || self.code() == Some("APIGW.0308")
            || self.status() == Some(StatusCode::PAYLOAD_TOO_LARGE) && self.retry_after().is_some()
            || self.identity().is_some_and(otc_auth::Error::is_rate_limited)
    }

    /// The same request may succeed later.
    ///
    /// That does not mean that it is safe to send it again: if there was no answer, a change may already have been made.
    pub fn is_retryable(&self) -> bool {
        let by_transport = matches!(
            self.transport_kind(),
            Some(TransportErrorKind::Connect | TransportErrorKind::Timeout | TransportErrorKind::Interrupted)
        );
        by_transport
            || self.identity().is_some_and(otc_auth::Error::is_retryable)
            || self.is_rate_limited()
            || matches!(
                self.status(),
                Some(StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT)
            )
    }

    /// The error of the identity service or of the configuration, if that is why the call failed.
    pub fn identity(&self) -> Option<&otc_auth::Error> {
        match &self.0.kind {
            Kind::Identity(error) => Some(error),
            Kind::Transport(error) => StdError::source(error)?.downcast_ref(),
            _ => None,
        }
    }

    fn fmt_started_job(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.started_job_id() {
            Some(id) => write!(f, "; the service has started job {id}"),
            None => Ok(()),
        }
    }

    fn code(&self) -> Option<&str> {
        self.service().and_then(|error| error.code.as_deref())
    }

    fn transport_kind(&self) -> Option<TransportErrorKind> {
        match &self.0.kind {
            Kind::Transport(error) => Some(error.kind()),
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
        Self::new(None, Kind::Identity(error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        match &self.0.kind {
            Kind::Invalid(problem) | Kind::Paging(problem) | Kind::WaitTimedOut(problem) => {
                f.write_str(problem)
            }
            Kind::JobFailed(job) => {
                write!(f, "job {} failed", job.job_id)?;
                match job.failure() {
                    Some(failure) => write!(f, ": {failure}"),
                    None => Ok(()),
                }
            }
            Kind::Transport(error) => {
                error.fmt(f)?;
                self.fmt_started_job(f)
            }
            Kind::Identity(error) => error.fmt(f),
            Kind::Service { error, note, .. } => {
                error.fmt(f)?;
                match note {
                    Some(note) => write!(f, ", {note}"),
                    None => Ok(()),
                }
            }
            Kind::Unexpected {
                status,
                request_id,
                problem,
                ..
            } => {
                write!(f, "the service answered {status}, but {problem}")?;
                if let Some(request_id) = request_id {
                    write!(f, " (request {request_id})")?;
                }
                self.fmt_started_job(f)
            }
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0.kind {
            Kind::Transport(error) => error.source(),
            Kind::Identity(error) => error.source(),
            _ => None,
        }
    }
}
