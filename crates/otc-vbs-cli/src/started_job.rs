//! Jobs that a command starts, and the wait for them.

use std::time::Duration;

use otc_vbs::JobHandle;
use otc_vbs::types::utc_timestamp::rfc3339;
use otc_vbs::types::{Job, UtcTimestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::cli::Global;
use crate::connect::Connected;
use crate::diagnostics;
use crate::exit::Failure;
use crate::output::show;
use crate::progress::Spinner;
use crate::values::timeout;
use crate::words::time;

/// Longer than a job of the sandbox takes, and shorter than its token is valid.
const SANDBOX_STEP: Duration = Duration::from_secs(12 * 3600);
/// The pauses between requests to the sandbox inside this process, whose jobs end when its clock is advanced.
const SANDBOX_POLL: Duration = Duration::from_millis(100);

/// The options of commands that start a job.
#[derive(clap::Args, Debug)]
pub(crate) struct WaitArgs {
    /// Wait until the job ends. Shows its progress on a terminal.
    #[arg(long)]
    wait: bool,

    /// Stop waiting after this time, for example 90m. The job continues [default: 24h].
    #[arg(long, value_name = "DURATION", value_parser = timeout, requires = "wait")]
    timeout: Option<Duration>,
}

/// A job that a command started.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct StartedJob {
    /// The id of the job, for `vbs job wait`.
    job_id: String,
    /// The status of the job: `SUCCESS` if the command waited for it, otherwise null.
    status: Option<String>,
    /// The backup that the job created or restored, if it is known.
    backup_id: Option<String>,
    /// The disk that the job worked on.
    volume_id: String,
    #[serde(serialize_with = "rfc3339::serialize")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    begin_time: Option<UtcTimestamp>,
    #[serde(serialize_with = "rfc3339::serialize")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    end_time: Option<UtcTimestamp>,
}

/// What a job works on.
pub(crate) struct Subject {
    pub(crate) backup_id: Option<String>,
    pub(crate) volume_id: String,
}

/// Shows a job that was started, after waiting for its end if the options say so. `doing` says what fails if the job does,
/// for example "can't back up disk d1".
pub(crate) async fn finish(
    connected: &Connected,
    global: &Global,
    options: &WaitArgs,
    job: JobHandle,
    subject: Subject,
    doing: &str,
) -> Result<(), Failure> {
    let ended = match options.wait {
        true => Some(wait(connected, options, &job, doing).await?),
        false => None,
    };
    let created = ended.as_ref().and_then(Job::backup_id).map(|id| id.to_string());
    let started = StartedJob {
        job_id: job.id().to_string(),
        status: ended.as_ref().map(|job| job.status.to_string()),
        backup_id: subject.backup_id.or(created),
        volume_id: subject.volume_id,
        begin_time: ended.as_ref().and_then(|job| job.begin_time),
        end_time: ended.as_ref().and_then(|job| job.end_time),
    };
    started.show(global)?;
    if !options.wait {
        diagnostics::note(&format!("the job continues; wait for it with `vbs job wait {}`", job.id()));
    }
    Ok(())
}

async fn wait(
    connected: &Connected,
    options: &WaitArgs,
    job: &JobHandle,
    doing: &str,
) -> Result<Job, Failure> {
    // The id must be known even if the command is interrupted.
    diagnostics::note(&format!("job {} has started", job.id()));
    let mut wait = job.wait();
    if let Some(timeout) = options.timeout {
        wait = wait.timeout(timeout);
    }
    if connected.advance_sandbox(SANDBOX_STEP)? {
        wait = wait.poll(SANDBOX_POLL, SANDBOX_POLL);
    }
    let spinner = Spinner::new();
    let id = job.id().clone();
    wait = wait.on_progress(move |job| spinner.set_message(&format!("job {id}: {}", job.status)));
    wait.await.map_err(|error| Failure::from_call(doing, error))
}

impl StartedJob {
    fn show(&self, global: &Global) -> Result<(), Failure> {
        let took = self
            .begin_time
            .zip(self.end_time)
            .map(|(begin, end)| time::duration(end.as_timestamp().duration_since(begin.as_timestamp())));
        let lines = [
            ("Job", self.job_id.clone()),
            ("Status", self.status.clone().unwrap_or_default()),
            ("Backup", self.backup_id.clone().unwrap_or_default()),
            ("Disk", self.volume_id.clone()),
            ("Took", took.unwrap_or_default()),
        ];
        show(&global.output(), self, &lines)
    }
}
