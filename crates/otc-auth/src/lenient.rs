//! Decoding of answers in which one unusable value must not cost the rest.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The entries that are usable. Anything else than a list has none.
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

/// The text, if it is one and not empty.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) if !text.is_empty() => Some(text),
        _ => None,
    })
}

fn usable<T: DeserializeOwned>(value: Value) -> Option<T> {
    // A derived struct would take a list for its fields, too.
    value.is_object().then(|| serde_json::from_value(value).ok())?
}
