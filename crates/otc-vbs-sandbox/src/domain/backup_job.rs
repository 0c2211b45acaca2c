//! Backup jobs that were triggered while the sandbox runs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::history::statuses::Status;
use super::numbers::{DiskNumber, JobNumber, VbsJobNumber};

/// The backup of one disk, triggered by a policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct BackupJob {
    pub(crate) number: JobNumber,
    pub(crate) disk: DiskNumber,
    pub(crate) created_at: Timestamp,
    pub(crate) state: State,
    /// The asynchronous job behind it, once it has begun.
    pub(crate) vbs_job: Option<VbsJobNumber>,
}

/// How far a backup job has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    Waiting,
    Running,
    Succeeded {
        at: Timestamp,
    },
    Failed {
        at: Timestamp,
        code: String,
        message: String,
    },
    TimedOut {
        at: Timestamp,
    },
    Skipped {
        at: Timestamp,
    },
}

impl State {
    pub(crate) fn has_ended(&self) -> bool {
        !matches!(self, Self::Waiting | Self::Running)
    }

    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Waiting => Status::Waiting,
            Self::Running => Status::Running,
            Self::Succeeded { .. } => Status::ExecuteSuccess,
            Self::Failed { .. } => Status::ExecuteFail,
            Self::TimedOut { .. } => Status::ExecuteTimeout,
            Self::Skipped { .. } => Status::Skip,
        }
    }

    pub(crate) fn finished_at(&self) -> Option<Timestamp> {
        match self {
            Self::Waiting | Self::Running => None,
            Self::Succeeded { at }
            | Self::Failed { at, .. }
            | Self::TimedOut { at }
            | Self::Skipped { at } => Some(*at),
        }
    }
}
