//! The asynchronous jobs.

use std::sync::Arc;

use axum::extract::{RawPathParams, State};
use axum::routing::get;
use axum::{Extension, Json, Router};
use http::StatusCode;
use jiff::Timestamp;
use otc_vbs_api::types::{Job, JobEntities};
use otc_vbs_api::values::{JobId, JobStatus, JobType};

use crate::domain::data_error::DataError;
use crate::domain::identifiers::Kind;
use crate::domain::numbers::ProjectNumber;
use crate::domain::vbs_job::{Kind as JobKind, Outcome, Progress, VbsJob};
use crate::http::failure::Failure;
use crate::http::path::path_parameter;
use crate::http::wire_time::with_zone;
use crate::state::AppState;
use crate::text::excerpt;

/// The code of a backup that could not be created, for jobs that timed out: the reference has none for these.
const TOOK_TOO_LONG: (&str, &str) = ("VolumeBackup.0027", "the backup took too long and was aborted");

/// Paths relative to the project under `/v1`.
pub(crate) fn router() -> Router<Arc<AppState>> {
    Router::new().route("/jobs/{job_id}", get(show))
}

/// `getJob`
async fn show(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
) -> Result<Json<Job>, Failure> {
    let id = path_parameter(&parameters, "job_id");
    let number = app.identifiers.number_of_plain(Kind::VbsJob, id);
    let vbs = app.vbs_at_now();
    let job = number.and_then(|number| vbs.vbs_job(project, number));
    let job = job.ok_or_else(|| {
        let message = format!("there is no job `{}` of the last 30 days in this project", excerpt(id));
        Failure::new(StatusCode::NOT_FOUND, "common.0011", message)
    })?;
    Ok(Json(to_wire(&app, &job, vbs.now)?))
}

/// The job in the format of the API.
fn to_wire(app: &AppState, job: &VbsJob, now: Timestamp) -> Result<Job, DataError> {
    let progress = job.progress(now);
    let status = match progress {
        Progress::Init => JobStatus::Init,
        Progress::Running => JobStatus::Running,
        Progress::Success => JobStatus::Success,
        Progress::Fail => JobStatus::Fail,
    };
    let id: JobId = app.identifiers.plain(Kind::VbsJob, job.number).parse()?;
    let mut wire = Job::new(status, id);
    wire.job_type = Some(match job.kind {
        JobKind::Create => JobType::BksCreateBackup,
        JobKind::Delete => JobType::BksDeleteBackup,
        JobKind::Restore => JobType::BksRestoreBackup,
    });
    wire.entities = Some(entities(app, job));
    if progress != Progress::Init {
        wire.begin_time = with_zone(job.begins_at);
    }
    if matches!(progress, Progress::Success | Progress::Fail) {
        wire.end_time = with_zone(job.ends_at);
    }
    if progress == Progress::Fail {
        let (code, message) = match &job.outcome {
            Outcome::Failure { code, message } => (code.as_str(), message.as_str()),
            Outcome::Success | Outcome::Timeout => TOOK_TOO_LONG,
        };
        wire.error_code = Some(code.to_owned());
        wire.fail_reason = Some(message.to_owned());
    }
    Ok(wire)
}

fn entities(app: &AppState, job: &VbsJob) -> JobEntities {
    let id = |kind, number| Some(app.identifiers.hyphenated(kind, number));
    let mut entities = JobEntities::from(std::collections::BTreeMap::new());
    entities.0.insert(
        "bks_create_volume_name".to_owned(),
        job.backup_name.as_ref().map(|name| format!("{name}_volume")),
    );
    for (key, value) in [
        ("backup_id", id(Kind::Backup, job.backup)),
        ("volume_id", id(Kind::Disk, job.disk)),
        ("snapshot_id", job.snapshot.and_then(|number| id(Kind::Snapshot, number))),
    ] {
        entities.0.insert(key.to_owned(), value);
    }
    entities
}
