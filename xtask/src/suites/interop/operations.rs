//! Finds operations that a generator left out. Some generators only warn about that.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::workspace::{self, DOCUMENT};

/// The operationIds of the document.
pub(super) fn of_document() -> Result<Vec<String>> {
    let text =
        fs::read_to_string(workspace::path(DOCUMENT)).with_context(|| format!("can't read {DOCUMENT}"))?;
    let document: Value = serde_saphyr::from_str(&text).with_context(|| format!("can't read {DOCUMENT}"))?;
    let paths = document["paths"].as_object().into_iter().flatten();
    let methods = paths.flat_map(|(_, path)| path.as_object().into_iter().flatten());
    let operations: Vec<_> =
        methods.filter_map(|(_, operation)| operation["operationId"].as_str().map(str::to_owned)).collect();
    ensure!(!operations.is_empty(), "{DOCUMENT} has no operations");
    Ok(operations)
}

/// The operations that generated code does not name. Case and underscores don't matter.
pub(super) fn missing(operations: &[String], generated: &Path) -> Result<Vec<String>> {
    let mut names = BTreeSet::new();
    collect(generated, &mut names).with_context(|| format!("can't read {}", generated.display()))?;
    let is_missing = |operation: &&String| !names.contains(&normalized(operation));
    Ok(operations.iter().filter(is_missing).cloned().collect())
}

/// Collects identifiers and file names, since Python has a module for each operation.
fn collect(path: &Path, names: &mut BTreeSet<String>) -> Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            collect(&entry?.path(), names)?;
        }
        return Ok(());
    }
    let extension = path.extension().unwrap_or_default();
    // The document's copy and its documentation name all operations.
    if ["yaml", "json", "md"].iter().any(|other| extension == *other) {
        return Ok(());
    }
    names.extend(path.file_stem().map(|stem| normalized(&stem.to_string_lossy())));
    let text = fs::read(path)?;
    let text = String::from_utf8_lossy(&text);
    // Words in backticks are the document's prose.
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '`');
    names.extend(words.filter(|word| !word.contains('`')).map(normalized));
    Ok(())
}

/// A name without the differences between languages' conventions.
fn normalized(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn all_operations_are_found() {
        assert_eq!(of_document().unwrap().len(), 36);
    }

    #[test]
    fn names_are_found_in_any_case() {
        let place = tempfile::tempdir().unwrap();
        let place = place.path();
        fs::write(place.join("list_books.py"), "def sync(): pass # not `getBook`").unwrap();
        fs::write(place.join("api.go"), "func (c *Client) AddBook() {} // GetBookId").unwrap();
        fs::write(place.join("openapi.yaml"), "operationId: removeBook").unwrap();
        let operations = ["listBooks", "addBook", "getBook", "removeBook"].map(str::to_owned);
        assert_eq!(missing(&operations, place).unwrap(), ["getBook", "removeBook"]);
    }
}
