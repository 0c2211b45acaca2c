//! The command against small pages of a lamp service, in both formats, with a document that says the same.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod deviations;
mod differences;
mod nesting;
mod prose;
mod site;
mod unreadable;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::compare::{Against, Comparison, compare};
use super::document::{Document, read_error_codes};
use super::lock::LockedPage;
use super::mutate::{Kind, Outcome, SelfTest};
use super::source::{Loaded, Source, load, sources};

/// The directory of the pages and of the document.
fn fixtures(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/reference")
        .join(name)
}

fn pages(name: &str) -> Vec<Source> {
    sources(&fixtures(name).display().to_string()).unwrap()
}

fn document() -> Document {
    Document::load(&fixtures("openapi/vbs.yaml")).unwrap()
}

fn codes() -> BTreeMap<String, BTreeSet<String>> {
    read_error_codes(&fixtures("openapi/error-codes.toml")).unwrap()
}

fn read(sources: &[Source]) -> Loaded {
    let loaded = load(sources);
    assert_eq!(loaded.problems, [], "the pages can be read");
    loaded
}

fn comparison(loaded: Loaded, document: &Document) -> Comparison {
    let complete = loaded.complete;
    let facts: Vec<_> = loaded.pages.into_iter().map(|(_, facts)| facts).collect();
    let codes = codes();
    let against = Against {
        document,
        error_codes: &codes,
    };
    compare(&facts, &against, complete)
}

fn self_test(name: &str, document: &Document) -> Outcome {
    let sources = pages(name);
    let codes = codes();
    let against = Against {
        document,
        error_codes: &codes,
    };
    let test = SelfTest {
        against: &against,
        deviations: &[],
    };
    test.run(&sources, read(&sources)).unwrap()
}

fn locked(loaded: &Loaded) -> BTreeMap<String, LockedPage> {
    loaded
        .pages
        .iter()
        .map(|(page, facts)| (page.id.clone(), LockedPage::of(page, facts).unwrap()))
        .collect()
}

#[test]
fn both_formats_agree_with_the_document() {
    for format in ["site", "export"] {
        let found = comparison(read(&pages(format)), &document());
        assert_eq!(found.differences, [], "{format}");
        assert_eq!(found.problems, [], "{format}");
    }
}

#[test]
fn both_formats_of_a_page_have_the_same_facts_and_the_same_text() {
    let site = locked(&read(&pages("site")));
    let export = locked(&read(&pages("export")));
    assert_eq!(export.len(), 3);
    for (page, export) in &export {
        assert!(site[page].says_the_same_as(export), "{page}");
    }
}

#[test]
fn every_change_of_a_page_is_reported_as_that_change_alone() {
    let site = self_test("site", &document());
    assert_eq!(site.failures, Vec::<String>::new());
    for kind in Kind::ALL {
        assert!(site.tried.contains_key(&kind), "nothing of the kind: {kind}");
    }
    let export = self_test("export", &document());
    assert_eq!(export.failures, Vec::<String>::new());
    // The export has no page of error codes, and a page that it lacks is not missing.
    let not_tried: Vec<Kind> = Kind::ALL
        .into_iter()
        .filter(|kind| !export.tried.contains_key(kind))
        .collect();
    assert_eq!(not_tried, [Kind::ErrorCode, Kind::PageRemoved]);
}

#[test]
fn the_self_test_fails_where_a_change_goes_unnoticed() {
    // With no type in the document, any type of the reference would do.
    let text = document().text.replace(
        "hours: {type: number}",
        "hours: {x-reference-types: [float, string, boolean]}",
    );
    let outcome = self_test("site", &Document::parse(text).unwrap());
    let [failure] = &outcome.failures[..] else {
        panic!("{:?}", outcome.failures);
    };
    assert!(
        failure.contains("type changed: response.lamps[].hours"),
        "{failure}"
    );
}
