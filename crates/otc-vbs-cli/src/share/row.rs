//! A share as commands show it.

use otc_vbs::types::utc_timestamp::rfc3339;
use otc_vbs::types::{Backup, BackupShare, CreatedBackupShare, SharedBackup, UtcTimestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::backup::{size, status_style};
use crate::connect::Place;
use crate::output::{Column, Fit, Record, View};

/// A share of a backup. What the service did not send is null.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Share")]
pub(crate) struct ShareRow {
    project: String,
    region: Option<String>,
    id: String,
    /// The project that created the share.
    from_project_id: Option<String>,
    /// The project that received the share.
    to_project_id: Option<String>,
    #[serde(serialize_with = "rfc3339::serialize")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    created_at: Option<UtcTimestamp>,
    #[serde(serialize_with = "rfc3339::serialize")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    updated_at: Option<UtcTimestamp>,
    backup_id: String,
    backup_name: Option<String>,
    backup_status: Option<String>,
    /// The size of the backup, in GB.
    backup_size: Option<u64>,
    #[serde(serialize_with = "rfc3339::serialize")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    backup_created_at: Option<UtcTimestamp>,
    /// The disk that was backed up.
    volume_id: Option<String>,
}

impl ShareRow {
    pub(super) fn new(place: &Place, share: BackupShare) -> Self {
        let backup = share.backup.as_ref();
        Self {
            project: place.project.clone(),
            region: place.region.clone(),
            id: share.id.to_string(),
            from_project_id: share.from_project_id.map(|id| id.to_string()),
            to_project_id: share.to_project_id.map(|id| id.to_string()),
            created_at: share.created_at,
            updated_at: share.updated_at,
            backup_id: share.backup_id.to_string(),
            backup_name: backup.and_then(|backup| backup.name.clone()),
            backup_status: backup.and_then(|backup| backup.status.as_ref()).map(|status| status.to_string()),
            backup_size: backup.and_then(|backup| backup.size),
            backup_created_at: backup.and_then(|backup| backup.created_at),
            volume_id: backup.and_then(|backup| backup.volume_id.as_ref()).map(|id| id.to_string()),
        }
    }

    /// A share of a backup that was just created.
    pub(super) fn created(place: &Place, created: CreatedBackupShare, backup: &Backup) -> Self {
        let mut shared = SharedBackup::new(&backup.id);
        shared.name = backup.name.clone();
        shared.status = Some(backup.status.clone());
        shared.size = backup.size;
        shared.created_at = backup.created_at;
        shared.volume_id = backup.volume_id.clone();
        let mut share = BackupShare::new(created.id, created.backup_id);
        share.backup = Some(shared);
        share.from_project_id = created.from_project_id;
        share.to_project_id = created.to_project_id;
        share.created_at = created.created_at;
        share.updated_at = created.updated_at;
        Self::new(place, share)
    }

    /// What `show` prints for people.
    pub(super) fn lines(&self, view: &View) -> Vec<(&'static str, String)> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            ("Share", self.id.clone()),
            ("From project", text(&self.from_project_id)),
            ("To project", text(&self.to_project_id)),
            ("Created", view.optional_time(self.created_at)),
            ("Changed", view.optional_time(self.updated_at)),
            ("Backup", self.backup_id.clone()),
            ("Name", text(&self.backup_name)),
            ("Status", text(&self.backup_status)),
            ("Size", size(self.backup_size)),
            ("Backed up", view.optional_time(self.backup_created_at)),
            ("Disk", text(&self.volume_id)),
        ]
    }
}

impl Record for ShareRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("PROJECT", Fit::Shorten(16), |row, _| row.project.clone()),
        Column::new("ID", Fit::Id, |row, _| row.id.clone()),
        Column::new("BACKUP", Fit::Id, |row, _| row.backup_id.clone()),
        Column::new("NAME", Fit::Shorten(16), |row, _| row.backup_name.clone().unwrap_or_default()),
        Column::new("STATUS", Fit::Hide(2), |row: &Self, _| row.backup_status.clone().unwrap_or_default())
            .styled(|row| status_style(row.backup_status.as_deref().unwrap_or_default())),
        Column::new("SIZE", Fit::Hide(1), |row, _| size(row.backup_size)),
        Column::new("CREATED", Fit::Keep, |row, view| view.optional_time(row.created_at)),
        Column::new("FROM", Fit::Id, |row, _| row.from_project_id.clone().unwrap_or_default()),
        Column::new("TO", Fit::Id, |row, _| row.to_project_id.clone().unwrap_or_default()),
        Column::new("DISK", Fit::Wide, |row, _| row.volume_id.clone().unwrap_or_default()),
    ];

    const FIELDS: &'static [&'static str] = &[
        "project",
        "region",
        "id",
        "from_project_id",
        "to_project_id",
        "created_at",
        "updated_at",
        "backup_id",
        "backup_name",
        "backup_status",
        "backup_size",
        "backup_created_at",
        "volume_id",
    ];
}
