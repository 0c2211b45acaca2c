//! A finding as the command shows it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use super::finding::{Finding, PolicyCheck, Severity, Verdict, rfc3339};
use super::quota::QuotaCheck;
use super::style;
use crate::connect::Place;
use crate::output::{Column, Fit, Record};
use crate::policies::Policy;
use crate::{disks, words};

/// What a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    /// A project that could not be checked.
    Project,
    /// A policy, or disks of it that no job names.
    Policy,
    /// A disk.
    Disk,
    /// A quota of a project.
    Quota,
}

/// A result of `vbs check`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "CheckResult")]
pub(crate) struct CheckRow {
    pub(crate) kind: Kind,
    pub(crate) severity: Severity,
    /// Null for a quota.
    pub(crate) verdict: Option<Verdict>,
    /// The project, by name or, if the name is not known, by id. Null if signing in to it failed.
    pub(crate) project: Option<String>,
    pub(crate) region: Option<String>,
    /// The cloud of clouds.yaml, if `--cloud` names it.
    pub(crate) cloud: Option<String>,
    pub(crate) policy_id: Option<String>,
    pub(crate) policy_name: Option<String>,
    /// The number of disks in the policy, without ignored ones.
    pub(crate) policy_disks: Option<u64>,
    /// The id of the disk.
    pub(crate) disk: Option<String>,
    /// The name of the disk. Null if block storage does not say it.
    pub(crate) disk_name: Option<String>,
    /// The number of disks that the row covers. 0 if another row covers them.
    pub(crate) disks: u64,
    /// The time at which the newest successful job was created.
    #[serde(serialize_with = "rfc3339")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(crate) last_good: Option<Timestamp>,
    /// The age of the last good backup.
    pub(crate) age_seconds: Option<u64>,
    /// The number of failed jobs since the last good backup, if the verdict is `failed`.
    pub(crate) failures: Option<u64>,
    /// The backup job that decided the verdict.
    pub(crate) job_id: Option<String>,
    pub(crate) failure_code: Option<String>,
    pub(crate) failure_message: Option<String>,
    /// The type of the quota, as in the API: `backups` or `backup_gigabytes`.
    pub(crate) quota: Option<String>,
    /// The amount in use or reserved.
    pub(crate) quota_used: Option<u64>,
    /// Null if it is unlimited or unknown.
    pub(crate) quota_limit: Option<u64>,
    /// The share of the limit that is used, rounded down.
    pub(crate) quota_percent: Option<u64>,
    /// The number of days after which the quota will be full, if that can be estimated.
    pub(crate) quota_full_in_days: Option<u64>,
    /// The reason for the verdict, in words.
    pub(crate) detail: Option<String>,
    /// A command that helps.
    pub(crate) command: Option<String>,
    #[serde(skip)]
    pub(crate) policy_label: String,
}

impl CheckRow {
    /// The result for a project that could not be checked.
    pub(super) fn for_project(place: Option<&Place>, detail: String) -> Self {
        Self {
            verdict: Some(Verdict::Unknown),
            detail: Some(detail),
            ..Self::new(Kind::Project, Verdict::Unknown.severity(), place)
        }
    }

    /// One row for each finding.
    pub(super) fn for_policy(place: &Arc<Place>, policy: &Policy, check: PolicyCheck) -> Vec<Self> {
        let row = |finding: Finding| Self {
            verdict: Some(finding.verdict),
            policy_id: Some(check.policy_id.clone()),
            policy_name: check.policy_name.clone(),
            policy_disks: Some(check.disks),
            disks: finding.disks,
            last_good: finding.last_good,
            age_seconds: finding.age_seconds,
            failures: finding.failures,
            job_id: finding.job_id,
            failure_code: finding.failure_code,
            failure_message: finding.failure_message,
            detail: finding.detail,
            policy_label: policy.label.clone(),
            ..match finding.disk {
                Some(disk) => {
                    Self { disk: Some(disk), ..Self::new(Kind::Disk, finding.severity, Some(place)) }
                }
                None => Self::new(Kind::Policy, finding.severity, Some(place)),
            }
        };
        check.findings.iter().cloned().map(row).collect()
    }

    pub(super) fn for_quota(place: &Place, check: QuotaCheck) -> Self {
        Self {
            quota: Some(check.quota),
            quota_used: check.used,
            quota_limit: check.limit,
            quota_percent: check.percent,
            quota_full_in_days: check.full_in_days,
            detail: Some(check.detail),
            ..Self::new(Kind::Quota, check.severity, Some(place))
        }
    }

    fn new(kind: Kind, severity: Severity, place: Option<&Place>) -> Self {
        Self {
            kind,
            severity,
            verdict: None,
            project: place.map(|place| place.project.clone()),
            region: place.and_then(|place| place.region.clone()),
            cloud: place.and_then(|place| place.cloud.clone()),
            policy_id: None,
            policy_name: None,
            policy_disks: None,
            disk: None,
            disk_name: None,
            disks: 0,
            last_good: None,
            age_seconds: None,
            failures: None,
            job_id: None,
            failure_code: None,
            failure_message: None,
            quota: None,
            quota_used: None,
            quota_limit: None,
            quota_percent: None,
            quota_full_in_days: None,
            detail: None,
            command: None,
            policy_label: String::new(),
        }
    }

    /// Whether it is about something in this project.
    pub(super) fn is_in(&self, place: &Place) -> bool {
        self.project.as_ref() == Some(&place.project)
            && self.region == place.region
            && self.cloud == place.cloud
    }

    /// Whether there is nothing to say about it.
    pub(super) fn is_healthy(&self) -> bool {
        self.severity == Severity::Ok && self.verdict != Some(Verdict::Removed)
    }

    /// The disk, by name if it is known, or the number of disks: `2 of 5`.
    fn disk_text(&self) -> String {
        match (&self.disk, self.disks, self.policy_disks) {
            (Some(disk), ..) => disks::short(self.disk_name.as_deref(), disk),
            (None, 0, _) => "-".to_owned(),
            (None, disks, Some(all)) if disks == all => format!("all {all}"),
            (None, disks, Some(all)) => format!("{disks} of {all}"),
            (None, disks, None) => disks.to_string(),
        }
    }

    /// `FAILED ×3  VolumeBackup.0021: the disk does not exist`.
    fn verdict_text(&self) -> String {
        let word = match self.verdict {
            Some(verdict) => format!("{verdict:?}").to_uppercase(),
            None => "QUOTA".to_owned(),
        };
        let word = match self.failures {
            Some(failures @ 2..) => format!("{word} ×{failures}"),
            _ => word,
        };
        match &self.detail {
            Some(detail) => format!("{word:<9}  {detail}"),
            None => word,
        }
    }
}

impl Record for CheckRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("PROJECT", Fit::Hide(2), |row, _| or_dash(row.project.clone())),
        Column::new("REGION", Fit::Wide, |row, _| or_dash(row.region.clone())),
        Column::new("POLICY", Fit::Shorten(16), |row, _| {
            or_dash(Some(row.policy_label.clone()).filter(|label| !label.is_empty()))
        }),
        Column::new("DISK", Fit::Id, |row, _| row.disk_text()),
        Column::new("LAST GOOD", Fit::Hide(1), |row, view| {
            or_dash(row.last_good.map(|time| view.time(time)))
        }),
        Column::new("AGE", Fit::Keep, |row, _| {
            let age = row.age_seconds.and_then(|age| i64::try_from(age).ok());
            or_dash(age.map(|age| words::time::duration(SignedDuration::from_secs(age))))
        }),
        Column::new("DISK ID", Fit::Wide, |row, _| or_dash(row.disk.clone())),
        Column::new("JOB ID", Fit::Wide, |row, _| or_dash(row.job_id.clone())),
        Column::new("VERDICT", Fit::Wrap, |row: &Self, _| row.verdict_text())
            .styled(|row| style(row.severity)),
    ];
    const FIELDS: &'static [&'static str] = &[
        "kind",
        "severity",
        "verdict",
        "project",
        "region",
        "cloud",
        "policy_id",
        "policy_name",
        "policy_disks",
        "disk",
        "disk_name",
        "disks",
        "last_good",
        "age_seconds",
        "failures",
        "job_id",
        "failure_code",
        "failure_message",
        "quota",
        "quota_used",
        "quota_limit",
        "quota_percent",
        "quota_full_in_days",
        "detail",
        "command",
    ];

    fn below(&self) -> Option<String> {
        self.command.as_ref().map(|command| format!("→ {command}"))
    }
}

fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "-".to_owned())
}
