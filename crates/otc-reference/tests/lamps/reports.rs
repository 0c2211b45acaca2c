//! A report in each format.

use otc_reference::{Expected, Format, Lock, Source, check, parse_deviations};

use crate::deviations::{EVERY_PAGE, other_document};
use crate::{pages, read};

#[test]
fn report_has_every_kind_of_finding_in_every_format() {
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
    let render = |format| report.render(format, &document).unwrap();
    insta::assert_snapshot!("text", render(Format::Text));
    insta::assert_snapshot!("github", render(Format::Github));
    insta::assert_snapshot!("html", render(Format::Html));
    insta::assert_snapshot!("json", render(Format::Json));
}
