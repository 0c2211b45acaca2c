//! Asks the service for what a check needs.

use std::sync::Arc;

use futures_util::future::join;
use futures_util::stream::{self, StreamExt as _};
use jiff::Timestamp;
use otc_vbs::types::QuotaType;

use super::finding::Severity;
use super::next_step::NextStep;
use super::plan::Options;
use super::quota::{Growth, check_quota, growth};
use super::read::{read_all_jobs, read_jobs};
use super::report::{Report, regions};
use super::row::CheckRow;
use super::verdict::{check_policy, unreadable_policy};
use crate::cli::Global;
use crate::connect::{Connected, Target};
use crate::disks::Disks;
use crate::exit::Failure;
use crate::policies::{self, ProjectPolicy};

/// The number of policies, and of projects, that are checked at the same time.
const CONCURRENCY: usize = 16;

/// Checks all projects, and the policies that `wanted` lists or all of them. What could not be checked is part of the report.
///
/// # Errors
///
/// No project can be checked, or a policy that `wanted` lists does not exist.
pub(super) async fn gather(
    connected: &mut Connected,
    global: &Global,
    wanted: &[String],
    now: Timestamp,
    options: &Options,
) -> Result<Report, Failure> {
    let not_signed_in = std::mem::take(&mut connected.failures);
    let targets = &connected.targets;
    let projects = targets.len() + not_signed_in.len();
    let (lists, unlisted) = policies::list(targets).await;
    if lists.is_empty() {
        let failures = not_signed_in.into_iter().chain(unlisted.into_iter().map(|(_, failure)| failure));
        Failure::partial(failures.collect(), false)?;
        return Ok(Report::new(Vec::new(), projects, 0, now));
    }
    let is_complete = not_signed_in.is_empty() && unlisted.is_empty();
    let listed: Vec<&Target> = lists.iter().map(|(target, _)| *target).collect();
    let policies = policies::choose(lists, wanted, is_complete)?;

    let policy_rows = stream::iter(&policies).map(|policy| check_one_policy(policy, now, options));
    let policy_rows = policy_rows.buffered(CONCURRENCY).collect::<Vec<_>>();
    // With some of the policies, the question is about these.
    let checked = if wanted.is_empty() { listed.as_slice() } else { &[] };
    let quota_rows = stream::iter(checked).map(|target| check_quotas(target, &policies, now));
    let quota_rows = quota_rows.buffered(CONCURRENCY).collect::<Vec<_>>();
    let (policy_rows, quota_rows) = join(policy_rows, quota_rows).await;

    let mut rows: Vec<CheckRow> = not_signed_in
        .iter()
        .map(|failure| CheckRow::for_project(None, failure.to_string()))
        .chain(
            unlisted
                .iter()
                .map(|(target, failure)| CheckRow::for_project(Some(&target.place), failure.to_string())),
        )
        .collect();
    for (policy, mut of_policy) in policies.iter().zip(policy_rows) {
        let next_step = NextStep::new(global, policy);
        of_policy.iter_mut().for_each(|row| row.command = next_step.of(row));
        rows.extend(of_policy);
    }
    rows.extend(quota_rows.into_iter().flatten());
    let regions = regions(targets.iter().map(|target| target.place.region.as_deref()));
    Ok(Report::new(rows, projects, regions, now))
}

/// Adds the names of the disks in these rows, as far as block storage says them.
pub(super) async fn name_disks(
    report: &mut Report,
    connected: &Connected,
    global: &Global,
    is_listed: impl Fn(&CheckRow) -> bool,
) {
    let look_ups = connected.targets.iter().map(|target| {
        let rows = report.rows.iter().filter(|row| is_listed(row) && row.is_in(&target.place));
        let wanted: Vec<&str> = rows.filter_map(|row| row.disk.as_deref()).collect();
        Disks::find(connected, target, global, wanted)
    });
    let found: Vec<Disks> = stream::iter(look_ups).buffered(CONCURRENCY).collect().await;
    for (target, disks) in connected.targets.iter().zip(&found) {
        for row in report.rows.iter_mut().filter(|row| row.is_in(&target.place)) {
            let disk = row.disk.as_deref().and_then(|disk| disks.get(disk));
            row.disk_name = disk.and_then(|disk| disk.name.clone());
        }
    }
}

async fn check_one_policy(policy: &ProjectPolicy<'_>, now: Timestamp, options: &Options) -> Vec<CheckRow> {
    let listed = &policy.listed;
    let check = match read_jobs(&policy.target.client, listed, now, options).await {
        Ok(read) => check_policy(listed, &read, now, options),
        Err(error) => {
            let failure = Failure::Vbs { doing: "can't list its backup jobs".to_owned(), error };
            unreadable_policy(listed, &failure.to_string())
        }
    };
    CheckRow::for_policy(&policy.target.place, &policy.policy, check)
}

async fn check_quotas(target: &Target, policies: &[ProjectPolicy<'_>], now: Timestamp) -> Vec<CheckRow> {
    let unknown = |error| {
        let failure = Failure::Vbs { doing: "can't list the quotas".to_owned(), error };
        CheckRow::for_project(Some(&target.place), failure.to_string())
    };
    let page = match target.client.quotas().list().send().await {
        Ok(page) => page,
        Err(error) => return vec![unknown(error)],
    };
    let mut checks: Vec<_> = page.items.iter().map(check_quota).collect();
    let fills = checks
        .iter_mut()
        .find(|check| check.quota == QuotaType::Backups.as_str() && check.severity == Severity::Warning);
    if let Some(check) = fills
        && let Some(growth) = project_growth(target, policies, now).await
    {
        *check = check.clone().with_growth(&growth);
    }
    let checks = checks.into_iter().map(|check| CheckRow::for_quota(&target.place, check));
    checks.chain(page.errors.into_iter().map(unknown)).collect()
}

/// The growth by all policies of a project, if it is known. It takes all of their jobs.
async fn project_growth(
    target: &Target,
    policies: &[ProjectPolicy<'_>],
    now: Timestamp,
) -> Option<Vec<Growth>> {
    let policies = policies.iter().filter(|policy| Arc::ptr_eq(&policy.target.place, &target.place));
    let growth = policies.map(|policy| async move {
        let read = read_all_jobs(&target.client, &policy.policy.id).await.ok()?;
        growth(&policy.listed, &read, now)
    });
    let growth: Vec<Option<Vec<Growth>>> = stream::iter(growth).buffered(CONCURRENCY).collect().await;
    growth.into_iter().collect::<Option<Vec<_>>>().map(|growth| growth.concat())
}
