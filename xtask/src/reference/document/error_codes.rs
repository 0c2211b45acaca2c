//! openapi/error-codes.toml: the error codes and their modules.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    code: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    code: String,
    module: String,
}

/// Reads the codes, each with the modules that it is listed under.
pub(crate) fn read(path: &Path) -> anyhow::Result<BTreeMap<String, BTreeSet<String>>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("can't read the error codes {}", path.display()))?;
    let file: File = toml::from_str(&text)
        .with_context(|| format!("can't understand the error codes {}", path.display()))?;
    let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in file.code {
        codes.entry(entry.code).or_default().insert(entry.module);
    }
    Ok(codes)
}
