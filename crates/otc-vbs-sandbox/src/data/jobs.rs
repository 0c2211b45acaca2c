//! What a backup job consists of.

use jiff::Timestamp;
use otc_vbs_api::UtcTimestamp;
use otc_vbs_api::types::BackupJob;
use otc_vbs_api::values::ResourceType;

use super::failures::FAILURES;
use super::identifiers::Kind;
use super::job_list::JobList;
use super::job_times::{JobTimes, Usual};
use super::seed::Purpose;
use super::statuses::Status;
use crate::error::DataError;

impl JobList {
    /// The job at a position as it goes over the wire.
    pub(crate) fn job(&self, position: u64) -> Result<BackupJob, DataError> {
        let status = self.statuses.at(position);
        let number = u64::from(self.number(position));
        let age = self.age(position, number);
        let mut job: BackupJob = BackupJob::builder()
            .status(status.wire())
            .job_id(self.identifiers.hyphenated(Kind::BackupJob, number))
            .created_at(self.time(age)?)
            .try_into()?;
        let name = self.seed().draw(Purpose::BackupName, number) & 0xffff;
        job.backup_name = Some(format!("autobk_{name:04x}"));
        job.resource_id = Some(self.disk(position).try_into()?);
        job.resource_type = Some(ResourceType::Volume);

        let end = |usual| self.time(age - self.times.duration(age, usual, number));
        let vbs_job = || self.identifiers.plain(Kind::VbsJob, number).try_into();
        match status {
            Status::Waiting => {}
            Status::Running => job.vbs_job_id = Some(vbs_job()?),
            Status::ExecuteSuccess => {
                job.finished_at = Some(end(Usual::Backup)?);
                job.vbs_job_id = Some(vbs_job()?);
            }
            Status::ExecuteTimeout => {
                job.finished_at = Some(end(Usual::TooLong)?);
                job.vbs_job_id = Some(vbs_job()?);
            }
            Status::Skip => job.finished_at = Some(end(Usual::AtOnce)?),
            Status::ExecuteFail => {
                let drawn = self.seed().draw(Purpose::JobFailure, number);
                let (code, message) = FAILURES[drawn as usize % FAILURES.len()];
                job.fail_reason = Some(format!("{code}#{message}"));
                // Some jobs fail before anything ran; they have neither an end nor a job behind them.
                if drawn >> 32 & 1 == 0 {
                    job.code = Some(code.to_owned());
                    job.message = Some(message.to_owned());
                    job.finished_at = Some(end(Usual::Backup)?);
                    job.vbs_job_id = Some(vbs_job()?);
                }
            }
        }
        Ok(job)
    }

    fn age(&self, position: u64, number: u64) -> u64 {
        let arrived = self.statuses.arrived;
        if position < arrived {
            JobTimes::age_of_arrival(arrived - 1 - position)
        } else {
            self.times.age(position - arrived, number)
        }
    }

    fn time(&self, age: u64) -> Result<UtcTimestamp, DataError> {
        let instant = Timestamp::from_millisecond(self.now.saturating_sub_unsigned(age))?;
        Ok(instant.into())
    }

    /// The disk that the job at a position backs up. The policies take the disks in turn.
    fn disk(&self, position: u64) -> String {
        let arrived = self.statuses.arrived;
        let turn = if position < arrived {
            arrived - 1 - position
        } else {
            position - arrived
        };
        let disk = turn % self.times.disks * self.policies + u64::from(self.statuses.policy);
        self.identifiers.hyphenated(Kind::Disk, disk)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::data::identifiers::Identifiers;
    use crate::data::seed::Seed;
    use crate::data::statuses::Statuses;

    fn list(seeded: u64, arrived: u64) -> JobList {
        let seed = Seed(11);
        JobList {
            identifiers: Identifiers::new(seed),
            statuses: Statuses {
                seed,
                policy: 1,
                seeded,
                arrived,
            },
            times: JobTimes {
                seed,
                seeded,
                disks: 3,
            },
            policies: 3,
            now: 1_768_456_800_000,
        }
    }

    #[test]
    fn a_job_does_not_change_when_more_arrive() {
        let (before, after) = (list(300, 5), list(300, 12));
        for position in 0..before.len() {
            assert_eq!(
                before.job(position).unwrap(),
                after.job(position + 7).unwrap()
            );
        }
    }

    #[test]
    fn jobs_are_found_by_their_identifier() {
        let list = list(300, 5);
        for position in 0..list.len() {
            let job = list.job(position).unwrap();
            assert_eq!(list.position_of(job.job_id.as_str()), Some(position));
        }
        let later = super::tests::list(300, 6);
        let newest = later.job(0).unwrap();
        assert_eq!(list.position_of(newest.job_id.as_str()), None);
    }

    #[test]
    fn what_a_job_says_fits_its_status() {
        let list = list(2000, 3);
        let mut failed = [0, 0];
        for position in 0..list.len() {
            let job = list.job(position).unwrap();
            let status = list.statuses.at(position);
            let unended = matches!(status, Status::Running | Status::Waiting);
            if unended {
                assert_eq!(job.finished_at, None);
            }
            if let Some(finished_at) = job.finished_at {
                assert!(finished_at > job.created_at);
                assert!(finished_at.as_timestamp().as_millisecond() < list.now);
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

    #[test]
    fn jobs_are_created_one_after_the_other() {
        let list = list(5000, 20);
        let created: Vec<_> = (0..list.len())
            .map(|position| list.job(position).unwrap().created_at)
            .collect();
        assert!(created.is_sorted_by(|newer, older| newer > older));
    }
}
