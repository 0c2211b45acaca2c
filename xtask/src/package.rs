//! `cargo xtask package`: do the crates compile as their users get them?

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};

use crate::{tools, workspace};

/// Package the published crates, and compile the packages and the examples of the README outside the workspace
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Also package what is not committed
    #[arg(long)]
    allow_dirty: bool,
}

const VERSION: &str = env!("CARGO_PKG_VERSION");
const PUBLISHED: [&str; 7] =
    ["otc-http", "otc-auth", "otc-vbs-codegen", "otc-vbs-api", "otc-vbs", "otc-vbs-sandbox", "otc-vbs-cli"];

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    // Outside the workspace, so that no file of it is used by mistake.
    let outside = tempfile::tempdir().context("can't create a temporary directory")?;
    let outside = outside.path();
    let target = outside.join("target").display().to_string();
    // cargo would compile each package with its own selection of features. Here they are compiled together, below.
    let mut package = vec!["package", "--no-verify", "--target-dir", &target];
    for name in PUBLISHED {
        package.extend(["--package", name]);
    }
    if args.allow_dirty {
        package.push("--allow-dirty");
    }
    if !workspace::cargo(&package)? {
        return Ok(ExitCode::FAILURE);
    }
    let mut manifest =
        "[workspace]\nresolver = \"3\"\nmembers = [\"otc-*\", \"readme\"]\n\n[patch.crates-io]\n".to_owned();
    for name in PUBLISHED {
        unpack(name, outside)?;
        // The packages replace those of the registry until they are published.
        manifest.push_str(&format!("{name}.path = \"{name}-{VERSION}\"\n"));
    }
    readme(outside)?;
    fs::write(outside.join("Cargo.toml"), manifest)?;
    fs::copy(workspace::path("Cargo.lock"), outside.join("Cargo.lock"))?;

    // With the dependencies that the workspace has compiled already.
    let target = workspace::path("target").display().to_string();
    let check = |arguments: &[&str]| {
        let check = [&["check", "--target-dir", &target], arguments].concat();
        workspace::cargo_in(outside, &check, &[])
    };
    let passed = check(&["--workspace"])?
        && check(&["--package=readme", "--examples"])?
        && check(&["--package=otc-vbs-api", "--no-default-features", "--features=client"])?;
    Ok(workspace::exit_code(passed))
}

/// Writes a crate with the examples of the README and the dependencies that the README names.
fn readme(outside: &Path) -> Result<()> {
    let directory = outside.join("readme");
    fs::create_dir_all(directory.join("src"))?;
    fs::create_dir_all(directory.join("examples"))?;
    fs::write(directory.join("src/lib.rs"), "")?;
    let text = fs::read_to_string(workspace::path("README.md"))?;
    let blocks = text.split("```").skip(1).step_by(2).filter_map(|block| block.split_once('\n'));
    let mut manifest = "[package]\nname = \"readme\"\nedition = \"2024\"\n".to_owned();
    for (number, (language, block)) in blocks.enumerate() {
        if language == "toml" {
            manifest.push_str(block);
        } else if language.starts_with("rust") {
            let main = if block.contains("fn main") { "" } else { "fn main() {}\n" };
            let example = format!("#![allow(dead_code)]\n{block}{main}");
            fs::write(directory.join(format!("examples/block_{number}.rs")), example)?;
        }
    }
    ensure!(manifest.contains("otc-vbs ="), "the README names no dependencies");
    fs::write(directory.join("Cargo.toml"), manifest).context("can't write the README's crate")
}

fn unpack(name: &str, outside: &Path) -> Result<()> {
    let mut tar = Command::new("tar");
    tar.arg("-xzf")
        .arg(outside.join(format!("target/package/{name}-{VERSION}.crate")))
        .arg("-C")
        .arg(outside);
    tools::run_checked(&mut tar).map(drop)
}
