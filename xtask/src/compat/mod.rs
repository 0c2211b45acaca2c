//! `cargo xtask compat`: what a change of the document breaks for its clients.

mod changes;
mod history;
mod oasdiff;
mod open_enums;
mod self_test;

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};

use self::changes::Change;
use self::history::Base;
use self::oasdiff::Oasdiff;
use crate::workspace::{self, DOCUMENT};

/// Report what the change of openapi/vbs.yaml since a git revision breaks, by operation
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The revision to compare the working tree with [default: the last release, or where this branch left the main
    /// one, or the previous commit]
    #[arg(value_name = "REV", conflicts_with = "self_test")]
    revision: Option<String>,
    /// Change copies of the document in breaking and in harmless ways, and fail unless each change is reported
    #[arg(long)]
    self_test: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let oasdiff = Oasdiff::install()?;
    let document = read(DOCUMENT)?;
    if args.self_test {
        return Ok(exit_code(self_test::run(&oasdiff, &document)?));
    }
    let base = match &args.revision {
        Some(revision) => Base::of(revision)?,
        None => Base::choose()?,
    };
    println!("{DOCUMENT} compared with {} ({}).", base.revision, base.why);
    let Some(old) = base.file(DOCUMENT)? else {
        println!("It does not exist at {}, so no client depends on it.", base.revision);
        return Ok(ExitCode::SUCCESS);
    };
    let changes = changes_between(&oasdiff, &old, &document)?;
    print!("{}", changes::report(&changes));
    let breaking = changes.iter().filter(|change| change.breaking).count();
    println!("{breaking} of {} changes break clients.", changes.len());
    // Before the first release, a breaking change is a decision for the review.
    Ok(ExitCode::SUCCESS)
}

fn changes_between(oasdiff: &Oasdiff, old: &str, new: &str) -> Result<Vec<Change>> {
    let mut changes = oasdiff.changes(old, new)?;
    changes.extend(open_enums::changes(old, new)?);
    Ok(changes)
}

fn read(file: &str) -> Result<String> {
    fs::read_to_string(workspace::path(file)).with_context(|| format!("can't read {file}"))
}

fn exit_code(passed: bool) -> ExitCode {
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
