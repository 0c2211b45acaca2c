//! Pages that changed since they were reviewed.

use otc_reference::{ChangeKind, Document, Expected, Lock, Reference, check};

use crate::{document, document_text, pages, read, site_with};

/// Name and kind of each change.
fn changes(lock: &Lock, reference: &Reference) -> Vec<(String, ChangeKind)> {
    let document: Document = document(document_text());
    let expected = Expected {
        document: &document,
        deviations: &[],
        lock,
    };
    let report = check("site", reference, &expected);
    report
        .changes
        .into_iter()
        .map(|change| (change.name, change.kind))
        .collect()
}

fn list(kind: ChangeKind) -> Vec<(String, ChangeKind)> {
    vec![("list".to_owned(), kind)]
}

#[test]
fn lock_distinguishes_prose_facts_and_pages() {
    let site = read(&pages("site"));
    let mut lock = Lock::default();
    lock.accept(&site);
    assert_eq!(changes(&lock, &site), []);
    let prose = read(&site_with("list.html", "of a house.", "of a town."));
    assert_eq!(changes(&lock, &prose), list(ChangeKind::Text));
    let facts = read(&site_with(
        "list.html",
        "default value is 20",
        "default value is 30",
    ));
    assert_eq!(changes(&lock, &facts), list(ChangeKind::Facts));

    let mut rest = pages("site");
    rest.retain(|source| !source.name.ends_with("list.html"));
    let rest = read(&rest);
    assert_eq!(changes(&lock, &rest), list(ChangeKind::Removed));
    lock.accept(&rest);
    assert_eq!(changes(&lock, &rest), []);
    assert_eq!(changes(&lock, &site), list(ChangeKind::Added));
}

#[test]
fn both_formats_of_a_page_have_the_same_facts_and_passages() {
    let site = read(&pages("site"));
    let export = read(&pages("export"));
    assert_eq!(export.pages.len(), 3);
    let mut lock = Lock::default();
    lock.accept(&site);
    assert_eq!(changes(&lock, &export), []);
}

#[test]
fn accepting_an_export_keeps_the_pages_and_names_of_the_site() {
    let site = read(&pages("site"));
    let export = read(&pages("export"));
    assert!(site.is_site() && !export.is_site());
    let mut lock = Lock::default();
    lock.accept(&site);
    let before = format!("{lock:?}");
    lock.accept(&export);
    assert_eq!(format!("{lock:?}"), before);
}

#[test]
fn facts_in_unusual_places_are_unread() {
    let mut lock = Lock::default();
    lock.accept(&read(&pages("site")));
    for (old, new) in [
        ("<p>Lists the lamps", "At most 7 lamps.<p>Lists the lamps"),
        (
            "<p>Lists the lamps",
            "<span id=\"note\">At most 7 lamps.</span><p>Lists the lamps",
        ),
        ("</h1>", "</h1>At most 7 lamps."),
        ("<p>No</p>", "<p>No (if there are at most 7 lamps)</p>"),
        ("<p>404 Not Found</p>", "<p>404 Not Found (deprecated)</p>"),
    ] {
        let changed = read(&site_with("list.html", old, new));
        assert_eq!(changes(&lock, &changed), list(ChangeKind::Unread), "{new}");
    }
}
