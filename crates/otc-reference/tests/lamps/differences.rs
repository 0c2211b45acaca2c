//! What is reported if the document says something else, aspect by aspect.

use crate::{compare, document_with, pages, read};

/// The differences after a change of the document, one a line.
fn after(old: &str, new: &str) -> String {
    let report = compare(&read(&pages("site")), &document_with(old, new), "");
    assert_eq!(report.problems, []);
    let line = |difference: &otc_reference::Difference| {
        let page = difference.page.trim_start_matches("en-us_topic_0000000");
        format!(
            "{page} {} | {} | {}",
            difference.field, difference.reference, difference.document
        )
    };
    report.differences.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn operation() {
    insta::assert_snapshot!(after("    post:", "    put:"), @"102 method | POST | PUT");
    insta::assert_snapshot!(after("deprecated: true", "deprecated: false"), @"102 deprecated | yes | no");
    insta::assert_snapshot!(
        after("/v2/{project_id}/lamps:", "/v2/{project_id}/bulbs:"),
        @r"
    101 example.line[0]: path | /v2/{project_id}/lamps | /v2/{project_id}/bulbs
    101 path | /v2/{project_id}/lamps | /v2/{project_id}/bulbs
    102 path | /v2/{project_id}/lamps | /v2/{project_id}/bulbs
    "
    );
    insta::assert_snapshot!(after("        '404'", "        '429'"), @r"
    101 status 404 | documented | absent
    101 status 429 | absent | documented
    ");
    insta::assert_snapshot!(
        after("x-reference-page: en-us_topic_0000000102", "x-reference-page: en-us_topic_0000000999"),
        @"999 page | moved to en-us_topic_0000000102 | en-us_topic_0000000999"
    );
    insta::assert_snapshot!(
        after("      x-reference-page: en-us_topic_0000000102\n", ""),
        @r"
    102 page | POST /v2/{project_id}/lamps | absent
    none operation addLamp | absent | POST /v2/{project_id}/lamps
    "
    );
}

#[test]
fn fields() {
    insta::assert_snapshot!(after("        hours: {type: number}\n", ""), @"101 response.lamps[].hours | number | absent");
    insta::assert_snapshot!(
        after("hours: {type: number}", "hours: {type: number}\n        fail_reason: {type: string}"),
        @"101 response.lamps[].fail_reason | absent | string"
    );
    insta::assert_snapshot!(after("hours: {type", "hour: {type"), @"101 response.lamps[].hour: name | hours | hour");
    insta::assert_snapshot!(
        after("hours: {type: number}", "hours: {type: integer}"),
        @"101 response.lamps[].hours: type | number | integer"
    );
    insta::assert_snapshot!(after("required: [name]", "required: []"), @"102 request.lamp.name: mandatory | yes | no");
    insta::assert_snapshot!(after("[RED, GREEN]", "[RED, BLUE]"), @r"
    101 query.colour: values | GREEN, RED | BLUE, RED
    101 response.lamps[].colour: values | GREEN, RED | BLUE, RED
    ");
    insta::assert_snapshot!(after("maximum: 99", "maximum: 98"), @"102 request.lamp.watts: maximum | 99 | 98");
    insta::assert_snapshot!(
        after("[12, 230]", "[12, null]"),
        @"101 response.lamps[].socket.volts: maximum | 230 | none"
    );
    insta::assert_snapshot!(after("maxItems: 10", "minItems: 1"), @r"
    102 request.lamp.tags: maxItems | 10 | none
    102 request.lamp.tags: minItems | none | 1
    ");
    insta::assert_snapshot!(after("x-reference-default: 20, ", ""), @"101 query.limit: default | 20 | none");
    insta::assert_snapshot!(
        after("message: {type: string, nullable: true}", "message: {type: integer}"),
        @r"
    101 failure.error.message: type | string | integer
    102 failure.error.message: type | string | integer
    "
    );
}

#[test]
fn a_page_without_a_uri_is_compared_with_the_request_that_it_describes() {
    insta::assert_snapshot!(
        after("required: [name]", "required: [name, dim]"),
        @r"
    102 request.lamp.dim: mandatory | no | yes
    103 request.lamp.dim: mandatory | no | yes
    "
    );
    insta::assert_snapshot!(
        after("      x-reference-pages-also: [en-us_topic_0000000103]\n", ""),
        @"103 page | fields of a request (switch) | absent"
    );
}

#[test]
fn examples() {
    insta::assert_snapshot!(
        after("hours: 7.5,", "hours: 7,"),
        @"101 example.response[0].lamps[0].hours | 7.5 | 7"
    );
    insta::assert_snapshot!(
        after("shade: green", "shades: green"),
        @r#"102 example.request[0].lamp.extras.shades: name | "shade" | "shades""#
    );
    insta::assert_snapshot!(
        after("example: 10}", "example: 11}"),
        @"101 example.line[0].query.limit | 10 | 11"
    );
    insta::assert_snapshot!(
        after("job: {value: {job_id: job-1}}", "job: {value: {job_id: job-1}}\n                other: {value: {job_id: job-2}}"),
        @r#"102 example.response(other) | absent | {"job_id":"job-2"}"#
    );
}

#[test]
fn a_placeholder_in_the_example_of_a_failure_is_any_text() {
    insta::assert_snapshot!(
        after("code: Lamp.0001", "kind: Lamp.0001"),
        @r#"
    101 example.failure[0].error.code | "XXX" | absent
    101 example.failure[0].error.kind | absent | "Lamp.0001"
    102 example.failure[0].error.code | "XXX" | absent
    102 example.failure[0].error.kind | absent | "Lamp.0001"
    "#
    );
    insta::assert_snapshot!(
        after("code: Lamp.0001", "code: 1"),
        @r#"
    101 example.failure[0].error.code | "XXX" | 1
    102 example.failure[0].error.code | "XXX" | 1
    "#
    );
    insta::assert_snapshot!(
        after("          examples:\n            dark: {value: {error: {message: no light, code: Lamp.0001}}}\n", ""),
        @r#"
    101 example.failure[0] | {"error":{"code":"XXX","message":"XXXX"}} | absent
    102 example.failure[0] | {"error":{"code":"XXX","message":"XXXX"}} | absent
    "#
    );
}

#[test]
fn what_the_document_gets_wrong_is_a_problem() {
    for (old, new, expected) in [
        (
            "[en-us_topic_0000000103]",
            "[en-us_topic_0000000101]",
            "openapi/lamps.yaml: addLamp: names the page en-us_topic_0000000101, and so does listLamps: a page has one operation",
        ),
        (
            "hours: {type: number}",
            "hours: {oneOf: []}",
            "openapi/lamps.yaml: oneOf: the comparison with the reference does not know this keyword",
        ),
    ] {
        let report = compare(&read(&pages("site")), &document_with(old, new), "");
        assert_eq!(report.problems[0].to_string(), expected);
    }
}
