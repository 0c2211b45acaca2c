//! The command `vbs`: its size, and how long it takes next to `openstack`.

use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};

use super::{Effort, Group, wall};
use crate::process::{self, in_turns};
use crate::row::{Goal, Row};
use crate::summary::{Summary, Unit};
use crate::{install, rows};

/// The size of the installed program without symbols.
pub(super) fn size() -> Result<Vec<Row>> {
    let size = process::stripped_size(&rows::build_vbs()?)?;
    Ok(vec![
        Row::new(Group::Size, "`vbs`, stripped", Summary::exact(size as f64, Unit::Bytes))
            .goal(Goal::AtMost(10e6))
            .command("strip vbs"),
    ])
}

/// A list of backups in the sandbox, and the start of the program alone.
pub(super) fn openstack(effort: Effort) -> Result<Vec<Row>> {
    let vbs = rows::build_vbs()?;
    let python =
        install::venv("tests/openstack-client/requirements.txt", "target/openstack-client/bench-venv")?;
    let openstack = python.with_file_name("openstack");
    let scratch = tempfile::tempdir().context("can't create a temporary directory")?;
    let clouds = scratch.path().join("clouds.yaml");
    let _sandbox = Sandbox::start(Command::new(&vbs).args([
        "sandbox",
        "--print-env=password",
        "--clouds-yaml",
        &clouds.display().to_string(),
    ]))?;
    let command = |program: &Path, arguments: &[&str]| {
        let mut command = Command::new(program);
        // Without the caller's cloud and proxy.
        command
            .env_clear()
            .args(arguments)
            .env("HOME", scratch.path())
            .env("OS_CLIENT_CONFIG_FILE", &clouds)
            .env("OS_CLOUD", "sandbox-password");
        command
    };
    let mut commands = [
        command(&vbs, &["backup", "list"]),
        command(&openstack, &["volume", "backup", "list"]),
        command(&vbs, &["--version"]),
        command(&openstack, &["--version"]),
    ];
    let usages = in_turns(effort.rounds(), &mut commands)?;
    let walls: Vec<_> = usages.iter().map(|usages| wall(usages)).collect();
    Ok(vec![
        Row::new(Group::Openstack, "`vbs backup list`", walls[0].clone())
            .gain_over("`openstack volume backup list`", &walls[1])
            .command("vbs backup list"),
        Row::new(Group::Openstack, "`vbs --version`", walls[2].clone())
            .gain_over("`openstack --version`", &walls[3])
            .command("vbs --version"),
    ])
}

/// `cargo xtask reference`, without cargo. The pages are next to the checkout.
pub(super) fn reference(effort: Effort) -> Result<Vec<Row>> {
    process::cargo("", &["build", "--quiet", "--package", "xtask"], &[])?;
    let pages = process::path("../shared/reference/site");
    let count =
        count_pages(&pages).with_context(|| format!("there is no reference in {}", pages.display()))?;
    let mut reference = Command::new(process::built("debug/xtask"));
    reference.arg("reference").arg(&pages);
    let usages = in_turns(effort.rounds(), &mut [reference])?;
    Ok(vec![
        Row::new(Group::Reference, format!("`cargo xtask reference` on {count} pages"), wall(&usages[0]))
            .goal(Goal::AtMost(0.3))
            .command("xtask reference ../shared/reference/site"),
    ])
}

fn count_pages(directory: &Path) -> io::Result<usize> {
    let mut count = 0;
    for entry in fs::read_dir(directory)? {
        let file = entry?.path();
        count += match file.is_dir() {
            true => count_pages(&file)?,
            false => usize::from(file.extension().is_some_and(|extension| extension == "html")),
        };
    }
    Ok(count)
}

/// A sandbox that ends when it is dropped.
struct Sandbox(Child);

impl Sandbox {
    /// Starts it, and waits until it accepts connections.
    fn start(command: &mut Command) -> Result<Self> {
        let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut sandbox = Self(child.context("can't start the sandbox")?);
        let output = sandbox.0.stdout.take().context("the output is a pipe")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        Ok(sandbox)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
