//! The requests of OpenStack's clients: backups under the paths of block storage.

/// The path prefix of block storage before the version.
pub(super) const PREFIX: &str = "/volume";

pub(super) mod block_storage;
pub(super) mod native;
