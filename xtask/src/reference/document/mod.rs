//! The document: openapi/vbs.yaml as the comparison needs it, and openapi/error-codes.toml.

mod error_codes;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use serde_json::Value;

use super::problem::Problem;

pub(crate) use error_codes::read as read_error_codes;
pub(crate) use view::{DocField, View, plain};

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "patch", "head", "options", "trace",
];

/// The document.
pub(crate) struct Document {
    root: Value,
    /// The text it was read from, to find lines in.
    pub(crate) text: String,
    pub(crate) operations: Vec<DocOperation>,
}

/// One operation.
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
    /// Reads the document from a file.
    pub(crate) fn load(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("can't read the document {}", path.display()))?;
        Self::parse(text).with_context(|| format!("can't use the document {}", path.display()))
    }

    /// Reads the document from its text.
    pub(crate) fn parse(text: String) -> anyhow::Result<Self> {
        let root: Value = serde_saphyr::from_str(&text).context("it is not YAML")?;
        let mut operations = Vec::new();
        let paths = root.get("paths").and_then(Value::as_object);
        for (path, item) in paths.context("it has no `paths`")? {
            for method in METHODS {
                let Some(value) = item.get(method) else {
                    continue;
                };
                operations.push(DocOperation::new(method, path, value, item)?);
            }
        }
        Ok(Self {
            root,
            text,
            operations,
        })
    }

    /// Follows references until there is none.
    pub(super) fn resolve<'d>(&'d self, value: &'d Value) -> Result<&'d Value, Problem> {
        let mut at = value;
        // A chain longer than this goes round in a circle.
        for _ in 0..32 {
            let Some(reference) = at.get("$ref").and_then(Value::as_str) else {
                return Ok(at);
            };
            at = reference
                .strip_prefix('#')
                .and_then(|pointer| self.root.pointer(pointer))
                .ok_or_else(|| in_document(reference, "the reference leads nowhere"))?;
        }
        Err(in_document("$ref", "the references go round in a circle"))
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
                fields.push(DocField::of_parameter(parameter, &operation.id)?);
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

    /// The line, counted from 1, on which the document names this page.
    pub(crate) fn line_of_page(&self, page: &str) -> Option<usize> {
        let line = self
            .text
            .lines()
            .position(|line| line.trim_start().starts_with("x-reference-page") && line.contains(page))?;
        Some(line + 1)
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
                    .ok_or_else(|| in_document(name, "the example has no `value`"))?;
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

/// A problem of the document, which has no page.
pub(super) fn in_document(place: &str, what: &str) -> Problem {
    Problem::new("openapi/vbs.yaml", place, what)
}
