//! Replaces every value of every documented response by values of other kinds, and checks that no more is lost than a reader
//! of the document expects.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::LazyLock;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::decode;
use crate::{OPERATIONS, Operation, types};

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_saphyr::from_str(include_str!("../../openapi/vbs.yaml")).unwrap());

/// The number of objects of a kind that are put into each other.
const DEPTH: usize = 3;

/// The most that may be lost to a mutation.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Loss {
    Nothing,
    OneItem,
    Everything,
}

/// The result of a repair: the encoded body and the number of problems.
type Decoded = Result<(Value, usize), String>;

fn decoded(operation: &Operation, body: &Value) -> Decoded {
    macro_rules! by_schema {
        ($($schema:ident)*) => {
            match operation.body.unwrap().name {
                $(stringify!($schema) => decoded_as::<types::$schema>(operation, body),)*
                other => panic!("add the schema {other} to the list"),
            }
        };
    }
    by_schema! {
        AssociationOutcome BackupDetail BackupDetailV2 BackupJobList BackupList BackupListV2 BackupPolicyList
        BackupPolicyReference BackupShareCount BackupShareDetail BackupShareList BackupSummaryList CreatedBackupShares Job
        JobReference NativeBackupCreated NativeRestoration QuotaOverview TagList TagValuesList TaggedPolicyList
    }
}

fn decoded_as<T: DeserializeOwned + Serialize>(operation: &Operation, body: &Value) -> Decoded {
    let repaired = decode::<T>(operation, body.to_string().as_bytes())?;
    let value = serde_json::to_value(repaired.value).unwrap();
    // The generated types accept every value that is left as it is.
    if let Ok(strict) = serde_json::from_value::<T>(body.clone()) {
        assert_eq!(serde_json::to_value(strict).unwrap(), value, "{}: {body}", operation.id);
    }
    Ok((value, repaired.problems.len()))
}

/// A schema of the document without references.
fn resolved(node: &'static Value) -> (&'static str, &'static Value) {
    let target = match node["allOf"].as_array() {
        Some(all) => &all[0],
        None => node,
    };
    match target["$ref"].as_str() {
        Some(path) => {
            (path.rsplit('/').next().unwrap(), DOCUMENT.pointer(path.trim_start_matches('#')).unwrap())
        }
        None => ("", target),
    }
}

/// A value with every member.
fn instance(node: &'static Value, within: &mut Vec<&'static str>) -> Option<Value> {
    let (name, schema) = resolved(node);
    if within.iter().filter(|outer| **outer == name).count() == DEPTH && !name.is_empty() {
        return None;
    }
    within.push(name);
    let value = match (schema["type"].as_str().unwrap(), schema["properties"].as_object()) {
        ("object", Some(properties)) => properties
            .iter()
            .filter_map(|(name, property)| Some((name.clone(), instance(property, within)?)))
            .collect(),
        ("object", None) => json!({ "key": "text" }),
        ("array", _) => match instance(&schema["items"], within) {
            Some(element) => json!([element, element]),
            None => json!([]),
        },
        ("string", _) if name == "UtcTimestamp" => json!("2016-12-03T06:24:34.467"),
        ("string", _) => json!("text"),
        ("boolean", _) => json!(true),
        ("integer", _) => json!(7),
        (other, _) => panic!("say what an instance of {other} is"),
    };
    within.pop();
    Some(value)
}

/// A place in a body, and what may be lost if its value is unusable.
struct Place {
    pointer: String,
    loss: Loss,
    /// The same if the value is null.
    loss_of_null: Loss,
}

struct Places {
    items: String,
    is_change: bool,
    found: Vec<Place>,
}

impl Places {
    /// Adds the place of a value and those in it. If the value is unusable, `loss` may be lost.
    fn add(
        &mut self,
        node: &'static Value,
        value: &Value,
        pointer: &str,
        (loss, loss_of_null): (Loss, Loss),
    ) {
        self.found.push(Place { pointer: pointer.to_owned(), loss, loss_of_null });
        let (_, schema) = resolved(node);
        match value {
            Value::Object(members) if schema["properties"].is_object() => {
                let required = schema["required"].as_array();
                for (name, member) in members {
                    let property = &schema["properties"][name];
                    let is_required = required.is_some_and(|names| names.iter().any(|other| other == name));
                    let pointer = format!("{pointer}/{name}");
                    let losses = self.of_member(property, &pointer, is_required, loss);
                    self.add(property, member, &pointer, losses);
                }
            }
            Value::Array(elements) => {
                let loss = match () {
                    () if self.is_change => Loss::Everything,
                    () if pointer == self.items => Loss::OneItem,
                    () => Loss::Nothing,
                };
                for (index, element) in elements.iter().enumerate() {
                    self.add(&schema["items"], element, &format!("{pointer}/{index}"), (loss, loss));
                }
            }
            _ => {}
        }
    }

    /// The values that may be lost if a member of an object is unusable, and if it is null.
    fn of_member(
        &self,
        property: &'static Value,
        pointer: &str,
        is_required: bool,
        object: Loss,
    ) -> (Loss, Loss) {
        let (name, schema) = resolved(property);
        let is_list = schema["type"] == "array";
        if is_list && (self.is_change || pointer == self.items) {
            return (Loss::Everything, Loss::Nothing);
        }
        let has_substitute = schema.get("x-extensible-enum").is_some() || name == "UtcTimestamp";
        match is_required && property["nullable"] != true && !has_substitute {
            true if is_list => (object, Loss::Nothing),
            true => (object, object),
            false => (Loss::Nothing, Loss::Nothing),
        }
    }
}

/// The documented operations that return something, each with its response schema and its examples.
fn operations() -> impl Iterator<Item = (&'static Operation, &'static Value, Vec<Value>)> {
    let with_body = OPERATIONS.iter().filter(|operation| operation.body.is_some());
    with_body.map(|operation| {
        let documented = &DOCUMENT["paths"][operation.path][operation.method.to_ascii_lowercase()];
        let content = &documented["responses"][operation.status.to_string()]["content"]["application/json"];
        let examples = content["examples"].as_object().unwrap().values();
        let bodies = examples.map(|example| example["value"].clone());
        let whole = instance(&content["schema"], &mut Vec::new());
        (operation, &content["schema"], bodies.chain(whole).collect())
    })
}

fn items(operation: &Operation, value: &Value) -> usize {
    let pointer: String = operation.items.iter().map(|name| format!("/{name}")).collect();
    value.pointer(&pointer).and_then(Value::as_array).map_or(0, Vec::len)
}

#[test]
fn invalid_value_affects_only_its_field_unless_it_is_required() {
    let odd_values = [
        json!(null),
        json!(""),
        json!("text"),
        json!(7),
        json!(-1.5),
        json!(true),
        json!([]),
        json!([{}, null]),
        json!({}),
        json!({ "key": [1] }),
    ];
    let mut mutations = 0;
    for (operation, schema, bodies) in operations() {
        for body in bodies {
            let (_, problems) = decoded(operation, &body).unwrap();
            assert_eq!(problems, 0, "{}: {body}", operation.id);
            let mut places = Places {
                items: operation.items.iter().map(|name| format!("/{name}")).collect(),
                is_change: operation.is_change(),
                found: Vec::new(),
            };
            places.add(schema, &body, "", (Loss::Everything, Loss::Everything));
            for place in &places.found {
                for odd in &odd_values {
                    let mut mutated = body.clone();
                    *mutated.pointer_mut(&place.pointer).unwrap() = odd.clone();
                    let allowed = if odd.is_null() { place.loss_of_null } else { place.loss };
                    // A list of items may be replaced by another one.
                    let items_sent = items(operation, &mutated);
                    let lost = match decoded(operation, &mutated) {
                        Err(_) => Loss::Everything,
                        Ok((value, problems)) => {
                            assert_eq!(items(operation, &value) + problems, items_sent, "{mutated}");
                            match problems {
                                0 => Loss::Nothing,
                                1 => Loss::OneItem,
                                _ => Loss::Everything,
                            }
                        }
                    };
                    assert!(
                        lost <= allowed,
                        "{}: {odd} in {} costs {lost:?}, but only {allowed:?} may be lost",
                        operation.id,
                        place.pointer
                    );
                    mutations += 1;
                }
            }
        }
    }
    assert!(mutations > 10_000, "{mutations}");
}
