//! Whether a state is one that this service could have written.

use super::Vbs;
use super::history::job_times::most_seeded;
use super::numbers::{FIRST_NEW, PolicyNumber, ProjectNumber};
use super::policy::Policy;
use super::project::{FREE_DISKS, Project};
use crate::domain::limits::{MOST_DAYS, MOST_DISKS, MOST_PROJECTS};

impl Vbs {
    /// Says what is wrong with a state that somebody wrote, so that nothing later has to expect it.
    pub(crate) fn check(&self) -> Result<(), String> {
        let projects = u8::try_from(self.projects.len()).ok();
        let own = projects.and_then(|projects| projects.checked_sub(2));
        let Some(own) = own.filter(|own| (2..=MOST_PROJECTS).contains(own)) else {
            return Err(format!("it has {} projects", self.projects.len()));
        };
        let numbers = self.projects.iter().map(|project| project.number);
        if !numbers.eq(ProjectNumber::all(own)) {
            return Err("its projects are not in order".to_owned());
        }
        if !(1..=MOST_DAYS).contains(&self.days) {
            return Err(format!("`days` is {}", self.days));
        }
        // Numbers have to fit into identifiers, and there has to be room for more.
        if self.next_number >= FIRST_NEW {
            return Err(format!("`next_number` is {}", self.next_number));
        }
        self.projects
            .iter()
            .try_for_each(|project| project.check(self.days))
    }
}

impl Project {
    fn check(&self, days: u16) -> Result<(), String> {
        if self.disks > MOST_DISKS + FREE_DISKS {
            return Err(format!("a project has {} disks", self.disks));
        }
        let mut policies = self.policies.iter();
        policies.try_for_each(|(number, policy)| policy.check(*number, self.number, days))
    }
}

impl Policy {
    fn check(&self, number: PolicyNumber, project: ProjectNumber, days: u16) -> Result<(), String> {
        if self.number != number || number.project() != project {
            return Err(format!("the policy {} is not where it belongs", number.0));
        }
        let wrong = |what: &str| Err(format!("the policy {} has {what}", number.0));
        let mut hours = self.schedule.hours.iter();
        if !hours.all(|hour| (0..24).contains(hour)) {
            return wrong("an hour that no day has");
        }
        let history = self.history;
        let (disks, policies) = (history.disks, history.policies);
        if history.jobs > most_seeded(days) || disks > MOST_DISKS || policies > MOST_DISKS {
            return wrong("a history that can't be");
        }
        if u32::try_from(self.job_count()).is_err() {
            return wrong("more jobs than can be numbered");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::SignedDuration;
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::Sizes;
    use crate::domain::backup_requests::NewBackup;
    use crate::domain::seed::Seed;

    const OWN: ProjectNumber = ProjectNumber::OWN;

    /// The places of all numbers.
    fn numbers(value: &Value, place: String, found: &mut Vec<String>) {
        match value {
            Value::Number(_) => found.push(place),
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    numbers(item, format!("{place}/{index}"), found);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    numbers(member, format!("{place}/{name}"), found);
                }
            }
            _ => {}
        }
    }

    fn use_everything(mut vbs: Vbs) {
        for policy in vbs.policies(OWN) {
            let jobs = vbs.backup_jobs(policy);
            for position in [0, 1, 2, jobs.len().saturating_sub(1)] {
                if position < jobs.len() {
                    jobs.created_at(position);
                    jobs.finished_at(position);
                    jobs.disk(position);
                    jobs.position_of(jobs.number(position));
                }
            }
        }
        let policies: Vec<PolicyNumber> = vbs.policies(OWN).map(|it| it.number).collect();
        for policy in policies {
            let _ = vbs.run_policy(policy);
        }
        let disk = vbs.project(OWN).unwrap().free_disks().first().copied();
        let new = NewBackup {
            disk,
            ..NewBackup::default()
        };
        let _ = vbs.create_backup(OWN, new);
        vbs.catch_up(vbs.now + SignedDuration::from_hours(30));
    }

    #[test]
    fn whatever_the_numbers_of_a_state_nothing_panics() {
        let start = "2026-01-15T06:00:00Z".parse().unwrap();
        let sizes = Sizes {
            projects: 2,
            policies: 1,
            disks: 2,
            jobs: 4,
            days: 30,
        };
        let mut vbs = Vbs::seeded(Seed(2), start, sizes);
        vbs.catch_up(start + SignedDuration::from_mins(19 * 60 + 8));
        let state = serde_json::to_value(&vbs).unwrap();
        let mut places = Vec::new();
        numbers(&state, String::new(), &mut places);
        assert!(places.len() > 100, "{}", places.len());
        let (mut refused, mut used) = (0, 0);
        for place in places {
            for number in [
                json!(0),
                json!(-1),
                json!(25),
                json!(u32::MAX),
                json!(i64::MAX),
                json!(u64::MAX),
            ] {
                let mut state = state.clone();
                *state.pointer_mut(&place).unwrap() = number;
                match serde_json::from_value::<Vbs>(state) {
                    Ok(vbs) if vbs.check().is_ok() => {
                        use_everything(vbs);
                        used += 1;
                    }
                    _ => refused += 1,
                }
            }
        }
        assert!(refused > 100 && used > 100, "{refused} {used}");
    }
}
