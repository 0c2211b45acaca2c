//! Policies and jobs in a few words.

#![allow(clippy::unwrap_used)]

use jiff::{SignedDuration, Timestamp};
use otc_vbs::types::{
    BackupJob, BackupJobId, BackupJobStatus, BackupPolicy, PolicyId, PolicySchedule, PolicyStatus,
    ResourceId, TimestampOrText, UtcTimestamp,
};

use crate::check::finding::{Finding, PolicyCheck};
use crate::check::read::JobsRead;

/// A time: `15 01:00` is 2026-01-15T01:00:00Z.
pub(crate) fn at(day_and_time: &str) -> Timestamp {
    let (day, time) = day_and_time.split_once(' ').unwrap();
    format!("2026-01-{day}T{time}:00Z").parse().unwrap()
}

/// A policy that runs daily at these hours and has this many disks.
pub(crate) fn policy(start_time: &str, disks: u64) -> BackupPolicy {
    let mut schedule = PolicySchedule::default();
    schedule.start_time = Some(start_time.to_owned());
    schedule.frequency = Some(1);
    schedule.status = Some(PolicyStatus::On);
    let mut policy = BackupPolicy::new(PolicyId::new("af8a20b0-117d-4fc3-ae53-aa3968a4f870").unwrap());
    policy.policy_resource_count = Some(disks);
    policy.scheduled_policy = Some(schedule);
    policy
}

pub(crate) fn schedule(policy: &mut BackupPolicy) -> &mut PolicySchedule {
    policy.scheduled_policy.as_mut().unwrap()
}

/// Jobs, one in each line: the disk, the day and the time of its creation, its status, and if it succeeded,
/// optionally the minutes that it took (10 by default).
pub(crate) fn jobs(lines: &str) -> JobsRead {
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut jobs: Vec<BackupJob> = lines.enumerate().map(|(number, line)| job(number, line)).collect();
    jobs.sort_by_key(|job| std::cmp::Reverse(job.created_at.clone()));
    JobsRead { jobs, undecodable: 0, is_complete: true }
}

fn job(number: usize, line: &str) -> BackupJob {
    let words: Vec<&str> = line.split_whitespace().collect();
    let status = match words[3] {
        "ok" => BackupJobStatus::ExecuteSuccess,
        "fail" => BackupJobStatus::ExecuteFail,
        "timeout" => BackupJobStatus::ExecuteTimeout,
        "skip" => BackupJobStatus::Skip,
        "running" => BackupJobStatus::Running,
        "waiting" => BackupJobStatus::Waiting,
        other => other.into(),
    };
    let created_at = (words[1] != "?").then(|| at(&format!("{} {}", words[1], words[2])));
    let id = BackupJobId::new(format!("job-{number}")).unwrap();
    let text = || TimestampOrText::from("2016-01-15T01:0807.476Z");
    let mut job = BackupJob::new(status, id, created_at.map_or_else(text, TimestampOrText::from));
    if words[0] != "-" {
        job.resource_id = Some(ResourceId::new(words[0]).unwrap());
    }
    let minutes = words.get(4).map_or(10, |minutes| minutes.parse().unwrap());
    if words[3] == "ok" {
        let finished = created_at.map(|created| created + SignedDuration::from_mins(minutes));
        job.finished_at = finished.map(UtcTimestamp::from);
    }
    if words[3] == "fail" {
        job.fail_reason = Some("VolumeBackup.0021#the disk does not exist".to_owned());
    }
    job
}

/// The findings in short: `a failed; 2 never`.
pub(crate) fn short(check: &PolicyCheck) -> String {
    let one = |finding: &Finding| {
        let subject = finding.disk.clone().unwrap_or_else(|| finding.disks.to_string());
        format!("{subject} {:?}", finding.verdict).to_lowercase()
    };
    check.findings.iter().map(one).collect::<Vec<_>>().join("; ")
}
