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
//! | 0 | success (also if the reader closed the pipe) |
//! | 1 | any other failure |
//! | 2 | wrong usage: an option, an argument or a setting is missing or can't be used |
//! | 3 | authentication failed or permission denied |
//! | 4 | there is no such policy or project |
//! | 5 | no connection, or no answer in time |
//! | 6 | too many requests, or the service is unavailable for now |
//!
//! # Output
//!
//! Only jobs are written to standard output. Warnings, notes, progress and errors are written to standard error. No output
//! contains a token or a password, except for `vbs sandbox --print-env`, which prints those of the sandbox.

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
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::Runtime)?;
    runtime.block_on(async {
        match cli.command {
            Command::Tasks(arguments) => tasks::run(&cli.sandbox, &cli.connection, arguments).await,
            Command::Sandbox(arguments) => sandbox::serve(&cli.sandbox, &cli.connection, arguments).await,
        }
    })
}
