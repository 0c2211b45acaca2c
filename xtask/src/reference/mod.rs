//! `cargo xtask reference`: does the document still say what the public reference says?
//!
//! Pages are read into facts ([`page`], [`facts`]), the facts are compared with the document ([`document`],
//! [`compare`]), and what remains after the deviations that are meant ([`deviations`]) and the pages that were accepted
//! ([`lock`]) is reported ([`report`]). `--self-test` changes the pages and demands that each change is reported
//! ([`mutate`]).

mod compare;
mod deviations;
mod document;
mod facts;
mod fetch;
mod lock;
mod mutate;
mod page;
mod problem;
mod report;
mod source;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use compare::Against;
use document::Document;
use facts::Content;
use lock::{Lock, LockedPage};
use mutate::SelfTest;
use report::{Format, Report};
use source::{Loaded, Source};

/// Compare the document with the public HTML reference
///
/// Prints every difference as page, field, what the reference says and what the document says. Fails where a
/// difference is not in openapi/deviations.toml, where a deviation does not apply any more, where a page changed since
/// it was accepted into openapi/reference.lock, and where something on a page can't be read.
///
/// Two formats are read. The published site is one whole: a page or an operation that is missing is a difference. The
/// export may hold some pages only: those are compared, and nothing is said of the others.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The directory that holds the pages, or the address of the published site (http:// or https://)
    #[arg(value_name = "DIR")]
    from: String,
    /// How to print the result
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Rewrite openapi/reference.lock: the pages were reviewed as they are now
    #[arg(long)]
    accept: bool,
    /// Print the facts that were read from the pages as JSON, and stop
    #[arg(long)]
    facts: bool,
    /// Change every page in memory in every way the comparison knows, and fail unless each change is reported as that
    /// change alone (thousands of changes: seconds with `--release`)
    #[arg(long)]
    self_test: bool,
    /// The directory of the document
    #[arg(long, default_value_os_t = crate::workspace::path("openapi"), hide_default_value = true)]
    openapi: PathBuf,
}

/// Runs the command.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let document = Document::load(&args.openapi.join("vbs.yaml"))?;
    let error_codes = document::read_error_codes(&args.openapi.join("error-codes.toml"))?;
    let deviations = deviations::load(&args.openapi.join("deviations.toml"))?;
    let against = Against {
        document: &document,
        error_codes: &error_codes,
    };
    let sources = source::sources(&args.from)?;
    let loaded = source::load(&sources);
    if args.self_test {
        return self_test(&against, &deviations, &sources, loaded);
    }
    let mut locked = BTreeMap::new();
    let mut pages = Vec::new();
    for (page, facts) in loaded.pages {
        locked.insert(page.id.clone(), LockedPage::of(&page, &facts)?);
        pages.push(facts);
    }
    if args.facts {
        for problem in &loaded.problems {
            eprintln!("could not be read: {problem}");
        }
        println!("{}", serde_json::to_string_pretty(&pages)?);
        return Ok(if loaded.problems.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        });
    }
    let comparison = compare::compare(&pages, &against, loaded.complete);
    let read = locked.keys().cloned().collect();
    let is_operation = |page: &&facts::PageFacts| matches!(page.content, Content::Operation(_));
    let mut report = Report::new(&args.from, pages.len(), pages.iter().filter(is_operation).count());
    report.problems = loaded.problems;
    report.problems.extend(comparison.problems.iter().cloned());
    report.settle(deviations::settle(
        &comparison,
        &deviations,
        &read,
        loaded.complete,
    ));
    let lock_path = args.openapi.join("reference.lock");
    let mut lock = Lock::load(&lock_path)?;
    report.changes = lock.changes(&locked, loaded.complete);
    // What could not be read was not reviewed either.
    if args.accept && report.problems.is_empty() {
        lock.accept(&locked, loaded.complete);
        lock.save(&lock_path)?;
        report.accepted = true;
    }
    print!("{}", report.render(args.format, &document)?);
    Ok(if report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn self_test(
    against: &Against<'_>,
    deviations: &[deviations::Deviation],
    sources: &[Source],
    loaded: Loaded,
) -> anyhow::Result<ExitCode> {
    if let Some(problem) = loaded.problems.first() {
        anyhow::bail!("the self-test needs pages that can be read: {problem}");
    }
    let test = SelfTest { against, deviations };
    let outcome = test.run(sources, loaded)?;
    print!("{}", outcome.render());
    Ok(if outcome.failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
