//! The numbers of the service's objects. Their ids are derived from them: see
//! [`Identifiers`](super::identifiers::Identifiers).

use serde::{Deserialize, Serialize};

/// The number of a disk.
pub(crate) type DiskNumber = u64;
/// The number of a snapshot of a disk.
pub(crate) type SnapshotNumber = u64;
/// The number of a backup.
pub(crate) type BackupNumber = u64;
/// The number of an asynchronous job.
pub(crate) type VbsJobNumber = u64;
/// The number of a share of a backup.
pub(crate) type ShareNumber = u64;

/// The first number of an object that is created while the sandbox runs. Seeded objects have smaller numbers.
pub(crate) const FIRST_NEW: u64 = 1 << 56;
/// The number of policies that a project can ever have.
const POLICIES_OF_A_PROJECT: u32 = 1 << 16;
/// The number of seeded disks that a project can have.
pub(super) const SEEDED_DISKS_OF_A_PROJECT: u64 = 1 << 40;

/// The number of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct ProjectNumber(pub(crate) u8);

impl ProjectNumber {
    /// The first project of the users' domain.
    pub(crate) const OWN: Self = Self(0);
    /// The first project of the domain that delegates by an agency.
    pub(crate) const DELEGATED: Self = Self(1);
    /// The second project of the domain that delegates by an agency.
    pub(crate) const SECOND_DELEGATED: Self = Self(3);

    /// The project of the users' domain at an index. There are always at least two.
    pub(crate) fn own(index: u8) -> Self {
        Self(match index {
            0 => 0,
            1 => 2,
            // The delegated projects have the numbers in between.
            index => index.saturating_add(2),
        })
    }

    /// All projects, given the number of projects in the users' domain.
    pub(crate) fn all(own: u8) -> impl Iterator<Item = Self> {
        (0..own.max(2).saturating_add(2)).map(Self)
    }

    pub(crate) fn seeded_disk(self, index: u64) -> DiskNumber {
        u64::from(self.0) * SEEDED_DISKS_OF_A_PROJECT + index
    }
}

/// The number of seeded disks of its project that have a smaller number.
pub(crate) fn index_of_disk(disk: DiskNumber) -> u64 {
    disk % SEEDED_DISKS_OF_A_PROJECT
}

/// The snapshot that a disk has from the start. Other seeded snapshots have the numbers of their backup jobs,
/// which are smaller.
pub(crate) fn first_snapshot_of(disk: DiskNumber) -> SnapshotNumber {
    1 << 55 | disk
}

/// The number of a policy, which includes its project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct PolicyNumber(pub(crate) u32);

impl PolicyNumber {
    /// The policy of a project at an index. `None` if it has no valid number.
    pub(crate) fn new(project: ProjectNumber, index: u32) -> Option<Self> {
        (index < POLICIES_OF_A_PROJECT).then(|| Self(u32::from(project.0) * POLICIES_OF_A_PROJECT + index))
    }

    pub(crate) fn project(self) -> ProjectNumber {
        ProjectNumber((self.0 / POLICIES_OF_A_PROJECT) as u8)
    }

    /// The number of policies of the project that were created before it.
    pub(crate) fn index(self) -> u32 {
        self.0 % POLICIES_OF_A_PROJECT
    }
}

/// A backup job of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct JobNumber {
    pub(crate) policy: PolicyNumber,
    /// Counted from the oldest job.
    pub(crate) ordinal: u32,
}

impl From<JobNumber> for u64 {
    fn from(number: JobNumber) -> Self {
        Self::from(number.policy.0) << 32 | Self::from(number.ordinal)
    }
}

impl From<u64> for JobNumber {
    fn from(number: u64) -> Self {
        Self { policy: PolicyNumber((number >> 32) as u32), ordinal: number as u32 }
    }
}
