//! Reviews, printed reports, and deviations that are not valid.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use otc_reference::{Lock, Reference, Report, Source, parse_deviations};
use support::{FORMATS, Format, Pages, reviewed};

/// The disks, with an example that can't be read.
fn unreadable(format: Format) -> Vec<Source> {
    let mut disks = Pages::load("disks").unwrap();
    let page = disks.pages.get_mut("show").unwrap();
    page.text = page.text.replace("\"size\": 40", "\"size\": 40,");
    disks.sources(format)
}

fn check(pages: &Pages, sources: &[Source], lock: &Lock) -> Report {
    pages.target().check(&Reference::read(sources), lock)
}

#[test]
fn review_forgets_the_pages_that_are_gone() {
    let disks = Pages::load("disks").unwrap();
    let all = disks.sources(Format::Site);
    let mut lock = reviewed(&all);
    let rest = Reference::read(&all[1..]);
    assert_eq!(disks.target().check(&rest, &lock).changes.len(), 1);
    lock.accept(&rest);
    assert_eq!(disks.target().check(&rest, &lock).changes, []);
    assert_eq!(check(&disks, &all, &lock).changes.len(), 1);
}

#[test]
fn review_keeps_what_the_lock_says_of_unreadable_pages() {
    let disks = Pages::load("disks").unwrap();
    for format in FORMATS {
        let mut lock = reviewed(&disks.sources(format));
        lock.accept(&Reference::read(&unreadable(format)));
        let report = check(&disks, &disks.sources(format), &lock);
        assert!(report.is_clean(), "{format:?}: {report:#?}");
    }
}

#[test]
fn both_formats_of_a_page_have_the_same_facts_and_passages() {
    let lamps = Pages::load("lamps").unwrap();
    let export = lamps.sources(Format::Export);
    let lock = reviewed(&lamps.sources(Format::Site));
    assert!(check(&lamps, &export, &lock).is_clean());
    // An export keeps the names of the site.
    let mut both = reviewed(&lamps.sources(Format::Site));
    both.accept(&Reference::read(&export));
    assert_eq!(format!("{both:?}"), format!("{lock:?}"));
}

#[test]
fn only_pages_of_the_site_are_complete() {
    let is_site = |format| Reference::read(&Pages::load("lamps").unwrap().sources(format)).is_site();
    assert_eq!(FORMATS.map(is_site), [true, false]);
}

#[test]
fn report_prints_every_kind_of_finding() {
    let mut lamps = Pages::load("lamps").unwrap();
    let code = "        '404'";
    let new = "        '429': {$ref: '#/components/responses/Failure'}\n        '404'";
    lamps.document = lamps.document.replace("        hours: {type: number}\n", "").replace(code, new);
    let every_page = "[[deviation]]\npage = \"*\"\nfield = \"status 429\"\nreference = \"absent\"\n\
                      document = \"documented\"\nwhy = \"Seen.\"\n";
    let stale = every_page.replace('*', "en-us_topic_0000000101").replace("429", "418");
    lamps.deviations = [every_page, &stale].concat();
    let mut sources = lamps.sources(Format::Export);
    let lock = reviewed(&sources[..3]);
    sources[4].content = Ok(b"<h1>\xe9</h1>".to_vec());
    insta::assert_snapshot!("text", check(&lamps, &sources, &lock));
}

#[test]
fn refused_review_is_printed() {
    let disks = Pages::load("disks").unwrap();
    let lock = reviewed(&disks.sources(Format::Site));
    let mut report = check(&disks, &unreadable(Format::Site), &lock);
    report.accepted = Some(false);
    let text = report.to_string();
    assert!(text.contains("(not accepted: fix the problems first)"), "{text}");
    assert!(!report.is_clean());
}

#[test]
fn deviation_needs_a_reason_and_is_listed_once() {
    let deviation =
        "[[deviation]]\npage = \"p\"\nfield = \"f\"\nreference = \"a\"\ndocument = \"b\"\nwhy = \"Seen.\"\n";
    for (text, expected) in [
        (deviation.replace("Seen.", " "), "the deviation of `f` on page p gives no reason: fill in `why`"),
        (deviation.repeat(2), "there are two deviations of `f` on page p: keep one"),
    ] {
        assert_eq!(parse_deviations(&text).unwrap_err().to_string(), expected);
    }
}
