//! The backup operations of the OpenStack API, in both versions.

mod details;
mod list;
mod page;
mod request_context;

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use bytes::Bytes;
use http::StatusCode;
use otc_vbs_api::limits;
use otc_vbs_api::types::{NativeBackupCreated, NativeRestoration, RestoredDisk};
use otc_vbs_api::values::{BackupId, DiskId};

pub(crate) use page::LARGEST_PAGE;
pub(crate) use request_context::{RequestContext, Version};

use crate::domain::backup_requests::NewBackup;
use crate::domain::backup_text::{check_description, check_name};
use crate::domain::data_error::DataError;
use crate::domain::identifiers::Kind;
use crate::domain::refusal::Refusal;
use crate::http::failure::Failure;
use crate::http::fields::{Fields, json};
use crate::http::refusals::RequestIds;
use crate::http::vbs::backups::{OF_CREATION, OF_RESTORATION, disk_of, wanted_snapshot};
use crate::state::AppState;

/// Paths relative to the project.
pub(crate) fn router(version: Version) -> Router<Arc<AppState>> {
    Router::new()
        .route("/backups", post(create).get(list::summaries))
        .route("/backups/detail", get(list::details))
        .route("/backups/{backup_id}", get(show).delete(delete))
        .route("/backups/{backup_id}/restore", post(restore))
        .layer(Extension(version))
}

/// `createNativeBackupV2` and `createNativeBackup`
async fn create(
    State(app): State<Arc<AppState>>,
    context: RequestContext,
    body: Bytes,
) -> Result<Response, Failure> {
    let created = begin_creation(&app, &context, &body).map_err(Failure::of_openstack)?;
    Ok((StatusCode::ACCEPTED, Json(created)).into_response())
}

fn begin_creation(
    app: &AppState,
    context: &RequestContext,
    body: &[u8],
) -> Result<NativeBackupCreated, Failure> {
    let body = json(body, OF_CREATION)?;
    let mut backup = Fields::of(&body, OF_CREATION)?.required_object("backup")?;
    if context.place.is_block_storage() {
        // OpenStack's clients send null for options that were not set, which the document does not allow.
        backup = backup.forgiving_null();
    }
    let disk = disk_of(&backup, "VolumeBackup.0010", "VolumeBackup.0011")?;
    let snapshot = backup.text("snapshot_id")?;
    let snapshot = snapshot.ok_or_else(|| backup.missing("snapshot_id"))?;
    let name = backup.text("name")?;
    name.map_or(Ok(()), check_name)?;
    let description = backup.text("description")?;
    if let Some(description) = description {
        check_description(description, &limits::NATIVE_BACKUP_DESCRIPTION)?;
    }
    // The service ignores these, but they must have the right type.
    backup.text("container")?;
    backup.text("project_id")?;
    backup.flag("incremental")?;
    backup.flag("force")?;
    let new = NewBackup {
        disk: app.identifiers.number(Kind::Disk, disk),
        snapshot: wanted_snapshot(app, snapshot),
        name: name.map(str::to_owned),
        description: description.map(str::to_owned),
        ..NewBackup::default()
    };
    let ids = RequestIds { disk, snapshot, ..RequestIds::default() };
    let started = app.vbs_at_now().create_backup(context.project, new);
    let started = started.map_err(|refusal| ids.refused_by_openstack(&refusal))?;
    let id = app.identifiers.hyphenated(Kind::Backup, started.backup);
    let summary = context.place.summary(id, name)?;
    Ok(NativeBackupCreated::new(summary))
}

/// `getBackupV2` and `getBackup`
async fn show(State(app): State<Arc<AppState>>, context: RequestContext) -> Result<Response, Failure> {
    let vbs = app.vbs_at_now();
    let number = app.identifiers.number(Kind::Backup, &context.backup_id);
    let project = vbs.project(context.project);
    let backup = project.and_then(|project| project.backups.get(number?));
    let backup = backup.ok_or_else(|| ids(&context).refused_by_openstack(&Refusal::UnknownBackup))?;
    Ok(context.show(&app, &vbs, &backup)?)
}

/// `deleteBackupV2` and `deleteBackup`
async fn delete(State(app): State<Arc<AppState>>, context: RequestContext) -> Result<StatusCode, Failure> {
    let number = app.identifiers.number(Kind::Backup, &context.backup_id);
    let started = app.vbs_at_now().delete_backup(context.project, number);
    started.map_err(|refusal| ids(&context).refused_by_openstack(&refusal))?;
    Ok(StatusCode::ACCEPTED)
}

/// `restoreNativeBackupV2` and `restoreNativeBackup`
async fn restore(
    State(app): State<Arc<AppState>>,
    context: RequestContext,
    body: Bytes,
) -> Result<Response, Failure> {
    let restored = begin_restoration(&app, &context, &body).map_err(Failure::of_openstack)?;
    Ok((StatusCode::ACCEPTED, Json(restored)).into_response())
}

fn begin_restoration(
    app: &AppState,
    context: &RequestContext,
    body: &[u8],
) -> Result<NativeRestoration, Failure> {
    let body = json(body, OF_RESTORATION)?;
    let target = Fields::of(&body, OF_RESTORATION)?.required_object("restore")?;
    let disk = disk_of(&target, "VolumeBackup.0208", "VolumeBackup.0208")?;
    let backup = app.identifiers.number(Kind::Backup, &context.backup_id);
    let number = app.identifiers.number(Kind::Disk, disk);
    let ids = RequestIds { disk, ..ids(context) };
    let mut vbs = app.vbs_at_now();
    let started = vbs.restore_backup(context.project, backup, number);
    started.map_err(|refusal| ids.refused_by_openstack(&refusal))?;
    let backup_id: BackupId = context.backup_id.parse().map_err(DataError::from)?;
    let mut restored = RestoredDisk::new(backup_id, disk.parse::<DiskId>().map_err(DataError::from)?);
    restored.volume_name = number.map(|number| vbs.disk(number).name());
    Ok(NativeRestoration::new(restored))
}

fn ids(context: &RequestContext) -> RequestIds<'_> {
    RequestIds { backup: &context.backup_id, ..RequestIds::default() }
}
