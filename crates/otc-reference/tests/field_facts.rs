//! What the report says of a page of the export in which one text was replaced.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use otc_reference::{ChangeKind, Document, Expected, Lock, Reference, Report, Source, check};

const PAGE: &str = r#"
<a name="EN-US_TOPIC_0000000001"></a><h1 class="topictitle1">Querying a Disk</h1><div id="body1">
<div class="section"><h4 class="sectiontitle">Function</h4><p>This API is used to query a disk.</p></div>
<div class="section"><h4 class="sectiontitle">URI</h4><p>GET /v2/disk</p></div>
<div class="section"><h4 class="sectiontitle">Request</h4><p>None</p></div>
<div class="section"><h4 class="sectiontitle">Response</h4><ul><li><p>Parameter description</p>
<table><tr><th>Parameter</th><th>Type</th><th>Description</th></tr>
<tr><td>size</td><td>integer</td><td><p>The size in GB</p></td></tr>
<tr><td>kind</td><td>string</td><td><ul><li><strong>ssd</strong>: fast</li></ul></td></tr>
</table></li></ul></div>
<div class="section"><h4 class="sectiontitle">Status Codes</h4><ul><li>Normal</li></ul><p>200</p></div>
</div>"#;

const DOCUMENT: &str = "
openapi: 3.0.3
paths:
  /v2/disk:
    get:
      operationId: showDisk
      x-reference-page: en-us_topic_0000000001
      responses:
        '200':
          content:
            application/json:
              schema: {type: object, properties: {size: {type: integer}, kind: {type: string, enum: [ssd]}}}
";

fn read(page: &str) -> Reference {
    let source = Source { name: "disk.html".to_owned(), content: Ok(page.into()) };
    let reference = Reference::read(&[source]);
    assert_eq!(reference.problems().next(), None);
    reference
}

/// The report on this page and document. [`PAGE`] was reviewed.
fn report(page: &str, document: &str) -> Report {
    let mut lock = Lock::default();
    lock.accept(&read(PAGE));
    let document = Document::parse("disks.yaml", document.to_owned(), "").unwrap();
    let expected = Expected { document: &document, deviations: &[], lock: &lock };
    check("pages", &read(page), &expected)
}

fn replaced(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "there is `{old}`");
    text.replacen(old, new, 1)
}

fn differences(report: &Report) -> Vec<String> {
    let differences = report.differences.iter();
    let words = differences.map(|found| format!("{}: {}, {}", found.field, found.reference, found.document));
    words.collect()
}

#[test]
fn deprecated_field_is_a_difference_on_either_side() {
    let page = replaced(PAGE, "The size in GB", "The size in GB. This parameter is deprecated.");
    let document = replaced(DOCUMENT, "{type: integer}", "{type: integer, deprecated: true}");
    for (page, document, wanted) in [
        (PAGE, DOCUMENT, &[][..]),
        (&page, &document, &[]),
        (&page, DOCUMENT, &["response.size: deprecated: yes, no"]),
        (PAGE, &document, &["response.size: deprecated: no, yes"]),
    ] {
        assert_eq!(differences(&report(page, document)), wanted);
    }
}

#[test]
fn sections_in_another_order_are_a_change() {
    let request = "<div class=\"section\"><h4 class=\"sectiontitle\">Request</h4><p>None</p></div>";
    let page = replaced(PAGE, request, "");
    let status = "<div class=\"section\"><h4 class=\"sectiontitle\">Status";
    let report = report(&replaced(&page, status, &format!("{request}{status}")), DOCUMENT);
    let kinds: Vec<ChangeKind> = report.changes.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::Text]);
    let text = report.to_string();
    let order = "the order of the sections is now title, Function, URI, Response, Request, Status Codes";
    assert!(text.contains(order), "{text}");
}

#[test]
fn numbers_and_code_that_no_rule_understands_are_reported_as_such() {
    let description = "The size in GB";
    for (old, new) in [
        (description, "The size in GB. Disks weigh 5 grams."),
        (description, "The size in GB. Ask for disk_kind first."),
        (description, "The size in GB. See the diskKind first."),
        (description, "The size in GB. Written as vbs.disk."),
        (description, "The size in GB. Look at <b>very big disks</b>."),
        (description, "The size in GB. Sits at 80%."),
        (": fast", ": fast, weighs 5 grams"),
        (": fast", ": fast, with diskKind"),
        (description, "Possible values are <b>1</b> and <b>2</b>, with diskKind"),
        (description, "The maximum length of it is 5 characters, with disk_kind"),
        (description, "ASCII codes, with disk_kind (0-31)"),
    ] {
        let report = report(&replaced(PAGE, old, new), DOCUMENT);
        let kinds: Vec<ChangeKind> = report.changes.iter().map(|change| change.kind).collect();
        assert!(kinds == [ChangeKind::Unread] || kinds == [ChangeKind::Facts], "`{new}`: {kinds:?}");
        let page = read(&replaced(PAGE, old, new));
        let unread = page.pages[0].facts.unread.iter();
        let sentence = new.rsplit(". ").next().unwrap().replace("<b>", "**").replace("</b>", "**");
        assert!(unread.filter(|remark| remark.sentence.contains(&sentence)).count() == 1, "`{new}`");
    }
}

#[test]
fn schema_that_contains_itself_is_compared_once() {
    let node = "
components: {schemas: {Node: {type: object, properties: {
  size: {type: integer}, kind: {type: string, enum: [ssd]},
  parts: {type: array, items: {$ref: '#/components/schemas/Node'}}}}}}
";
    let schema = DOCUMENT.split("schema: ").nth(1).unwrap();
    let document = replaced(DOCUMENT, schema, "{$ref: '#/components/schemas/Node'}\n") + node;
    let report = report(PAGE, &document);
    assert_eq!(report.problems, []);
    assert_eq!(differences(&report), ["response.parts: absent, list of object"]);
}

#[test]
fn type_that_openapi_does_not_know_is_a_problem() {
    let report = report(PAGE, &replaced(DOCUMENT, "type: integer", "type: int"));
    let problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, ["disks.yaml: int: is not a type"]);
}
