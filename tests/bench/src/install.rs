//! Builds and installs the programs of other languages, below `target/bench`, at the versions of their lock files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use otc_vbs_bench::server::{POLICY, PROJECT};

use crate::process::{self, path};

const PEERS: &str = "tests/bench/peers";

/// The walk in Go.
pub(crate) fn go(address: &str) -> Result<Command> {
    let binary = path("target/bench/walk-go");
    let mut build = Command::new("go");
    build.arg("build").arg("-o").arg(&binary).arg(".").current_dir(path(PEERS).join("go"));
    process::run(&mut build)?;
    let mut walk = Command::new(binary);
    walk.arg(jobs_url(address));
    Ok(walk)
}

/// The walk in Python, with requests.
pub(crate) fn python(address: &str) -> Result<Command> {
    let mut walk = Command::new(interpreter()?);
    walk.arg(path(PEERS).join("python/with_requests.py")).arg(jobs_url(address));
    Ok(walk)
}

/// The walk in Python, with the cloud's own SDK.
pub(crate) fn sdk(address: &str) -> Result<Command> {
    let mut walk = Command::new(interpreter()?);
    walk.arg(path(PEERS).join("python/with_sdk.py")).args([address, PROJECT, POLICY]);
    Ok(walk)
}

fn interpreter() -> Result<PathBuf> {
    venv(&format!("{PEERS}/python/requirements.txt"), "target/bench/python")
}

/// Installs a requirements file into a virtual environment. Returns its interpreter.
pub(crate) fn venv(requirements: &str, into: &str) -> Result<PathBuf> {
    let (requirements, environment) = (path(requirements), path(into));
    let interpreter = environment.join("bin/python");
    once(&requirements, &environment, || {
        process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
        let mut pip = Command::new(&interpreter);
        pip.args(["-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps"]);
        process::run(pip.arg("--requirement").arg(&requirements)).map(drop)
    })?;
    Ok(interpreter)
}

/// The walk in TypeScript, with the types that openapi-typescript makes and the tools of the suite interop.
pub(crate) fn typescript(address: &str) -> Result<Command> {
    let (sources, tools) = (path(PEERS).join("typescript"), path("tests/interop/typescript"));
    let directory = path("target/bench/typescript");
    once(&tools.join("package-lock.json"), &directory, || {
        copy(&tools, &directory, &["package.json", "package-lock.json"])?;
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&directory);
        process::run(&mut npm).map(drop)
    })?;
    copy(&sources, &directory, &["walk.ts", "tsconfig.json"])?;
    let document = path("openapi/vbs.json").display().to_string();
    let node = |arguments: &[&str]| {
        process::run(Command::new("node").args(arguments).current_dir(&directory)).map(drop)
    };
    node(&["node_modules/openapi-typescript/bin/cli.js", &document, "--output", "vbs.d.ts"])?;
    node(&["node_modules/typescript/bin/tsc"])?;
    let mut walk = Command::new("node");
    walk.arg(directory.join("build/walk.js")).args([address, PROJECT, POLICY]);
    Ok(walk)
}

/// Where the server lists the jobs.
pub(crate) fn jobs_url(address: &str) -> String {
    format!("{address}/v2/{PROJECT}/backuppolicy/{POLICY}/backuptasks")
}

fn copy(from: &Path, to: &Path, files: &[&str]) -> Result<()> {
    for file in files {
        fs::copy(from.join(file), to.join(file)).with_context(|| format!("can't copy {file}"))?;
    }
    Ok(())
}

/// Installs unless that was done for the same lock file.
fn once(lock: &Path, directory: &Path, install: impl FnOnce() -> Result<()>) -> Result<()> {
    let wanted = fs::read(lock).with_context(|| format!("can't read {}", lock.display()))?;
    let stamp = directory.join(".installed-for");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    eprintln!("Installing into {} …", directory.display());
    fs::create_dir_all(directory)?;
    // An incomplete installation must not count.
    let _ = fs::remove_file(&stamp);
    install()?;
    fs::write(&stamp, wanted).with_context(|| format!("can't write {}", stamp.display()))
}
