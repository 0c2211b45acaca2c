//! The sandbox's page `/docs`, and reports, in a browser.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::Result;

use super::sandbox::{self, Sandbox};
use crate::{tools, workspace};

const SCRIPTS: [&str; 3] = ["browser.mjs", "report.mjs", "look.mjs"];

/// Open the sandbox's page /docs and reports of `vbs report` in a browser, and read and try them
///
/// Needs Chromium: the program that the variable CHROMIUM names, or `chromium`, which is installed by apt-get if it is missing.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Take a picture of the page
    #[arg(value_name = "FILE.png")]
    screenshot: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<ExitCode> {
    let chromium = chromium()?;
    let modules = tools::npm("tests/docs-page", "target/docs-page-test")?;
    // Node looks for packages next to the scripts.
    let [_, report, look] = SCRIPTS.map(|script| modules.with_file_name(script));
    for script in SCRIPTS {
        fs::copy(workspace::path("tests/docs-page").join(script), modules.with_file_name(script))?;
    }
    let vbs = sandbox::build()?;
    tools::run_checked(tools::node(&report).arg(&vbs).env("CHROMIUM", &chromium))?;
    let sandbox = Sandbox::start(&vbs, &["--clock-rate", "0"])?;
    let mut look = tools::node(&look);
    look.arg(sandbox.endpoint()).env("CHROMIUM", chromium);
    if let Some(screenshot) = &args.screenshot {
        look.arg(std::path::absolute(screenshot)?);
    }
    tools::exit_code(&mut look)
}

fn chromium() -> Result<PathBuf> {
    if let Some(program) = env::var_os("CHROMIUM") {
        return Ok(program.into());
    }
    if let Some(program) = tools::find("chromium") {
        return Ok(program);
    }
    tools::run_checked(Command::new("apt-get").args(["update", "-qq"]))?;
    tools::run_checked(
        Command::new("apt-get")
            .args(["install", "-y", "-qq", "--no-install-recommends", "chromium"])
            .env("DEBIAN_FRONTEND", "noninteractive"),
    )?;
    tools::find("chromium").ok_or_else(|| anyhow::anyhow!("apt-get installed no program `chromium`"))
}
