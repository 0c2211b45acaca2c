use super::super::shape::Shape;
use super::super::{Field, ValueType};
use super::Body;

/// A rule, rows (`#name` begins the table of that name), the example of a success, the one of a failure, and the
/// nested fields.
const CASES: &[[&str; 5]] = &[
    [
        "a row goes where the example has its name",
        "lamps: list<dict>, id: string, socket: dict, id: string, lost: string, count: int",
        r#"{"lamps": [{"id": "a", "socket": {"id": "b"}}], "count": 1}"#,
        "null",
        "lamps: list of object {id: string, socket: object {id: string, lost: string}}, count: integer",
    ],
    [
        "rows go into a wrapper that only the example shows",
        "id: string, name: string",
        r#"{"lamp": {"id": "a", "name": "b"}}"#,
        "null",
        "lamp: object (example only) {id: string, name: string}",
    ],
    [
        "rows of a failure go into its wrapper",
        "lamps: list<dict>, id: string, message: string, code: string, late: string",
        r#"{"lamps": [{"id": "a"}]}"#,
        r#"{"error": {"message": "X", "code": "Y"}}"#,
        "lamps: list of object {id: string}, late: string; \
         error: object (example only) {message: string, code: string}",
    ],
    [
        "a container that no example fills keeps its rows",
        "good: list<dict>, id: string, bad: list<dict>, id: string, why: string",
        r#"{"good": [{"id": "a"}], "bad": []}"#,
        "null",
        "good: list of object {id: string}, bad: list of object {id: string, why: string}",
    ],
    [
        "containers that no example shows are siblings",
        "all: list<dict>, key: string, any: list<dict>, key: string, none: list<dict>, key: string",
        r#"{"all": [{"key": "a"}]}"#,
        "null",
        "all: list of object {key: string}, any: list of object {key: string}, none: list of object {key: string}",
    ],
    [
        "names that differ a little are one field",
        "lampz: list<dict>, id: string, has_shade: boolean",
        r#"{"lamps": [{"id": "a", "has_shades": true}]}"#,
        "null",
        "lampz: list of object (lamps) {id: string, has_shade: boolean (has_shades)}",
    ],
    [
        "a further table describes a field, a type or a JSON text",
        "lamps: list<dict>, links: list<link>, memo: string, #link, href: string, #memo, A: int, #lamp, id: string",
        r#"{"lamps": [{"links": [{"href": "x"}], "memo": "{\"A\": 1, \"B\": 2}", "id": "a"}]}"#,
        "null",
        "lamps: list of object {links: list of object {href: string}, \
         memo: string (JSON) {A: integer, B: integer (example only)}, id: string}",
    ],
    [
        "a field has one row at a place",
        "id: string, id: string",
        r#"{"id": "a"}"#,
        "null",
        "problem: `id` has a second row at the same place",
    ],
];

#[test]
fn flat_rows_are_nested_by_the_rules() {
    for [rule, rows, success, failure, expected] in CASES {
        let nested = nest(rows, success, failure).unwrap_or_else(|problem| format!("problem: {problem}"));
        assert_eq!(nested, *expected, "{rule}");
    }
}

fn nest(rows: &str, success: &str, failure: &str) -> Result<String, String> {
    let parse = |json: &str| serde_json::from_str(json).map_err(|error| error.to_string());
    let (success, failure) = (parse(success)?, parse(failure)?);
    let shape = Shape::of(std::iter::once(&success));
    let failures = Shape::of(std::iter::once(&failure));
    let wrapper = failures.members.iter().next();
    let rows: Vec<&str> = rows.split(", ").collect();
    let names = rows.iter().filter_map(|row| row.split_once(": "));
    let mut body = Body::new(
        &shape,
        wrapper.map(|(name, shape)| (name.as_str(), shape)),
        names.map(|(name, _)| name.to_owned()).collect(),
    );
    for row in rows {
        if let Some(name) = row.strip_prefix('#') {
            body.enter(name)?;
            continue;
        }
        let (name, value_type) = row.split_once(": ").ok_or("a row is `name: type`")?;
        let (value_type, type_name) = ValueType::parse(value_type).ok_or("not a type")?;
        body.add(Field { name: name.to_owned(), value_type, type_name, ..Field::default() })?;
    }
    let (fields, failure) = body.finish()?;
    let bodies = [fields, failure].map(|fields| outline(&fields));
    Ok(bodies.join("; ").trim_end_matches("; ").to_owned())
}

fn outline(fields: &[Field]) -> String {
    let outlines = fields.iter().map(|field| {
        let mut out = format!("{}: {}", field.name, field.value_type);
        let marks = [
            field.example_name.as_deref(),
            field.example_only.then_some("example only"),
            field.json_text.then_some("JSON"),
        ];
        for mark in marks.into_iter().flatten() {
            out.push_str(&format!(" ({mark})"));
        }
        if !field.children.is_empty() {
            out.push_str(&format!(" {{{}}}", outline(&field.children)));
        }
        out
    });
    outlines.collect::<Vec<_>>().join(", ")
}
