//! Differences that are meant, and pages that were accepted.

use std::collections::{BTreeMap, BTreeSet};

use super::super::deviations::{Settled, parse, settle};
use super::super::document::Document;
use super::super::lock::{ChangeKind, Lock};
use super::super::report::{Format, Report};
use super::{comparison, document, locked, pages, read};

/// The document with a status that the pages do not have, and with one field less.
fn other_document() -> Document {
    let text = document()
        .text
        .replace(
            "        '404'",
            "        '429': {$ref: '#/components/responses/Failure'}\n        '404'",
        )
        .replace("        hours: {type: number}\n", "");
    Document::parse(text).unwrap()
}

const EVERY_PAGE: &str = r#"
[[deviation]]
page = "*"
field = "status 429"
reference = "absent"
document = "documented"
why = "Seen."
"#;

const HOURS: &str = r#"
[[deviation]]
page = "en-us_topic_0000000101"
field = "response.lamps[].hours"
reference = "number"
document = "absent"
why = "Nobody knows them."
"#;

fn settled(deviations: &str, document: &Document, complete: bool) -> Settled {
    let deviations = parse(deviations).unwrap();
    let found = comparison(read(&pages("site")), document);
    let read = found.operation_pages.clone();
    settle(&found, &deviations, &read, complete)
}

fn stale(settled: &Settled) -> Vec<String> {
    settled
        .stale
        .iter()
        .map(|stale| format!("{}: {}", stale.deviation.field, stale.problem))
        .collect()
}

#[test]
fn a_deviation_settles_exactly_its_difference() {
    let all = settled(&[EVERY_PAGE, HOURS].concat(), &other_document(), true);
    assert_eq!((all.open.len(), all.settled.len(), all.stale.len()), (0, 3, 0));
    let one = settled(EVERY_PAGE, &other_document(), true);
    let open: Vec<&str> = one
        .open
        .iter()
        .map(|difference| difference.field.as_str())
        .collect();
    assert_eq!(open, ["response.lamps[].hours"]);
}

#[test]
fn a_deviation_that_does_not_apply_any_more_is_stale() {
    insta::assert_debug_snapshot!(stale(&settled(HOURS, &document(), true)), @r#"
    [
        "response.lamps[].hours: there is no such difference any more: remove it",
    ]
    "#);
    let other = HOURS.replace("number", "integer");
    insta::assert_debug_snapshot!(stale(&settled(&other, &other_document(), true)), @r#"
    [
        "response.lamps[].hours: the difference is another one now: reference `number`, document `absent`",
    ]
    "#);
    let gone = HOURS.replace("0000000101", "0000000777");
    insta::assert_debug_snapshot!(stale(&settled(&gone, &other_document(), true)), @r#"
    [
        "response.lamps[].hours: there is no such difference any more: remove it",
    ]
    "#);
    // Nothing is known of a page that was not read.
    assert_eq!(
        stale(&settled(&gone, &other_document(), false)),
        Vec::<String>::new()
    );
}

#[test]
fn a_deviation_of_every_page_must_be_on_every_page() {
    let text = document().text.replacen(
        "        '404'",
        "        '429': {$ref: '#/components/responses/Failure'}\n        '404'",
        1,
    );
    let document = Document::parse(text).unwrap();
    insta::assert_debug_snapshot!(stale(&settled(EVERY_PAGE, &document, true)), @r#"
    [
        "status 429: it says every page, but does not apply to en-us_topic_0000000102",
    ]
    "#);
}

#[test]
fn a_deviation_needs_a_reason_and_stands_once() {
    let no_reason = parse(&HOURS.replace("Nobody knows them.", " ")).unwrap_err();
    insta::assert_snapshot!(no_reason, @"the deviation of `response.lamps[].hours` on page en-us_topic_0000000101 gives no reason: fill in `why`");
    let twice = parse(&[HOURS, HOURS].concat()).unwrap_err();
    insta::assert_snapshot!(twice, @"there are two deviations of `response.lamps[].hours` on page en-us_topic_0000000101: keep one");
}

#[test]
fn the_lock_tells_prose_from_facts() {
    let mut sources = pages("site");
    let mut lock = Lock::default();
    let before = locked(&read(&sources));
    lock.accept(&before, true);
    assert_eq!(lock.changes(&before, true), []);

    let page = sources
        .iter_mut()
        .find(|source| source.name.ends_with("list.html"))
        .unwrap();
    page.html = page.html.replace("of a house.", "of a town.");
    let kinds = |sources: &[_], lock: &Lock| -> Vec<(String, ChangeKind)> {
        let changes = lock.changes(&locked(&read(sources)), true);
        changes
            .into_iter()
            .map(|change| (change.name, change.kind))
            .collect()
    };
    assert_eq!(kinds(&sources, &lock), [("list".to_owned(), ChangeKind::Text)]);
    let page = sources
        .iter_mut()
        .find(|source| source.name.ends_with("list.html"))
        .unwrap();
    page.html = page.html.replace("default value is 20", "default value is 30");
    assert_eq!(kinds(&sources, &lock), [("list".to_owned(), ChangeKind::Facts)]);
    sources.retain(|source| !source.name.ends_with("list.html"));
    assert_eq!(kinds(&sources, &lock), [("list".to_owned(), ChangeKind::Removed)]);
    lock.accept(&locked(&read(&sources)), true);
    assert_eq!(kinds(&sources, &lock), []);
    assert_eq!(
        kinds(&pages("site"), &lock),
        [("list".to_owned(), ChangeKind::Added)]
    );
}

#[test]
fn an_export_says_nothing_of_pages_that_it_does_not_hold() {
    let mut lock = Lock::default();
    let site = locked(&read(&pages("site")));
    lock.accept(&site, true);
    let export = read(&pages("export"));
    assert!(!export.complete);
    let export = locked(&export);
    assert_eq!(lock.changes(&export, false), []);
    lock.accept(&export, false);
    assert_eq!(lock.changes(&site, true), [], "the site's pages and names stay");
}

#[test]
fn reports() {
    let found = comparison(read(&pages("site")), &other_document());
    let deviations = parse(EVERY_PAGE).unwrap();
    let read_pages = BTreeSet::from(["en-us_topic_0000000101".to_owned()]);
    let mut report = Report::new("site", 5, 2);
    report.settle(settle(&found, &deviations, &read_pages, true));
    report.changes = Lock::default().changes(
        &locked(&read(&pages("export")))
            .into_iter()
            .take(1)
            .collect::<BTreeMap<_, _>>(),
        false,
    );
    assert!(!report.is_clean());
    let render = |format| report.render(format, &document()).unwrap();
    insta::assert_snapshot!("text", render(Format::Text));
    insta::assert_snapshot!("github", render(Format::Github));
    insta::assert_snapshot!("html", render(Format::Html));
    insta::assert_snapshot!("json", render(Format::Json));
    assert!(Report::new("site", 5, 2).is_clean());
}
