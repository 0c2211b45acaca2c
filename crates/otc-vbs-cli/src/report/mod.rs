//! `vbs report`: how the backups of the last weeks went.
//!
//! [`gather`] asks the service, [`policy_report`](policy::policy_report) makes the report of each policy from its jobs, and
//! [`Report`] is all of them. [`text`] and [`html`] show it to people.
//!
//! Due times and the disks that are in a policy are those of [`check`](crate::check).

mod days;
mod figures;
mod gather;
mod html;
mod model;
mod policy;
mod text;

#[cfg(test)]
mod tests;

use std::io::Write as _;
use std::path::PathBuf;

use self::days::{MAX_DAYS, Window};
pub(crate) use self::model::Report;
use crate::archive::answers::Scope;
use crate::cli::Global;
use crate::connect::with_archive::Source;
use crate::diagnostics;
use crate::exit::Failure;
use crate::output::{self, Format};
use crate::words::time::{self, Bound};

/// Report how the backups of the last weeks went: each disk on each day, success rate, durations, causes and load.
///
/// The state of a disk on a day is the worst of that day. Days and hours are those of UTC. The service forgets jobs after
/// 30 days.
///
/// In addition to the formats of all commands, there is `-o html`, one file to read in a browser or to print.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The policies, by name or id. Defaults to all policies.
    #[arg(value_name = "POLICY")]
    policies: Vec<String>,

    #[command(flatten)]
    source: Source,

    /// Report the backups since this time: 7d, a date, or 2026-01-15T06:00:00Z.
    #[arg(long, value_name = "TIME", default_value = "30d")]
    since: String,

    /// Write the report to this file, which is replaced atomically, instead of standard output.
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

pub(crate) async fn run(global: &Global, arguments: Args) -> Result<(), Failure> {
    let output = global.output();
    let is_page = output.format == Format::Html;
    // Refuses columns and formats of other commands before anything is sent.
    let format = if is_page { Format::Table } else { output.format };
    output::check_shows(&output::Options { format, ..output.clone() })?;
    let mut connected = arguments.source.connect(global, Scope::LastExport).await?;
    let now = global.now(connected.now)?;
    let since = time::parse(&arguments.since, Bound::Start, &now);
    let since = since.map_err(|error| Failure::usage(format!("--since: {error}")))?;
    let window = Window::new(since, now.timestamp()).ok_or_else(|| {
        let problem = format!("--since: `{}` is not within the last {MAX_DAYS} days", arguments.since);
        Failure::usage(problem)
    })?;
    let (report, failures) = gather::gather(&mut connected, global, &arguments.policies, &window).await?;
    connected.close().await?;
    if report.policies.is_empty() {
        diagnostics::note("there are no backup policies");
    }
    let mut bytes = Vec::new();
    match output.format {
        Format::Html => bytes.extend(html::page(&report, &output.view()).into_bytes()),
        Format::Table | Format::Wide => {
            let is_color = arguments.write.is_none() && diagnostics::color_on_stdout();
            bytes.extend(text::page(&report, &output, output::width(), is_color).into_bytes());
        }
        _ => output::show_to(&mut bytes, &output, &report, &[])?,
    }
    match &arguments.write {
        Some(file) => {
            crate::replace_file::replace(file, &bytes)?;
            diagnostics::summary(&format!("the report is in {}", file.display()));
        }
        None => {
            let mut stdout = std::io::stdout().lock();
            stdout.write_all(&bytes)?;
            stdout.flush()?;
        }
    }
    Failure::partial(failures, true)
}
