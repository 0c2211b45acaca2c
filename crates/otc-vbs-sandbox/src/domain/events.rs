//! What happens when the time of an event has come.

use jiff::{SignedDuration, Timestamp};

use super::Vbs;
use super::agenda::Event;
use super::backup::Status;
use super::backup_job::State;
use super::history::failures::FAILURES;
use super::numbers::{JobNumber, PolicyNumber, VbsJobNumber};
use super::seed::Purpose;
use super::vbs_job::{Kind, Outcome, VbsJob};
use super::work::Creation;

/// What becomes of a backup job, drawn by its number.
enum Fate {
    Skip,
    /// It fails before anything begins.
    FailAtOnce(&'static str, &'static str),
    Run(Outcome),
}

impl Vbs {
    pub(super) fn apply(&mut self, event: Event) {
        match event {
            Event::PolicyRuns(policy) => self.run_on_schedule(policy),
            Event::BackupJobStarts(job) => self.start_backup_job(job),
            Event::JobEnds(job) => self.end_job(job),
            Event::SeededJobsEnd(policy) => self.end_seeded_jobs(policy),
        }
    }

    fn run_on_schedule(&mut self, number: PolicyNumber) {
        let now = self.now;
        let Some(policy) = self.policy(number) else {
            return;
        };
        if policy.next_run != Some(now) {
            return;
        }
        let disks = policy.disks.clone();
        self.trigger(number, disks.iter().copied());
        for disk in disks {
            self.apply_retention(number, disk);
        }
        self.plan_next_run(number);
    }

    fn start_backup_job(&mut self, number: JobNumber) {
        let at = self.now;
        let Some(policy) = self.policy_mut(number.policy) else {
            return;
        };
        let Some(job) = policy.job_mut(number.ordinal) else {
            return;
        };
        let disk = job.disk;
        let (state, vbs_job) = match self.fate(number) {
            _ if self.is_busy(disk) => (State::Skipped { at }, None),
            Fate::Skip => (State::Skipped { at }, None),
            Fate::FailAtOnce(code, message) => (failed(at, code, message), None),
            Fate::Run(outcome) => match self.begin_policy_backup(number, disk, outcome) {
                Ok(job) => (State::Running, Some(job)),
                Err(exceeded) => (failed(at, exceeded.code(), exceeded.message()), None),
            },
        };
        self.set_state(number, state, vbs_job);
    }

    fn is_busy(&self, disk: u64) -> bool {
        let mut projects = self.projects.iter();
        projects.any(|project| project.busy.contains_key(&disk))
    }

    /// Of 32 jobs, about 26 succeed, 3 fail, 2 are skipped and one takes too long: as among the seeded ones.
    fn fate(&self, number: JobNumber) -> Fate {
        let drawn = self.seed.draw(Purpose::JobOutcome, number.into());
        match drawn % 32 {
            0..26 => Fate::Run(Outcome::Success),
            26..29 => {
                let which = (drawn >> 8) as usize % FAILURES.len();
                let (code, message) = FAILURES[which];
                match drawn >> 32 & 1 {
                    0 => Fate::FailAtOnce(code, message),
                    _ => Fate::Run(Outcome::Failure {
                        code: code.to_owned(),
                        message: message.to_owned(),
                    }),
                }
            }
            29..31 => Fate::Skip,
            _ => Fate::Run(Outcome::Timeout),
        }
    }

    fn begin_policy_backup(
        &mut self,
        number: JobNumber,
        disk: u64,
        outcome: Outcome,
    ) -> Result<VbsJobNumber, super::quota::Exceeded> {
        let draw = |purpose| self.seed.draw(purpose, u64::from(number));
        let drawn = draw(Purpose::JobEnd).cast_signed().rem_euclid(i64::MAX);
        let (least, spread) = match outcome {
            Outcome::Timeout => (22 * 60, 120),
            Outcome::Success | Outcome::Failure { .. } => (4, 46),
        };
        let takes = SignedDuration::from_mins(least) + SignedDuration::from_secs(drawn % (spread * 60));
        let name = format!("autobk_{:04x}", draw(Purpose::BackupName) & 0xffff);
        let begun = self.begin_backup(Creation {
            project: number.policy.project(),
            disk,
            snapshot: None,
            name: Some(name),
            description: None,
            is_full: false,
            tags: Default::default(),
            backup_job: Some(number),
            takes,
            outcome,
        })?;
        Ok(begun.job)
    }

    fn set_state(&mut self, number: JobNumber, state: State, vbs_job: Option<VbsJobNumber>) {
        let policy = self.policy_mut(number.policy);
        if let Some(job) = policy.and_then(|policy| policy.job_mut(number.ordinal)) {
            job.state = state;
            job.vbs_job = vbs_job.or(job.vbs_job);
        }
    }

    fn end_job(&mut self, number: VbsJobNumber) {
        let at = self.now;
        let ended = |project: &super::Project| project.vbs_jobs.get(&number).cloned();
        let found = self
            .projects
            .iter()
            .find_map(|project| Some((project.number, ended(project)?)));
        let Some((project, job)) = found else {
            return;
        };
        if job.kind == Kind::Restore {
            // It may be one that is shared with the project.
            self.set_status(job.backup, Status::Available);
        }
        if let Some(project) = self.project_mut(project) {
            if project.busy.get(&job.disk) == Some(&number) {
                project.busy.remove(&job.disk);
            }
            match job.kind {
                Kind::Create => project.finish_backup(&job, at),
                Kind::Delete => project.remove_backup(job.backup),
                Kind::Restore => {}
            }
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

fn failed(at: Timestamp, code: &str, message: &str) -> State {
    State::Failed {
        at,
        code: code.to_owned(),
        message: message.to_owned(),
    }
}
