//! `vbs policy list`

use std::sync::Arc;

use console::measure_text_width;
use futures_util::stream::{self, StreamExt as _};
use jiff::Timestamp;
use otc_vbs::schedule::Timetable;
use otc_vbs::types::{
    BackupJob, BackupJobSortKey, BackupPolicy, PolicyStatus, RetainFirstBackup, SortDirection,
};
use serde::Serialize;

use super::label;
use crate::check::plan::{Options as CheckOptions, depends_on_jobs};
use crate::check::read::read_jobs;
use crate::cli::Global;
use crate::connect::{Connected, Place, Target, connect};
use crate::diagnostics;
use crate::exit::Failure;
use crate::output::{Column, Fit, Options, Record, Rows, View};
use crate::policies;
use crate::resolve::Named as _;
use crate::words::{schedule, time};

/// The number of policies whose newest jobs are requested at the same time.
const CONCURRENCY: usize = 16;

/// List policies: when they run, what they keep, and their last and next run.
#[derive(clap::Args, Debug)]
pub(super) struct Args {}

pub(super) async fn run(global: &Global, _arguments: &Args) -> Result<(), Failure> {
    let mut connected = connect(global).await?;
    let failures = std::mem::take(&mut connected.failures);
    list(global, &connected, failures).await?;
    connected.close().await
}

async fn list(global: &Global, connected: &Connected, mut failures: Vec<Failure>) -> Result<(), Failure> {
    let now = global.now(connected.now)?.timestamp();
    let lists = policies::lists(&connected.targets, &mut failures).await;
    let has_answer = !lists.is_empty();
    let all: Vec<(&Target, &BackupPolicy)> =
        lists.iter().flat_map(|(target, list)| list.iter().map(move |policy| (*target, policy))).collect();
    if all.is_empty() && failures.is_empty() {
        diagnostics::note("there are no backup policies");
    }
    let requests = all.iter().map(|(target, policy)| newest_jobs(target, policy, now));
    let mut answers = stream::iter(requests).buffered(CONCURRENCY);
    let mut rows = Vec::with_capacity(all.len());
    for (target, policy) in &all {
        let jobs = match answers.next().await {
            Some(Ok(jobs)) => Some(jobs),
            Some(Err(error)) => {
                let place = target.place.after("in");
                let doing = format!("can't list the backup jobs of {}{place}", label(policy));
                failures.push(Failure::Vbs { doing, error });
                None
            }
            None => None,
        };
        rows.push(PolicyRow::new(&target.place, policy, jobs.as_deref(), now));
    }
    let mut output = Rows::to_stdout(&layout(global, connected, &rows))?;
    output.write(&rows)?;
    output.finish()?;
    Failure::partial(failures, has_answer)
}

/// The newest job. For a policy that runs every few days, as many as needed to infer the days.
async fn newest_jobs(
    target: &Target,
    policy: &BackupPolicy,
    now: Timestamp,
) -> otc_vbs::Result<Vec<BackupJob>> {
    if depends_on_jobs(policy) {
        return Ok(read_jobs(&target.client, policy, now, &CheckOptions::default()).await?.jobs);
    }
    let list = target.client.policy(&policy.backup_policy_id).backup_jobs();
    let list = list.sort_key(BackupJobSortKey::CreatedAt).sort_dir(SortDirection::Desc).limit(1);
    list.send().await?.into_items()
}

/// The column of the projects is hidden if there is only one.
fn layout(global: &Global, connected: &Connected, rows: &[PolicyRow]) -> Options {
    let project = match connected.has_several() {
        true => rows.iter().map(|row| measure_text_width(&row.project)).max().unwrap_or(0),
        false => 0,
    };
    let mut output = global.output();
    output.widths = vec![("PROJECT", project)];
    output
}

/// A policy, with its last and next run.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "Policy")]
pub(crate) struct PolicyRow {
    project: String,
    region: Option<String>,
    pub(super) policy_id: String,
    pub(super) policy_name: Option<String>,
    /// `ON` or `OFF`.
    pub(super) status: Option<String>,
    /// When the policy runs, in words.
    pub(super) runs: Option<String>,
    /// What the policy keeps of each disk, in words.
    pub(super) keeps: Option<String>,
    /// The start times in UTC.
    start_time: Option<String>,
    /// The interval in days.
    frequency: Option<i64>,
    /// The days of the week, separated by commas.
    week_frequency: Option<String>,
    time_zone: Option<String>,
    retention_num: Option<i64>,
    retention_day: Option<i64>,
    keeps_first_of_month: Option<bool>,
    /// The number of disks.
    pub(super) policy_resource_count: Option<u64>,
    /// When the newest backup job was created, in RFC 3339. Null if there is none in the last 30 days.
    last_run_at: Option<String>,
    /// When the policy runs next, in RFC 3339. Null if it is off, or if that can't be inferred.
    next_run_at: Option<String>,
    #[serde(skip)]
    cells: Cells,
}

/// What the cells of the table depend on besides the fields.
#[derive(Debug)]
struct Cells {
    status: Option<PolicyStatus>,
    timetable: Option<Timetable>,
    /// `None` if the jobs are not known.
    last_run: Option<Option<Timestamp>>,
    now: Timestamp,
}

impl PolicyRow {
    /// `jobs` are the newest ones, or `None` if they can't be read.
    pub(super) fn new(
        place: &Arc<Place>,
        policy: &BackupPolicy,
        jobs: Option<&[BackupJob]>,
        now: Timestamp,
    ) -> Self {
        let created = |job: &BackupJob| job.created_at.timestamp().map(Timestamp::from);
        let created: Option<Vec<Timestamp>> = jobs.map(|jobs| jobs.iter().filter_map(created).collect());
        let last_run = created.as_ref().map(|created| created.iter().copied().max());
        let timetable = Timetable::from_policy(policy).ok();
        let timetable = timetable.map(|timetable| timetable.infer_anchor(created.unwrap_or_default()));
        let schedule = policy.scheduled_policy.as_ref();
        let status = schedule.and_then(|schedule| schedule.status.clone());
        let due = timetable.as_ref().and_then(|timetable| timetable.due_times().ok());
        let next = due.filter(|_| status == Some(PolicyStatus::On)).and_then(|due| due.next_after(now));
        let weekdays = schedule.and_then(|schedule| schedule.week_frequency.as_ref());
        let weekdays = weekdays.filter(|days| !days.is_empty());
        let first = schedule.and_then(|schedule| schedule.retain_first_backup_of_current_month.as_ref());
        Self {
            project: place.project.clone(),
            region: place.region.clone(),
            policy_id: policy.id().to_owned(),
            policy_name: policy.name().map(str::to_owned),
            status: status.as_ref().map(|status| status.as_str().to_owned()),
            runs: timetable.as_ref().map(schedule::runs),
            keeps: schedule.map(schedule::keeps).filter(|keeps| keeps != "-"),
            start_time: schedule.and_then(|schedule| schedule.start_time.clone()),
            frequency: schedule.and_then(|schedule| schedule.frequency),
            week_frequency: weekdays
                .map(|days| days.iter().map(|day| day.as_str()).collect::<Vec<_>>().join(",")),
            time_zone: policy.time_zone.clone(),
            retention_num: schedule.and_then(|schedule| schedule.retention_num),
            retention_day: schedule.and_then(|schedule| schedule.retention_day),
            keeps_first_of_month: first.map(|first| *first == RetainFirstBackup::Y),
            policy_resource_count: policy.policy_resource_count,
            last_run_at: last_run.flatten().map(|time| time.to_string()),
            next_run_at: next.map(|time| time.to_string()),
            cells: Cells { status, timetable, last_run, now },
        }
    }

    pub(super) fn status_word(&self) -> String {
        self.status.as_deref().unwrap_or("unknown").to_lowercase()
    }

    pub(super) fn runs_words(&self) -> String {
        match (&self.runs, &self.start_time) {
            (Some(runs), _) => runs.clone(),
            // It can't be read, so the service's text is shown.
            (None, Some(start_time)) => format!("unknown ({start_time})"),
            (None, None) => "unknown".to_owned(),
        }
    }

    pub(super) fn last_run_words(&self, view: &View) -> String {
        match self.cells.last_run.flatten() {
            None => self.last_run_age(),
            Some(last) => format!("{} ({})", self.last_run_age(), view.time(last)),
        }
    }

    fn last_run_age(&self) -> String {
        let Cells { last_run, now, .. } = self.cells;
        match last_run {
            None => "unknown".to_owned(),
            Some(None) => "none in 30d".to_owned(),
            Some(Some(last)) if last > now => time::age(last, now),
            Some(Some(last)) => format!("{} ago", time::age(last, now)),
        }
    }

    pub(super) fn next_words(&self, view: &View) -> String {
        let Cells { status, timetable, now, .. } = &self.cells;
        match timetable {
            Some(timetable) => schedule::next(status.as_ref(), timetable, *now, &view.zone),
            None if *status == Some(PolicyStatus::Off) => "-".to_owned(),
            None => "unknown".to_owned(),
        }
    }
}

impl Record for PolicyRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("PROJECT", Fit::Shorten(16), |row, _| row.project.clone()),
        Column::new("NAME", Fit::Shorten(16), |row, _| row.policy_name.clone().unwrap_or_default()),
        Column::new("ID", Fit::Id, |row, _| row.policy_id.clone()),
        Column::new("STATUS", Fit::Keep, |row, _| row.status_word()),
        Column::new("KEEPS", Fit::Hide(2), |row, _| row.keeps.clone().unwrap_or_else(|| "-".to_owned())),
        Column::new("DISKS", Fit::Keep, |row, _| {
            row.policy_resource_count.map(|disks| disks.to_string()).unwrap_or_default()
        }),
        Column::new("LAST RUN", Fit::Hide(3), |row, _| row.last_run_age()),
        Column::new("LAST RUN AT", Fit::Wide, |row, view| {
            row.cells.last_run.flatten().map(|last| view.time(last)).unwrap_or_default()
        }),
        Column::new("NEXT", Fit::Hide(4), |row, view| row.next_words(view)),
        Column::new("RUNS", Fit::Wrap, |row, _| row.runs_words()),
    ];

    const FIELDS: &'static [&'static str] = &[
        "project",
        "region",
        "policy_id",
        "policy_name",
        "status",
        "runs",
        "keeps",
        "start_time",
        "frequency",
        "week_frequency",
        "time_zone",
        "retention_num",
        "retention_day",
        "keeps_first_of_month",
        "policy_resource_count",
        "last_run_at",
        "next_run_at",
    ];
}
