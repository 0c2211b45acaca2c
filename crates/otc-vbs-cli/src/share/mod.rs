//! `vbs share`: backups that projects share with each other.

mod change;
mod row;

use std::cmp::Reverse;

use clap::Subcommand;
use clap::builder::NonEmptyStringValueParser;
use otc_vbs::request::ListBackupShares;
use otc_vbs::types::{BackupId, BackupShare, BackupSortKey, BackupStatus, ProjectId, SortDirection};

pub(crate) use self::row::ShareRow;
use crate::backup::status;
use crate::cli::Global;
use crate::connect::{Target, connect};
use crate::disks::DiskFilter;
use crate::exit::Failure;
use crate::output::show;
use crate::projects;
use crate::resolve::{self, Named, is_uuid};
use crate::values::{backup_id, project_id, share_id};

/// List, create and cancel shares of backups with other projects.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(ListArgs),
    Show(ShowArgs),
    Create(change::CreateArgs),
    Cancel(change::CancelArgs),
}

/// List the shares that the project created, newest first.
#[derive(clap::Args, Debug)]
struct ListArgs {
    /// List the shares that the project received instead.
    #[arg(long)]
    received: bool,

    #[command(flatten)]
    filters: Filters,
}

#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Filters")]
struct Filters {
    /// Only shares of this backup, by its id.
    #[arg(long, value_name = "ID", value_parser = backup_id)]
    backup: Option<BackupId>,

    /// Only shares of backups of this disk: its id, its name, or at least the first 8 characters of its id.
    #[arg(long, value_name = "DISK", value_parser = NonEmptyStringValueParser::new())]
    disk: Option<String>,

    /// Only shares of backups whose name contains this text.
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    name_like: Option<String>,

    /// Only shares of backups in this status: available, creating, restoring, deleting, error or error_restoring.
    #[arg(long, value_name = "STATUS", value_parser = status, conflicts_with = "raw_status")]
    status: Option<BackupStatus>,

    /// Only shares of backups in this status, which is sent to the service without a check.
    #[arg(long, value_name = "STATUS", value_parser = NonEmptyStringValueParser::new())]
    raw_status: Option<String>,

    /// Only shares that come from this project, by its id.
    #[arg(long, value_name = "ID", value_parser = project_id)]
    from: Option<ProjectId>,

    /// Only shares with this project, by its id.
    #[arg(long, value_name = "ID", value_parser = project_id)]
    to: Option<ProjectId>,
}

/// Show one share with its backup.
#[derive(clap::Args, Debug)]
struct ShowArgs {
    /// The share: its id, or at least the first 8 characters of its id.
    #[arg(value_name = "SHARE")]
    share: String,
}

pub(crate) async fn run(global: &Global, arguments: Args) -> Result<(), Failure> {
    match arguments.command {
        Command::List(arguments) => list(global, arguments).await,
        Command::Show(arguments) => show_one(global, &arguments.share).await,
        Command::Create(arguments) => change::create(global, arguments).await,
        Command::Cancel(arguments) => change::cancel(global, arguments).await,
    }
}

async fn list(global: &Global, arguments: ListArgs) -> Result<(), Failure> {
    let mut connected = connect(global).await?;
    let output = projects::output(&connected, global);
    let disks = DiskFilter::find(&connected, global, arguments.filters.disk.as_deref()).await?;
    let request = |target: &Target| request(target, &arguments, disks.as_ref()).items();
    let lists = projects::list(&mut connected, "shares", request).await;
    lists.print(&output, "share", |lists| {
        let mut rows = Vec::new();
        for (target, mut shares) in lists {
            if let Some(disks) = &disks {
                shares.retain(|share| {
                    let backup = share.backup.as_ref();
                    disks.accepts(backup.and_then(|backup| backup.volume_id.as_ref()).map(|id| id.as_str()))
                });
            }
            shares.sort_by_key(|share| Reverse(share.created_at));
            rows.extend(shares.into_iter().map(|share| ShareRow::new(&target.place, share)));
        }
        rows
    })?;
    connected.close().await
}

fn request(target: &Target, arguments: &ListArgs, disks: Option<&DiskFilter>) -> ListBackupShares {
    let filters = &arguments.filters;
    let mut query = newest_first(target, arguments.received);
    if let Some(backup) = &filters.backup {
        query = query.backup_id(backup);
    }
    if let Some(disk) = disks.and_then(DiskFilter::whole_id) {
        query = query.volume_id(disk);
    }
    if let Some(text) = &filters.name_like {
        query = query.name(text);
    }
    if let Some(status) = &filters.status {
        query = query.status(status.clone());
    }
    if let Some(status) = &filters.raw_status {
        query = query.status(BackupStatus::from(status.as_str()));
    }
    if let Some(project) = &filters.from {
        query = query.from_project_id(project);
    }
    if let Some(project) = &filters.to {
        query = query.to_project_id(project);
    }
    query
}

fn newest_first(target: &Target, received: bool) -> ListBackupShares {
    let query = target.client.shares().list().share_to_me(received);
    query.sort_key(BackupSortKey::CreatedAt).sort_dir(SortDirection::Desc)
}

async fn show_one(global: &Global, text: &str) -> Result<(), Failure> {
    let connected = connect(global).await?;
    let target = connected.only()?;
    let row = ShareRow::new(&target.place, find(target, text).await?);
    let options = global.output();
    show(&options, &row, &row.lines(&options.view()))?;
    connected.close().await
}

impl Named for BackupShare {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn name(&self) -> Option<&str> {
        None
    }
}

/// The share with this id, or whose id begins with this text. It may be one that the project created or received.
async fn find(target: &Target, text: &str) -> Result<BackupShare, Failure> {
    if is_uuid(text) {
        let id = share_id(text).map_err(Failure::usage)?;
        match target.client.share(id).get().send().await {
            Ok(share) => return Ok(share),
            // The list suggests ids that are similar.
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(Failure::from_call(format!("can't get share {text}"), error)),
        }
    }
    let mut all = created_shares(target).await?;
    all.extend(list_shares(target, true).await?);
    resolve::find("share", &all, text).cloned()
}

/// The shares that the project created.
async fn created_shares(target: &Target) -> Result<Vec<BackupShare>, Failure> {
    list_shares(target, false).await
}

async fn list_shares(target: &Target, received: bool) -> Result<Vec<BackupShare>, Failure> {
    let shares = newest_first(target, received).items().try_collect().await;
    shares.map_err(|error| Failure::from_call("can't list the shares", error))
}
