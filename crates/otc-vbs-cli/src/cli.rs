//! The command line: the commands, and the options that all of them have.

// clap prints these comments unchanged.
#![allow(rustdoc::bare_urls)]

use std::io::{self, Write as _};

use clap::{Args, ColorChoice, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use crate::connection::{self, Connection};
use crate::diagnostics;
use crate::exit::{EXIT_CODES, Failure};
use crate::output::{Format, Options};
use crate::values::count;
use crate::words::time::Bound;
use crate::{
    backup, check, completions, explain, export, job, man, migrate, policy, quota, report, sandbox, schema,
    share, tasks, whoami, words,
};

const GLOBAL: &str = "Global options";
const OUTPUT: &str = "Output";

/// The commands to which the global options with these headings don't apply.
const WITHOUT: [(&str, &[&str]); 5] = [
    ("sandbox", &[connection::HEADING, OUTPUT]),
    ("explain", &[connection::HEADING]),
    ("completions", &[connection::HEADING, OUTPUT, GLOBAL]),
    ("man", &[connection::HEADING, OUTPUT, GLOBAL]),
    ("schema", &[connection::HEADING, OUTPUT, GLOBAL]),
];

/// The Volume Backup Service (VBS) of the Open Telekom Cloud in a terminal.
///
/// Try it without a cloud: `vbs --sandbox tasks`.
#[derive(Debug, Parser)]
#[command(name = "vbs", version, max_term_width = 100, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[command(flatten)]
    pub(crate) global: Global,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(after_help = check::EXIT_CODES)]
    Check(check::Args),

    #[command(visible_alias = "jobs", after_help = EXIT_CODES)]
    Tasks(tasks::Args),

    Job(job::Args),

    #[command(after_help = EXIT_CODES)]
    Explain(explain::Args),

    #[command(after_help = EXIT_CODES)]
    Backup(backup::Args),

    #[command(after_help = EXIT_CODES)]
    Share(share::Args),

    #[command(visible_alias = "quotas", after_help = EXIT_CODES)]
    Quota(quota::Args),

    #[command(after_help = EXIT_CODES)]
    Whoami(whoami::Args),

    #[command(after_help = EXIT_CODES)]
    Policy(policy::Args),

    #[command(after_help = EXIT_CODES)]
    Report(report::Args),

    #[command(after_help = EXIT_CODES)]
    Export(export::Args),

    #[command(after_help = EXIT_CODES)]
    Migrate(migrate::Args),

    #[command(after_help = EXIT_CODES)]
    Sandbox(sandbox::Args),

    Completions(completions::Args),

    Man(man::Args),

    Schema(schema::Args),
}

/// The options of all commands.
#[derive(Args, Debug)]
pub(crate) struct Global {
    #[command(flatten)]
    pub(crate) connection: Connection,

    #[command(flatten)]
    pub(crate) sandbox: InProcessSandbox,

    /// The output format. All formats except table and wide have every field, with times in UTC.
    #[arg(
        short,
        long,
        short_alias = 'f',
        alias = "format",
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT",
        help_heading = OUTPUT
    )]
    pub(crate) output: Format,

    /// The same as `--output json`, as other commands name it.
    #[arg(long, global = true, hide = true, conflicts_with = "output")]
    pub(crate) json: bool,

    /// The columns of a list to show, separated by commas, for example policy,status,reason.
    #[arg(short, long, global = true, value_name = "COLUMNS", value_delimiter = ',', help_heading = OUTPUT)]
    pub(crate) columns: Vec<String>,

    /// Show the times of tables in UTC, which is the default.
    #[arg(long, global = true, overrides_with = "local", help_heading = OUTPUT)]
    pub(crate) utc: bool,

    /// Show the times of tables in the time zone of this machine.
    #[arg(long, global = true, overrides_with = "utc", help_heading = OUTPUT)]
    pub(crate) local: bool,

    /// The current time for --since, --until and schedules [default: the time of this machine, or of the sandbox].
    #[arg(long, global = true, value_name = "TIME", help_heading = GLOBAL)]
    pub(crate) now: Option<String>,

    /// When to color the output. `auto` colors it on a terminal, unless NO_COLOR is set.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = GLOBAL)]
    pub(crate) color: ColorChoice,

    /// Print no notes, summaries and progress, only results, warnings and errors.
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub(crate) quiet: bool,

    /// Print each request with its operation, status, duration and request id, and the causes of errors.
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub(crate) verbose: bool,
}

impl Global {
    /// What counts as now, in the user's time zone. `clock` is the time of this machine or of the sandbox.
    pub(crate) fn now(&self, clock: Timestamp) -> Result<ZonedDateTime, Failure> {
        let clock = clock.to_zoned_datetime(self.zone());
        match &self.now {
            None => Ok(clock),
            Some(text) => {
                let now = words::time::parse(text, Bound::Start, &clock);
                let now = now.map_err(|error| Failure::usage(format!("--now: {error}")))?;
                Ok(now.to_zoned_datetime(self.zone()))
            }
        }
    }

    fn zone(&self) -> TimeZone {
        if self.local { TimeZone::system() } else { TimeZone::UTC }
    }

    pub(crate) fn output(&self) -> Options {
        let format = if self.json { Format::Json } else { self.output };
        Options { format, columns: self.columns.clone(), zone: self.zone(), widths: Vec::new() }
    }
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

impl Cli {
    /// Reads the command line of this process. Help and errors end it.
    pub(crate) fn read() -> Self {
        let matches = Self::documented_command().try_get_matches();
        matches.and_then(|matches| Self::from_arg_matches(&matches)).unwrap_or_else(|error| {
            let printed = error.print().and_then(|()| io::stdout().flush());
            // --help and --version are not mistakes.
            if error.use_stderr() && Self::is_check() {
                check::end_for_wrong_usage();
            }
            match printed.map_err(Failure::from) {
                Err(failure @ Failure::Output(_)) => {
                    diagnostics::error(&failure, false);
                    std::process::exit(1)
                }
                _ => std::process::exit(error.exit_code()),
            }
        })
    }

    /// Whether the command line, which has mistakes, is one of `vbs check`.
    fn is_check() -> bool {
        let matches = Self::command().ignore_errors(true).try_get_matches();
        let name = matches.ok().and_then(|matches| matches.subcommand_name().map(str::to_owned));
        match name {
            Some(name) => name == "check",
            // The mistake is before the command.
            None => std::env::args_os().any(|argument| argument == "check"),
        }
    }

    /// The command. The help of each subcommand lists only the options that apply to it.
    pub(crate) fn documented_command() -> clap::Command {
        Self::document(Self::command())
    }

    /// The same without the `help` commands, which need no manual page.
    pub(crate) fn command_without_help() -> clap::Command {
        fn without_help(command: clap::Command) -> clap::Command {
            command.disable_help_subcommand(true).mut_subcommands(without_help)
        }
        Self::document(without_help(Self::command()))
    }

    fn document(mut command: clap::Command) -> clap::Command {
        // Adds the global options to the subcommands.
        command.build();
        for (name, headings) in WITHOUT {
            command = command.mut_subcommand(name, |subcommand| {
                subcommand.mut_args(|option| {
                    let does_not_apply = option.get_help_heading().is_some_and(|it| headings.contains(&it));
                    let is_hidden = option.is_hide_set();
                    option.hide(is_hidden || does_not_apply)
                })
            });
        }
        command
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
