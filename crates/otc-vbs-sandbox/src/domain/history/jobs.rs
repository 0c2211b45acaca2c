//! Backup jobs as the service shows them.

use jiff::Timestamp;
use otc_vbs_api::types::BackupJob;
use otc_vbs_api::values::{BackupJobId, ResourceType};

use super::job_list::JobList;
use crate::domain::data_error::DataError;
use crate::domain::identifiers::{Identifiers, Kind};

impl JobList {
    /// The job at a position in the service's words.
    pub(crate) fn job(&self, identifiers: &Identifiers, position: u64) -> Result<BackupJob, DataError> {
        let missing = || DataError::Field(format!("there is no backup job at position {position}"));
        let job = self.get(position).ok_or_else(missing)?;
        let number = job.number();
        let id: BackupJobId = identifiers.hyphenated(Kind::BackupJob, number.into()).parse()?;
        let mut wire = BackupJob::new(job.status().to_wire(), id, job.created_at());
        wire.finished_at = job.finished_at().map(Timestamp::into);
        wire.backup_name = Some(self.backup_name(number));
        wire.resource_id = Some(identifiers.hyphenated(Kind::Disk, job.disk()).parse()?);
        wire.resource_type = Some(ResourceType::Volume);
        if let Some(vbs_job) = job.vbs_job() {
            wire.vbs_job_id = Some(identifiers.plain(Kind::VbsJob, vbs_job).parse()?);
        }
        if let Some((code, message)) = job.failure() {
            wire.fail_reason = Some(format!("{code}#{message}"));
            // A job that failed before it started has only the reason.
            if wire.vbs_job_id.is_some() {
                wire.code = Some(code);
                wire.message = Some(message);
            }
        }
        Ok(wire)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::SignedDuration;

    use super::*;
    use crate::domain::backup_job::Status;
    use crate::domain::history::job_list::tests::list;
    use crate::domain::seed::Seed;
    use crate::domain::seeded::tests::START;

    fn job(list: &JobList, position: u64) -> BackupJob {
        list.job(&Identifiers::new(Seed(11)), position).unwrap()
    }

    #[test]
    fn job_is_unchanged_when_more_arrive() {
        let (before, after) = (list(300, 5, 0), list(300, 12, 0));
        for position in 0..before.len() {
            assert_eq!(job(&before, position), job(&after, position + 7));
        }
    }

    #[test]
    fn fields_of_a_job_fit_its_status() {
        for hours in [0, 2] {
            let list = list(2000, 3, hours);
            let mut failed = [0, 0];
            for position in 0..list.len() {
                let job = job(&list, position);
                let status = list.get(position).unwrap().status();
                let unended = matches!(status, Status::Running | Status::Waiting);
                if unended {
                    assert_eq!(job.finished_at, None);
                }
                if let Some(finished_at) = job.finished_at {
                    assert!(Some(finished_at) > job.created_at.timestamp());
                    assert!(finished_at.as_timestamp() <= START + SignedDuration::from_hours(hours));
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
