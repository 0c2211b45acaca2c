//! `vbs export`: saves everything that the service lists in an archive.

mod gaps;
mod project;
mod read;
mod verify;
mod write;

use std::collections::HashSet;
use std::path::PathBuf;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use jiff::{SignedDuration, Timestamp};

use self::project::Read;
use self::read::{JobsRead, PolicyToRead};
use self::write::Export;
use crate::archive::manifest;
use crate::archive::write::Writer;
use crate::cli::Global;
use crate::connect::{Connected, Target, connect};
use crate::diagnostics;
use crate::exit::Failure;
use crate::progress::Spinner;
use crate::words::count;

/// The number of policies, and of projects, that are read at the same time.
const CONCURRENCY: usize = 16;
/// How long the service lists a job.
const LISTED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Save the policies, backup jobs, backups, shares and quotas of projects in a directory.
///
/// The service forgets jobs after 30 days, so run `vbs export --to DIR --append` every day, for example from cron: it
/// reads what is new, updates jobs that have ended since, and reports jobs that were lost because too much time passed
/// between two exports.
/// The archive stays whole however an export ends.
///
/// The directory contains JSON Lines, compressed with zstd, for each project and for each day on which jobs and backups
/// were created (in UTC), and a manifest. Only its owner can read it.
///
#[cfg_attr(
    feature = "parquet",
    doc = "The directory `parquet` has the rows of jobs and backups as Parquet files."
)]
#[cfg_attr(
    not(feature = "parquet"),
    doc = "This program was built without the feature `parquet`, so it writes JSON Lines only."
)]
#[derive(clap::Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,

    /// The directory of the archive. It is created if it does not exist.
    #[arg(long, value_name = "DIR", required = true)]
    to: Option<PathBuf>,

    /// Add to the archive if there is one.
    #[arg(long)]
    append: bool,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Verify(verify::Args),
}

pub(crate) async fn run(global: &Global, arguments: Args) -> Result<(), Failure> {
    match (arguments.command, arguments.to) {
        (Some(Command::Verify(arguments)), _) => verify::run(&arguments),
        (None, Some(directory)) => export(global, directory, arguments.append).await,
        (None, None) => Err(Failure::usage("the directory is missing: --to DIR")),
    }
}

async fn export(global: &Global, directory: PathBuf, append: bool) -> Result<(), Failure> {
    // Before anything is requested.
    let writer = Writer::open(&directory, append)?;
    let is_first = writer.manifest().is_none();
    let mut connected = connect(global).await?;
    let now = global.now(connected.now)?.timestamp();
    let mut failures = std::mem::take(&mut connected.failures);
    let exported = write(&connected, writer, now, &mut failures).await;
    if let Err(Failure::File { .. }) = exported {
        diagnostics::note(&format!("the archive {} is as it was before", directory.display()));
    }
    let exported = exported?;
    if let Some(exported) = &exported {
        diagnostics::summary(&exported.summary(is_first, &directory));
    }
    connected.close().await?;
    Failure::partial(failures, exported.is_some())
}

/// What an export has written.
#[derive(Default)]
struct Exported {
    projects: usize,
    policies: usize,
    backups: usize,
    new_jobs: u64,
    changed_jobs: u64,
    files: usize,
}

impl Exported {
    fn summary(&self, is_first: bool, directory: &std::path::Path) -> String {
        let jobs = match is_first {
            true => count(self.new_jobs, "job"),
            false => format!("{} new and {}", self.new_jobs, count(self.changed_jobs, "changed job")),
        };
        format!(
            "exported {jobs}, {}, {} of {} to {} ({} changed)",
            count(self.backups as u64, "backup"),
            count(self.policies as u64, "policy"),
            count(self.projects as u64, "project"),
            directory.display(),
            count(self.files as u64, "file")
        )
    }
}

/// Reads and writes everything. `None` if nothing could be read, and the archive is as it was before.
async fn write(
    connected: &Connected,
    mut writer: Writer,
    now: Timestamp,
    failures: &mut Vec<Failure>,
) -> Result<Option<Exported>, Failure> {
    let targets = exportable(&connected.targets, failures);
    let unreachable: Vec<String> = failures.iter().map(ToString::to_string).collect();
    let before: Vec<manifest::Project> =
        writer.manifest().map(|manifest| manifest.projects.clone()).unwrap_or_default();
    let of =
        |target: &Target| before.iter().find(|known| known.project_id == target.client.project_id().as_str());
    let requests = targets.iter().enumerate();
    let requests: Vec<_> =
        requests.map(|(number, target)| Read::project(target, of(target), number, writer.spool())).collect();
    let mut projects: Vec<Read<'_>> = stream::iter(requests).buffered(CONCURRENCY).try_collect().await?;
    read_jobs(&mut projects, &writer, now).await?;

    let is_empty = projects.iter().all(|project| !project.has_something());
    if is_empty {
        failures.extend(projects.into_iter().flat_map(Read::into_failures));
        return Ok(None);
    }
    let mut export =
        Export { writer: &mut writer, now, listed_since: since(now), exported: Exported::default() };
    let mut written = Vec::with_capacity(projects.len());
    for (number, project) in projects.into_iter().enumerate() {
        let (project, failed) = export.project(number, project)?;
        written.push(project);
        failures.extend(failed);
    }
    let mut exported = export.exported;
    exported.projects = written.len();
    let ids: HashSet<&str> = written.iter().map(|project| project.project_id.as_str()).collect();
    let mut manifest: Vec<manifest::Project> =
        before.into_iter().filter(|project| !ids.contains(project.project_id.as_str())).collect();
    manifest.extend(written);
    manifest.sort_by(|project, other| project.project_id.cmp(&other.project_id));
    exported.files = writer.commit(now, manifest, unreachable)?;
    Ok(Some(exported))
}

/// Since when the service lists jobs.
fn since(now: Timestamp) -> Timestamp {
    now.checked_sub(LISTED).unwrap_or(Timestamp::MIN)
}

/// The projects, each once, and without those whose ids can't be names of directories.
fn exportable<'a>(targets: &'a [Target], failures: &mut Vec<Failure>) -> Vec<&'a Target> {
    let mut ids = HashSet::new();
    let mut exportable = Vec::with_capacity(targets.len());
    for target in targets {
        let id = target.client.project_id().as_str();
        let is_name =
            !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if !is_name {
            failures.push(Failure::usage(format!(
                "project {} can't be exported: its id `{id}` has characters other than letters, digits, `-` and `_`",
                target.place.project
            )));
        } else if ids.insert(id) {
            exportable.push(target);
        }
    }
    exportable
}

/// Reads the jobs of all policies into the spool.
async fn read_jobs(projects: &mut [Read<'_>], writer: &Writer, now: Timestamp) -> Result<(), Failure> {
    let spinner = Spinner::counting_jobs_without_rows();
    let policies: Vec<(usize, PolicyToRead<'_>)> = projects
        .iter()
        .enumerate()
        .flat_map(|(number, project)| project.to_read(now).into_iter().map(move |policy| (number, policy)))
        .collect();
    let requests = policies.into_iter().map(|(number, policy)| {
        let spinner = &spinner;
        async move {
            spinner.set_message(&policy.policy.label);
            let read = policy.read(number, writer.spool(), spinner).await?;
            Ok::<_, Failure>((number, policy.policy.id.clone(), read))
        }
    });
    let read: Vec<(usize, _, JobsRead)> =
        stream::iter(requests).buffer_unordered(CONCURRENCY).try_collect().await?;
    for (number, policy, jobs) in read {
        if let Some(project) = projects.get_mut(number) {
            project.jobs.insert(policy, jobs);
        }
    }
    Ok(())
}
