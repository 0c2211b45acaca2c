//! Paths of the repository, and cargo in it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

/// The OpenAPI document, the source of truth.
pub(crate) const DOCUMENT: &str = "openapi/vbs.yaml";
/// The meanings of the service's error codes.
pub(crate) const ERROR_CODES: &str = "openapi/error-codes.toml";

/// A path below the root of the repository.
pub(crate) fn path(relative: &str) -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).join(relative)
}

/// The exit code of a command that passed, or not.
pub(crate) fn exit_code(passed: bool) -> ExitCode {
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs cargo in the workspace. Returns whether it succeeded; cargo prints its findings.
pub(crate) fn cargo(args: &[&str]) -> Result<bool> {
    cargo_in(&path(""), args, &[])
}

/// Runs cargo in the workspace with these variables set. Returns whether it succeeded.
pub(crate) fn cargo_with(args: &[&str], variables: &[(&str, &str)]) -> Result<bool> {
    cargo_in(&path(""), args, variables)
}

/// Runs cargo in a directory. Returns whether it succeeded.
pub(crate) fn cargo_in(directory: &Path, args: &[&str], variables: &[(&str, &str)]) -> Result<bool> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(args)
        .current_dir(directory)
        .envs(variables.iter().copied())
        .status()
        .with_context(|| format!("can't run cargo {}", args.join(" ")))?;
    if !status.success() {
        eprintln!("error: `cargo {}` failed in {}", args.join(" "), directory.display());
    }
    Ok(status.success())
}
