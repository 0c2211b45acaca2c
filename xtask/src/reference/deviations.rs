//! openapi/deviations.toml: the differences that are meant, each with its reason.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use super::compare::{Comparison, Difference};

/// A difference that is meant.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deviation {
    /// The stable name of the page, or `*` for the pages of all operations.
    pub(crate) page: String,
    pub(crate) field: String,
    pub(crate) reference: String,
    pub(crate) document: String,
    pub(crate) why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    deviation: Vec<Deviation>,
}

/// A deviation that does not apply any more.
#[derive(Debug, Serialize)]
pub(crate) struct Stale {
    #[serde(flatten)]
    pub(crate) deviation: Deviation,
    /// What is wrong with it now.
    pub(crate) problem: String,
}

/// Differences by whether a deviation covers them.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    pub(crate) open: Vec<Difference>,
    /// With the reason.
    pub(crate) settled: Vec<(Difference, String)>,
    pub(crate) stale: Vec<Stale>,
}

/// Reads the deviations.
pub(crate) fn load(path: &Path) -> anyhow::Result<Vec<Deviation>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("can't read the deviations {}", path.display()))?;
    parse(&text).with_context(|| format!("can't use the deviations {}", path.display()))
}

pub(crate) fn parse(text: &str) -> anyhow::Result<Vec<Deviation>> {
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

/// Parts the differences. A deviation of a page that was not read is left alone unless the pages are complete.
pub(crate) fn settle(
    comparison: &Comparison,
    deviations: &[Deviation],
    read: &BTreeSet<String>,
    complete: bool,
) -> Settled {
    let mut settled = Settled::default();
    for difference in &comparison.differences {
        match deviations.iter().find(|deviation| deviation.covers(difference)) {
            Some(deviation) => settled.settled.push((difference.clone(), deviation.why.clone())),
            None => settled.open.push(difference.clone()),
        }
    }
    for deviation in deviations {
        if let Some(problem) = stale(deviation, comparison, read, complete) {
            settled.stale.push(Stale {
                deviation: deviation.clone(),
                problem,
            });
        }
    }
    settled
}

fn stale(
    deviation: &Deviation,
    comparison: &Comparison,
    read: &BTreeSet<String>,
    complete: bool,
) -> Option<String> {
    let covered: BTreeSet<&String> = comparison
        .differences
        .iter()
        .filter(|difference| deviation.covers(difference))
        .map(|difference| &difference.page)
        .collect();
    if deviation.page == "*" {
        let missing: Vec<&str> = comparison
            .operation_pages
            .iter()
            .filter(|page| !covered.contains(page))
            .map(String::as_str)
            .collect();
        return (!missing.is_empty())
            .then(|| format!("it says every page, but does not apply to {}", missing.join(", ")));
    }
    if !covered.is_empty() || !(complete || read.contains(&deviation.page)) {
        return None;
    }
    let now = comparison
        .differences
        .iter()
        .find(|difference| difference.page == deviation.page && difference.field == deviation.field);
    Some(match now {
        Some(now) => format!(
            "the difference is another one now: reference `{}`, document `{}`",
            now.reference, now.document
        ),
        None => "there is no such difference any more: remove it".to_owned(),
    })
}
