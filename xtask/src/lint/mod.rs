//! `cargo xtask lint`: the document by the idioms it is written in, then the Rust source by rustfmt and clippy.

mod document;
mod grammar;
mod json_schema;
mod judges;
mod otc_rules;
mod path;
#[cfg(test)]
mod real_document;
mod rules;
mod source;
#[cfg(test)]
mod testing;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use self::document::Document;
use self::rules::Finding;
use crate::workspace::{self, DOCUMENT};

/// Lint openapi/vbs.yaml, then check the Rust source with rustfmt and clippy
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Lint only the document, openapi/vbs.yaml or the file given
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    document: Option<Option<PathBuf>>,
    /// Lint the document with Spectral, Redocly and openapi-spec-validator too; installs them on first use
    #[arg(long, conflicts_with = "document")]
    all: bool,
    /// Break copies of the document in each way that the linters are to notice, and demand that they do
    #[arg(long, requires = "all")]
    self_test: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let file = args.document.as_ref().and_then(Option::as_ref);
    if args.self_test {
        return Ok(exit_code(judges::self_test(&read(&workspace::path(DOCUMENT))?)?));
    }
    let mut passed = lint_document(file)?;
    if file.is_none() {
        passed &= lint_otc_rules()?;
    }
    if args.all {
        passed &= judges::judge(DOCUMENT, &read(&workspace::path(DOCUMENT))?)?;
    }
    if args.document.is_none() {
        passed &= workspace::cargo(&["fmt", "--all", "--check"])?;
        passed &= workspace::cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--",
            "-D",
            "warnings",
        ])?;
    }
    Ok(exit_code(passed))
}

fn exit_code(passed: bool) -> ExitCode {
    if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("can't read {}", file.display()))
}

/// Prints every finding; whether there was none.
fn lint_document(file: Option<&PathBuf>) -> Result<bool> {
    let (name, file) = match file {
        Some(file) => (file.display().to_string(), file.clone()),
        None => (DOCUMENT.to_owned(), workspace::path(DOCUMENT)),
    };
    let text = read(&file)?;
    let findings = findings(&text);
    for finding in &findings {
        println!("{name}:{finding}");
    }
    match findings.len() {
        0 => println!("{name}: nothing found."),
        1 => eprintln!("error: 1 finding in {name}"),
        count => eprintln!("error: {count} findings in {name}"),
    }
    Ok(findings.is_empty())
}

/// Prints what is wrong with the list of the cloud's rules; whether there was nothing.
fn lint_otc_rules() -> Result<bool> {
    let read = |file| read(&workspace::path(file));
    let file = otc_rules::FILE;
    let problems = otc_rules::problems(&read(file)?, &read(DOCUMENT)?, &read(otc_rules::SPECTRAL)?)?;
    for problem in &problems {
        eprintln!("error: {file}: {problem}");
    }
    if problems.is_empty() {
        println!("{file}: each rule is settled.");
    }
    Ok(problems.is_empty())
}

/// What every rule finds in the text of a document, in the order of its lines.
fn findings(text: &str) -> Vec<Finding> {
    let (source, value) = match document::load(text) {
        Ok(loaded) => loaded,
        Err(finding) => return vec![*finding],
    };
    let document = Document::new(&source, &value);
    let mut findings: Vec<_> = rules::all().flat_map(|rule| rule.findings(&document)).collect();
    findings.sort_by(|a, b| (a.line, &a.path, a.rule).cmp(&(b.line, &b.path, b.rule)));
    findings
}
