//! `cargo xtask generate`: what follows from the document by machine.

pub(crate) mod json;

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};
use similar::TextDiff;

use crate::workspace::{self, DOCUMENT, ERROR_CODES};

const API: &str = "crates/otc-vbs-api/src/generated.rs";
const REQUESTS: &str = "crates/otc-vbs/src/generated/request.rs";
const DEPRECATED_REQUESTS: &str = "crates/otc-vbs/src/generated/v2.rs";
const TYPES: &str = "crates/otc-vbs/src/generated/types.rs";
const JSON: &str = "openapi/vbs.json";

/// Generate the Rust client and openapi/vbs.json from openapi/vbs.yaml, and print what changed
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing; fail, with the difference, where a committed file is not what the document generates
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    let document = read(DOCUMENT)?;
    let generated = otc_vbs_codegen::generate(&document, &read(ERROR_CODES)?).context(DOCUMENT)?;
    let json = json::from_yaml(&document).context(DOCUMENT)?;
    let mut current = true;
    let files = [
        (API, generated.api),
        (REQUESTS, generated.requests),
        (DEPRECATED_REQUESTS, generated.deprecated_requests),
        (TYPES, generated.types),
        (JSON, json),
    ];
    for (file, text) in files {
        current &= bring_up_to_date(file, &text, args.check)?;
    }
    Ok(if current { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether a file is, now, what the document generates. `check` leaves it as it is.
fn bring_up_to_date(file: &str, generated: &str, check: bool) -> Result<bool> {
    let target = workspace::path(file);
    let committed = match fs::read_to_string(&target) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error).with_context(|| format!("can't read {file}")),
    };
    if committed == generated {
        println!("{file} is current.");
        return Ok(true);
    }
    print!(
        "{}",
        TextDiff::from_lines(committed.as_str(), generated)
            .unified_diff()
            .header(&format!("{file}, committed"), "generated from openapi/vbs.yaml")
    );
    if check {
        eprintln!(
            "error: {file} is not what {DOCUMENT} generates. Run `cargo xtask generate`, review the difference above \
             and commit both."
        );
        return Ok(false);
    }
    fs::write(&target, generated).with_context(|| format!("can't write {file}"))?;
    println!("{file} written.");
    Ok(true)
}

fn read(file: &str) -> Result<String> {
    fs::read_to_string(workspace::path(file)).with_context(|| format!("can't read {file}"))
}
