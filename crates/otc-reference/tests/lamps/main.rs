//! Small pages of a lamp service, in both formats, and a document that says the same as they do.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod deviations;
mod differences;
mod lock;
mod reports;
mod site;
mod unreadable;

use std::path::{Path, PathBuf};

use otc_reference::{
    Deviation, Document, Expected, Lock, Problem, Reference, Report, Source, check, parse_deviations, sources,
};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/pages")
        .join(name)
}

fn pages(format: &str) -> Vec<Source> {
    sources(&path(format).display().to_string()).unwrap()
}

/// The pages as they are read if all can be.
fn read(sources: &[Source]) -> Reference {
    let reference = Reference::read(sources);
    assert_eq!(reference.problems().collect::<Vec<_>>(), Vec::<&Problem>::new());
    reference
}

/// The site with one text of one page replaced.
fn site_with(page: &str, old: &str, new: &str) -> Vec<Source> {
    let mut sources = pages("site");
    let source = sources
        .iter_mut()
        .find(|source| source.name.ends_with(page))
        .unwrap();
    let html = String::from_utf8(source.content.clone().unwrap()).unwrap();
    assert!(html.contains(old), "{page} contains {old}");
    source.content = Ok(html.replacen(old, new, 1).into_bytes());
    sources
}

fn document_text() -> String {
    std::fs::read_to_string(path("openapi/vbs.yaml")).unwrap()
}

fn document(text: String) -> Document {
    let codes = std::fs::read_to_string(path("openapi/error-codes.toml")).unwrap();
    Document::parse("openapi/lamps.yaml", text, &codes).unwrap()
}

/// The document with one text replaced.
fn document_with(old: &str, new: &str) -> Document {
    let text = document_text();
    assert!(text.contains(old), "the document contains {old}");
    document(text.replacen(old, new, 1))
}

/// Compares the pages with this document, these deviations, and the pages themselves as they were reviewed.
fn compare(reference: &Reference, document: &Document, deviations: &str) -> Report {
    let deviations: Vec<Deviation> = parse_deviations(deviations).unwrap();
    let mut lock = Lock::default();
    lock.accept(reference);
    let expected = Expected {
        document,
        deviations: &deviations,
        lock: &lock,
    };
    check("site", reference, &expected)
}

#[test]
fn both_formats_agree_with_the_document() {
    for format in ["site", "export"] {
        let report = compare(&read(&pages(format)), &document(document_text()), "");
        assert!(report.is_clean(), "{format}: {report:?}");
    }
}
