//! `vbs check`: answers the question of every morning: did every disk get its backup?
//!
//! [`gather`] asks the service, and makes a [`Report`] of the answers: it calls [`read_jobs`](read::read_jobs), which lists
//! the backup jobs of a policy as far back as needed, and [`check_policy`](verdict::check_policy), which judges them. The
//! judging modules send nothing and read no clock.
//!
//! # Runs and disks
//!
//! - The service does not list the disks of a policy, only their number. Disks are known from jobs.
//! - A run is the time from one due time until the next. A disk has its backup if any job that was created
//!   since the due time succeeded, so a manual run makes up for a scheduled one that failed.
//! - A run is judged for a disk as soon as its job has ended. Until then, and as long as the grace period
//!   lasts, the run before it is judged.
//! - The service does not say when a policy was created, switched on or changed, or when a disk was added. A disk is
//!   judged from the run of its first job on. Before that, it is [`Never`](finding::Verdict::Never): it may be new. A
//!   policy that was off cannot be told from one that the service did not run, so its runs are
//!   [`Missed`](finding::Verdict::Missed), and the detail says so if no disk of the policy has a job.
//! - What the service did not say, or said unreadably, is [`Unknown`](finding::Verdict::Unknown), never
//!   [`Ok`](finding::Verdict::Ok).

mod disk;
pub(crate) mod finding;
mod gather;
pub(crate) mod history;
mod nagios;
pub(crate) mod next_step;
pub(crate) mod plan;
mod prometheus;
pub(crate) mod quota;
pub(crate) mod read;
mod report;
mod row;
pub(crate) mod verdict;

#[cfg(test)]
pub(crate) mod tests;

use std::io::Write as _;
use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use jiff::{SignedDuration, Timestamp};

use self::finding::Severity;
use self::plan::Options;
use self::report::Report;
pub(crate) use self::row::CheckRow;
use crate::archive::answers::Scope;
use crate::cli::Global;
use crate::connect::with_archive::Source;
use crate::diagnostics;
use crate::disks;
use crate::exit::Failure;
use crate::output::{Format, Rows};
use crate::replace_file;
use crate::values::duration;
use crate::words::text;

/// The exit codes, for `--help`.
pub(crate) const EXIT_CODES: &str = "\
Exit codes, as for monitoring plugins:
  0  OK: every disk was backed up on schedule
  1  WARNING: a disk is late, was skipped or never tried, a policy is off, or a quota is nearly full
  2  CRITICAL: a backup failed or was missed, or a quota is full
  3  UNKNOWN: something could not be checked, or wrong usage, settings or credentials";

/// Check whether every disk got its backup.
///
/// When backups are due follows from the schedules of the policies. The disks of a policy are known from its backup jobs,
/// because the service does not list them. Their names come from block storage; without it, they are shown by their ids.
///
/// In addition to the formats of all commands, there are `-o nagios`, one line for a monitoring system, and `-o prometheus`,
/// metrics in the text format.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Check only this policy, by name or id, and no quotas. Can be repeated.
    #[arg(long = "policy", value_name = "POLICY")]
    policies: Vec<String>,

    #[command(flatten)]
    source: Source,

    /// List healthy disks too.
    #[arg(long)]
    all: bool,

    /// The time after which all jobs of a run must have ended.
    #[arg(long, value_name = "DURATION", default_value = "6h", value_parser = duration)]
    grace: SignedDuration,

    /// The maximum age of the last good backup, for example 26h. Overrides the schedules of the policies.
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    max_age: Option<SignedDuration>,

    /// Ignore this disk: its id, its name, or at least the first 8 characters of its id. Can be repeated.
    #[arg(long = "ignore", value_name = "DISK", value_delimiter = ',')]
    ignored: Vec<String>,

    /// Write the metrics of `-o prometheus` to this file, which is replaced atomically.
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

impl Args {
    /// Whether a row is in the list below the headline.
    fn is_listed(&self, row: &CheckRow) -> bool {
        self.all || !row.is_healthy()
    }
}

pub(crate) async fn run(global: &Global, arguments: Args) -> Result<(), Failure> {
    let report = match report(global, &arguments).await {
        Ok(report) => report,
        Err(failure) => {
            // A monitoring system reads only this, and an older file of metrics may say that all is well.
            let now = global.now(Timestamp::now()).map_or_else(|_| Timestamp::now(), |now| now.timestamp());
            // The failure itself is printed by the caller.
            let _ = write(global, &arguments, &Report::from_failure(&failure, now));
            return Err(failure);
        }
    };
    match write(global, &arguments, &report) {
        // The exit code is right even if the reader closed the pipe.
        Ok(()) | Err(Failure::ReaderGone) => {}
        Err(failure) => return Err(failure),
    }
    match report.severity {
        Severity::Ok => Ok(()),
        severity => Err(Failure::Found(severity)),
    }
}

/// Ends the process after a mistake in the command line.
pub(crate) fn end_for_wrong_usage() -> ! {
    println!("VBS UNKNOWN - the command line can't be used; `vbs check --help` shows how");
    std::process::exit(Severity::Unknown.exit_code().into())
}

async fn report(global: &Global, arguments: &Args) -> Result<Report, Failure> {
    let format = global.output().format;
    if arguments.write.is_some() && format != Format::Prometheus {
        return Err(Failure::usage("--write is only for -o prometheus"));
    }
    if format.is_only_for_check() && !global.columns.is_empty() {
        return Err(Failure::usage("--columns has no effect on -o nagios and -o prometheus"));
    }
    if !format.is_only_for_check() {
        // Refuses unknown columns before anything is sent.
        drop(Rows::<CheckRow>::to_stdout(&global.output())?);
    }
    let mut connected = arguments.source.connect(global, Scope::LastExport).await?;
    let now = global.now(connected.now)?.timestamp();
    let mut ignored = Vec::with_capacity(arguments.ignored.len());
    for text in &arguments.ignored {
        ignored.extend(disks::ids_or_prefix(&connected, global, text).await?);
    }
    let options = Options { grace: arguments.grace, max_age: arguments.max_age, ignored };
    let mut report = gather::gather(&mut connected, global, &arguments.policies, now, &options).await?;
    if !format.is_only_for_check() {
        let is_listed = |row: &CheckRow| arguments.is_listed(row);
        gather::name_disks(&mut report, &connected, global, is_listed).await;
    }
    connected.close().await?;
    Ok(report)
}

fn write(global: &Global, arguments: &Args, report: &Report) -> Result<(), Failure> {
    let mut output = global.output();
    match output.format {
        Format::Nagios => return print(&nagios::line(report)),
        Format::Prometheus => {
            let metrics = prometheus::metrics(report);
            return match &arguments.write {
                Some(file) => replace_file::replace(file, metrics.as_bytes()),
                None => print(&metrics),
            };
        }
        _ => {}
    }
    let is_table = matches!(output.format, Format::Table | Format::Wide);
    if is_table && report.severity == Severity::Ok && diagnostics::is_quiet() && !arguments.all {
        return Ok(());
    }
    // The table has quotas below it.
    let (quotas, rows): (Vec<CheckRow>, Vec<CheckRow>) = report
        .rows
        .iter()
        .filter(|row| arguments.is_listed(row))
        .cloned()
        .partition(|row| is_table && row.quota.is_some());
    let headline = report.headline();
    if is_table {
        print(&format!("{}\n", colored(report.severity, &headline)))?;
        if !rows.is_empty() {
            print("\n")?;
        }
    } else if report.failure.is_none() {
        diagnostics::summary(&headline);
    }
    if report.failure.is_some() {
        return Ok(());
    }
    if !report.has_several_projects() {
        output.widths.push(("PROJECT", 0));
    }
    let mut table = Rows::to_stdout(&output)?;
    table.write(&rows)?;
    table.finish()?;
    for row in quotas {
        let project = row.project.as_deref().unwrap_or_default();
        let line = format!("quota {project}: {}", row.detail.as_deref().unwrap_or_default());
        print(&format!("{}\n", text::line(&line)))?;
    }
    Ok(())
}

fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}

/// The style of a severity.
fn style(severity: Severity) -> Style {
    match severity {
        Severity::Ok => AnsiColor::Green.on_default(),
        Severity::Warning => AnsiColor::Yellow.on_default(),
        Severity::Unknown => AnsiColor::Magenta.on_default(),
        Severity::Critical => AnsiColor::Red.on_default().bold(),
    }
}

fn colored(severity: Severity, text: &str) -> String {
    let style = style(severity);
    match diagnostics::color_on_stdout() {
        true => format!("{style}{text}{style:#}"),
        false => text.to_owned(),
    }
}
