//! The asynchronous jobs, also those behind seeded backup jobs, which are computed.

use super::Vbs;
use super::history::job_times::SEEDED_JOBS_END;
use super::history::statuses::Status;
use super::numbers::{FIRST_NEW, JobNumber, ProjectNumber, VbsJobNumber};
use super::vbs_job::{Kind, Outcome, VbsJob};

impl Vbs {
    /// A job of a project, as long as the service knows of it.
    pub(crate) fn vbs_job(&self, project: ProjectNumber, number: VbsJobNumber) -> Option<VbsJob> {
        if number < FIRST_NEW {
            return self.seeded_vbs_job(project, number.into());
        }
        self.project(project)?.vbs_jobs.get(&number).cloned()
    }

    /// The job behind a seeded backup job. It has the number of that job, as have the backup and its snapshot.
    fn seeded_vbs_job(&self, project: ProjectNumber, number: JobNumber) -> Option<VbsJob> {
        if number.policy.project() != project {
            return None;
        }
        let jobs = self.backup_jobs(self.policy(number.policy)?);
        let position = jobs.position_of(number)?;
        let vbs_job = jobs.vbs_job(position)?;
        let outcome = match (jobs.status(position), jobs.failure(position)) {
            (Status::ExecuteTimeout, _) => Outcome::Timeout,
            (_, Some((code, message))) => Outcome::Failure {
                code: code.to_owned(),
                message: message.to_owned(),
            },
            (_, None) => Outcome::Success,
        };
        let still_runs_until = self.start.saturating_add(SEEDED_JOBS_END);
        let ends_at = match jobs.finished_at(position) {
            Some(ended) => ended,
            None => still_runs_until.unwrap_or(self.start),
        };
        Some(VbsJob {
            number: vbs_job,
            kind: Kind::Create,
            begins_at: jobs.created_at(position),
            ends_at,
            outcome,
            backup: vbs_job,
            backup_name: Some(jobs.backup_name(position)),
            disk: jobs.disk(position),
            snapshot: Some(vbs_job),
            backup_job: Some(number),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use crate::domain::Sizes;
    use crate::domain::numbers::PolicyNumber;
    use crate::domain::seed::Seed;
    use crate::domain::vbs_job::Progress;

    const OWN: ProjectNumber = ProjectNumber::OWN;

    fn seeded_vbs(hours: i64) -> Vbs {
        let sizes = Sizes {
            projects: 2,
            policies: 2,
            disks: 4,
            jobs: 400,
            days: 30,
        };
        let start: Timestamp = "2026-01-15T06:00:00Z".parse().unwrap();
        let mut vbs = Vbs::seeded(Seed(5), start, sizes);
        vbs.catch_up(start + SignedDuration::from_hours(hours));
        vbs
    }

    #[test]
    fn a_seeded_job_is_as_its_backup_job_says() {
        for hours in [0, 2, 400] {
            let vbs = seeded_vbs(hours);
            let jobs = vbs.backup_jobs(vbs.policy(PolicyNumber(1)).unwrap());
            for position in jobs.live()..jobs.len() {
                let number = u64::from(jobs.number(position));
                let job = vbs.vbs_job(OWN, number);
                assert_eq!(job.is_some(), jobs.vbs_job(position).is_some());
                let Some(job) = job else { continue };
                let expected = match jobs.status(position) {
                    Status::Running => Progress::Running,
                    Status::ExecuteSuccess => Progress::Success,
                    _ => Progress::Fail,
                };
                assert_eq!(job.progress(vbs.now), expected, "{position}");
                assert!(job.begins_at < job.ends_at);
                let other = ProjectNumber::DELEGATED;
                assert!(vbs.vbs_job(other, number).is_none());
            }
        }
    }

    #[test]
    fn a_job_that_is_too_old_is_forgotten() {
        let now = seeded_vbs(0);
        let jobs = now.backup_jobs(now.policy(PolicyNumber(0)).unwrap());
        let oldest = (0..jobs.len()).rev().find_map(|at| jobs.vbs_job(at)).unwrap();
        assert!(now.vbs_job(OWN, oldest).is_some());
        assert!(seeded_vbs(100).vbs_job(OWN, oldest).is_none());
    }

    #[test]
    fn a_job_begins_runs_and_ends() {
        let mut vbs = seeded_vbs(0);
        let free = vbs.project(OWN).unwrap().free_disks();
        let new = crate::domain::backup_requests::NewBackup {
            disk: free.first().copied(),
            ..Default::default()
        };
        let number = vbs.create_backup(OWN, new).unwrap().job;
        let job = vbs.vbs_job(OWN, number).unwrap();
        let millisecond = SignedDuration::from_millis(1);
        for (time, progress, percent) in [
            (vbs.now, Progress::Init, 0),
            (job.begins_at, Progress::Running, 0),
            (job.ends_at - millisecond, Progress::Running, 99),
            (job.ends_at, Progress::Success, 100),
        ] {
            assert_eq!(job.progress(time), progress);
            assert_eq!(job.percent(time), percent);
        }
    }
}
