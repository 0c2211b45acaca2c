//! A program that depends on otc-vbs, and one that depends on an HTTP client alone, as someone else would write them.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::process::{self, Usage, path};

/// What a program with an HTTP client needs in any case.
const REQWEST: &str = r#"
reqwest = { version = "0.13", default-features = false, features = ["http2", "json", "query", "rustls", "system-proxy"] }
serde = { version = "1", features = ["derive"] }
serde_json = "1"
tokio = { version = "1", features = ["macros", "rt"] }
"#;
const TOKIO: &str = r#"tokio = { version = "1", features = ["macros", "rt"] }"#;

/// A package outside the repository, with the versions of the repository's lock file.
pub(crate) struct Consumer(TempDir);

impl Consumer {
    pub(crate) fn of_otc_vbs() -> Result<Self> {
        let otc_vbs = path("crates/otc-vbs").canonicalize()?;
        Self::new(&format!("otc-vbs = {{ path = {otc_vbs:?} }}\n{TOKIO}"))
    }

    /// With nothing but TLS enabled.
    pub(crate) fn of_otc_vbs_with_tls() -> Result<Self> {
        let otc_vbs = path("crates/otc-vbs").canonicalize()?;
        let features = r#"default-features = false, features = ["rustls"]"#;
        Self::new(&format!("otc-vbs = {{ path = {otc_vbs:?}, {features} }}\n{TOKIO}"))
    }

    pub(crate) fn of_reqwest() -> Result<Self> {
        Self::new(REQWEST)
    }

    fn new(dependencies: &str) -> Result<Self> {
        let directory = tempfile::tempdir().context("can't create a temporary directory")?;
        let package = "[package]\nname = \"consumer\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n";
        fs::write(directory.path().join("Cargo.toml"), format!("{package}{dependencies}\n"))?;
        fs::create_dir(directory.path().join("src"))?;
        fs::write(directory.path().join("src/main.rs"), "fn main() {}\n")?;
        fs::copy(path("Cargo.lock"), directory.path().join("Cargo.lock"))?;
        Ok(Self(directory))
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = Command::new(process::cargo_program());
        cargo.args(arguments).current_dir(self.0.path()).env_remove("CARGO_TARGET_DIR");
        cargo
    }

    /// The number of crates that are compiled, without the package itself.
    pub(crate) fn crates(&self) -> Result<u64> {
        count_crates(&mut self.cargo(&TREE)).map(|crates| crates - 1)
    }

    /// Builds the package from nothing.
    pub(crate) fn build(&self) -> Result<Usage> {
        process::run(&mut self.cargo(&["clean", "--quiet"]))?;
        let mut build = self.cargo(&["build", "--quiet", "--offline"]);
        build.env("CARGO_INCREMENTAL", "0");
        process::run(&mut build)
    }
}

const TREE: [&str; 6] =
    ["tree", "--offline", "--edges=normal,build", "--prefix=none", "--format={p}", "--quiet"];

/// The number of crates of a consumer with the default features.
pub(crate) fn crates_of_otc_vbs() -> Result<u64> {
    Consumer::of_otc_vbs()?.crates()
}

/// The number of crates of `vbs`.
pub(crate) fn crates_of_vbs() -> Result<u64> {
    let mut cargo = Command::new(process::cargo_program());
    cargo.args(TREE).args(["--package", "otc-vbs-cli"]).current_dir(path(""));
    count_crates(&mut cargo)
}

fn count_crates(tree: &mut Command) -> Result<u64> {
    let output = process::run(tree)?.output;
    // A crate that was printed before is marked with an asterisk.
    let crates: BTreeSet<_> = output.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    Ok(crates.iter().filter(|line| !line.is_empty()).count() as u64)
}
