//! Checks the quotas of a project.

use super::project::Project;
use super::refusal::Exceeded;

impl Project {
    /// Whether the quotas allow one more backup of this size.
    pub(crate) fn check_quotas(&self, size: u32) -> Result<(), Exceeded> {
        let exceeds = |quota: Option<u64>, used: u64| quota.is_some_and(|quota| used > quota);
        if exceeds(self.quotas.backups, self.backups.count() + 1) {
            return Err(Exceeded::Backups);
        }
        if exceeds(self.quotas.backup_gigabytes, self.backups.gigabytes() + u64::from(size)) {
            return Err(Exceeded::BackupGigabytes);
        }
        Ok(())
    }
}
