//! Whether the examples of a document fit their schemas.
//!
//! Spectral and Redocly can't tell: their JSON Schema libraries reject `nullable` next to `allOf`.

use jsonschema::error::ValidationErrorKind;
use serde_json::{Map, Value, json};

use super::linters::Finding;

/// Checks every example of a document. A finding has no line.
pub(super) fn findings(document: &Value) -> Vec<Finding> {
    let mut examples = Vec::new();
    collect(document, "", document, &mut examples);
    let schemas = document["components"]["schemas"].as_object().into_iter().flatten();
    let schemas: Map<String, Value> =
        schemas.map(|(name, schema)| (name.clone(), json_schema(schema, document))).collect();
    examples.iter().flat_map(|example| example.findings(document, &schemas)).collect()
}

struct Example<'a> {
    path: String,
    value: &'a Value,
    schema: &'a Value,
}

/// Collects the examples below a part of the document: next to a `schema`, and in schemas.
fn collect<'a>(part: &'a Value, path: &str, document: &'a Value, examples: &mut Vec<Example<'a>>) {
    match part {
        Value::Object(members) => {
            let schema = members.get("schema").unwrap_or(part);
            if let Some(value) = members.get("example") {
                let path = format!("{path}.example");
                examples.push(Example { path, value, schema });
            }
            if members.contains_key("schema") {
                let named = members.get("examples").and_then(Value::as_object).into_iter().flatten();
                for (name, example) in named {
                    let (path, example) = resolved(example, format!("{path}.examples.{name}"), document);
                    if let Some(value) = example.get("value") {
                        let path = format!("{path}.value");
                        examples.push(Example { path, value, schema });
                    }
                }
            }
            for (key, member) in
                members.iter().filter(|(key, _)| !["example", "examples"].contains(&key.as_str()))
            {
                collect(member, &child(path, key), document, examples);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &format!("{path}[{index}]"), document, examples);
            }
        }
        _ => {}
    }
}

fn child(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// Follows the `$ref` of an example.
fn resolved<'a>(example: &'a Value, path: String, document: &'a Value) -> (String, &'a Value) {
    let reference = example["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    match reference.and_then(|pointer| Some((pointer, document.pointer(pointer)?))) {
        Some((pointer, target)) => (pointer.trim_start_matches('/').replace('/', "."), target),
        None => (path, example),
    }
}

impl Example<'_> {
    fn findings(&self, document: &Value, schemas: &Map<String, Value>) -> Vec<Finding> {
        let schema = json!({
            "allOf": [json_schema(self.schema, document)],
            "components": { "schemas": schemas },
        });
        let validator = match jsonschema::draft7::new(&schema) {
            Ok(validator) => validator,
            Err(error) => {
                let message = format!("the schema of this example is not valid: {error}; fix the schema");
                return vec![finding("schema", self.path.clone(), message)];
            }
        };
        let errors = validator.iter_errors(self.value);
        errors
            .flat_map(|error| {
                let (path, value) = self.place(&error);
                if let ValidationErrorKind::AdditionalProperties { unexpected } = error.kind() {
                    let unexpected = unexpected.iter();
                    return unexpected
                        .map(|name| {
                            let message =
                                format!("the schema has no property `{name}`; fix the name, or add it there");
                            finding("member", child(&path, name), message)
                        })
                        .collect();
                }
                // The text of the error would quote a whole object or array.
                let what = if value.is_object() || value.is_array() {
                    error.masked_with("the value").to_string()
                } else {
                    error.to_string()
                };
                let message =
                    format!("{what}; fix the example, or the schema if the reference shows this value");
                vec![finding("value", path, message)]
            })
            .collect()
    }

    /// The place of an error in the example, and the value there.
    fn place(&self, error: &jsonschema::ValidationError<'_>) -> (String, &Value) {
        let (mut path, mut value) = (self.path.clone(), self.value);
        for segment in error.instance_path() {
            let segment = segment.to_string();
            let index = value.as_array().and_then(|_| segment.parse::<usize>().ok());
            path = match index {
                Some(index) => format!("{path}[{index}]"),
                None => child(&path, &segment),
            };
            let found = index.map_or_else(|| value.get(&segment), |index| value.get(index));
            value = found.unwrap_or(&Value::Null);
        }
        (path, value)
    }
}

fn finding(rule: &str, path: String, message: String) -> Finding {
    Finding { linter: "examples".to_owned(), rule: rule.to_owned(), file: None, line: None, path, message }
}

/// Keys that mean the same in OpenAPI 3.0 and in JSON Schema.
const SHARED: [&str; 14] = [
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
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

/// A schema of OpenAPI 3.0 as JSON Schema (draft 7), with one difference: an object takes no member that its schema does
/// not name. Clients must ignore such members, but in an example they are misspelt.
fn json_schema(schema: &Value, document: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
        // Spectral reports a `$ref` to nothing.
        return target.map_or(Value::Bool(true), |_| json!({ "$ref": reference }));
    }
    let Some(members) = schema.as_object() else {
        return schema.clone();
    };
    let mut converted = Map::new();
    for (key, member) in members {
        let member = match key.as_str() {
            key if SHARED.contains(&key) => member.clone(),
            "items" | "additionalProperties" | "not" => json_schema(member, document),
            "allOf" | "anyOf" | "oneOf" => {
                let parts = member.as_array().into_iter().flatten();
                parts.map(|part| json_schema(part, document)).collect()
            }
            "properties" => {
                let properties = member.as_object().into_iter().flatten();
                let properties =
                    properties.map(|(name, property)| (name.clone(), json_schema(property, document)));
                properties.collect::<Map<_, _>>().into()
            }
            _ => continue,
        };
        converted.insert(key.clone(), member);
    }
    if converted.contains_key("properties") {
        converted.entry("additionalProperties").or_insert(false.into());
    }
    if schema["format"] == "int32" {
        converted.entry("minimum").or_insert(i32::MIN.into());
        converted.entry("maximum").or_insert(i32::MAX.into());
    }
    // OpenAPI has a flag next to the limit, JSON Schema the limit itself.
    for (flag, key) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        if schema[flag] == true
            && let Some(limit) = converted.remove(key)
        {
            converted.insert(flag.to_owned(), limit);
        }
    }
    if schema["nullable"] == true {
        // `anyOf` would not say what is wrong with a value that is not null.
        return json!({ "if": { "type": "null" }, "else": converted });
    }
    converted.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(schema: Value) -> Value {
        json_schema(&schema, &Value::Null)
    }

    #[test]
    fn nullable_schema_accepts_null() {
        assert_eq!(
            converted(json!({ "type": "string", "nullable": true, "description": "…" })),
            json!({ "if": { "type": "null" }, "else": { "type": "string" } }),
        );
    }

    #[test]
    fn objects_are_closed_and_maps_are_open() {
        let object = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
        assert_eq!(converted(object)["additionalProperties"], false);
        let map = json!({ "type": "object", "additionalProperties": { "type": "string" } });
        assert_eq!(converted(map.clone()), map);
    }

    #[test]
    fn exclusive_limit_becomes_a_number() {
        let schema = json!({ "type": "number", "minimum": 0, "exclusiveMinimum": true });
        assert_eq!(converted(schema), json!({ "type": "number", "exclusiveMinimum": 0 }));
    }

    #[test]
    fn open_enum_accepts_every_string() {
        let schema = json!({ "type": "string", "x-extensible-enum": ["A"] });
        assert_eq!(converted(schema), json!({ "type": "string" }));
    }
}
