//! `vbs backup`: the backups of disks.

mod change;
mod find;
mod list;
mod row;

use clap::Subcommand;

use crate::cli::Global;
use crate::connect::connect;
use crate::exit::Failure;
use crate::output::show;

pub(crate) use find::find;
use find::find_all;
pub(crate) use list::status;
pub(crate) use row::{BackupRow, size, status_style};

/// List, create, restore and delete backups of disks.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::Args),
    Show(ShowArgs),
    Create(change::CreateArgs),
    Restore(change::RestoreArgs),
    Delete(change::DeleteArgs),
}

/// Show one backup with all its fields.
#[derive(clap::Args, Debug)]
struct ShowArgs {
    /// The backup: its id, its name, or at least the first 8 characters of its id.
    #[arg(value_name = "BACKUP")]
    backup: String,
}

pub(crate) async fn run(global: &Global, arguments: Args) -> Result<(), Failure> {
    match arguments.command {
        Command::List(arguments) => list::run(global, arguments).await,
        Command::Show(arguments) => show_one(global, &arguments.backup).await,
        Command::Create(arguments) => change::create(global, arguments).await,
        Command::Restore(arguments) => change::restore(global, arguments).await,
        Command::Delete(arguments) => change::delete(global, arguments).await,
    }
}

async fn show_one(global: &Global, text: &str) -> Result<(), Failure> {
    let connected = connect(global).await?;
    let target = connected.only()?;
    let row = BackupRow::new(&target.place, find(target, text).await?);
    let options = global.output();
    show(&options, &row, &row.lines(&options.view()))?;
    connected.close().await
}
