//! The reasons to refuse a request.

use otc_vbs_api::limit::Violation;
use otc_vbs_api::schedule::InvalidSchedule;

use super::backup::Status;

/// The reason why a request is refused. Status, code and text of the response are in [one
/// table](crate::http::refusals).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    // Policies
    NoPolicyId,
    UnknownPolicy,
    PolicyName {
        violation: Violation,
        has_markup: bool,
    },
    StartTime(InvalidSchedule),
    TimeZone(InvalidSchedule),
    Frequency(Violation),
    Retention(Violation),
    NumberTooLarge {
        name: &'static str,
        sent: i64,
    },
    NoWeekday,
    UnknownWeekday(String),
    NoRecurrence,
    NoRetention,
    TooManyPolicies {
        count: u64,
        limit: u64,
    },
    PolicyWithoutDisks {
        policy: String,
    },
    PolicyRuns {
        policy: String,
    },
    TooManyBackupJobs {
        policy: String,
    },
    // Disks of policies
    NoResourceId,
    ResourceType,
    NotADiskOfTheProject,
    DiskListedTwice,
    DiskOfAnotherPolicy {
        policy: String,
    },
    DiskNotOfPolicy {
        policy: String,
    },
    // Tags of policies
    Tag(Violation),
    DuplicateTagKey(String),
    TooManyTags {
        count: usize,
        limit: usize,
    },
    UnknownTag {
        policy: String,
        key: String,
    },
    // Backups
    BackupName(Violation),
    BackupDescription(Violation),
    BackupTag(Violation),
    UnknownDisk,
    BusyDisk,
    UnknownSnapshot,
    SnapshotOfAnotherDisk,
    Quota(Exceeded),
    UnknownBackup,
    /// The backup can't be deleted in its current state.
    Undeletable(Status),
    /// The backup can't be restored in its current state.
    Unrestorable(Status),
    UnknownTarget,
    BusyTarget,
    SmallTarget {
        disk: u32,
        backup: u32,
    },
    // Shares
    BackupNotAvailable,
    SharedWithOwnProject,
    AlreadyShared,
    UnknownShare,
    /// The share was given to the project, which did not create it.
    ShareOfAnotherProject,
}

/// The quota that is exhausted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exceeded {
    Backups,
    BackupGigabytes,
}

impl Exceeded {
    /// The code of a refused request, or of a backup job that fails for this reason.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Backups => "VolumeBackup.0080",
            Self::BackupGigabytes => "VolumeBackup.0081",
        }
    }

    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Backups => "the quota of backups is used up; delete backups first",
            Self::BackupGigabytes => "the quota of gigabytes for backups is used up; delete backups first",
        }
    }
}
