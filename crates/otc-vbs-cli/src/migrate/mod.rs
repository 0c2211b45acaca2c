//! `vbs migrate`: the move to Cloud Backup and Recovery (CBR).
//!
//! [`gather`] asks VBS, [`build`] makes a plan of the answers, and one module per format prints it. Nothing is sent to CBR.

mod build;
mod disks;
mod disks_file;
mod finding;
mod gather;
mod input;
mod names;
mod openstack;
mod plan;
mod rules;
mod steps;
mod terraform;
mod text;
mod vaults;

#[cfg(test)]
mod tests;

use std::io::Write as _;
use std::path::PathBuf;

use clap::Subcommand;
use jiff::Timestamp;

pub(crate) use self::plan::Plan;
use self::plan::ProjectPlan;
use self::steps::Reached;
use crate::check::next_step::NextStep;
use crate::cli::Global;
use crate::connect::{Connected, connect};
use crate::diagnostics;
use crate::exit::Failure;
use crate::output::{Format, check_shows, show};
use crate::progress::Spinner;

/// Move to Cloud Backup and Recovery (CBR), the service that replaces VBS.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Plan(PlanArgs),
}

/// Print policies and vaults of CBR that do what VBS does, and what can't be carried over.
///
/// Nothing is sent to CBR. In addition to the table, json, jsonl and yaml, there are `-o terraform`, a configuration for the
/// provider opentelekomcloud, and `-o openstack`, a script for the OpenStack client with the package otcextensions.
///
/// VBS does not list the disks of a policy. They are known from the jobs of the last 30 days. Their sizes come from block
/// storage or, if it can't be read, from their largest backups. If the jobs name fewer disks than a policy has, every format
/// marks the plan as incomplete. --disks supplies the rest.
#[derive(clap::Args, Debug)]
struct PlanArgs {
    /// Read disks and their sizes from this file, one POLICY,DISK or POLICY,DISK,SIZE_GB per line. `-` is standard input.
    ///
    /// POLICY is the name or id of a policy, DISK the id of a disk. Empty lines and lines that begin with `#` are ignored.
    /// The disks are added to those that the jobs name. A disk that the file names is planned even if its jobs show that it
    /// is gone, and its size in the file takes precedence. If the service does not say how many disks a policy has, the plan
    /// is incomplete until the file names disks for the policy.
    #[arg(long, value_name = "FILE")]
    disks: Option<PathBuf>,
}

pub(crate) async fn run(global: &Global, arguments: Args) -> Result<(), Failure> {
    let Command::Plan(arguments) = arguments.command;
    if !global.columns.is_empty() {
        return Err(Failure::usage("--columns has no effect on a plan"));
    }
    let output = global.output();
    if !output.format.is_only_for_plan() {
        check_shows(&output)?;
    }
    let lines = arguments.disks.as_deref().map(disks_file::read).transpose()?.unwrap_or_default();
    let mut connected = connect(global).await?;
    let failures = std::mem::take(&mut connected.failures);
    let now = global.now(connected.now)?.timestamp();
    let (plan, failures) = plan(global, &connected, failures, lines, now).await?;
    match output.format {
        Format::Table => print(&text::plan(&plan, false))?,
        Format::Wide => print(&text::plan(&plan, true))?,
        Format::Terraform => print(&terraform::configuration(&plan)?)?,
        Format::Openstack => print(&openstack::script(&plan)?)?,
        _ => show(&output, &plan, &[])?,
    }
    if plan.incomplete {
        diagnostics::warning("the plan is incomplete: it lists what is missing");
    }
    connected.close().await?;
    Failure::partial(failures, true)
}

async fn plan(
    global: &Global,
    connected: &Connected,
    failures: Vec<Failure>,
    lines: Vec<disks_file::Line>,
    now: Timestamp,
) -> Result<(Plan, Vec<Failure>), Failure> {
    let spinner = Spinner::new();
    spinner.set_message("reading policies, jobs, backups and shares");
    let gathered = gather::gather(connected, global, failures, lines).await?;
    drop(spinner);
    let projects: Vec<ProjectPlan> =
        gathered.projects.iter().map(|(_, project)| build::project(project, now)).collect();
    let has_unread = !gathered.unread.is_empty();
    let reached = projects
        .iter()
        .zip(&gathered.projects)
        .map(|(project, (target, _))| Reached { project, options: NextStep::options(global, &target.place) });
    let plan = Plan {
        created_at: now.to_string(),
        incomplete: has_unread || projects.iter().any(|project| project.incomplete),
        unread: gathered.unread,
        steps: steps::steps(&reached.collect::<Vec<_>>(), has_unread),
        undocumented: steps::undocumented(&projects),
        projects,
    };
    Ok((plan, gathered.failures))
}

fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}
