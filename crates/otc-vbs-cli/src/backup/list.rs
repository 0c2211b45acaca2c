//! `vbs backup list`.

use std::cmp::Reverse;

use clap::builder::NonEmptyStringValueParser;
use jiff::{Timestamp, ZonedDateTime};
use otc_vbs::request::ListBackups;
use otc_vbs::types::{Backup, BackupStatus};

use super::row::BackupRow;
use crate::cli::Global;
use crate::connect::{Target, connect};
use crate::disks::DiskFilter;
use crate::exit::Failure;
use crate::projects;
use crate::values::count;
use crate::words::time::{self, Bound};

/// List the backups, newest first.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Show at most the newest N backups of each project.
    #[arg(short = 'L', long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    limit: Option<u64>,

    #[command(flatten)]
    filters: Filters,
}

#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Filters")]
struct Filters {
    /// Only backups in this status: available, creating, restoring, deleting, error or error_restoring.
    #[arg(long, value_name = "STATUS", value_parser = status, conflicts_with = "raw_status")]
    status: Option<BackupStatus>,

    /// Only backups in this status, which is sent to the service without a check.
    #[arg(long, value_name = "STATUS", value_parser = NonEmptyStringValueParser::new())]
    raw_status: Option<String>,

    /// Only backups with this name.
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    name: Option<String>,

    /// Only backups whose name contains this text.
    #[arg(
        long,
        value_name = "TEXT",
        value_parser = NonEmptyStringValueParser::new(),
        conflicts_with = "name"
    )]
    name_like: Option<String>,

    /// Only backups of this disk: its id, its name, or at least the first 8 characters of its id.
    #[arg(long, value_name = "DISK")]
    disk: Option<String>,

    /// Only backups created at this time or later: 24h, last-night, a date, or 2026-01-15T06:00:00Z.
    #[arg(long, value_name = "TIME")]
    since: Option<String>,

    /// Only backups created before this time, or up to the end of this day.
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
}

/// A status as the reference lists it. `error-restoring` is `error_restoring`.
pub(crate) fn status(text: &str) -> Result<BackupStatus, String> {
    let wanted = text.to_ascii_lowercase().replace('-', "_");
    let listed = BackupStatus::LISTED;
    listed.iter().find(|status| status.as_str() == wanted).cloned().ok_or_else(|| {
        let words: Vec<&str> = listed.iter().map(BackupStatus::as_str).collect();
        format!("expected one of {}; --raw-status sends any other", words.join(", "))
    })
}

pub(super) async fn run(global: &Global, arguments: Args) -> Result<(), Failure> {
    let mut connected = connect(global).await?;
    let output = projects::output(&connected, global);
    let mut query = Query::new(arguments, &global.now(connected.now)?)?;
    query.disks = DiskFilter::find(&connected, global, query.filters.disk.as_deref()).await?;
    let lists = projects::list(&mut connected, "backups", |target| query.request(target).items()).await;
    lists.print(&output, "backup", |lists| {
        lists.into_iter().flat_map(|(target, backups)| query.rows(target, backups)).collect()
    })?;
    connected.close().await
}

/// What is listed of each project.
struct Query {
    filters: Filters,
    limit: usize,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    /// `None` is all disks.
    disks: Option<DiskFilter>,
}

impl Query {
    fn new(Args { filters, limit }: Args, now: &ZonedDateTime) -> Result<Self, Failure> {
        let parse = |option: &str, text: &Option<String>, bound| {
            let time = text.as_ref().map(|text| time::parse(text, bound, now)).transpose();
            time.map_err(|error| Failure::usage(format!("{option}: {error}")))
        };
        Ok(Self {
            since: parse("--since", &filters.since, Bound::Start)?,
            until: parse("--until", &filters.until, Bound::End)?,
            limit: limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX)),
            disks: None,
            filters,
        })
    }

    fn request(&self, target: &Target) -> ListBackups {
        let filters = &self.filters;
        let mut query = target.client.backups().list();
        if let Some(status) = &filters.status {
            query = query.status(status.clone());
        }
        if let Some(status) = &filters.raw_status {
            query = query.status(BackupStatus::from(status.as_str()));
        }
        if let Some(name) = &filters.name {
            query = query.name(name);
        }
        if let Some(text) = &filters.name_like {
            query = query.name_like(text);
        }
        match self.disks.as_ref().and_then(DiskFilter::whole_id) {
            Some(disk) => query.volume_id(disk),
            None => query,
        }
    }

    /// The backups that are shown of a project, newest first. One whose time is not known is shown rather than lost.
    fn rows(&self, target: &Target, backups: Vec<Backup>) -> Vec<BackupRow> {
        let mut rows: Vec<BackupRow> = backups
            .into_iter()
            .filter(|backup| self.accepts(backup))
            .map(|backup| BackupRow::new(&target.place, backup))
            .collect();
        rows.sort_by_key(|row| Reverse(row.created_at));
        rows.truncate(self.limit);
        rows
    }

    fn accepts(&self, backup: &Backup) -> bool {
        let created = backup.created_at.map(|at| at.as_timestamp());
        created.is_none_or(|at| {
            self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at < until)
        }) && self
            .disks
            .as_ref()
            .is_none_or(|disks| disks.accepts(backup.volume_id.as_ref().map(|id| id.as_str())))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn status_is_one_of_the_reference() {
        assert_eq!(status("Available"), Ok(BackupStatus::Available));
        assert_eq!(status("error-restoring"), Ok(BackupStatus::ErrorRestoring));
        assert_eq!(
            status("failed").unwrap_err(),
            "expected one of available, error, restoring, creating, deleting, error_restoring; --raw-status \
             sends any other"
        );
    }
}
