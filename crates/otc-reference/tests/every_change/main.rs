//! Every page is changed in every way that has an effect, and each change must be reported: as a difference in the changed
//! field, as an unreadable page, or as prose if it is prose.
//!
//! The small pages next to this test are always changed. `OTC_REFERENCE_PAGES` (directories, separated by
//! colons) and `OTC_REFERENCE_OPENAPI` (the directory of their document) name real ones, which are changed as
//! well. The paths are relative to the root of the workspace.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod changes;
mod html;
#[path = "../support/mod.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use changes::Changes;
use html::Page;
use otc_reference::{ChangeKind, Difference, Lock, Reference, Report, Source, sources};
use regex::Regex;
use support::{FORMATS, Format, Pages, Target};

/// What must be reported of a change.
#[derive(Debug)]
pub(crate) enum Expected {
    /// That facts changed, and differences only in fields that match.
    Field(Regex),
    /// That facts changed, with a difference in a field that matches, or that the page can't be read.
    FieldOrProblem(Regex),
    /// That the page can't be read.
    Problem,
    /// No difference, but that the prose changed.
    Prose,
    /// Anything but that only the prose changed.
    NotProse,
    /// That the page is new or missing.
    Page(ChangeKind),
}

/// The number of changes of each kind, and what was not reported as it should be.
#[derive(Debug, Default)]
struct Outcome {
    tried: BTreeMap<&'static str, usize>,
    failures: Vec<String>,
}

impl Outcome {
    fn note(&mut self, kind: &'static str, what: &str, page: &str, expected: &Expected, found: &Found) {
        *self.tried.entry(kind).or_default() += 1;
        if !found.is(expected, page) {
            let failure = format!("{kind} {page}: {what}: {expected:?}: {found:?}");
            self.failures.push(failure);
        }
    }
}

/// The findings of a report: page and field of differences and stale deviations, page and kind of changes, and the
/// pages with problems.
#[derive(Debug)]
struct Found {
    open: BTreeSet<(String, String)>,
    stale: BTreeSet<(String, String)>,
    changes: Vec<(String, ChangeKind)>,
    problems: Vec<String>,
}

impl Found {
    fn of(report: Report) -> Self {
        let stale = report.stale_deviations.into_iter().map(|stale| stale.deviation);
        Self {
            open: report.differences.into_iter().map(|open| (open.page, open.field)).collect(),
            stale: stale.map(|deviation| (deviation.page, deviation.field)).collect(),
            changes: report.changes.into_iter().map(|change| (change.page, change.kind)).collect(),
            problems: report.problems.into_iter().map(|problem| problem.page).collect(),
        }
    }

    /// Without what was reported before the change.
    fn since(mut self, before: &Self) -> Self {
        self.open.retain(|open| !before.open.contains(open));
        self.stale.retain(|stale| !before.stale.contains(stale));
        self
    }

    fn is(&self, expected: &Expected, page: &str) -> bool {
        let quiet = self.open.is_empty() && self.stale.is_empty();
        let readable = self.problems.is_empty();
        let is_kind = |kind| self.changes == [(page.to_owned(), kind)];
        let is_problem = quiet && self.changes.is_empty() && self.problems == [page];
        let is_in_field = |field: &Regex| {
            let mut fields = self.open.iter().chain(&self.stale);
            let is_told = fields.any(|(of, found)| of == page && field.is_match(found));
            readable && is_kind(ChangeKind::Facts) && is_told
        };
        match expected {
            Expected::Field(field) => {
                is_in_field(field) && self.open.iter().all(|(_, found)| field.is_match(found))
            }
            Expected::FieldOrProblem(field) => is_in_field(field) || is_problem,
            Expected::Problem => is_problem,
            Expected::Prose => quiet && readable && is_kind(ChangeKind::Text),
            Expected::NotProse => {
                !readable || is_kind(ChangeKind::Facts) || quiet && is_kind(ChangeKind::Unread)
            }
            Expected::Page(kind) => readable && is_kind(*kind),
        }
    }
}

/// Changes all pages in all ways.
fn prove(against: &Target, mut all: Vec<Source>) -> Outcome {
    // Without the navigation around the content, thousands of changes take seconds.
    for source in &mut all {
        source.content = Ok(Page::content_of(&text(source)).into_bytes());
    }
    let lock = support::reviewed(&all);
    let outcome = Mutex::new(Outcome::default());
    let queue = Mutex::new(all.iter());
    let work = || {
        while let Some(source) = { queue.lock().unwrap().next() } {
            change_page(against, source, &outcome);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| (0..threads).for_each(|_| drop(scope.spawn(work))));
    let mut outcome = outcome.into_inner().unwrap();
    change_list_of_pages(against, &all, &lock, &mut outcome);
    outcome
}

fn change_page(against: &Target, source: &Source, outcome: &Mutex<Outcome>) {
    let html = text(source);
    let reference = read(source, &html);
    let facts = &reference.pages[0].facts;
    let mut lock = Lock::default();
    lock.accept(&reference);
    let report = against.check(&reference, &lock);
    let explained = report.explained.iter().map(|(difference, _)| difference);
    let known: Vec<Difference> = report.differences.iter().chain(explained).cloned().collect();
    let before = Found::of(report);
    let page = Page::parse(&html);
    for change in Changes::of(&page, &serde_json::to_value(facts).unwrap(), &known) {
        let found = Found::of(against.check(&read(source, &change.html), &lock)).since(&before);
        let mut outcome = outcome.lock().unwrap();
        outcome.note(change.kind, &change.what, &facts.id, &change.expected, &found);
    }
}

/// Removes each page of a site, and adds a copy of each page of an operation under another stable name.
fn change_list_of_pages(against: &Target, all: &[Source], lock: &Lock, outcome: &mut Outcome) {
    let mut reference = Reference::read(all);
    let before = Found::of(against.check(&reference, lock));
    let found = |reference: &Reference| Found::of(against.check(reference, lock)).since(&before);
    for (index, source) in all.iter().enumerate() {
        let page = reference.pages.remove(index);
        let id = page.facts.id.clone();
        if reference.is_site() {
            let expected = Expected::Page(ChangeKind::Removed);
            outcome.note("page removed", &id, &id, &expected, &found(&reference));
        }
        let is_operation = serde_json::to_value(&page.facts).unwrap().get("operation").is_some();
        reference.pages.insert(index, page);
        if is_operation {
            let number = id.rsplit('_').next().unwrap();
            let new = "9".repeat(number.len());
            reference.pages.extend(read(source, &text(source).replace(number, &new)).pages);
            let expected = Expected::Page(ChangeKind::Added);
            outcome.note("page added", &id, &id.replace(number, &new), &expected, &found(&reference));
            reference.pages.pop();
        }
    }
}

fn read(source: &Source, html: &str) -> Reference {
    let content = Ok(html.as_bytes().to_vec());
    Reference::read(&[Source { name: source.name.clone(), content }])
}

fn text(source: &Source) -> String {
    String::from_utf8(source.content.clone().unwrap()).unwrap()
}

#[test]
fn every_change_of_a_small_page_is_reported() {
    let lamps = Pages::load("lamps").unwrap();
    // A page that an export lacks is not missing.
    for (format, counts) in FORMATS.into_iter().zip([(19, 332), (18, 327)]) {
        let outcome = prove(&lamps.target(), lamps.sources(format));
        println!("{format:?}: {:?}", outcome.tried);
        assert_eq!(outcome.failures, Vec::<String>::new());
        let tried = (outcome.tried.len(), outcome.tried.values().sum::<usize>());
        assert_eq!(tried, counts, "every kind of change was tried: {:?}", outcome.tried);
    }
}

#[test]
fn a_change_that_is_not_reported_fails_the_proof() {
    let mut lamps = Pages::load("lamps").unwrap();
    // A document that lists every type never differs in it.
    lamps.document = lamps
        .document
        .replace("hours: {type: number}", "hours: {x-reference-types: [float, string, boolean]}");
    let outcome = prove(&lamps.target(), lamps.sources(Format::Site));
    let [failure] = &outcome.failures[..] else { panic!("{:?}", outcome.failures) };
    assert!(failure.starts_with("type en-us_topic_0000000101: hours: "), "{failure}");
}

#[test]
fn every_change_of_a_real_page_is_reported() {
    let Some(pages) = std::env::var_os("OTC_REFERENCE_PAGES") else {
        return;
    };
    let from_workspace = |path: PathBuf| Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    let openapi = std::env::var_os("OTC_REFERENCE_OPENAPI").expect("OTC_REFERENCE_OPENAPI names a directory");
    let read =
        |name: &str| std::fs::read_to_string(from_workspace(PathBuf::from(&openapi)).join(name)).unwrap();
    let against = Pages {
        name: "vbs".to_owned(),
        document: read("vbs.yaml"),
        error_codes: read("error-codes.toml"),
        deviations: read("deviations.toml"),
        pages: BTreeMap::new(),
    };
    for directory in std::env::split_paths(&pages).map(from_workspace) {
        let outcome = prove(&against.target(), sources(&directory.display().to_string()).unwrap());
        eprintln!("{}: {:?}", directory.display(), outcome.tried);
        assert_eq!(outcome.failures, Vec::<String>::new(), "{}", directory.display());
    }
}
