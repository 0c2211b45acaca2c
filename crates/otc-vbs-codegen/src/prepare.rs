//! What is done to the document before progenitor sees it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::document::{Document, Error};
use crate::meanings::Meanings;

pub(crate) fn prepare(document: &mut Document) -> Result<(), Error> {
    failures_share_a_schema(document)?;
    document.for_each_operation_mut(fold_failures);
    document.for_each_mapping_mut(&mut make_unsigned);
    document.for_each_mapping_mut(&mut drop_limits);
    let descriptions = descriptions(document)?;
    for schema in document.schemas_mut()?.values_mut() {
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (_, property) in properties.into_iter().flatten() {
            unwrap_nullable_reference(property);
            describe_reference(property, &descriptions);
        }
    }
    Ok(())
}

/// progenitor panics if the failures of an operation have bodies of several types.
fn failures_share_a_schema(document: &Document) -> Result<(), Error> {
    for entry in document.operations()? {
        let responses = entry.operation["responses"].as_object().into_iter().flatten();
        let mut first = None;
        for (status, response) in responses.filter(|(status, _)| is_failure(status)) {
            let schema = document
                .resolve(response)?
                .pointer("/content/application~1json/schema");
            if *first.get_or_insert(schema) != schema {
                let path = format!("{}.responses.{status}", entry.place());
                return Err(Error::at(path, "has another schema than the other failures"));
            }
        }
    }
    Ok(())
}

fn is_failure(status: &str) -> bool {
    status.starts_with(['4', '5'])
}

/// Replaces the numbered failures by `4XX` and `5XX`: they share a schema, a status that is not documented then decodes
/// like the others, and the generated code is a fraction. The response kept is that of the last status of the class;
/// nothing but its schema is used.
fn fold_failures(operation: &mut Map<String, Value>) {
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else {
        return;
    };
    for class in ["4", "5"] {
        let statuses: Vec<String> = responses
            .keys()
            .filter(|status| status.starts_with(class))
            .cloned()
            .collect();
        let mut shared = None;
        for status in statuses {
            shared = responses.remove(&status);
        }
        if let Some(response) = shared {
            responses.insert(format!("{class}XX"), response);
        }
    }
}

/// `nullable` beside an `allOf` of one reference says "that schema, or null". An optional field of a Rust type is an
/// `Option`, which takes null as it is, so the reference alone says the same without a type of its own.
fn unwrap_nullable_reference(property: &mut Value) {
    let Some([reference]) = property.get("allOf").and_then(Value::as_array).map(Vec::as_slice) else {
        return;
    };
    let reference = reference.clone();
    let description = property.get("description").cloned();
    *property = json!({ "allOf": [reference] });
    if let Some(description) = description {
        property["description"] = description;
    }
}

/// The description of each named schema, for the fields that have it as their type.
fn descriptions(document: &Document) -> Result<BTreeMap<String, Value>, Error> {
    let schemas = document.schemas()?.iter();
    Ok(schemas
        .filter_map(|(name, schema)| {
            let description = schema.get("description")?;
            let is_enum = ["enum", "x-extensible-enum"]
                .iter()
                .any(|key| schema.get(key).is_some());
            // The values are explained at their type.
            let summary = description.as_str().filter(|_| is_enum).map(Meanings::read);
            let summary = summary.map(|meanings| Value::from(meanings.summary()));
            Some((name.clone(), summary.unwrap_or_else(|| description.clone())))
        })
        .collect())
}

/// A bare reference can't say what the field is for, so the field is documented by what its schema says.
fn describe_reference(property: &mut Value, descriptions: &BTreeMap<String, Value>) {
    let Some(reference) = property.get("$ref").and_then(Value::as_str) else {
        return;
    };
    let name = reference.rsplit('/').next().unwrap_or(reference);
    if let Some(description) = descriptions.get(name) {
        *property = json!({ "allOf": [{ "$ref": reference }], "description": description });
    }
}

/// A number that is at least 0 or 1 is unsigned in Rust. In a response, `x-rust-unsigned` says so: a minimum would refuse
/// real data in other languages, and `x-unsigned` is an extension of openapi-generator.
fn make_unsigned(schema: &mut Map<String, Value>) {
    let never_negative = schema
        .get("minimum")
        .and_then(Value::as_i64)
        .is_some_and(|minimum| minimum >= 0)
        || schema.get("x-rust-unsigned") == Some(&Value::Bool(true));
    if never_negative && let Some(Value::String(format)) = schema.get_mut("format") {
        format.insert(0, 'u');
    }
}

/// The limits become checks of their own. As types, a value outside of its limits could not even be decoded.
fn drop_limits(schema: &mut Map<String, Value>) {
    // A property may have the name of a keyword, but then its value is a schema.
    for keyword in LIMITS {
        if schema.get(keyword).is_some_and(|value| !value.is_object()) {
            schema.remove(keyword);
        }
    }
}

/// The keywords that limit a value.
pub(crate) const LIMITS: [&str; 9] = [
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "pattern",
];
