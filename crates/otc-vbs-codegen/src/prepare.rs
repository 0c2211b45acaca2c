//! What is done to the document before progenitor sees it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::document::{Document, Error};

pub(crate) fn prepare(document: &mut Document) -> Result<(), Error> {
    document.for_each_operation_mut(fold_failures);
    document.for_each_mapping_mut(&mut make_unsigned);
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

/// Replaces the numbered failures, which all share one response, by `4XX` and `5XX`: a status that is not documented
/// then decodes like the others, and the generated code is a fraction.
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

/// The description of each named schema.
fn descriptions(document: &Document) -> Result<BTreeMap<String, Value>, Error> {
    let schemas = document.schemas()?.iter();
    Ok(schemas
        .filter_map(|(name, schema)| Some((name.clone(), schema.get("description")?.clone())))
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

/// A number that is at least 0 or 1 is unsigned in Rust.
fn make_unsigned(schema: &mut Map<String, Value>) {
    let never_negative = schema
        .get("minimum")
        .and_then(Value::as_i64)
        .is_some_and(|minimum| minimum >= 0);
    if never_negative && let Some(Value::String(format)) = schema.get_mut("format") {
        format.insert(0, 'u');
    }
}
