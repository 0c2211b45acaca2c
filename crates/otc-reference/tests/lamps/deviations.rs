//! Differences that are intended.

use otc_reference::{Document, Reference, Report, parse_deviations};

use crate::{compare, document, document_text, document_with, pages, read};

const STATUS: &str = "        '404'";
const WITH_STATUS: &str = "        '429': {$ref: '#/components/responses/Failure'}\n        '404'";

/// The document with a status that the pages do not have, and without one of their fields.
pub(crate) fn other_document() -> Document {
    let text = document_text().replace(STATUS, WITH_STATUS);
    document(text.replace("        hours: {type: number}\n", ""))
}

pub(crate) const EVERY_PAGE: &str = r#"
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

fn site(deviations: &str, document: &Document) -> Report {
    compare(&read(&pages("site")), document, deviations)
}

fn stale(report: &Report) -> Vec<String> {
    let stale = report.stale_deviations.iter();
    stale
        .map(|stale| format!("{}: {}", stale.deviation.field, stale.problem))
        .collect()
}

#[test]
fn a_deviation_explains_only_its_difference() {
    let all = site(&[EVERY_PAGE, HOURS].concat(), &other_document());
    assert!(all.is_clean(), "{all:?}");
    assert_eq!(all.explained.len(), 3);
    let one = site(EVERY_PAGE, &other_document());
    let open: Vec<&str> = one.differences.iter().map(|found| found.field.as_str()).collect();
    assert_eq!(open, ["response.lamps[].hours"]);
}

#[test]
fn a_deviation_that_no_longer_applies_is_stale() {
    let changed = HOURS.replace("number", "integer");
    let gone = HOURS.replace("0000000101", "0000000777");
    for (deviation, document, expected) in [
        (
            HOURS,
            document(document_text()),
            "there is no such difference any more: remove it",
        ),
        (
            changed.as_str(),
            other_document(),
            "the difference has changed: reference `number`, document `absent`",
        ),
        (
            gone.as_str(),
            other_document(),
            "the reference has no such page: find out where it is now, or remove it",
        ),
    ] {
        let expected = format!("response.lamps[].hours: {expected}");
        assert_eq!(stale(&site(deviation, &document)), [expected], "{deviation}");
    }
    let part = Reference::read(&pages("site")).into_part();
    let report = compare(&part, &other_document(), &gone);
    assert_eq!(stale(&report), Vec::<String>::new(), "a part may lack the page");
}

#[test]
fn a_deviation_for_every_page_is_stale_if_one_page_does_not_have_it() {
    assert_eq!(
        stale(&site(EVERY_PAGE, &document_with(STATUS, WITH_STATUS))),
        ["status 429: it is for every page, but does not apply to en-us_topic_0000000102"]
    );
}

#[test]
fn a_deviation_needs_a_reason_and_is_listed_once() {
    for (text, expected) in [
        (
            HOURS.replace("Nobody knows them.", " "),
            "the deviation of `response.lamps[].hours` on page en-us_topic_0000000101 gives no reason: fill in `why`",
        ),
        (
            [HOURS, HOURS].concat(),
            "there are two deviations of `response.lamps[].hours` on page en-us_topic_0000000101: keep one",
        ),
    ] {
        assert_eq!(parse_deviations(&text).unwrap_err().to_string(), expected);
    }
}
