//! The columns of the table.

use otc_vbs::types::{BackupJob, UtcTimestamp};

use crate::policies::Policy;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Policy,
    JobId,
    Status,
    Created,
    Finished,
    Backup,
    Resource,
    Reason,
}

impl Column {
    /// In their order. The reason is the last, so that it may be as long as it is.
    pub(super) const ALL: [Self; 8] = [
        Self::Policy,
        Self::JobId,
        Self::Status,
        Self::Created,
        Self::Finished,
        Self::Backup,
        Self::Resource,
        Self::Reason,
    ];

    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Policy => "POLICY",
            Self::JobId => "JOB ID",
            Self::Status => "STATUS",
            Self::Created => "CREATED",
            Self::Finished => "FINISHED",
            Self::Backup => "BACKUP",
            Self::Resource => "RESOURCE",
            Self::Reason => "REASON",
        }
    }

    /// How wide the column still says what it is about, where the terminal is too narrow for all of it.
    pub(super) fn cut_width(self) -> Option<usize> {
        match self {
            // 8 characters tell one identifier from another; the last is the sign that there were more.
            Self::JobId | Self::Resource => Some(9),
            Self::Policy => Some(16),
            _ => None,
        }
    }

    pub(super) fn text(self, policy: &Policy, job: &BackupJob) -> String {
        match self {
            Self::Policy => printable(&policy.label),
            Self::JobId => printable(job.job_id.as_str()),
            Self::Status => printable(job.status.as_str()),
            Self::Created => match job.created_at.timestamp() {
                Some(created) => time(&created),
                None => printable(&job.created_at.to_string()),
            },
            Self::Finished => job.finished_at.as_ref().map(time).unwrap_or_default(),
            Self::Backup => printable(job.backup_name.as_deref().unwrap_or_default()),
            Self::Resource => job.resource_id.as_ref().map(|id| printable(id.as_str())).unwrap_or_default(),
            Self::Reason => printable(&reason(job)),
        }
    }
}

fn time(time: &UtcTimestamp) -> String {
    time.as_timestamp().strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// Why the job failed: `code: message`, or the same from `fail_reason`, which has them as `code#message`.
fn reason(job: &BackupJob) -> String {
    job.failure().map(|failure| failure.to_string()).unwrap_or_default()
}

/// A text of the service must not move the cursor of a terminal, nor begin a line.
fn printable(text: &str) -> String {
    text.replace(char::is_control, " ")
}
