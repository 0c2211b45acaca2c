//! `vbs man`: the manual pages.

use std::io::Write as _;
use std::path::PathBuf;

use clap_mangen::Man;

use crate::cli::Cli;
use crate::exit::Failure;

/// Print the manual page, or write those of all commands to a directory.
///
/// To read it: `vbs man | man -l -`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The directory to write vbs.1, vbs-tasks.1 and so on to. It is created if needed.
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
}

pub(crate) fn run(arguments: Args) -> Result<(), Failure> {
    let command = Cli::command_without_help();
    match arguments.directory {
        Some(directory) => std::fs::create_dir_all(&directory)
            .and_then(|()| clap_mangen::generate_to(command, &directory))
            .map_err(|error| Failure::File { file: directory.clone(), error }),
        None => {
            let mut stdout = std::io::stdout().lock();
            Man::new(command).render(&mut stdout)?;
            Ok(stdout.flush()?)
        }
    }
}
