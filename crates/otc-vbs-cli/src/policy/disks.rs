//! `vbs policy add-disks` and `remove-disks`.

use std::collections::{BTreeMap, BTreeSet};

use otc_vbs::types::{AssociationOutcome, BackupPolicy, DiskId, ErrorCode};
use serde::Serialize;

use super::disk_arguments;
use super::{DryRun, Project, Yes, connect_to_change, full_label, label};
use crate::check::history::History;
use crate::check::read::read_all_jobs;
use crate::cli::Global;
use crate::confirm::{check_exact, confirm};
use crate::connect::Connected;
use crate::diagnostics;
use crate::disks::{Candidate, Candidates, Disks};
use crate::exit::Failure;
use crate::output::{Column, Fit, Format, Record, Rows};
use crate::progress::Spinner;
use crate::resolve::{self, Named};
use crate::words::count;

/// The number of disks in a request. The service documents no limit; a request of this size is answered in seconds.
const BATCH: usize = 100;
/// The number of disks that a question lists.
const MAX_LISTED: usize = 20;
/// The length of a disk's id, which is a UUID.
const ID_LENGTH: usize = 36;

/// Add disks to a policy.
///
/// A disk that is already in the policy counts as added, so the command can be repeated.
#[derive(clap::Args, Debug)]
pub(super) struct Add {
    /// The policy, by name or id.
    policy: String,

    #[command(flatten)]
    disks: disk_arguments::Disks,

    #[command(flatten)]
    dry_run: DryRun,
}

/// Remove disks from a policy. They are no longer backed up; their backups are kept.
///
/// A disk can be named by its name or by the beginning of its id if jobs name all disks of the policy.
#[derive(clap::Args, Debug)]
pub(super) struct Remove {
    /// The policy, by name or id.
    policy: String,

    #[command(flatten)]
    disks: disk_arguments::Disks,

    #[command(flatten)]
    yes: Yes,

    #[command(flatten)]
    dry_run: DryRun,
}

pub(super) async fn add(global: &Global, arguments: &Add) -> Result<(), Failure> {
    let disks = arguments.disks.read()?;
    let connected = connect_to_change(global, &arguments.dry_run).await?;
    let project = Project::read(&connected).await?;
    let policy = project.find(&arguments.policy)?;
    let candidates = Candidates::for_texts(&connected, project.target, global, &disks).await?;
    let disks: Vec<DiskId> =
        disks.iter().map(|disk| candidates.find(disk)?.disk_id()).collect::<Result<_, _>>()?;
    let change = Change { adds: true, dry_run: arguments.dry_run.dry_run, project: &project, policy };
    change.run(global, &disks).await?;
    drop(project);
    connected.close().await
}

pub(super) async fn remove(global: &Global, arguments: &Remove) -> Result<(), Failure> {
    let disks = arguments.disks.read()?;
    let connected = connect_to_change(global, &arguments.dry_run).await?;
    remove_with(global, arguments, &disks, &connected).await?;
    connected.close().await
}

async fn remove_with(
    global: &Global,
    arguments: &Remove,
    wanted: &[String],
    connected: &Connected,
) -> Result<(), Failure> {
    let (yes, dry_run) = (arguments.yes.yes, arguments.dry_run.dry_run);
    let project = Project::read(connected).await?;
    let policy = project.find(&arguments.policy)?;
    let found = find_all(connected, global, &project, policy, wanted).await?;
    let disks: Vec<DiskId> = found.iter().map(Candidate::disk_id).collect::<Result<_, _>>()?;
    if !dry_run {
        check_exact(&arguments.policy, policy.id(), policy.name(), yes)?;
        for (text, disk) in wanted.iter().zip(&found) {
            check_exact(text, disk.id(), disk.name(), yes)?;
        }
        confirm("remove", "removing", &disks_of(policy, &disks), yes)?;
    }
    let change = Change { adds: false, dry_run, project: &project, policy };
    change.run(global, &disks).await
}

/// `2 disks from policy nightly (ID): d1, d2`
fn disks_of(policy: &BackupPolicy, disks: &[DiskId]) -> String {
    let mut listed: Vec<&str> = disks.iter().take(MAX_LISTED).map(DiskId::as_str).collect();
    let more = format!("{} more", disks.len().saturating_sub(MAX_LISTED));
    if disks.len() > MAX_LISTED {
        listed.push(&more);
    }
    let disks = count(disks.len() as u64, "disk");
    format!("{disks} from {}: {}", full_label(policy), listed.join(", "))
}

/// The disks that arguments name. Jobs of the policy must name all of its disks unless the arguments are ids.
async fn find_all(
    connected: &Connected,
    global: &Global,
    project: &Project<'_>,
    policy: &BackupPolicy,
    wanted: &[String],
) -> Result<Vec<Candidate>, Failure> {
    let from_id = |text: &String| Candidate { id: text.clone(), name: None };
    if wanted.iter().all(|text| text.len() >= ID_LENGTH) {
        return Ok(wanted.iter().map(from_id).collect());
    }
    let jobs = read_all_jobs(&project.target.client, &policy.backup_policy_id).await;
    let doing = || format!("can't list the backup jobs of {}", label(policy));
    let jobs = jobs.map_err(|error| Failure::from_call(doing(), error))?.jobs;
    let history = History::new(&jobs, jiff::Timestamp::MAX);
    let ids = || history.disks.keys().copied();
    let named = Disks::find(connected, project.target, global, ids()).await;
    let known =
        |id: &str| Candidate { id: id.to_owned(), name: named.get(id).and_then(|disk| disk.name.clone()) };
    let known: Vec<Candidate> = ids().map(known).collect();
    let lists_all = policy.policy_resource_count.is_some_and(|disks| disks <= known.len() as u64);
    let find = |text: &String| {
        if text.len() >= ID_LENGTH || known.iter().any(|disk| disk.id == *text) {
            return Ok(from_id(text));
        }
        if !lists_all {
            return Err(Failure::Usage {
                problem: format!(
                    "`{text}` is not the full id of a disk, and jobs name only some disks of the policy"
                ),
                hint: Some("use the full id; `openstack volume list` shows it".to_owned()),
            });
        }
        resolve::find_in(&full_label(policy), "disk", &known, text).cloned()
    };
    wanted.iter().map(find).collect()
}

/// Adds disks to a policy, or removes them from it.
struct Change<'a> {
    adds: bool,
    dry_run: bool,
    project: &'a Project<'a>,
    policy: &'a BackupPolicy,
}

impl Change<'_> {
    async fn run(&self, global: &Global, disks: &[DiskId]) -> Result<(), Failure> {
        let options = global.output();
        let is_table = matches!(options.format, Format::Table | Format::Wide);
        let progress = Spinner::new();
        let (mut rows, mut failure) = (Vec::new(), None);
        for batch in disks.chunks(BATCH) {
            progress.set_message(&format!("{} of {}", rows.len(), count(disks.len() as u64, "disk")));
            match self.send(batch).await {
                Ok(outcome) => rows.extend(self.rows(batch, &outcome)),
                Err(Failure::DryRun) => {}
                // The next one would fail in the same way.
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
        }
        drop(progress);
        if self.dry_run {
            return failure.map_or(Ok(()), Err);
        }
        let done = rows.iter().filter(|row| !row.is_refused()).count();
        let refused = rows.len() - done;
        let untried = disks.len() - rows.len();
        let mut output = Rows::to_stdout(&options)?;
        if is_table {
            // Thousands of disks of which all is well would hide the others.
            rows.retain(DiskRow::is_refused);
        }
        output.write(&rows)?;
        output.finish()?;
        self.summary(done, disks.len());
        if let Some(failure) = failure.as_ref().filter(|_| done + refused > 0) {
            diagnostics::warning(&failure.to_string());
        }
        match (failure, refused) {
            (None, 0) => Ok(()),
            (None, refused) => {
                Err(self.incomplete(format!("{} refused", were(refused)), done, "see the reasons above"))
            }
            (Some(failure), _) if done + refused == 0 => Err(failure),
            (Some(_), _) => {
                let problem = match refused {
                    0 => format!("{} not tried", were(untried)),
                    _ => format!("{} refused, and {} not tried", were(refused), were(untried)),
                };
                Err(self.incomplete(problem, done, "repeat the command when the cause is fixed"))
            }
        }
    }

    fn incomplete(&self, problem: String, done: usize, hint: &str) -> Failure {
        Failure::Incomplete { problem, hint: Some(hint.to_owned()), something_done: done > 0 }
    }

    async fn send(&self, disks: &[DiskId]) -> Result<AssociationOutcome, Failure> {
        let handle = self.project.handle(self.policy);
        let disks = disks.iter().cloned();
        let (verb, result) = match self.adds {
            true => ("add disks to", handle.associate(disks).send().await),
            false => ("remove disks from", handle.disassociate(disks).send().await),
        };
        result
            .map_err(|error| Failure::from_call(format!("can't {verb} policy {}", label(self.policy)), error))
    }

    /// The result of each disk of a request.
    fn rows(&self, disks: &[DiskId], outcome: &AssociationOutcome) -> Vec<DiskRow> {
        let done: BTreeSet<&str> = outcome.succeeded().iter().map(|disk| disk.resource_id.as_str()).collect();
        let failed: BTreeMap<&str, _> =
            outcome.failed().iter().map(|disk| (disk.resource_id.as_str(), disk)).collect();
        let result = if self.adds { "added" } else { "removed" };
        let row = |disk: &DiskId| {
            let failed = failed.get(disk.as_str());
            let result = match (failed, done.contains(disk.as_str())) {
                (None, true) => result,
                _ => REFUSED,
            };
            let code = failed.and_then(|failed| failed.code.clone());
            let message = match failed {
                Some(failed) => failed.message.clone().or_else(|| {
                    let code = ErrorCode::from(failed.code.as_deref()?);
                    code.explanation().map(str::to_owned)
                }),
                None if result == REFUSED => {
                    Some("the service does not say what became of the disk".to_owned())
                }
                None => None,
            };
            DiskRow {
                policy_id: self.policy.id().to_owned(),
                policy_name: self.policy.name().map(str::to_owned),
                resource_id: disk.as_str().to_owned(),
                result,
                failure_code: code,
                failure_message: message,
            }
        };
        disks.iter().map(row).collect()
    }

    fn summary(&self, done: usize, all: usize) {
        let what = if self.adds { "added to" } else { "removed from" };
        let of = match done == all {
            true => count(all as u64, "disk"),
            false => format!("{done} of {}", count(all as u64, "disk")),
        };
        diagnostics::summary(&format!("{of} {what} {}", label(self.policy)));
    }
}

const REFUSED: &str = "refused";

/// `1 disk was`, `2 disks were`
fn were(disks: usize) -> String {
    format!("{} {}", count(disks as u64, "disk"), if disks == 1 { "was" } else { "were" })
}

/// A disk that was to be added to a policy or removed from it.
#[derive(Debug, Serialize, schemars::JsonSchema)]
#[schemars(rename = "DiskChange")]
pub(crate) struct DiskRow {
    policy_id: String,
    policy_name: Option<String>,
    resource_id: String,
    /// `added`, `removed` or `refused`.
    result: &'static str,
    failure_code: Option<String>,
    failure_message: Option<String>,
}

impl DiskRow {
    fn is_refused(&self) -> bool {
        self.result == REFUSED
    }
}

impl Record for DiskRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("DISK", Fit::Keep, |row, _| row.resource_id.clone()),
        Column::new("RESULT", Fit::Keep, |row, _| row.result.to_owned()),
        Column::new("CODE", Fit::Keep, |row, _| row.failure_code.clone().unwrap_or_default()),
        Column::new("REASON", Fit::Wrap, |row, _| row.failure_message.clone().unwrap_or_default()),
    ];

    const FIELDS: &'static [&'static str] =
        &["policy_id", "policy_name", "resource_id", "result", "failure_code", "failure_message"];
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn question_lists_full_ids_up_to_a_limit() {
        let policy = BackupPolicy::new(otc_vbs::types::PolicyId::new("p1").unwrap());
        let disks = |number: usize| -> Vec<DiskId> {
            (0..number).map(|place| DiskId::new(format!("d{place}")).unwrap()).collect()
        };
        assert_eq!(disks_of(&policy, &disks(2)), "2 disks from policy p1: d0, d1");
        assert!(disks_of(&policy, &disks(300)).ends_with("d19, 280 more"));
    }
}
