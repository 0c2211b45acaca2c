//! Backups by the operations that come from OpenStack, in both of their versions.

mod asked;
mod details;
mod list;
mod page;

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

pub(crate) use asked::{Asked, Version};
pub(crate) use page::MOST_ON_A_PAGE;

use super::backup_refusal::Named;
use super::backups::{OF_CREATION, OF_RESTORATION, disk_of, wanted_snapshot};
use super::fields::{Fields, json};
use crate::data::identifiers::Kind;
use crate::error::DataError;
use crate::failure::Failure;
use crate::service::backup_requests::{NewBackup, Refusal};
use crate::service::backup_text::{check_description, check_name};
use crate::world::World;

/// Paths relative to the project.
pub(crate) fn router(version: Version) -> Router<Arc<World>> {
    Router::new()
        .route("/backups", post(create).get(list::summaries))
        .route("/backups/detail", get(list::details))
        .route("/backups/{backup_id}", get(show).delete(delete))
        .route("/backups/{backup_id}/restore", post(restore))
        .layer(Extension(version))
}

/// `createNativeBackupV2` and `createNativeBackup`
async fn create(State(world): State<Arc<World>>, asked: Asked, body: Bytes) -> Result<Response, Failure> {
    let created = begin_creation(&world, &asked, &body).map_err(Failure::of_openstack)?;
    Ok((StatusCode::ACCEPTED, Json(created)).into_response())
}

fn begin_creation(world: &World, asked: &Asked, body: &[u8]) -> Result<NativeBackupCreated, Failure> {
    let body = json(body, OF_CREATION)?;
    let mut backup = Fields::of(&body, OF_CREATION)?.needed_object("backup")?;
    if asked.place.is_beyond_vbs() {
        // OpenStack's clients send what they were not told as null, which the document does not have.
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
    // The service does not heed these, but they have to be what they are.
    backup.text("container")?;
    backup.text("project_id")?;
    backup.flag("incremental")?;
    backup.flag("force")?;
    let new = NewBackup {
        disk: world.identifiers.number(Kind::Disk, disk),
        snapshot: wanted_snapshot(world, snapshot),
        name: name.map(str::to_owned),
        description: description.map(str::to_owned),
        ..NewBackup::default()
    };
    let named = Named {
        disk,
        snapshot,
        ..Named::default()
    };
    let begun = world.service().create_backup(asked.project, new);
    let begun = begun.map_err(|refusal| named.refused_by_openstack(refusal))?;
    let id = world.identifiers.hyphenated(Kind::Backup, begun.backup);
    let summary = asked.place.summary(id, name)?;
    Ok(NativeBackupCreated::new(summary))
}

/// `getBackupV2` and `getBackup`
async fn show(State(world): State<Arc<World>>, asked: Asked) -> Result<Response, Failure> {
    let service = world.service();
    let number = world.identifiers.number(Kind::Backup, &asked.backup_id);
    let project = service.project(asked.project);
    let backup = project.and_then(|project| project.backups.get(&number?));
    let backup = backup.ok_or_else(|| named(&asked).refused_by_openstack(Refusal::UnknownBackup))?;
    Ok(asked.show(&world, &service, backup)?)
}

/// `deleteBackupV2` and `deleteBackup`
async fn delete(State(world): State<Arc<World>>, asked: Asked) -> Result<StatusCode, Failure> {
    let number = world.identifiers.number(Kind::Backup, &asked.backup_id);
    let begun = world.service().delete_backup(asked.project, number);
    begun.map_err(|refusal| named(&asked).refused_by_openstack(refusal))?;
    Ok(StatusCode::ACCEPTED)
}

/// `restoreNativeBackupV2` and `restoreNativeBackup`
async fn restore(State(world): State<Arc<World>>, asked: Asked, body: Bytes) -> Result<Response, Failure> {
    let restored = begin_restoration(&world, &asked, &body).map_err(Failure::of_openstack)?;
    Ok((StatusCode::ACCEPTED, Json(restored)).into_response())
}

fn begin_restoration(world: &World, asked: &Asked, body: &[u8]) -> Result<NativeRestoration, Failure> {
    let body = json(body, OF_RESTORATION)?;
    let target = Fields::of(&body, OF_RESTORATION)?.needed_object("restore")?;
    let disk = disk_of(&target, "VolumeBackup.0208", "VolumeBackup.0208")?;
    let backup = world.identifiers.number(Kind::Backup, &asked.backup_id);
    let number = world.identifiers.number(Kind::Disk, disk);
    let named = Named { disk, ..named(asked) };
    let mut service = world.service();
    let begun = service.restore_backup(asked.project, backup, number);
    begun.map_err(|refusal| named.refused_by_openstack(refusal))?;
    let backup_id: BackupId = asked.backup_id.parse().map_err(DataError::from)?;
    let mut restored = RestoredDisk::new(backup_id, disk.parse::<DiskId>().map_err(DataError::from)?);
    restored.volume_name = number.map(|number| service.disk(number).name());
    Ok(NativeRestoration::new(restored))
}

fn named(asked: &Asked) -> Named<'_> {
    Named {
        backup: &asked.backup_id,
        ..Named::default()
    }
}
