//! Open enums, which oasdiff does not compare: a removed value breaks clients that name it, a new one breaks none.

use anyhow::{Context, Result};
use serde_json::Value;

use super::changes::Change;

pub(super) fn changes(old: &str, new: &str) -> Result<Vec<Change>> {
    let [old, new] = [old, new]
        .map(|text| -> Result<Value> { serde_saphyr::from_str(text).context("the document is not YAML") });
    let (old, new) = (old?, new?);
    let mut changes = Vec::new();
    for (name, schema) in schemas(&old) {
        let (before, after) = (values(schema), values(&new["components"]["schemas"][name]));
        if after.is_empty() {
            // Removed, or closed, which oasdiff reports.
            continue;
        }
        for value in before.iter().filter(|value| !after.contains(value)) {
            let text = format!("removed the value `{value}` from the open enum `{name}`");
            changes.push(Change::of_component("open-enum-value-removed", true, name, text));
        }
        for value in after.iter().filter(|value| !before.contains(value)) {
            let text = format!("added the value `{value}` to the open enum `{name}`");
            changes.push(Change::of_component("open-enum-value-added", false, name, text));
        }
    }
    Ok(changes)
}

fn schemas(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document["components"]["schemas"].as_object().into_iter().flatten()
}

fn values(schema: &Value) -> Vec<&str> {
    let values = schema["x-extensible-enum"].as_array().into_iter().flatten();
    values.filter_map(Value::as_str).collect()
}
