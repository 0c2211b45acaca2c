//! What OpenStack's clients call: backups in the paths of block storage.

pub(super) mod block_storage;
pub(super) mod native;
