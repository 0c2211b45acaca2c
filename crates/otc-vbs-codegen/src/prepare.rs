//! What is done to the document before progenitor sees it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::document::{Document, Error};

/// The name a property of a schema has on the wire, by schema and by its name in Rust.
pub(crate) type Renamed = BTreeMap<(String, String), String>;

pub(crate) fn prepare(document: &mut Document) -> Result<Renamed, Error> {
    document.for_each_operation_mut(fold_failures);
    document.for_each_mapping_mut(&mut make_unsigned);
    let descriptions = descriptions(document)?;
    let mut renamed = Renamed::new();
    for (name, schema) in document.schemas_mut()? {
        let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
            continue;
        };
        for property in properties.values_mut() {
            unwrap_nullable_reference(property);
            describe_reference(property, &descriptions);
        }
        let renames = take_rust_names(name, properties)?;
        rename_required(schema, &renames);
        for (wire, rust) in renames {
            renamed.insert((name.clone(), rust), wire);
        }
    }
    Ok(renamed)
}

/// Replaces the numbered failures, which all share one response, by `4XX` and `5XX`: a status that is not documented
/// then decodes like the others, and the generated code is a fraction.
fn fold_failures(operation: &mut Map<String, Value>) {
    let Some(responses) = operation
        .get_mut("responses")
        .and_then(Value::as_object_mut)
    else {
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
    let Some([reference]) = property
        .get("allOf")
        .and_then(Value::as_array)
        .map(Vec::as_slice)
    else {
        return;
    };
    let reference = reference.clone();
    let description = property.get("description").cloned();
    let rust_name = property.get("x-rust-name").cloned();
    *property = json!({ "allOf": [reference] });
    if let Some(description) = description {
        property["description"] = description;
    }
    if let Some(rust_name) = rust_name {
        property["x-rust-name"] = rust_name;
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

/// Gives each property that asks for it its name in Rust, and returns the pairs of wire name and Rust name.
fn take_rust_names(
    schema: &str,
    properties: &mut Map<String, Value>,
) -> Result<Vec<(String, String)>, Error> {
    let renames: Vec<(String, String)> = properties
        .iter()
        .filter_map(|(wire, property)| {
            let rust = property.get("x-rust-name")?.as_str()?;
            Some((wire.clone(), rust.to_owned()))
        })
        .collect();
    for (wire, rust) in &renames {
        if properties.contains_key(rust) {
            return Err(Error::at(
                format!("components.schemas.{schema}.properties.{wire}.x-rust-name"),
                format!("`{rust}` is the name of another property; choose one that is free"),
            ));
        }
        if let Some(property) = properties.remove(wire) {
            properties.insert(rust.clone(), property);
        }
    }
    Ok(renames)
}

fn rename_required(schema: &mut Value, renames: &[(String, String)]) {
    let required = schema.get_mut("required").and_then(Value::as_array_mut);
    for name in required.into_iter().flatten() {
        let rust = renames
            .iter()
            .find(|(wire, _)| name.as_str() == Some(wire))
            .map(|(_, rust)| rust);
        if let Some(rust) = rust {
            *name = Value::from(rust.as_str());
        }
    }
}
