//! Where things are.

use std::path::{Path, PathBuf};

/// A path below the root of the repository.
pub(crate) fn path(relative: &str) -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).join(relative)
}
