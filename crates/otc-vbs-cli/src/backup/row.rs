//! A backup as commands show it.

use anstyle::{AnsiColor, Style};
use otc_vbs::types::utc_timestamp::rfc3339;
use otc_vbs::types::{Backup, BackupStatus, UtcTimestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::connect::Place;
use crate::output::{Column, Fit, Record, View};

/// A backup. The names of the fields are those of the API. What the service did not send is null.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Backup")]
pub(crate) struct BackupRow {
    project: String,
    region: Option<String>,
    id: String,
    name: Option<String>,
    status: String,
    /// The disk that was backed up.
    volume_id: Option<String>,
    /// The size, in GB.
    size: Option<u64>,
    is_incremental: Option<bool>,
    #[serde(serialize_with = "rfc3339::serialize")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub(super) created_at: Option<UtcTimestamp>,
    /// The point in time of the data in the backup.
    #[serde(serialize_with = "rfc3339::serialize")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    data_timestamp: Option<UtcTimestamp>,
    #[serde(serialize_with = "rfc3339::serialize")]
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    updated_at: Option<UtcTimestamp>,
    /// The description, without the JSON that the service may put around it.
    description: Option<String>,
    fail_reason: Option<String>,
    has_dependent_backups: Option<bool>,
    snapshot_id: Option<String>,
    availability_zone: Option<String>,
    container: Option<String>,
    object_count: Option<u64>,
}

impl BackupRow {
    pub(super) fn new(place: &Place, backup: Backup) -> Self {
        let description = backup.description_parts().map(|parts| parts.text).filter(|text| !text.is_empty());
        Self {
            project: place.project.clone(),
            region: place.region.clone(),
            id: backup.id.to_string(),
            name: backup.name,
            status: backup.status.to_string(),
            volume_id: backup.volume_id.map(|id| id.to_string()),
            size: backup.size,
            is_incremental: backup.is_incremental,
            created_at: backup.created_at,
            data_timestamp: backup.data_timestamp,
            updated_at: backup.updated_at,
            description,
            fail_reason: backup.fail_reason,
            has_dependent_backups: backup.has_dependent_backups,
            snapshot_id: backup.snapshot_id.map(|id| id.to_string()),
            availability_zone: backup.availability_zone,
            container: backup.container,
            object_count: backup.object_count,
        }
    }

    fn kind(&self) -> String {
        match self.is_incremental {
            Some(true) => "incremental".to_owned(),
            Some(false) => "full".to_owned(),
            None => String::new(),
        }
    }

    /// Why it failed, or what it is for.
    fn remark(&self) -> String {
        let reason = self.fail_reason.as_ref().filter(|text| !text.is_empty());
        reason.or(self.description.as_ref()).cloned().unwrap_or_default()
    }

    /// What `show` prints for people.
    pub(super) fn lines(&self, view: &View) -> Vec<(&'static str, String)> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let depended_on = self.has_dependent_backups == Some(true);
        let dependents = if depended_on { "other backups depend on it" } else { "" };
        vec![
            ("Backup", self.id.clone()),
            ("Name", text(&self.name)),
            ("Status", self.status.clone()),
            ("Reason", text(&self.fail_reason)),
            ("Disk", text(&self.volume_id)),
            ("Size", size(self.size)),
            ("Kind", self.kind()),
            ("Created", view.optional_time(self.created_at)),
            ("Data from", view.optional_time(self.data_timestamp)),
            ("Changed", view.optional_time(self.updated_at)),
            ("Description", text(&self.description)),
            ("Dependents", dependents.to_owned()),
            ("Snapshot", text(&self.snapshot_id)),
            ("Zone", text(&self.availability_zone)),
            ("Project", self.project.clone()),
        ]
    }
}

/// `10 GB`, or nothing.
pub(crate) fn size(gigabytes: Option<u64>) -> String {
    gigabytes.map(|size| format!("{size} GB")).unwrap_or_default()
}

/// The color of a status of a backup.
pub(crate) fn status_style(status: &str) -> Style {
    match BackupStatus::from(status) {
        BackupStatus::Available => AnsiColor::Green.on_default(),
        BackupStatus::Error | BackupStatus::ErrorRestoring => AnsiColor::Red.on_default().bold(),
        BackupStatus::Creating | BackupStatus::Restoring => AnsiColor::Cyan.on_default(),
        BackupStatus::Deleting => Style::new().dimmed(),
        _ => AnsiColor::Magenta.on_default(),
    }
}

impl Record for BackupRow {
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new("PROJECT", Fit::Shorten(16), |row, _| row.project.clone()),
        Column::new("ID", Fit::Id, |row, _| row.id.clone()),
        Column::new("NAME", Fit::Shorten(20), |row, _| row.name.clone().unwrap_or_default()),
        Column::new("STATUS", Fit::Keep, |row: &Self, _| row.status.clone())
            .styled(|row| status_style(&row.status)),
        Column::new("CREATED", Fit::Keep, |row, view| view.optional_time(row.created_at)),
        Column::new("SIZE", Fit::Hide(2), |row, _| size(row.size)),
        Column::new("KIND", Fit::Hide(1), |row, _| row.kind()),
        Column::new("DISK", Fit::Id, |row, _| row.volume_id.clone().unwrap_or_default()),
        Column::new("ZONE", Fit::Wide, |row, _| row.availability_zone.clone().unwrap_or_default()),
        Column::new("REMARK", Fit::Wrap, |row, _| row.remark()),
    ];

    const FIELDS: &'static [&'static str] = &[
        "project",
        "region",
        "id",
        "name",
        "status",
        "volume_id",
        "size",
        "is_incremental",
        "created_at",
        "data_timestamp",
        "updated_at",
        "description",
        "fail_reason",
        "has_dependent_backups",
        "snapshot_id",
        "availability_zone",
        "container",
        "object_count",
    ];
}
