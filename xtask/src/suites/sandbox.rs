//! A sandbox for a suite.

use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::workspace;

/// The variables that a client needs to sign in. The sandbox prints them when it accepts connections.
const VARIABLES: [&str; 7] = [
    "VBS_ENDPOINT",
    "OS_AUTH_URL",
    "OS_USERNAME",
    "OS_PASSWORD",
    "OS_USER_DOMAIN_NAME",
    "OS_PROJECT_NAME",
    "OS_PROJECT_DOMAIN_NAME",
];

/// Builds the command `vbs`. Returns the program.
pub(super) fn build() -> Result<PathBuf> {
    ensure!(workspace::cargo(&["build", "--quiet", "--package", "otc-vbs-cli"])?, "can't build the sandbox");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    let vbs = format!("vbs{}", env::consts::EXE_SUFFIX);
    Ok(workspace::path("").join(target).join("debug").join(vbs))
}

/// Removes the caller's cloud and proxy from the environment of a command.
pub(super) fn isolate(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy().to_ascii_lowercase();
        if text.starts_with("os_") || text.ends_with("_proxy") {
            command.env_remove(name);
        }
    }
}

/// A sandbox that runs until it is dropped.
pub(super) struct Sandbox {
    process: Child,
    variables: BTreeMap<String, String>,
}

impl Sandbox {
    /// Starts the program with further arguments of `vbs sandbox`. Its clock starts at a fixed time.
    pub(super) fn start(vbs: &Path, arguments: &[&str]) -> Result<Self> {
        let process = Command::new(vbs)
            .args(["sandbox", "--print-env=password", "--clock", "2026-01-15T06:00:00Z"])
            .args(arguments)
            .stdout(Stdio::piped())
            // Its warning that this is not the cloud.
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("can't run {}", vbs.display()))?;
        let mut sandbox = Self { process, variables: BTreeMap::new() };
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
            if VARIABLES.iter().all(|name| self.variables.contains_key(*name)) {
                return Ok(());
            }
        }
        bail!("the sandbox ended before it printed how to sign in")
    }

    /// The address of the service, without a slash at the end.
    pub(super) fn endpoint(&self) -> &str {
        self.variables["VBS_ENDPOINT"].trim_end_matches('/')
    }

    /// Gives a command the environment to sign in to this sandbox, and to nothing else.
    pub(super) fn sign_in(&self, command: &mut Command) {
        isolate(command);
        command.envs(&self.variables);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended by itself.
        _ = self.process.kill();
        _ = self.process.wait();
    }
}
