//! The OpenAPI document and the list of error codes, as the comparison needs them.

mod error_codes;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use crate::problem::Problem;

pub(crate) use view::{DocField, View, plain};

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "patch", "head", "options", "trace",
];

/// An OpenAPI document with its error codes.
#[derive(Debug)]
pub struct Document {
    /// How reports name it.
    pub(crate) name: String,
    root: Value,
    pub(crate) operations: Vec<DocOperation>,
    /// Each code with the modules that it is listed under.
    pub(crate) error_codes: BTreeMap<String, BTreeSet<String>>,
}

/// One operation.
#[derive(Debug)]
pub(crate) struct DocOperation {
    pub(crate) id: String,
    /// In capitals.
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) deprecated: bool,
    /// The page it was written from.
    pub(crate) page: Option<String>,
    /// Pages without a URI that describe this operation too.
    pub(crate) also: Vec<String>,
    value: Value,
    path_item: Value,
}

/// A named example of the document.
pub(crate) struct DocExample<'d> {
    pub(crate) name: &'d str,
    pub(crate) value: &'d Value,
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
        let names = document.iter().rev().take(2).map(|part| part.to_string_lossy());
        let name = names
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
            .join("/");
        Self::parse(&name, read(document)?, &read(error_codes)?)
    }

    /// Reads the document from its text, and the error codes from theirs. Reports call the document `name`.
    ///
    /// # Errors
    ///
    /// If the document is not an OpenAPI document in YAML, or the error codes are not a TOML table of them.
    pub fn parse(name: &str, text: String, error_codes: &str) -> anyhow::Result<Self> {
        let context = || format!("{name} is not a usable OpenAPI document");
        let root: Value = serde_saphyr::from_str(&text).with_context(context)?;
        let mut operations = Vec::new();
        let paths = root.get("paths").and_then(Value::as_object);
        for (path, item) in paths.context("it has no `paths`").with_context(context)? {
            for method in METHODS {
                if let Some(value) = item.get(method) {
                    operations.push(DocOperation::new(method, path, value, item).with_context(context)?);
                }
            }
        }
        let error_codes = error_codes::parse(error_codes)?;
        Ok(Self {
            name: name.to_owned(),
            root,
            operations,
            error_codes,
        })
    }

    /// Every page that the document names, with the operation that names it.
    pub(crate) fn pages(&self) -> impl Iterator<Item = (&str, &str)> {
        self.operations.iter().flat_map(|operation| {
            let pages = operation.page.iter().chain(&operation.also);
            pages.map(|page| (page.as_str(), operation.id.as_str()))
        })
    }

    /// Follows references until there is none.
    pub(super) fn resolve<'d>(&'d self, value: &'d Value) -> Result<&'d Value, Problem> {
        let mut at = value;
        // A longer chain is a cycle.
        for _ in 0..32 {
            let Some(reference) = at.get("$ref").and_then(Value::as_str) else {
                return Ok(at);
            };
            at = reference
                .strip_prefix('#')
                .and_then(|pointer| self.root.pointer(pointer))
                .ok_or_else(|| self.problem(reference, "the reference leads nowhere"))?;
        }
        Err(self.problem("$ref", "the references form a cycle"))
    }

    /// The parameters of an operation that are sent in this way (`path`, `query`, `header`).
    pub(crate) fn parameters<'d>(
        &'d self,
        operation: &'d DocOperation,
        location: &str,
    ) -> Result<Vec<DocField<'d>>, Problem> {
        let lists = [&operation.path_item, &operation.value].map(|owner| owner.get("parameters"));
        let mut fields = Vec::new();
        for parameter in lists.into_iter().flatten().filter_map(Value::as_array).flatten() {
            let parameter = self.resolve(parameter)?;
            if parameter.get("in").and_then(Value::as_str) == Some(location) {
                fields.push(self.parameter(parameter, &operation.id)?);
            }
        }
        Ok(fields)
    }

    /// The schema of the request's body.
    pub(crate) fn request<'d>(&'d self, operation: &'d DocOperation) -> Result<Option<&'d Value>, Problem> {
        self.content(operation.value.get("requestBody"))
            .map(|content| content.and_then(|content| content.get("schema")))
    }

    /// The schema of the body of the first response of this kind that has one.
    pub(crate) fn response<'d>(
        &'d self,
        operation: &'d DocOperation,
        success: bool,
    ) -> Result<Option<&'d Value>, Problem> {
        Ok(self
            .response_contents(operation, success)?
            .into_iter()
            .find_map(|content| content.get("schema")))
    }

    /// The statuses of this kind.
    pub(crate) fn statuses(operation: &DocOperation, success: bool) -> BTreeSet<String> {
        responses(operation, success)
            .map(|(status, _)| status.clone())
            .collect()
    }

    pub(crate) fn request_examples<'d>(
        &'d self,
        operation: &'d DocOperation,
    ) -> Result<Vec<DocExample<'d>>, Problem> {
        let content = self.content(operation.value.get("requestBody"))?;
        content.map_or(Ok(Vec::new()), |content| self.examples(content))
    }

    /// The examples of the bodies of the responses of this kind, each once.
    pub(crate) fn response_examples<'d>(
        &'d self,
        operation: &'d DocOperation,
        success: bool,
    ) -> Result<Vec<DocExample<'d>>, Problem> {
        let mut examples: BTreeMap<&str, DocExample<'d>> = BTreeMap::new();
        for content in self.response_contents(operation, success)? {
            for example in self.examples(content)? {
                examples.entry(example.name).or_insert(example);
            }
        }
        Ok(examples.into_values().collect())
    }

    pub(super) fn problem(&self, place: &str, what: &str) -> Problem {
        Problem::new(&self.name, place, what)
    }

    fn response_contents<'d>(
        &'d self,
        operation: &'d DocOperation,
        success: bool,
    ) -> Result<Vec<&'d Value>, Problem> {
        let mut contents = Vec::new();
        for (_, response) in responses(operation, success) {
            contents.extend(self.content(Some(response))?);
        }
        Ok(contents)
    }

    /// The JSON content of a body.
    fn content<'d>(&'d self, body: Option<&'d Value>) -> Result<Option<&'d Value>, Problem> {
        let Some(body) = body else {
            return Ok(None);
        };
        Ok(self.resolve(body)?.pointer("/content/application~1json"))
    }

    fn examples<'d>(&'d self, content: &'d Value) -> Result<Vec<DocExample<'d>>, Problem> {
        let Some(examples) = content.get("examples").and_then(Value::as_object) else {
            return Ok(Vec::new());
        };
        examples
            .iter()
            .map(|(name, example)| {
                let value = self
                    .resolve(example)?
                    .get("value")
                    .ok_or_else(|| self.problem(name, "the example has no `value`"))?;
                Ok(DocExample { name, value })
            })
            .collect()
    }
}

impl DocOperation {
    fn new(method: &str, path: &str, value: &Value, path_item: &Value) -> anyhow::Result<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let id = text("operationId").with_context(|| format!("{method} {path} has no `operationId`"))?;
        let also = value
            .get("x-reference-pages-also")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        Ok(Self {
            id,
            method: method.to_uppercase(),
            path: path.to_owned(),
            deprecated: value.get("deprecated").and_then(Value::as_bool) == Some(true),
            page: text("x-reference-page"),
            also,
            value: value.clone(),
            path_item: path_item.clone(),
        })
    }
}

fn responses(operation: &DocOperation, success: bool) -> impl Iterator<Item = (&String, &Value)> {
    operation
        .value
        .get("responses")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(move |(status, _)| status.starts_with('2') == success)
}
