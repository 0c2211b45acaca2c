//! Creating, changing, running and deleting backup policies.

use std::collections::VecDeque;

use jiff::Timestamp;
use jiff::civil::Date;

use super::Vbs;
use super::numbers::{JobNumber, PolicyNumber, ProjectNumber};
use super::policy::{Policy, Retention};
use super::policy_rules::{Recurrence, StartTime, check_name, check_time_zone};
use super::refusal::Refusal;
use super::schedule::{Days, Schedule};
use super::tags::Tags;

/// A policy to create.
#[derive(Clone, Debug)]
pub(crate) struct PolicySpec {
    pub(crate) name: String,
    pub(crate) start_time: StartTime,
    pub(crate) recurrence: Recurrence,
    pub(crate) retention: Retention,
    pub(crate) keep_first_of_month: Option<bool>,
    pub(crate) is_on: bool,
    pub(crate) time_zone: Option<String>,
    pub(crate) tags: Tags,
}

/// The changes of a policy. Absent fields keep their values.
#[derive(Clone, Debug, Default)]
pub(crate) struct PolicyChange {
    pub(crate) name: Option<String>,
    pub(crate) start_time: Option<StartTime>,
    pub(crate) recurrence: Option<Recurrence>,
    pub(crate) retention: Option<Retention>,
    pub(crate) keep_first_of_month: Option<bool>,
    pub(crate) is_on: Option<bool>,
    pub(crate) time_zone: Option<String>,
}

impl PolicyChange {
    fn check(&self) -> Result<(), Refusal> {
        self.name.as_deref().map_or(Ok(()), check_name)?;
        self.time_zone.as_deref().map_or(Ok(()), check_time_zone)?;
        let changes_more_than_the_status =
            self.start_time.is_some() || self.retention.is_some() || self.keep_first_of_month.is_some();
        if changes_more_than_the_status && self.recurrence.is_none() {
            return Err(Refusal::NoRecurrence);
        }
        Ok(())
    }
}

impl Recurrence {
    /// A policy that runs every few days starts counting today, in its local time.
    fn from(self, today: Date) -> Days {
        match self {
            Self::EveryDays(days) => Days::Every { days, since: today },
            Self::Weekdays(weekdays) => Days::Week(weekdays),
        }
    }
}

impl Vbs {
    /// Creates a policy, unless the quota is exhausted.
    pub(crate) fn create_policy(
        &mut self,
        project: ProjectNumber,
        spec: PolicySpec,
    ) -> Result<PolicyNumber, Refusal> {
        check_name(&spec.name)?;
        spec.time_zone.as_deref().map_or(Ok(()), check_time_zone)?;
        super::tags::check_count(spec.tags.len())?;
        let today = Schedule::local_date(self.now, spec.time_zone.as_deref());
        let number = self.number_of_next_policy(project)?;
        let policy = Policy {
            number,
            name: spec.name,
            schedule: Schedule {
                start_time: spec.start_time.0,
                days: spec.recurrence.from(today),
                time_zone: spec.time_zone,
                is_on: spec.is_on,
            },
            retention: spec.retention,
            keep_first_of_month: spec.keep_first_of_month,
            tags: spec.tags,
            disks: Vec::new(),
            jobs: VecDeque::new(),
            job_count: 0,
            next_run: None,
        };
        let project = self.existing_project(project);
        project.policies.insert(number, policy);
        project.policies_made = number.index() + 1;
        self.plan_next_run(number)?;
        Ok(number)
    }

    fn number_of_next_policy(&mut self, number: ProjectNumber) -> Result<PolicyNumber, Refusal> {
        let project = self.existing_project(number);
        let held = project.policies.len() as u64;
        let most = project.most_policies;
        let full = || Refusal::TooManyPolicies { count: held, limit: most };
        if held >= most {
            return Err(full());
        }
        PolicyNumber::new(number, project.policies_made).ok_or_else(full)
    }

    /// Changes a policy. If this changes its next run, the run is planned again.
    pub(crate) fn change_policy(
        &mut self,
        number: PolicyNumber,
        change: PolicyChange,
    ) -> Result<(), Refusal> {
        change.check()?;
        let now = self.now;
        let policy = self.known_policy(number)?;
        let before = policy.schedule.clone();
        policy.change(change, now);
        if policy.schedule == before {
            return Ok(());
        }
        self.plan_next_run(number)
    }

    /// Deletes a policy. Its backups remain, running jobs continue, and waiting jobs do not start.
    pub(crate) fn delete_policy(&mut self, number: PolicyNumber) -> Result<(), Refusal> {
        self.known_policy(number)?;
        let project = self.existing_project(number.project());
        project.policies.remove(&number);
        self.agenda.strike_policy(number);
        Ok(())
    }

    /// Runs a policy now, on all of its disks, whether it is on or off.
    pub(crate) fn run_policy(&mut self, number: PolicyNumber) -> Result<Vec<JobNumber>, Refusal> {
        let policy = self.known_policy(number)?;
        if policy.disks.is_empty() {
            let policy = policy.name.clone();
            return Err(Refusal::PolicyWithoutDisks { policy });
        }
        if policy.is_running() {
            let policy = policy.name.clone();
            return Err(Refusal::PolicyRuns { policy });
        }
        let disks = policy.disks.clone();
        self.trigger(number, &disks)
    }
}

impl Policy {
    fn change(&mut self, change: PolicyChange, now: Timestamp) {
        if let Some(name) = change.name {
            self.name = name;
        }
        if let Some(start_time) = change.start_time {
            self.schedule.start_time = start_time.0;
        }
        if change.time_zone.is_some() {
            self.schedule.time_zone = change.time_zone;
        }
        let today = Schedule::local_date(now, self.schedule.time_zone.as_deref());
        match (&self.schedule.days, change.recurrence) {
            // An unchanged interval keeps its anchor when the rest of the schedule changes.
            (Days::Every { days, .. }, Some(Recurrence::EveryDays(same))) if *days == same => {}
            (_, Some(recurrence)) => self.schedule.days = recurrence.from(today),
            (_, None) => {}
        }
        if let Some(is_on) = change.is_on {
            self.schedule.is_on = is_on;
        }
        if let Some(retention) = change.retention {
            self.retention = retention;
        }
        self.keep_first_of_month = change.keep_first_of_month.or(self.keep_first_of_month);
    }
}

#[cfg(test)]
pub(super) mod tests;
