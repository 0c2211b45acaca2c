//! The rows of the table, in groups that are measured together.

pub(crate) mod call;
pub(crate) mod decode;
mod walk;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::process;
use crate::row::Row;

/// Rows that are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Group {
    /// Decoding one page of 1,000 jobs
    Decode,
    /// Reading all jobs of a policy
    Walk,
    /// The jobs of 300 policies, with 50 ms per request
    Policies,
    /// A slow link, with and without gzip
    Gzip,
    /// One small call
    Call,
}

/// How much is measured.
#[derive(Clone, Copy)]
pub(crate) struct Effort {
    pub(crate) quick: bool,
}

impl Effort {
    /// The number of jobs that are read.
    pub(crate) fn jobs(self) -> u32 {
        if self.quick { 100_000 } else { 1_000_000 }
    }

    /// How often each program is run.
    pub(crate) fn rounds(self) -> usize {
        if self.quick { 5 } else { 9 }
    }
}

/// Measures these groups, or all.
pub(crate) fn measure(groups: &[Group], effort: Effort) -> Result<Vec<Row>> {
    process::cargo("tests/bench", &["build", "--release", "--bins"], &[])?;
    let all = <Group as clap::ValueEnum>::value_variants();
    let groups = if groups.is_empty() { all } else { groups };
    let mut rows = Vec::new();
    for group in groups {
        eprintln!("Measuring {group:?} …");
        let measured = match group {
            Group::Call => call::rows(),
            Group::Decode => decode::rows(effort),
            Group::Walk => walk::walk(effort),
            Group::Policies => walk::policies(effort),
            Group::Gzip => walk::gzip(effort),
        };
        rows.extend(measured.with_context(|| format!("can't measure {group:?}"))?);
    }
    Ok(rows)
}
