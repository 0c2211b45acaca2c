//! Backups with all details.

use axum::Json;
use axum::response::{IntoResponse, Response};
use otc_vbs_api::types::{self, BackupDetail, BackupDetailV2, BackupV2};
use otc_vbs_api::values::BackupId;
use serde::Serialize;

use super::request_context::{Place, RequestContext, Version};
use crate::domain::Vbs;
use crate::domain::backup::{Backup, Status};
use crate::domain::data_error::DataError;
use crate::domain::identifiers::Kind;
use crate::domain::numbers::ProjectNumber;
use crate::http::wire_time::six_digits;
use crate::state::AppState;

/// The container that holds the backups in the reference's examples.
const CONTAINER: &str = "volumebackups";

impl RequestContext {
    /// One backup.
    pub(super) fn show(&self, app: &AppState, vbs: &Vbs, backup: &Backup) -> Result<Response, DataError> {
        let source = Source { app, vbs, project: self.project, place: &self.place };
        Ok(match self.place.version {
            Version::V2 => Json(BackupDetailV2::new(source.v2(backup)?)).into_response(),
            Version::V3 => Json(BackupDetail::new(source.v3(backup)?)).into_response(),
        })
    }
}

/// The backup system's metadata of a backup.
#[derive(Serialize)]
struct Metadata {
    bootable: bool,
    #[serde(rename = "backupurl")]
    backup_url: String,
    /// As text, as in the reference's examples.
    progress: String,
    #[serde(rename = "snap_id")]
    snapshot: Option<String>,
    #[serde(rename = "Type")]
    kind: u8,
    #[serde(rename = "ST")]
    vbs: u8,
    #[serde(rename = "CS")]
    chain_megabytes: u64,
}

/// The data of the backups to show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    pub(super) app: &'a AppState,
    pub(super) vbs: &'a Vbs,
    pub(super) project: ProjectNumber,
    pub(super) place: &'a Place,
}

/// The fields of both versions.
macro_rules! common {
    ($kind:ty, $source:expr, $backup:expr) => {{
        let (source, backup): (&Source<'_>, &Backup) = ($source, $backup);
        let id = source.id(Kind::Backup, backup.number);
        let project = source.vbs.project(source.project);
        let disk = source.vbs.disk(backup.disk);
        let mut wire = <$kind>::new(id.parse::<BackupId>()?, backup.status.as_str());
        wire.name = backup.name.clone();
        wire.description = backup.description.clone();
        wire.volume_id = Some(source.id(Kind::Disk, backup.disk).parse()?);
        let snapshot = backup.snapshot.map(|number| source.id(Kind::Snapshot, number));
        wire.snapshot_id = snapshot.map(|id| id.parse()).transpose()?;
        wire.availability_zone = Some(disk.availability_zone.to_owned());
        wire.container = Some(CONTAINER.to_owned());
        wire.size = Some(backup.size.into());
        wire.object_count = Some(0);
        wire.fail_reason = backup.fail_reason.clone();
        wire.created_at = six_digits(backup.created_at);
        wire.updated_at = six_digits(backup.updated_at);
        let snapshot = project.and_then(|project| project.snapshot(backup.snapshot?));
        let data_from = snapshot.map_or(backup.created_at, |snapshot| snapshot.created_at);
        wire.data_timestamp = six_digits(data_from);
        wire.has_dependent_backups = project.map(|project| project.has_dependents(backup));
        wire.is_incremental = Some(backup.is_incremental);
        wire.links = Some(source.place.links(&format!("backups/{id}")));
        wire
    }};
}

impl Source<'_> {
    pub(super) fn v2(&self, backup: &Backup) -> Result<BackupV2, DataError> {
        let mut wire = common!(BackupV2, self, backup);
        wire.tenant_id = Some(self.place.project_id.parse()?);
        wire.service_metadata = Some(self.metadata(backup)?.into());
        Ok(wire)
    }

    pub(super) fn v3(&self, backup: &Backup) -> Result<types::Backup, DataError> {
        let mut wire = common!(types::Backup, self, backup);
        wire.project_id = Some(self.place.project_id.parse()?);
        Ok(wire)
    }

    fn id(&self, kind: Kind, number: u64) -> String {
        self.app.identifiers.hyphenated(kind, number)
    }

    /// A part of the backup system's metadata, in the notation of the reference's examples.
    fn metadata(&self, backup: &Backup) -> Result<String, DataError> {
        let snapshot = backup.snapshot;
        let snapshot = snapshot.map(|number| self.app.identifiers.plain(Kind::Snapshot, number));
        let metadata = Metadata {
            bootable: false,
            backup_url: self.id(Kind::Backup, backup.number),
            progress: self.progress(backup).to_string(),
            snapshot,
            kind: backup.is_incremental.into(),
            vbs: 0,
            chain_megabytes: u64::from(backup.size) * 1024,
        };
        let metadata = serde_json::to_string(&metadata)?;
        Ok(format!(" {metadata} "))
    }

    /// The progress of a backup, in percent.
    fn progress(&self, backup: &Backup) -> u8 {
        if backup.status != Status::Creating {
            return 100;
        }
        let project = self.vbs.project(self.project);
        let job = project.and_then(|project| project.vbs_jobs.get(project.busy.get(&backup.disk)?));
        job.map_or(0, |job| job.percent(self.vbs.now))
    }
}
