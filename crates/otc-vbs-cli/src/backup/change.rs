//! `vbs backup create`, `restore` and `delete`.

use jiff::ZonedDateTime;
use otc_vbs::types::{Backup, BackupTagSpec, SnapshotId};

use super::{find, find_all};
use crate::changes;
use crate::cli::Global;
use crate::confirm::{check_exact, confirm, listed};
use crate::connect::connect_with;
use crate::diagnostics;
use crate::disks::Candidates;
use crate::exit::Failure;
use crate::output::check_shows;
use crate::resolve::Named as _;
use crate::started_job::{self, Subject, WaitArgs};
use crate::values::{snapshot_id, tag};
use crate::words;

/// Back up a disk.
#[derive(clap::Args, Debug)]
pub(super) struct CreateArgs {
    /// The disk: its id, its name, or at least the first 8 characters of its id.
    #[arg(value_name = "DISK")]
    disk: String,

    /// The name of the backup [default: manual-<date>-<time>].
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// The description of the backup.
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    /// Back up all data, not just what changed since the last backup.
    #[arg(long)]
    full: bool,

    /// The snapshot of the disk to back up, by its id [default: a new one].
    #[arg(long, value_name = "ID", value_parser = snapshot_id)]
    snapshot: Option<SnapshotId>,

    /// A tag of the backup. Can be repeated.
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    tags: Vec<(String, String)>,

    #[command(flatten)]
    wait: WaitArgs,

    /// Print the request instead of sending it.
    #[arg(long)]
    dry_run: bool,
}

/// Restore a disk from a backup. Overwrites all data of the disk.
#[derive(clap::Args, Debug)]
pub(super) struct RestoreArgs {
    /// The backup: its id, its name, or at least the first 8 characters of its id.
    #[arg(value_name = "BACKUP")]
    backup: String,

    /// The disk to overwrite, by id or name [default: the disk that was backed up].
    #[arg(long, value_name = "DISK")]
    disk: Option<String>,

    /// Overwrite the disk without asking.
    #[arg(short, long)]
    yes: bool,

    #[command(flatten)]
    wait: WaitArgs,

    /// Print the request instead of sending it.
    #[arg(long)]
    dry_run: bool,
}

/// Delete backups.
#[derive(clap::Args, Debug)]
pub(super) struct DeleteArgs {
    /// The backups: ids, names, or at least the first 8 characters of ids.
    #[arg(value_name = "BACKUP", required = true)]
    backups: Vec<String>,

    /// Delete them without asking.
    #[arg(short, long)]
    yes: bool,

    /// Print the requests instead of sending them.
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn create(global: &Global, arguments: CreateArgs) -> Result<(), Failure> {
    check_shows(&global.output())?;
    let connected = connect_with(global, arguments.dry_run).await?;
    let target = connected.only()?;
    let candidates = Candidates::for_texts(&connected, target, global, std::slice::from_ref(&arguments.disk));
    let disk = candidates.await?.find(&arguments.disk)?.disk_id()?;
    let name = match arguments.name {
        Some(name) => name,
        None => default_name(&global.now(connected.now)?),
    };
    let mut request = target.client.backups().create(&disk, name);
    if let Some(description) = arguments.description {
        request = request.description(description);
    }
    if arguments.full {
        request = request.full(true);
    }
    if let Some(snapshot) = arguments.snapshot {
        request = request.snapshot_id(snapshot);
    }
    if !arguments.tags.is_empty() {
        request = request.tags(arguments.tags.into_iter().map(|(key, value)| BackupTagSpec::new(key, value)));
    }
    let doing = format!("can't back up disk {disk}");
    let job = request.send().await.map_err(|error| Failure::from_call(&doing, error))?;
    let subject = Subject { backup_id: None, volume_id: disk.to_string() };
    started_job::finish(&connected, global, &arguments.wait, job, subject, &doing).await?;
    connected.close().await
}

/// `manual-20260115-0600`, in UTC.
fn default_name(now: &ZonedDateTime) -> String {
    now.with_time_zone(jiff::tz::TimeZone::UTC).strftime("manual-%Y%m%d-%H%M").to_string()
}

pub(super) async fn restore(global: &Global, arguments: RestoreArgs) -> Result<(), Failure> {
    check_shows(&global.output())?;
    let connected = connect_with(global, arguments.dry_run).await?;
    let target = connected.only()?;
    let backup = find(target, &arguments.backup).await?;
    let disk = match &arguments.disk {
        Some(text) => {
            let texts = std::slice::from_ref(text);
            let found = Candidates::for_texts(&connected, target, global, texts).await?.find(text)?;
            if !arguments.dry_run {
                check_exact(text, found.id(), found.name(), arguments.yes)?;
            }
            Some(found.disk_id()?)
        }
        None => backup.volume_id.clone(),
    };
    let Some(disk) = disk else {
        return Err(Failure::Usage {
            problem: format!("the service does not say which disk backup {} is of", backup.id),
            hint: Some("choose the disk to overwrite with --disk".to_owned()),
        });
    };
    if !arguments.dry_run {
        check_exact(&arguments.backup, backup.id.as_str(), backup.name.as_deref(), arguments.yes)?;
        let what = format!("all data of disk {disk} with backup {}", described(&backup));
        confirm("overwrite", "overwriting", &what, arguments.yes)?;
    }
    let doing = format!("can't restore disk {disk} from backup {}", backup.id);
    let job = target.client.backup(&backup.id).restore(&disk).send().await;
    let job = job.map_err(|error| Failure::from_call(&doing, error))?;
    let subject = Subject { backup_id: Some(backup.id.to_string()), volume_id: disk.to_string() };
    started_job::finish(&connected, global, &arguments.wait, job, subject, &doing).await?;
    connected.close().await
}

pub(super) async fn delete(global: &Global, arguments: DeleteArgs) -> Result<(), Failure> {
    let connected = connect_with(global, arguments.dry_run).await?;
    let target = connected.only()?;
    let backups = find_all(target, &arguments.backups).await?;
    if !arguments.dry_run {
        for (text, backup) in &backups {
            check_exact(text, backup.id.as_str(), backup.name.as_deref(), arguments.yes)?;
        }
        let described: Vec<String> = backups.iter().map(|(_, backup)| described(backup)).collect();
        confirm("delete", "deleting", &listed("backup", &described), arguments.yes)?;
    }
    let requests = backups.iter().map(|(_, backup)| async {
        let deleted = target.client.backup(&backup.id).delete().send().await;
        deleted.map_err(|error| Failure::from_call(format!("can't delete backup {}", backup.id), error))
    });
    let outcome = changes::make(requests, arguments.dry_run).await;
    match outcome.done.len() {
        0 => {}
        1 => diagnostics::summary("1 backup is being deleted"),
        deleted => diagnostics::summary(&format!("{deleted} backups are being deleted")),
    }
    outcome.check("backups", "deleted")?;
    connected.close().await
}

/// The full id, with the name and the time of the data: `b1 (nightly, 2026-01-15 01:00Z)`.
fn described(backup: &Backup) -> String {
    let at = backup.data_timestamp.or(backup.created_at);
    let at = at.map(|at| words::time::utc(at.as_timestamp()));
    let name = backup.name.clone().filter(|name| !name.is_empty());
    let details: Vec<String> = name.into_iter().chain(at).collect();
    match details.is_empty() {
        true => backup.id.to_string(),
        false => format!("{} ({})", backup.id, details.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn default_name_is_the_time_in_utc() {
        let now: ZonedDateTime = "2026-01-15T07:30+02:00[+02:00]".parse().unwrap();
        assert_eq!(default_name(&now), "manual-20260115-0530");
    }
}
