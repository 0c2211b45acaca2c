//! Clients that generators of other languages make from the document.
//!
//! Each client is generated, compiled, and used by a small program (tests/interop) that runs the scenarios against a sandbox.
//! The results are a table, openapi/INTEROP.md. A failure must be the generator's fault and be listed in
//! tests/interop/known.toml.

mod clients;
mod known;
mod operations;
mod scenario;
mod steps;
mod table;

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use similar::TextDiff;

use crate::workspace;
use known::Known;
use table::Row;

/// The programs and the lock files of their tools.
const SOURCES: &str = "tests/interop";
/// The directory in which clients are generated and compiled.
const SCRATCH: &str = "target/interop";
const TABLE: &str = "openapi/INTEROP.md";
const KNOWN: &str = "tests/interop/known.toml";

/// Generate clients in other languages from openapi/vbs.yaml, and run each against the sandbox
#[derive(clap::Args)]
pub(super) struct Args {
    /// Languages of tests/interop/clients.toml [default: all]. openapi/INTEROP.md is written or checked only for all
    #[arg(value_name = "LANGUAGE")]
    languages: Vec<String>,

    /// Write nothing; fail if openapi/INTEROP.md is not current
    #[arg(long)]
    check: bool,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let mut languages = clients::languages()?;
    let names: Vec<_> = languages.iter().map(|language| language.name.clone()).collect();
    for name in &args.languages {
        ensure!(names.contains(name), "there is no language `{name}`; expected one of {}", names.join(", "));
    }
    languages.retain(|language| args.languages.is_empty() || args.languages.contains(&language.name));
    let known = fs::read_to_string(workspace::path(KNOWN)).with_context(|| format!("can't read {KNOWN}"))?;
    let known = Known::read(&known, &names).context(KNOWN)?;
    clients::check_toolchains(&languages)?;
    let sandbox = super::sandbox::build()?;
    let operations = operations::of_document()?;

    let mut rows = Vec::new();
    for language in &languages {
        for client in language.clients()? {
            rows.push(steps::row(&client, &sandbox, &operations)?);
        }
    }
    println!("\n{}", table::table(&rows));
    let tested: Vec<_> = languages.iter().map(|language| language.name.as_str()).collect();
    let problems = known.problems(&rows, &tested);
    for problem in &problems {
        eprintln!("error: {problem}");
    }
    // The table is not written if a failure has no reason.
    let passed =
        problems.is_empty() && (!args.languages.is_empty() || update_table(&rows, &known, args.check)?);
    Ok(workspace::exit_code(passed))
}

/// Writes the table, or checks that the committed one is current.
fn update_table(rows: &[Row], known: &Known, check: bool) -> Result<bool> {
    let text = table::page(rows, known);
    let target = workspace::path(TABLE);
    let committed = match fs::read_to_string(&target) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("can't read {TABLE}")),
    };
    if committed == text {
        println!("{TABLE} is current.");
        return Ok(true);
    }
    let difference = TextDiff::from_lines(&committed, &text);
    print!("{}", difference.unified_diff().header("committed", "measured"));
    if check {
        eprintln!("error: {TABLE} is not current. Run `cargo xtask test interop` and commit the file.");
        return Ok(false);
    }
    fs::write(&target, text).with_context(|| format!("can't write {TABLE}"))?;
    println!("{TABLE} written.");
    Ok(true)
}
