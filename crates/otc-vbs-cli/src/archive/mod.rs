//! The archive that `vbs export` writes and that `--from` reads.
//!
//! ```text
//! DIR/manifest.json                                              what is in the archive: see `Manifest`
//! DIR/lock                                                       held by the one export that writes
//! DIR/jobs/project_id=ID/day=2026-01-15/jobs.jsonl.zst           a line per backup job, by the UTC day of `created_at`
//! DIR/backups/project_id=ID/day=2026-01-15/backups.jsonl.zst     a line per backup, as of the last export
//! DIR/policies/project_id=ID/policies.jsonl.zst                  a line per policy, as of the last export
//! DIR/shares/project_id=ID/shares.jsonl.zst
//! DIR/quotas/project_id=ID/quotas.jsonl.zst
//! ```
//!
//! The rows of a policy are next to each other, newest first, and in the order in which the service lists jobs of the same time,
//! so that `tasks --from` prints what `tasks` printed. A list without days that was read and is empty has a file without rows;
//! what could not be read keeps the file of the export before, and `missing` says so. Jobs stay forever, also those of policies
//! that were deleted; of everything else, the archive has what the service listed at the last export.
//!
//! With the feature `parquet`, each file of backup jobs and backups has a Parquet file with the same rows, for example
//! `DIR/parquet/jobs/project_id=ID/day=2026-01-15/jobs.parquet`. There are no other files in these directories, and their
//! names are those by which DuckDB, DataFusion, Spark and Trino partition.
//!
//! An export first writes each new file next to the old one, with the suffix `.new`. Then it replaces the manifest, and from
//! then on the new files count: a reader uses a `.new` file that the manifest describes instead of the old one, and
//! the next export finishes renaming. A `.new` file that the manifest does not describe is left over from an export that was
//! killed, and deleted by the next. So the archive is always that of one whole export, at whatever moment a process ends.

pub(crate) mod answers;
pub(crate) mod layout;
pub(crate) mod manifest;
pub(crate) mod read;
pub(crate) mod write;

use jiff::civil::Date;

use self::manifest::Kind;

pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const LOCK: &str = "lock";
/// Follows the name of a file until the export that wrote it is complete.
pub(crate) const NEW: &str = ".new";
/// The partition of rows whose `created_at` is not a time.
const UNKNOWN_DAY: &str = "unknown";

/// The extension of a data file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extension {
    /// `.jsonl.zst`: JSON Lines, compressed with zstd.
    JsonLines,
    /// `.parquet`: written with the feature `parquet`.
    Parquet,
}

impl Extension {
    pub(crate) const ALL: [Self; 2] = [Self::JsonLines, Self::Parquet];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl.zst",
            Self::Parquet => "parquet",
        }
    }

    /// The beginning of the paths of these files.
    pub(crate) const fn root(self) -> &'static str {
        match self {
            Self::JsonLines => "",
            Self::Parquet => "parquet/",
        }
    }
}

/// A part of the archive: the rows of one kind in one project and, for jobs and backups, of one day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Partition {
    pub(crate) kind: Kind,
    pub(crate) project_id: String,
    /// The day for kinds that are partitioned by day. `None` in a partitioned kind: the day is not known.
    pub(crate) day: Option<Date>,
}

impl Partition {
    /// The path of its file, relative to the archive, with `/`.
    pub(crate) fn path(&self, extension: Extension) -> String {
        let kind = self.kind.as_str();
        let mut path = format!("{}{kind}/project_id={}", extension.root(), self.project_id);
        if self.kind.has_days() {
            let day = self.day.map_or_else(|| UNKNOWN_DAY.to_owned(), |day| day.to_string());
            path.push_str(&format!("/day={day}"));
        }
        format!("{path}/{kind}.{}", extension.as_str())
    }
}
