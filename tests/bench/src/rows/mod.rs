//! The rows of the table, in groups that are measured together.

mod build;
pub(crate) mod call;
mod command;
pub(crate) mod decode;
mod walk;

use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::process::{self, Usage};
use crate::row::Row;
use crate::summary::{Summary, Unit};

/// Rows that are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Group {
    /// Decoding a page of 1,000 jobs
    Decode,
    /// Reading all jobs of a policy
    Walk,
    /// The same with `vbs tasks --all -o csv`. Builds vbs
    Csv,
    /// One small call
    Call,
    /// The jobs of 300 policies, with 50 ms per request
    Policies,
    /// A slow link, with and without gzip
    Gzip,
    /// vbs and `openstack`. Builds vbs
    Openstack,
    /// The size of vbs. Builds it
    Size,
    /// Crates and build time of a program that depends on otc-vbs
    Consumer,
    /// The first command of the README in a fresh clone
    FirstCommand,
    /// `cargo xtask reference`
    Reference,
}

impl Group {
    /// Whether it is measured by `--quick`, if no rows are chosen. The others take minutes to build.
    fn is_quick(self) -> bool {
        !matches!(self, Self::Csv | Self::Openstack | Self::Size | Self::FirstCommand)
    }
}

/// How much is measured.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) quick: bool,
}

impl Effort {
    /// The number of jobs that are read.
    fn jobs(self) -> u32 {
        if self.quick { 100_000 } else { 1_000_000 }
    }

    /// How often each program is run.
    fn rounds(self) -> usize {
        if self.quick { 5 } else { 9 }
    }
}

/// Measures these groups, or all.
pub(crate) fn measure(groups: &[Group], effort: Effort) -> Result<Vec<Row>> {
    process::cargo("tests/bench", &["build", "--release", "--bins"], &[])?;
    let all = <Group as clap::ValueEnum>::value_variants().iter().copied();
    let all = all.filter(|group| !effort.quick || group.is_quick()).collect::<Vec<_>>();
    let groups = if groups.is_empty() { &all } else { groups };
    let mut rows = Vec::new();
    for group in groups {
        eprintln!("Measuring {group:?} …");
        let measured = match group {
            Group::Decode => decode::rows(effort),
            Group::Walk => walk::walk(effort),
            Group::Csv => walk::csv(effort),
            Group::Call => call::rows(),
            Group::Policies => walk::policies(effort),
            Group::Gzip => walk::gzip(effort),
            Group::Openstack => command::openstack(effort),
            Group::Size => command::size(),
            Group::Consumer => build::consumer(effort),
            Group::FirstCommand => build::first_command(effort),
            Group::Reference => command::reference(effort),
        };
        rows.extend(measured.with_context(|| format!("can't measure {group:?}"))?);
    }
    Ok(rows)
}

/// Builds `vbs` as it is installed. Returns the program.
fn build_vbs() -> Result<PathBuf> {
    process::cargo("", &["build", "--release", "--locked", "--package", "otc-vbs-cli", "--bin", "vbs"], &[])?;
    Ok(process::built("release/vbs"))
}

fn wall(usages: &[Usage]) -> Summary {
    Summary::new(&usages.iter().map(|usage| usage.wall).collect::<Vec<_>>(), Unit::Seconds)
}
