//! `cargo xtask reference`: does the document still say what the public reference says?

use std::path::PathBuf;
use std::process::ExitCode;

use otc_reference::{Document, Expected, Lock, Reference, check, load_deviations, sources};

use crate::workspace;

/// Compare the document with the public HTML reference
///
/// Prints every difference as page, field, what the reference says and what the document says. Fails if a
/// difference is not in openapi/deviations.toml, a deviation no longer applies, a page changed since it was
/// accepted into openapi/reference.lock, or a page can't be read.
///
/// Two formats are read. The published site is complete: a page or an operation that it lacks is a
/// difference. The export may consist of some pages: those are compared, the others are not reported.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The directory of the pages, or the address of the published site (http:// or https://)
    #[arg(value_name = "DIR")]
    from: String,
    /// Rewrite openapi/reference.lock: the pages were reviewed as they are now
    #[arg(long)]
    accept: bool,
    /// Print the facts that were read from the pages as JSON, and stop
    #[arg(long)]
    facts: bool,
    /// The directory of the document
    #[arg(long, default_value_os_t = workspace::path("openapi"), hide_default_value = true)]
    openapi: PathBuf,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let file = |name: &str| args.openapi.join(name);
    let reference = Reference::read(&sources(&args.from)?);
    if args.facts {
        for problem in reference.problems() {
            eprintln!("can't be read: {problem}");
        }
        let facts: Vec<_> = reference.pages.iter().map(|page| &page.facts).collect();
        println!("{}", serde_json::to_string_pretty(&facts)?);
        return Ok(workspace::exit_code(reference.problems().next().is_none()));
    }
    let document = Document::load(&file("vbs.yaml"), &file("error-codes.toml"))?;
    let deviations = load_deviations(&file("deviations.toml"))?;
    let mut lock = Lock::load(&file("reference.lock"))?;
    let expected = Expected { document: &document, deviations: &deviations, lock: &lock };
    let mut report = check(&args.from, &reference, &expected);
    if args.accept {
        // A page that can't be read was not reviewed either.
        let readable = report.problems.is_empty();
        if readable {
            lock.accept(&reference);
            lock.save(&file("reference.lock"))?;
        }
        report.accepted = Some(readable);
    }
    print!("{report}");
    Ok(workspace::exit_code(report.is_clean()))
}
