//! Prepares the document for progenitor.

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
            let schema = document.resolve(response)?.pointer("/content/application~1json/schema");
            if *first.get_or_insert(schema) != schema {
                let path = format!("{}.responses.{status}", entry.place());
                return Err(Error::at(path, "has a different schema than the other failures"));
            }
        }
    }
    Ok(())
}

fn is_failure(status: &str) -> bool {
    status.starts_with(['4', '5'])
}

/// Replaces the numbered failures by `4XX` and `5XX`. They share a schema, so an undocumented status decodes
/// like the others, and much less code is generated. The response of the last status of each class is kept;
/// only its schema is used.
fn fold_failures(operation: &mut Map<String, Value>) {
    let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) else {
        return;
    };
    for class in ["4", "5"] {
        let statuses: Vec<String> =
            responses.keys().filter(|status| status.starts_with(class)).cloned().collect();
        let mut shared = None;
        for status in statuses {
            shared = responses.remove(&status);
        }
        if let Some(response) = shared {
            responses.insert(format!("{class}XX"), response);
        }
    }
}

/// Replaces `nullable` next to an `allOf` of one reference ("that schema, or null") by the reference. An
/// optional field of a Rust type is an `Option`, which accepts null anyway, so no separate type is needed.
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
            let is_enum = ["enum", "x-extensible-enum"].iter().any(|key| schema.get(key).is_some());
            // The documentation of the type explains the values.
            let summary = description.as_str().filter(|_| is_enum).map(Meanings::read);
            let summary = summary.map(|meanings| Value::from(meanings.summary()));
            Some((name.clone(), summary.unwrap_or_else(|| description.clone())))
        })
        .collect())
}

/// Documents a field that is a bare reference with the description of its schema.
fn describe_reference(property: &mut Value, descriptions: &BTreeMap<String, Value>) {
    let Some(reference) = property.get("$ref").and_then(Value::as_str) else {
        return;
    };
    let name = reference.rsplit('/').next().unwrap_or(reference);
    if let Some(description) = descriptions.get(name) {
        *property = json!({ "allOf": [{ "$ref": reference }], "description": description });
    }
}

/// Makes a number that is at least 0 or 1 unsigned in Rust. In a response, `x-rust-unsigned` marks it: a
/// minimum would refuse real data in other languages, and `x-unsigned` is an extension of openapi-generator.
fn make_unsigned(schema: &mut Map<String, Value>) {
    let never_negative = schema.get("minimum").and_then(Value::as_i64).is_some_and(|minimum| minimum >= 0)
        || schema.get("x-rust-unsigned") == Some(&Value::Bool(true));
    if never_negative && let Some(Value::String(format)) = schema.get_mut("format") {
        format.insert(0, 'u');
    }
}

/// Removes the limits, which become separate checks. With limits as types, a value outside them could not
/// even be decoded.
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
