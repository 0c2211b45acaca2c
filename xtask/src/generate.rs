//! `cargo xtask generate`: what follows from the document by machine.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};
use similar::TextDiff;

use crate::workspace::{self, DOCUMENT};

const GENERATED: &str = "crates/otc-vbs-api/src/generated.rs";

/// Generate the Rust client from openapi/vbs.yaml, and print what changed
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing; fail, with the difference, where the committed source is not what the document generates
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let document = fs::read_to_string(workspace::path(DOCUMENT))
        .with_context(|| format!("can't read {DOCUMENT}"))?;
    let generated = otc_vbs_codegen::generate(&document).context(DOCUMENT)?;

    let target = workspace::path(GENERATED);
    let committed = match fs::read_to_string(&target) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("can't read {GENERATED}")),
    };
    if committed == generated {
        println!("{GENERATED} is current.");
        return Ok(ExitCode::SUCCESS);
    }
    print!(
        "{}",
        TextDiff::from_lines(&committed, &generated)
            .unified_diff()
            .header("committed", "generated from openapi/vbs.yaml")
    );
    if args.check {
        eprintln!(
            "error: {GENERATED} is not what {DOCUMENT} generates. Run `cargo xtask generate`, review the difference \
             above and commit both."
        );
        return Ok(ExitCode::FAILURE);
    }
    fs::write(&target, generated).with_context(|| format!("can't write {GENERATED}"))?;
    println!("{GENERATED} written.");
    Ok(ExitCode::SUCCESS)
}
