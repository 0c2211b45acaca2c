//! What a run found, and how it is printed.

use std::fmt;

use crate::compare::Difference;
use crate::deviations::StaleDeviation;
use crate::lock::Change;
use crate::problem::Problem;

/// What a run found.
#[derive(Debug, Default)]
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
    /// Differences that a deviation covers, each with the reason that the deviation gives.
    pub explained: Vec<(Difference, String)>,
    /// Whether the changes were accepted into the lock; `None` if that was not asked for.
    pub accepted: Option<bool>,
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

/// The report for people at a terminal: the findings by kind, then the result in one line.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = |found: &Problem| entry([&found.page, &found.place], [found.what.clone()]);
        section(f, "Can't be read", self.problems.iter().map(problem))?;
        section(f, "Differences", self.differences.iter().map(|found| difference(found, None)))?;
        let stale = self.stale_deviations.iter().map(|stale| {
            let deviation = &stale.deviation;
            entry([&deviation.page, &deviation.field], [stale.problem.clone()])
        });
        section(f, "Deviations that no longer apply", stale)?;
        let changes = self.changes.iter().map(|change| {
            let details = change.facts.iter().chain(&change.passages).cloned();
            let lines = std::iter::once(change.advice()).chain(details);
            entry([&change.page, &format!("({})", change.name)], lines)
        });
        section(f, "Pages that changed since they were accepted", changes)?;
        let explained = self.explained.iter().map(|(found, why)| difference(found, Some(why)));
        section(f, "Differences that a deviation explains", explained)?;
        writeln!(f, "{}: {}", self.from, self.summary())
    }
}

fn section(f: &mut fmt::Formatter<'_>, title: &str, entries: impl Iterator<Item = String>) -> fmt::Result {
    let entries: String = entries.collect();
    if entries.is_empty() {
        return Ok(());
    }
    writeln!(f, "{title}:\n{}", visible(&entries))
}

/// One finding: page and place on one line, the others indented below.
fn entry(place: [&str; 2], lines: impl IntoIterator<Item = String>) -> String {
    let lines = lines.into_iter().map(|line| format!("    {line}\n"));
    std::iter::once(format!("  {}\n", place.join(" "))).chain(lines).collect()
}

fn difference(found: &Difference, why: Option<&str>) -> String {
    let operation = found.operation.as_deref().unwrap_or("no operation");
    let sides = [format!("reference: {}", found.reference), format!("document:  {}", found.document)];
    let why = why.map(|why| format!("why:       {why}"));
    let field = format!("({operation}) {}", found.field);
    entry([&found.page, &field], sides.into_iter().chain(why))
}

/// The text with every character spelled out that may look like another one, or like nothing.
fn visible(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            ' '..='~' | '\n' => out.push(c),
            _ => out.extend(c.escape_default()),
        }
    }
    out
}

fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
