//! The OpenAPI document as a tree of JSON values.

use serde_json::{Map, Value};

/// The reason why no client could be generated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not YAML, or not a mapping.
    #[error("the document is not readable: {0}")]
    Yaml(String),
    /// A part of the document is missing, or has a form that the generator does not support.
    #[error("{path}: {problem}")]
    Document {
        /// The path in the document.
        path: String,
        /// The problem at this path.
        problem: String,
    },
    /// The error codes are not readable.
    #[error("the error codes: {0}")]
    ErrorCodes(String),
    /// progenitor rejects the document.
    #[error("progenitor rejects the document: {0}. Run `cargo xtask lint`, which names the place")]
    Progenitor(String),
    /// The generated source is not valid Rust.
    #[error("the generated source does not parse: {0}")]
    Source(String),
}

impl Error {
    pub(crate) fn at(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Document { path: path.into(), problem: problem.into() }
    }
}

/// The methods of a path item, in the order in which operations are listed.
const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];

/// One operation of the document: its path, its method and its definition.
pub(crate) struct OperationEntry<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'static str,
    pub(crate) operation: &'a Value,
}

impl<'a> OperationEntry<'a> {
    /// Where the operation is in the document.
    pub(crate) fn place(&self) -> String {
        format!("paths.{}.{}", self.path, self.method)
    }

    /// Its `operationId`.
    pub(crate) fn id(&self) -> Result<&'a str, Error> {
        self.text("operationId")
    }

    /// The text of a key that every operation must have.
    pub(crate) fn text(&self, key: &str) -> Result<&'a str, Error> {
        text(self.operation, key, &self.place())
    }

    /// Its parameters, as they are in the document: a parameter or a reference to one.
    pub(crate) fn parameters(&self) -> Result<&'a [Value], Error> {
        match self.operation.get("parameters") {
            None => Ok(&[]),
            Some(Value::Array(parameters)) => Ok(parameters),
            Some(_) => Err(Error::at(format!("{}.parameters", self.place()), "is not a list")),
        }
    }
}

/// The name of a parameter of the operation at `place`.
pub(crate) fn parameter_name<'a>(parameter: &'a Value, place: &str) -> Result<&'a str, Error> {
    text(parameter, "name", &format!("{place}.parameters"))
}

/// The text of a key that the mapping at `path` must have.
fn text<'a>(mapping: &'a Value, key: &str, path: &str) -> Result<&'a str, Error> {
    let text = mapping[key].as_str().filter(|text| !text.is_empty());
    text.ok_or_else(|| Error::at(format!("{path}.{key}"), "is missing, empty or not text"))
}

pub(crate) struct Document(Value);

impl Document {
    pub(crate) fn parse(yaml: &str) -> Result<Self, Error> {
        // In YAML 1.2, `ON` and `Y` are text.
        let options = serde_saphyr::options! { strict_booleans: true };
        let root: Value = serde_saphyr::from_str_with_options(yaml, options)
            .map_err(|error| Error::Yaml(error.to_string()))?;
        if !root.is_object() {
            return Err(Error::Yaml("the top level is not a mapping".to_owned()));
        }
        Ok(Self(sorted(root)))
    }

    /// The document as progenitor's type.
    pub(crate) fn to_openapi(&self) -> Result<openapiv3::OpenAPI, Error> {
        serde_json::from_value(self.0.clone())
            .map_err(|error| Error::at("(the prepared document)", error.to_string()))
    }

    /// The named schemas, by name.
    pub(crate) fn schemas(&self) -> Result<&Map<String, Value>, Error> {
        self.0
            .pointer("/components/schemas")
            .and_then(Value::as_object)
            .ok_or_else(|| Error::at("components.schemas", "is missing or not a mapping"))
    }

    /// The schema behind a generated type.
    pub(crate) fn schema(&self, name: &str) -> Result<&Value, Error> {
        self.schemas()?.get(name).ok_or_else(|| {
            Error::at(
                format!("components.schemas.{name}"),
                "is missing; name each schema like its type in Rust, in UpperCamelCase",
            )
        })
    }

    pub(crate) fn schemas_mut(&mut self) -> Result<&mut Map<String, Value>, Error> {
        self.0
            .pointer_mut("/components/schemas")
            .and_then(Value::as_object_mut)
            .ok_or_else(|| Error::at("components.schemas", "is missing or not a mapping"))
    }

    /// Every operation, by path and method.
    pub(crate) fn operations(&self) -> Result<Vec<OperationEntry<'_>>, Error> {
        let paths =
            self.0["paths"].as_object().ok_or_else(|| Error::at("paths", "is missing or not a mapping"))?;
        Ok(paths
            .iter()
            .flat_map(|(path, item)| {
                METHODS.iter().filter_map(move |method| {
                    item.get(method).map(|operation| OperationEntry { path, method, operation })
                })
            })
            .collect())
    }

    /// Resolves a reference within the document. Returns anything else as it is.
    pub(crate) fn resolve<'a>(&'a self, value: &'a Value) -> Result<&'a Value, Error> {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
            return Ok(value);
        };
        reference
            .strip_prefix('#')
            .and_then(|pointer| self.0.pointer(pointer))
            .ok_or_else(|| Error::at(reference, "does not exist in the document"))
    }

    /// Calls `change` with every mapping, from the outside in.
    pub(crate) fn for_each_mapping_mut(&mut self, change: &mut impl FnMut(&mut Map<String, Value>)) {
        visit_mappings(&mut self.0, change);
    }

    /// Calls `change` with the mapping of every operation.
    pub(crate) fn for_each_operation_mut(&mut self, mut change: impl FnMut(&mut Map<String, Value>)) {
        let items = self.0["paths"].as_object_mut().into_iter().flatten();
        for (_, item) in items {
            for method in METHODS {
                if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
                    change(operation);
                }
            }
        }
    }
}

fn visit_mappings(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(map) => {
            change(map);
            map.values_mut().for_each(|value| visit_mappings(value, change));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| visit_mappings(item, change)),
        _ => {}
    }
}

/// Returns the value with the keys of every mapping sorted, regardless of `serde_json`'s map type: the
/// generated text must not depend on a feature that another crate of the build enables.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.into_iter().collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            entries.into_iter().map(|(key, value)| (key, sorted(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        scalar => scalar,
    }
}
