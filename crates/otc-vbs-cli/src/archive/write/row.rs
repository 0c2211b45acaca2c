//! The line of a backup job.

use std::borrow::Cow;

use jiff::Timestamp;
use otc_vbs::types::BackupJobStatus;
use serde::Deserialize;

use crate::backup_job::BackupJobRow;

/// The end of a line. The member is the last, so that it can be changed without reading the others.
const KNOWN: &str = ",\"outcome_unknown\":false}";
const UNKNOWN: &str = ",\"outcome_unknown\":true}";

/// Adds the line of a job: what `vbs tasks -o jsonl` prints, and `outcome_unknown`.
pub(crate) fn write_job(row: &BackupJobRow, text: &mut String) -> serde_json::Result<()> {
    let json = serde_json::to_string(row)?;
    text.push_str(json.strip_suffix('}').unwrap_or(&json));
    text.push_str(KNOWN);
    text.push('\n');
    Ok(())
}

/// The line of a job whose outcome will never be known.
pub(super) fn with_unknown_outcome(line: &str) -> Cow<'_, str> {
    match line.strip_suffix(KNOWN) {
        Some(start) => format!("{start}{UNKNOWN}").into(),
        None => line.into(),
    }
}

/// What the line of a job is sorted and found by.
#[derive(Debug, Deserialize)]
pub(crate) struct JobKey<'a> {
    #[serde(borrow)]
    pub(crate) policy_id: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) job_id: Cow<'a, str>,
    #[serde(borrow)]
    created_at: Cow<'a, str>,
    status: BackupJobStatus,
    pub(crate) outcome_unknown: bool,
}

impl<'a> JobKey<'a> {
    pub(crate) fn parse(line: &'a str) -> serde_json::Result<Self> {
        serde_json::from_str(line)
    }

    /// `None` if the service's text was not a time.
    pub(crate) fn created_at(&self) -> Option<Timestamp> {
        self.created_at.parse().ok()
    }

    /// Whether the job waits or runs.
    pub(crate) fn is_unfinished(&self) -> bool {
        matches!(self.status, BackupJobStatus::Running | BackupJobStatus::Waiting)
    }
}
