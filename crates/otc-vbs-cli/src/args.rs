//! The command line.

// The command prints these comments as they are.
#![allow(rustdoc::bare_urls)]

mod connection;
mod values;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ColorChoice, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use jiff::Timestamp;
use otc_vbs::types::{BackupJobId, BackupJobSortKey, BackupJobStatus, SortDirection};
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

    /// When to colour the output. `auto` colours it on a terminal, unless NO_COLOR is set.
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

    /// The command. The help of each subcommand lists only the options that apply to it.
    fn documented_command() -> clap::Command {
        let mut command = Self::command();
        // Adds the global options to the subcommands.
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
    /// Without --all, one page of each policy is shown: 20 jobs, or as many as --limit says, newest first unless
    /// --sort-dir says otherwise.
    #[command(after_help = EXIT_CODES)]
    Tasks(Tasks),

    /// Run a sandbox of the service until Ctrl-C: real HTTP, made-up data, no cloud.
    ///
    /// Its clock starts at the real time and keeps running, unless --clock and --clock-rate change that. A second Ctrl-C ends
    /// it at once.
    ///
    /// Once it accepts connections, it prints a line with its URLs to standard output or, with --print-env, the
    /// environment variables that make `vbs tasks` use it.
    #[command(after_help = EXIT_CODES)]
    Sandbox(SandboxServer),
}

/// The sandbox that runs inside this process.
#[derive(Args, Debug)]
pub(crate) struct InProcessSandbox {
    /// Use a sandbox inside this process: made-up data, no cloud, no credentials.
    #[arg(id = "in_process", long = "sandbox", global = true, help_heading = GLOBAL)]
    pub(crate) enabled: bool,

    /// The number of backup jobs of the sandbox that --sandbox runs, for example 1_000_000.
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
    /// The policies, by name or id. Defaults to all policies of the project.
    #[arg(value_name = "POLICY")]
    pub(crate) policies: Vec<String>,

    /// Show all jobs, not just the first page.
    #[arg(long)]
    pub(crate) all: bool,

    /// The output format. All formats except table have every field, and are written as jobs arrive.
    #[arg(short, long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(crate) output: Format,

    #[command(flatten)]
    pub(crate) filters: Filters,
}

/// The filters of the query, as the service defines them.
#[derive(Args, Debug)]
#[command(next_help_heading = "Filters")]
pub(crate) struct Filters {
    /// The order of the jobs.
    #[arg(long, value_enum, value_name = "DIRECTION")]
    pub(crate) sort_dir: Option<Direction>,

    /// Jobs per page [default: 20].
    #[arg(long, value_name = "N", value_parser = limit, allow_negative_numbers = true)]
    pub(crate) limit: Option<u32>,

    /// Start after the job with this id. Requires exactly one policy.
    #[arg(long, value_name = "ID", value_parser = job_id)]
    pub(crate) marker: Option<BackupJobId>,

    /// Only the job with this id.
    #[arg(long, value_name = "ID", value_parser = job_id)]
    pub(crate) job_id: Option<BackupJobId>,

    /// Only jobs in this status: running, execute-timeout, waiting, execute-fail, execute-success or skip.
    ///
    /// EXECUTE_FAIL is accepted as well. Any other status is sent unchanged, with a warning.
    #[arg(long, value_name = "STATUS", value_parser = status)]
    pub(crate) status: Option<BackupJobStatus>,

    /// The sort key.
    #[arg(long, value_enum, value_name = "KEY")]
    pub(crate) sort_key: Option<SortKey>,

    /// Skip the first N jobs of each policy.
    #[arg(long, value_name = "N", value_parser = offset, allow_negative_numbers = true)]
    pub(crate) offset: Option<u32>,
}

#[derive(Args, Debug)]
pub(crate) struct SandboxServer {
    /// The number of backup jobs of each project, for example 1_000_000 [default: all that the schedules give].
    ///
    /// They take no memory. There are as many disks as they need, unless --disks sets the number.
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) jobs: Option<u64>,

    /// The number of projects, 2 to 100, in the regions eu-de and eu-nl. In every fifth, the user may only read.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..=100), allow_negative_numbers = true)]
    pub(crate) projects: Option<u8>,

    /// The number of policies of each project.
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) policies: Option<u64>,

    /// The number of disks that are associated with policies [default: 7, or as many as --jobs needs].
    #[arg(long, value_name = "N", value_parser = count, allow_negative_numbers = true)]
    pub(crate) disks: Option<u64>,

    /// The number of days that the backup jobs go back, 1 to 365. The service lists the last 30.
    #[arg(long, value_name = "N", value_parser = days, allow_negative_numbers = true)]
    pub(crate) days: Option<u16>,

    /// The seed of the data. The same seed and clock produce the same data.
    #[arg(long, value_name = "N", default_value_t = DEFAULT_SEED, value_parser = count, allow_negative_numbers = true)]
    pub(crate) seed: u64,

    /// The time at which the sandbox clock starts [default: the real time].
    #[arg(long, value_name = "TIME")]
    pub(crate) clock: Option<Timestamp>,

    /// Speed of the sandbox clock relative to real time; 0 freezes it until `POST /admin/clock`.
    ///
    /// Tokens expire after 24 hours of real time, whatever this clock shows.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clock_rate, allow_negative_numbers = true)]
    pub(crate) clock_rate: u32,

    /// Inject a fault, for example `GET /v2/*/backuppolicy: 503-html; times=2`. May be repeated.
    ///
    /// `GET /admin` of the sandbox lists the faults. The README of otc-vbs-sandbox explains their notation.
    #[arg(long, value_name = "FAULT")]
    pub(crate) fault: Vec<Fault>,

    /// Inject faults into this share of the requests, for example 0.05. The seed decides which faults and where.
    #[arg(long, value_name = "RATE", value_parser = rate, allow_negative_numbers = true)]
    pub(crate) fault_rate: Option<f64>,

    /// The address to listen on. Port 0 is any free port.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,

    /// Allow an address that other machines can reach. The sandbox's credentials are public.
    #[arg(long)]
    pub(crate) allow_remote: bool,

    /// Compress responses for clients that accept gzip.
    #[arg(long)]
    pub(crate) gzip: bool,

    /// Keep the state in this JSON file, and continue from it if it exists, with its seed, numbers and time.
    ///
    /// A change is confirmed once it is in the file. The file stays complete however the sandbox ends. FILE.lock and FILE.new
    /// are used too, but never overwritten if something else wrote them.
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,

    /// Print shell commands that set the variables with which `vbs tasks` uses this sandbox.
    ///
    /// By default, they set the OS_* variables of OpenStack for a sign-in with a password, which `openstack` reads too. With
    /// `--print-env=token`, they set the endpoint, the project and a token, which need no sign-in.
    #[arg(
        long,
        value_enum,
        value_name = "CREDENTIALS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "password"
    )]
    pub(crate) print_env: Option<Credentials>,

    /// Log every request to standard error, like RUST_LOG=otc_vbs_sandbox::access=info.
    #[arg(long)]
    pub(crate) access_log: bool,

    /// Write a clouds.yaml with a cloud for each kind of credentials, and print how to use it.
    ///
    /// Only a file that a sandbox wrote is overwritten, unless --force is given.
    #[arg(long, value_name = "FILE")]
    pub(crate) clouds_yaml: Option<PathBuf>,

    /// Allow --clouds-yaml to overwrite any file.
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

/// The seed of a sandbox unless another one is set.
pub(crate) const DEFAULT_SEED: u64 = 1;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table and a summary, for people. A narrow terminal shortens ids and hides columns.
    #[default]
    Table,
    /// An array of objects, one per line.
    Json,
    /// A sequence of mappings.
    Yaml,
    /// RFC 4180 with a header. Cells are as the service sent them; a spreadsheet may treat one as a formula.
    Csv,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Direction {
    /// Oldest first.
    Asc,
    /// Newest first.
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
    /// The creation time.
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
    fn command_line_is_consistent() {
        Cli::documented_command().debug_assert();
    }
}
