//! `manifest.json`: what an archive contains.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Extension, Partition};

/// The version of the layout and of the rows. A reader refuses an archive with a newer one.
pub(crate) const FORMAT_VERSION: u32 = 1;

/// What an archive contains, as of its last export.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, schemars::JsonSchema)]
pub(crate) struct Manifest {
    pub(crate) format_version: u32,
    /// The program that wrote it, for example `vbs 0.1.0`.
    pub(crate) written_by: String,
    /// What counted as now for the last export.
    #[schemars(with = "String")]
    pub(crate) exported_at: Timestamp,
    /// The formats of the data: `jsonl`, and `parquet` if the program was built with it.
    pub(crate) formats: Vec<String>,
    pub(crate) projects: Vec<Project>,
    /// Why the last export could not reach clouds, regions or projects.
    pub(crate) unreachable: Vec<String>,
    pub(crate) files: Vec<File>,
    /// The paths of files of the export before that are not part of the archive any more. They may still be there if the last
    /// export was interrupted.
    pub(crate) removed: Vec<String>,
}

/// A project of the archive.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, schemars::JsonSchema)]
pub(crate) struct Project {
    pub(crate) project_id: String,
    /// The name, or the id if the name is not known.
    pub(crate) project: String,
    pub(crate) region: Option<String>,
    pub(crate) cloud: Option<String>,
    /// When this project was last exported, in whole or in part.
    #[schemars(with = "String")]
    pub(crate) exported_at: Timestamp,
    pub(crate) policies: Vec<Policy>,
    /// Times of which jobs are lost: no export ran while the service still listed them, or the policy was deleted.
    pub(crate) gaps: Vec<Gap>,
    /// What the last export could not read.
    pub(crate) missing: Vec<Missing>,
}

/// How far the jobs of a policy have been exported.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, schemars::JsonSchema)]
pub(crate) struct Policy {
    pub(crate) policy_id: String,
    pub(crate) policy_name: Option<String>,
    /// All jobs that were created before this time and can be read are in the archive, except in gaps. Null if no export has
    /// read all jobs.
    #[schemars(with = "Option<String>")]
    pub(crate) complete_until: Option<Timestamp>,
    /// Since when jobs may still change: those that have not ended, or that could not be read.
    #[schemars(with = "Option<String>")]
    pub(crate) unfinished_since: Option<Timestamp>,
    /// The policy was deleted: the service does not list it any more.
    pub(crate) deleted: bool,
}

/// A time of which the jobs of a policy are lost.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, schemars::JsonSchema)]
pub(crate) struct Gap {
    pub(crate) policy_id: String,
    /// Everything before was exported.
    #[schemars(with = "String")]
    pub(crate) from: Timestamp,
    /// The service listed everything since then, or the policy was deleted by then.
    #[schemars(with = "String")]
    pub(crate) to: Timestamp,
}

/// Something that an export could not read.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, schemars::JsonSchema)]
pub(crate) struct Missing {
    pub(crate) kind: Kind,
    /// The policy whose jobs are missing. Null if something else is.
    pub(crate) policy_id: Option<String>,
    /// Only single items could not be read. The archive has the rest of the list.
    pub(crate) rest_was_read: bool,
    /// What it was and why, for example "can't list the backup jobs of nightly: …".
    pub(crate) reason: String,
}

/// What a file has a line for.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Policies,
    Jobs,
    Backups,
    Shares,
    Quotas,
}

impl Kind {
    pub(crate) const ALL: [Self; 5] = [Self::Policies, Self::Jobs, Self::Backups, Self::Shares, Self::Quotas];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Policies => "policies",
            Self::Jobs => "jobs",
            Self::Backups => "backups",
            Self::Shares => "shares",
            Self::Quotas => "quotas",
        }
    }

    /// Whether rows of this kind are partitioned by the day of their creation.
    pub(crate) const fn has_days(self) -> bool {
        matches!(self, Self::Jobs | Self::Backups)
    }
}

/// A data file.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, schemars::JsonSchema)]
pub(crate) struct File {
    /// Relative to the archive, with `/`.
    pub(crate) path: String,
    pub(crate) kind: Kind,
    pub(crate) project_id: String,
    /// The UTC day of `created_at` of all rows, for jobs and backups. Null if it is not known.
    #[schemars(with = "Option<String>")]
    pub(crate) day: Option<Date>,
    pub(crate) rows: u64,
    /// The first and the last `created_at`. Null if no row has one.
    #[schemars(with = "Option<String>")]
    pub(crate) first: Option<Timestamp>,
    #[schemars(with = "Option<String>")]
    pub(crate) last: Option<Timestamp>,
    pub(crate) bytes: u64,
    /// The SHA-256 of the file, in hexadecimal.
    pub(crate) sha256: String,
}

impl File {
    pub(crate) fn partition(&self) -> Partition {
        Partition { kind: self.kind, project_id: self.project_id.clone(), day: self.day }
    }

    /// Whether it is JSON Lines, and not the Parquet file with the same rows.
    pub(crate) fn is_json_lines(&self) -> bool {
        self.path.ends_with(Extension::JsonLines.as_str())
    }
}
