//! `vbs job`: one job, of a policy or of the service.

mod details;
mod find;
mod wait;

use crate::cli::Global;
use crate::connect::connect;
use crate::exit::{EXIT_CODES, Failure};
use crate::{diagnostics, output};

pub(crate) use self::details::{BackupJobDetails, VbsJobRow};

/// Show a job, or wait for it.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: JobCommand,
}

#[derive(clap::Subcommand, Debug)]
enum JobCommand {
    #[command(after_help = EXIT_CODES)]
    Show(ShowArgs),

    #[command(after_help = EXIT_CODES)]
    Wait(wait::Args),
}

/// Show a job: why it failed, what to do, and how the last jobs of its disk ended.
#[derive(clap::Args, Debug)]
struct ShowArgs {
    /// The id of a backup job, or at least its first 8 characters, or the id of a VBS job.
    #[arg(value_name = "ID")]
    id: String,
}

pub(crate) async fn run(global: &Global, arguments: Args) -> Result<(), Failure> {
    match arguments.command {
        JobCommand::Show(arguments) => show(global, &arguments.id).await,
        JobCommand::Wait(arguments) => wait::run(global, &arguments).await,
    }
}

async fn show(global: &Global, id: &str) -> Result<(), Failure> {
    let options = global.output();
    output::check_shows(&options)?;
    let mut connected = connect(global).await?;
    let view = details::Lines {
        now: global.now(connected.now)?.timestamp(),
        zone: options.zone.clone(),
        has_several_projects: connected.has_several(),
    };
    let failures = std::mem::take(&mut connected.failures);
    let found = find::find(&connected.targets, id, failures).await?;
    let unfinished = !found.has_ended();
    let mut failures = Vec::new();
    match found {
        find::Found::Backup { target, policy, job } => {
            let (details, failure) = BackupJobDetails::read(&connected, global, target, policy, job).await;
            failures.extend(failure);
            output::show(&options, &details, &view.details_lines(&details))?;
        }
        find::Found::Vbs { target, job } => {
            let row = VbsJobRow::new(&target.place, &job);
            output::show(&options, &row, &view.vbs_job_lines(&row))?;
        }
    }
    if unfinished {
        diagnostics::note(&format!("the job has not ended; wait for it with `vbs job wait {id}`"));
    }
    connected.close().await?;
    Failure::partial(failures, true)
}
