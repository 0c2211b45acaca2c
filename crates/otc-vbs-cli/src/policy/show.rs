//! `vbs policy show`

use std::collections::BTreeMap;

use otc_vbs::types::{BackupJob, Tag};
use serde::Serialize;

use super::list::PolicyRow;
use super::{Project, label};
use crate::backup_job::status_word;
use crate::check::history::History;
use crate::check::read::read_all_jobs;
use crate::cli::Global;
use crate::connect::{Connected, connect};
use crate::disks::Disks;
use crate::exit::Failure;
use crate::output::{View, show};
use crate::words::count;

/// Show a policy: its schedule, its tags, and the disks that its jobs name.
///
/// The service does not list the disks of a policy, only their number. The disks are those of the jobs of the last 30
/// days, so a disk that is new is missing, and one that was removed may be listed.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The policy, by name or id.
    policy: String,
}

/// A policy with its tags and disks.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(crate) struct PolicyDetails {
    #[serde(flatten)]
    policy: PolicyRow,
    tags: BTreeMap<String, Option<String>>,
    disks: Vec<Disk>,
}

/// A disk that jobs of the policy name.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(crate) struct Disk {
    resource_id: String,
    /// Its name. Null if block storage does not say it.
    name: Option<String>,
    /// Its size, in GB. Null if block storage does not say it.
    size: Option<u64>,
    /// The status of its newest job, as the service names it.
    last_status: Option<String>,
    /// When its newest job was created, in RFC 3339.
    last_created_at: Option<String>,
    #[serde(skip)]
    words: String,
}

pub(super) async fn run(global: &Global, arguments: &Args) -> Result<(), Failure> {
    let connected = connect(global).await?;
    show_policy(global, arguments, &connected).await?;
    connected.close().await
}

async fn show_policy(global: &Global, arguments: &Args, connected: &Connected) -> Result<(), Failure> {
    let now = global.now(connected.now)?.timestamp();
    let project = Project::read(connected).await?;
    let policy = project.find(&arguments.policy)?;
    let handle = project.handle(policy);
    let (tags, jobs) = tokio::join!(
        handle.tags().items().try_collect::<Vec<Tag>>(),
        read_all_jobs(&project.target.client, &policy.backup_policy_id)
    );
    let failed =
        |what: &str, error| Failure::from_call(format!("can't list the {what} of {}", label(policy)), error);
    let tags = tags.map_err(|error| failed("tags", error))?;
    let jobs: Vec<BackupJob> = jobs.map_err(|error| failed("backup jobs", error))?.jobs;

    let output = global.output();
    let view = output.view();
    let history = History::new(&jobs, now);
    let known = Disks::find(connected, project.target, global, history.disks.keys().copied()).await;
    let disks = history.disks.iter().map(|(disk, jobs)| {
        let newest = jobs.jobs.first();
        let last_words = newest
            .map(|newest| format!("{} at {}", status_word(&newest.job.status), view.time(newest.created_at)));
        let found = known.get(disk).cloned().unwrap_or_default();
        Disk {
            words: format!("{}  {}", found.with_id(disk), last_words.unwrap_or_default()),
            resource_id: (*disk).to_owned(),
            name: found.name,
            size: found.size,
            last_status: newest.map(|newest| newest.job.status.as_str().to_owned()),
            last_created_at: newest.map(|newest| newest.created_at.to_string()),
        }
    });
    let detail = PolicyDetails {
        disks: disks.collect(),
        tags: tags.into_iter().map(|tag| (tag.key, tag.value)).collect(),
        policy: PolicyRow::new(&project.target.place, policy, Some(&jobs), now),
    };
    show(&output, &detail, &lines(&detail, &view))
}

fn lines(detail: &PolicyDetails, view: &View) -> Vec<(&'static str, String)> {
    let PolicyDetails { policy, tags, disks } = detail;
    let tags: Vec<String> =
        tags.iter().map(|(key, value)| format!("{key}={}", value.as_deref().unwrap_or_default())).collect();
    let known = disks.len() as u64;
    let number = match policy.policy_resource_count {
        Some(disks) if disks == known => disks.to_string(),
        Some(disks) => format!("{disks} (the jobs of 30 days name {known})"),
        None => format!("unknown (the jobs of 30 days name {})", count(known, "disk")),
    };
    let mut lines = vec![
        ("Name", policy.policy_name.clone().unwrap_or_default()),
        ("ID", policy.policy_id.clone()),
        ("Status", policy.status_word()),
        ("Runs", policy.runs_words()),
        ("Keeps", policy.keeps.clone().unwrap_or_else(|| "unknown".to_owned())),
        ("Last run", policy.last_run_words(view)),
        ("Next", policy.next_words(view)),
        ("Tags", tags.join(", ")),
        ("Disks", number),
    ];
    lines.extend(disks.iter().map(|disk| ("", disk.words.clone())));
    lines
}
