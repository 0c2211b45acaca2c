//! The events that happen as time passes.

use jiff::Timestamp;

use super::Vbs;
use super::agenda::Event;
use super::backup::Status;
use super::backup_job::State;
use super::job_draws::{Failure, JobDraws};
use super::numbers::{DiskNumber, JobNumber, PolicyNumber, VbsJobNumber};
use super::seed::{Purpose, Seed};
use super::vbs_job::{Kind, Outcome, VbsJob};
use super::work::Creation;

/// The outcome of a backup job, drawn by its number.
enum JobOutcome {
    Skip,
    /// It fails before it starts.
    FailAtOnce(Failure),
    Run(Outcome),
}

impl Vbs {
    /// Applies an event. If its subject is gone, nothing happens.
    pub(super) fn apply(&mut self, event: Event) {
        match event {
            Event::PolicyRuns(policy) => self.run_on_schedule(policy),
            Event::BackupJobStarts(job) => self.start_backup_job(job),
            Event::JobEnds(job) => self.end_job(job),
        }
    }

    fn run_on_schedule(&mut self, number: PolicyNumber) {
        let Some(policy) = self.policy(number) else {
            return;
        };
        let disks = policy.disks.clone();
        // A policy stops when its job numbers are used up.
        if self.trigger(number, &disks).is_err() || self.plan_next_run(number).is_err() {
            return;
        }
        for disk in disks {
            self.apply_retention(number, disk);
        }
    }

    fn start_backup_job(&mut self, number: JobNumber) {
        let (at, seed, start) = (self.now, self.seed, self.start);
        let policy = self.policy_mut(number.policy);
        let Some(job) = policy.and_then(|policy| policy.job_mut(number.ordinal)) else {
            return;
        };
        let disk = job.disk;
        // A backup that was due before the sandbox started succeeds, so that soon all of these jobs have
        // ended.
        let outcome = match job.created_at < start {
            true => JobOutcome::Run(Outcome::Success),
            false => job_outcome(seed, number),
        };
        let (state, vbs_job) = match outcome {
            _ if self.is_busy(disk) => (State::Skipped { at }, None),
            JobOutcome::Skip => (State::Skipped { at }, None),
            JobOutcome::FailAtOnce(failure) => (failed(at, failure.code, failure.message), None),
            JobOutcome::Run(outcome) => {
                let takes = JobDraws::new(seed, number).duration(outcome == Outcome::Timeout);
                match self.begin_backup(Creation::of_job(number, disk, seed, takes, outcome)) {
                    Ok(started) => (State::Running, Some(started.job)),
                    Err(exceeded) => (failed(at, exceeded.code(), exceeded.message()), None),
                }
            }
        };
        self.set_state(number, state, vbs_job);
    }

    fn is_busy(&self, disk: DiskNumber) -> bool {
        let mut projects = self.projects.iter();
        projects.any(|project| project.busy.contains_key(&disk))
    }

    pub(super) fn set_state(&mut self, number: JobNumber, state: State, vbs_job: Option<VbsJobNumber>) {
        let policy = self.policy_mut(number.policy);
        if let Some(job) = policy.and_then(|policy| policy.job_mut(number.ordinal)) {
            job.state = state;
            job.vbs_job = vbs_job.or(job.vbs_job);
        }
    }

    fn end_job(&mut self, number: VbsJobNumber) {
        let at = self.now;
        let ended = |project: &super::Project| project.vbs_jobs.get(&number).cloned();
        let found = self.projects.iter().find_map(|project| Some((project.number, ended(project)?)));
        let Some((project, job)) = found else {
            return;
        };
        if job.kind == Kind::Restore {
            // The backup may be one that is shared with the project.
            self.set_status(job.backup, Status::Available);
        }
        let project = self.existing_project(project);
        if project.busy.get(&job.disk) == Some(&number) {
            project.busy.remove(&job.disk);
        }
        match job.kind {
            Kind::Create => project.finish_backup(&job, at),
            Kind::Delete => project.remove_backup(job.backup),
            Kind::Restore => {}
        }
        self.end_backup_job(&job, at);
    }

    fn end_backup_job(&mut self, job: &VbsJob, at: Timestamp) {
        let Some(number) = job.backup_job else {
            return;
        };
        let state = match &job.outcome {
            Outcome::Success => State::Succeeded { at },
            Outcome::Failure { code, message } => failed(at, code, message),
            Outcome::Timeout => State::TimedOut { at },
        };
        let is_success = job.outcome == Outcome::Success;
        self.set_state(number, state, None);
        if is_success {
            self.apply_retention(number.policy, job.disk);
        }
    }
}

/// Of 32 jobs, about 26 succeed, 3 fail, 2 are skipped and one times out, as in a history.
fn job_outcome(seed: Seed, number: JobNumber) -> JobOutcome {
    match seed.draw(Purpose::JobOutcome, number.into()) % 32 {
        0..26 => JobOutcome::Run(Outcome::Success),
        26..29 => {
            let draws = JobDraws::new(seed, number);
            let failure = draws.failure();
            match draws.fails_at_once() {
                true => JobOutcome::FailAtOnce(failure),
                false => JobOutcome::Run(Outcome::Failure {
                    code: failure.code.to_owned(),
                    message: failure.message.to_owned(),
                }),
            }
        }
        29..31 => JobOutcome::Skip,
        _ => JobOutcome::Run(Outcome::Timeout),
    }
}

fn failed(at: Timestamp, code: &str, message: &str) -> State {
    State::Failed { at, code: code.to_owned(), message: message.to_owned() }
}
