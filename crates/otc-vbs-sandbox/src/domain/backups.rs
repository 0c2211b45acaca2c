//! The backups of a project.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::backup::Backup;
use super::disk::Snapshot;
use super::history::History;
use super::numbers::{BackupNumber, DiskNumber, FIRST_NEW, JobNumber, PolicyNumber, SnapshotNumber};

/// The backups of a project and the snapshots that the service created for them.
///
/// The backups that existed when the sandbox started are computed from the histories of the policies, even if
/// the policy is gone. Only later backups and changes of the others are stored.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Backups {
    histories: BTreeMap<PolicyNumber, History>,
    stored: BTreeMap<BackupNumber, Backup>,
    /// The stored backups by disk.
    by_disk: BTreeMap<DiskNumber, BTreeSet<BackupNumber>>,
    /// The deleted backups of the histories.
    removed: BTreeSet<BackupNumber>,
    /// The difference to the histories in number and size.
    difference: Totals,
    /// The total of the histories, once it has been computed.
    #[serde(skip)]
    of_histories: OnceLock<Totals>,
}

/// A number of backups, and their total size in gigabytes.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct Totals {
    backups: i64,
    gigabytes: i64,
}

impl Totals {
    fn add(&mut self, backups: i64, size: u32) {
        self.backups = self.backups.saturating_add(backups);
        let gigabytes = backups.saturating_mul(i64::from(size));
        self.gigabytes = self.gigabytes.saturating_add(gigabytes);
    }

    fn and(self, other: Self) -> Self {
        Self {
            backups: self.backups.saturating_add(other.backups),
            gigabytes: self.gigabytes.saturating_add(other.gigabytes),
        }
    }
}

impl Backups {
    pub(crate) fn new(histories: BTreeMap<PolicyNumber, History>) -> Self {
        Self { histories, ..Self::default() }
    }

    pub(crate) fn histories(&self) -> &BTreeMap<PolicyNumber, History> {
        &self.histories
    }

    pub(crate) fn get(&self, number: BackupNumber) -> Option<Cow<'_, Backup>> {
        match self.stored.get(&number) {
            Some(backup) => Some(Cow::Borrowed(backup)),
            None if self.removed.contains(&number) => None,
            None => self.of_history(number).map(Cow::Owned),
        }
    }

    pub(crate) fn contains(&self, number: BackupNumber) -> bool {
        self.get(number).is_some()
    }

    /// The backup of a history, even if it was changed or deleted.
    fn of_history(&self, number: BackupNumber) -> Option<Backup> {
        if number >= FIRST_NEW {
            return None;
        }
        let history = self.histories.get(&JobNumber::from(number).policy)?;
        history.backup(number)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Cow<'_, Backup>> {
        let past = self.histories.values().flat_map(History::backups);
        self.and_stored(past, self.stored.values())
    }

    /// The backups of a disk.
    pub(crate) fn of_disk(&self, disk: DiskNumber) -> impl Iterator<Item = Cow<'_, Backup>> {
        let histories = self.histories.values();
        let past = histories.flat_map(move |history| history.backups_of(disk));
        let stored = self.by_disk.get(&disk).into_iter().flatten();
        self.and_stored(past, stored.filter_map(|number| self.stored.get(number)))
    }

    fn and_stored<'a>(
        &'a self,
        past: impl Iterator<Item = Backup>,
        stored: impl Iterator<Item = &'a Backup>,
    ) -> impl Iterator<Item = Cow<'a, Backup>> {
        let is_changed =
            |number: &BackupNumber| self.stored.contains_key(number) || self.removed.contains(number);
        let unchanged = past.filter(move |backup| !is_changed(&backup.number));
        unchanged.map(Cow::Owned).chain(stored.map(Cow::Borrowed))
    }

    /// The number of backups.
    pub(crate) fn count(&self) -> u64 {
        self.totals().backups.max(0).cast_unsigned()
    }

    /// The total size of the backups.
    pub(crate) fn gigabytes(&self) -> u64 {
        self.totals().gigabytes.max(0).cast_unsigned()
    }

    fn totals(&self) -> Totals {
        let of_histories = self.of_histories.get_or_init(|| {
            let histories = self.histories.values().map(History::totals);
            let totals = histories.map(|(backups, gigabytes)| Totals {
                backups: backups.cast_signed(),
                gigabytes: gigabytes.cast_signed(),
            });
            totals.fold(Totals::default(), Totals::and)
        });
        of_histories.and(self.difference)
    }

    /// Adds a new backup.
    pub(crate) fn insert(&mut self, backup: Backup) {
        self.difference.add(1, backup.size);
        self.store(backup);
    }

    fn store(&mut self, backup: Backup) {
        let of_disk = self.by_disk.entry(backup.disk).or_default();
        of_disk.insert(backup.number);
        self.stored.insert(backup.number, backup);
    }

    /// Changes a backup. Returns it, or `None` if there is no such backup.
    pub(crate) fn change(
        &mut self,
        number: BackupNumber,
        change: impl FnOnce(&mut Backup),
    ) -> Option<&Backup> {
        let mut backup = self.get(number)?.into_owned();
        change(&mut backup);
        self.store(backup);
        self.stored.get(&number)
    }

    /// Removes a backup. Returns it, or `None` if there is no such backup.
    pub(crate) fn remove(&mut self, number: BackupNumber) -> Option<Backup> {
        let backup = self.get(number)?.into_owned();
        self.difference.add(-1, backup.size);
        self.stored.remove(&number);
        if let Some(of_disk) = self.by_disk.get_mut(&backup.disk) {
            of_disk.remove(&number);
            if of_disk.is_empty() {
                self.by_disk.remove(&backup.disk);
            }
        }
        if number < FIRST_NEW {
            self.removed.insert(number);
        }
        Some(backup)
    }

    /// The snapshot that was created for a backup of a history. It has the same number as the backup.
    pub(crate) fn snapshot(&self, number: SnapshotNumber) -> Option<Snapshot> {
        let backup = self.get(number).filter(|_| number < FIRST_NEW)?;
        Some(Snapshot::of_backup(&backup, number))
    }

    /// The snapshots that were created for the backups of the histories.
    pub(crate) fn snapshots(&self) -> impl Iterator<Item = Snapshot> {
        let past = self.iter().filter(|backup| backup.number < FIRST_NEW);
        past.map(|backup| Snapshot::of_backup(&backup, backup.number))
    }
}
