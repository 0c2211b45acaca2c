//! Schemas of OpenAPI 3.0 as JSON Schema (draft 7), for checking examples.

use serde_json::{Map, Value, json};

use super::document::{Document, Node};
use super::grammar::Kind;

/// The named schemas, as they must stand under `components.schemas` for references to them to hold.
pub(crate) fn definitions(document: &Document<'_>) -> Value {
    let schemas = document.components(Kind::Schema);
    schemas
        .map(|schema| (schema.name().to_owned(), convert(document, schema)))
        .collect::<Map<_, _>>()
        .into()
}

/// A schema that stands for itself.
pub(crate) fn of(document: &Document<'_>, schema: &Node<'_>, definitions: &Value) -> Value {
    json!({
        "allOf": [convert(document, schema)],
        "components": { "schemas": definitions },
    })
}

/// Keys that mean the same in JSON Schema.
const SHARED: [&str; 13] = [
    "type",
    "enum",
    "required",
    "minimum",
    "maximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "minProperties",
    "maxProperties",
];

/// The schema as JSON Schema, with one difference: an object takes no member that its schema does not name. Clients
/// must ignore such members, but in an example they are misspelt.
fn convert(document: &Document<'_>, schema: &Node<'_>) -> Value {
    if let Some(reference) = schema.reference() {
        return match document.target(schema) {
            Some(_) => json!({ "$ref": reference }),
            // The rule `ref-resolves` tells.
            None => Value::Bool(true),
        };
    }
    let mut converted = Map::new();
    for key in SHARED {
        if let Some(value) = schema.get(key) {
            converted.insert(key.to_owned(), value.clone());
        }
    }
    convert_limits(schema, &mut converted);
    convert_parts(document, schema, &mut converted);
    if schema.is_true("nullable") {
        // Rather than `anyOf`, which would not tell what is wrong with a value that is not null.
        return json!({ "if": { "type": "null" }, "else": converted });
    }
    converted.into()
}

fn convert_limits(schema: &Node<'_>, converted: &mut Map<String, Value>) {
    if schema.text("format") == Some("int32") {
        let limits = [("minimum", i32::MIN), ("maximum", i32::MAX)];
        for (key, limit) in limits {
            converted.entry(key).or_insert_with(|| limit.into());
        }
    }
    // A flag beside the limit in OpenAPI, the limit itself in JSON Schema.
    for (flag, key) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if schema.is_true(flag)
            && let Some(limit) = converted.remove(key)
        {
            converted.insert(flag.to_owned(), limit);
        }
    }
    if schema.is_true("uniqueItems") {
        converted.insert("uniqueItems".to_owned(), true.into());
    }
}

fn convert_parts(document: &Document<'_>, schema: &Node<'_>, converted: &mut Map<String, Value>) {
    let mut properties = Map::new();
    for part in document.children(schema) {
        let value = convert(document, part);
        match part.place {
            "properties" => {
                properties.insert(part.name().to_owned(), value);
            }
            "allOf" | "anyOf" | "oneOf" => {
                let parts = converted.entry(part.place);
                if let Value::Array(parts) = parts.or_insert_with(|| json!([])) {
                    parts.push(value);
                }
            }
            place => {
                converted.insert(place.to_owned(), value);
            }
        }
    }
    if !properties.is_empty() {
        converted.insert("properties".to_owned(), properties.into());
        let open = schema.is_true("additionalProperties");
        converted.entry("additionalProperties").or_insert(open.into());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::lint::source::Source;

    fn converted(schema: Value) -> Value {
        let document = json!({ "components": { "schemas": { "Thing": schema } } });
        let source = Source::default();
        definitions(&Document::new(&source, &document))["Thing"].clone()
    }

    #[test]
    fn null_is_taken_where_it_is_nullable() {
        assert_eq!(
            converted(json!({ "type": "string", "nullable": true, "description": "…" })),
            json!({ "if": { "type": "null" }, "else": { "type": "string" } }),
        );
    }

    #[test]
    fn objects_are_closed_and_maps_are_not() {
        assert_eq!(
            converted(json!({ "type": "object", "properties": { "a": { "type": "string" } } })),
            json!({
                "type": "object",
                "properties": { "a": { "type": "string" } },
                "additionalProperties": false,
            }),
        );
        let map = json!({ "type": "object", "additionalProperties": { "type": "string" } });
        assert_eq!(converted(map.clone()), map);
        let any = json!({ "type": "object" });
        assert_eq!(converted(any.clone()), any);
    }

    #[test]
    fn an_exclusive_limit_becomes_a_number() {
        assert_eq!(
            converted(json!({ "type": "number", "minimum": 0, "exclusiveMinimum": true })),
            json!({ "type": "number", "exclusiveMinimum": 0 }),
        );
    }

    #[test]
    fn extensible_values_are_open() {
        assert_eq!(
            converted(json!({ "type": "string", "x-extensible-enum": ["A"] })),
            json!({ "type": "string" }),
        );
    }

    #[test]
    fn a_reference_that_leads_nowhere_takes_anything() {
        let schema = json!({ "type": "array", "items": { "$ref": "#/components/schemas/No" } });
        assert_eq!(converted(schema), json!({ "type": "array", "items": true }));
    }
}
