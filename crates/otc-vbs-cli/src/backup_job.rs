//! A backup job as commands show it.

use std::sync::Arc;

use anstyle::{AnsiColor, Style};
use jiff::{SignedDuration, Timestamp};
use otc_vbs::types::utc_timestamp::rfc3339;
use otc_vbs::types::{BackupJob, BackupJobStatus, TimestampOrText, UtcTimestamp};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

use crate::connect::Place;
use crate::output::{Column, Fit, Record, View};
use crate::policies::Policy;
use crate::words;

/// A backup job with its project and policy.
pub(crate) struct BackupJobRow {
    pub(crate) place: Arc<Place>,
    pub(crate) policy: Arc<Policy>,
    pub(crate) job: BackupJob,
}

/// The short word for a status: `ok` for `EXECUTE_SUCCESS`. A status that the reference does not list is its own word.
pub(crate) fn status_word(status: &BackupJobStatus) -> &str {
    match status {
        BackupJobStatus::ExecuteSuccess => "ok",
        BackupJobStatus::ExecuteFail => "failed",
        BackupJobStatus::ExecuteTimeout => "timeout",
        BackupJobStatus::Running => "running",
        BackupJobStatus::Waiting => "waiting",
        BackupJobStatus::Skip => "skipped",
        other => other.as_str(),
    }
}

/// Whether the backup is missing because of an error.
pub(crate) fn has_failed(status: &BackupJobStatus) -> bool {
    matches!(status, BackupJobStatus::ExecuteFail | BackupJobStatus::ExecuteTimeout)
}

/// Whether the status can't change any more.
pub(crate) fn has_ended(status: &BackupJobStatus) -> bool {
    has_failed(status) || matches!(status, BackupJobStatus::ExecuteSuccess | BackupJobStatus::Skip)
}

fn status_style(status: &BackupJobStatus) -> Style {
    match status {
        BackupJobStatus::ExecuteSuccess => AnsiColor::Green.on_default(),
        BackupJobStatus::ExecuteFail | BackupJobStatus::ExecuteTimeout => AnsiColor::Red.on_default().bold(),
        BackupJobStatus::Running => AnsiColor::Cyan.on_default(),
        BackupJobStatus::Waiting => AnsiColor::Yellow.on_default(),
        BackupJobStatus::Skip => Style::new().dimmed(),
        _ => AnsiColor::Magenta.on_default(),
    }
}

impl BackupJobRow {
    /// The time from the creation to the end.
    pub(crate) fn duration(&self) -> Option<SignedDuration> {
        let end: Timestamp = self.job.finished_at?.as_timestamp();
        Some(end.duration_since(self.job.created_at.timestamp()?.as_timestamp()))
    }

    /// `code: message`, or what the service sent of both.
    fn reason(&self) -> String {
        self.job.failure().map(|failure| failure.to_string()).unwrap_or_default()
    }
}

impl Record for BackupJobRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("PROJECT", Fit::Shorten(16), |row, _| row.place.project.clone()),
        Column::new("POLICY", Fit::Shorten(12), |row, _| row.policy.label.clone()),
        Column::new("ID", Fit::Id, |row, _| row.job.job_id.to_string()),
        Column::new("STATUS", Fit::Keep, |row: &Self, _| status_word(&row.job.status).to_owned())
            .styled(|row| status_style(&row.job.status)),
        Column::new("CREATED", Fit::Keep, |row, view| time(&row.job.created_at, view)),
        Column::new("TOOK", Fit::Hide(1), |row, _| {
            row.duration().map(words::time::duration).unwrap_or_default()
        }),
        Column::new("FINISHED", Fit::Wide, |row, view| view.optional_time(row.job.finished_at)),
        Column::new("BACKUP", Fit::Wide, |row, _| row.job.backup_name.clone().unwrap_or_default()),
        Column::new("DISK", Fit::Id, |row, _| {
            row.job.resource_id.as_ref().map(ToString::to_string).unwrap_or_default()
        }),
        Column::new("REASON", Fit::Wrap, |row, _| row.reason()),
    ];

    const FIELDS: &'static [&'static str] = &[
        "project",
        "region",
        "policy_id",
        "policy_name",
        "job_id",
        "status",
        "created_at",
        "finished_at",
        "duration_seconds",
        "backup_name",
        "resource_id",
        "resource_type",
        "vbs_job_id",
        "failure_code",
        "failure_message",
        "code",
        "message",
        "fail_reason",
    ];
}

fn time(time: &TimestampOrText, view: &View) -> String {
    time.timestamp().map_or_else(|| time.to_string(), |time| view.time(time.as_timestamp()))
}

/// A backup job that a policy triggered. What the service did not send is null.
// The names of the fields are those on the wire.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "BackupJob")]
struct Fields<'a> {
    /// The name of the project, or its id if the name is not known.
    project: &'a str,
    /// The region of the project, if it is known.
    region: Option<&'a str>,
    policy_id: &'a str,
    policy_name: Option<&'a str>,
    job_id: &'a str,
    /// The status in the service's words, for example EXECUTE_FAIL.
    status: &'a str,
    /// When the job was created, in UTC, or the service's text if that is not a time.
    #[serde(serialize_with = "rfc3339::serialize")]
    #[schemars(with = "String")]
    created_at: TimestampOrText,
    /// When the job ended, in UTC.
    #[serde(serialize_with = "rfc3339::serialize")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    finished_at: Option<UtcTimestamp>,
    /// The time from the creation to the end, in seconds.
    duration_seconds: Option<i64>,
    backup_name: Option<&'a str>,
    /// The id of the disk.
    resource_id: Option<&'a str>,
    resource_type: Option<&'a str>,
    /// The id of the asynchronous job that made the backup, for `vbs job show`.
    vbs_job_id: Option<&'a str>,
    /// The error code, wherever the service put it, for `vbs explain`.
    failure_code: Option<&'a str>,
    /// The reason of the failure without its code.
    failure_message: Option<&'a str>,
    /// The error code as the service sent it.
    code: Option<&'a str>,
    /// The message as the service sent it.
    message: Option<&'a str>,
    /// The reason as the service sent it, which may contain the code.
    fail_reason: Option<&'a str>,
}

impl JsonSchema for BackupJobRow {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Fields::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Fields::json_schema(generator)
    }
}

impl Serialize for BackupJobRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { place, policy, job } = self;
        let failure = job.failure();
        let failure = failure.as_ref();
        let message = failure.map(|failure| failure.text.as_str()).filter(|text| !text.is_empty());
        let fields = Fields {
            project: &place.project,
            region: place.region.as_deref(),
            policy_id: policy.id.as_str(),
            policy_name: policy.name.as_deref(),
            job_id: job.job_id.as_str(),
            status: job.status.as_str(),
            created_at: job.created_at.clone(),
            finished_at: job.finished_at,
            duration_seconds: self.duration().map(|duration| duration.as_secs()),
            backup_name: job.backup_name.as_deref(),
            resource_id: job.resource_id.as_ref().map(|id| id.as_str()),
            resource_type: job.resource_type.as_ref().map(|kind| kind.as_str()),
            vbs_job_id: job.vbs_job_id.as_ref().map(|id| id.as_str()),
            failure_code: failure.and_then(|failure| failure.code.as_ref()).map(|code| code.as_str()),
            failure_message: message,
            code: job.code.as_deref(),
            message: job.message.as_deref(),
            fail_reason: job.fail_reason.as_deref(),
        };
        fields.serialize(serializer)
    }
}

/// How many jobs there are in each status.
#[derive(Default)]
pub(crate) struct Summary {
    /// There are only a few statuses, so a list is searched fastest.
    by_status: Vec<(BackupJobStatus, u64)>,
}

impl Summary {
    pub(crate) fn add(&mut self, job: &BackupJob) {
        match self.by_status.iter_mut().find(|(status, _)| *status == job.status) {
            Some((_, jobs)) => *jobs += 1,
            None => self.by_status.push((job.status.clone(), 1)),
        }
    }

    pub(crate) fn jobs(&self) -> u64 {
        self.by_status.iter().map(|(_, jobs)| jobs).sum()
    }
}

/// `48 jobs: 40 ok, 8 failed`, the most frequent status first.
impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let jobs = self.jobs();
        write!(f, "{jobs} {}", if jobs == 1 { "job" } else { "jobs" })?;
        let mut by_status: Vec<_> = self.by_status.iter().collect();
        by_status.sort_by(|(status, jobs), (other, others)| {
            others.cmp(jobs).then_with(|| status.as_str().cmp(other.as_str()))
        });
        for (place, (status, jobs)) in by_status.into_iter().enumerate() {
            let before = if place == 0 { ": " } else { ", " };
            write!(f, "{before}{jobs} {}", status_word(status))?;
        }
        Ok(())
    }
}
