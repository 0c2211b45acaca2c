//! Backups in VBS's own operations for creating, deleting and restoring them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{RawPathParams, State};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use bytes::Bytes;
use http::StatusCode;
use otc_vbs_api::limits;
use otc_vbs_api::types::JobReference;
use otc_vbs_api::values::JobId;

use super::quotas;
use crate::domain::backup_requests::{NewBackup, Wanted};
use crate::domain::backup_text::{add_tag, check_description, check_name, vbs_description};
use crate::domain::data_error::DataError;
use crate::domain::identifiers::Kind;
use crate::domain::numbers::{ProjectNumber, VbsJobNumber};
use crate::http::failure::Failure;
use crate::http::fields::{Codes, Fields, json};
use crate::http::path::path_parameter;
use crate::http::refusals::RequestIds;
use crate::state::AppState;
use crate::text::excerpt;

/// The codes for creating backups.
pub(crate) const OF_CREATION: Codes = Codes { empty: "VolumeBackup.0002", malformed: "VolumeBackup.0002" };
/// The codes for restoring backups.
pub(crate) const OF_RESTORATION: Codes = Codes { empty: "VolumeBackup.0210", malformed: "VolumeBackup.0210" };

/// Paths relative to the project under `/v2`.
pub(crate) fn router() -> Router<Arc<AppState>> {
    Router::new()
        .route("/cloudbackups", post(create))
        .route("/cloudbackups/quota", get(quotas::show))
        .route("/cloudbackups/{backup_id}", post(delete))
        .route("/cloudbackups/{backup_id}/restore", post(restore))
}

/// `createBackup`
async fn create(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    body: Bytes,
) -> Result<Json<JobReference>, Failure> {
    let body = json(&body, OF_CREATION)?;
    let backup = Fields::of(&body, OF_CREATION)?.required_object("backup")?;
    let disk = disk_of(&backup, "VolumeBackup.0010", "VolumeBackup.0011")?;
    let snapshot = backup.text_or_null("snapshot_id")?;
    let name = backup.text("name")?;
    let name = name.ok_or_else(|| backup.missing_by("name", "VolumeBackup.0007"))?;
    check_name(name)?;
    let description = backup.text("description")?;
    if let Some(description) = description {
        check_description(description, &limits::BACKUP_DESCRIPTION)?;
    }
    let extension = backup.object("extend_param")?;
    let extension = extension.map_or(Ok(Vec::new()), |object| object.all_texts())?;
    let is_full = extension.contains(&("FullBackup", "true"));
    let new = NewBackup {
        disk: app.identifiers.number(Kind::Disk, disk),
        snapshot: snapshot.map_or(Wanted::New, |id| wanted_snapshot(&app, id)),
        name: Some(name.to_owned()),
        description: Some(vbs_description(description, is_full)),
        is_full,
        tags: tags(&backup)?,
    };
    let ids = RequestIds { disk, snapshot: snapshot.unwrap_or_default(), ..RequestIds::default() };
    let started = app.vbs_at_now().create_backup(project, new);
    let started = started.map_err(|refusal| ids.refused(&refusal))?;
    reference(&app, started.job)
}

pub(crate) fn wanted_snapshot(app: &AppState, id: &str) -> Wanted {
    let number = app.identifiers.number(Kind::Snapshot, id);
    number.map_or(Wanted::Unknown, Wanted::This)
}

/// `deleteBackupByPost`
async fn delete(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
) -> Result<Json<JobReference>, Failure> {
    let id = path_parameter(&parameters, "backup_id");
    let number = app.identifiers.number(Kind::Backup, id);
    let job = app.vbs_at_now().delete_backup(project, number);
    let ids = RequestIds { backup: id, ..RequestIds::default() };
    reference(&app, job.map_err(|refusal| ids.refused(&refusal))?)
}

/// `restoreBackup`
async fn restore(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
    body: Bytes,
) -> Result<Json<JobReference>, Failure> {
    let id = path_parameter(&parameters, "backup_id");
    let body = json(&body, OF_RESTORATION)?;
    let target = Fields::of(&body, OF_RESTORATION)?.required_object("restore")?;
    let disk = disk_of(&target, "VolumeBackup.0208", "VolumeBackup.0208")?;
    let (backup, target) =
        (app.identifiers.number(Kind::Backup, id), app.identifiers.number(Kind::Disk, disk));
    let job = app.vbs_at_now().restore_backup(project, backup, target);
    let ids = RequestIds { disk, backup: id, ..RequestIds::default() };
    reference(&app, job.map_err(|refusal| ids.refused(&refusal))?)
}

/// The `volume_id` of an object, which must look like one.
pub(crate) fn disk_of<'a>(
    object: &Fields<'a>,
    missing: &'static str,
    malformed: &'static str,
) -> Result<&'a str, Failure> {
    let id = object.text("volume_id")?;
    let id = id.ok_or_else(|| object.missing_by("volume_id", missing))?;
    if uuid::Uuid::try_parse(id).is_err() {
        let message = format!("`volume_id` must be the id of a disk, a UUID, not `{}`", excerpt(id));
        return Err(Failure::new(StatusCode::BAD_REQUEST, malformed, message));
    }
    Ok(id)
}

fn tags(backup: &Fields<'_>) -> Result<BTreeMap<String, String>, Failure> {
    const CODE: &str = "VolumeBackup.0049";
    let mut tags = BTreeMap::new();
    for tag in backup.objects("tags")?.unwrap_or_default() {
        let member = |name| tag.text(name)?.ok_or_else(|| tag.missing_by(name, CODE));
        add_tag(&mut tags, member("key")?, member("value")?)?;
    }
    Ok(tags)
}

fn reference(app: &AppState, job: VbsJobNumber) -> Result<Json<JobReference>, Failure> {
    let id = app.identifiers.plain(Kind::VbsJob, job);
    let id: JobId = id.parse().map_err(DataError::from)?;
    Ok(Json(JobReference::new(id)))
}
