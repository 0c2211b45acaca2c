//! Clients that generators of other languages make from the document.
//!
//! Each client is generated, compiled, and used by a small program (tests/interop) that runs the scenarios with a sandbox.
//! What works is a table, openapi/INTEROP.md; what does not has to be the generator's fault, and stands in
//! tests/interop/known.toml.

mod client;
mod csharp;
mod files;
mod go;
mod java;
mod known;
mod openapi_generator;
mod operations;
mod python;
mod rust;
mod scenario;
mod steps;
mod table;
mod typescript;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use similar::TextDiff;

use crate::workspace;
use client::Language;
use known::Known;
use table::Row;

/// Where the programs and what they need stand.
const SOURCES: &str = "tests/interop";
/// Where clients are generated and compiled.
const SCRATCH: &str = "target/interop";
const TABLE: &str = "openapi/INTEROP.md";
const KNOWN: &str = "tests/interop/known.toml";

/// Generate clients in other languages from openapi/vbs.yaml, and run each with the sandbox
#[derive(clap::Args)]
pub(super) struct Args {
    /// The languages, all where none is named. openapi/INTEROP.md is only written, or checked, for all
    #[arg(value_enum, value_name = "LANG")]
    languages: Vec<Language>,

    /// Write nothing; fail where openapi/INTEROP.md says something else
    #[arg(long)]
    check: bool,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let languages = match args.languages.is_empty() {
        true => Language::ALL.to_vec(),
        false => args.languages.clone(),
    };
    let known = fs::read_to_string(workspace::path(KNOWN)).with_context(|| format!("can't read {KNOWN}"))?;
    let known = Known::read(&known).context(KNOWN)?;
    // All at once, so that nobody is told of one after another.
    files::need(&languages)?;
    let sandbox = super::sandbox::build()?;
    let operations = operations::of_document()?;

    let mut rows = Vec::new();
    for language in &languages {
        for client in language.clients()? {
            rows.push(steps::row(&client, &sandbox, &operations)?);
        }
    }
    println!("\n{}", table::table(&rows));
    let problems = known.problems(&rows, &languages);
    for problem in &problems {
        eprintln!("error: {problem}");
    }
    // A table is worth nothing where a failure has no reason.
    let passed =
        problems.is_empty() && (!args.languages.is_empty() || update_table(&rows, &known, args.check)?);
    Ok(match passed {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Writes the table, or says whether the committed one is the same.
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
    print!("{}", difference.unified_diff().header("committed", "as it is"));
    if check {
        eprintln!(
            "error: {TABLE} is not what the clients do. Run `cargo xtask test interop`, and commit it."
        );
        return Ok(false);
    }
    fs::write(&target, text).with_context(|| format!("can't write {TABLE}"))?;
    println!("{TABLE} written.");
    Ok(true)
}

/// The programs of a language, and what they need.
fn sources(language: Language) -> PathBuf {
    workspace::path(SOURCES).join(language.name())
}

/// Where the clients of a language are made.
fn scratch(language: Language) -> PathBuf {
    workspace::path(SCRATCH).join(language.name())
}
