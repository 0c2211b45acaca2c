//! Requests for backups, and when they are refused.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Vbs;
use super::backup::{Backup, Status};
use super::numbers::{BackupNumber, DiskNumber, ProjectNumber, SnapshotNumber, VbsJobNumber};
use super::refusal::Refusal;
use super::vbs_job::Outcome;
use super::work::{Creation, StartedBackup};

/// A backup requested by a caller.
#[derive(Clone, Debug, Default)]
pub(crate) struct NewBackup {
    /// `None` if no disk has the id in the request.
    pub(crate) disk: Option<DiskNumber>,
    pub(crate) snapshot: Wanted,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) is_full: bool,
    pub(crate) tags: BTreeMap<String, String>,
}

/// The snapshot to create a backup from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The service creates a snapshot.
    #[default]
    New,
    This(SnapshotNumber),
    /// No snapshot has the id in the request.
    Unknown,
}

impl Vbs {
    pub(crate) fn create_backup(
        &mut self,
        project: ProjectNumber,
        new: NewBackup,
    ) -> Result<StartedBackup, Refusal> {
        let kept = self.project(project).ok_or(Refusal::UnknownDisk)?;
        let disk = new.disk.filter(|disk| kept.has_disk(*disk));
        let disk = disk.ok_or(Refusal::UnknownDisk)?;
        let snapshot = match new.snapshot {
            Wanted::New => None,
            Wanted::Unknown => return Err(Refusal::UnknownSnapshot),
            Wanted::This(snapshot) => {
                let snapshot = kept.snapshot(snapshot);
                let snapshot = snapshot.ok_or(Refusal::UnknownSnapshot)?;
                if snapshot.disk != disk {
                    return Err(Refusal::SnapshotOfAnotherDisk);
                }
                Some(snapshot.number)
            }
        };
        if kept.busy.contains_key(&disk) {
            return Err(Refusal::BusyDisk);
        }
        let creation = Creation {
            project,
            disk,
            snapshot,
            name: new.name,
            description: new.description,
            is_full: new.is_full,
            tags: new.tags,
            backup_job: None,
            takes: self.duration(self.next_number, 180, 1200),
            outcome: Outcome::Success,
        };
        self.begin_backup(creation).map_err(Refusal::Quota)
    }

    pub(crate) fn delete_backup(
        &mut self,
        project: ProjectNumber,
        backup: Option<BackupNumber>,
    ) -> Result<VbsJobNumber, Refusal> {
        let backup = self.known_backup(project, backup)?;
        match backup.status {
            Status::Available | Status::Error => {}
            status => return Err(Refusal::Undeletable(status)),
        }
        let number = backup.number;
        let job = self.begin_deletion(project, number);
        job.ok_or(Refusal::UnknownBackup)
    }

    pub(crate) fn restore_backup(
        &mut self,
        project: ProjectNumber,
        backup: Option<BackupNumber>,
        disk: Option<DiskNumber>,
    ) -> Result<VbsJobNumber, Refusal> {
        let backup = backup.and_then(|number| self.usable_backup(project, number));
        let backup = backup.ok_or(Refusal::UnknownBackup)?;
        if backup.status != Status::Available {
            return Err(Refusal::Unrestorable(backup.status));
        }
        let (number, size) = (backup.number, backup.size);
        let kept = self.project(project).ok_or(Refusal::UnknownTarget)?;
        let disk = disk.filter(|disk| kept.has_disk(*disk));
        let disk = self.disk(disk.ok_or(Refusal::UnknownTarget)?);
        if kept.busy.contains_key(&disk.number) {
            return Err(Refusal::BusyTarget);
        }
        if disk.size < size {
            let (disk, backup) = (disk.size, size);
            return Err(Refusal::SmallTarget { disk, backup });
        }
        let job = self.begin_restoration(project, number, disk.number);
        job.ok_or(Refusal::UnknownBackup)
    }

    fn known_backup(
        &self,
        project: ProjectNumber,
        backup: Option<BackupNumber>,
    ) -> Result<Cow<'_, Backup>, Refusal> {
        let project = self.project(project);
        let backup = project.and_then(|project| project.backups.get(backup?));
        backup.ok_or(Refusal::UnknownBackup)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use jiff::SignedDuration;

    use super::*;
    use crate::domain::numbers::first_snapshot_of;
    use crate::domain::refusal::Exceeded;
    use crate::domain::seeded::tests::seeded_vbs;

    const OWN: ProjectNumber = ProjectNumber::OWN;

    /// Two disks in a policy and three in none, and no backups.
    fn vbs_without_backups() -> Vbs {
        seeded_vbs(5, 1, 2, 0)
    }

    fn of_disk(disk: DiskNumber) -> NewBackup {
        NewBackup { disk: Some(disk), name: Some("backup1".to_owned()), ..NewBackup::default() }
    }

    fn after_an_hour(vbs: &mut Vbs) {
        vbs.catch_up(vbs.now + SignedDuration::from_hours(1));
    }

    fn status(vbs: &Vbs, backup: BackupNumber) -> Option<Status> {
        let project = vbs.project(OWN).unwrap();
        project.backups.get(backup).map(|backup| backup.status)
    }

    #[test]
    fn backup_is_created_restored_and_deleted() {
        let mut vbs = vbs_without_backups();
        let started = vbs.create_backup(OWN, of_disk(4)).unwrap();
        let backup = started.backup;
        assert_eq!(status(&vbs, backup), Some(Status::Creating));
        let again = vbs.create_backup(OWN, of_disk(4));
        assert_eq!(again.unwrap_err(), Refusal::BusyDisk);
        let restored = vbs.restore_backup(OWN, Some(backup), Some(4));
        assert_eq!(restored.unwrap_err(), Refusal::Unrestorable(Status::Creating));
        let deleted = vbs.delete_backup(OWN, Some(backup));
        assert_eq!(deleted.unwrap_err(), Refusal::Undeletable(Status::Creating));

        after_an_hour(&mut vbs);
        assert_eq!(status(&vbs, backup), Some(Status::Available));
        vbs.restore_backup(OWN, Some(backup), Some(4)).unwrap();
        assert_eq!(status(&vbs, backup), Some(Status::Restoring));
        let deleted = vbs.delete_backup(OWN, Some(backup));
        assert_eq!(deleted.unwrap_err(), Refusal::Undeletable(Status::Restoring));
        // The disk is being written to.
        let again = vbs.create_backup(OWN, of_disk(4));
        assert_eq!(again.unwrap_err(), Refusal::BusyDisk);

        after_an_hour(&mut vbs);
        let second = vbs.create_backup(OWN, of_disk(4)).unwrap().backup;
        let kept = &vbs.project(OWN).unwrap().backups;
        assert!(!kept.get(backup).unwrap().is_incremental && kept.get(second).unwrap().is_incremental);
        let busy = vbs.restore_backup(OWN, Some(backup), Some(4));
        assert_eq!(busy.unwrap_err(), Refusal::BusyTarget);
        vbs.delete_backup(OWN, Some(backup)).unwrap();
        assert_eq!(status(&vbs, backup), Some(Status::Deleting));
        after_an_hour(&mut vbs);
        assert_eq!(status(&vbs, backup), None);
        let deleted = vbs.delete_backup(OWN, Some(backup));
        assert_eq!(deleted.unwrap_err(), Refusal::UnknownBackup);
    }

    #[test]
    fn disk_and_snapshot_must_exist_and_match() {
        let mut vbs = vbs_without_backups();
        let mut refusal = |disk, snapshot| {
            let new = NewBackup { disk, snapshot, ..NewBackup::default() };
            vbs.create_backup(OWN, new).err()
        };
        assert_eq!(refusal(None, Wanted::New), Some(Refusal::UnknownDisk));
        assert_eq!(refusal(Some(5), Wanted::New), Some(Refusal::UnknownDisk));
        let unknown = Some(Refusal::UnknownSnapshot);
        assert_eq!(refusal(Some(4), Wanted::Unknown), unknown);
        assert_eq!(refusal(Some(4), Wanted::This(1)), unknown);
        let another = Some(Refusal::SnapshotOfAnotherDisk);
        assert_eq!(refusal(Some(4), Wanted::This(first_snapshot_of(3))), another);
        assert_eq!(refusal(Some(4), Wanted::This(first_snapshot_of(4))), None);
    }

    #[test]
    fn existing_snapshot_outlives_its_backup() {
        let mut vbs = vbs_without_backups();
        let new = NewBackup { snapshot: Wanted::This(first_snapshot_of(4)), ..of_disk(4) };
        let given = vbs.create_backup(OWN, new).unwrap().backup;
        let taken = vbs.create_backup(OWN, of_disk(3)).unwrap().backup;
        after_an_hour(&mut vbs);
        let snapshots = |vbs: &Vbs| vbs.project(OWN).unwrap().snapshots().len();
        let before = snapshots(&vbs);
        for backup in [given, taken] {
            vbs.delete_backup(OWN, Some(backup)).unwrap();
        }
        after_an_hour(&mut vbs);
        assert_eq!(snapshots(&vbs), before - 1);
        let kept = vbs.project(OWN).unwrap().snapshot(first_snapshot_of(4));
        assert!(kept.is_some());
    }

    #[test]
    fn disk_smaller_than_the_backup_is_refused() {
        let mut vbs = vbs_without_backups();
        let mut disks: Vec<_> = (0..5).map(|disk| vbs.disk(disk)).collect();
        disks.sort_by_key(|disk| disk.size);
        let (small, large) = (disks[0], disks[4]);
        assert!(small.size < large.size);
        let backup = vbs.create_backup(OWN, of_disk(large.number)).unwrap();
        let other = vbs.create_backup(OWN, of_disk(small.number)).unwrap();
        after_an_hour(&mut vbs);
        let refused = vbs.restore_backup(OWN, Some(backup.backup), Some(small.number));
        let sizes = Refusal::SmallTarget { disk: small.size, backup: large.size };
        assert_eq!(refused.unwrap_err(), sizes);
        let refused = vbs.restore_backup(OWN, Some(backup.backup), Some(99));
        assert_eq!(refused.unwrap_err(), Refusal::UnknownTarget);
        let restored = vbs.restore_backup(OWN, Some(other.backup), Some(large.number));
        assert!(restored.is_ok());
    }

    #[test]
    fn every_free_disk_has_a_snapshot_with_any_number_of_backups() {
        let vbs = seeded_vbs(5, 1, 2, 40);
        let project = vbs.project(OWN).unwrap();
        assert!(project.backups.count() > 10);
        for disk in project.free_disks() {
            assert_eq!(project.snapshot(first_snapshot_of(disk)).unwrap().disk, disk);
        }
        assert_eq!(project.snapshots().len() as u64, project.backups.count() + 3);
    }

    #[test]
    fn quotas_are_enforced() {
        let mut vbs = vbs_without_backups();
        vbs.project_mut(OWN).unwrap().quotas.backups = Some(1);
        vbs.create_backup(OWN, of_disk(3)).unwrap();
        let refused = vbs.create_backup(OWN, of_disk(4));
        assert_eq!(refused.unwrap_err(), Refusal::Quota(Exceeded::Backups));
        let quotas = &mut vbs.project_mut(OWN).unwrap().quotas;
        (quotas.backups, quotas.backup_gigabytes) = (None, Some(5));
        let refused = vbs.create_backup(OWN, of_disk(4));
        assert_eq!(refused.unwrap_err(), Refusal::Quota(Exceeded::BackupGigabytes));
    }
}
