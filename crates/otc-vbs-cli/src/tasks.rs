//! `vbs tasks`: the backup jobs of policies.

use std::sync::Arc;

use clap::ValueEnum;
use console::measure_text_width;
use futures_util::stream::{self, StreamExt as _};
use jiff::{Timestamp, ZonedDateTime};
use otc_vbs::request::ListBackupJobs;
use otc_vbs::types::{BackupJob, BackupJobId, BackupJobSortKey, BackupJobStatus, SortDirection};
use otc_vbs::{Page, PageStream};

use crate::backup_job::{BackupJobRow, Summary, has_failed};
use crate::cli::Global;
use crate::connect::{Connected, connect};
use crate::diagnostics;
use crate::exit::Failure;
use crate::output::{Options, Rows};
use crate::policies::{self, NamedPolicy, Policy, PolicyOf};
use crate::progress::Progress;
use crate::values::{job_id, limit, offset, status};
use crate::words::time::{self, Bound};

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
    filters: Filters,
}

#[derive(clap::Args, Debug, Default)]
#[command(next_help_heading = "Filters")]
struct Filters {
    /// Only jobs created at this time or later: 24h, last-night, a date, or 2026-01-15T06:00:00Z.
    #[arg(long, value_name = "TIME")]
    since: Option<String>,

    /// Only jobs created before this time, or up to the end of this day.
    #[arg(long, value_name = "TIME")]
    until: Option<String>,

    /// Only jobs that failed or ran into a timeout.
    #[arg(long)]
    failed: bool,

    /// Only jobs of this disk, by its id or the beginning of its id.
    #[arg(long, value_name = "ID")]
    disk: Option<String>,

    /// Only jobs in this status: ok, failed, timeout, running, waiting or skipped, or the service's own word.
    #[arg(long, value_name = "STATUS", value_parser = status, conflicts_with_all = ["failed", "raw_status"])]
    status: Option<BackupJobStatus>,

    /// Only jobs in this status, which is sent as it is, even if the reference does not list it.
    #[arg(long, value_name = "STATUS", conflicts_with = "failed")]
    raw_status: Option<String>,

    /// Only the job with this id.
    #[arg(long, value_name = "ID", value_parser = job_id)]
    job_id: Option<BackupJobId>,

    /// The order of the jobs.
    #[arg(long, value_enum, value_name = "DIRECTION")]
    sort_dir: Option<Direction>,

    /// The sort key.
    #[arg(long, value_enum, value_name = "KEY")]
    sort_key: Option<SortKey>,

    /// Jobs per page [default: 20].
    #[arg(long, value_name = "N", value_parser = limit, allow_negative_numbers = true)]
    limit: Option<u32>,

    /// Skip the first N jobs of each policy.
    #[arg(long, value_name = "N", value_parser = offset, allow_negative_numbers = true)]
    offset: Option<u32>,

    /// Start after the job with this id. Requires exactly one policy.
    #[arg(long, value_name = "ID", value_parser = job_id)]
    marker: Option<BackupJobId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Direction {
    /// Oldest first.
    Asc,
    /// Newest first.
    Desc,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SortKey {
    /// The creation time.
    #[value(name = "created_at", alias = "created-at")]
    CreatedAt,
}

pub(crate) async fn run(global: &Global, arguments: Args) -> Result<(), Failure> {
    let mut connected = connect(global).await?;
    let window = Window::of(&arguments.filters, &global.now(connected.now)?)?;
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
    let policies = policies::of_targets(&connected.targets, &arguments.policies, &mut failures).await?;
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
    let query = Query { filters, window, whole };
    let mut shown = Shown {
        rows: Rows::to_stdout(&layout(connected, &policies, global))?,
        summary: Summary::default(),
        progress: Progress::new(),
        notes: Vec::new(),
        pages: 0,
    };
    let mut starts = stream::iter(&policies).map(|policy| query.start(policy)).buffered(CONCURRENCY);
    while let Some(started) = starts.next().await {
        shown.progress.begin(&started.policy.policy.label);
        match shown.jobs(started, &query).await {
            // The other policies can still be shown.
            Err(failure @ Failure::Vbs { .. }) => failures.push(failure),
            result => result?,
        }
    }
    let (pages, jobs) = (shown.pages, shown.summary.jobs());
    shown.finish(pages > 0 || failures.is_empty())?;
    match &filters.job_id {
        Some(id) if jobs == 0 && failures.is_empty() => Err(Failure::NotFound {
            problem: format!("there is no backup job with the id `{id}`"),
            hint: "check the id, the policy and the project; the service forgets jobs after 30 days"
                .to_owned(),
        }),
        _ => Failure::partial(failures, pages > 0),
    }
}

/// The columns of the policies and projects are as wide as their names, and hidden if there is only one.
fn layout(connected: &Connected, policies: &[PolicyOf<'_>], global: &Global) -> Options {
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

/// The time in which jobs were created.
#[derive(Clone, Copy, Default)]
struct Window {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
}

impl Window {
    fn of(filters: &Filters, now: &ZonedDateTime) -> Result<Self, Failure> {
        let parse = |option: &str, text: &Option<String>, bound| match text {
            None => Ok(None),
            Some(text) => time::parse(text, bound, now)
                .map(Some)
                .map_err(|error| Failure::usage(format!("{option}: {error}"))),
        };
        Ok(Self {
            since: parse("--since", &filters.since, Bound::Start)?,
            until: parse("--until", &filters.until, Bound::End)?,
        })
    }

    fn is_limited(self) -> bool {
        self.since.is_some() || self.until.is_some()
    }

    fn contains(self, time: Timestamp) -> bool {
        self.since.is_none_or(|since| time >= since) && self.until.is_none_or(|until| time < until)
    }
}

fn created(job: &BackupJob) -> Option<Timestamp> {
    job.created_at.timestamp().map(|time| time.as_timestamp())
}

/// What is asked of each policy.
struct Query<'a> {
    filters: &'a Filters,
    window: Window,
    /// Whether the jobs may be on any page.
    whole: bool,
}

impl Query<'_> {
    /// Requests the first page of a policy.
    async fn start(&self, policy: &PolicyOf<'_>) -> Started {
        let query = self.request(policy);
        let policy = policy.named();
        if !self.whole {
            return Started { policy, first: Some(query.send().await), rest: None };
        }
        let mut pages = query.pages();
        let first = pages.next().await;
        Started { policy, first, rest: Some(pages) }
    }

    fn accepts(&self, job: &BackupJob) -> bool {
        // A job whose time can't be read is shown rather than lost.
        let in_window = created(job).is_none_or(|created| self.window.contains(created));
        let of_disk = self
            .filters
            .disk
            .as_deref()
            .is_none_or(|disk| job.resource_id.as_ref().is_some_and(|id| id.as_str().starts_with(disk)));
        in_window && of_disk && (!self.filters.failed || has_failed(&job.status))
    }

    /// Whether no page after this one can have a job of the window.
    fn ends_with(&self, jobs: &[BackupJob]) -> bool {
        let is_newest_first = self.filters.sort_dir != Some(Direction::Asc);
        let last = jobs.last().and_then(created);
        last.is_some_and(|last| is_newest_first && self.window.since.is_some_and(|since| last < since))
    }

    fn request(&self, policy: &PolicyOf<'_>) -> ListBackupJobs {
        let filters = self.filters;
        let mut query = policy.target.client.policy(&policy.policy.id).backup_jobs();
        if let Some(direction) = filters.sort_dir {
            query = query.sort_dir(match direction {
                Direction::Asc => SortDirection::Asc,
                Direction::Desc => SortDirection::Desc,
            });
        }
        if let Some(SortKey::CreatedAt) = filters.sort_key {
            query = query.sort_key(BackupJobSortKey::CreatedAt);
        }
        if let Some(limit) = filters.limit {
            query = query.limit(limit);
        }
        if let Some(marker) = &filters.marker {
            query = query.marker(marker);
        }
        if let Some(job_id) = &filters.job_id {
            query = query.job_id(job_id);
        }
        if let Some(status) = &filters.status {
            query = query.status(status.clone());
        }
        if let Some(status) = &filters.raw_status {
            query = query.status(BackupJobStatus::from(status.as_str()));
        }
        if let Some(offset) = filters.offset {
            query = query.offset(offset);
        }
        query
    }
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
    progress: Progress,
    notes: Vec<String>,
    /// The pages that were received.
    pages: usize,
}

impl Shown {
    async fn jobs(&mut self, started: Started, query: &Query<'_>) -> Result<(), Failure> {
        let Started { policy, first, mut rest } = started;
        let mut next = first;
        while let Some(page) = next {
            let page = page.map_err(|error| jobs_of(&policy, error))?;
            self.pages += 1;
            let ends = query.ends_with(&page.items);
            if rest.is_none() {
                let left_out = left_out(page.count, page.items.len(), query.filters);
                self.note(&policy.policy, left_out, page.items.len());
            }
            self.progress.add(page.items.len());
            let rows: Vec<BackupJobRow> = page
                .items
                .into_iter()
                .filter(|job| query.accepts(job))
                .map(|job| BackupJobRow {
                    place: Arc::clone(&policy.place),
                    policy: Arc::clone(&policy.policy),
                    job,
                })
                .collect();
            rows.iter().for_each(|row| self.summary.add(&row.job));
            self.rows.write(&rows)?;
            if let Some(error) = page.errors.into_iter().next() {
                return Err(jobs_of(&policy, error));
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
            LeftOut::Perhaps => self
                .notes
                .push(format!("{shown} jobs of {label} shown, and there may be more; use --all to show all")),
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
fn jobs_of(policy: &NamedPolicy, error: otc_vbs::Error) -> Failure {
    Failure::Vbs { doing: format!("can't list the backup jobs of {}", policy.policy.label), error }
}

/// Whether a policy has more jobs than its page.
#[derive(Debug, PartialEq)]
enum LeftOut {
    Nothing,
    /// There are so many, including those of the page.
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
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn filters(limit: Option<u32>, offset: Option<u32>, marker: bool) -> Filters {
        Filters { limit, offset, marker: marker.then(|| "j1".parse().unwrap()), ..Filters::default() }
    }

    #[test]
    fn rest_of_a_list_is_noticed_whatever_count_means() {
        let of_all =
            |count, shown, limit, offset| left_out(Some(count), shown, &filters(limit, offset, false));
        assert_eq!(of_all(48, 20, None, None), LeftOut::Of(48));
        assert_eq!(of_all(48, 8, None, Some(40)), LeftOut::Nothing);
        assert_eq!(of_all(48, 20, None, Some(28)), LeftOut::Nothing);
        assert_eq!(of_all(7, 7, None, None), LeftOut::Nothing);
        assert_eq!(of_all(0, 0, None, None), LeftOut::Nothing);
        assert_eq!(of_all(48, 0, None, Some(50)), LeftOut::Nothing);

        let of_page = |shown: usize, limit| left_out(Some(shown as u64), shown, &filters(limit, None, false));
        assert_eq!(of_page(20, None), LeftOut::Perhaps);
        assert_eq!(of_page(20, Some(50)), LeftOut::Nothing);

        let unsaid = left_out(None, 20, &filters(None, None, false));
        assert_eq!(unsaid, LeftOut::Perhaps);
        let after_marker = left_out(Some(48), 20, &filters(None, None, true));
        assert_eq!(after_marker, LeftOut::Perhaps);
        let last_after_marker = left_out(Some(48), 8, &filters(None, None, true));
        assert_eq!(last_after_marker, LeftOut::Nothing);
    }
}
