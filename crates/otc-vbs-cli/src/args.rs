//! The command line.

// The command prints these comments as they are.
#![allow(rustdoc::bare_urls)]

mod connection;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ColorChoice, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use otc_vbs::{BackupJobId, BackupJobSortKey, BackupJobStatus, SortDirection};
use otc_vbs_sandbox::Fault;

pub(crate) use self::connection::{Connection, Project};
use self::values::{clock_rate, count, days, job_id, limit, offset, rate, status};
use crate::exit::EXIT_CODES;

const GLOBAL: &str = "Global options";

/// The Volume Backup Service (VBS) of the Open Telekom Cloud in a terminal.
///
/// Try it without a cloud: `vbs --sandbox tasks`.
#[derive(Debug, Parser)]
#[command(name = "vbs", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[command(flatten)]
    pub(crate) connection: Connection,

    #[command(flatten)]
    pub(crate) sandbox: InProcessSandbox,

    /// When to colour the output. `auto` does on a terminal, unless NO_COLOR is set.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = GLOBAL)]
    pub(crate) color: ColorChoice,

    /// Show what caused an error, in the words of the libraries.
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub(crate) verbose: bool,
}

impl Cli {
    /// Reads the command line of this process. Help and errors end it.
    pub(crate) fn read() -> Self {
        let matches = Self::documented_command().get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    /// The command, with help of each subcommand that has only the options that apply to it.
    fn documented_command() -> clap::Command {
        let mut command = Self::command();
        // This is when global options get into subcommands.
        command.build();
        command.mut_subcommand("sandbox", |sandbox| {
            sandbox.mut_args(|option| {
                let is_of_connection = option.get_help_heading() == Some(connection::HEADING);
                option.hide(is_of_connection)
            })
        })
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Show the backup jobs that policies triggered in the last 30 days.
    ///
    /// Without --all, one page of each policy is shown: 20 jobs where --limit says nothing else, the newest first where
    /// no order is asked for.
    #[command(after_help = EXIT_CODES)]
    Tasks(Tasks),

    /// Run a sandbox of the service until Ctrl-C: real HTTP, made-up data, no cloud.
    ///
    /// When it takes connections, it prints one line with its URLs on standard output, or with --print-env what makes
    /// `vbs tasks` use it.
    #[command(after_help = EXIT_CODES)]
    Sandbox(SandboxServer),
}

/// The sandbox that runs inside this process.
#[derive(Args, Debug)]
pub(crate) struct InProcessSandbox {
    /// Use a sandbox inside this process: made-up data, no cloud, no credentials.
    #[arg(id = "in_process", long = "sandbox", global = true, help_heading = GLOBAL)]
    pub(crate) enabled: bool,

    /// How many backup jobs the sandbox of --sandbox has. `1_000_000` is a number too.
    #[arg(
        id = "in_process_jobs",
        long = "sandbox-jobs",
        global = true,
        value_name = "N",
        value_parser = count,
        allow_negative_numbers = true,
        help_heading = GLOBAL
    )]
    pub(crate) jobs: Option<u64>,
}

#[derive(Args, Debug)]
pub(crate) struct Tasks {
    /// The policies, by name or id. All of the project where none is named.
    #[arg(value_name = "POLICY")]
    pub(crate) policies: Vec<String>,

    /// Show every job, page after page; --limit is the size of a page then.
    #[arg(long)]
    pub(crate) all: bool,

    /// How the jobs are written. All but table have every field, and are written as they arrive.
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: Format,

    #[command(flatten)]
    pub(crate) filters: Filters,
}

/// The filters of the query, each as the service has it.
#[derive(Args, Debug)]
#[command(next_help_heading = "Filters")]
pub(crate) struct Filters {
    /// The order of the jobs.
    #[arg(long, value_enum, value_name = "DIRECTION")]
    pub(crate) sort_dir: Option<Direction>,

    /// The most jobs in a page, at least 1.
    #[arg(long, value_name = "N", value_parser = limit, allow_negative_numbers = true)]
    pub(crate) limit: Option<u32>,

    /// Begin after the job with this id. Needs exactly one policy.
    #[arg(long, value_name = "ID", value_parser = job_id)]
    pub(crate) marker: Option<BackupJobId>,

    /// Only the job with this id.
    #[arg(long, value_name = "ID", value_parser = job_id)]
    pub(crate) job_id: Option<BackupJobId>,

    /// Only jobs in this status: running, execute-timeout, waiting, execute-fail, execute-success or skip.
    ///
    /// Written as here or as EXECUTE_FAIL. Another status is sent as it is, with a warning.
    #[arg(long, value_name = "STATUS", value_parser = status)]
    pub(crate) status: Option<BackupJobStatus>,

    /// What the jobs are sorted by.
    #[arg(long, value_enum, value_name = "KEY")]
    pub(crate) sort_key: Option<SortKey>,

    /// Pass over so many jobs of each policy.
    #[arg(long, value_name = "N", value_parser = offset, allow_negative_numbers = true)]
    pub(crate) offset: Option<u32>,
}

#[derive(Args, Debug)]
pub(crate) struct SandboxServer {
    /// How many backup jobs there are, all policies taken together. They cost no memory. `1_000_000` is a number too.
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) jobs: Option<u64>,

    /// How many policies there are.
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) policies: Option<u64>,

    /// How many disks the policies hold.
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) disks: Option<u64>,

    /// How many days the backup jobs go back, 1 to 365. The service lists those of the last 30.
    #[arg(long, value_name = "N", value_parser = days, allow_negative_numbers = true)]
    pub(crate) days: Option<u16>,

    /// The number from which all data follow: the same number, the same data.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED, value_parser = count, allow_negative_numbers = true)]
    pub(crate) seed: u64,

    /// What the time is when it begins, for example 2026-01-15T06:00:00Z, which it is by default.
    #[arg(long, value_name = "TIME")]
    pub(crate) clock: Option<Timestamp>,

    /// How many seconds pass in it while one passes outside. With 0 its clock stands still until `POST /admin/clock`.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clock_rate, allow_negative_numbers = true)]
    pub(crate) clock_rate: u32,

    /// Let something go wrong, for example `GET /v2/*/backuppolicy: 503-html; times=2`. May be there more than once.
    ///
    /// `GET /admin` of the sandbox lists the faults; the README of otc-vbs-sandbox says how they are written.
    #[arg(long, value_name = "FAULT")]
    pub(crate) fault: Vec<Fault>,

    /// Let something go wrong with this share of the requests, for example 0.05. The seed decides what, and with which.
    #[arg(long, value_name = "RATE", value_parser = rate, allow_negative_numbers = true)]
    pub(crate) fault_rate: Option<f64>,

    /// Where to listen. Port 0 is any that is free.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,

    /// Allow an address that other machines can reach. Everybody knows the sandbox's credentials.
    #[arg(long)]
    pub(crate) allow_remote: bool,

    /// Keep the state in this file (JSON), and go on from it where it is there. The seed and the numbers are then the
    /// file's.
    ///
    /// A change is answered once it is in the file. Whatever ends the sandbox, the file is whole.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,

    /// Print what makes `vbs tasks` in another shell use this sandbox, as lines for that shell.
    ///
    /// These are the OS_* variables of OpenStack for a login by password, which `openstack` takes too, or with
    /// `--print-env=token` endpoint, project and token, for those who do not sign in.
    #[arg(
        long,
        value_enum,
        value_name = "CREDENTIALS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "password"
    )]
    pub(crate) print_env: Option<Credentials>,

    /// Write a line about every request to standard error. So does RUST_LOG=otc_vbs_sandbox::access=info.
    #[arg(long)]
    pub(crate) access_log: bool,

    /// Write a clouds.yaml with a cloud for each kind of credentials, and say how to use it.
    ///
    /// A file that a sandbox wrote is overwritten, any other only with --force.
    #[arg(long, value_name = "FILE")]
    pub(crate) clouds_yaml: Option<PathBuf>,

    /// Let --clouds-yaml overwrite any file.
    #[arg(long, requires = "clouds_yaml")]
    pub(crate) force: bool,
}

/// Which credentials `--print-env` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Credentials {
    /// A user with a password.
    Password,
    /// A token.
    Token,
}

/// The seed of a sandbox that was given none.
pub(crate) const DEFAULT_SEED: u64 = 1;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: a table and a summary. On a narrow terminal, ids are cut and columns left out.
    #[default]
    Table,
    /// An array of objects, one to a line.
    Json,
    /// A sequence of mappings.
    Yaml,
    /// RFC 4180 with a header. Cells are as the service sent them: a spreadsheet may take one for a formula.
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Direction {
    /// The oldest first.
    Asc,
    /// The newest first.
    Desc,
}

impl From<Direction> for SortDirection {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Asc => Self::Asc,
            Direction::Desc => Self::Desc,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SortKey {
    /// When the jobs were created.
    #[value(name = "created_at", alias = "created-at")]
    CreatedAt,
}

impl From<SortKey> for BackupJobSortKey {
    fn from(key: SortKey) -> Self {
        match key {
            SortKey::CreatedAt => Self::CreatedAt,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::documented_command().debug_assert();
    }
}
