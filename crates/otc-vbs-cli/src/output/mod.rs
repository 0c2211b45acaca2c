//! How jobs are written: one format a file.

mod csv;
mod json;
mod record;
mod summary;
mod table;
mod yaml;

use std::io::{self, BufWriter, IsTerminal as _, Write};

use otc_vbs::types::BackupJob;

use crate::args::Format;
use crate::diagnostics;
use crate::policies::Policy;

/// Enough for the rows of a page, so that a million jobs are not a million writes.
const BUFFER: usize = 64 * 1024;

/// Writes jobs as they come. Nothing is kept of them.
///
/// What a format puts before the jobs is written with the first of them, so that a failure before leaves nothing on
/// standard output. After a failure in between, the output ends where it is: a JSON array stays open, so that nobody takes
/// a part for the whole.
pub(crate) trait JobOutput {
    /// Some jobs of a policy, in order. They are on their way when this returns.
    fn write(&mut self, policy: &Policy, jobs: &[BackupJob]) -> io::Result<()>;

    /// What a format puts after the jobs.
    fn finish(&mut self) -> io::Result<()>;
}

/// What the output depends on besides its format.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// How wide the column of the policy is. None where there is one policy only, and so no column.
    pub(crate) policy: Option<usize>,
    pub(crate) color: bool,
    /// How many columns the terminal has. None where it is a pipe or a file: nothing is cut there.
    pub(crate) width: Option<usize>,
}

impl Layout {
    pub(crate) fn of_stdout(policies: &[Policy]) -> Self {
        let width = io::stdout().is_terminal().then(|| usize::from(console::Term::stdout().size().1));
        let widest = policies.iter().map(|policy| console::measure_text_width(&policy.label)).max();
        Self { policy: widest.filter(|_| policies.len() > 1), color: diagnostics::color_on_stdout(), width }
    }
}

pub(crate) fn to_stdout(format: Format, layout: Layout) -> Box<dyn JobOutput> {
    let stdout = BufWriter::with_capacity(BUFFER, io::stdout());
    to(stdout, format, layout)
}

fn to(writer: impl Write + 'static, format: Format, layout: Layout) -> Box<dyn JobOutput> {
    match format {
        Format::Table => Box::new(table::Table::new(writer, layout)),
        Format::Json => Box::new(json::Json::new(writer)),
        Format::Yaml => Box::new(yaml::Yaml::new(writer)),
        Format::Csv => Box::new(csv::Csv::new(writer)),
    }
}

#[cfg(test)]
mod tests;
