//! What a run found, and how it is printed.

mod formats;

use std::str::FromStr;

use serde::Serialize;

use crate::compare::Difference;
use crate::deviations::StaleDeviation;
use crate::document::Document;
use crate::lock::Change;
use crate::problem::Problem;

/// How a report is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people at a terminal.
    Text,
    /// For programs.
    Json,
    /// Annotations of a GitHub workflow.
    Github,
    /// A self-contained web page.
    Html,
}

impl FromStr for Format {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> anyhow::Result<Self> {
        Ok(match name {
            "text" => Self::Text,
            "json" => Self::Json,
            "github" => Self::Github,
            "html" => Self::Html,
            _ => anyhow::bail!("`{name}` is not a format: use text, json, github or html"),
        })
    }
}

/// What a run found.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Where the pages came from.
    pub from: String,
    /// The number of pages that were read.
    pub pages: usize,
    /// The number of operations that they describe.
    pub operations: usize,
    /// Differences that no deviation covers.
    pub differences: Vec<Difference>,
    /// Deviations that no longer apply.
    pub stale_deviations: Vec<StaleDeviation>,
    /// Pages that differ from the lock.
    pub changes: Vec<Change>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Differences that a deviation covers.
    pub explained: Vec<Explained>,
    /// Whether the changes were accepted into the lock; `None` if that was not asked for.
    pub accepted: Option<bool>,
}

/// A difference that a deviation covers.
#[derive(Debug, Serialize)]
pub struct Explained {
    /// The difference.
    #[serde(flatten)]
    pub difference: Difference,
    /// The reason that the deviation gives.
    pub why: String,
}

impl Report {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.differences.is_empty()
            && self.stale_deviations.is_empty()
            && self.problems.is_empty()
            && (self.accepted == Some(true) || self.changes.is_empty())
    }

    /// The report as text. `document` provides the lines that name the pages.
    ///
    /// # Errors
    ///
    /// If the report can't be written as JSON.
    pub fn render(&self, format: Format, document: &Document) -> anyhow::Result<String> {
        Ok(match format {
            Format::Text => formats::text(self),
            Format::Json => format!("{}\n", serde_json::to_string_pretty(self)?),
            Format::Github => formats::github(self, document),
            Format::Html => formats::html(self),
        })
    }

    /// The result in one line.
    fn summary(&self) -> String {
        let accepted = match self.accepted {
            Some(true) => " (accepted)",
            Some(false) => " (not accepted: fix the problems first)",
            None => "",
        };
        format!(
            "{}, {}: {}, {} explained, {}, {}{accepted}, {}",
            count(self.pages, "page"),
            count(self.operations, "operation"),
            count(self.differences.len(), "difference"),
            self.explained.len(),
            count(self.stale_deviations.len(), "stale deviation"),
            count(self.changes.len(), "changed page"),
            count(self.problems.len(), "problem"),
        )
    }
}

fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
