//! The simulated service: its state, and how it changes as time passes.
//!
//! Nothing here knows HTTP. Time comes from outside: [`Vbs::apply_next`] applies the events that are due, in
//! time order, so results depend only on the requests and the clock.

pub(crate) mod agenda;
pub(crate) mod association;
pub(crate) mod backup;
pub(crate) mod backup_job;
pub(crate) mod backup_requests;
pub(crate) mod backup_text;
pub(crate) mod backups;
mod check;
pub(crate) mod data_error;
pub(crate) mod disk;
mod events;
mod forget;
pub(crate) mod history;
pub(crate) mod identifiers;
mod job_draws;
pub(crate) mod limits;
pub(crate) mod numbers;
pub(crate) mod policies;
pub(crate) mod policy;
pub(crate) mod policy_query;
pub(crate) mod policy_rules;
pub(crate) mod project;
pub(crate) mod quota;
pub(crate) mod refusal;
mod retention;
pub(crate) mod schedule;
pub(crate) mod seed;
pub(crate) mod seeded;
pub(crate) mod shares;
pub(crate) mod tags;
pub(crate) mod time;
pub(crate) mod vbs_job;
mod work;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use self::agenda::{Agenda, Event};
use self::backup_job::{BackupJob, State};
use self::disk::Disk;
use self::history::job_list::JobList;
use self::job_draws::JobDraws;
use self::limits::WINDOW;
use self::numbers::{DiskNumber, FIRST_NEW, JobNumber, PolicyNumber, ProjectNumber};
use self::policy::Policy;
use self::project::Project;
use self::refusal::Refusal;
use self::seed::Seed;
pub(crate) use self::seeded::{Sizes, TooManyJobs};

/// The state of the simulated service.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Vbs {
    pub(crate) seed: Seed,
    /// The time at which the sandbox started. Seeded data is older.
    pub(crate) start: Timestamp,
    /// Every event until this time has been applied.
    pub(crate) now: Timestamp,
    /// The last time at which expired data was removed.
    forgot: Timestamp,
    projects: Vec<Project>,
    agenda: Agenda,
    next_number: u64,
}

impl Vbs {
    /// Applies the events that are due.
    #[cfg(test)]
    pub(crate) fn catch_up(&mut self, now: Timestamp) {
        while self.apply_next(now) {}
    }

    /// Applies the next event that is due. Returns `false` if none was.
    pub(crate) fn apply_next(&mut self, now: Timestamp) -> bool {
        let next = self.agenda.next_until(now);
        let is_due = next.is_some();
        match next {
            Some((time, event)) => {
                self.now = self.now.max(time);
                self.apply(event);
            }
            None => self.now = self.now.max(now),
        }
        self.forget_hourly();
        is_due
    }

    /// This also happens while the clock jumps, so that short-lived data needs no memory.
    fn forget_hourly(&mut self) {
        if self.now.duration_since(self.forgot) >= SignedDuration::from_hours(1) {
            self.forget();
        }
    }

    /// The number of projects in the users' domain.
    pub(crate) fn own_projects(&self) -> u8 {
        // At most `MOST_PROJECTS` and two more.
        self.projects.len().saturating_sub(2) as u8
    }

    pub(crate) fn project(&self, number: ProjectNumber) -> Option<&Project> {
        self.projects.get(usize::from(number.0))
    }

    pub(crate) fn project_mut(&mut self, number: ProjectNumber) -> Option<&mut Project> {
        self.projects.get_mut(usize::from(number.0))
    }

    #[expect(
        clippy::expect_used,
        reason = "the number was that of an existing project, and no project is ever deleted"
    )]
    fn existing_project(&mut self, number: ProjectNumber) -> &mut Project {
        self.project_mut(number).expect("the project exists")
    }

    pub(crate) fn policy(&self, number: PolicyNumber) -> Option<&Policy> {
        self.project(number.project())?.policies.get(&number)
    }

    /// The policies of a project, in the order of their creation.
    pub(crate) fn policies(&self, project: ProjectNumber) -> impl Iterator<Item = &Policy> {
        let project = self.project(project).into_iter();
        project.flat_map(|project| project.policies.values())
    }

    pub(crate) fn policy_mut(&mut self, number: PolicyNumber) -> Option<&mut Policy> {
        let project = self.project_mut(number.project())?;
        project.policies.get_mut(&number)
    }

    /// The policy with this number, or the refusal of the request.
    pub(crate) fn known_policy(&mut self, number: PolicyNumber) -> Result<&mut Policy, Refusal> {
        self.policy_mut(number).ok_or(Refusal::UnknownPolicy)
    }

    pub(crate) fn disk(&self, number: DiskNumber) -> Disk {
        Disk::new(number, self.seed)
    }

    /// A number that was never used before.
    fn new_number(&mut self) -> u64 {
        let number = FIRST_NEW + self.next_number;
        self.next_number += 1;
        number
    }

    /// The backup jobs of a policy that the service currently lists.
    pub(crate) fn backup_jobs(&self, policy: &Policy) -> JobList {
        let listed_from = time::earlier(self.now, WINDOW);
        let stored = policy.jobs.iter().rev();
        let stored = stored.take_while(|job| job.created_at > listed_from).cloned();
        let project = self.project(policy.number.project());
        let history = project.and_then(|project| project.backups.histories().get(&policy.number));
        JobList::new(self.seed, stored.collect(), history, self.now)
    }

    /// Plans the next run of a policy whose schedule has changed, or whose last run is over.
    fn plan_next_run(&mut self, number: PolicyNumber) -> Result<(), Refusal> {
        self.plan_run_after(number, self.now)
    }

    fn plan_run_after(&mut self, number: PolicyNumber, time: Timestamp) -> Result<(), Refusal> {
        let policy = self.known_policy(number)?;
        let next = policy.schedule.next_after(time);
        // A policy that is changed repeatedly has one entry.
        if let Some(planned) = std::mem::replace(&mut policy.next_run, next) {
            self.agenda.strike(planned, Event::PolicyRuns(number));
        }
        if let Some(next) = next {
            self.agenda.enter(next, Event::PolicyRuns(number));
        }
        Ok(())
    }

    /// Triggers one backup job for each of these disks. Returns their numbers, oldest first.
    pub(crate) fn trigger(
        &mut self,
        number: PolicyNumber,
        disks: &[DiskNumber],
    ) -> Result<Vec<JobNumber>, Refusal> {
        let (now, seed) = (self.now, self.seed);
        let policy = self.known_policy(number)?;
        let first = policy.job_count;
        let jobs = u32::try_from(disks.len()).ok();
        let last = jobs.and_then(|jobs| first.checked_add(jobs));
        policy.job_count = last.ok_or_else(|| too_many_jobs(&policy.name))?;
        let ordinals = first..policy.job_count;
        let triggered: Vec<JobNumber> =
            ordinals.map(|ordinal| JobNumber { policy: number, ordinal }).collect();
        policy.jobs.extend(triggered.iter().zip(disks).map(|(job, disk)| BackupJob {
            number: *job,
            disk: *disk,
            created_at: now,
            state: State::Waiting,
            vbs_job: None,
        }));
        for (place, job) in triggered.iter().enumerate() {
            let wait = JobDraws::new(seed, *job).wait(place as u64);
            let starts = time::later(now, wait);
            self.agenda.enter(starts, Event::BackupJobStarts(*job));
        }
        Ok(triggered)
    }
}

fn too_many_jobs(policy: &str) -> Refusal {
    Refusal::TooManyBackupJobs { policy: policy.to_owned() }
}
