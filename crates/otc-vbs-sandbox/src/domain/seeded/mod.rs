//! The data that exists when the sandbox starts.

mod kinds;
mod sizes;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use self::kinds::PolicyKind;
use self::sizes::Plan;
pub(crate) use self::sizes::{Sizes, TooManyJobs};
use super::Vbs;
use super::agenda::{Agenda, Event};
use super::backup_job::{BackupJob, State};
use super::backups::Backups;
use super::disk::{Disk, Snapshot};
use super::history::History;
use super::job_draws::JobDraws;
use super::numbers::{DiskNumber, JobNumber, PolicyNumber, ProjectNumber, first_snapshot_of};
use super::policy::Policy;
use super::project::{FREE_DISKS, Project};
use super::seed::Seed;
use super::time::{earlier, later};
use super::vbs_job::Outcome;
use super::work::Creation;

/// If the newest run is more recent than this, two of its jobs have not ended: the newest is waiting, the one
/// before is running.
const UNENDED_FOR: SignedDuration = SignedDuration::from_hours(2);
const UNENDED: u64 = 2;
/// The reference limits a project to this number of policies, but more can be seeded.
const POLICIES_QUOTA: u64 = 10;

impl Vbs {
    /// The state of a sandbox that starts at this time. All policies have run by their schedules until then.
    pub(crate) fn seeded(seed: Seed, start: Timestamp, sizes: Sizes) -> Result<Self, TooManyJobs> {
        Self::with_kinds(seed, start, sizes, &PolicyKind::all(start))
    }

    #[expect(clippy::expect_used, reason = "the policies are those of the projects that are being created")]
    fn with_kinds(
        seed: Seed,
        start: Timestamp,
        sizes: Sizes,
        kinds: &[PolicyKind],
    ) -> Result<Self, TooManyJobs> {
        let plan = Plan::new(start, sizes, kinds)?;
        let mut vbs = Self {
            seed,
            start,
            now: start,
            forgot: start,
            projects: Vec::new(),
            agenda: Agenda::default(),
            next_number: 0,
        };
        // Runs that are due exactly at the start belong to the future.
        let before_start = earlier(start, SignedDuration::from_nanos(1));
        for project in ProjectNumber::all(sizes.projects) {
            let project = seeded_project(project, seed, start, &plan, kinds);
            let policies: Vec<PolicyNumber> = project.policies.keys().copied().collect();
            let jobs = project.policies.values().flat_map(|policy| &policy.jobs);
            let unended: Vec<BackupJob> = jobs.cloned().collect();
            vbs.projects.push(project);
            for job in unended {
                vbs.begin_unended_job(&job);
            }
            for policy in policies {
                let planned = vbs.plan_run_after(policy, before_start);
                planned.expect("the policy exists");
            }
        }
        Ok(vbs)
    }

    /// Plans the start of a waiting job, or starts the backup of a running one.
    fn begin_unended_job(&mut self, job: &BackupJob) {
        let (start, seed) = (self.start, self.seed);
        let draws = JobDraws::new(seed, job.number);
        if job.state == State::Waiting {
            let starts = later(start, draws.wait(0));
            self.agenda.enter(starts, Event::BackupJobStarts(job.number));
            return;
        }
        let age = start.duration_since(job.created_at);
        let running_for = age - draws.wait(0).min(age / 2);
        self.now = earlier(start, running_for);
        let takes = running_for + draws.duration(false);
        let creation = Creation::of_job(job.number, job.disk, seed, takes, Outcome::Success);
        let vbs_job = self.make_backup(creation).job;
        self.now = start;
        self.set_state(job.number, State::Running, Some(vbs_job));
    }
}

#[expect(clippy::expect_used, reason = "the builder limits the number of policies")]
fn seeded_project(
    number: ProjectNumber,
    seed: Seed,
    start: Timestamp,
    plan: &Plan,
    kinds: &[PolicyKind],
) -> Project {
    let mut policies = BTreeMap::new();
    let mut histories = BTreeMap::new();
    for ((index, size), kind) in (0..).zip(&plan.policies).zip(kinds.iter().cycle()) {
        let policy = PolicyNumber::new(number, index).expect("the plan has no more policies than numbers");
        let held = (0..size.disks).map(|turn| number.seeded_disk(turn * plan.stride() + u64::from(index)));
        let mut kept = kind.policy(policy, held.collect());
        kept.job_count = size.jobs as u32;
        let unended = add_unended_jobs(&mut kept, start, size.jobs);
        if size.jobs > unended {
            let history = History {
                seed,
                policy,
                schedule: kept.schedule.clone(),
                start,
                until: kind.until,
                disks: size.disks,
                policies: plan.stride(),
                jobs: size.jobs - unended,
                unended,
                retention: kept.retention,
                keeps_first_of_month: kept.keep_first_of_month == Some(true),
            };
            histories.insert(policy, history);
        }
        policies.insert(policy, kept);
    }
    let mut project = Project {
        number,
        policies_made: policies.len() as u32,
        most_policies: POLICIES_QUOTA.max(policies.len() as u64),
        policies,
        disks: plan.disks + FREE_DISKS,
        stored_snapshots: BTreeMap::new(),
        backups: Backups::new(histories),
        shares: BTreeMap::new(),
        vbs_jobs: BTreeMap::new(),
        busy: BTreeMap::new(),
        quotas: plan.quotas(),
    };
    // Each free disk has a snapshot, because a backup through the OpenStack API needs one.
    for disk in project.disk_numbers().rev().take(FREE_DISKS as usize) {
        let snapshot = first_snapshot(disk, seed, start);
        project.stored_snapshots.insert(snapshot.number, snapshot);
    }
    project
}

fn first_snapshot(disk: DiskNumber, seed: Seed, created_at: Timestamp) -> Snapshot {
    Snapshot {
        number: first_snapshot_of(disk),
        disk,
        name: format!("{}-snapshot", Disk::new(disk, seed).name()),
        created_at,
        is_of_backup: false,
    }
}

/// Stores the jobs of the newest run that have not ended. Returns their number.
fn add_unended_jobs(policy: &mut Policy, start: Timestamp, jobs: u64) -> u64 {
    let due = policy.schedule.nth_before(start, 0);
    let is_recent = |due: &Timestamp| start.duration_since(*due) <= UNENDED_FOR;
    let Some(created_at) = due.filter(|due| policy.schedule.is_on && is_recent(due)) else {
        return 0;
    };
    let unended = UNENDED.min(jobs).min(policy.disks.len() as u64);
    let newest_first = policy.disks.iter().rev().take(unended as usize);
    for (position, disk) in (0..).zip(newest_first) {
        let ordinal = (jobs - 1) as u32 - position;
        policy.jobs.push_front(BackupJob {
            number: JobNumber { policy: policy.number, ordinal },
            disk: *disk,
            created_at,
            state: match position {
                0 => State::Waiting,
                _ => State::Running,
            },
            vbs_job: None,
        });
    }
    unended
}

#[cfg(test)]
mod obeys_policies;
#[cfg(test)]
pub(super) mod tests;
