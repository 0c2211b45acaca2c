//! The `vbs` command: the backup jobs of the Open Telekom Cloud Volume Backup Service in a terminal.
//!
//! ```text
//! vbs --sandbox tasks                       the jobs of a sandbox inside this process
//! vbs check --all-projects                  whether every disk got its backup
//! vbs tasks nightly --failed                the failed jobs of one policy
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
//! | 4 | not found: there is no such policy, job, backup, disk or project |
//! | 5 | no connection, or no answer in time |
//! | 6 | busy: too many requests, the service is unavailable for now, or another export is running |
//! | 7 | partly done: something was done and something failed |
//! | 130 | ended by Ctrl-C |
//!
//! `vbs check` has the exit codes of monitoring plugins: 0 ok, 1 warning, 2 critical, 3 unknown.
//!
//! # Output
//!
//! Only results are written to standard output. Summaries, notes, warnings, progress and errors are written to standard error.
//! No output contains a token or a password, except for `vbs sandbox --print-env`, which prints those of the sandbox.

// The comments of options are printed as help, without any markup.
#![allow(rustdoc::bare_urls, rustdoc::invalid_html_tags)]

mod archive;
mod backup;
mod backup_job;
mod changes;
mod check;
mod cli;
mod completions;
mod confirm;
mod connect;
mod connection;
mod diagnostics;
mod disks;
mod dry_run;
mod exit;
mod explain;
mod export;
mod interrupt;
mod job;
mod logging;
mod man;
mod migrate;
mod output;
mod policies;
mod policy;
mod progress;
mod projects;
mod quota;
mod replace_file;
mod report;
mod resolve;
mod sandbox;
mod schema;
mod share;
mod started_job;
mod tasks;
mod token_file;
mod values;
mod whoami;
mod words;

use std::process::ExitCode;

use crate::check::finding::Severity;
use crate::cli::{Cli, Command};
use crate::exit::Failure;

fn main() -> ExitCode {
    let cli = Cli::read();
    diagnostics::set_color(cli.global.color);
    diagnostics::set_quiet(cli.global.quiet);
    let verbose = cli.global.verbose;
    let checks = matches!(cli.command, Command::Check(_));
    match run(cli) {
        Ok(()) | Err(Failure::ReaderGone | Failure::DryRun) => ExitCode::SUCCESS,
        Err(failure @ Failure::Found(_)) => failure.exit_code(),
        Err(failure) => {
            diagnostics::error(&failure, verbose);
            // What could not be checked is never OK.
            if checks { ExitCode::from(Severity::Unknown.exit_code()) } else { failure.exit_code() }
        }
    }
}

fn run(Cli { command, global }: Cli) -> Result<(), Failure> {
    // Fails only if there is one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let access = matches!(&command, Command::Sandbox(arguments) if arguments.access_log);
    logging::start(global.verbose, access)?;
    let format = global.output().format;
    let is_for_another = (format.is_only_for_check() && !matches!(command, Command::Check(_)))
        || (format.is_only_for_report() && !matches!(command, Command::Report(_)))
        || (format.is_only_for_plan() && !matches!(command, Command::Migrate(_)));
    if is_for_another {
        return Err(output::only_for_another(format));
    }
    if !matches!(command, Command::Sandbox(_)) {
        interrupt::exit_on_ctrl_c().map_err(Failure::Runtime)?;
    }
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::Runtime)?;
    runtime.block_on(async {
        match command {
            Command::Check(arguments) => check::run(&global, arguments).await,
            Command::Tasks(arguments) => tasks::run(&global, arguments).await,
            Command::Backup(arguments) => backup::run(&global, arguments).await,
            Command::Share(arguments) => share::run(&global, arguments).await,
            Command::Quota(arguments) => quota::run(&global, arguments).await,
            Command::Whoami(arguments) => whoami::run(&global, arguments).await,
            Command::Policy(arguments) => policy::run(&global, arguments).await,
            Command::Job(arguments) => job::run(&global, arguments).await,
            Command::Export(arguments) => export::run(&global, arguments).await,
            Command::Explain(arguments) => explain::run(&global, arguments),
            Command::Report(arguments) => report::run(&global, arguments).await,
            Command::Migrate(arguments) => migrate::run(&global, arguments).await,
            Command::Sandbox(arguments) => sandbox::run(&global, arguments).await,
            Command::Completions(arguments) => completions::run(arguments),
            Command::Man(arguments) => man::run(arguments),
            Command::Schema(arguments) => schema::run(&arguments),
        }
    })
}
