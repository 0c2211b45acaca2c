//! Writes the rows as a table and as JSON.

use std::fs;

use anyhow::{Context, Result};
use serde_json::json;

use crate::machine;
use crate::process::path;
use crate::row::Row;

const BENCHMARKS: &str = "tests/bench/BENCHMARKS.md";
const JSON: &str = "target/bench.json";
const START: &str = "<!-- Written by `cargo xtask bench --write`. -->\n";
const END: &str = "<!-- End of the table. -->";

/// The table in Markdown, with the machine and the commands.
pub(crate) fn table(rows: &[Row], quick: bool) -> Result<String> {
    let header = ["", "Goal", "Figure", "Peer", "Ratio", "Verdict"].map(str::to_owned);
    let cells: Vec<_> = std::iter::once(header).chain(rows.iter().map(Row::cells)).collect();
    let mut text = String::new();
    for (number, row) in cells.iter().enumerate() {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
        if number == 0 {
            text.push_str("|---|---|---|---|---|---|\n");
        }
    }
    text.push_str("\nMedian (minimum–maximum). Ratios compare medians.\n\n");
    for line in machine::description() {
        text.push_str(&format!("- {line}\n"));
    }
    let quick = if quick { " --quick" } else { "" };
    text.push_str(&format!("- Command: `cargo xtask bench{quick}`\n"));
    for row in rows.iter().filter(|row| !row.command.is_empty()) {
        text.push_str(&format!("- {}: `{}`\n", row.name, row.command));
    }
    Ok(text)
}

pub(crate) fn write_json(rows: &[Row]) -> Result<()> {
    let report = json!({ "machine": machine::description(), "rows": rows });
    let text = serde_json::to_string_pretty(&report)?;
    fs::write(path(JSON), text).with_context(|| format!("can't write {JSON}"))
}

/// Replaces the table of the document.
pub(crate) fn write_into_benchmarks(table: &str) -> Result<()> {
    let file = path(BENCHMARKS);
    let text = fs::read_to_string(&file).with_context(|| format!("can't read {BENCHMARKS}"))?;
    let parts = text.split_once(START).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.with_context(|| format!("{BENCHMARKS} has no place for the table"))?;
    fs::write(&file, format!("{before}{START}\n{table}\n{END}{after}"))
        .with_context(|| format!("can't write {BENCHMARKS}"))
}
