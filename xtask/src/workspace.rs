//! Where things are, and how cargo is run there.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The OpenAPI document, the source of truth.
pub(crate) const DOCUMENT: &str = "openapi/vbs.yaml";
/// What the error codes of the service mean.
pub(crate) const ERROR_CODES: &str = "openapi/error-codes.toml";

/// A path below the root of the repository.
pub(crate) fn path(relative: &str) -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).join(relative)
}

/// Runs cargo in the workspace; whether it succeeded. It says itself what it found.
pub(crate) fn cargo(args: &[&str]) -> Result<bool> {
    cargo_in(&path(""), args, &[])
}

/// Runs cargo in the workspace with these variables set; whether it succeeded.
pub(crate) fn cargo_with(args: &[&str], variables: &[(&str, &str)]) -> Result<bool> {
    cargo_in(&path(""), args, variables)
}

/// Runs cargo in a directory; whether it succeeded.
pub(crate) fn cargo_in(directory: &Path, args: &[&str], variables: &[(&str, &str)]) -> Result<bool> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(args)
        .current_dir(directory)
        .envs(variables.iter().copied())
        .status()
        .with_context(|| format!("can't run cargo {}", args.join(" ")))?;
    if !status.success() {
        eprintln!(
            "error: `cargo {}` failed in {}",
            args.join(" "),
            directory.display()
        );
    }
    Ok(status.success())
}
