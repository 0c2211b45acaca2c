//! The rules by which flat rows are nested.

use serde_json::{Value, json};

use super::super::facts::nest;

/// Rows as `name: type`, nested by these examples; a `#name` line begins the table of that name. The answer has one
/// field a line, indented, the failure's last.
fn nested(rows: &[&str], success: Value, failure: Option<Value>) -> String {
    nest(rows, &success, failure.as_ref()).unwrap_or_else(|problem| format!("problem: {problem}"))
}

#[test]
fn a_row_goes_where_the_example_has_its_name() {
    let rows = [
        "lamps: list<dict>",
        "id: string",
        "socket: dict",
        "id: string",
        "lost: string",
        "count: int",
    ];
    let example = json!({"lamps": [{"id": "a", "socket": {"id": "b"}}], "count": 1});
    insta::assert_snapshot!(nested(&rows, example, None), @r"
    lamps: list of object
      id: string
      socket: object
        id: string
        lost: string
    count: integer
    ");
}

#[test]
fn a_wrapper_that_only_the_example_shows_holds_its_rows() {
    let rows = ["id: string", "name: string"];
    let example = json!({"lamp": {"id": "a", "name": "b"}});
    insta::assert_snapshot!(nested(&rows, example, None), @r"
    lamp: object, in the example only
      id: string
      name: string
    ");
}

#[test]
fn rows_of_a_failure_go_into_its_wrapper() {
    let rows = [
        "lamps: list<dict>",
        "id: string",
        "message: string",
        "code: string",
        "late: string",
    ];
    let failure = json!({"error": {"message": "X", "code": "Y"}});
    insta::assert_snapshot!(nested(&rows, json!({"lamps": [{"id": "a"}]}), Some(failure)), @r"
    lamps: list of object
      id: string
    late: string
    error: object, in the example only
      message: string
      code: string
    ");
}

#[test]
fn a_container_that_no_example_fills_keeps_its_rows() {
    let rows = [
        "good: list<dict>",
        "id: string",
        "bad: list<dict>",
        "id: string",
        "why: string",
    ];
    let example = json!({"good": [{"id": "a"}], "bad": []});
    insta::assert_snapshot!(nested(&rows, example, None), @r"
    good: list of object
      id: string
    bad: list of object
      id: string
      why: string
    ");
}

#[test]
fn containers_that_no_example_shows_are_siblings() {
    let rows = [
        "all: list<dict>",
        "key: string",
        "any: list<dict>",
        "key: string",
        "none: list<dict>",
        "key: string",
    ];
    insta::assert_snapshot!(nested(&rows, json!({"all": [{"key": "a"}]}), None), @r"
    all: list of object
      key: string
    any: list of object
      key: string
    none: list of object
      key: string
    ");
}

#[test]
fn one_field_under_two_names_is_one_field() {
    let rows = ["lampz: list<dict>", "id: string", "has_shade: boolean"];
    let example = json!({"lamps": [{"id": "a", "has_shades": true}]});
    insta::assert_snapshot!(nested(&rows, example, None), @r"
    lampz: list of object, lamps in the example
      id: string
      has_shade: boolean, has_shades in the example
    ");
}

#[test]
fn a_table_of_its_own_describes_a_field_a_type_or_a_text() {
    let rows = [
        "lamps: list<dict>",
        "links: list<link>",
        "memo: string",
        "#link",
        "href: string",
        "#memo",
        "A: int",
        "#lamp",
        "id: string",
    ];
    let example = json!({"lamps": [{"links": [{"href": "x"}], "memo": "{\"A\": 1, \"B\": 2}", "id": "a"}]});
    insta::assert_snapshot!(nested(&rows, example, None), @r"
    lamps: list of object
      links: list of object
        href: string
      memo: string, JSON
        A: integer
        B: integer, in the example only
      id: string
    ");
}

#[test]
fn a_field_that_stands_twice_at_one_place_is_a_problem() {
    let rows = ["id: string", "id: string"];
    insta::assert_snapshot!(nested(&rows, json!({"id": "a"}), None), @"problem: `id` has a second row at the same place");
}
