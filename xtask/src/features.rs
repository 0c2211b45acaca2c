//! `cargo xtask features`: do the libraries compile with every choice of features?

use std::process::ExitCode;

use anyhow::Result;

use crate::{tools, workspace};

/// native-tls needs OpenSSL's headers, so it is tested by a step of its own in `.ci/run`.
const COMBINATIONS: &[&str] = &[
    "hack",
    "clippy",
    "--quiet",
    "--package=otc-http",
    "--package=otc-auth",
    "--package=otc-vbs-api",
    "--package=otc-vbs",
    "--feature-powerset",
    "--depth=2",
    "--mutually-exclusive-features=rustls,rustls-no-provider",
    "--exclude-features=default,native-tls,native-tls-vendored",
    "--",
    "--deny=warnings",
];

/// The tests that need some features to be disabled.
const TESTS: &[&[&str]] = &[
    &["--package=otc-auth", "--features=rustls", "--test=features"],
    &["--package=otc-http", "--features=rustls-no-provider", "--test=no_provider"],
];

pub(crate) fn run() -> Result<ExitCode> {
    let mut hack = tools::cargo_subcommand("cargo-hack", "0.6.46")?;
    let code = tools::exit_code(hack.args(COMBINATIONS))?;
    let mut passed = code == ExitCode::SUCCESS;
    for test in TESTS {
        passed &= workspace::cargo(&[&["test", "--quiet", "--no-default-features"], *test].concat())?;
    }
    Ok(workspace::exit_code(passed))
}
