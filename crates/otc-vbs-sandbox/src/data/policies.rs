//! The backup policies of the sandbox.

use std::sync::atomic::{AtomicU64, Ordering};

use otc_vbs_api::types::{BackupPolicy, PolicySchedule};
use otc_vbs_api::values::{PolicyId, PolicyStatus, RetainFirstBackup, Weekday};

use super::job_list::JobNumber;
use super::job_times::MOST_ARRIVED;
use crate::error::DataError;

/// A backup policy.
#[derive(Debug)]
pub(crate) struct Policy {
    pub(crate) index: u32,
    pub(crate) id: PolicyId,
    pub(crate) name: String,
    /// How many disks it holds.
    pub(crate) disks: u64,
    /// How many backup jobs it had triggered when the sandbox started.
    pub(crate) seeded: u64,
    arrived: AtomicU64,
}

impl Policy {
    pub(crate) fn new(index: u32, id: PolicyId, disks: u64, seeded: u64) -> Self {
        let name = match index {
            0 => "nightly".to_owned(),
            1 => "weekly-db".to_owned(),
            2 => "month-end".to_owned(),
            _ => format!("policy-{:02}", index + 1),
        };
        Self {
            index,
            id,
            name,
            disks,
            seeded,
            arrived: AtomicU64::new(0),
        }
    }

    /// How many backup jobs have arrived since the sandbox started.
    pub(crate) fn arrived(&self) -> u64 {
        self.arrived.load(Ordering::Acquire)
    }

    /// Adds jobs at the front. Returns how many had arrived before, or nothing where there is no room for so many.
    pub(crate) fn arrive(&self, jobs: u64) -> Option<u64> {
        let add = |arrived: u64| arrived.checked_add(jobs).filter(|sum| *sum <= MOST_ARRIVED);
        self.arrived
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, add)
            .ok()
    }

    /// The number of the job that has so many older ones before it.
    pub(crate) fn job_number(&self, ordinal: u64) -> JobNumber {
        JobNumber {
            policy: self.index,
            ordinal: ordinal as u32,
        }
    }

    /// The policy as it goes over the wire.
    pub(crate) fn wire(&self) -> Result<BackupPolicy, DataError> {
        let mut policy: BackupPolicy = BackupPolicy::builder()
            .backup_policy_id(&self.id)
            .try_into()?;
        policy.backup_policy_name = Some(self.name.clone());
        policy.policy_resource_count = i64::try_from(self.disks).ok();
        policy.time_zone = (self.index % 3 == 1).then(|| "UTC+01:00".to_owned());
        policy.scheduled_policy = Some(self.schedule());
        Ok(policy)
    }

    /// One of three kinds of schedule, so that every documented field is met.
    fn schedule(&self) -> PolicySchedule {
        let mut schedule = PolicySchedule::default();
        let (start, first, status) = match self.index % 3 {
            0 => {
                schedule.frequency = Some(1);
                schedule.retention_num = Some(14);
                ("01:00", RetainFirstBackup::N, PolicyStatus::On)
            }
            1 => {
                schedule.week_frequency = Some(vec![Weekday::Wed, Weekday::Sun]);
                schedule.retention_day = Some(60);
                ("22:00,02:00", RetainFirstBackup::N, PolicyStatus::On)
            }
            _ => {
                schedule.frequency = Some(30);
                schedule.retention_num = Some(12);
                ("03:00", RetainFirstBackup::Y, PolicyStatus::Off)
            }
        };
        schedule.start_time = Some(start.to_owned());
        schedule.retain_first_backup_of_current_month = Some(first);
        schedule.status = Some(status);
        schedule
    }
}
