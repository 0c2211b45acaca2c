//! `vbs tasks`: the backup jobs of policies.

mod query;
mod watch;

use std::sync::Arc;

use console::measure_text_width;
use futures_util::stream::{self, StreamExt as _};
use otc_vbs::types::{BackupJob, BackupJobId};
use otc_vbs::{Page, PageStream};

use self::query::{Filters, Query, Window};
use self::watch::{Seen, Watch};
use crate::archive::answers::Scope;
use crate::backup_job::{BackupJobRow, Summary};
use crate::cli::Global;
use crate::connect::Connected;
use crate::connect::with_archive::Source;
use crate::diagnostics;
use crate::disks::DiskFilter;
use crate::exit::Failure;
use crate::output::{Options, Rows};
use crate::policies::{self, NamedPolicy, Policy, ProjectPolicy};
use crate::progress::Spinner;
use crate::words::count;

/// The page size of the service unless --limit sets it.
const DEFAULT_LIMIT: u32 = 20;
/// If more policies have more jobs than shown, one note counts them.
const MAX_NOTES: usize = 5;
/// The number of policies whose first pages are requested at the same time.
const CONCURRENCY: usize = 16;

/// Show the backup jobs that policies triggered in the last 30 days.
///
/// Without --all, --since, --until, --failed and --disk, one page of each policy is shown: 20 jobs, or as many as --limit
/// says, newest first unless --sort-dir says otherwise.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The policies, by name or id. Defaults to all policies of the project.
    #[arg(value_name = "POLICY")]
    policies: Vec<String>,

    /// Show all jobs, not just the first page.
    #[arg(long)]
    all: bool,

    #[command(flatten)]
    source: Source,

    #[command(flatten)]
    watch: Watch,

    #[command(flatten)]
    filters: Filters,
}

pub(crate) async fn run(global: &Global, mut arguments: Args) -> Result<(), Failure> {
    arguments.watch.check(&global.output())?;
    if arguments.watch.enabled && arguments.source.is_archive() {
        return Err(Failure::usage("--watch and --from can't be combined: an archive does not change"));
    }
    let mut connected = arguments.source.connect(global, Scope::History).await?;
    let now = global.now(connected.now)?;
    let mut window = Window::new(&arguments.filters, &now)?;
    if arguments.watch.enabled {
        watch::widen(&mut arguments, &mut window, now.timestamp());
    }
    let failures = std::mem::take(&mut connected.failures);
    show(&connected, global, &arguments, window, failures).await?;
    connected.close().await
}

async fn show(
    connected: &Connected,
    global: &Global,
    arguments: &Args,
    window: Window,
    mut failures: Vec<Failure>,
) -> Result<(), Failure> {
    let filters = &arguments.filters;
    let policies = policies::find_policies(&connected.targets, &arguments.policies, &mut failures).await?;
    if filters.marker.is_some() && policies.len() != 1 {
        return Err(Failure::Usage {
            problem: format!("--marker needs exactly one policy, but {} are selected", policies.len()),
            hint: Some("name the policy of the job".to_owned()),
        });
    }
    if policies.is_empty() && failures.is_empty() {
        diagnostics::note("the project has no backup policies");
    }
    let whole = arguments.all || window.is_limited() || filters.failed || filters.disk.is_some();
    let disks = DiskFilter::find(connected, global, filters.disk.as_deref()).await?;
    let query = Query { filters, window, disks, whole };
    let mut shown = Shown {
        rows: Rows::to_stdout(&layout(connected, &policies, global))?,
        summary: Summary::default(),
        progress: Spinner::counting_jobs(),
        notes: Vec::new(),
        pages: 0,
        seen: arguments.watch.enabled.then(Seen::default),
    };
    shown.round(&policies, &query, &mut failures).await?;
    if arguments.watch.enabled && (shown.pages > 0 || failures.is_empty()) {
        return watch::changes(connected, arguments, &query, shown, failures).await;
    }
    let (pages, jobs) = (shown.pages, shown.summary.jobs());
    shown.finish(pages > 0 || failures.is_empty())?;
    match &filters.job_id {
        Some(id) if jobs == 0 && failures.is_empty() => Err(Failure::NotFound {
            problem: format!("there is no backup job with the id `{id}`"),
            hint: "check the id, the policy and the project; the service forgets jobs after 30 days"
                .to_owned(),
        }),
        None if jobs == 0 && failures.is_empty() && filters.names_only_a_disk() => Err(Failure::NotFound {
            problem: format!(
                "there is no backup job of disk `{}`",
                filters.disk.as_deref().unwrap_or_default()
            ),
            hint: "check the disk, the policy and the project; the service forgets jobs after 30 days"
                .to_owned(),
        }),
        _ => Failure::partial(failures, pages > 0),
    }
}

/// The columns of the policies and projects are as wide as their names, and hidden if there is only one.
fn layout(connected: &Connected, policies: &[ProjectPolicy<'_>], global: &Global) -> Options {
    let widest = |texts: &mut dyn Iterator<Item = &str>| texts.map(measure_text_width).max().unwrap_or(0);
    let project = match connected.has_several() {
        true => widest(&mut connected.targets.iter().map(|target| target.place.project.as_str())),
        false => 0,
    };
    let policy = match policies.len() {
        0 | 1 if !connected.has_several() => 0,
        _ => widest(&mut policies.iter().map(|policy| policy.policy.label.as_str())),
    };
    let mut output = global.output();
    output.widths = vec![
        ("PROJECT", project),
        ("POLICY", policy),
        ("STATUS", "timeout".len()),
        ("TOOK", "23h 59m".len()),
    ];
    output
}

/// A policy whose first page has been requested.
struct Started {
    policy: NamedPolicy,
    first: Option<otc_vbs::Result<Page<BackupJob, BackupJobId>>>,
    /// The pages after the first, if all are wanted.
    rest: Option<PageStream<BackupJob, BackupJobId>>,
}

/// What has been shown so far.
struct Shown {
    rows: Rows<BackupJobRow>,
    summary: Summary,
    progress: Spinner,
    notes: Vec<String>,
    /// The pages that were received.
    pages: usize,
    /// What was shown before, if only changes are shown.
    seen: Option<Seen>,
}

impl Shown {
    /// Shows the jobs of these policies.
    async fn round(
        &mut self,
        policies: &[ProjectPolicy<'_>],
        query: &Query<'_>,
        failures: &mut Vec<Failure>,
    ) -> Result<(), Failure> {
        let mut starts = stream::iter(policies).map(|policy| query.start(policy)).buffered(CONCURRENCY);
        while let Some(started) = starts.next().await {
            self.progress.set_message(&started.policy.policy.label);
            match self.jobs(started, query).await {
                // The other policies can still be shown.
                Err(failure @ Failure::Vbs { .. }) => failures.push(failure),
                result => result?,
            }
        }
        Ok(())
    }

    async fn jobs(&mut self, started: Started, query: &Query<'_>) -> Result<(), Failure> {
        let Started { policy, first, mut rest } = started;
        let mut next = first;
        while let Some(page) = next {
            let page = page.map_err(|error| cannot_list_jobs(&policy, error))?;
            self.pages += 1;
            let ends = query.ends_with(&page.items);
            if rest.is_none() && self.seen.is_none() {
                let left_out = left_out(page.count, page.items.len(), query.filters);
                self.note(&policy.policy, left_out, page.items.len());
            }
            self.progress.add_jobs(page.items.len());
            let rows: Vec<BackupJobRow> = page
                .items
                .into_iter()
                .filter(|job| query.accepts(job))
                .filter(|job| self.seen.as_mut().is_none_or(|seen| seen.is_news(&policy.policy.id, job)))
                .map(|job| BackupJobRow {
                    place: Arc::clone(&policy.place),
                    policy: Arc::clone(&policy.policy),
                    job,
                })
                .collect();
            rows.iter().for_each(|row| self.summary.add(&row.job));
            self.rows.write(&rows)?;
            if let Some(error) = page.errors.into_iter().next() {
                return Err(cannot_list_jobs(&policy, error));
            }
            next = match &mut rest {
                Some(rest) if !ends => rest.next().await,
                _ => None,
            };
        }
        Ok(())
    }

    fn note(&mut self, policy: &Policy, left_out: LeftOut, shown: usize) {
        let label = &policy.label;
        match left_out {
            LeftOut::Nothing => {}
            LeftOut::Of(count) => {
                self.notes.push(format!("{shown} of {count} jobs of {label} shown; use --all to show all"));
            }
            LeftOut::Perhaps => self.notes.push(format!(
                "{} of {label} shown, and there may be more; use --all to show all",
                count(shown as u64, "job")
            )),
        }
    }

    fn finish(self, has_summary: bool) -> Result<(), Failure> {
        drop(self.progress);
        self.rows.finish()?;
        if has_summary {
            diagnostics::summary(&self.summary.to_string());
        }
        match self.notes.len() {
            0..=MAX_NOTES => self.notes.iter().for_each(|text| diagnostics::note(text)),
            many => diagnostics::note(&format!(
                "{many} policies have more jobs than shown; use --all to show all"
            )),
        }
        Ok(())
    }
}

fn cannot_list_jobs(policy: &NamedPolicy, error: otc_vbs::Error) -> Failure {
    let place = policy.place.after("in");
    Failure::Vbs { doing: format!("can't list the backup jobs of {}{place}", policy.policy.label), error }
}

/// Whether a policy has more jobs than its page.
#[derive(Debug, PartialEq)]
enum LeftOut {
    Nothing,
    /// The number of all jobs, including those of the page.
    Of(u64),
    Perhaps,
}

/// The reference does not say whether `count` is the number of all jobs or of the page's.
fn left_out(count: Option<u64>, shown: usize, filters: &Filters) -> LeftOut {
    let shown = shown as u64;
    let passed = u64::from(filters.offset.unwrap_or(0)) + shown;
    let page_is_full = shown >= u64::from(filters.limit.unwrap_or(DEFAULT_LIMIT));
    match count {
        _ if shown == 0 => LeftOut::Nothing,
        Some(count) if filters.marker.is_none() && count > passed => LeftOut::Of(count),
        // It is more than the page has, so it counts all jobs, and this page is the last.
        Some(count) if filters.marker.is_none() && count > shown => LeftOut::Nothing,
        _ if page_is_full => LeftOut::Perhaps,
        _ => LeftOut::Nothing,
    }
}

#[cfg(test)]
mod tests;
