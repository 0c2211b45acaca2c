//! Makes the report of a policy from its jobs.

use std::collections::BTreeSet;

use jiff::Timestamp;
use otc_vbs::schedule::Timetable;
use otc_vbs::types::{BackupJob, BackupPolicy};

use super::days::{Absence, Window, strip};
use super::figures::{Counts, Durations, causes, hours};
use super::model::{DiskReport, Figures, PolicyReport};
use crate::archive::manifest::Gap;
use crate::check::finding::{Finding, Verdict};
use crate::check::history::{DatedJob, DiskJobs, History};
use crate::check::plan::{Options, Plan};
use crate::check::read::JobsRead;
use crate::check::verdict::check_policy;
use crate::connect::Place;
use crate::policies::Policy;
use crate::words::schedule;

/// The report of a policy from its jobs, at least those of the window. `gaps` are times of which jobs are lost, also of other
/// policies.
pub(crate) fn policy_report(
    place: &Place,
    policy: &Policy,
    listed: &BackupPolicy,
    read: &JobsRead,
    gaps: &[Gap],
    window: &Window,
) -> PolicyReport {
    let options = Options::default();
    let history = History::new(&read.jobs, window.now);
    let plan = Plan::new(listed, history.created_at(), &options);
    let findings = check_policy(listed, read, window.now, &options).findings;
    let members = members(&findings);
    let gaps: Vec<&Gap> = gaps.iter().filter(|gap| gap.policy_id == policy.id.as_str()).collect();
    // Any job that can't be read may be the one that is missing.
    let is_uncertain =
        listed.policy_resource_count.is_none() || read.undecodable > 0 || !history.without_disk.is_empty();
    let mut missed = 0;
    let mut disks = Vec::new();
    for (disk, jobs) in &history.disks {
        let is_member = members.contains(disk);
        if !is_member && !jobs.jobs.iter().any(|job| window.contains(job.created_at)) {
            continue;
        }
        let absence = match is_member {
            false => Absence::Removed,
            true if is_uncertain || jobs.undated > 0 => Absence::Uncertain,
            true => Absence::Missed,
        };
        let (days, missed_runs) = strip(jobs, &plan, window, options.grace, absence, &gaps);
        missed += missed_runs;
        disks.push(DiskReport { resource_id: (*disk).to_owned(), disk_name: None, days });
    }
    let timetable = Timetable::from_policy(listed).ok();
    PolicyReport {
        project: place.project.clone(),
        region: place.region.clone(),
        policy_id: policy.id.to_string(),
        policy_name: policy.name.clone(),
        label: policy.label.clone(),
        schedule: timetable.map(|timetable| schedule::runs(&timetable)),
        policy_resource_count: listed.policy_resource_count,
        notes: findings.into_iter().filter(|it| it.disk.is_none()).filter_map(|it| it.detail).collect(),
        figures: figures(read, &history, missed, window),
        disks,
    }
}

/// The disks that are in the policy, as far as a check can tell.
fn members(findings: &[Finding]) -> BTreeSet<&str> {
    let members = findings.iter().filter(|finding| finding.verdict != Verdict::Removed);
    members.filter_map(|finding| finding.disk.as_deref()).collect()
}

fn figures(read: &JobsRead, history: &History<'_>, missed: u64, window: &Window) -> Figures {
    // A job whose time can't be read is counted rather than lost.
    let is_in_window = |job: &&BackupJob| {
        job.created_at.timestamp().map(Timestamp::from).is_none_or(|created| window.contains(created))
    };
    let jobs = || read.jobs.iter().filter(is_in_window);
    let dated = history.disks.values().flat_map(|DiskJobs { jobs, .. }| jobs);
    let dated = dated.filter(|job| window.contains(job.created_at));
    Figures {
        counts: Counts::new(jobs(), missed),
        durations: Durations::new(dated.filter_map(DatedJob::duration).map(|it| it.as_secs()).collect()),
        causes: causes(jobs()),
        hours: hours(jobs(), window),
    }
}
