//! Backup jobs: their statuses, and the stored jobs.

use jiff::Timestamp;
use otc_vbs_api::values::BackupJobStatus;
use serde::{Deserialize, Serialize};

use super::numbers::{DiskNumber, JobNumber, VbsJobNumber};

/// The statuses that the reference lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Running,
    ExecuteTimeout,
    Waiting,
    ExecuteFail,
    ExecuteSuccess,
    Skip,
}

impl Status {
    pub(crate) const ALL: [Self; 6] = [
        Self::Running,
        Self::ExecuteTimeout,
        Self::Waiting,
        Self::ExecuteFail,
        Self::ExecuteSuccess,
        Self::Skip,
    ];

    /// The status in the service's words.
    pub(crate) fn to_wire(self) -> BackupJobStatus {
        match self {
            Self::Running => BackupJobStatus::Running,
            Self::ExecuteTimeout => BackupJobStatus::ExecuteTimeout,
            Self::Waiting => BackupJobStatus::Waiting,
            Self::ExecuteFail => BackupJobStatus::ExecuteFail,
            Self::ExecuteSuccess => BackupJobStatus::ExecuteSuccess,
            Self::Skip => BackupJobStatus::Skip,
        }
    }
}

/// The backup of one disk, triggered by a policy. Jobs that had ended when the sandbox started are computed
/// instead: see [`History`](super::history::History).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct BackupJob {
    pub(crate) number: JobNumber,
    pub(crate) disk: DiskNumber,
    pub(crate) created_at: Timestamp,
    pub(crate) state: State,
    /// The asynchronous job behind it, once it has started.
    pub(crate) vbs_job: Option<VbsJobNumber>,
}

/// The progress of a backup job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    Waiting,
    Running,
    Succeeded { at: Timestamp },
    Failed { at: Timestamp, code: String, message: String },
    TimedOut { at: Timestamp },
    Skipped { at: Timestamp },
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
}

impl BackupJob {
    /// The time at which the job ended. A job that failed before it started has no end, as in a history.
    pub(crate) fn finished_at(&self) -> Option<Timestamp> {
        match &self.state {
            State::Waiting | State::Running => None,
            State::Failed { .. } if self.vbs_job.is_none() => None,
            State::Succeeded { at }
            | State::Failed { at, .. }
            | State::TimedOut { at }
            | State::Skipped { at } => Some(*at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_match_the_document() {
        let mut listed = BackupJobStatus::LISTED.to_vec();
        let mut known = Status::ALL.map(Status::to_wire).to_vec();
        listed.sort();
        known.sort();
        assert_eq!(known, listed);
    }
}
