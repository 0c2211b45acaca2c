//! The list of error codes.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    code: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    code: String,
    module: String,
}

/// Reads the codes, each with the modules that it is listed under.
pub(super) fn parse(text: &str) -> anyhow::Result<BTreeMap<String, BTreeSet<String>>> {
    let file: File =
        toml::from_str(text).context("the error codes are not a table of `code` and `module`")?;
    let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for entry in file.code {
        let modules = codes.entry(entry.code.clone()).or_default();
        if !modules.insert(entry.module.clone()) {
            bail!("the error code {} is listed twice for {}: keep one", entry.code, entry.module);
        }
    }
    Ok(codes)
}
