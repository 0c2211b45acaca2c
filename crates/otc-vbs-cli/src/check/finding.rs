//! The results of a check.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// The severity of a finding, in ascending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// Nothing to do. Notes have this severity too.
    Ok,
    /// Someone should look at it.
    Warning,
    /// It could not be checked.
    Unknown,
    /// A backup is missing.
    Critical,
}

impl Severity {
    /// The exit code of `vbs check`, as defined for monitoring plugins.
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Warning => 1,
            Self::Critical => 2,
            Self::Unknown => 3,
        }
    }
}

/// The result for a disk or a policy, in the order of a report: the most severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// The newest due run failed or timed out.
    Failed,
    /// A due time and the grace period have passed without a job.
    Missed,
    /// It could not be checked.
    Unknown,
    /// The job waits or runs longer than the grace period, or much longer than usual.
    Late,
    /// The newest due run was skipped.
    Skipped,
    /// No job names the disk. It may be new.
    Never,
    /// The policy is switched off.
    Off,
    /// The disk was removed from the policy.
    Removed,
    /// The newest due run created a backup.
    Ok,
}

impl Verdict {
    pub(crate) fn severity(self) -> Severity {
        match self {
            Self::Failed | Self::Missed => Severity::Critical,
            Self::Unknown => Severity::Unknown,
            Self::Late | Self::Skipped | Self::Never | Self::Off => Severity::Warning,
            Self::Removed | Self::Ok => Severity::Ok,
        }
    }
}

/// The result for one disk, or for a policy as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Finding {
    pub(crate) verdict: Verdict,
    pub(crate) severity: Severity,
    /// The disk. Absent if the finding is about the policy or about disks without a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) disk: Option<String>,
    /// The number of disks that the finding covers. 0 if another finding covers them.
    pub(crate) disks: u64,
    /// The time at which the newest successful job was created.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "rfc3339")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(crate) last_good: Option<Timestamp>,
    /// The age of the last good backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) age_seconds: Option<u64>,
    /// The number of failed jobs since the last good backup, if the verdict is `failed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failures: Option<u64>,
    /// The backup job that decided the verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) job_id: Option<String>,
    /// The error code of that job.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failure_code: Option<String>,
    /// The service's words on the failure of that job, or the meaning of the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failure_message: Option<String>,
    /// The reason for the verdict, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
}

impl Finding {
    /// A finding about a policy, or about disks of it without a name.
    pub(crate) fn for_policy(verdict: Verdict, disks: u64, detail: impl Into<String>) -> Self {
        Self { disks, detail: Some(detail.into()), ..Self::new(verdict) }
    }

    /// A finding about one disk.
    pub(crate) fn for_disk(verdict: Verdict, disk: &str) -> Self {
        Self { disk: Some(disk.to_owned()), disks: 1, ..Self::new(verdict) }
    }

    fn new(verdict: Verdict) -> Self {
        Self {
            verdict,
            severity: verdict.severity(),
            disk: None,
            disks: 0,
            last_good: None,
            age_seconds: None,
            failures: None,
            job_id: None,
            failure_code: None,
            failure_message: None,
            detail: None,
        }
    }
}

/// The result for one policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct PolicyCheck {
    pub(crate) policy_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) policy_name: Option<String>,
    /// The highest severity of the findings.
    pub(crate) severity: Severity,
    /// The number of disks in the policy, without ignored ones.
    pub(crate) disks: u64,
    /// The number of these disks that were backed up on schedule.
    pub(crate) backed_up: u64,
    /// The findings, the most severe first. Includes disks that are `ok`.
    pub(crate) findings: Vec<Finding>,
}

/// Serializes a time as RFC 3339 with a `Z`.
pub(super) fn rfc3339<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => serializer.collect_str(time),
        None => serializer.serialize_none(),
    }
}
