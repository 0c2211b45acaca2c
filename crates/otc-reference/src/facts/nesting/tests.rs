//! The rules by which flat rows are nested.

use serde_json::{Value, json};

use super::super::shape::Shape;
use super::super::{Field, ValueType};
use super::{Body, Row};

/// Nests rows `name: type`, by these examples; `#name` starts the table of that name. The result has one
/// field a line, indented, the failure's last.
fn nested(rows: &[&str], success: Value, failure: Option<Value>) -> String {
    nest(rows, &success, failure.as_ref()).unwrap_or_else(|problem| format!("problem: {problem}"))
}

fn nest(rows: &[&str], success: &Value, failure: Option<&Value>) -> Result<String, String> {
    let shape = Shape::of(std::iter::once(success));
    let failures = Shape::of(failure.into_iter());
    let wrapper = failures.members.iter().next();
    let parts = |row: &&str| row.split_once(": ").map(|(name, _)| name.to_owned());
    let mut body = Body::new(
        &shape,
        wrapper.map(|(name, shape)| (name.as_str(), shape)),
        rows.iter().filter_map(parts).collect(),
    );
    for row in rows {
        if let Some(name) = row.strip_prefix('#') {
            body.enter(name)?;
            continue;
        }
        let (name, value_type) = row.split_once(": ").ok_or("a row is `name: type`")?;
        let (value_type, type_name) = ValueType::parse(value_type).ok_or("not a type")?;
        let field = Field {
            name: name.to_owned(),
            value_type,
            ..Field::default()
        };
        body.add(Row { field, type_name })?;
    }
    let (fields, failure) = body.finish()?;
    let mut out = String::new();
    outline(&fields, 0, &mut out);
    outline(&failure, 0, &mut out);
    Ok(out)
}

fn outline(fields: &[Field], depth: usize, out: &mut String) {
    for field in fields {
        let mut marks = String::new();
        if let Some(name) = &field.example_name {
            marks.push_str(&format!(", {name} in the example"));
        }
        if field.example_only {
            marks.push_str(", in the example only");
        }
        if field.json_text {
            marks.push_str(", JSON");
        }
        let indent = "  ".repeat(depth);
        out.push_str(&format!("{indent}{}: {}{marks}\n", field.name, field.value_type));
        outline(&field.children, depth + 1, out);
    }
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
fn rows_go_into_a_wrapper_that_only_the_example_shows() {
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
fn names_that_differ_a_little_are_one_field() {
    let rows = ["lampz: list<dict>", "id: string", "has_shade: boolean"];
    let example = json!({"lamps": [{"id": "a", "has_shades": true}]});
    insta::assert_snapshot!(nested(&rows, example, None), @r"
    lampz: list of object, lamps in the example
      id: string
      has_shade: boolean, has_shades in the example
    ");
}

#[test]
fn a_further_table_describes_a_field_a_type_or_a_json_text() {
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
fn a_field_with_two_rows_at_the_same_place_is_a_problem() {
    let rows = ["id: string", "id: string"];
    insta::assert_snapshot!(nested(&rows, json!({"id": "a"}), None), @"problem: `id` has a second row at the same place");
}
