//! The differences that are intended, each with its reason.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::compare::{Comparison, Difference};
use crate::report::Report;

/// A difference that is intended.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// The stable name of the page, or `*` for the pages of all operations.
    pub page: String,
    /// What differs, as [`Difference::field`].
    pub field: String,
    /// What the page says.
    pub reference: String,
    /// What the document says.
    pub document: String,
    /// The reason.
    pub why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    deviation: Vec<Deviation>,
}

/// A deviation that no longer applies.
#[derive(Debug)]
pub struct StaleDeviation {
    /// The deviation.
    pub deviation: Deviation,
    /// Why it does not apply.
    pub problem: String,
}

/// Reads the deviations from a file.
///
/// # Errors
///
/// If the file can't be read, or as [`parse_deviations`].
pub fn load_deviations(path: &Path) -> anyhow::Result<Vec<Deviation>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("can't read the deviations {}", path.display()))?;
    parse_deviations(&text).with_context(|| format!("{} has invalid deviations", path.display()))
}

/// Reads deviations from TOML.
///
/// # Errors
///
/// If the text is not a list of deviations, one has no reason, or two are for the same field.
pub fn parse_deviations(text: &str) -> anyhow::Result<Vec<Deviation>> {
    let file: File = toml::from_str(text)?;
    let mut seen = BTreeSet::new();
    for deviation in &file.deviation {
        let (page, field) = (&deviation.page, &deviation.field);
        if deviation.why.trim().is_empty() {
            bail!("the deviation of `{field}` on page {page} gives no reason: fill in `why`");
        }
        if !seen.insert((page, field)) {
            bail!("there are two deviations of `{field}` on page {page}: keep one");
        }
    }
    Ok(file.deviation)
}

impl Deviation {
    fn covers(&self, difference: &Difference) -> bool {
        (self.page == difference.page || self.page == "*")
            && self.field == difference.field
            && self.reference == difference.reference
            && self.document == difference.document
    }
}

/// Reports the differences by whether a deviation covers them, and the deviations that no longer apply.
pub(crate) fn apply(comparison: &Comparison, deviations: &[Deviation], report: &mut Report) {
    for difference in comparison.differences.iter().cloned() {
        match deviations.iter().find(|deviation| deviation.covers(&difference)) {
            Some(deviation) => report.explained.push((difference, deviation.why.clone())),
            None => report.differences.push(difference),
        }
    }
    let stale = |deviation: &Deviation| {
        let problem = stale(deviation, comparison)?;
        Some(StaleDeviation { deviation: deviation.clone(), problem })
    };
    report.stale_deviations = deviations.iter().filter_map(stale).collect();
}

fn stale(deviation: &Deviation, comparison: &Comparison) -> Option<String> {
    let page = &deviation.page;
    let differences = comparison.differences.iter();
    let covered: BTreeSet<&String> =
        differences.clone().filter(|found| deviation.covers(found)).map(|found| &found.page).collect();
    if page == "*" {
        let compared = comparison.operation_pages.iter();
        let missing: Vec<&str> =
            compared.filter(|page| !covered.contains(page)).map(String::as_str).collect();
        return (!missing.is_empty())
            .then(|| format!("it is for every page, but does not apply to {}", missing.join(", ")));
    }
    if !covered.is_empty() || comparison.scope.unreadable.contains(page) {
        return None;
    }
    if !comparison.compared.contains(page) {
        let missing = || "the reference has no such page: find out where it is now, or remove it".to_owned();
        return comparison.scope.complete.then(missing);
    }
    let mut now = differences.filter(|found| found.page == *page && found.field == deviation.field);
    Some(match now.next() {
        Some(now) => {
            format!("the difference has changed: reference `{}`, document `{}`", now.reference, now.document)
        }
        None => "there is no such difference any more: remove it".to_owned(),
    })
}
