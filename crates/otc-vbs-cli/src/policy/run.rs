//! `vbs policy run`

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::SignedDuration;
use otc_vbs::types::{
    BackupJob, BackupJobId, BackupJobSortKey, BackupJobStatus, BackupPolicy, SortDirection,
};

use super::{DryRun, Project, Wanted, change_each, connect_to_change, label};
use crate::backup_job::{BackupJobRow, Summary, has_ended, has_failed};
use crate::changes;
use crate::cli::Global;
use crate::connect::Connected;
use crate::diagnostics;
use crate::exit::Failure;
use crate::output::Rows;
use crate::policies::Policy;
use crate::progress::Spinner;
use crate::resolve::Named as _;
use crate::values::timeout;
use crate::words::{count, time};

/// The pause between two looks at the jobs.
const POLL: Duration = Duration::from_secs(10);
/// The time after which no more jobs of a run are expected.
const LATEST_START: Duration = Duration::from_secs(300);
/// The number of jobs in a page.
const PAGE: u32 = 100;

/// Run policies now, for all of their disks.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    wanted: Wanted,

    /// Wait until the backup jobs have ended, and show them.
    #[arg(long)]
    wait: bool,

    /// Stop waiting after this time, for example 90m. The jobs continue.
    #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = timeout, requires = "wait")]
    timeout: Duration,

    #[command(flatten)]
    dry_run: DryRun,
}

pub(super) async fn run(global: &Global, arguments: &Args) -> Result<(), Failure> {
    let connected = connect_to_change(global, &arguments.dry_run).await?;
    let project = Project::read(&connected).await?;
    let policies = project.find_all(&arguments.wanted)?;
    let dry_run = arguments.dry_run.dry_run;
    if arguments.wait && !dry_run {
        wait(global, arguments, &connected, &project, &policies).await?;
    } else {
        let change = |policy: &BackupPolicy| {
            let request = project.handle(policy).run();
            let doing = format!("can't run policy {}", label(policy));
            async { request.send().await.map_err(|error| Failure::from_call(doing, error)) }
        };
        change_each(global, dry_run, &policies, "started", change).await?;
    }
    drop(project);
    connected.close().await
}

/// A run of a policy.
struct Running<'a> {
    project: &'a Project<'a>,
    policy: &'a BackupPolicy,
    /// The newest jobs before the run. The service does not say which jobs a run starts.
    before: HashSet<BackupJobId>,
    /// The jobs of the run.
    jobs: Vec<BackupJob>,
    /// Why the jobs can't be listed any more.
    failure: Option<Failure>,
}

impl<'a> Running<'a> {
    /// Runs the policy.
    async fn start(project: &'a Project<'a>, policy: &'a BackupPolicy) -> Result<Self, Failure> {
        let mut running = Self { project, policy, before: HashSet::new(), jobs: Vec::new(), failure: None };
        let before = running.list(true).await?;
        running.before = before.into_iter().map(|job| job.job_id).collect();
        let doing = format!("can't run policy {}", label(policy));
        let started = project.handle(policy).run().send().await;
        started.map_err(|error| Failure::from_call(doing, error))?;
        Ok(running)
    }

    /// Lists the jobs since those before the run, newest first, or only the first page.
    async fn list(&self, only_first_page: bool) -> Result<Vec<BackupJob>, Failure> {
        let list = self.project.handle(self.policy).backup_jobs().limit(PAGE);
        let mut pages = list.sort_key(BackupJobSortKey::CreatedAt).sort_dir(SortDirection::Desc).pages();
        let doing = || format!("can't list the backup jobs of {}", label(self.policy));
        let mut jobs = Vec::new();
        while let Some(page) = pages.try_next().await.map_err(|error| Failure::from_call(doing(), error))? {
            let known = page.items.iter().position(|job| self.before.contains(&job.job_id));
            let end = known.unwrap_or(page.items.len());
            jobs.extend(page.items.into_iter().take(end));
            if known.is_some() || only_first_page {
                break;
            }
        }
        Ok(jobs)
    }

    fn has_ended(&self, waited: Duration) -> bool {
        if self.failure.is_some() {
            return true;
        }
        let disks = self.policy.policy_resource_count.unwrap_or(u64::MAX);
        let has_all = self.jobs.len() as u64 >= disks || waited >= LATEST_START;
        has_all && self.jobs.iter().all(|job| has_ended(&job.status))
    }

    fn rows(self) -> Vec<BackupJobRow> {
        let policy = Arc::new(Policy {
            id: self.policy.backup_policy_id.clone(),
            name: self.policy.name().map(str::to_owned),
            label: label(self.policy).to_owned(),
        });
        let place = &self.project.target.place;
        let row = |job| BackupJobRow { place: Arc::clone(place), policy: Arc::clone(&policy), job };
        self.jobs.into_iter().map(row).collect()
    }
}

async fn wait(
    global: &Global,
    arguments: &Args,
    connected: &Connected,
    project: &Project<'_>,
    policies: &[&BackupPolicy],
) -> Result<(), Failure> {
    let starts = policies.iter().map(|policy| Running::start(project, policy));
    let started = changes::make(starts, false).await;
    if started.done.is_empty() {
        return started.check("policies", "started");
    }
    let (mut running, started) = started.take();
    let progress = Spinner::new();
    let mut waited = Duration::ZERO;
    loop {
        let open: Vec<&mut Running<'_>> = running.iter_mut().filter(|run| !run.has_ended(waited)).collect();
        if open.is_empty() || waited >= arguments.timeout {
            break;
        }
        let pause = POLL.min(arguments.timeout - waited);
        connected.pause(pause).await?;
        waited += pause;
        let lists = open.into_iter().map(|run| async {
            match run.list(false).await {
                Ok(jobs) => run.jobs = jobs,
                // The other policies can still be waited for.
                Err(failure) => run.failure = Some(failure),
            }
        });
        join_all(lists).await;
        let jobs = || running.iter().flat_map(|run| &run.jobs);
        let ended = jobs().filter(|job| has_ended(&job.status)).count();
        progress.set_message(&format!("{ended} of {} ended", count(jobs().count() as u64, "job")));
    }
    drop(progress);
    let unfinished = running.iter().any(|run| !run.has_ended(waited));
    let number_started = running.len();
    let unlisted: Vec<Failure> = running.iter_mut().filter_map(|run| run.failure.take()).collect();
    let shown = show(global, running, waited, unfinished);
    unlisted.iter().for_each(|failure| diagnostics::warning(&failure.to_string()));
    // Prints why the other policies were not started, whatever the jobs of these became.
    let started = started.check("policies", "started");
    shown?;
    started?;
    match unlisted.len() {
        0 => Ok(()),
        number => Err(Failure::Incomplete {
            problem: format!("the jobs of {number} of {number_started} started policies can't be listed"),
            hint: Some("see the reasons above, and list the jobs later with `vbs tasks`".to_owned()),
            something_done: true,
        }),
    }
}

fn show(
    global: &Global,
    running: Vec<Running<'_>>,
    waited: Duration,
    unfinished: bool,
) -> Result<(), Failure> {
    let mut options = global.output();
    options.widths = vec![("PROJECT", 0)];
    if running.len() == 1 {
        options.widths.push(("POLICY", 0));
    }
    let names: Vec<&str> = running.iter().map(|run| label(run.policy)).collect();
    let resume = format!("vbs tasks {} --since {}m", names.join(" "), waited.as_secs().div_ceil(60) + 1);
    let mut summary = Summary::default();
    let mut output = Rows::to_stdout(&options)?;
    let rows: Vec<BackupJobRow> = running.into_iter().flat_map(Running::rows).collect();
    rows.iter().for_each(|row| summary.add(&row.job));
    output.write(&rows)?;
    output.finish()?;
    diagnostics::summary(&summary.to_string());
    let is_ok = |row: &BackupJobRow| row.job.status == BackupJobStatus::ExecuteSuccess;
    let failed = rows.iter().filter(|row| has_failed(&row.job.status)).count();
    if unfinished {
        let waited = SignedDuration::try_from(waited).unwrap_or(SignedDuration::MAX);
        return Err(Failure::Incomplete {
            problem: format!("the run has not ended after {}; its jobs continue", time::duration(waited)),
            hint: Some(format!("look at them with `{resume}`")),
            something_done: true,
        });
    }
    match failed {
        0 if rows.is_empty() => Err(Failure::Incomplete {
            problem: "the service lists no backup jobs of the run".to_owned(),
            hint: Some(format!("look again later with `{resume}`")),
            something_done: true,
        }),
        0 => Ok(()),
        _ => Err(Failure::Incomplete {
            problem: format!("{} failed", count(failed as u64, "job")),
            hint: Some("see the reasons above".to_owned()),
            something_done: rows.iter().any(is_ok),
        }),
    }
}
