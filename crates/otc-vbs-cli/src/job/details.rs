//! The output of `vbs job`.

use std::sync::Arc;

use futures_util::future::join;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use otc_vbs::types::utc_timestamp::rfc3339;
use otc_vbs::types::{
    BackupJob, BackupJobSortKey, BackupJobStatus, Job, SortDirection, TimestampOrText, UtcTimestamp,
};
use schemars::JsonSchema;
use serde::Serialize;

use crate::backup_job::{BackupJobRow, status_word};
use crate::cli::Global;
use crate::connect::{Connected, Place, Target};
use crate::disks::{Disk, Disks};
use crate::exit::Failure;
use crate::policies::Policy;
use crate::words::time;

/// The number of jobs of the disk that are shown.
const LAST_JOBS: usize = 10;
/// The largest page, because the jobs of one disk are among those of all disks of the policy.
const PAGE: u32 = 1000;
const DISK: &str = "Disk";

/// A backup job, what its error code means, and the last jobs of its disk.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "BackupJobDetails")]
pub(crate) struct BackupJobDetails {
    #[serde(flatten)]
    row: BackupJobRow,
    /// The name of the disk. Null if block storage does not say it.
    disk_name: Option<String>,
    /// The size of the disk, in GB. Null if block storage does not say it.
    disk_size: Option<u64>,
    /// What the error code means, if the reference lists it.
    meaning: Option<&'static str>,
    /// What to do about the error, if the reference lists its code.
    action: Option<&'static str>,
    /// The last jobs of the disk, newest first.
    last_jobs: Vec<DiskJob>,
    /// The newest successful job of the disk, if there is one in the last 30 days.
    last_good: Option<DiskJob>,
}

/// A job of a disk.
#[derive(Clone, JsonSchema, Serialize)]
struct DiskJob {
    job_id: String,
    #[schemars(with = "String")]
    status: BackupJobStatus,
    /// When the job was created, in UTC, or the service's text if that is not a time.
    #[serde(serialize_with = "rfc3339::serialize")]
    #[schemars(with = "String")]
    created_at: TimestampOrText,
    backup_name: Option<String>,
}

impl BackupJobDetails {
    /// Reads the last jobs of the disk, and its name and size. If that fails, they are missing.
    pub(super) async fn read(
        connected: &Connected,
        global: &Global,
        target: &Target,
        policy: Arc<Policy>,
        job: Box<BackupJob>,
    ) -> (Self, Option<Failure>) {
        let mut details = Self {
            meaning: job.failure().and_then(|failure| failure.explanation()),
            action: job.failure().and_then(|failure| failure.action()),
            disk_name: None,
            disk_size: None,
            row: BackupJobRow { place: Arc::clone(&target.place), policy, job: *job },
            last_jobs: Vec::new(),
            last_good: None,
        };
        let disk = details.row.job.resource_id.clone();
        let disks = Disks::find(connected, target, global, disk.iter().map(|disk| disk.as_str()));
        let (read, disks) = join(details.read_last_jobs(target), disks).await;
        if let Some(found) = disk.and_then(|disk| disks.get(disk.as_str()).cloned()) {
            (details.disk_name, details.disk_size) = (found.name, found.size);
        }
        let failure = read.err().map(|error| Failure::Vbs {
            doing: format!(
                "can't list the backup jobs of {}{}",
                details.row.policy.label,
                target.place.after("in")
            ),
            error,
        });
        (details, failure)
    }

    async fn read_last_jobs(&mut self, target: &Target) -> otc_vbs::Result<()> {
        let Some(disk) = &self.row.job.resource_id else { return Ok(()) };
        let jobs = target.client.policy(&self.row.policy.id).backup_jobs().limit(PAGE);
        let jobs = jobs.sort_key(BackupJobSortKey::CreatedAt).sort_dir(SortDirection::Desc).pages();
        let mut jobs = jobs.into_items();
        while self.last_jobs.len() < LAST_JOBS || self.last_good.is_none() {
            let Some(job) = jobs.try_next().await? else { break };
            if job.resource_id.as_ref() != Some(disk) {
                continue;
            }
            let job = DiskJob {
                job_id: job.job_id.to_string(),
                status: job.status,
                created_at: job.created_at,
                backup_name: job.backup_name,
            };
            if job.status == BackupJobStatus::ExecuteSuccess && self.last_good.is_none() {
                self.last_good = Some(job.clone());
            }
            if self.last_jobs.len() < LAST_JOBS {
                self.last_jobs.push(job);
            }
        }
        Ok(())
    }
}

/// An asynchronous job of the service. What the service did not send is null.
#[derive(JsonSchema, Serialize)]
#[schemars(rename = "VbsJob")]
pub(crate) struct VbsJobRow {
    /// The name of the project, or its id if the name is not known.
    project: String,
    /// The region of the project, if it is known.
    region: Option<String>,
    job_id: String,
    /// The status in the service's words, for example SUCCESS.
    status: String,
    /// What the job does, for example bksCreateBackup.
    job_type: Option<String>,
    /// When the job started, in UTC.
    #[serde(serialize_with = "rfc3339::serialize")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    begin_time: Option<UtcTimestamp>,
    /// When the job ended, in UTC.
    #[serde(serialize_with = "rfc3339::serialize")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    end_time: Option<UtcTimestamp>,
    backup_id: Option<String>,
    /// The id of the disk.
    volume_id: Option<String>,
    /// The error code, for `vbs explain`.
    failure_code: Option<String>,
    /// The reason of the failure without its code.
    failure_message: Option<String>,
    /// What the error code means, if the reference lists it.
    meaning: Option<&'static str>,
    /// What to do about the error, if the reference lists its code.
    action: Option<&'static str>,
}

impl VbsJobRow {
    pub(super) fn new(place: &Place, job: &Job) -> Self {
        let failure = job.failure();
        let failure = failure.as_ref();
        Self {
            project: place.project.clone(),
            region: place.region.clone(),
            job_id: job.job_id.to_string(),
            status: job.status.as_str().to_owned(),
            job_type: job.job_type.as_ref().map(|kind| kind.as_str().to_owned()),
            begin_time: job.begin_time,
            end_time: job.end_time,
            backup_id: job.backup_id().map(|id| id.to_string()),
            volume_id: job.volume_id().map(|id| id.to_string()),
            failure_code: failure.and_then(|failure| failure.code.as_ref()).map(ToString::to_string),
            failure_message: failure.map(|failure| failure.text.clone()).filter(|text| !text.is_empty()),
            meaning: failure.and_then(|failure| failure.explanation()),
            action: failure.and_then(|failure| failure.action()),
        }
    }
}

/// What the lines for people depend on.
pub(super) struct Lines {
    pub(super) now: Timestamp,
    pub(super) zone: TimeZone,
    pub(super) has_several_projects: bool,
}

/// A title and a text. Empty texts are not shown.
type Line = (&'static str, String);

impl Lines {
    fn time(&self, at: Timestamp) -> String {
        let age = time::age(at, self.now);
        let age = if at > self.now { age } else { format!("{age} ago") };
        format!("{} ({age})", time::table(at, &self.zone))
    }

    fn created(&self, created_at: &TimestampOrText) -> String {
        created_at.timestamp().map_or_else(|| created_at.to_string(), |at| self.time(at.as_timestamp()))
    }

    fn optional_time(&self, at: Option<UtcTimestamp>) -> String {
        at.map(|at| self.time(at.as_timestamp())).unwrap_or_default()
    }

    fn project(&self, place: &Place) -> Line {
        ("Project", if self.has_several_projects { place.project.clone() } else { String::new() })
    }

    /// A backup job without the other jobs of its disk.
    pub(super) fn backup_job_lines(&self, row: &BackupJobRow) -> Vec<Line> {
        let BackupJobRow { place, policy, job } = row;
        let failure = job.failure();
        vec![
            ("Job", job.job_id.to_string()),
            self.project(place),
            ("Policy", policy.label.clone()),
            (DISK, job.resource_id.as_ref().map(ToString::to_string).unwrap_or_default()),
            ("Status", status_word(&job.status).to_owned()),
            ("Created", self.created(&job.created_at)),
            ("Finished", self.optional_time(job.finished_at)),
            ("Took", row.duration().map(time::duration).unwrap_or_default()),
            ("Backup", job.backup_name.clone().unwrap_or_default()),
            ("VBS job", job.vbs_job_id.as_ref().map(ToString::to_string).unwrap_or_default()),
            ("Reason", failure.as_ref().map(ToString::to_string).unwrap_or_default()),
            ("Meaning", failure.as_ref().and_then(|it| it.explanation()).unwrap_or_default().to_owned()),
            ("What to do", failure.and_then(|it| it.action()).unwrap_or_default().to_owned()),
        ]
    }

    pub(super) fn details_lines(&self, details: &BackupJobDetails) -> Vec<Line> {
        let mut lines = self.backup_job_lines(&details.row);
        if let Some(disk) = &details.row.job.resource_id {
            let found = Disk { name: details.disk_name.clone(), size: details.disk_size };
            lines.iter_mut().filter(|(title, _)| *title == DISK).for_each(|(_, text)| {
                *text = found.with_id(disk.as_str());
            });
        }
        if !details.last_jobs.is_empty() {
            lines.push(("Last jobs", strip(&details.last_jobs, details.row.job.job_id.as_str())));
            lines.push(("Last good", self.last_good(details.last_good.as_ref())));
        }
        lines
    }

    fn last_good(&self, job: Option<&DiskJob>) -> String {
        let Some(job) = job else { return "none in the last 30 days".to_owned() };
        let created = self.created(&job.created_at);
        job.backup_name.as_ref().map_or(created.clone(), |name| format!("{created}, {name}"))
    }

    pub(super) fn vbs_job_lines(&self, row: &VbsJobRow) -> Vec<Line> {
        let reason = [row.failure_code.as_deref(), row.failure_message.as_deref()];
        let reason: Vec<&str> = reason.into_iter().flatten().collect();
        vec![
            ("VBS job", row.job_id.clone()),
            ("Project", if self.has_several_projects { row.project.clone() } else { String::new() }),
            ("Type", row.job_type.clone().unwrap_or_default()),
            ("Disk", row.volume_id.clone().unwrap_or_default()),
            ("Status", row.status.to_lowercase()),
            ("Started", self.optional_time(row.begin_time)),
            ("Finished", self.optional_time(row.end_time)),
            ("Backup", row.backup_id.clone().unwrap_or_default()),
            ("Reason", reason.join(": ")),
            ("Meaning", row.meaning.unwrap_or_default().to_owned()),
            ("What to do", row.action.unwrap_or_default().to_owned()),
        ]
    }
}

/// The statuses of jobs, oldest first, with that of one job in brackets.
fn strip(newest_first: &[DiskJob], marked: &str) -> String {
    let words = newest_first.iter().rev().map(|job| match job.job_id == marked {
        true => format!("[{}]", status_word(&job.status)),
        false => status_word(&job.status).to_owned(),
    });
    format!("{} (oldest first)", words.collect::<Vec<_>>().join(" "))
}
