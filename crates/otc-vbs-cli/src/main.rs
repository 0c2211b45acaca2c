//! The `vbs` command: the backup jobs of the Open Telekom Cloud Volume Backup Service in a terminal.
//!
//! ```text
//! vbs --sandbox tasks                       the jobs of a sandbox inside this process
//! vbs tasks nightly --status execute-fail   the failed jobs of one policy
//! vbs tasks --all -o csv > jobs.csv         every job of every policy
//! vbs sandbox --jobs 1_000_000              a sandbox for others to connect to
//! ```
//!
//! # Exit codes
//!
//! | code | means |
//! |---|---|
//! | 0 | done; also where whoever read the output closed it early |
//! | 1 | any other failure |
//! | 2 | wrong usage: an option, an argument or a setting is missing or can't be used |
//! | 3 | the credentials were refused, or lack a right |
//! | 4 | there is no such policy or project |
//! | 5 | no connection, or no answer in time |
//! | 6 | too many requests, or the service is unavailable for now |
//!
//! # What goes where
//!
//! Jobs go to standard output and nothing else does; warnings, notes, progress and errors go to standard error. No output
//! ever holds a token or a password, but for `vbs sandbox --print-env`, which prints the sandbox's.

mod args;
mod connect;
mod diagnostics;
mod exit;
mod logging;
mod output;
mod policies;
mod progress;
mod sandbox;
mod tasks;

use std::process::ExitCode;

use crate::args::{Cli, Command};
use crate::exit::Failure;

fn main() -> ExitCode {
    let cli = Cli::read();
    diagnostics::set_color(cli.color);
    let verbose = cli.verbose;
    match run(cli) {
        Ok(()) | Err(Failure::ReaderGone) => ExitCode::SUCCESS,
        Err(failure) => {
            diagnostics::error(&failure, verbose);
            failure.exit_code()
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)?;
    runtime.block_on(async {
        match cli.command {
            Command::Tasks(arguments) => tasks::run(&cli.sandbox, &cli.connection, arguments).await,
            Command::Sandbox(arguments) => sandbox::serve(&cli.sandbox, &cli.connection, arguments).await,
        }
    })
}
