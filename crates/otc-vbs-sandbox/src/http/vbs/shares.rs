//! Backups that are shared between projects.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawPathParams, RawQuery, State};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};
use http::StatusCode;
use otc_vbs_api::types::{
    BackupShare, BackupShareCount, BackupShareDetail, BackupShareList, CreatedBackupShare,
    CreatedBackupShares, SharedBackup,
};
use otc_vbs_api::values::{BackupId, ShareId};

use super::share_query::ShareQuery;
use crate::domain::Vbs;
use crate::domain::backup::Backup;
use crate::domain::data_error::DataError;
use crate::domain::identifiers::Kind;
use crate::domain::numbers::ProjectNumber;
use crate::domain::refusal::Refusal;
use crate::domain::shares::Share;
use crate::http::failure::Failure;
use crate::http::fields::{Codes, Fields, json};
use crate::http::list_query::{BOOLEANS, Query};
use crate::http::path::path_parameter;
use crate::http::refusals::RequestIds;
use crate::state::AppState;
use crate::text::excerpt;

/// The operations, under the path of the project.
pub(crate) fn router() -> Router<Arc<AppState>> {
    Router::new()
        .route("/os-vendor-backup-sharing", post(share))
        .route("/os-vendor-backup-sharing/detail", get(list))
        .route("/os-vendor-backup-sharing/count", get(count))
        .route("/os-vendor-backup-sharing/{id}", get(show).delete(cancel))
}

/// The reference has no codes for shares. These are the ones for bodies of backups.
const OF_SHARES: Codes = Codes { empty: "VolumeBackup.0002", malformed: "VolumeBackup.0002" };

/// `shareBackup`
async fn share(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    body: Bytes,
) -> Result<Json<CreatedBackupShares>, Failure> {
    let body = json(&body, OF_SHARES)?;
    let shared = Fields::of(&body, OF_SHARES)?.required_object("shared")?;
    let backup_id = shared.required_text("backup_id")?;
    let to = shared.texts("to_project_ids")?;
    let to = to.ok_or_else(|| shared.missing("to_project_ids"))?;
    let backup = app.identifiers.number(Kind::Backup, backup_id);
    let backup = backup.ok_or_else(|| unknown_backup(backup_id))?;
    let mut vbs = app.vbs_at_now();
    let known = vbs.project(project);
    if !known.is_some_and(|known| known.backups.contains(backup)) {
        return Err(unknown_backup(backup_id));
    }
    let to: Vec<ProjectNumber> = to
        .into_iter()
        .map(|id| {
            let number = app.project_number(id);
            number.ok_or_else(|| unknown_project(id))
        })
        .collect::<Result<_, _>>()?;
    let shares = vbs.share(project, backup, &to);
    let shares = shares.map_err(|refusal| ids_of_backup(backup_id).refused(&refusal))?;
    let shares = shares.iter().map(|share| created(&app, share));
    let shares: Vec<CreatedBackupShare> = shares.collect::<Result<_, _>>()?;
    Ok(Json(CreatedBackupShares::new(shares)))
}

/// `listBackupShares`
async fn list(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    RawQuery(query): RawQuery,
) -> Result<Json<BackupShareList>, Failure> {
    let query = ShareQuery::parse(query.as_deref().unwrap_or_default())?;
    let vbs = app.vbs_at_now();
    let shares = query.page(query.matching(&app, &vbs, project)).into_iter();
    let shares = shares.map(|(share, backup)| to_wire(&app, &vbs, share, &backup));
    let shares: Vec<BackupShare> = shares.collect::<Result<_, _>>()?;
    Ok(Json(BackupShareList::new(shares)))
}

/// `countBackupShares`
async fn count(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    RawQuery(query): RawQuery,
) -> Result<Json<BackupShareCount>, Failure> {
    let query = ShareQuery::parse(query.as_deref().unwrap_or_default())?;
    let count = query.matching(&app, &app.vbs_at_now(), project).len();
    Ok(Json(BackupShareCount::new(count as u64)))
}

/// `getBackupShare`
async fn show(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
) -> Result<Json<BackupShareDetail>, Failure> {
    let id = path_parameter(&parameters, "id");
    let number = app.identifiers.number(Kind::Share, id);
    let vbs = app.vbs_at_now();
    let mut shares = vbs.shares(project);
    let found = shares.find(|(share, _)| Some(share.number) == number);
    let (share, backup) = found.ok_or_else(|| unknown_share(id))?;
    let share = to_wire(&app, &vbs, share, &backup)?;
    Ok(Json(BackupShareDetail::new(share)))
}

/// `cancelBackupShare`
async fn cancel(
    State(app): State<Arc<AppState>>,
    Extension(project): Extension<ProjectNumber>,
    parameters: RawPathParams,
    RawQuery(query): RawQuery,
) -> Result<StatusCode, Failure> {
    let query = Query::parse(query.as_deref().unwrap_or_default(), &["is_backup_id"])?;
    let id = path_parameter(&parameters, "id");
    match query.one_of("is_backup_id", &BOOLEANS)?.unwrap_or(false) {
        true => cancel_all_of(&app, project, id)?,
        false => {
            let number = app.identifiers.number(Kind::Share, id);
            let number = number.ok_or_else(|| unknown_share(id))?;
            let cancelled = app.vbs_at_now().cancel_share(project, number);
            cancelled.map_err(|refusal| ids_of_share(id).refused(&refusal))?;
        }
    }
    Ok(StatusCode::OK)
}

fn cancel_all_of(app: &AppState, project: ProjectNumber, id: &str) -> Result<(), Failure> {
    let number = app.identifiers.number(Kind::Backup, id);
    let number = number.ok_or_else(|| unknown_backup(id))?;
    let mut vbs = app.vbs_at_now();
    let known = vbs.project(project);
    if !known.is_some_and(|known| known.backups.contains(number)) {
        return Err(unknown_backup(id));
    }
    if vbs.cancel_shares_of(project, number) == 0 {
        let message = format!("the backup `{}` is not shared", excerpt(id));
        return Err(Failure::without_code(StatusCode::NOT_FOUND, message));
    }
    Ok(())
}

fn ids(app: &AppState, share: &Share) -> Result<(ShareId, BackupId), DataError> {
    let id = app.identifiers.hyphenated(Kind::Share, share.number);
    let backup_id = app.identifiers.hyphenated(Kind::Backup, share.backup);
    Ok((id.parse()?, backup_id.parse()?))
}

fn created(app: &AppState, share: &Share) -> Result<CreatedBackupShare, DataError> {
    let (id, backup_id) = ids(app, share)?;
    let mut wire = CreatedBackupShare::new(id, backup_id);
    wire.from_project_id = Some(app.project_id(share.from).parse()?);
    wire.to_project_id = Some(app.project_id(share.to).parse()?);
    wire.created_at = Some(share.created_at.into());
    Ok(wire)
}

fn to_wire(app: &AppState, vbs: &Vbs, share: &Share, backup: &Backup) -> Result<BackupShare, DataError> {
    let (id, backup_id) = ids(app, share)?;
    let mut wire = BackupShare::new(id, backup_id);
    wire.from_project_id = Some(app.project_id(share.from).parse()?);
    wire.to_project_id = Some(app.project_id(share.to).parse()?);
    wire.created_at = Some(share.created_at.into());
    wire.backup = Some(shared_backup(app, vbs, share, backup)?);
    Ok(wire)
}

fn shared_backup(
    app: &AppState,
    vbs: &Vbs,
    share: &Share,
    backup: &Backup,
) -> Result<SharedBackup, DataError> {
    let id = |kind, number| app.identifiers.hyphenated(kind, number);
    let mut wire = SharedBackup::new(id(Kind::Backup, backup.number).parse::<BackupId>()?);
    wire.name = backup.name.clone();
    wire.description = backup.description.clone();
    wire.status = Some(backup.status.as_str().into());
    wire.volume_id = Some(id(Kind::Disk, backup.disk).parse()?);
    let snapshot = backup.snapshot.map(|number| id(Kind::Snapshot, number));
    wire.snapshot_id = snapshot.map(|id| id.parse()).transpose()?;
    wire.availability_zone = Some(vbs.disk(backup.disk).availability_zone.to_owned());
    wire.size = Some(backup.size.into());
    wire.fail_reason = backup.fail_reason.clone();
    wire.created_at = Some(backup.created_at.into());
    wire.updated_at = Some(backup.updated_at.into());
    wire.data_timestamp = Some(backup.created_at.into());
    wire.is_incremental = Some(backup.is_incremental);
    let project = vbs.project(share.from);
    wire.has_dependent_backups = project.map(|project| project.has_dependents(backup));
    Ok(wire)
}

fn unknown_backup(backup: &str) -> Failure {
    ids_of_backup(backup).refused(&Refusal::UnknownBackup)
}

fn unknown_share(share: &str) -> Failure {
    ids_of_share(share).refused(&Refusal::UnknownShare)
}

fn ids_of_backup(backup: &str) -> RequestIds<'_> {
    RequestIds { backup, ..RequestIds::default() }
}

fn ids_of_share(share: &str) -> RequestIds<'_> {
    RequestIds { share, ..RequestIds::default() }
}

fn unknown_project(id: &str) -> Failure {
    let message = format!("there is no project `{}` to share with", excerpt(id));
    Failure::without_code(StatusCode::NOT_FOUND, message)
}
