//! A report with findings of each kind.

use otc_reference::{Expected, Lock, Source, check, parse_deviations};

use crate::deviations::{EVERY_PAGE, other_document};
use crate::{pages, read};

#[test]
fn report_has_every_kind_of_finding() {
    let document = other_document();
    let stale = EVERY_PAGE
        .replace('*', "en-us_topic_0000000101")
        .replace("429", "418");
    let deviations = parse_deviations(&[EVERY_PAGE, &stale].concat()).unwrap();
    let mut sources: Vec<Source> = pages("export");
    let mut lock = Lock::default();
    lock.accept(&read(&sources[1..]));
    sources[2].content = Ok(b"<h1>\xe9</h1>".to_vec());
    let expected = Expected {
        document: &document,
        deviations: &deviations,
        lock: &lock,
    };
    let reference = otc_reference::Reference::read(&sources);
    let report = check("export", &reference, &expected);
    assert!(!report.is_clean());
    insta::assert_snapshot!("text", report);
}
