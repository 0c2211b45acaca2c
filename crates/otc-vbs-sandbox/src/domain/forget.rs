//! Removes data that the service does not keep, so that a long-running sandbox does not grow.

use jiff::Timestamp;

use super::Vbs;
use super::limits::WINDOW;
use super::policy::Policy;
use super::project::Project;
use super::time::earlier;

/// The number of jobs that a project keeps. The newest are kept, and all jobs that have not ended.
const MOST_VBS_JOBS: usize = 10_000;
/// The number of backup jobs that a policy keeps of those triggered while the sandbox runs. The newest are
/// kept, and all jobs that have not ended. This many can [arrive](crate::Sandbox::arrive) at once.
const MOST_BACKUP_JOBS: usize = 1_000_000;

impl Vbs {
    /// Removes data that can no longer be requested, and the oldest jobs beyond the limits.
    pub(super) fn forget(&mut self) {
        self.forgot = self.now;
        let now = self.now;
        for project in &mut self.projects {
            for policy in project.policies.values_mut() {
                policy.forget(now, MOST_BACKUP_JOBS);
            }
            project.forget(now, MOST_VBS_JOBS);
        }
    }
}

impl Policy {
    fn forget(&mut self, now: Timestamp, most: usize) {
        let oldest = listed_from(now);
        while let Some(first) = self.jobs.front() {
            let is_too_much = first.created_at <= oldest || self.jobs.len() > most;
            if !is_too_much || !first.state.has_ended() {
                break;
            }
            self.jobs.pop_front();
        }
    }
}

impl Project {
    fn forget(&mut self, now: Timestamp, most: usize) {
        let oldest = listed_from(now);
        let mut kept = self.vbs_jobs.len();
        while let Some(first) = self.vbs_jobs.first_entry() {
            let ended = first.get().ends_at;
            if ended > oldest && (kept <= most || ended > now) {
                break;
            }
            first.remove();
            kept -= 1;
        }
    }
}

fn listed_from(now: Timestamp) -> Timestamp {
    earlier(now, WINDOW)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::SignedDuration;

    use super::*;
    use crate::domain::association::Candidate;
    use crate::domain::numbers::{PolicyNumber, ProjectNumber};
    use crate::domain::policies::PolicyChange;
    use crate::domain::policies::tests::spec;
    use crate::domain::policy_rules::StartTime;
    use crate::domain::seeded::tests::seeded_vbs;

    const OWN: ProjectNumber = ProjectNumber::OWN;

    fn vbs_without_jobs() -> Vbs {
        seeded_vbs(4, 1, 4, 0)
    }

    fn pass(vbs: &mut Vbs, days: i64) {
        vbs.catch_up(vbs.now + SignedDuration::from_hours(24 * days));
    }

    #[test]
    fn created_and_deleted_policies_leave_no_data_while_the_clock_is_frozen() {
        let mut vbs = vbs_without_jobs();
        let before = vbs.agenda.len();
        let free = vbs.project(OWN).unwrap().free_disks();
        let disks: Vec<Candidate> = free.into_iter().map(Candidate::Disk).collect();
        for _ in 0..10 {
            let number = vbs.create_policy(OWN, spec("new")).unwrap();
            assert!(vbs.associate(number, &disks).unwrap().iter().all(Result::is_ok));
            vbs.run_policy(number).unwrap();
            vbs.delete_policy(number).unwrap();
        }
        assert_eq!(vbs.agenda.len(), before);
    }

    #[test]
    fn changed_policy_has_one_entry() {
        let mut vbs = vbs_without_jobs();
        let number = vbs.create_policy(OWN, spec("new")).unwrap();
        let before = vbs.agenda.len();
        for text in ["03:00", "04:00", "03:00"] {
            let change = PolicyChange {
                start_time: Some(StartTime::parse(text).unwrap()),
                recurrence: Some(crate::domain::policy_rules::Recurrence::EveryDays(1)),
                ..PolicyChange::default()
            };
            vbs.change_policy(number, change).unwrap();
        }
        assert_eq!(vbs.agenda.len(), before);
        // The remaining job is the right one.
        pass(&mut vbs, 2);
        let runs = vbs.policy(number).unwrap().next_run.unwrap();
        assert_eq!(runs.to_string(), "2026-01-18T03:00:00Z");
    }

    #[test]
    fn jump_of_years_leaves_no_more_data_than_days() {
        let mut vbs = vbs_without_jobs();
        pass(&mut vbs, 400);
        let kept = |vbs: &Vbs| {
            let project = vbs.project(OWN).unwrap();
            let policy = vbs.policy(PolicyNumber(0)).unwrap();
            (project.vbs_jobs.len(), policy.jobs.len(), policy.jobs.capacity())
        };
        let (vbs_jobs, jobs, capacity) = kept(&vbs);
        // Four disks, three times a day: one job creates a backup, and one deletes another.
        assert!((300..=750).contains(&vbs_jobs), "{vbs_jobs}");
        assert!((300..=372).contains(&jobs), "{jobs}");
        assert!(capacity <= 1024, "{capacity}");
    }

    #[test]
    fn oldest_completed_jobs_are_dropped_beyond_the_limit() {
        let mut vbs = vbs_without_jobs();
        pass(&mut vbs, 10);
        // Switched off, so that all of its jobs end.
        vbs.policy_mut(PolicyNumber(0)).unwrap().schedule.is_on = false;
        vbs.plan_next_run(PolicyNumber(0)).unwrap();
        pass(&mut vbs, 2);
        let now = vbs.now;
        let under_way = vbs.trigger(PolicyNumber(0), &[0, 1, 2, 3]).unwrap();
        let policy = vbs.policy_mut(PolicyNumber(0)).unwrap();
        policy.forget(now, 6);
        assert_eq!(policy.jobs.len(), 6);
        policy.forget(now, 2);
        // These jobs have not ended.
        let left: Vec<_> = policy.jobs.iter().map(|job| job.number).collect();
        assert_eq!(left, under_way);

        let project = vbs.project_mut(OWN).unwrap();
        let newest = *project.vbs_jobs.keys().last().unwrap();
        project.forget(now, 6);
        assert_eq!(project.vbs_jobs.len(), 6);
        assert!(project.vbs_jobs.contains_key(&newest));
        let last = project.vbs_jobs.values().map(|job| job.ends_at).max();
        let before = last.unwrap() - SignedDuration::from_secs(1);
        project.forget(before, 0);
        assert!(!project.vbs_jobs.is_empty());
    }
}
