//! The order of backups in lists.

use std::cmp::Ordering;

use crate::domain::backup::Backup;
use crate::domain::identifiers::{Identifiers, Kind};

/// The sort field of a list of backups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SortKey {
    Name,
    Status,
    Size,
    Id,
    CreatedAt,
    UpdatedAt,
    /// A field that the reference lists although only images have it.
    OfImages,
}

/// The values of `sort_key`.
pub(crate) const SORT_KEYS: [(&str, SortKey); 8] = [
    ("name", SortKey::Name),
    ("status", SortKey::Status),
    ("container_format", SortKey::OfImages),
    ("disk_format", SortKey::OfImages),
    ("size", SortKey::Size),
    ("id", SortKey::Id),
    ("created_at", SortKey::CreatedAt),
    ("updated_at", SortKey::UpdatedAt),
];

impl SortKey {
    pub(crate) fn compare(self, identifiers: &Identifiers, one: &Backup, other: &Backup) -> Ordering {
        let id = |backup: &Backup| identifiers.hyphenated(Kind::Backup, backup.number);
        match self {
            Self::Name => one.name.cmp(&other.name),
            Self::Status => one.status.as_str().cmp(other.status.as_str()),
            Self::Size => one.size.cmp(&other.size),
            Self::Id => id(one).cmp(&id(other)),
            Self::CreatedAt => one.created_at.cmp(&other.created_at),
            Self::UpdatedAt => one.updated_at.cmp(&other.updated_at),
            Self::OfImages => Ordering::Equal,
        }
    }
}
