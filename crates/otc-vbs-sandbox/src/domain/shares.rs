//! Backups that one project shares with another.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Vbs;
use super::backup::{Backup, Status};
use super::numbers::{BackupNumber, ProjectNumber, ShareNumber};
use super::refusal::Refusal;

/// A backup that is shared with another project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Share {
    pub(crate) number: ShareNumber,
    pub(crate) backup: BackupNumber,
    pub(crate) from: ProjectNumber,
    pub(crate) to: ProjectNumber,
    pub(crate) created_at: Timestamp,
}

impl Vbs {
    /// Shares a backup with all of these projects, or with none of them. A project that appears twice gets
    /// one share.
    pub(crate) fn share(
        &mut self,
        from: ProjectNumber,
        backup: BackupNumber,
        to: &[ProjectNumber],
    ) -> Result<Vec<Share>, Refusal> {
        let project = self.project(from).ok_or(Refusal::UnknownBackup)?;
        let found = project.backups.get(backup);
        let found = found.ok_or(Refusal::UnknownBackup)?;
        if to.contains(&from) {
            return Err(Refusal::SharedWithOwnProject);
        }
        if found.status != Status::Available {
            return Err(Refusal::BackupNotAvailable);
        }
        let is_shared = |to: &ProjectNumber| {
            let mut shares = project.shares.values();
            shares.any(|share| share.backup == backup && share.to == *to)
        };
        if to.iter().any(is_shared) {
            return Err(Refusal::AlreadyShared);
        }
        let mut to = to.to_vec();
        to.sort_unstable();
        to.dedup();
        Ok(to.into_iter().map(|to| self.add_share(from, backup, to)).collect())
    }

    fn add_share(&mut self, from: ProjectNumber, backup: BackupNumber, to: ProjectNumber) -> Share {
        let share = Share { number: self.new_number(), backup, from, to, created_at: self.now };
        let project = self.existing_project(from);
        project.shares.insert(share.number, share.clone());
        share
    }

    /// The shares that a project created or received, oldest first, each with its backup.
    pub(crate) fn shares(&self, project: ProjectNumber) -> impl Iterator<Item = (&Share, Cow<'_, Backup>)> {
        let projects = self.projects.iter();
        let shares = projects.flat_map(|project| {
            let shares = project.shares.values();
            shares.filter_map(|share| Some((share, project.backups.get(share.backup)?)))
        });
        shares.filter(move |(share, _)| share.from == project || share.to == project)
    }

    /// Cancels one share.
    pub(crate) fn cancel_share(
        &mut self,
        project: ProjectNumber,
        number: ShareNumber,
    ) -> Result<(), Refusal> {
        let mut shares = self.shares(project);
        let share = shares.find(|(share, _)| share.number == number);
        let (share, _) = share.ok_or(Refusal::UnknownShare)?;
        if share.from != project {
            return Err(Refusal::ShareOfAnotherProject);
        }
        drop(shares);
        self.existing_project(project).shares.remove(&number);
        Ok(())
    }

    /// Cancels all shares of a backup. Returns their number.
    pub(crate) fn cancel_shares_of(&mut self, project: ProjectNumber, backup: BackupNumber) -> usize {
        let project = self.existing_project(project);
        let before = project.shares.len();
        project.shares.retain(|_, share| share.backup != backup);
        before - project.shares.len()
    }

    /// A backup that a project may restore from: its own, or one that is shared with it.
    pub(crate) fn usable_backup(
        &self,
        project: ProjectNumber,
        number: BackupNumber,
    ) -> Option<Cow<'_, Backup>> {
        let own = self.project(project)?.backups.get(number);
        own.or_else(|| {
            let mut got = self.shares(project).filter(|(share, _)| share.to == project);
            let (_, backup) = got.find(|(share, _)| share.backup == number)?;
            Some(backup)
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::domain::seeded::tests::seeded_vbs;

    const OWN: ProjectNumber = ProjectNumber::OWN;
    const OTHER: ProjectNumber = ProjectNumber::DELEGATED;

    fn vbs_and_backup() -> (Vbs, BackupNumber) {
        let vbs = seeded_vbs(1, 1, 1, 10);
        let mut backups = vbs.project(OWN).unwrap().backups.iter();
        let available = backups.find(|backup| backup.status == Status::Available);
        let number = available.unwrap().number;
        drop(backups);
        (vbs, number)
    }

    #[test]
    fn shared_backup_can_be_used_until_the_share_is_cancelled() {
        let (mut vbs, backup) = vbs_and_backup();
        assert!(vbs.usable_backup(OWN, backup).is_some());
        assert!(vbs.usable_backup(OTHER, backup).is_none());
        let shares = vbs.share(OWN, backup, &[OTHER, OTHER]).unwrap();
        assert_eq!(shares.len(), 1);
        assert!(vbs.usable_backup(OTHER, backup).is_some());
        assert_eq!(vbs.share(OWN, backup, &[OTHER]), Err(Refusal::AlreadyShared));
        let number = shares[0].number;
        assert_eq!(vbs.cancel_share(OTHER, number), Err(Refusal::ShareOfAnotherProject));
        assert_eq!(vbs.cancel_share(OWN, number), Ok(()));
        assert_eq!(vbs.cancel_share(OWN, number), Err(Refusal::UnknownShare));
        assert!(vbs.usable_backup(OTHER, backup).is_none());
        // Sharing it again creates a new share.
        let again = vbs.share(OWN, backup, &[OTHER]).unwrap();
        assert_ne!(again[0].number, number);
        assert_eq!(vbs.cancel_shares_of(OTHER, backup), 0);
        assert_eq!(vbs.cancel_shares_of(OWN, backup), 1);
    }

    #[test]
    fn only_available_backups_of_the_own_project_can_be_shared() {
        let (mut vbs, backup) = vbs_and_backup();
        assert_eq!(vbs.share(OWN, 1 << 60, &[OTHER]), Err(Refusal::UnknownBackup));
        assert_eq!(vbs.share(OWN, backup, &[OTHER, OWN]), Err(Refusal::SharedWithOwnProject));
        vbs.begin_deletion(OWN, backup).unwrap();
        assert_eq!(vbs.share(OWN, backup, &[OTHER]), Err(Refusal::BackupNotAvailable));
        assert_eq!(vbs.shares(OWN).count(), 0);
    }

    #[test]
    fn shares_are_deleted_with_their_backup() {
        let (mut vbs, backup) = vbs_and_backup();
        vbs.share(OWN, backup, &[OTHER]).unwrap();
        vbs.begin_deletion(OWN, backup).unwrap();
        assert_eq!(vbs.shares(OTHER).count(), 1);
        let later = vbs.now.checked_add(jiff::SignedDuration::from_mins(5));
        vbs.catch_up(later.unwrap());
        assert_eq!(vbs.shares(OTHER).count(), 0);
        assert!(vbs.project(OWN).unwrap().shares.is_empty());
    }
}
