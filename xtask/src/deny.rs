//! `cargo xtask deny`: may all dependencies be used, and is each needed?

use std::process::ExitCode;

use anyhow::Result;

use crate::tools;

/// Runs cargo-deny with `.cargo/deny.toml`. Its database of advisories is a Git repository, which not every machine can reach,
/// so advisories are not checked.
pub(crate) fn run() -> Result<ExitCode> {
    let mut deny = tools::cargo_subcommand("cargo-deny", "0.20.2")?;
    deny.args(["--locked", "--offline", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"]);
    tools::exit_code(&mut deny)
}
