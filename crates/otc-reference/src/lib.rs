//! Reads the HTML API reference of a cloud service into facts, and compares the facts with an OpenAPI
//! document.
//!
//! 1. [`sources`] reads the HTML of a directory or of the published site.
//! 2. [`Reference::read`] turns every page, in either of its two formats, into [`PageFacts`]. What can't be
//!    understood becomes a [`Problem`] of its page; the other pages are still read.
//! 3. [`check`] compares the facts with a [`Document`], leaves out the differences that a [`Deviation`]
//!    explains, and compares the pages with the [`Lock`], which records what they said when they were last
//!    reviewed.
//! 4. [`Report`] is printed by its `Display`.
//!
//! The crate knows no service.

mod compare;
mod deviations;
mod document;
mod facts;
mod lock;
mod moved;
mod page;
mod passage;
mod problem;
mod reference;
mod report;
mod similarity;
mod source;

use std::collections::BTreeSet;

use regex::Regex;

pub use compare::Difference;
pub use deviations::{Deviation, StaleDeviation, load_deviations, parse_deviations};
pub use document::Document;
pub use facts::PageFacts;
pub use lock::{Change, ChangeKind, Lock};
pub use problem::Problem;
pub use reference::{ReadPage, Reference};
pub use report::Report;
pub use source::{Source, sources};

/// What the reference is compared with.
#[derive(Debug)]
pub struct Expected<'e> {
    /// The OpenAPI document with its error codes.
    pub document: &'e Document,
    /// The differences that are intended.
    pub deviations: &'e [Deviation],
    /// The pages as they were last reviewed.
    pub lock: &'e Lock,
}

/// Compares the reference with what is expected of it. The report names `from` as the source of the pages.
///
/// Nothing is concluded from a page that could not be read: it is neither missing, nor are its deviations
/// stale.
#[must_use]
pub fn check(from: &str, reference: &Reference, expected: &Expected<'_>) -> Report {
    let mut problems = Vec::new();
    let mut unreadable = BTreeSet::new();
    let mut complete = reference.is_site();
    for page in &reference.unreadable {
        let mut problem = page.problem.clone();
        let id = page.id_by(expected.lock);
        if id.is_none() && reference.is_site() {
            problem.what.push_str(" (no page is reported as missing, because this may be the one)");
            complete = false;
        }
        unreadable.extend(id);
        problems.push(problem);
    }
    // An export may lack pages, but a page that describes the operation of one that it lacks is that page.
    let moved = if complete || !reference.is_site() {
        moved::find(reference, &unreadable, expected)
    } else {
        Default::default()
    };
    let scope = compare::Scope { complete, unreadable, moved };
    let comparison = compare::compare(reference, expected.document, scope);
    problems.extend(comparison.problems.iter().cloned());
    let mut report = Report {
        from: from.to_owned(),
        pages: reference.pages.len(),
        operations: reference.pages.iter().filter(|page| page.facts.operation().is_some()).count(),
        changes: expected.lock.changes(reference, &comparison.scope),
        problems,
        ..Report::default()
    };
    deviations::apply(&comparison, expected.deviations, &mut report);
    report
}

/// A regular expression of this crate. One that does not compile is a mistake that every test of its module
/// shows.
#[allow(clippy::expect_used)]
pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the regular expressions of this crate compile, as its tests show")
}
