//! What a backup job consists of.

use jiff::Timestamp;
use otc_vbs_api::types::BackupJob;
use otc_vbs_api::values::{BackupJobId, ResourceType};

use super::failures::FAILURES;
use super::job_list::JobList;
use super::statuses::Status;
use crate::domain::backup_job::State;
use crate::domain::data_error::DataError;
use crate::domain::identifiers::{Identifiers, Kind};
use crate::domain::seed::Purpose;

impl JobList {
    /// The job at a position as it goes over the wire.
    pub(crate) fn job(&self, identifiers: &Identifiers, position: u64) -> Result<BackupJob, DataError> {
        let number = u64::from(self.number(position));
        let id: BackupJobId = identifiers.hyphenated(Kind::BackupJob, number).parse()?;
        let mut job = BackupJob::new(self.status(position).wire(), id, self.created_at(position));
        job.finished_at = self.finished_at(position).map(Timestamp::into);
        job.backup_name = Some(self.backup_name(position));
        let disk = identifiers.hyphenated(Kind::Disk, self.disk(position));
        job.resource_id = Some(disk.parse()?);
        job.resource_type = Some(ResourceType::Volume);
        if let Some(vbs_job) = self.vbs_job(position) {
            job.vbs_job_id = Some(identifiers.plain(Kind::VbsJob, vbs_job).parse()?);
        }
        if let Some((code, message)) = self.failure(position) {
            job.fail_reason = Some(format!("{code}#{message}"));
            if job.vbs_job_id.is_some() {
                job.code = Some(code.to_owned());
                job.message = Some(message.to_owned());
            }
        }
        Ok(job)
    }

    /// The number of the asynchronous job behind a backup job. Those that never began have none.
    pub(crate) fn vbs_job(&self, position: u64) -> Option<u64> {
        if let Some(job) = self.live_job(position) {
            return job.vbs_job;
        }
        let number = u64::from(self.number(position));
        let has_one = match self.status(position) {
            Status::Waiting | Status::Skip => false,
            Status::Running | Status::ExecuteSuccess | Status::ExecuteTimeout => true,
            Status::ExecuteFail => !self.seeded.times.fails_at_once(number),
        };
        has_one.then_some(number)
    }

    /// The code and the text of a failure.
    pub(crate) fn failure(&self, position: u64) -> Option<(&str, &str)> {
        if let Some(job) = self.live_job(position) {
            return match &job.state {
                State::Failed { code, message, .. } => Some((code, message)),
                _ => None,
            };
        }
        let number = u64::from(self.number(position));
        let drawn = self.seeded.seed.draw(Purpose::JobFailure, number);
        let failure = FAILURES[drawn as usize % FAILURES.len()];
        (self.status(position) == Status::ExecuteFail).then_some(failure)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::SignedDuration;

    use super::*;
    use crate::domain::history::job_list::tests::{START, list};
    use crate::domain::seed::Seed;

    fn job(list: &JobList, position: u64) -> BackupJob {
        list.job(&Identifiers::new(Seed(11)), position).unwrap()
    }

    #[test]
    fn a_job_does_not_change_when_more_arrive() {
        let (before, after) = (list(300, 5, 0), list(300, 12, 0));
        for position in 0..before.len() {
            assert_eq!(job(&before, position), job(&after, position + 7));
        }
    }

    #[test]
    fn what_a_job_says_fits_its_status() {
        for hours in [0, 2] {
            let list = list(2000, 3, hours);
            let mut failed = [0, 0];
            for position in 0..list.len() {
                let job = job(&list, position);
                let status = list.status(position);
                let unended = matches!(status, Status::Running | Status::Waiting);
                if unended {
                    assert_eq!(job.finished_at, None);
                }
                if let Some(finished_at) = job.finished_at {
                    assert!(Some(finished_at) > job.created_at.timestamp());
                    assert!(finished_at.as_timestamp() < START + SignedDuration::from_hours(hours));
                } else {
                    assert!(unended || status == Status::ExecuteFail);
                }
                assert_eq!(job.fail_reason.is_some(), status == Status::ExecuteFail);
                if status == Status::ExecuteFail {
                    failed[usize::from(job.finished_at.is_some())] += 1;
                }
            }
            assert!(failed.iter().all(|jobs| *jobs > 50), "{failed:?}");
        }
    }
}
