//! The service behind the operations: what it keeps, and what happens to it as time passes.
//!
//! Nothing here knows HTTP. Time comes from outside: [`Service::catch_up`] lets happen what is due, in order, so that it
//! does not matter how often somebody looks.

pub(crate) mod agenda;
pub(crate) mod association;
pub(crate) mod backup;
pub(crate) mod backup_job;
pub(crate) mod backup_requests;
pub(crate) mod backup_text;
mod check;
pub(crate) mod data_error;
pub(crate) mod disk;
mod events;
mod forget;
pub(crate) mod history;
pub(crate) mod identifiers;
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
mod seeded;
pub(crate) mod seeded_vbs_job;
pub(crate) mod shares;
pub(crate) mod tags;
pub(crate) mod vbs_job;
mod work;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use self::agenda::{Agenda, Event};
use self::backup_job::{BackupJob, State};
use self::disk::Disk;
use self::numbers::{DiskNumber, FIRST_NEW, JobNumber, PolicyNumber, ProjectNumber};
use self::policy::Policy;
use self::project::Project;
pub(crate) use self::seeded::Sizes;
use crate::domain::history::job_list::JobList;
use crate::domain::seed::{Purpose, Seed};

/// For how long the service lists backup jobs, and knows of other jobs.
pub(crate) const WINDOW: SignedDuration = SignedDuration::from_hours(30 * 24);

/// All that the service keeps.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Vbs {
    pub(crate) seed: Seed,
    /// When the sandbox began. What is seeded is older.
    pub(crate) start: Timestamp,
    /// How many days the seeded backup jobs go back.
    pub(crate) days: u16,
    /// Up to when everything has happened.
    pub(crate) now: Timestamp,
    /// When it last dropped what nobody can ask for.
    forgot: Timestamp,
    projects: Vec<Project>,
    agenda: Agenda,
    next_number: u64,
}

impl Vbs {
    /// Lets happen what is due by now.
    pub(crate) fn catch_up(&mut self, now: Timestamp) {
        while let Some((time, event)) = self.agenda.next_until(now) {
            self.now = self.now.max(time);
            self.apply(event);
            self.forget_hourly();
        }
        self.now = self.now.max(now);
        self.forget_hourly();
    }

    /// Also while much time passes at once, so that what is only there in between needs no memory.
    fn forget_hourly(&mut self) {
        if self.now.duration_since(self.forgot) >= SignedDuration::from_hours(1) {
            self.forget();
        }
    }

    /// How many projects the users' domain has.
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

    pub(crate) fn policy(&self, number: PolicyNumber) -> Option<&Policy> {
        self.project(number.project())?.policies.get(&number)
    }

    /// The policies of a project, in the order in which they were made.
    pub(crate) fn policies(&self, project: ProjectNumber) -> impl Iterator<Item = &Policy> {
        let project = self.project(project).into_iter();
        project.flat_map(|project| project.policies.values())
    }

    pub(crate) fn policy_mut(&mut self, number: PolicyNumber) -> Option<&mut Policy> {
        let project = self.project_mut(number.project())?;
        project.policies.get_mut(&number)
    }

    pub(crate) fn disk(&self, number: DiskNumber) -> Disk {
        Disk::new(number, self.seed)
    }

    /// A number that nothing has had before.
    fn new_number(&mut self) -> u64 {
        let number = FIRST_NEW + self.next_number;
        self.next_number += 1;
        number
    }

    /// The backup jobs of a policy that the service lists now.
    pub(crate) fn backup_jobs(&self, policy: &Policy) -> JobList {
        let listed_from = self.now.saturating_sub(WINDOW).unwrap_or(Timestamp::MIN);
        let jobs = policy.jobs.iter().rev();
        JobList::new(
            self.seed,
            policy,
            self.days,
            self.start,
            self.now,
            jobs.take_while(|job| job.created_at > listed_from)
                .cloned()
                .collect(),
        )
    }

    /// Enters the next run of a policy, now that its schedule is another or the last run is over.
    pub(crate) fn plan_next_run(&mut self, number: PolicyNumber) {
        let now = self.now;
        let Some(policy) = self.policy_mut(number) else {
            return;
        };
        let next = policy.schedule.next_after(now, policy.ahead());
        let planned = std::mem::replace(&mut policy.next_run, next);
        // A policy that is changed again and again has one entry.
        if let Some(time) = planned.filter(|time| *time > now) {
            self.agenda.strike(time, Event::PolicyRuns(number));
        }
        if let Some(time) = next {
            self.agenda.enter(time, Event::PolicyRuns(number));
        }
    }

    /// Triggers one backup job for each of these disks. Returns their numbers, oldest first.
    pub(crate) fn trigger(
        &mut self,
        policy: PolicyNumber,
        disks: impl IntoIterator<Item = DiskNumber>,
    ) -> Vec<JobNumber> {
        let (now, seed) = (self.now, self.seed);
        let mut begun = Vec::new();
        let Some(policy) = self.policy_mut(policy) else {
            return begun;
        };
        for disk in disks {
            let Ok(ordinal) = u32::try_from(policy.job_count()) else {
                break;
            };
            let Some(triggered) = policy.triggered.checked_add(1) else {
                break;
            };
            let number = JobNumber {
                policy: policy.number,
                ordinal,
            };
            policy.jobs.push_back(BackupJob {
                number,
                disk,
                created_at: now,
                state: State::Waiting,
                vbs_job: None,
            });
            policy.triggered = triggered;
            begun.push(number);
        }
        for (place, number) in begun.iter().enumerate() {
            let late = seed.draw(Purpose::JobStart, u64::from(*number)) % 55;
            // A policy with very many disks does not begin them days later.
            let queued = (place as u64 * 30).min(3600);
            let wait = SignedDuration::from_secs((5 + late + queued).cast_signed());
            let starts = now.saturating_add(wait).unwrap_or(now);
            self.agenda.enter(starts, Event::BackupJobStarts(*number));
        }
        begun
    }
}
