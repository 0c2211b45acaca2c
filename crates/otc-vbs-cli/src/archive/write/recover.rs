//! Finishes or undoes what an export left that was killed.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use super::new_file::sync_directory;
use super::{remove_file, unreadable, unwritable};
use crate::archive::layout::Layout;
use crate::archive::manifest::File;
use crate::archive::read::{Archive, sha256};
use crate::exit::Failure;

/// Gives new files that the manifest describes their names, and deletes everything else that is not part of the archive.
pub(super) fn recover(directory: &Path, archive: Option<&Archive>) -> Result<(), Failure> {
    let layout = Layout::read(directory).map_err(|(path, error)| unreadable(&path, error))?;
    let described = archive.into_iter().flat_map(|archive| &archive.manifest.files);
    let described: HashMap<&str, &File> = described.map(|file| (file.path.as_str(), file)).collect();
    for found in &layout.files {
        let file = found.file(directory);
        match described.get(found.path.as_str()) {
            Some(_) if !found.is_new => {}
            Some(described) if is_whole(&file, &described.sha256)? => {
                let name = directory.join(&found.path);
                fs::rename(&file, &name).map_err(|error| unwritable(&name, error))?;
                sync_directory(name.parent().unwrap_or(directory))?;
            }
            _ => {
                let name = file.strip_prefix(directory).unwrap_or(&file);
                remove_file(directory, &name.to_string_lossy())?;
            }
        }
    }
    for path in &layout.left_over {
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        removed.map_err(|error| unwritable(path, error))?;
    }
    Ok(())
}

fn is_whole(file: &Path, expected: &str) -> Result<bool, Failure> {
    let bytes = fs::read(file).map_err(|error| unreadable(file, error))?;
    Ok(sha256(&bytes) == expected)
}
