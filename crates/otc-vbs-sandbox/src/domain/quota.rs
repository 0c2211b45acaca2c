//! How much a project may have, and has.

use serde::{Deserialize, Serialize};

use super::project::Project;

/// How much a project may have. Nothing is without limit.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Quotas {
    pub(crate) backups: Option<u64>,
    pub(crate) backup_gigabytes: Option<u64>,
}

/// What there is no room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exceeded {
    Backups,
    BackupGigabytes,
}

impl Exceeded {
    /// The code of the reference's table.
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

impl Project {
    pub(crate) fn gigabytes_used(&self) -> u64 {
        let sizes = self.backups.values().map(|backup| u64::from(backup.size));
        sizes.sum()
    }

    /// Whether there is room for one more backup of this size.
    pub(crate) fn check_quotas(&self, size: u32) -> Result<(), Exceeded> {
        let exceeds = |quota: Option<u64>, used: u64| quota.is_some_and(|quota| used > quota);
        if exceeds(self.quotas.backups, self.backups.len() as u64 + 1) {
            return Err(Exceeded::Backups);
        }
        if exceeds(
            self.quotas.backup_gigabytes,
            self.gigabytes_used() + u64::from(size),
        ) {
            return Err(Exceeded::BackupGigabytes);
        }
        Ok(())
    }
}
