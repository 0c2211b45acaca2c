//! Asks the service for what a report needs.

use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _};

use super::days::Window;
use super::model::{PolicyReport, Report};
use super::policy::policy_report;
use crate::check::next_step::NextStep;
use crate::check::plan::depends_on_jobs;
use crate::check::read::{read_all_jobs, read_jobs_since};
use crate::cli::Global;
use crate::connect::{Connected, Place};
use crate::disks::Disks;
use crate::exit::Failure;
use crate::policies::{self, ProjectPolicy};
use crate::progress::Spinner;
use crate::words;

/// The number of policies, and of projects, that are read at the same time.
const CONCURRENCY: usize = 16;

/// Reads the policies that `wanted` lists, or all. What can't be read is in the report as missing, and in the list of failures.
///
/// # Errors
///
/// Nothing can be read, or a policy that `wanted` lists does not exist.
pub(super) async fn gather(
    connected: &mut Connected,
    global: &Global,
    wanted: &[String],
    window: &Window,
) -> Result<(Report, Vec<Failure>), Failure> {
    let mut failures = std::mem::take(&mut connected.failures);
    let policies = policies::find_policies(&connected.targets, wanted, &mut failures).await?;
    let progress = Spinner::new();
    let mut read = stream::iter(&policies).map(|policy| read(policy, window)).buffered(CONCURRENCY);
    let mut reports: Vec<(Arc<Place>, PolicyReport)> = Vec::with_capacity(policies.len());
    while let Some((policy, result)) = read.next().await {
        progress.set_message(&policy.policy.label);
        let place = policy.target.place.after("in");
        let (report, failure) = match result {
            Ok((report, 0)) => (Some(report), None),
            Ok((report, undecodable)) => {
                let jobs = words::count(undecodable, "backup job");
                let problem = format!("{jobs} of {}{place} can't be read", policy.policy.label);
                (Some(report), Some(Failure::Incomplete { problem, hint: None, something_done: true }))
            }
            Err(error) => {
                let doing = format!("can't list the backup jobs of {}{place}", policy.policy.label);
                (None, Some(Failure::Vbs { doing, error }))
            }
        };
        let next_step = NextStep::new(global, policy);
        let with_commands = report.map(|mut report| {
            for cause in &mut report.figures.causes {
                cause.command = next_step.command(vec!["job", "show", &cause.newest_job_id]);
            }
            report
        });
        reports.extend(with_commands.map(|report| (Arc::clone(&policy.target.place), report)));
        failures.extend(failure);
    }
    if reports.is_empty() && !failures.is_empty() {
        // Always an error.
        Failure::partial(std::mem::take(&mut failures), false)?;
    }
    name_disks(connected, global, &mut reports).await;
    let missing = failures.iter().map(ToString::to_string).collect();
    let reports = reports.into_iter().map(|(_, report)| report).collect();
    Ok((Report::new(window, reports, missing), failures))
}

/// The report of a policy, and how many of its jobs can't be decoded. Its jobs are not kept.
async fn read<'a, 'b>(
    policy: &'b ProjectPolicy<'a>,
    window: &Window,
) -> (&'b ProjectPolicy<'a>, otc_vbs::Result<(PolicyReport, u64)>) {
    let (client, listed) = (&policy.target.client, &policy.listed);
    let read = match depends_on_jobs(listed) {
        // The jobs of a short window may not show on which days it runs.
        true => read_all_jobs(client, &listed.backup_policy_id).await,
        false => read_jobs_since(client, &listed.backup_policy_id, window.since).await,
    };
    let report = read.map(|read| {
        let gaps = policy.target.archived().map(|archived| &*archived.gaps).unwrap_or_default();
        (policy_report(&policy.target.place, &policy.policy, listed, &read, gaps, window), read.undecodable)
    });
    (policy, report)
}

/// Adds the names of the disks that block storage lists.
async fn name_disks(connected: &Connected, global: &Global, reports: &mut [(Arc<Place>, PolicyReport)]) {
    let look_ups = connected.targets.iter().map(|target| {
        let of_project = reports.iter().filter(|(place, _)| Arc::ptr_eq(place, &target.place));
        let disks = of_project.flat_map(|(_, report)| &report.disks);
        let wanted: Vec<&str> = disks.map(|disk| disk.resource_id.as_str()).collect();
        Disks::find(connected, target, global, wanted)
    });
    let found: Vec<Disks> = stream::iter(look_ups).buffered(CONCURRENCY).collect().await;
    for (target, found) in connected.targets.iter().zip(&found) {
        for (_, report) in reports.iter_mut().filter(|(place, _)| Arc::ptr_eq(place, &target.place)) {
            for disk in &mut report.disks {
                disk.disk_name = found.get(&disk.resource_id).and_then(|disk| disk.name.clone());
            }
        }
    }
}
