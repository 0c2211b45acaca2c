//! `vbs job wait`: waits until a job ends.

use std::time::Duration;

use otc_vbs::types::{BackupJobStatus, JobStatus};
use tokio::time::{Instant, timeout_at};

use super::details::{Lines, VbsJobRow};
use super::find::{self, Found};
use crate::backup_job::{BackupJobRow, status_word};
use crate::cli::Global;
use crate::connect::{Connected, connect};
use crate::exit::Failure;
use crate::progress::Spinner;
use crate::values::{interval, timeout};
use crate::words::text;
use crate::{diagnostics, output};

/// Wait until a job ends: exit code 0 if it succeeded, 1 if not.
///
/// Ctrl-C and --timeout end the wait, not the job. After a timeout, the exit code is 5.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The id of a backup job, or at least its first 8 characters, or the id of a VBS job.
    #[arg(value_name = "ID")]
    id: String,

    /// Stop waiting after this time, for example 90m. The job continues.
    #[arg(long, value_name = "DURATION", value_parser = timeout, default_value = "24h")]
    timeout: Duration,

    /// The time between two requests.
    #[arg(long, value_name = "DURATION", value_parser = interval, default_value = "10s")]
    interval: Duration,
}

pub(super) async fn run(global: &Global, arguments: &Args) -> Result<(), Failure> {
    let options = global.output();
    output::check_shows(&options)?;
    let deadline = Instant::now() + arguments.timeout;
    let mut connected = connect(global).await?;
    let failures = std::mem::take(&mut connected.failures);
    let mut found = find::find(&connected.targets, &arguments.id, failures).await?;
    let wait = until_ended(&connected, &mut found, arguments.interval);
    let timed_out = match timeout_at(deadline, wait).await {
        Ok(result) => result.map(|()| false)?,
        Err(_) => true,
    };
    let timeout = timed_out.then(|| not_ended(&found, arguments));
    let view = Lines {
        now: global.now(connected.now)?.timestamp(),
        zone: options.zone.clone(),
        has_several_projects: connected.has_several(),
    };
    let outcome = match found {
        Found::Backup { target, policy, job } => {
            let row = BackupJobRow { place: target.place.clone(), policy, job: *job };
            output::show(&options, &row, &view.backup_job_lines(&row))?;
            let succeeded = row.job.status == BackupJobStatus::ExecuteSuccess;
            let word = status_word(&row.job.status);
            outcome(succeeded, row.job.job_id.as_ref(), word)
        }
        Found::Vbs { target, job } => {
            let row = VbsJobRow::new(&target.place, &job);
            output::show(&options, &row, &view.vbs_job_lines(&row))?;
            outcome(job.status == JobStatus::Success, job.job_id.as_ref(), "failed")
        }
    };
    connected.close().await?;
    timeout.map_or(outcome, Err)
}

fn outcome(succeeded: bool, id: &str, word: &str) -> Result<(), Failure> {
    match succeeded {
        true => Ok(()),
        false => Err(Failure::Job {
            problem: format!("job {id} did not succeed: {word}"),
            hint: format!("see why with `vbs job show {id}`"),
        }),
    }
}

/// Requests the job until it has ended. `found` is what is known of it.
async fn until_ended(
    connected: &Connected,
    found: &mut Found<'_>,
    interval: Duration,
) -> Result<(), Failure> {
    let spinner = Spinner::new();
    let mut is_failing = false;
    spinner.set_message_or_note(&state(found));
    while !found.has_ended() {
        connected.pause(interval).await?;
        match found.again().await {
            Ok(Some(again)) => {
                let is_new = state(&again) != state(found);
                *found = again;
                is_failing = false;
                if is_new {
                    spinner.set_message_or_note(&state(found));
                }
            }
            Ok(None) => {
                return Err(Failure::NotFound {
                    problem: format!("{} can't be found any more", name(found)),
                    hint: "its policy was deleted, or the service has forgotten it; see `vbs backup list`"
                        .to_owned(),
                });
            }
            Err(error) => {
                let is_passing = error.is_retryable();
                let failure = Failure::Vbs { doing: format!("can't get {}", name(found)), error };
                if !is_passing {
                    return Err(failure);
                }
                // An outage may be shorter than the job.
                if !std::mem::replace(&mut is_failing, true) {
                    spinner.suspend(|| diagnostics::warning(&format!("{failure}; the wait continues")));
                }
            }
        }
    }
    Ok(())
}

fn name(found: &Found<'_>) -> String {
    match found {
        Found::Backup { policy, job, .. } => format!("job {} of {}", job.job_id, policy.label),
        Found::Vbs { job, .. } => format!("job {}", job.job_id),
    }
}

fn status(found: &Found<'_>) -> String {
    match found {
        Found::Backup { job, .. } => status_word(&job.status).to_owned(),
        Found::Vbs { job, .. } => job.status.as_str().to_lowercase(),
    }
}

fn state(found: &Found<'_>) -> String {
    format!("{}: {}", name(found), status(found))
}

fn not_ended(found: &Found<'_>, arguments: &Args) -> Failure {
    Failure::StillRunning {
        problem: format!(
            "{} has not ended after {:?}; its status is {}",
            name(found),
            arguments.timeout,
            status(found)
        ),
        hint: format!("it continues; wait again with `{}`", this_command()),
    }
}

/// The command line of this process, for a shell. Secrets are never on it.
fn this_command() -> String {
    let arguments = std::env::args_os().skip(1);
    let words = arguments.map(|argument| text::shell_word(&argument.to_string_lossy()));
    std::iter::once("vbs".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}
