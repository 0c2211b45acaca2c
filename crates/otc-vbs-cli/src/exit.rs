//! How the command fails: with which text, which advice, which exit code.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::process::ExitCode;

/// The exit codes, for `--help`.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  done; also where whoever read the output closed it early
  1  any other failure
  2  wrong usage: an option, an argument or a setting is missing or can't be used
  3  the credentials were refused, or lack a right
  4  there is no such policy or project
  5  no connection, or no answer in time
  6  too many requests, or the service is unavailable for now";

/// Why the command ends early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What was asked for can't be done. The text says why, the hint what to do.
    Usage { problem: String, hint: Option<String> },
    /// No policy has the name or identifier.
    UnknownPolicy { problem: String, hint: String },
    /// The client or the service refused or failed, while the command did what `doing` says.
    Vbs { doing: String, error: otc_vbs::Error },
    /// The sandbox does not start or does not end.
    Sandbox(otc_vbs_sandbox::Error),
    /// The token can't be read from where it was said to be.
    TokenSource { source_name: String, error: io::Error },
    /// The output can't be written.
    Output(io::Error),
    /// Whoever read the output wants no more, as `head` does. Nothing went wrong.
    ReaderGone,
    /// The system refuses what every run of the command needs.
    Runtime(io::Error),
}

impl Failure {
    pub(crate) fn usage(problem: impl Into<String>) -> Self {
        Self::Usage {
            problem: problem.into(),
            hint: None,
        }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::ReaderGone => 0,
            Self::Sandbox(_) | Self::Output(_) | Self::Runtime(_) => 1,
            Self::Usage { .. } | Self::TokenSource { .. } => 2,
            Self::UnknownPolicy { .. } => 4,
            Self::Vbs { error, .. } => Cause::of(error).exit_code(),
        })
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. } => hint.clone(),
            Self::UnknownPolicy { hint, .. } => Some(hint.clone()),
            Self::Vbs { error, .. } => Cause::of(error).hint(error),
            _ => None,
        }
    }
}

/// What an [`otc_vbs::Error`] means for whoever runs the command.
#[derive(Clone, Copy)]
enum Cause {
    Invalid,
    Token,
    Right,
    NotFound,
    Connection,
    Untrusted,
    Time,
    TooManyRequests,
    Unavailable,
    /// The service says what is wrong with the request.
    BadRequest,
    Other,
}

impl Cause {
    fn of(error: &otc_vbs::Error) -> Self {
        let status = error.status().map(|status| status.as_u16());
        match status {
            _ if error.is_invalid() => Self::Invalid,
            _ if error.is_auth() => Self::Token,
            _ if error.is_rate_limited() => Self::TooManyRequests,
            _ if error.is_connect() => Self::Connection,
            _ if error.is_untrusted() => Self::Untrusted,
            _ if error.is_timeout() => Self::Time,
            _ if error.is_not_found() => Self::NotFound,
            Some(400) => Self::BadRequest,
            Some(403) => Self::Right,
            // Without a status, what may be repeated is a connection that broke.
            None if error.is_retryable() => Self::Connection,
            Some(_) if error.is_retryable() => Self::Unavailable,
            _ => Self::Other,
        }
    }

    fn exit_code(self) -> u8 {
        match self {
            Self::BadRequest | Self::Other => 1,
            Self::Invalid => 2,
            Self::Token | Self::Right => 3,
            Self::NotFound => 4,
            Self::Connection | Self::Untrusted | Self::Time => 5,
            Self::TooManyRequests | Self::Unavailable => 6,
        }
    }

    fn hint(self, error: &otc_vbs::Error) -> Option<String> {
        // The identity service's error knows the credentials in use.
        if let Some(identity) = error.identity()
            && !matches!(self, Self::Invalid | Self::Untrusted)
        {
            return Some(identity.advice().into_owned());
        }
        let code = error.service().and_then(|error| error.code.as_deref());
        let hint = match self {
            // Their text says what to do.
            Self::Invalid | Self::BadRequest | Self::Untrusted => return None,
            // The gateway's code for tokens and signatures alike.
            Self::Token if code == Some("APIGW.0301") => {
                "the token is wrong or revoked, or the access key or its secret key is; for an access key, the clock of this \
                 machine has to be right to a few minutes too"
            }
            Self::Token => {
                "the token is wrong, expired or of another project; get a new one, for example with \
                 `openstack token issue -f value -c id`, and set OS_TOKEN"
            }
            Self::Right => {
                "the token is accepted, but not for this; check the project (--project or OS_PROJECT_ID), or ask \
                 the project's administrator for the right"
            }
            Self::NotFound => "check the project (--project or OS_PROJECT_ID) and the endpoint",
            Self::Connection => {
                "check the endpoint (--endpoint or VBS_ENDPOINT), the network and the proxy settings"
            }
            Self::Time => "try again; if it stays so, ask for smaller pages with --limit",
            Self::TooManyRequests => "wait a minute, then try again",
            Self::Unavailable => "try again later",
            Self::Other => {
                return error
                    .request_id()
                    .map(|id| format!("the service's support can look request {id} up"));
            }
        };
        Some(hint.to_owned())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage { problem, .. } | Self::UnknownPolicy { problem, .. } => f.write_str(problem),
            Self::Vbs { doing, error } => write!(f, "{doing}: {error}"),
            Self::Sandbox(error) => error.fmt(f),
            Self::TokenSource { source_name, error } => {
                write!(f, "can't read the token from {source_name}: {error}")
            }
            Self::Output(error) => write!(f, "can't write the output: {error}"),
            Self::ReaderGone => f.write_str("the output was closed"),
            Self::Runtime(error) => write!(f, "can't start: {error}"),
        }
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            // Their own text is part of this one's, so the chain goes on with what caused them.
            Self::Vbs { error, .. } => error.source(),
            Self::Sandbox(error) => error.source(),
            _ => None,
        }
    }
}

/// For what writes to standard output: a pipe that was closed is no failure.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderGone,
            _ => Self::Output(error),
        }
    }
}

impl From<otc_vbs_sandbox::Error> for Failure {
    fn from(error: otc_vbs_sandbox::Error) -> Self {
        Self::Sandbox(error)
    }
}

#[cfg(test)]
mod tests;
