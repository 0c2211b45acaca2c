//! Prism, a server that knows only the document, checks the requests that the client sends.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, ExitCode, Stdio};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result, bail};

use crate::{tools, workspace};

const SNAPSHOTS: &str = "tests/snapshots/requests";

pub(super) fn run() -> Result<ExitCode> {
    let prism = Prism::start()?;
    let passed = workspace::cargo_with(
        // The whole workspace, so cargo does not rebuild it with other features for the other tests.
        &["test", "--workspace", "--test", "requests", "--", "--include-ignored"],
        &[("OTC_VBS_PRISM", &prism.address), ("INSTA_UPDATE", "no")],
    )?;
    if !passed {
        return Ok(ExitCode::FAILURE);
    }
    // A test that never sent a request to Prism would pass too.
    let (asked, requests) = (prism.asked()?, snapshots()?);
    if asked < requests {
        bail!("{SNAPSHOTS} has {requests} requests, but Prism received {asked}");
    }
    println!("Prism accepts the {requests} requests of {SNAPSHOTS}.");
    Ok(ExitCode::SUCCESS)
}

/// A running Prism.
struct Prism {
    process: Child,
    address: String,
    /// Counts the requests until Prism ends.
    requests: Option<JoinHandle<usize>>,
}

impl Prism {
    fn start() -> Result<Self> {
        let modules = tools::npm("tests/prism", "target/prism")?;
        let mut command = tools::node(&modules.join("@stoplight/prism-cli/dist/index.js"));
        command
            .args(["mock", "--errors", "--host", "127.0.0.1", "--port", "0"])
            .arg(workspace::path("openapi/vbs.json"))
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        let mut process =
            command.spawn().with_context(|| format!("can't run {}", tools::command_line(&command)))?;
        let out = process.stdout.take().context("Prism has an output")?;
        let mut prism = Self { process, address: String::new(), requests: None };
        let mut lines = BufReader::new(out).lines();
        let mut said = String::new();
        for line in lines.by_ref() {
            let line = line?;
            if let Some((_, address)) = line.split_once("listening on http://") {
                prism.address = address.trim().to_owned();
                break;
            }
            said.push_str(&line);
            said.push('\n');
        }
        if prism.address.is_empty() {
            bail!("Prism ended before it listened:\n{said}");
        }
        // Prism blocks if nobody reads its output.
        prism.requests = Some(thread::spawn(move || {
            let lines = lines.map_while(Result::ok);
            lines.filter(|line| line.contains("Request received")).count()
        }));
        Ok(prism)
    }

    /// The number of requests so far.
    fn asked(mut self) -> Result<usize> {
        self.stop();
        let requests = self.requests.take().and_then(|requests| requests.join().ok());
        requests.context("Prism's requests were not counted")
    }

    fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        self.stop();
    }
}

fn snapshots() -> Result<usize> {
    let directory = fs::read_dir(workspace::path(SNAPSHOTS)).context(SNAPSHOTS)?;
    let mut count = 0;
    for entry in directory {
        let name = entry?.file_name();
        count += usize::from(name.to_string_lossy().ends_with(".snap"));
    }
    Ok(count)
}
