//! The report for people at a terminal.

use std::fmt::Write;

use super::super::compare::Difference;
use super::Report;

pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(report, &mut out);
    out
}

fn write(report: &Report, out: &mut String) -> std::fmt::Result {
    section(out, "Could not be read", &report.problems, |out, problem| {
        writeln!(out, "  {problem}")
    })?;
    section(out, "Differences", &report.differences, write_difference)?;
    section(
        out,
        "Deviations that do not apply any more",
        &report.stale_deviations,
        |out, stale| {
            writeln!(out, "  {} {}", stale.deviation.page, stale.deviation.field)?;
            writeln!(out, "    {}", stale.problem)
        },
    )?;
    section(
        out,
        "Pages that are not as they were accepted",
        &report.changes,
        |out, change| {
            writeln!(out, "  {} ({})", change.page, change.name)?;
            writeln!(out, "    {}", change.kind.advice())
        },
    )?;
    section(
        out,
        "Settled in openapi/deviations.toml",
        &report.settled,
        |out, settled| {
            write_difference(out, &settled.difference)?;
            writeln!(out, "    why:       {}", settled.why)
        },
    )?;
    writeln!(out, "{}: {}", report.from, report.summary())
}

fn section<T>(
    out: &mut String,
    title: &str,
    entries: &[T],
    write: impl Fn(&mut String, &T) -> std::fmt::Result,
) -> std::fmt::Result {
    if entries.is_empty() {
        return Ok(());
    }
    writeln!(out, "{title}:")?;
    for entry in entries {
        write(out, entry)?;
    }
    writeln!(out)
}

fn write_difference(out: &mut String, difference: &Difference) -> std::fmt::Result {
    let operation = difference.operation.as_deref().unwrap_or("no operation");
    writeln!(out, "  {} ({operation}) {}", difference.page, difference.field)?;
    writeln!(out, "    reference: {}", difference.reference)?;
    writeln!(out, "    document:  {}", difference.document)
}
