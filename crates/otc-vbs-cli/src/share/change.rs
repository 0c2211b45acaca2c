//! `vbs share create` and `cancel`.

use otc_vbs::types::{BackupShare, ProjectId};

use super::created_shares;
use super::row::ShareRow;
use crate::backup;
use crate::changes;
use crate::cli::Global;
use crate::confirm::{check_exact, confirm, listed};
use crate::connect::{Target, connect_with};
use crate::diagnostics;
use crate::exit::Failure;
use crate::output::Rows;
use crate::projects;
use crate::resolve;
use crate::values::project_id;
use crate::words;

/// Share a backup with other projects, which can then create disks from it.
#[derive(clap::Args, Debug)]
pub(super) struct CreateArgs {
    /// The backup: its id, its name, or at least the first 8 characters of its id.
    #[arg(value_name = "BACKUP")]
    backup: String,

    /// The projects, by id.
    #[arg(value_name = "PROJECT", required = true, value_parser = project_id)]
    projects: Vec<ProjectId>,

    /// Print the request instead of sending it.
    #[arg(long)]
    dry_run: bool,
}

/// Cancel shares that the project created. The other projects can no longer use the backup.
#[derive(clap::Args, Debug)]
pub(super) struct CancelArgs {
    /// The shares: ids, or at least the first 8 characters of ids.
    #[arg(value_name = "SHARE", required_unless_present = "backup")]
    shares: Vec<String>,

    /// Cancel all shares of this backup instead.
    #[arg(long, value_name = "BACKUP", conflicts_with = "shares")]
    backup: Option<String>,

    /// Cancel them without asking.
    #[arg(short, long)]
    yes: bool,

    /// Print the requests instead of sending them.
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn create(global: &Global, arguments: CreateArgs) -> Result<(), Failure> {
    let connected = connect_with(global, arguments.dry_run).await?;
    let target = connected.only()?;
    let backup = backup::find(target, &arguments.backup).await?;
    // Before anything is changed: the options may name a column that does not exist.
    let mut writer = Rows::to_stdout(&projects::output(&connected, global))?;
    let shares = target.client.backup(&backup.id).share(arguments.projects).send().await;
    let doing = format!("can't share backup {}", backup.id);
    let shares = shares.map_err(|error| Failure::from_call(doing, error))?;
    let rows = shares.into_iter().map(|share| ShareRow::created(&target.place, share, &backup));
    let rows: Vec<ShareRow> = rows.collect();
    writer.write(&rows)?;
    writer.finish()?;
    diagnostics::summary(&format!("{} created", words::count(rows.len() as u64, "share")));
    connected.close().await
}

pub(super) async fn cancel(global: &Global, arguments: CancelArgs) -> Result<(), Failure> {
    let connected = connect_with(global, arguments.dry_run).await?;
    let target = connected.only()?;
    match &arguments.backup {
        Some(text) => cancel_all(target, text, &arguments).await?,
        None => cancel_some(target, &arguments).await?,
    }
    connected.close().await
}

/// Cancels all shares of a backup with one request.
async fn cancel_all(target: &Target, text: &str, arguments: &CancelArgs) -> Result<(), Failure> {
    let backup = backup::find(target, text).await?;
    let mut shares = created_shares(target).await?;
    shares.retain(|share| share.backup_id == backup.id);
    if shares.is_empty() {
        return Err(Failure::NotFound {
            problem: format!("the project shares backup {} with no other project", backup.id),
            hint: "list the shares with `vbs share list`".to_owned(),
        });
    }
    if !arguments.dry_run {
        check_exact(text, backup.id.as_str(), backup.name.as_deref(), arguments.yes)?;
        ask(&shares.iter().collect::<Vec<_>>(), arguments.yes)?;
    }
    let cancelled = target.client.backup(&backup.id).unshare().send().await;
    cancelled.map_err(|error| {
        Failure::from_call(format!("can't cancel the shares of backup {}", backup.id), error)
    })?;
    summary(shares.len());
    Ok(())
}

async fn cancel_some(target: &Target, arguments: &CancelArgs) -> Result<(), Failure> {
    let all = created_shares(target).await?;
    let mut shares: Vec<&BackupShare> = Vec::with_capacity(arguments.shares.len());
    for text in &arguments.shares {
        let share = resolve::find("share", &all, text)?;
        if !arguments.dry_run {
            check_exact(text, share.id.as_str(), None, arguments.yes)?;
        }
        if !shares.iter().any(|known| known.id == share.id) {
            shares.push(share);
        }
    }
    if !arguments.dry_run {
        ask(&shares, arguments.yes)?;
    }
    let requests = shares.iter().map(|share| async {
        let cancelled = target.client.share(&share.id).cancel().send().await;
        cancelled.map_err(|error| Failure::from_call(format!("can't cancel share {}", share.id), error))
    });
    let outcome = changes::make(requests, arguments.dry_run).await;
    if !outcome.done.is_empty() {
        summary(outcome.done.len());
    }
    outcome.check("shares", "cancelled")
}

fn ask(shares: &[&BackupShare], yes: bool) -> Result<(), Failure> {
    let described: Vec<String> = shares
        .iter()
        .map(|share| match &share.to_project_id {
            Some(project) => format!("{} (backup {} for project {project})", share.id, share.backup_id),
            None => format!("{} (backup {})", share.id, share.backup_id),
        })
        .collect();
    confirm("cancel", "cancelling", &listed("share", &described), yes)
}

fn summary(cancelled: usize) {
    diagnostics::summary(&format!("{} cancelled", words::count(cancelled as u64, "share")));
}
