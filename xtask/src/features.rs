//! `cargo xtask features`: do the libraries compile without the features that a user disables?

use std::process::ExitCode;

use anyhow::Result;

use crate::{tools, workspace};

/// native-tls needs OpenSSL's headers, so it is tested by a step of its own in `.ci/run`.
const EACH_ALONE: &[&str] = &[
    "--package=otc-http",
    "--package=otc-auth",
    "--package=otc-vbs-api",
    "--package=otc-vbs",
    "--each-feature",
    "--exclude-all-features",
    "--exclude-features=default,native-tls,native-tls-vendored",
];

/// The kinds of credentials share code, so their features are combined in every way.
const COMBINED: &[&str] =
    &["--package=otc-auth", "--feature-powerset", "--include-features=aksk,clouds-yaml,token-cache"];

/// The tests that need some features to be disabled.
const TESTS: &[&[&str]] = &[
    &["--package=otc-auth", "--features=rustls", "--test=features"],
    &["--package=otc-http", "--features=rustls-no-provider", "--test=no_provider"],
];

pub(crate) fn run() -> Result<ExitCode> {
    let mut passed = true;
    for combinations in [EACH_ALONE, COMBINED] {
        let mut hack = tools::cargo_subcommand("cargo-hack", "0.6.46")?;
        hack.args(["hack", "clippy", "--quiet"]).args(combinations).args(["--", "--deny=warnings"]);
        passed &= tools::exit_code(&mut hack)? == ExitCode::SUCCESS;
    }
    for test in TESTS {
        passed &= workspace::cargo(&[&["test", "--quiet", "--no-default-features"], *test].concat())?;
    }
    Ok(workspace::exit_code(passed))
}
