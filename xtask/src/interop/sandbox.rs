//! A sandbox for each program, so that none sees what another left.

use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::workspace;

/// What a program needs to log in.
const NEEDED: [&str; 7] = [
    "VBS_ENDPOINT",
    "OS_AUTH_URL",
    "OS_USERNAME",
    "OS_PASSWORD",
    "OS_USER_DOMAIN_NAME",
    "OS_PROJECT_NAME",
    "OS_PROJECT_DOMAIN_NAME",
];

/// The command `vbs`, built.
pub(super) fn build() -> Result<PathBuf> {
    ensure!(
        workspace::cargo(&["build", "--quiet", "--package", "otc-vbs-cli"])?,
        "can't build the sandbox"
    );
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let vbs = format!("vbs{}", env::consts::EXE_SUFFIX);
    Ok(workspace::path("").join(target).join("debug").join(vbs))
}

/// A sandbox that runs until it is dropped.
pub(super) struct Sandbox {
    process: Child,
    variables: BTreeMap<String, String>,
}

impl Sandbox {
    pub(super) fn start(vbs: &Path) -> Result<Self> {
        let process = Command::new(vbs)
            .args(["sandbox", "--print-env=password", "--seed", "1"])
            .args(["--clock", "2026-01-15T06:00:00Z", "--clock-rate", "0"])
            .args(["--policies", "2", "--disks", "4", "--jobs", "20"])
            .stdout(Stdio::piped())
            // It says there that it is not the cloud.
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("can't run {}", vbs.display()))?;
        let mut sandbox = Self {
            process,
            variables: BTreeMap::new(),
        };
        sandbox.read_variables()?;
        Ok(sandbox)
    }

    fn read_variables(&mut self) -> Result<()> {
        let output = self.process.stdout.take().context("no output")?;
        for line in BufReader::new(output).lines() {
            let line = line?;
            let variable = line.strip_prefix("export ");
            if let Some((name, value)) = variable.and_then(|variable| variable.split_once('=')) {
                self.variables.insert(name.to_owned(), value.to_owned());
            }
            if NEEDED.iter().all(|name| self.variables.contains_key(*name)) {
                return Ok(());
            }
        }
        bail!("the sandbox ended before it said how to log in")
    }

    /// Lets a program find the sandbox, and nothing else.
    pub(super) fn tell(&self, command: &mut Command) {
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("OS_") {
                command.env_remove(name);
            }
        }
        command.envs(&self.variables);
        command.envs([("NO_PROXY", "127.0.0.1"), ("no_proxy", "127.0.0.1")]);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended by itself.
        _ = self.process.kill();
        _ = self.process.wait();
    }
}
