//! What an export has received, and has not merged into the archive yet.

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

/// Lines of jobs and backups by project and day, in files: they may be more than fit into memory. Deleted when this is dropped.
#[derive(Debug)]
pub(crate) struct Spool {
    directory: TempDir,
}

impl Spool {
    pub(super) fn new(archive: &Path) -> Result<Self, Failure> {
        // Accessible by its owner only.
        let directory = tempfile::Builder::new().prefix(SPOOL).tempdir_in(archive);
        Ok(Self { directory: directory.map_err(|error| unwritable(archive, error))? })
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
        }
        Ok(())
    }

    /// The lines of a kind, project and day, in the order in which they were added.
    pub(crate) fn take(&self, kind: Kind, project: usize, day: Option<Date>) -> Result<String, Failure> {
        let path = self.file(kind, project, day);
        if !path.exists() {
            return Ok(String::new());
        }
        let mut text = String::new();
        let read = fs::File::open(&path)
            .and_then(|file| zstd::Decoder::new(file)?.read_to_string(&mut text))
            .and_then(|_| fs::remove_file(&path));
        read.map_err(|error| unreadable(&path, error))?;
        Ok(text)
    }

    /// The days of which a project has lines.
    pub(crate) fn days(&self, kind: Kind, project: usize) -> Result<BTreeSet<Option<Date>>, Failure> {
        let directory = self.directory.path();
        let prefix = format!("{}_{project}_", kind.as_str());
        let mut days = BTreeSet::new();
        for entry in fs::read_dir(directory).map_err(|error| unreadable(directory, error))? {
            let name = entry.map_err(|error| unreadable(directory, error))?.file_name();
            if let Some(day) = name.to_string_lossy().strip_prefix(&prefix) {
                days.insert(day.parse().ok());
            }
        }
        Ok(days)
    }
}
