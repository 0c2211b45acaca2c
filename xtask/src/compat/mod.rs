//! `cargo xtask compat`: what a change of the document breaks for its clients, and what follows for the release.

mod changes;
mod history;
mod oasdiff;
mod open_enums;
mod release;
mod self_test;

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};

use self::changes::Change;
use self::history::Base;
use self::oasdiff::Oasdiff;
use self::release::{Bump, State};
use crate::workspace::{self, DOCUMENT};

/// Say what the change of openapi/vbs.yaml since a git revision breaks, by operation, and what version and changelog it needs
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The revision to compare the working tree with. Without one: the last release, else where this branch left the
    /// main one, else the commit before this one
    #[arg(value_name = "REV", conflicts_with = "self_test")]
    revision: Option<String>,
    /// Change copies of the document in breaking and in harmless ways, and demand that each is told right
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
    println!("{DOCUMENT} as it is, against {} ({}).", base.revision, base.why);
    let Some(old) = base.file(DOCUMENT)? else {
        println!(
            "It is not there at {}, so nobody can depend on it.",
            base.revision
        );
        return Ok(ExitCode::SUCCESS);
    };
    let changes = changes_between(&oasdiff, &old, &document)?;
    print!("{}", changes::report(&changes));

    let before = State::read(&old, |file| {
        base.file(file)?
            .with_context(|| format!("there is no {file} at {}", base.revision))
    })?;
    let now = State::read(&document, read)?;
    let bump = Bump::of(&changes, old != document);
    println!("{}", release::follows(&before, bump));
    let demands = release::demands(&before, &now, &changes);
    for demand in &demands {
        eprintln!("error: {demand}");
    }
    Ok(exit_code(demands.is_empty()))
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
    if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
