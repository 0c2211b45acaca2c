//! `cargo xtask package`: do the crates build as their users get them?

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};

use crate::workspace;

/// Package the published crates, and build otc-vbs-api and the examples of the README from the packages
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Package what is not committed too
    #[arg(long)]
    allow_dirty: bool,
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The published crates, each behind those it needs.
const PUBLISHED: [&str; 7] = [
    "otc-http",
    "otc-auth",
    "otc-vbs-codegen",
    "otc-vbs-api",
    "otc-vbs",
    "otc-vbs-sandbox",
    "otc-vbs-cli",
];

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    // Outside the workspace, so that nothing of it helps; and at another place each time, since cargo keeps what it
    // unpacks by the place it came from and the version, which stays the same while the content changes.
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos();
    let outside = std::env::temp_dir().join(format!("otc-vbs-package-{now}"));
    fs::create_dir_all(&outside).with_context(|| format!("can't make {}", outside.display()))?;
    let passed = package(args, &outside);
    fs::remove_dir_all(&outside).with_context(|| format!("can't remove {}", outside.display()))?;
    Ok(match passed? {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

fn package(args: &Args, outside: &Path) -> Result<bool> {
    let target = outside.join("target").display().to_string();
    let mut command = vec!["package", "--target-dir", &target];
    for name in PUBLISHED {
        command.extend(["--package", name]);
    }
    if args.allow_dirty {
        command.push("--allow-dirty");
    }
    if !workspace::cargo(&command)? {
        return Ok(false);
    }

    let api = unpack("otc-vbs-api", outside)?;
    // The packages replace those of the registry until they are published.
    let patch = |name: &str| -> Result<String> {
        Ok(format!(
            "patch.crates-io.{name}.path={:?}",
            unpack(name, outside)?
        ))
    };
    let (codegen, http) = (patch("otc-vbs-codegen")?, patch("otc-http")?);
    let build = [
        "build",
        "--target-dir",
        &target,
        "--config",
        &codegen,
        "--config",
        &http,
    ];
    let without_codegen = [&build[..], &["--no-default-features", "--features", "client"]].concat();
    Ok(workspace::cargo_in(&api, &build, &[])?
        && workspace::cargo_in(&api, &without_codegen, &[])?
        && readme(outside, &target)?)
}

/// Whether the examples of the README compile with the dependencies that the README names.
fn readme(outside: &Path, target: &str) -> Result<bool> {
    let crate_dir = outside.join("readme");
    fs::create_dir_all(crate_dir.join("src"))?;
    fs::create_dir_all(crate_dir.join("examples"))?;
    let text = fs::read_to_string(workspace::path("README.md"))?;
    let mut manifest = "[package]\nname = \"readme\"\nedition = \"2024\"\n".to_owned();
    let blocks: Vec<(&str, &str)> = text
        .split("```")
        .skip(1)
        .step_by(2)
        .filter_map(|block| block.split_once('\n'))
        .collect();
    for (language, block) in &blocks {
        if *language == "toml" {
            manifest.push_str(block);
        }
    }
    ensure!(manifest.contains("otc-vbs ="), "the README names no dependencies");
    manifest.push_str("[patch.crates-io]\n");
    for name in ["otc-http", "otc-auth", "otc-vbs-api", "otc-vbs"] {
        manifest.push_str(&format!("{name}.path = {:?}\n", unpack(name, outside)?));
    }
    manifest.push_str("[workspace]\n");
    fs::write(crate_dir.join("Cargo.toml"), manifest)?;
    fs::write(crate_dir.join("src/lib.rs"), "")?;
    for (number, (_, block)) in blocks
        .iter()
        .filter(|(language, _)| language.starts_with("rust"))
        .enumerate()
    {
        let main = if block.contains("fn main") {
            ""
        } else {
            "fn main() {}\n"
        };
        let allowed = "#![allow(dead_code)]\n";
        fs::write(
            crate_dir.join(format!("examples/example_{number}.rs")),
            format!("{allowed}{block}{main}"),
        )?;
    }
    workspace::cargo_in(&crate_dir, &["check", "--examples", "--target-dir", target], &[])
}

fn unpack(name: &str, outside: &Path) -> Result<PathBuf> {
    let package = outside.join(format!("target/package/{name}-{VERSION}.crate"));
    let status = Command::new("tar")
        .arg("-xzf")
        .arg(&package)
        .arg("-C")
        .arg(outside)
        .status()
        .context("can't run tar")?;
    ensure!(status.success(), "tar can't unpack {}", package.display());
    Ok(outside.join(format!("{name}-{VERSION}")))
}
