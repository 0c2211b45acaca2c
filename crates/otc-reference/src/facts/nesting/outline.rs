//! For tests: rows and the fields they become, as text.

use serde_json::Value;

use super::super::shape::Shape;
use super::super::{Field, ValueType};
use super::{Body, Row};

/// Nests rows `name: type`; `#name` begins the table of that name.
pub(crate) fn nest(rows: &[&str], success: &Value, failure: Option<&Value>) -> Result<String, String> {
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
