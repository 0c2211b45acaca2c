//! Makes the plan of a project. Pure: nothing is asked or printed.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use otc_vbs::schedule::{DueDays, Timetable};
use otc_vbs::types::{PolicySchedule, PolicyStatus, RetainFirstBackup};

use super::disks::{self, PolicyDisks};
use super::finding::{Finding, Kind};
use super::input::{Policy, Project};
use super::names::Names;
use super::plan::{PolicyPlan, ProjectPlan, Retention};
use super::rules::{is_on_two_days, rules};
use super::vaults;
use crate::resolve::Named as _;
use crate::words::{count, schedule};

/// The most policies for backups that a project has in CBR.
pub(super) const MAX_POLICIES: usize = 32;
/// The largest number of backups or days that CBR keeps.
const MAX_KEPT: u32 = 99_999;
/// The name of a policy whose name has no character that CBR accepts.
const NAMELESS: &str = "vbs-policy";

/// Plans the policies and vaults of a project.
pub(super) fn project(input: &Project, now: Timestamp) -> ProjectPlan {
    let mut disks: Vec<PolicyDisks> = input.policies.iter().map(|policy| disks::disks(policy, now)).collect();
    let mut findings: Vec<Finding> =
        input.unread.iter().map(|text| Finding::incomplete(Kind::Unread, text)).collect();
    findings.extend(share_out(&mut disks));
    let (mut policy_names, mut vault_names) = (Names::default(), Names::default());
    let mut policies = Vec::with_capacity(input.policies.len());
    for (policy, disks) in input.policies.iter().zip(disks) {
        let name = policy_names.give(policy.listed.name().unwrap_or_default(), NAMELESS);
        policies.push(plan(policy, name, disks, input, &mut vault_names));
    }
    findings.extend(too_many(&policies));
    findings.extend(shares(input));
    ProjectPlan {
        project: input.project.clone(),
        project_id: input.project_id.clone(),
        region: input.region.clone(),
        cloud: input.cloud.clone(),
        incomplete: findings.iter().any(|finding| finding.incomplete)
            || policies.iter().any(|policy| policy.incomplete),
        policies,
        vbs_backups: input.backup_count,
        findings,
    }
}

/// Leaves each disk to one policy: the one that has its newest job.
fn share_out(disks: &mut [PolicyDisks]) -> Option<Finding> {
    let mut newest: BTreeMap<String, (Timestamp, usize)> = BTreeMap::new();
    let mut several = BTreeSet::new();
    for (place, policy) in disks.iter().enumerate() {
        for (disk, created) in &policy.kept {
            match newest.get(disk) {
                Some((known, _)) => {
                    several.insert(disk.clone());
                    if created > known {
                        newest.insert(disk.clone(), (*created, place));
                    }
                }
                None => _ = newest.insert(disk.clone(), (*created, place)),
            }
        }
    }
    for (place, policy) in disks.iter_mut().enumerate() {
        policy.kept.retain(|disk, _| newest.get(disk).is_some_and(|(_, owner)| *owner == place));
    }
    Finding::about_disks(
        Kind::DiskShared,
        several.into_iter().collect(),
        "is in several policies by their jobs, and goes to a vault of the one with its newest job",
        "are in several policies by their jobs, and each goes to a vault of the one with its newest job",
    )
}

fn plan(
    policy: &Policy,
    name: String,
    disks: PolicyDisks,
    input: &Project,
    vault_names: &mut Names,
) -> PolicyPlan {
    let listed = &policy.listed;
    let mut findings: Vec<Finding> =
        policy.unread.iter().map(|text| Finding::incomplete(Kind::Unread, text)).collect();
    findings.extend(disks.findings);
    if listed.name() != Some(&name) {
        let text = format!(
            "it is called {name} in CBR, where names have 1 to 64 letters, digits, `_` and `-` and appear once in the plan"
        );
        findings.push(Finding::new(Kind::Name, text));
    }
    let timetable = Timetable::from_policy(listed);
    let runs = timetable.as_ref().ok().map(schedule::runs);
    if let Err(error) = &timetable {
        let text = format!("the schedule can't be read, so nothing is created for the policy: {error}");
        findings.push(Finding::incomplete(Kind::Schedule, text));
    }
    let timetable = timetable.ok();
    let inferred_day = timetable.as_ref().and_then(|timetable| {
        let (days, day) = several_days(timetable, policy)?;
        findings.push(interval(timetable, days, day));
        day
    });
    let default = PolicySchedule::default();
    let vbs_schedule = listed.scheduled_policy.as_ref().unwrap_or(&default);
    let (retention, of_retention) = retention(vbs_schedule);
    findings.extend(of_retention);
    let (enabled, of_status) = enabled(vbs_schedule.status.as_ref());
    findings.extend(of_status);
    let (vaults, of_vaults) = vaults::vaults(policy, &name, disks.kept, &input.disks, vault_names);
    findings.extend(of_vaults);
    PolicyPlan {
        name,
        vbs_policy_id: listed.id().to_owned(),
        vbs_policy_name: listed.name().map(str::to_owned),
        enabled,
        runs,
        keeps: schedule::keeps(vbs_schedule),
        rules: timetable.as_ref().map(rules).unwrap_or_default(),
        retention,
        inferred_day: inferred_day.map(|day| day.to_string()),
        timezone: timezone(timetable.map_or(Offset::UTC, |timetable| timetable.offset())),
        policy_resource_count: listed.policy_resource_count,
        disks: vaults.iter().map(|vault| vault.disks.len() as u64).sum(),
        incomplete: findings.iter().any(|finding| finding.incomplete),
        vaults,
        findings,
    }
}

/// The number of days from one run to the next, if it is more than one, and a day of a run by the policy's jobs.
fn several_days(timetable: &Timetable, policy: &Policy) -> Option<(NonZeroU32, Option<Date>)> {
    let created = policy.jobs.iter().flat_map(|read| &read.jobs).filter_map(|job| job.created_at.timestamp());
    let inferred = timetable.clone().infer_anchor(created.map(Timestamp::from));
    match inferred.days() {
        DueDays::EveryDays { interval, anchor } if interval.get() > 1 => Some((interval, anchor)),
        _ => None,
    }
}

/// What is not known about a schedule of several days.
fn interval(timetable: &Timetable, interval: NonZeroU32, day: Option<Date>) -> Finding {
    let first = match day {
        Some(day) => format!("by its jobs, VBS counts every {interval} days from {day} (local day)"),
        None => format!("VBS counts every {interval} days, and the jobs of the policy don't show from which"),
    };
    let mut text = format!(
        "{first}; from which day CBR counts INTERVAL is not documented, so it may make the backups on other days"
    );
    if is_on_two_days(timetable) {
        text.push_str("; the start times of a run are on two days in UTC, and CBR starts them on one");
    }
    Finding::new(Kind::Interval, text)
}

fn retention(schedule: &PolicySchedule) -> (Retention, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut within_limits = |number: i64, what: &str| {
        let kept = u32::try_from(number).ok().filter(|number| (1..=MAX_KEPT).contains(number));
        if kept.is_none() {
            let text = format!(
                "the policy keeps {number} {what}, and CBR accepts 1 to {MAX_KEPT}; with this plan it keeps every backup"
            );
            findings.push(Finding::new(Kind::Retention, text));
        }
        kept
    };
    let retention = match (schedule.retention_num, schedule.retention_day) {
        (Some(number), _) => {
            Retention { max_backups: within_limits(number, "backups"), ..Retention::default() }
        }
        (None, Some(days)) => {
            Retention { retention_duration_days: within_limits(days, "days"), ..Retention::default() }
        }
        (None, None) => {
            let text =
                "the service does not say what the policy keeps; with this plan, CBR keeps every backup";
            findings.push(Finding::new(Kind::Retention, text));
            Retention::default()
        }
    };
    if schedule.retain_first_backup_of_current_month == Some(RetainFirstBackup::Y) {
        let text = "the policy keeps the first backup of each month, which CBR can't; the nearest is month_backups \
                    (with max_backups), which keeps the latest backup of a month";
        findings.push(Finding::new(Kind::FirstOfMonth, text));
    }
    (retention, findings)
}

fn enabled(status: Option<&PolicyStatus>) -> (bool, Option<Finding>) {
    match status {
        Some(PolicyStatus::On) => (true, None),
        Some(PolicyStatus::Off) => (false, None),
        _ => {
            let text = "the service does not say whether the policy is on; with this plan it is off";
            (false, Some(Finding::new(Kind::Status, text)))
        }
    }
}

fn timezone(offset: Offset) -> String {
    Timestamp::UNIX_EPOCH.to_zoned_datetime(TimeZone::fixed(offset)).strftime("UTC%:z").to_string()
}

fn too_many(policies: &[PolicyPlan]) -> Option<Finding> {
    let excess = policies.get(MAX_POLICIES..)?;
    if excess.is_empty() {
        return None;
    }
    let text = format!(
        "CBR allows {MAX_POLICIES} backup policies in a project, and the plan has {}: merge policies with the same \
         schedule and retention, one policy can have several vaults",
        policies.len()
    );
    Some(Finding::new(Kind::TooManyPolicies, text).about(excess.iter().map(|policy| &policy.name)))
}

fn shares(input: &Project) -> Vec<Finding> {
    let finding = |shares: &[String], text: &str| {
        let number = count(shares.len() as u64, "share");
        let finding = Finding::new(Kind::Shares, format!("{number} {text}"));
        (!shares.is_empty()).then(|| finding.about(shares))
    };
    let created = finding(
        &input.shares_created,
        "of VBS backups with other projects can't be carried over: sharing ends when the backups are deleted",
    );
    let received = finding(
        &input.shares_received,
        "of other projects' VBS backups can't be carried over: agree with the other projects on what replaces them",
    );
    created.into_iter().chain(received).collect()
}
