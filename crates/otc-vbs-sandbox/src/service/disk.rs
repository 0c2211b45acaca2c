//! Disks and their snapshots. They belong to the Elastic Volume Service; VBS knows as much of them as it needs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::numbers::{DiskNumber, SnapshotNumber};
use crate::data::seed::{Purpose, Seed};

/// A disk. What is seeded of it is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Disk {
    pub(crate) number: DiskNumber,
    /// In gigabytes.
    pub(crate) size: u32,
    pub(crate) availability_zone: &'static str,
    /// The point of delivery that holds it.
    pub(crate) host: &'static str,
}

const PLACES: [(&str, &str); 3] = [
    ("eu-de-01", "pod01.eu-de-01"),
    ("eu-de-02", "pod02.eu-de-02"),
    ("eu-de-03", "pod01.eu-de-03"),
];
const SIZES: [u32; 6] = [10, 20, 40, 40, 100, 250];

impl Disk {
    pub(crate) fn new(number: DiskNumber, seed: Seed) -> Self {
        let drawn = seed.draw(Purpose::Disk, number);
        let (availability_zone, host) = PLACES[drawn as usize % PLACES.len()];
        Self {
            number,
            size: SIZES[(drawn >> 32) as usize % SIZES.len()],
            availability_zone,
            host,
        }
    }
}

/// A snapshot of a disk.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Snapshot {
    pub(crate) number: SnapshotNumber,
    pub(crate) disk: DiskNumber,
    pub(crate) name: String,
    pub(crate) created_at: Timestamp,
}
