//! The asynchronous jobs, including those behind past backup jobs.

use jiff::Timestamp;

use super::History;
use crate::domain::Vbs;
use crate::domain::backup_job::Status;
use crate::domain::numbers::{FIRST_NEW, JobNumber, ProjectNumber, VbsJobNumber};
use crate::domain::vbs_job::{Kind, Outcome, VbsJob};

impl Vbs {
    /// A job of a project, if the service still knows it.
    pub(crate) fn vbs_job(&self, project: ProjectNumber, number: VbsJobNumber) -> Option<VbsJob> {
        let project = self.project(project)?;
        if number >= FIRST_NEW {
            return project.vbs_jobs.get(&number).cloned();
        }
        let number = JobNumber::from(number);
        let history = project.backups.histories().get(&number.policy)?;
        history.vbs_job(number, self.now)
    }
}

impl History {
    /// The job behind a past backup job. The backup job, the backup and its snapshot have the same number.
    fn vbs_job(&self, number: JobNumber, now: Timestamp) -> Option<VbsJob> {
        let position = self.position_of(number)?;
        if position >= self.listed(now) || !self.has_begun(position) {
            return None;
        }
        let outcome = match (self.status(position), self.failure(position)) {
            (Status::ExecuteTimeout, _) => Outcome::Timeout,
            (_, Some(failure)) => {
                Outcome::Failure { code: failure.code.to_owned(), message: failure.message.to_owned() }
            }
            (_, None) => Outcome::Success,
        };
        let (begins_at, ends_at) = self.start_and_end(position);
        let number = u64::from(number);
        Some(VbsJob {
            number,
            kind: Kind::Create,
            begins_at,
            ends_at: ends_at?,
            outcome,
            backup: number,
            backup_name: Some(self.draws(position).backup_name()),
            disk: self.disk(position),
            snapshot: Some(number),
            backup_job: Some(number.into()),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::SignedDuration;

    use super::*;
    use crate::domain::numbers::PolicyNumber;
    use crate::domain::seeded::tests::START;
    use crate::domain::vbs_job::Progress;

    const OWN: ProjectNumber = ProjectNumber::OWN;

    fn seeded_vbs(hours: i64) -> Vbs {
        let mut vbs = crate::domain::seeded::tests::seeded_vbs(5, 2, 8, 400);
        vbs.catch_up(START + SignedDuration::from_hours(hours));
        vbs
    }

    #[test]
    fn seeded_job_agrees_with_its_backup_job() {
        for hours in [0, 2, 400] {
            let vbs = seeded_vbs(hours);
            let jobs = vbs.backup_jobs(vbs.policy(PolicyNumber(1)).unwrap());
            let mut found = 0;
            for position in jobs.stored()..jobs.len() {
                let backup_job = jobs.get(position).unwrap();
                let number = u64::from(backup_job.number());
                let job = vbs.vbs_job(OWN, number);
                assert_eq!(job.is_some(), backup_job.vbs_job().is_some());
                let Some(job) = job else { continue };
                let expected = match backup_job.status() {
                    Status::ExecuteSuccess => Progress::Success,
                    _ => Progress::Fail,
                };
                assert_eq!(job.progress(vbs.now), expected, "{position}");
                assert!(job.begins_at < job.ends_at);
                let other = ProjectNumber::DELEGATED;
                assert!(vbs.vbs_job(other, number).is_none());
                found += 1;
            }
            assert!(found > 0, "{found} jobs after {hours} h");
        }
    }

    #[test]
    fn job_that_is_too_old_is_unknown() {
        let now = seeded_vbs(0);
        let jobs = now.backup_jobs(now.policy(PolicyNumber(0)).unwrap());
        let oldest = (0..jobs.len()).rev().find_map(|at| jobs.get(at)?.vbs_job());
        assert!(now.vbs_job(OWN, oldest.unwrap()).is_some());
        assert!(seeded_vbs(400).vbs_job(OWN, oldest.unwrap()).is_none());
    }

    #[test]
    fn job_starts_runs_and_ends() {
        let mut vbs = seeded_vbs(0);
        let free = vbs.project(OWN).unwrap().free_disks();
        let new =
            crate::domain::backup_requests::NewBackup { disk: free.first().copied(), ..Default::default() };
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
