//! What a run found, and how it is printed.

mod github;
mod html;
mod text;

use serde::Serialize;

use super::compare::Difference;
use super::deviations::{Settled, Stale};
use super::document::Document;
use super::lock::Change;
use super::problem::Problem;

/// How the result is printed.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people at a terminal.
    Text,
    /// For programs.
    Json,
    /// Annotations of a GitHub workflow.
    Github,
    /// One page that needs nothing beside it.
    Html,
}

/// What a run found.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// Where the pages came from.
    pub(crate) from: String,
    pub(crate) pages: usize,
    pub(crate) operations: usize,
    /// Differences that no deviation covers.
    pub(crate) differences: Vec<Difference>,
    pub(crate) stale_deviations: Vec<Stale>,
    /// Pages that are not as they were when last accepted.
    pub(crate) changes: Vec<Change>,
    /// What could not be read.
    pub(crate) problems: Vec<Problem>,
    pub(crate) settled: Vec<SettledDifference>,
    /// Whether `--accept` has taken over the changes.
    pub(crate) accepted: bool,
}

/// A difference that a deviation covers.
#[derive(Debug, Serialize)]
pub(crate) struct SettledDifference {
    #[serde(flatten)]
    pub(crate) difference: Difference,
    pub(crate) why: String,
}

impl Report {
    pub(crate) fn new(from: &str, pages: usize, operations: usize) -> Self {
        Self {
            from: from.to_owned(),
            pages,
            operations,
            differences: Vec::new(),
            stale_deviations: Vec::new(),
            changes: Vec::new(),
            problems: Vec::new(),
            settled: Vec::new(),
            accepted: false,
        }
    }

    /// Takes over the differences.
    pub(crate) fn settle(&mut self, settled: Settled) {
        self.differences = settled.open;
        self.stale_deviations = settled.stale;
        self.settled = settled
            .settled
            .into_iter()
            .map(|(difference, why)| SettledDifference { difference, why })
            .collect();
    }

    /// Whether there is nothing to do.
    pub(crate) fn is_clean(&self) -> bool {
        self.differences.is_empty()
            && self.stale_deviations.is_empty()
            && self.problems.is_empty()
            && (self.accepted || self.changes.is_empty())
    }

    /// Prints it.
    pub(crate) fn render(&self, format: Format, document: &Document) -> anyhow::Result<String> {
        Ok(match format {
            Format::Text => text::render(self),
            Format::Json => format!("{}\n", serde_json::to_string_pretty(self)?),
            Format::Github => github::render(self, document),
            Format::Html => html::render(self),
        })
    }

    /// The result in one line.
    fn summary(&self) -> String {
        let changes = if self.accepted {
            format!("{} changed pages accepted", self.changes.len())
        } else {
            format!("{} changed pages", self.changes.len())
        };
        format!(
            "{} pages, {} operations: {} differences, {} settled, {} stale deviations, {changes}, {} problems",
            self.pages,
            self.operations,
            self.differences.len(),
            self.settled.len(),
            self.stale_deviations.len(),
            self.problems.len(),
        )
    }
}
