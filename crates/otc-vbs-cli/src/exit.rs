//! The failures of the command, with their texts, hints and exit codes.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use otc_vbs::ErrorKind;

use crate::check::finding::Severity;
use crate::{diagnostics, dry_run};

/// The exit codes, for `--help`.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  success (also if the reader closed the pipe)
  1  any other failure
  2  wrong usage: an option, an argument or a setting is missing or can't be used
  3  authentication failed or permission denied
  4  not found: there is no such policy, job, backup, disk or project
  5  no connection, or no answer in time
  6  busy: too many requests, the service is unavailable for now, or another export is running
  7  partly done: something was done and something failed
  130  ended by Ctrl-C";

/// The codes for a disk that the project does not have, on a backup and on a restore.
const UNKNOWN_DISK: [&str; 2] = ["VolumeBackup.0021", "VolumeBackup.0207"];

/// Why the command ends early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The command line or the environment can't be used. The text says why, the hint what to do.
    Usage { problem: String, hint: Option<String> },
    /// There is no such policy, job or project.
    NotFound { problem: String, hint: String },
    /// A call failed while the command did what `doing` says, for example "can't sign in".
    Vbs { doing: String, error: otc_vbs::Error },
    /// A job did not succeed.
    Job { problem: String, hint: String },
    /// A job has not ended in the time that the user waits for it. It continues.
    StillRunning { problem: String, hint: String },
    /// The sandbox did not start or did not stop.
    Sandbox(otc_vbs_sandbox::Error),
    /// The token can't be read from its file or from standard input.
    TokenSource { source_name: String, error: io::Error },
    /// Something was done, and these failed.
    Partial { failed: usize },
    /// Some changes were refused or failed; all of them unless `something_done`.
    Incomplete { problem: String, hint: Option<String>, something_done: bool },
    /// The answer to a question was no. Nothing was done.
    Declined,
    /// `--dry-run` printed the request. This is a success.
    DryRun,
    /// `vbs check` printed what it found.
    Found(Severity),
    /// This file can't be written.
    File { file: PathBuf, error: io::Error },
    /// Another program uses what this one needs.
    Busy { problem: String, hint: String },
    /// An archive can't be read, or is not what it should be.
    Archive { problem: String, hint: String },
    /// The output can't be written.
    Output(io::Error),
    /// The reader of the output closed the pipe, as `head` does. This is a success.
    ReaderGone,
    /// The system does not provide what every run of the command needs.
    Runtime(io::Error),
}

impl Failure {
    pub(crate) fn usage(problem: impl Into<String>) -> Self {
        Self::Usage { problem: problem.into(), hint: None }
    }

    /// The failure of a call. `doing` says what the command did, for example "can't delete policy nightly".
    pub(crate) fn from_call(doing: impl Into<String>, error: otc_vbs::Error) -> Self {
        match dry_run::printed(&error) {
            Some(Ok(())) => Self::DryRun,
            Some(Err(error)) => error.into(),
            None => Self::Vbs { doing: doing.into(), error },
        }
    }

    /// The result of a command of which some parts failed. Each failure is printed; only if nothing was done, the exit code
    /// is that of the first.
    pub(crate) fn partial(failures: Vec<Self>, something_done: bool) -> Result<(), Self> {
        let failed = failures.len();
        let mut failures = failures.into_iter();
        let first = if something_done { None } else { failures.next() };
        failures.for_each(|failure| diagnostics::warning(&failure.to_string()));
        match first {
            Some(failure) => Err(failure),
            None if failed > 0 => Err(Self::Partial { failed }),
            None => Ok(()),
        }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::ReaderGone | Self::DryRun => 0,
            Self::Found(severity) => severity.exit_code(),
            Self::Job { .. }
            | Self::Declined
            | Self::Sandbox(_)
            | Self::File { .. }
            | Self::Archive { .. }
            | Self::Output(_)
            | Self::Runtime(_)
            | Self::Incomplete { something_done: false, .. } => 1,
            Self::Usage { .. } | Self::TokenSource { .. } => 2,
            Self::NotFound { .. } => 4,
            Self::StillRunning { .. } => 5,
            Self::Busy { .. } => 6,
            Self::Partial { .. } | Self::Incomplete { something_done: true, .. } => 7,
            Self::Vbs { error, .. } => exit_code(error.kind()),
        })
    }

    /// What to do about it.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. } | Self::Incomplete { hint, .. } => hint.clone(),
            Self::NotFound { hint, .. }
            | Self::Archive { hint, .. }
            | Self::Busy { hint, .. }
            | Self::Job { hint, .. }
            | Self::StillRunning { hint, .. } => Some(hint.clone()),
            Self::Vbs { error, .. } => hint(error),
            _ => None,
        }
    }
}

/// The exit code of a kind of error.
fn exit_code(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::Invalid => 2,
        ErrorKind::Auth | ErrorKind::Forbidden => 3,
        ErrorKind::NotFound => 4,
        ErrorKind::Connect
        | ErrorKind::Proxy
        | ErrorKind::Untrusted
        | ErrorKind::Timeout
        | ErrorKind::Interrupted => 5,
        ErrorKind::RateLimited | ErrorKind::Unavailable => 6,
        _ => 1,
    }
}

/// What to do about an error, in the words of the command's options.
fn hint(error: &otc_vbs::Error) -> Option<String> {
    // The command only stopped waiting for it.
    let Some(id) = error.job_id().filter(|_| error.job().is_none()) else {
        return general_hint(error);
    };
    let wait = format!("the job continues; wait for it with `vbs job wait {id}`");
    match error.kind() {
        ErrorKind::Auth | ErrorKind::Forbidden => {
            let hint = general_hint(error).map(|hint| format!("{hint}; ")).unwrap_or_default();
            Some(format!("{hint}{wait}"))
        }
        _ => Some(wait),
    }
}

fn general_hint(error: &otc_vbs::Error) -> Option<String> {
    let kind = error.kind();
    // The error of the identity service knows the credentials in use.
    if let Some(identity) = error.identity()
        && (!matches!(kind, ErrorKind::Invalid | ErrorKind::Untrusted) || identity.has_specific_advice())
    {
        return Some(identity.advice().into_owned());
    }
    let code = error.service().and_then(|error| error.code.as_deref());
    if kind == ErrorKind::NotFound && code.is_some_and(|code| UNKNOWN_DISK.contains(&code)) {
        let hint = "check the id of the disk, for example with `openstack volume list`, and the project (--project or \
                    OS_PROJECT_ID)";
        return Some(hint.to_owned());
    }
    // The reference says what to do about this error.
    let is_about_access = matches!(kind, ErrorKind::Auth | ErrorKind::Forbidden);
    if !is_about_access && error.error_code().is_some_and(|code| code.action().is_some()) {
        return Some(error.advice().into_owned());
    }
    let hint = match kind {
        // The text of the error says what to do.
        ErrorKind::Invalid | ErrorKind::Refused | ErrorKind::Untrusted => return None,
        // The gateway's code for tokens and signatures alike.
        ErrorKind::Auth if code == Some("APIGW.0301") => {
            "the token, or the access key or its secret key, is wrong or revoked; with an access key, the clock of this \
             machine must also be right to within a few minutes"
        }
        ErrorKind::Auth => {
            "the token is wrong, has expired or is for another project; get a new one, for example with \
             `openstack token issue -f value -c id`, and set OS_TOKEN"
        }
        ErrorKind::Forbidden => {
            "the credentials are valid, but lack the permission; check the project (--project or OS_PROJECT_ID), or ask \
             the project's administrator for the permission"
        }
        ErrorKind::NotFound => "check the project (--project or OS_PROJECT_ID) and the endpoint",
        ErrorKind::Connect | ErrorKind::Proxy | ErrorKind::Interrupted => {
            "check the endpoint (--endpoint or VBS_ENDPOINT), the network and the proxy settings"
        }
        ErrorKind::Timeout => "try again; if that does not help, request smaller pages with --limit",
        ErrorKind::RateLimited => "wait a minute, then try again",
        ErrorKind::Unavailable => "try again later",
        _ => {
            return error.request_id().map(|id| format!("for support, quote request id {id}"));
        }
    };
    Some(hint.to_owned())
}

/// The text of an error without the operationId, which `doing` replaces.
fn without_operation(error: &otc_vbs::Error) -> String {
    let text = error.to_string();
    match error.operation() {
        // It may follow the job that was waited for.
        Some(operation) => text.replacen(&format!("{operation}: "), "", 1),
        None => text,
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage { problem, .. }
            | Self::NotFound { problem, .. }
            | Self::Incomplete { problem, .. }
            | Self::Archive { problem, .. }
            | Self::Busy { problem, .. }
            | Self::Job { problem, .. }
            | Self::StillRunning { problem, .. } => f.write_str(problem),
            Self::Vbs { doing, error } => write!(f, "{doing}: {}", without_operation(error)),
            Self::Sandbox(error) => error.fmt(f),
            Self::Partial { failed: 1 } => f.write_str("some results are missing: see the warning above"),
            Self::Partial { failed } => {
                write!(f, "some results are missing: see the {failed} warnings above")
            }
            Self::TokenSource { source_name, error } => {
                write!(f, "can't read the token from {source_name}: {error}")
            }
            Self::File { file, error } => write!(f, "can't write {}: {error}", file.display()),
            Self::Output(error) => write!(f, "can't write the output: {error}"),
            Self::ReaderGone => f.write_str("the output was closed"),
            Self::Declined => f.write_str("nothing was done"),
            Self::DryRun => f.write_str("nothing was sent"),
            Self::Found(_) => f.write_str("the check found problems"),
            Self::Runtime(error) => write!(f, "can't start: {error}"),
        }
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            // Their text is part of this error's text, so the chain continues with their causes.
            Self::Vbs { error, .. } => error.source(),
            Self::Sandbox(error) => error.source(),
            _ => None,
        }
    }
}

/// For writing to standard output, where a closed pipe is a success.
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
