//! The disks of a policy that go to a vault.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use otc_vbs::types::ErrorCode;

use super::disks_file::is_usable;
use super::finding::{Finding, Kind};
use super::input::{DiskFacts, Policy};
use super::plan::DiskPlan;
use crate::check::history::{History, Outcome};
use crate::check::read::JobsRead;
use crate::check::verdict::disks_of;
use crate::words::count;

/// Codes of jobs whose disk does not exist.
const GONE: [&str; 1] = ["VolumeBackup.0021"];
/// Codes of jobs whose disk is on dedicated storage.
const DESS: [&str; 2] = ["VolumeBackup.0053", "AutoBackup.0220"];

/// The disks of a policy.
#[derive(Debug, Default)]
pub(super) struct PolicyDisks {
    /// Those that go to a vault, and when the newest job of each was created. `Timestamp::MAX` if the file of disks names it.
    pub(super) kept: BTreeMap<String, Timestamp>,
    pub(super) findings: Vec<Finding>,
}

/// The disks that the jobs of a policy name, and those that the file of disks names for it.
///
/// What the file says takes precedence: a disk that it names goes to a vault.
pub(super) fn disks(policy: &Policy, now: Timestamp) -> PolicyDisks {
    let none = JobsRead::default();
    let read = policy.jobs.as_ref().unwrap_or(&none);
    let history = History::new(&read.jobs, now);
    let (named, removed) = disks_of(&policy.listed, read, now);
    let listed: BTreeSet<&str> = policy.disks.iter().map(|disk| disk.id.as_str()).collect();
    let is_named: BTreeSet<&str> = named.iter().map(String::as_str).chain(listed.iter().copied()).collect();
    let by_jobs = |codes: &[&str]| -> Vec<String> {
        let failed = |disk: &&str| !listed.contains(disk) && newest_failed_with(&history, disk, codes);
        is_named.iter().copied().filter(failed).map(str::to_owned).collect()
    };
    let (gone, dess) = (by_jobs(&GONE), by_jobs(&DESS));
    let unusable: Vec<String> =
        is_named.iter().filter(|disk| !is_usable(disk)).map(|disk| (*disk).to_owned()).collect();
    let is_left_out =
        |disk: &str| [&gone, &dess, &unusable].iter().any(|left_out| left_out.iter().any(|id| id == disk));

    let mut disks = PolicyDisks::default();
    for disk in is_named.iter().filter(|disk| !is_left_out(disk)) {
        let newest = history.disks.get(disk).and_then(|jobs| jobs.newest());
        let newest = if listed.contains(disk) { Timestamp::MAX } else { newest.unwrap_or(Timestamp::MIN) };
        disks.kept.insert((*disk).to_owned(), newest);
    }
    let removed: Vec<String> = removed.into_iter().filter(|disk| !listed.contains(disk.as_str())).collect();
    disks.findings.extend(number(policy, is_named.len() as u64, listed.len() as u64));
    disks.findings.extend(
        [
            Finding::about_disks(
                Kind::DiskGone,
                gone,
                "does not exist any more, by its newest job, and is left out",
                "do not exist any more, by their newest jobs, and are left out",
            ),
            Finding::about_disks(
                Kind::Dess,
                dess,
                "is on dedicated storage (DESS), which VBS can't back up, and is left out: check whether CBR can",
                "are on dedicated storage (DESS), which VBS can't back up, and are left out: check whether CBR can",
            ),
            Finding::about_disks(
                Kind::DiskRemoved,
                removed,
                "had jobs, but was probably removed from the policy since, and is left out",
                "had jobs, but were probably removed from the policy since, and are left out",
            ),
            Finding::about_disks(
                Kind::DiskId,
                unusable,
                "has an id that can't be used in commands and files, and is left out",
                "have ids that can't be used in commands and files, and are left out",
            )
            .map(|finding| Finding { incomplete: true, ..finding }),
        ]
        .into_iter()
        .flatten(),
    );
    disks
}

/// Compares the number of disks that are named with the number that the policy has.
fn number(policy: &Policy, named: u64, listed: u64) -> Option<Finding> {
    let known = match (&policy.jobs, listed) {
        (Some(_), 0) => format!("its jobs of 30 days name {named}"),
        (Some(_), _) => format!("its jobs of 30 days and the file of --disks name {named}"),
        (None, 0) => "its jobs can't be read".to_owned(),
        (None, _) => format!("its jobs can't be read, and the file of --disks names {named}"),
    };
    match policy.listed.policy_resource_count {
        // The file is all that can complete the plan.
        None if listed > 0 => None,
        None => {
            let text = format!(
                "the service does not say how many disks the policy has; {known}: list its disks with --disks"
            );
            Some(Finding::incomplete(Kind::DisksMissing, text))
        }
        Some(0) if named == 0 => {
            Some(Finding::new(Kind::NoDisks, "the policy has no disks, so it needs no vault"))
        }
        Some(all) if named < all => {
            let text = format!("the policy has {}; {known}", count(all, "disk"));
            Some(Finding::incomplete(Kind::DisksMissing, text))
        }
        Some(all) if named > all => {
            let text = format!(
                "the policy has {}; {known}: leave out of the vaults what was removed from the policy since",
                count(all, "disk")
            );
            Some(Finding::new(Kind::DiskRemoved, text))
        }
        Some(_) => None,
    }
}

/// Whether the newest job of a disk failed with one of these codes.
fn newest_failed_with(history: &History<'_>, disk: &str, codes: &[&str]) -> bool {
    let newest = history.disks.get(disk).and_then(|jobs| jobs.jobs.first());
    let failed = newest.filter(|job| job.outcome() == Outcome::Failed);
    let code = failed.and_then(|job| job.job.failure()).and_then(|failure| failure.code);
    code.as_ref().map(ErrorCode::as_str).is_some_and(|code| codes.contains(&code))
}

/// A disk with its size: by the file of disks, or else by block storage, or else by its largest backup.
pub(super) fn plan(id: String, policy: &Policy, facts: &BTreeMap<String, DiskFacts>) -> DiskPlan {
    let facts = facts.get(&id).copied().unwrap_or_default();
    let listed = policy.disks.iter().rev().find(|disk| disk.id == id && disk.size_gb.is_some());
    DiskPlan {
        id,
        size_gb: listed.and_then(|disk| disk.size_gb).or(facts.size_gb).or(facts.largest_gb),
        vbs_backups: facts.count,
        backups_gb: facts.total_gb,
    }
}
