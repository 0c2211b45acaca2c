//! Judges a policy: its disks, and what its jobs don't show.

use std::collections::BTreeSet;

use jiff::Timestamp;
use otc_vbs::types::BackupPolicy;

use super::disk::judge;
use super::finding::{Finding, PolicyCheck, Severity, Verdict};
use super::history::History;
use super::plan::{Options, Plan, Run};
use super::read::JobsRead;
use crate::words;

/// The number of days for which the service lists jobs.
const LISTED_DAYS: u64 = 30;

/// Judges a policy by its jobs at a time. Jobs that were created later have no effect.
pub(crate) fn check_policy(
    policy: &BackupPolicy,
    read: &JobsRead,
    now: Timestamp,
    options: &Options,
) -> PolicyCheck {
    let history = History::new(&read.jobs, now);
    let plan = Plan::new(policy, history.created_at(), options);
    let check = Check { policy, read, history, plan, now, options };
    match check.plan {
        Plan::Off => check.switched_off(),
        _ => check.check_disks(),
    }
}

/// The disks that a policy has by its jobs, and those that it had: these were probably removed from it.
pub(crate) fn disks_of(policy: &BackupPolicy, read: &JobsRead, now: Timestamp) -> (Vec<String>, Vec<String>) {
    let options = Options::default();
    let history = History::new(&read.jobs, now);
    let plan = Plan::new(policy, history.created_at(), &options);
    let check = Check { policy, read, history, plan, now, options: &options };
    let Members { named, removed, absent_longer, .. } = check.members();
    let ids = |disks: &mut dyn Iterator<Item = &str>| disks.map(str::to_owned).collect();
    (ids(&mut named.into_iter()), ids(&mut removed.into_iter().chain(absent_longer)))
}

/// The result for a policy whose jobs can't be listed, for this reason.
pub(crate) fn unreadable_policy(policy: &BackupPolicy, reason: &str) -> PolicyCheck {
    let disks = policy.policy_resource_count.unwrap_or(0);
    policy_check(policy, disks, vec![Finding::for_policy(Verdict::Unknown, disks, reason)])
}

struct Check<'a> {
    policy: &'a BackupPolicy,
    read: &'a JobsRead,
    history: History<'a>,
    plan: Plan,
    now: Timestamp,
    options: &'a Options,
}

/// The disks of a policy, as far as its jobs and their number show.
#[derive(Debug, Default)]
struct Members<'a> {
    /// The disks of the newest run, and those that may be missing from it.
    named: BTreeSet<&'a str>,
    /// Those that were removed between the newest two runs.
    removed: Vec<&'a str>,
    /// Those that were missing from earlier runs too, the last seen first.
    absent_longer: Vec<&'a str>,
    /// The number of disks that are none of these.
    unnamed: u64,
}

impl Check<'_> {
    fn switched_off(&self) -> PolicyCheck {
        let detail = match self.history.created_at().max() {
            Some(last) => format!("switched off; its last job was {}", words::time::utc_date(last)),
            None => format!("switched off; it has no jobs of the last {LISTED_DAYS} days"),
        };
        let disks = self.policy.policy_resource_count.unwrap_or(0);
        policy_check(self.policy, disks, vec![Finding::for_policy(Verdict::Off, disks, detail)])
    }

    fn check_disks(&self) -> PolicyCheck {
        let members = self.members();
        let mut findings = Vec::new();
        for disk in members.named.iter().filter(|disk| !self.options.ignores(disk)) {
            findings.push(self.check_disk(disk));
        }
        let disks = findings.len() as u64 + members.unnamed;
        if let Plan::Unknown(reason) = &self.plan {
            // What went well by the jobs may still be overdue.
            let named = findings.len();
            findings.retain(|finding| finding.verdict != Verdict::Ok);
            let unjudged = (named - findings.len()) as u64;
            findings.push(Finding::for_policy(Verdict::Unknown, unjudged, reason));
        }
        for disk in members.removed.iter().filter(|disk| !self.options.ignores(disk)) {
            findings.push(self.removed_disk(disk));
        }
        if members.unnamed > 0 {
            findings.push(self.unnamed_disks(&members));
        }
        if let Some(detail) = self.unknown() {
            findings.push(Finding::for_policy(Verdict::Unknown, 0, detail));
        }
        policy_check(self.policy, disks, findings)
    }

    fn check_disk(&self, disk: &str) -> Finding {
        let Some(jobs) = self.history.disks.get(disk) else {
            return Finding::for_disk(Verdict::Unknown, disk);
        };
        let finding = judge(disk, jobs, &self.history, &self.plan, self.now, self.options);
        if finding.verdict != Verdict::Missed || matches!(self.plan, Plan::MaxAge(..)) {
            return finding;
        }
        let reason = match self.policy.policy_resource_count {
            _ if self.read.undecodable > 0 => "some jobs of the policy can't be read",
            _ if self.without_disk_since(jobs.newest()) > 0 => {
                "some jobs of the policy don't name their disk"
            }
            None => "it may have been removed from the policy",
            Some(_) => return finding,
        };
        let missed = finding.detail.unwrap_or_default();
        let detail = Some(format!("{missed}, but {reason}"));
        Finding { verdict: Verdict::Unknown, severity: Verdict::Unknown.severity(), detail, ..finding }
    }

    fn removed_disk(&self, disk: &str) -> Finding {
        let jobs = self.history.disks.get(disk);
        let last = jobs.and_then(|jobs| jobs.newest()).map(words::time::utc);
        let detail = format!("removed from the policy; its last job was {}", last.unwrap_or_default());
        let last_good = jobs.and_then(|jobs| jobs.last_good());
        Finding { last_good, disks: 0, detail: Some(detail), ..Finding::for_disk(Verdict::Removed, disk) }
    }

    fn unnamed_disks(&self, members: &Members<'_>) -> Finding {
        let disks = words::count(self.policy.policy_resource_count.unwrap_or(members.unnamed), "disk");
        let named = members.named.len();
        let oldest = self.history.created_at().min();
        if self.read.undecodable > 0 {
            let detail = format!("the policy has {disks}, the jobs that can be read name {named}");
            return Finding::for_policy(Verdict::Unknown, members.unnamed, detail);
        }
        let detail = match (oldest, members.absent_longer.first()) {
            (None, _) => {
                format!("the policy has {disks} and no jobs of the last {LISTED_DAYS} days; it may be new")
            }
            (Some(_), Some(absent)) => {
                format!("the policy has {disks}, the newest run names {named}; `{absent}` had jobs before")
            }
            (Some(_), None) if self.read.is_complete => {
                format!("the policy has {disks}, the jobs of {LISTED_DAYS} days name {named}")
            }
            (Some(oldest), None) => {
                format!("the policy has {disks}, the jobs since {} name {named}", words::time::utc(oldest))
            }
        };
        Finding::for_policy(Verdict::Never, members.unnamed, detail)
    }

    /// What the service did not say about the policy as a whole.
    fn unknown(&self) -> Option<String> {
        let mut unknown = Vec::new();
        if self.policy.policy_resource_count.is_none() {
            unknown.push("the service does not say how many disks the policy has".to_owned());
        }
        if self.read.undecodable > 0 {
            unknown.push(format!("{} can't be read", words::count(self.read.undecodable, "job")));
        }
        let without_disk = self.without_disk_since(self.newest_run());
        if without_disk > 0 {
            unknown.push(format!("the disk of {} is missing", words::count(without_disk, "job")));
        }
        (!unknown.is_empty()).then(|| unknown.join("; "))
    }

    /// The number of jobs without a disk that were created since then, or at a time that can't be read.
    fn without_disk_since(&self, since: Option<Timestamp>) -> u64 {
        let is_since = |created: &&Option<Timestamp>| created.is_none() || **created >= since;
        self.history.without_disk.iter().filter(is_since).count() as u64
    }

    /// The run of a time and those before it, newest first. Without due times, there is at most one.
    fn runs_until(&self, time: Timestamp) -> impl Iterator<Item = Run> {
        let newest = self.history.created_at().max();
        self.plan.runs(self.now, newest).skip_while(move |run| time < run.start)
    }

    /// When the run of the newest job started.
    fn newest_run(&self) -> Option<Timestamp> {
        let newest = self.history.created_at().max()?;
        self.runs_until(newest).next().map(|run| run.start)
    }

    /// The disks of the newest run, and as many others as are missing from it: those that were seen last.
    fn members(&self) -> Members<'_> {
        let disks = &self.history.disks;
        let newest = self.history.created_at().max();
        let runs = newest.map(|newest| self.runs_until(newest));
        let mut runs = runs.into_iter().flatten();
        let (newest_run, run_before) = (runs.next(), runs.next());

        let in_run = |disk: &str| {
            let jobs = &disks[disk];
            let ran = |run: Run| jobs.jobs.iter().any(|job| run.contains(job.created_at));
            jobs.undated > 0 || newest_run.is_some_and(ran)
        };
        let (named, absent): (Vec<&str>, Vec<&str>) = disks.keys().partition(|disk| in_run(disk));
        let mut named: BTreeSet<&str> = named.into_iter().collect();
        let seen = |disk: &str| disks[disk].newest().unwrap_or(Timestamp::MIN);
        let Some(count) = self.policy.policy_resource_count else {
            named.extend(absent);
            return Members { named, ..Members::default() };
        };
        if count == 0 {
            // Disks were removed after the newest run. Older runs add nothing.
            let is_news = newest_run.is_some_and(|run| run.end.is_none());
            let removed = if is_news { named.into_iter().collect() } else { Vec::new() };
            return Members { removed, ..Members::default() };
        }

        let room = count.saturating_sub(named.len() as u64);
        // Of the disks that are missing from the newest run, as many are still in the policy.
        let mut absent_by_age: Vec<&str> = absent;
        absent_by_age.sort_by_key(|disk| std::cmp::Reverse(seen(disk)));
        let last_kept = usize::try_from(room).unwrap_or(usize::MAX).min(absent_by_age.len()).checked_sub(1);
        let kept_since = last_kept.map_or(Timestamp::MAX, |last| {
            let seen = seen(absent_by_age[last]);
            self.runs_until(seen).next().map_or(seen, |run| run.start)
        });
        // A disk that is missing from two runs has probably been removed: after the first one, it was `missed`.
        let is_recent = |disk: &str| run_before.is_none_or(|run| seen(disk) >= run.start);
        let (kept, removed): (Vec<&str>, Vec<&str>) =
            absent_by_age.into_iter().partition(|disk| seen(disk) >= kept_since && is_recent(disk));
        let without_disk = self.without_disk_since(newest_run.map(|run| run.start));
        let unnamed = room.saturating_sub(kept.len() as u64 + without_disk);
        named.extend(kept);
        let (removed, absent_longer) =
            removed.into_iter().partition(|disk| run_before.is_some() && is_recent(disk));
        Members { named, removed, absent_longer, unnamed }
    }
}

fn policy_check(policy: &BackupPolicy, disks: u64, mut findings: Vec<Finding>) -> PolicyCheck {
    findings.sort_by(|a, b| {
        let order = |finding: &Finding| (std::cmp::Reverse(finding.severity), finding.verdict);
        order(a).cmp(&order(b)).then_with(|| a.disk.cmp(&b.disk))
    });
    PolicyCheck {
        policy_id: policy.backup_policy_id.to_string(),
        policy_name: policy.backup_policy_name.clone(),
        severity: findings.iter().map(|finding| finding.severity).max().unwrap_or(Severity::Ok),
        disks,
        backed_up: findings.iter().filter(|finding| finding.verdict == Verdict::Ok).count() as u64,
        findings,
    }
}
