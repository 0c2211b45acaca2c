//! Whether the quotas of a project leave room.

use super::project::Project;

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
    /// Whether there is room for one more backup of this size.
    pub(crate) fn check_quotas(&self, size: u32) -> Result<(), Exceeded> {
        let exceeds = |quota: Option<u64>, used: u64| quota.is_some_and(|quota| used > quota);
        if exceeds(self.quotas.backups, self.backups.count() + 1) {
            return Err(Exceeded::Backups);
        }
        if exceeds(
            self.quotas.backup_gigabytes,
            self.backups.gigabytes() + u64::from(size),
        ) {
            return Err(Exceeded::BackupGigabytes);
        }
        Ok(())
    }
}
