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

/// A kind, the number of a project, and a day.
type Key = (Kind, usize, Option<Date>);

/// Lines of jobs and backups by project and day, in files: they may be more than fit into memory. Deleted when this is dropped.
#[derive(Debug)]
pub(crate) struct Spool {
    directory: TempDir,
    /// The number of bytes of the lines of each file.
    sizes: RefCell<BTreeMap<Key, usize>>,
}

impl Spool {
    pub(super) fn new(archive: &Path) -> Result<Self, Failure> {
        // Accessible by its owner only.
        let directory = tempfile::Builder::new().prefix(SPOOL).tempdir_in(archive);
        let directory = directory.map_err(|error| unwritable(archive, error))?;
        Ok(Self { directory, sizes: RefCell::default() })
    }

    fn file(&self, kind: Kind, project: usize, day: Option<Date>) -> PathBuf {
        let day = day.map_or_else(|| "unknown".to_owned(), |day| day.to_string());
        self.directory.path().join(format!("{}_{project}_{day}", kind.as_str()))
    }

    /// Adds lines, each with its newline.
    pub(crate) fn append(
        &self,
        kind: Kind,
        project: usize,
        lines: &BTreeMap<Option<Date>, String>,
    ) -> Result<(), Failure> {
        for (day, lines) in lines {
            // Not kept open: there may be more days and projects than a process may have files.
            let path = self.file(kind, project, *day);
            let written = zstd::encode_all(lines.as_bytes(), COMPRESSION_LEVEL).and_then(|compressed| {
                let mut file = owner_only(OpenOptions::new().append(true).create(true)).open(&path)?;
                file.write_all(&compressed)
            });
            written.map_err(|error| unwritable(&path, error))?;
            *self.sizes.borrow_mut().entry((kind, project, *day)).or_default() += lines.len();
        }
        Ok(())
    }

    /// The lines of a kind, project and day, in the order in which they were added.
    pub(crate) fn take(&self, kind: Kind, project: usize, day: Option<Date>) -> Result<String, Failure> {
        let Some(size) = self.sizes.borrow_mut().remove(&(kind, project, day)) else {
            return Ok(String::new());
        };
        let path = self.file(kind, project, day);
        // Growing would need three times the memory.
        let mut text = String::with_capacity(size + 1);
        let read = fs::File::open(&path)
            .and_then(|file| zstd::Decoder::new(file)?.read_to_string(&mut text))
            .and_then(|_| fs::remove_file(&path));
        read.map_err(|error| unreadable(&path, error))?;
        Ok(text)
    }

    /// The days of which a project has lines.
    pub(crate) fn days(&self, kind: Kind, project: usize) -> BTreeSet<Option<Date>> {
        let sizes = self.sizes.borrow();
        let of_project = sizes.keys().filter(|(of, number, _)| (*of, *number) == (kind, project));
        of_project.map(|(_, _, day)| *day).collect()
    }
}
