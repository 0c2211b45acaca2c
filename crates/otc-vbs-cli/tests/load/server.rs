//! A `vbs sandbox` in a process of its own.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

pub(crate) const SEED: u64 = 1;

/// It ends when this is dropped.
pub(crate) struct Server {
    process: Child,
    variables: BTreeMap<String, String>,
}

impl Server {
    pub(crate) fn start(arguments: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_vbs"))
            .args(["sandbox", "--print-env=password", "--clock-rate=0"])
            .args(arguments.split_whitespace())
            .arg(format!("--seed={SEED}"))
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let variables = lines.take(9).map(|line| {
            let line = line.unwrap();
            let assignment = line.strip_prefix("export ").unwrap();
            let (name, value) = assignment.split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        });
        Self {
            variables: variables.collect(),
            process,
        }
    }

    pub(crate) fn variable(&self, name: &str) -> &str {
        &self.variables[name]
    }

    /// How much memory it has, in kilobytes, where the system says so.
    pub(crate) fn resident(&self) -> Option<u64> {
        let status = format!("/proc/{}/status", self.process.id());
        let status = std::fs::read_to_string(status).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
