//! What commands write to standard output: rows or one object, in each format.
//!
//! A command describes its rows once, as a [`Record`]. Every format follows from that. Rows are written as they arrive, and
//! none is kept, so a million rows need no more memory than a page of them.

mod cells;
mod machine;
mod table;

use std::io::{self, BufWriter, IsTerminal as _, Write};

use anstyle::Style;
use clap::ValueEnum;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use otc_vbs::types::UtcTimestamp;
use serde::Serialize;

use self::machine::{Csv, Json, Yaml};
use self::table::{Layout, Table};
use crate::exit::Failure;
use crate::{diagnostics, words};

/// Enough for the rows of a page, so that a million rows are not a million writes.
const BUFFER: usize = 64 * 1024;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table, for people. A narrow terminal shortens ids, hides columns and wraps long texts.
    #[default]
    #[value(alias = "text")]
    Table,
    /// A table with more columns and whole ids, for wide terminals.
    Wide,
    /// An array of objects, one per line.
    Json,
    /// One object per line (JSON Lines).
    Jsonl,
    /// A sequence of mappings.
    Yaml,
    /// RFC 4180 with a header. Safe to open in a spreadsheet: a cell that it would take for a formula begins with `'`.
    Csv,
    /// One line for a monitoring plugin, with performance data. Only for `vbs check`.
    #[value(hide = true)]
    Nagios,
    /// Metrics in the text format of Prometheus. Only for `vbs check`.
    #[value(hide = true)]
    Prometheus,
    /// A configuration for Terraform. Only for `vbs migrate plan`.
    #[value(hide = true)]
    Terraform,
    /// A script for the OpenStack client. Only for `vbs migrate plan`.
    #[value(hide = true)]
    Openstack,
    /// A page for a browser, in one file. Only for `vbs report`.
    #[value(hide = true)]
    Html,
}

impl Format {
    /// Whether only `vbs check` has this format.
    pub(crate) fn is_only_for_check(self) -> bool {
        matches!(self, Self::Nagios | Self::Prometheus)
    }

    /// Whether only `vbs migrate plan` has this format.
    pub(crate) fn is_only_for_plan(self) -> bool {
        matches!(self, Self::Terraform | Self::Openstack)
    }

    /// Whether only `vbs report` has this format.
    pub(crate) fn is_only_for_report(self) -> bool {
        self == Self::Html
    }
}

/// The failure of a command that is asked for a format that only another command has.
pub(crate) fn only_for_another(format: Format) -> Failure {
    let name = format.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    let command = match format {
        format if format.is_only_for_plan() => "migrate plan",
        format if format.is_only_for_report() => "report",
        _ => "check",
    };
    Failure::Usage {
        problem: format!("`-o {name}` is a format of `vbs {command}` only"),
        hint: Some("choose from table, wide, json, jsonl, yaml and csv".to_owned()),
    }
}

/// How output is written.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) format: Format,
    /// The names of the columns to write, in this order. Empty: those of the format.
    pub(crate) columns: Vec<String>,
    /// The zone of the times in tables. Other formats write UTC.
    pub(crate) zone: TimeZone,
    /// Columns of the table that have at least this width, because later rows may need it. A width of 0 hides the column
    /// unless it is asked for.
    pub(crate) widths: Vec<(&'static str, usize)>,
}

impl Options {
    pub(crate) fn view(&self) -> View {
        View { zone: self.zone.clone() }
    }
}

/// A row: of a table for people, and an object without lists and objects in it for programs.
pub(crate) trait Record: Serialize + Sized + 'static {
    /// The columns of the table, in order.
    const COLUMNS: &'static [Column<Self>];

    /// The names of the fields, in the order in which they are serialized.
    const FIELDS: &'static [&'static str];

    /// A line below the text that wraps, which is not wrapped itself, for example a command to copy.
    fn below(&self) -> Option<String> {
        None
    }
}

/// A column of a table.
pub(crate) struct Column<R> {
    pub(crate) title: &'static str,
    /// The cell of a row. It may contain text of the service.
    pub(crate) text: fn(&R, &View) -> String,
    pub(crate) style: fn(&R) -> Style,
    pub(crate) fit: Fit,
}

/// What happens to a column if the terminal is too narrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    /// It keeps its width.
    Keep,
    /// It is an id, and is shortened without a mark. The rest can be used as the id. A cell of several words is kept. It is
    /// hidden as a last resort if it is not the first id of the row.
    Id,
    /// It is shortened to this number of characters, or to fewer as a last resort.
    Shorten(usize),
    /// It is hidden. The lowest number is hidden first.
    Hide(u8),
    /// It takes the rest of the line, or the lines below it, and wraps. Only the last column can do that.
    Wrap,
    /// It is only in the wide table.
    Wide,
}

impl<R> Column<R> {
    pub(crate) const fn new(title: &'static str, fit: Fit, text: fn(&R, &View) -> String) -> Self {
        Self { title, text, style: |_| Style::new(), fit }
    }

    pub(crate) const fn styled(mut self, style: fn(&R) -> Style) -> Self {
        self.style = style;
        self
    }
}

/// What the cells of a table depend on besides their row.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) zone: TimeZone,
}

impl View {
    /// A time to the minute: `2026-01-15 05:00Z`, or with the offset of the zone.
    pub(crate) fn time(&self, time: Timestamp) -> String {
        words::time::table(time, &self.zone)
    }

    /// A time that the service may not have sent. Empty without one.
    pub(crate) fn optional_time(&self, time: Option<UtcTimestamp>) -> String {
        time.map(|time| self.time(time.as_timestamp())).unwrap_or_default()
    }
}

/// Writes rows to standard output in one format.
pub(crate) struct Rows<R> {
    sink: Sink<Box<dyn Write>>,
    row: std::marker::PhantomData<fn(&R)>,
}

enum Sink<W: Write> {
    Table(Table<W>),
    Json(Json<W>),
    Yaml(Yaml<W>),
    Csv(Box<Csv<W>>),
}

impl<R: Record> Rows<R> {
    pub(crate) fn to_stdout(options: &Options) -> Result<Self, Failure> {
        let writer = BufWriter::with_capacity(BUFFER, io::stdout());
        Self::new(Box::new(writer), options, width(), diagnostics::color_on_stdout())
    }

    fn new(
        writer: Box<dyn Write>,
        options: &Options,
        width: Option<usize>,
        color: bool,
    ) -> Result<Self, Failure> {
        let is_table = matches!(options.format, Format::Table | Format::Wide);
        let known: Vec<String> = match is_table {
            true => R::COLUMNS.iter().map(|column| name(column.title)).collect(),
            false => R::FIELDS.iter().map(|field| (*field).to_owned()).collect(),
        };
        let mut chosen = Vec::with_capacity(options.columns.len());
        for wanted in &options.columns {
            let place = known.iter().position(|known| *known == name(wanted));
            chosen.push(place.ok_or_else(|| Failure::Usage {
                problem: format!("there is no column `{wanted}` in this format"),
                hint: Some(format!("choose from {}", known.join(", "))),
            })?);
        }
        let view = options.view();
        let table = |writer, wide| {
            Table::new(
                writer,
                Layout { view, width, color, wide, chosen: chosen.clone(), widths: options.widths.clone() },
            )
        };
        let fields: Vec<&'static str> =
            chosen.iter().filter_map(|place| R::FIELDS.get(*place).copied()).collect();
        let sink = match options.format {
            Format::Table => Sink::Table(table(writer, false)),
            Format::Wide => Sink::Table(table(writer, true)),
            Format::Json => Sink::Json(Json::array(writer, fields)),
            Format::Jsonl => Sink::Json(Json::lines(writer, fields)),
            Format::Yaml => Sink::Yaml(Yaml::new(writer, fields)),
            Format::Csv => Sink::Csv(Box::new(Csv::new(writer, chosen))),
            Format::Nagios | Format::Prometheus | Format::Terraform | Format::Openstack | Format::Html => {
                return Err(only_for_another(options.format));
            }
        };
        Ok(Self { sink, row: std::marker::PhantomData })
    }

    /// Writes rows, and flushes them.
    pub(crate) fn write(&mut self, rows: &[R]) -> io::Result<()> {
        match &mut self.sink {
            Sink::Table(table) => table.write(rows),
            Sink::Json(json) => json.write(rows),
            Sink::Yaml(yaml) => yaml.write(rows),
            Sink::Csv(csv) => csv.write(rows),
        }
    }

    /// Writes what a format puts after the rows. Without this call, a JSON array stays open, so that a part is
    /// not valid.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self.sink {
            Sink::Table(table) => table.finish(),
            Sink::Json(json) => json.finish(),
            Sink::Yaml(yaml) => yaml.finish(),
            Sink::Csv(csv) => csv.finish::<R>(),
        }
    }
}

/// Writes one object: `lines` of names and texts for people, the object itself for programs.
pub(crate) fn show<T: Serialize>(
    options: &Options,
    object: &T,
    lines: &[(&str, String)],
) -> Result<(), Failure> {
    show_to(&mut io::stdout().lock(), options, object, lines)
}

/// Like [`show`], to a writer.
pub(crate) fn show_to<T: Serialize>(
    mut writer: &mut dyn Write,
    options: &Options,
    object: &T,
    lines: &[(&str, String)],
) -> Result<(), Failure> {
    check_shows(options)?;
    match options.format {
        Format::Table | Format::Wide => {
            let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
            for (name, text) in lines.iter().filter(|(_, text)| !text.is_empty()) {
                writeln!(writer, "{name:width$}  {}", words::text::line(text))?;
            }
        }
        Format::Json => machine::write_pretty_json(&mut writer, object)?,
        Format::Jsonl => machine::write_json(&mut writer, object)?,
        Format::Yaml => machine::write_yaml(&mut writer, object)?,
        // Refused above.
        Format::Csv
        | Format::Nagios
        | Format::Prometheus
        | Format::Terraform
        | Format::Openstack
        | Format::Html => {}
    }
    Ok(writer.flush()?)
}

/// Checks that [`show`] will not refuse the options, for a command that must know before it changes something.
pub(crate) fn check_shows(options: &Options) -> Result<(), Failure> {
    if !options.columns.is_empty() {
        return Err(Failure::Usage {
            problem: "--columns chooses the columns of a list, but this command shows one object".to_owned(),
            hint: Some("leave it out; -o json, jsonl and yaml have every field".to_owned()),
        });
    }
    match options.format {
        Format::Csv => Err(only_for_lists()),
        Format::Nagios | Format::Prometheus | Format::Terraform | Format::Openstack | Format::Html => {
            Err(only_for_another(options.format))
        }
        _ => Ok(()),
    }
}

fn only_for_lists() -> Failure {
    Failure::usage("csv is for lists; use -o json, -o yaml or the table for one object")
}

/// The width of the terminal that standard output is, or that the user sets. `None`: nothing limits it.
pub(crate) fn width() -> Option<usize> {
    match io::stdout().is_terminal() {
        true => Some(usize::from(console::Term::stdout().size().1)),
        false => columns_variable(),
    }
}

/// The width that the user sets for output to a pipe or a file.
fn columns_variable() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.parse().ok().filter(|width| *width > 0)
}

/// The name of a column on the command line: `JOB ID` is `job_id`.
fn name(title: &str) -> String {
    title.to_lowercase().replace([' ', '-'], "_")
}

#[cfg(test)]
mod tests;
