//! Checks that a state is one that this service could have written.

use super::Vbs;
use super::numbers::{FIRST_NEW, PolicyNumber, ProjectNumber};
use super::policy::Policy;
use super::project::{FREE_DISKS, Project};
use crate::domain::limits::{MOST_DISKS, MOST_PROJECTS};

impl Vbs {
    /// Reports the first problem of a state from a file, so that the rest of the code can rely on a valid
    /// state.
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
        // Numbers must fit into ids, with room for more.
        if self.next_number >= FIRST_NEW {
            return Err(format!("`next_number` is {}", self.next_number));
        }
        self.projects.iter().try_for_each(|project| project.check(own))
    }
}

impl Project {
    fn check(&self, own_projects: u8) -> Result<(), String> {
        if self.disks > MOST_DISKS + FREE_DISKS {
            return Err(format!("a project has {} disks", self.disks));
        }
        let is_known = |project| ProjectNumber::all(own_projects).any(|known| known == project);
        let mut shares = self.shares.values();
        if !shares.all(|share| share.from == self.number && is_known(share.to)) {
            return Err("a share of an unknown project".to_owned());
        }
        for (number, history) in self.backups.histories() {
            let wrong = |what| Err(format!("the policy {} has {what}", number.0));
            if history.policy != *number || number.project() != self.number {
                return wrong("the history of another");
            }
            history.check().or_else(wrong)?;
        }
        let mut policies = self.policies.iter();
        policies.try_for_each(|(number, policy)| policy.check(*number, self.number))
    }
}

impl Policy {
    fn check(&self, number: PolicyNumber, project: ProjectNumber) -> Result<(), String> {
        if self.number != number || number.project() != project {
            return Err(format!("the policy {} is not where it belongs", number.0));
        }
        let wrong = |what| Err(format!("the policy {} has {what}", number.0));
        self.schedule.check().or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::SignedDuration;
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::backup_requests::NewBackup;
    use crate::domain::seeded::tests::{START, seeded_vbs};

    const OWN: ProjectNumber = ProjectNumber::OWN;

    /// The indexes of all numbers.
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
                if let Some(job) = jobs.get(position) {
                    job.created_at();
                    job.finished_at();
                    job.disk();
                    jobs.position_of(job.number());
                }
            }
        }
        let project = vbs.project(OWN).unwrap();
        for backup in project.backups.iter() {
            project.has_dependents(&backup);
        }
        project.snapshots();
        let policies: Vec<PolicyNumber> = vbs.policies(OWN).map(|it| it.number).collect();
        for policy in policies {
            let _ = vbs.run_policy(policy);
        }
        let disk = vbs.project(OWN).unwrap().free_disks().first().copied();
        let new = NewBackup { disk, ..NewBackup::default() };
        let _ = vbs.create_backup(OWN, new);
        vbs.catch_up(vbs.now + SignedDuration::from_hours(30));
    }

    #[test]
    fn no_number_in_a_state_panics() {
        let mut vbs = seeded_vbs(2, 1, 2, 8);
        vbs.catch_up(START + SignedDuration::from_mins(19 * 60 + 8));
        let state = serde_json::to_value(&vbs).unwrap();
        let mut places = Vec::new();
        numbers(&state, String::new(), &mut places);
        assert!(places.len() > 350, "{}", places.len());
        let (mut refused, mut used) = (0, 0);
        for place in places {
            for number in [json!(0), json!(-1), json!(25), json!(u32::MAX), json!(i64::MAX), json!(u64::MAX)]
            {
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
        assert!(refused > 700 && used > 1500, "{refused} {used}");
    }
}
