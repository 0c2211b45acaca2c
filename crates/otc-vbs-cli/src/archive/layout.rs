//! Finds the files of an archive in its directory.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::manifest::Kind;
use super::{Extension, LOCK, MANIFEST, NEW};

/// The beginning of the name of the directory for what an export has received and not yet merged.
pub(crate) const SPOOL: &str = ".spool-";

/// What is in the directory of an archive.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    /// Data files, also those that the manifest does not describe.
    pub(crate) files: Vec<Found>,
    /// Directories and files that an export left behind when it was killed.
    pub(crate) left_over: Vec<PathBuf>,
    /// What does not belong to an archive.
    pub(crate) foreign: Vec<PathBuf>,
}

/// A data file.
#[derive(Debug)]
pub(crate) struct Found {
    /// The path that it has in the manifest: relative to the archive, with `/`, without [`NEW`].
    pub(crate) path: String,
    /// Whether its name ends with [`NEW`].
    pub(crate) is_new: bool,
}

impl Found {
    /// The path of the file itself.
    pub(crate) fn file(&self, directory: &Path) -> PathBuf {
        if self.is_new { new_name(directory, &self.path) } else { directory.join(&self.path) }
    }
}

/// The name of a file before it counts.
pub(crate) fn new_name(directory: &Path, path: &str) -> PathBuf {
    directory.join(format!("{path}{NEW}"))
}

impl Layout {
    /// What is in this directory. Empty if there is no such directory.
    ///
    /// # Errors
    ///
    /// A directory can't be read. The path is that of the directory.
    pub(crate) fn read(directory: &Path) -> Result<Self, (PathBuf, io::Error)> {
        let mut layout = Self::default();
        for name in layout.read_kinds(directory, Extension::JsonLines)? {
            let path = directory.join(&name);
            if format!("{name}/") == Extension::Parquet.root() && path.is_dir() {
                let others = layout.read_kinds(&path, Extension::Parquet)?;
                layout.foreign.extend(others.into_iter().map(|name| path.join(name)));
            } else if name.starts_with(SPOOL) || name == format!("{MANIFEST}{NEW}") {
                layout.left_over.push(path);
            } else if name != MANIFEST && name != LOCK {
                layout.foreign.push(path);
            }
        }
        Ok(layout)
    }

    /// Finds the files with this extension. Returns the other names in this directory.
    fn read_kinds(
        &mut self,
        directory: &Path,
        extension: Extension,
    ) -> Result<Vec<String>, (PathBuf, io::Error)> {
        let mut others = Vec::new();
        for name in names(directory)? {
            let path = directory.join(&name);
            match Kind::ALL.into_iter().find(|kind| kind.as_str() == name) {
                Some(kind) if path.is_dir() => self.read_kind(&path, kind, extension)?,
                _ => others.push(name),
            }
        }
        Ok(others)
    }

    fn read_kind(
        &mut self,
        directory: &Path,
        kind: Kind,
        extension: Extension,
    ) -> Result<(), (PathBuf, io::Error)> {
        let file = format!("{}.{}", kind.as_str(), extension.as_str());
        for project in names(directory)? {
            let of_project = directory.join(&project);
            let prefix = format!("{}{}/{project}", extension.root(), kind.as_str());
            if !project.starts_with("project_id=") || !of_project.is_dir() {
                self.foreign.push(of_project);
            } else if !kind.has_days() {
                self.read_files(&of_project, &prefix, &file)?;
            } else {
                for day in names(&of_project)? {
                    let of_day = of_project.join(&day);
                    match day.starts_with("day=") && of_day.is_dir() {
                        true => self.read_files(&of_day, &format!("{prefix}/{day}"), &file)?,
                        false => self.foreign.push(of_day),
                    }
                }
            }
        }
        Ok(())
    }

    fn read_files(&mut self, directory: &Path, prefix: &str, file: &str) -> Result<(), (PathBuf, io::Error)> {
        for name in names(directory)? {
            let (finished, is_new) = match name.strip_suffix(NEW) {
                Some(name) => (name, true),
                None => (name.as_str(), false),
            };
            match finished == file {
                true => self.files.push(Found { path: format!("{prefix}/{finished}"), is_new }),
                false => self.foreign.push(directory.join(&name)),
            }
        }
        Ok(())
    }
}

/// The names in a directory, in order. None if there is no such directory.
fn names(directory: &Path) -> Result<Vec<String>, (PathBuf, io::Error)> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err((directory.to_owned(), error)),
    };
    let names = entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<io::Result<Vec<_>>>().map_err(|error| (directory.to_owned(), error))?;
    names.sort();
    Ok(names)
}
