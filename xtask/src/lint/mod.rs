//! `cargo xtask lint`: the document by its idioms, then the Rust source by rustfmt and clippy.

mod broken;
mod examples;
mod linters;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use serde_json::Value;

use self::linters::{Finding, Linter};
use crate::workspace::{self, DOCUMENT};

/// Lint openapi/vbs.yaml with Spectral, and the Rust source with rustfmt and clippy
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Lint only the document, openapi/vbs.yaml or the file given
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    document: Option<Option<PathBuf>>,
    /// Lint the document with Redocly and openapi-spec-validator too
    #[arg(long)]
    all: bool,
    /// Break copies of documents in each way that the linters must notice, and fail unless they do
    #[arg(long, conflicts_with_all = ["document", "all"])]
    self_test: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let passed = if args.self_test {
        broken::self_test()?
    } else {
        let file = args.document.clone().flatten();
        let file = file.unwrap_or_else(|| workspace::path(DOCUMENT));
        let linters = if args.all { &Linter::ALL[..] } else { &[Linter::Spectral] };
        // Without `&&`, so that one run reports everything.
        lint_document(&file, linters)? & (args.document.is_some() || lint_source()?)
    };
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints every finding. Returns whether there was none.
fn lint_document(file: &Path, linters: &[Linter]) -> Result<bool> {
    let name = file.strip_prefix(workspace::path("")).unwrap_or(file).display();
    let text = std::fs::read_to_string(file).with_context(|| format!("can't read {name}"))?;
    let mut findings = example_findings(&text);
    for linter in linters {
        findings.extend(linter.findings(&[file.to_path_buf()])?);
    }
    findings.sort_by_key(|finding| finding.line);
    for finding in &findings {
        println!("{name}:{finding}");
    }
    match findings.len() {
        0 => println!("{name}: no findings."),
        1 => eprintln!("error: 1 finding in {name}"),
        count => eprintln!("error: {count} findings in {name}"),
    }
    Ok(findings.is_empty())
}

/// The examples that do not fit their schemas. Spectral says what is wrong with text that is not YAML.
fn example_findings(text: &str) -> Vec<Finding> {
    let options = serde_saphyr::options! {
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::LastWins,
        strict_booleans: true,
    };
    let document: Result<Value, _> = serde_saphyr::from_str_with_options(text, options);
    document.map_or_else(|_| Vec::new(), |document| examples::findings(&document))
}

fn lint_source() -> Result<bool> {
    let clippy = ["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"];
    Ok(workspace::cargo(&["fmt", "--all", "--check"])? & workspace::cargo(&clippy)?)
}
