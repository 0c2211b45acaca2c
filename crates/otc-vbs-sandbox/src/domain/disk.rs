//! Disks and their snapshots. They belong to the Elastic Volume Service, and VBS only knows the parts that it
//! needs.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::backup::Backup;
use super::limits::MOST_DAYS;
use super::numbers::{self, DiskNumber, ProjectNumber, SnapshotNumber};
use super::seed::{Purpose, Seed};
use super::time::earlier;

/// A disk. Seeded properties are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Disk {
    pub(crate) number: DiskNumber,
    /// In gigabytes.
    pub(crate) size: u32,
    pub(crate) availability_zone: &'static str,
    /// The point of delivery (POD) of the disk.
    pub(crate) host: &'static str,
}

const PLACES: [(&str, &str); 3] =
    [("eu-de-01", "pod01.eu-de-01"), ("eu-de-02", "pod02.eu-de-02"), ("eu-de-03", "pod01.eu-de-03")];
const SIZES: [u32; 6] = [10, 20, 40, 40, 100, 250];

impl Disk {
    /// The time at which the disk was created: before everything else in a sandbox that started at `start`.
    pub(crate) fn created_at(&self, start: Timestamp) -> Timestamp {
        let before_history = SignedDuration::from_hours(24 * (i64::from(MOST_DAYS) + 30));
        earlier(start, before_history)
    }

    pub(crate) fn new(number: DiskNumber, seed: Seed) -> Self {
        let drawn = seed.draw(Purpose::Disk, number);
        let (availability_zone, host) = PLACES[drawn as usize % PLACES.len()];
        Self { number, size: SIZES[(drawn >> 32) as usize % SIZES.len()], availability_zone, host }
    }

    /// The name that the disk has in the Elastic Volume Service.
    pub(crate) fn name(&self) -> String {
        format!("disk-{}", numbers::index_of_disk(self.number) + 1)
    }
}

/// The disk of a project with this name.
pub(crate) fn disk_named(project: ProjectNumber, name: &str) -> Option<DiskNumber> {
    let place: u64 = name.strip_prefix("disk-")?.parse().ok()?;
    let index = place.checked_sub(1)?;
    // The parser accepts other notations too.
    let is_name = index < numbers::SEEDED_DISKS_OF_A_PROJECT && format!("disk-{place}") == name;
    is_name.then(|| project.seeded_disk(index))
}

/// A snapshot of a disk.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) number: SnapshotNumber,
    pub(crate) disk: DiskNumber,
    pub(crate) name: String,
    pub(crate) created_at: Timestamp,
    /// Whether the service created it for a backup. It is then deleted with the backup.
    pub(crate) is_of_backup: bool,
}

impl Snapshot {
    /// The snapshot that the service created for the backup.
    pub(crate) fn of_backup(backup: &Backup, number: SnapshotNumber) -> Self {
        Self {
            number,
            disk: backup.disk,
            name: format!("{}_snapshot", backup.name.as_deref().unwrap_or("backup")),
            created_at: backup.created_at,
            is_of_backup: true,
        }
    }
}
