//! The OpenAPI document as facts, and the list of error codes.

mod reader;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::Value;

use crate::facts::Operation;
use crate::problem::Problem;
use reader::Reader;

/// An OpenAPI document with its error codes.
#[derive(Debug)]
pub struct Document {
    /// How reports name it.
    pub(crate) name: String,
    pub(crate) operations: Vec<DocOperation>,
    /// Each code with the modules that it is listed under.
    pub(crate) error_codes: BTreeMap<String, BTreeSet<String>>,
}

/// One operation.
#[derive(Debug, Default)]
pub(crate) struct DocOperation {
    pub(crate) id: String,
    /// The page it was written from.
    pub(crate) page: Option<String>,
    /// Pages without a URI that describe this operation too.
    pub(crate) also: Vec<String>,
    pub(crate) facts: Operation,
    /// The examples of parameters, by location and name (`query.limit`).
    pub(crate) parameter_examples: BTreeMap<String, String>,
    /// Why the facts are incomplete.
    pub(crate) problem: Option<Problem>,
}

impl Document {
    /// Reads the document (YAML) and the list of error codes (TOML) from files.
    ///
    /// # Errors
    ///
    /// If a file can't be read or is not what it should be.
    pub fn load(document: &Path, error_codes: &Path) -> anyhow::Result<Self> {
        let read = |path: &Path| {
            std::fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))
        };
        Self::parse(&document.display().to_string(), read(document)?, &read(error_codes)?)
    }

    /// Reads the document from its text, and the error codes from theirs. Reports call the document `name`.
    ///
    /// # Errors
    ///
    /// If the document is not an OpenAPI document in YAML, or the error codes are not a TOML table of them.
    pub fn parse(name: &str, text: String, error_codes: &str) -> anyhow::Result<Self> {
        let context = || format!("{name} is not a usable OpenAPI document");
        let root: Value = serde_saphyr::from_str(&text).with_context(context)?;
        Ok(Self {
            name: name.to_owned(),
            operations: Reader::new(name, &root).operations().with_context(context)?,
            error_codes: read_error_codes(error_codes)?,
        })
    }

    /// The operation that was written from this page.
    pub(crate) fn operation_of(&self, page: &str) -> Option<&DocOperation> {
        self.operations.iter().find(|operation| operation.page.as_deref() == Some(page))
    }

    /// Every page that the document names, with the operation that names it.
    pub(crate) fn pages(&self) -> impl Iterator<Item = (&str, &str)> {
        self.operations.iter().flat_map(|operation| {
            let pages = operation.page.iter().chain(&operation.also);
            pages.map(|page| (page.as_str(), operation.id.as_str()))
        })
    }
}

/// Reads the codes, each with the modules that it is listed under.
fn read_error_codes(text: &str) -> anyhow::Result<BTreeMap<String, BTreeSet<String>>> {
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
    let file: File =
        toml::from_str(text).context("the error codes are not a table of `code` and `module`")?;
    let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for Entry { code, module } in file.code {
        if !codes.entry(code.clone()).or_default().insert(module.clone()) {
            bail!("the error code {code} is listed twice for {module}: keep one");
        }
    }
    Ok(codes)
}
