//! Projects and policies in a few words.

use jiff::Timestamp;
use otc_vbs::types::{BackupJob, BackupPolicy, BackupStatus};
use serde_json::json;

use super::super::build;
use super::super::disks_file::ListedDisk;
use super::super::finding::{Finding, Kind};
use super::super::input::{Policy, Project};
use super::super::plan::{Plan, ProjectPlan};
use super::super::steps;
use crate::check::read::JobsRead;

pub(super) fn now() -> Timestamp {
    "2026-01-15T06:00:00Z".parse().unwrap()
}

/// A policy that is on, runs daily at 01:00 and keeps 7 backups of `disks`, which its jobs name.
pub(super) fn policy(name: &str, disks: &[&str]) -> Policy {
    let listed = json!({
        "backup_policy_id": format!("id-of-{name}"),
        "backup_policy_name": name,
        "policy_resource_count": disks.len(),
        "scheduled_policy": {"status": "ON", "start_time": "01:00", "frequency": 1, "rentention_num": 7},
    });
    let jobs = disks.iter().map(|disk| job(disk, "2026-01-15T01:00:00Z", None)).collect();
    Policy {
        listed: serde_json::from_value(listed).unwrap(),
        tags: Vec::new(),
        jobs: Some(JobsRead { jobs, undecodable: 0, is_complete: true }),
        disks: Vec::new(),
        unread: Vec::new(),
    }
}

/// The same with other fields in `scheduled_policy`.
pub(super) fn scheduled(name: &str, schedule: serde_json::Value) -> Policy {
    let mut policy = policy(name, &["d1"]);
    let mut listed = serde_json::to_value(&policy.listed).unwrap();
    listed["scheduled_policy"] = schedule;
    policy.listed = serde_json::from_value::<BackupPolicy>(listed).unwrap();
    policy
}

/// A job that succeeded, or failed with this code.
pub(super) fn job(disk: &str, created_at: &str, code: Option<&str>) -> BackupJob {
    let status = if code.is_some() { "EXECUTE_FAIL" } else { "EXECUTE_SUCCESS" };
    serde_json::from_value(json!({
        "job_id": format!("job-of-{disk}"),
        "resource_id": disk,
        "created_at": created_at,
        "status": status,
        "code": code,
    }))
    .unwrap()
}

pub(super) fn set_jobs(policy: &mut Policy, jobs: Vec<BackupJob>) {
    policy.jobs = Some(JobsRead { jobs, undecodable: 0, is_complete: true });
}

pub(super) fn listed(disk: &str, size_gb: Option<u64>) -> ListedDisk {
    ListedDisk { id: disk.to_owned(), size_gb }
}

/// A project in which each disk that a job names has one backup of 10 GB.
pub(super) fn project(policies: Vec<Policy>) -> Project {
    let mut project =
        Project { project: "eu-de_shop".to_owned(), project_id: "p1".to_owned(), ..Project::default() };
    for job in policies.iter().filter_map(|policy| policy.jobs.as_ref()).flat_map(|read| &read.jobs) {
        let disk = job.resource_id.as_ref().unwrap().to_string();
        let backups = project.disks.entry(disk).or_default();
        if backups.count == 0 {
            backups.add(&BackupStatus::Available, Some(10));
        }
    }
    project.policies = policies;
    project
}

pub(super) fn plan_of(policies: Vec<Policy>) -> ProjectPlan {
    build::project(&project(policies), now())
}

/// A whole plan of these projects.
pub(super) fn whole(projects: Vec<Project>) -> Plan {
    let projects: Vec<ProjectPlan> = projects.iter().map(|project| build::project(project, now())).collect();
    let incomplete = projects.iter().any(|project| project.incomplete);
    Plan {
        created_at: now().to_string(),
        incomplete,
        unread: Vec::new(),
        steps: Vec::new(),
        undocumented: steps::undocumented(&projects),
        projects,
    }
}

pub(super) fn kinds(findings: &[Finding]) -> Vec<Kind> {
    findings.iter().map(|finding| finding.kind).collect()
}
