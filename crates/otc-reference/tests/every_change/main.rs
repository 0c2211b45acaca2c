//! Every page is changed in every way that can be told apart, and each change must be reported as that change
//! alone.
//!
//! The small pages next to this test are always changed. `OTC_REFERENCE_PAGES` (directories, separated by
//! colons) and `OTC_REFERENCE_OPENAPI` (the directory of their document) name real ones, which are changed as
//! well. The paths are relative to the root of the workspace.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod dom;
mod fields;
mod page;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use dom::Dom;
use otc_reference::{
    ChangeKind, Content, Deviation, Difference, Document, Expected as Against, Lock, PageFacts, Reference,
    Report, Source, check, load_deviations, sources,
};

/// The kinds of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    FieldAdded,
    FieldRemoved,
    FieldRenamed,
    Type,
    Mandatory,
    Values,
    Limit,
    Default,
    ExampleValue,
    Status,
    Path,
    Method,
    Deprecation,
    ErrorCode,
    PageAdded,
    PageRemoved,
    Prose,
    FactInWords,
    Unreadable,
}

/// A changed page, and what must be reported.
pub(crate) struct Mutation {
    kind: Kind,
    what: String,
    html: String,
    expected: Expected,
}

/// What must be reported of a change.
#[derive(Debug)]
pub(crate) enum Expected {
    /// These fields, and no other. `**` matches any path to a field.
    Differences(Vec<String>),
    /// That the page can't be read.
    Problem,
    /// No difference, but that the prose changed.
    Reread,
    /// Anything but that only the prose changed.
    NotProse,
}

/// How many changes of a kind were made, and which were not reported as they should be.
#[derive(Debug, Default)]
struct Outcome {
    tried: BTreeMap<Kind, usize>,
    failures: Vec<String>,
}

/// What the pages are compared with.
struct Proof {
    document: Document,
    deviations: Vec<Deviation>,
}

/// Page and field of the open differences and of the stale deviations.
type Reported = (BTreeSet<(String, String)>, BTreeSet<(String, String)>);

impl Proof {
    fn load(openapi: &Path) -> Self {
        Self::with_document(
            openapi,
            std::fs::read_to_string(openapi.join("vbs.yaml")).unwrap(),
        )
    }

    fn with_document(openapi: &Path, text: String) -> Self {
        let codes = std::fs::read_to_string(openapi.join("error-codes.toml")).unwrap();
        Self {
            document: Document::parse("vbs.yaml", text, &codes).unwrap(),
            deviations: load_deviations(&openapi.join("deviations.toml")).unwrap(),
        }
    }

    fn check(&self, reference: &Reference, lock: &Lock) -> Report {
        let expected = Against {
            document: &self.document,
            deviations: &self.deviations,
            lock,
        };
        check("pages", reference, &expected)
    }

    /// Changes all pages in all ways.
    fn run(&self, pages: &str) -> Outcome {
        let mut outcome = Outcome::default();
        let mut all = sources(pages).unwrap();
        // Without the navigation around the content, thousands of changes take seconds.
        for source in &mut all {
            source.content = Ok(Dom::content_of(&text(source)).into_bytes());
        }
        let reference = Reference::read(&all);
        assert_eq!(reference.problems().next(), None, "the pages can be read");
        let queue = Mutex::new(all.iter());
        let work = || {
            let mut outcome = Outcome::default();
            loop {
                let next = queue.lock().unwrap().next();
                let Some(source) = next else { return outcome };
                self.page(source, &mut outcome);
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            workers
                .into_iter()
                .for_each(|worker| outcome.merge(worker.join().unwrap()));
        });
        self.pages(&all, reference, &mut outcome);
        outcome
    }

    fn page(&self, source: &Source, outcome: &mut Outcome) {
        let html = text(source);
        let before = as_part(source, &html);
        let facts = &before.pages[0].facts;
        let mut lock = Lock::default();
        lock.accept(&before);
        let baseline = self.check(&before, &lock);
        let known: Vec<Difference> = baseline
            .differences
            .iter()
            .chain(baseline.explained.iter().map(|explained| &explained.difference))
            .cloned()
            .collect();
        let baseline = reported(&baseline);
        let dom = Dom::parse(&html);
        let mut mutations = fields::mutations(&dom, &facts.content, &known);
        mutations.extend(page::mutations(&dom, &facts.content, &known));
        for mutation in mutations {
            let what = self.changed(source, &mutation, facts, &lock, &baseline);
            outcome.note(mutation.kind, &format!("{}: {}", facts.id, mutation.what), what);
        }
    }

    fn changed(
        &self,
        source: &Source,
        mutation: &Mutation,
        facts: &PageFacts,
        lock: &Lock,
        baseline: &Reported,
    ) -> Result<(), String> {
        let report = self.check(&as_part(source, &mutation.html), lock);
        let kinds: Vec<ChangeKind> = report.changes.iter().map(|change| change.kind).collect();
        let problem = report.problems.first();
        let (open, stale) = reported(&report);
        let open: Vec<&String> = open.difference(&baseline.0).map(|(_, field)| field).collect();
        let stale: Vec<&String> = stale.difference(&baseline.1).map(|(_, field)| field).collect();
        let what = format!(
            "{:?}: {open:?}, stale {stale:?}, {kinds:?}, {problem:?}",
            mutation.expected
        );
        let quiet = open.is_empty() && stale.is_empty();
        let as_expected = match &mutation.expected {
            Expected::Problem => {
                quiet && kinds.is_empty() && problem.is_some_and(|problem| problem.page == facts.id)
            }
            Expected::Reread => quiet && problem.is_none() && kinds == [ChangeKind::Text],
            Expected::NotProse => {
                problem.is_some() || kinds == [ChangeKind::Facts] || quiet && kinds == [ChangeKind::Unread]
            }
            Expected::Differences(wanted) => {
                let is = |field: &str| wanted.iter().any(|wanted| is_at(field, wanted));
                let is_or_below = |field: &str| {
                    wanted
                        .iter()
                        .any(|wanted| is_at(field, wanted) || is_below(field, wanted))
                };
                let all = open.iter().chain(&stale);
                problem.is_none()
                    && kinds == [ChangeKind::Facts]
                    && wanted.iter().all(|wanted| {
                        all.clone()
                            .any(|field| is_at(field, wanted) || is_below(field, wanted))
                    })
                    && open.iter().all(|field| is(field))
                    && stale.iter().all(|field| is_or_below(field))
            }
        };
        if as_expected { Ok(()) } else { Err(what) }
    }

    /// Removes each page, and adds a copy of each page of an operation under another stable name.
    fn pages(&self, all: &[Source], mut reference: Reference, outcome: &mut Outcome) {
        let mut lock = Lock::default();
        lock.accept(&reference);
        let baseline = reported(&self.check(&reference, &lock));
        for (index, source) in all.iter().enumerate() {
            let page = reference.pages.remove(index);
            let id = page.facts.id.clone();
            if reference.is_site() {
                let wanted = match page.facts.content {
                    Content::Operation(_) | Content::RequestFields(_) => {
                        Some((id.clone(), "page".to_owned()))
                    }
                    Content::ErrorCodes(_) => Some(("none".to_owned(), "error codes".to_owned())),
                    _ => None,
                };
                let report = self.check(&reference, &lock);
                let what = only_page(&report, &baseline, &id, wanted, ChangeKind::Removed);
                outcome.note(Kind::PageRemoved, &id, what);
            }
            let copy = page
                .facts
                .operation()
                .is_some()
                .then(|| page::under_another_name(&text(source), &id));
            reference.pages.insert(index, page);
            if let Some((other, html)) = copy.flatten() {
                reference.pages.extend(as_part(source, &html).pages);
                let report = self.check(&reference, &lock);
                let wanted = Some((other.clone(), "page".to_owned()));
                let what = only_page(&report, &baseline, &other, wanted, ChangeKind::Added);
                outcome.note(Kind::PageAdded, &id, what);
                reference.pages.pop();
            }
        }
    }
}

/// Whether this page is reported as missing on one side, and nothing is reported of any other page.
fn only_page(
    report: &Report,
    baseline: &Reported,
    page: &str,
    wanted: Option<(String, String)>,
    kind: ChangeKind,
) -> Result<(), String> {
    let changes: Vec<_> = report
        .changes
        .iter()
        .map(|change| (change.page.as_str(), change.kind))
        .collect();
    let (open, stale) = reported(report);
    let open: Vec<_> = open.difference(&baseline.0).cloned().collect();
    let stale: Vec<_> = stale.difference(&baseline.1).collect();
    let nothing_else = open == Vec::from_iter(wanted) && stale.iter().all(|(of, _)| of == page);
    if nothing_else && changes == [(page, kind)] && report.problems.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{open:?}, stale {stale:?}, {changes:?}, {:?}",
        report.problems
    ))
}

/// One page, as from an export: the other pages are not missing.
fn as_part(source: &Source, html: &str) -> Reference {
    let content = Ok(html.as_bytes().to_vec());
    Reference::read(&[Source {
        name: source.name.clone(),
        content,
    }])
    .into_part()
}

fn text(source: &Source) -> String {
    String::from_utf8(source.content.clone().unwrap()).unwrap()
}

fn reported(report: &Report) -> Reported {
    let open = report
        .differences
        .iter()
        .map(|found| (found.page.clone(), found.field.clone()));
    let stale = report.stale_deviations.iter().map(|stale| &stale.deviation);
    (
        open.collect(),
        stale
            .map(|stale| (stale.page.clone(), stale.field.clone()))
            .collect(),
    )
}

impl Outcome {
    fn merge(&mut self, other: Self) {
        for (kind, tried) in other.tried {
            *self.tried.entry(kind).or_default() += tried;
        }
        self.failures.extend(other.failures);
    }

    fn note(&mut self, kind: Kind, what: &str, outcome: Result<(), String>) {
        *self.tried.entry(kind).or_default() += 1;
        if let Err(reported) = outcome {
            self.failures.push(format!("{kind:?} {what}: {reported}"));
        }
    }
}

/// Whether this is the field that is meant.
fn is_at(field: &str, wanted: &str) -> bool {
    match wanted.split_once("**.") {
        Some((place, name)) => field.starts_with(place) && field.ends_with(&format!(".{name}")),
        None => field == wanted,
    }
}

/// Whether this is an aspect of the field that is meant, or inside it.
fn is_below(field: &str, wanted: &str) -> bool {
    match wanted.split_once("**.") {
        Some((place, name)) => field.starts_with(place) && field.contains(&format!(".{name}:")),
        None => field
            .strip_prefix(wanted)
            .is_some_and(|rest| rest.starts_with([':', '.', '[', '('])),
    }
}

fn small(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/pages")
        .join(name)
}

/// A directory whose path is relative to the root of the workspace.
fn from_workspace(path: &Path) -> PathBuf {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    assert!(directory.is_dir(), "{} is not a directory", directory.display());
    directory
}

#[test]
fn every_change_of_a_small_page_is_reported_as_that_change_alone() {
    let proof = Proof::load(&small("openapi"));
    let site = proof.run(&small("site").display().to_string());
    assert_eq!(site.failures, Vec::<String>::new());
    assert_eq!(
        site.tried.len(),
        19,
        "every kind of change was tried: {:?}",
        site.tried
    );
    let export = proof.run(&small("export").display().to_string());
    assert_eq!(export.failures, Vec::<String>::new());
    // The export has no page of error codes, and a page that it lacks is not missing.
    assert_eq!(export.tried.len(), 17, "{:?}", export.tried);
}

#[test]
fn a_change_that_is_not_reported_fails_the_proof() {
    let openapi = small("openapi");
    let text = std::fs::read_to_string(openapi.join("vbs.yaml")).unwrap();
    // A document that lists every type never differs in it.
    let text = text.replace(
        "hours: {type: number}",
        "hours: {x-reference-types: [float, string, boolean]}",
    );
    let outcome = Proof::with_document(&openapi, text).run(&small("site").display().to_string());
    let [failure] = &outcome.failures[..] else {
        panic!("{:?}", outcome.failures);
    };
    assert!(failure.starts_with("Type en-us_topic_0000000101:"), "{failure}");
    assert!(failure.contains("response.lamps[].hours"), "{failure}");
}

#[test]
fn every_change_of_a_real_page_is_reported_as_that_change_alone() {
    let Some(pages) = std::env::var_os("OTC_REFERENCE_PAGES") else {
        return;
    };
    let openapi = std::env::var_os("OTC_REFERENCE_OPENAPI").expect("OTC_REFERENCE_OPENAPI names a directory");
    let proof = Proof::load(&from_workspace(Path::new(&openapi)));
    for directory in std::env::split_paths(&pages) {
        let directory = from_workspace(&directory);
        let outcome = proof.run(&directory.display().to_string());
        eprintln!("{}: {:?}", directory.display(), outcome.tried);
        assert_eq!(outcome.failures, Vec::<String>::new(), "{}", directory.display());
    }
}
