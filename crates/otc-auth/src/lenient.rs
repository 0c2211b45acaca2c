//! Decodes answers such that an unusable value does not affect the others.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The usable entries of a list. Anything else counts as an empty list.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    Ok(match Value::deserialize(deserializer)? {
        Value::Array(entries) => entries.into_iter().filter_map(usable).collect(),
        _ => Vec::new(),
    })
}

/// The object, if it is usable.
pub(crate) fn object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    Value::deserialize(deserializer).map(usable)
}

/// The text, if it is a string and not empty.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) if !text.is_empty() => Some(text),
        _ => None,
    })
}

fn usable<T: DeserializeOwned>(value: Value) -> Option<T> {
    // A derived struct would also accept a list of its fields.
    value.is_object().then(|| serde_json::from_value(value).ok())?
}
