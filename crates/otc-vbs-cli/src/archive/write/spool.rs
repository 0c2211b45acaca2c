//! What an export has received, and has not merged into the archive yet.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use tempfile::TempDir;

use super::new_file::owner_only;
use super::{unreadable, unwritable};
use crate::archive::layout::SPOOL;
use crate::archive::manifest::Kind;
use crate::exit::Failure;

/// Much faster than the level of the archive. Most of the size is repeated words.
const COMPRESSION_LEVEL: i32 = 1;

/// What lines in a file of the spool have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Group {
    pub(crate) kind: Kind,
    /// The number of the project.
    pub(crate) project: usize,
    pub(crate) day: Option<Date>,
    /// `None` for backups.
    pub(crate) policy: Option<String>,
}

/// Lines of jobs and backups in files: they may be more than fit into memory. Deleted when this is dropped.
#[derive(Debug)]
pub(crate) struct Spool {
    directory: TempDir,
    files: RefCell<BTreeMap<Group, SpoolFile>>,
}

#[derive(Debug)]
struct SpoolFile {
    path: PathBuf,
    /// The number of bytes before compression.
    size: usize,
}

impl Spool {
    pub(super) fn new(archive: &Path) -> Result<Self, Failure> {
        // Accessible by its owner only.
        let directory = tempfile::Builder::new().prefix(SPOOL).tempdir_in(archive);
        let directory = directory.map_err(|error| unwritable(archive, error))?;
        Ok(Self { directory, files: RefCell::default() })
    }

    /// Adds lines, each with its newline.
    pub(crate) fn append(&self, group: Group, lines: &str) -> Result<(), Failure> {
        let mut files = self.files.borrow_mut();
        let number = files.len();
        let file = files
            .entry(group)
            .or_insert_with(|| SpoolFile { path: self.directory.path().join(number.to_string()), size: 0 });
        // Not kept open: there may be more than a process may have files.
        let written = zstd::encode_all(lines.as_bytes(), COMPRESSION_LEVEL).and_then(|compressed| {
            let mut opened = owner_only(OpenOptions::new().append(true).create(true)).open(&file.path)?;
            opened.write_all(&compressed)
        });
        written.map_err(|error| unwritable(&file.path, error))?;
        file.size += lines.len();
        Ok(())
    }

    /// The lines of a group, in the order in which they were added.
    pub(crate) fn read(&self, group: &Group) -> Result<String, Failure> {
        let files = self.files.borrow();
        let Some(file) = files.get(group) else { return Ok(String::new()) };
        // Growing would need three times the memory.
        let mut text = String::with_capacity(file.size + 1);
        let read = fs::File::open(&file.path)
            .and_then(|opened| zstd::Decoder::new(opened)?.read_to_string(&mut text));
        read.map_err(|error| unreadable(&file.path, error))?;
        Ok(text)
    }

    /// The days of which a project has lines.
    pub(crate) fn days(&self, kind: Kind, project: usize) -> BTreeSet<Option<Date>> {
        let files = self.files.borrow();
        let of_project = files.keys().filter(|group| (group.kind, group.project) == (kind, project));
        of_project.map(|group| group.day).collect()
    }

    /// The policies of which a project has lines of jobs of this day, sorted.
    pub(super) fn policies(&self, project: usize, day: Option<Date>) -> Vec<String> {
        let files = self.files.borrow();
        let of_day =
            files.keys().filter(|group| (group.kind, group.project, group.day) == (Kind::Jobs, project, day));
        of_day.filter_map(|group| group.policy.clone()).collect()
    }
}
