//! Schemas as the comparison sees them: references followed, `allOf` merged, extensions read.
//!
//! These extensions state what the reference documents and OpenAPI has no safe keyword for:
//!
//! - `x-reference-default`: the documented default; a `default` would be sent by generated clients.
//! - `x-reference-range: [from, to]` and `x-reference-length: [from, to]`: the documented range of a value or
//!   of a length, `null` for no bound; limits on responses would refuse real data.
//! - `x-extensible-enum`: the documented values if the service may add more.
//! - `x-reference-types: [string, integer]`: the documented types of a schema without a type.
//! - `x-content-schema`: the schema of the JSON text inside a string.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Document;
use crate::facts::{Limit, Limits, ValueType};
use crate::problem::Problem;

/// A parameter or property. Its schema is resolved only on request, because schemas may contain themselves.
pub(crate) struct DocField<'d> {
    pub(crate) name: String,
    pub(crate) required: bool,
    /// The example of a parameter.
    pub(crate) example: Option<&'d Value>,
    schema: &'d Value,
    /// A parameter may carry extensions itself.
    owner: Option<&'d Value>,
}

/// A resolved schema.
#[derive(Default)]
pub(crate) struct View<'d> {
    pub(crate) value_type: ValueType,
    pub(crate) values: BTreeSet<String>,
    pub(crate) limits: Limits,
    pub(crate) default: Option<String>,
    properties: BTreeMap<&'d str, &'d Value>,
    required: BTreeSet<&'d str>,
    items: Option<&'d Value>,
    content: Option<&'d Value>,
}

impl<'d> DocField<'d> {
    /// Resolves the schema.
    pub(crate) fn view(&self, document: &'d Document) -> Result<View<'d>, Problem> {
        let mut view = document.view(self.schema)?;
        if let Some(owner) = self.owner {
            view.read_extensions(owner);
        }
        Ok(view)
    }
}

impl Document {
    pub(super) fn parameter<'d>(
        &self,
        parameter: &'d Value,
        operation: &str,
    ) -> Result<DocField<'d>, Problem> {
        let missing = || self.problem(operation, "a parameter has no `name` or no `schema`");
        let name = parameter
            .get("name")
            .and_then(Value::as_str)
            .ok_or_else(missing)?;
        Ok(DocField {
            name: name.to_owned(),
            required: parameter.get("required").and_then(Value::as_bool) == Some(true),
            example: parameter.get("example"),
            schema: parameter.get("schema").ok_or_else(missing)?,
            owner: Some(parameter),
        })
    }

    /// Resolves a schema.
    pub(crate) fn view<'d>(&'d self, schema: &'d Value) -> Result<View<'d>, Problem> {
        let mut view = View::default();
        self.merge(schema, &mut view, 0)?;
        if let Some(items) = view.items {
            let items = self.view(items)?;
            view.value_type = ValueType::List(Box::new(items.value_type));
            view.values.extend(items.values);
        }
        Ok(view)
    }

    fn merge<'d>(&'d self, schema: &'d Value, view: &mut View<'d>, depth: usize) -> Result<(), Problem> {
        if depth > 32 {
            return Err(self.problem("allOf", "the schemas form a cycle"));
        }
        let schema = self.resolve(schema)?;
        for unsupported in ["oneOf", "anyOf", "not"] {
            if schema.get(unsupported).is_some() {
                let what = "the comparison with the reference does not know this keyword";
                return Err(self.problem(unsupported, what));
            }
        }
        for part in array(schema, "allOf") {
            self.merge(part, view, depth + 1)?;
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            view.properties.insert(name, property);
        }
        view.required
            .extend(array(schema, "required").filter_map(Value::as_str));
        if let Some(named) = schema.get("type").and_then(Value::as_str) {
            view.value_type = self.value_type(named, schema)?;
        }
        let types: Vec<ValueType> = array(schema, "x-reference-types")
            .filter_map(Value::as_str)
            .filter_map(ValueType::simple)
            .collect();
        if !types.is_empty() {
            view.value_type = ValueType::OneOf(types);
        }
        view.items = schema.get("items").or(view.items);
        view.content = schema.get("x-content-schema").or(view.content);
        for keyword in ["enum", "x-extensible-enum"] {
            view.values.extend(array(schema, keyword).map(plain));
        }
        for limit in Limit::ALL {
            if let Some(number) = schema.get(limit.keyword()).and_then(Value::as_i64) {
                view.limits.add(limit, number);
            }
        }
        view.read_extensions(schema);
        Ok(())
    }

    fn value_type(&self, named: &str, schema: &Value) -> Result<ValueType, Problem> {
        Ok(match named {
            "string" => ValueType::String,
            "integer" => ValueType::Integer,
            "number" => ValueType::Number,
            "boolean" => ValueType::Boolean,
            "array" => ValueType::AnyList,
            "object" => match schema.get("additionalProperties") {
                Some(values @ Value::Object(_)) if schema.get("properties").is_none() => {
                    ValueType::Map(Box::new(self.view(values)?.value_type))
                }
                _ => ValueType::Object,
            },
            other => return Err(self.problem(other, "is not a type")),
        })
    }
}

impl<'d> View<'d> {
    fn read_extensions(&mut self, owner: &'d Value) {
        if let Some(default) = owner.get("x-reference-default") {
            self.default = Some(plain(default));
        }
        let bounds = [
            ("x-reference-range", Limit::Minimum, Limit::Maximum),
            ("x-reference-length", Limit::MinLength, Limit::MaxLength),
        ];
        for (extension, lower, upper) in bounds {
            let bound = |index| owner.get(extension)?.get(index)?.as_i64();
            if let Some(number) = bound(0) {
                self.limits.add(lower, number);
            }
            if let Some(number) = bound(1) {
                self.limits.add(upper, number);
            }
        }
    }

    /// The fields inside: of an object, of the objects of a list, or of the JSON text of a string.
    pub(crate) fn fields(&self, document: &'d Document) -> Result<Vec<DocField<'d>>, Problem> {
        if let Some(inner) = self.items.or(self.content) {
            return document.view(inner)?.fields(document);
        }
        let field = |(name, schema): (&&'d str, &&'d Value)| DocField {
            name: (*name).to_owned(),
            required: self.required.contains(name),
            example: None,
            schema,
            owner: None,
        };
        Ok(self.properties.iter().map(field).collect())
    }

    /// Whether the JSON text inside the string is described.
    pub(crate) fn has_content(&self) -> bool {
        self.content.is_some()
    }
}

fn array<'v>(owner: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    owner.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// A scalar as the text that both sides write.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
