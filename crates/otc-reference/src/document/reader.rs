//! Reads operations into facts: references followed, `allOf` merged, extensions read.
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

use anyhow::Context;
use serde_json::Value;

use super::DocOperation;
use crate::facts::{Example, Field, Limit, Operation, ValueType};
use crate::problem::Problem;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];

const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];

/// A document while its operations are read.
pub(super) struct Reader<'d> {
    name: &'d str,
    root: &'d Value,
}

/// The schemas that contain the one that is being read.
type Outer<'d> = Vec<&'d Value>;

/// The fields of the first body of its kind that has a schema, and the examples of all by their names.
#[derive(Default)]
struct Body<'d> {
    fields: Option<Vec<Field>>,
    examples: BTreeMap<&'d str, Example>,
}

impl Body<'_> {
    fn finish(self) -> (Vec<Field>, Vec<Example>) {
        (self.fields.unwrap_or_default(), self.examples.into_values().collect())
    }
}

impl<'d> Reader<'d> {
    pub(super) fn new(name: &'d str, root: &'d Value) -> Self {
        Self { name, root }
    }

    pub(super) fn operations(&self) -> anyhow::Result<Vec<DocOperation>> {
        let mut operations = Vec::new();
        let paths = self.root.get("paths").and_then(Value::as_object);
        for (path, item) in paths.context("it has no `paths`")? {
            for method in METHODS {
                let Some(value) = item.get(method) else {
                    continue;
                };
                let id = text(value, "operationId")
                    .with_context(|| format!("{method} {path} has no `operationId`"))?;
                let mut operation = DocOperation {
                    id: id.to_owned(),
                    page: text(value, "x-reference-page").map(str::to_owned),
                    also: texts(value, "x-reference-pages-also").map(str::to_owned).collect(),
                    facts: Operation {
                        method: method.to_uppercase(),
                        path: path.clone(),
                        deprecated: flag(value, "deprecated"),
                        ..Operation::default()
                    },
                    ..DocOperation::default()
                };
                operation.problem = self.read(value, item, &mut operation).err();
                operations.push(operation);
            }
        }
        Ok(operations)
    }

    fn read(&self, value: &'d Value, item: &'d Value, into: &mut DocOperation) -> Result<(), Problem> {
        for parameter in array(item, "parameters").chain(array(value, "parameters")) {
            self.parameter(self.resolve(parameter)?, into)?;
        }
        let facts = &mut into.facts;
        let [mut request, mut success, mut failure] = [(); 3].map(|()| Body::default());
        if let Some(body) = value.get("requestBody") {
            self.body(&into.id, body, &mut request)?;
        }
        let responses = value.get("responses").and_then(Value::as_object);
        for (status, response) in responses.into_iter().flatten() {
            let (statuses, body) = if status.starts_with('2') {
                (&mut facts.success, &mut success)
            } else {
                (&mut facts.failures, &mut failure)
            };
            let what = format!("`{status}` is not a status");
            statuses.insert(status.parse().map_err(|_| self.problem(&into.id, &what))?);
            self.body(&into.id, response, body)?;
        }
        (facts.request, facts.request_examples) = request.finish();
        (facts.response, facts.response_examples) = success.finish();
        (facts.failure, facts.failure_examples) = failure.finish();
        Ok(())
    }

    fn parameter(&self, parameter: &'d Value, into: &mut DocOperation) -> Result<(), Problem> {
        let schema = parameter.get("schema");
        let (Some(name), Some(location), Some(schema)) =
            (text(parameter, "name"), text(parameter, "in"), schema)
        else {
            return Err(self.problem(&into.id, "a parameter lacks `name`, `in` or `schema`"));
        };
        let fields = match location {
            "path" => &mut into.facts.path_parameters,
            "query" => &mut into.facts.query_parameters,
            "header" => &mut into.facts.headers,
            _ => return Ok(()),
        };
        let mut field = self.field(name, schema, &mut Vec::new())?;
        field.mandatory = Some(flag(parameter, "required"));
        // A parameter may carry them itself.
        read_annotations(parameter, &mut field);
        fields.push(field);
        if let Some(example) = parameter.get("example") {
            into.parameter_examples.insert(format!("{location}.{name}"), plain(example));
        }
        Ok(())
    }

    /// Adds the JSON content of a body, unless an earlier one has a schema or an example of the same name.
    fn body(&self, operation: &str, body: &'d Value, into: &mut Body<'d>) -> Result<(), Problem> {
        let Some(content) = self.resolve(body)?.pointer("/content/application~1json") else {
            return Ok(());
        };
        let named = content.get("examples").and_then(Value::as_object);
        for (name, example) in named.into_iter().flatten() {
            let value = self.resolve(example)?.get("value");
            let value = value.ok_or_else(|| self.problem(name, "the example has no `value`"))?;
            into.examples.entry(name).or_insert_with(|| Example {
                value: value.clone(),
                missing_commas: Vec::new(),
                name: Some(name.clone()),
            });
        }
        if let (Some(schema), None) = (content.get("schema"), &into.fields) {
            let body = self.field("", schema, &mut Vec::new())?;
            if body.value_type != ValueType::Object {
                let what = format!("a body is not an object but {}", body.value_type);
                return Err(self.problem(operation, &what));
            }
            into.fields = Some(body.children);
        }
        Ok(())
    }

    /// Reads a schema as a field of this name.
    fn field(&self, name: &str, schema: &'d Value, outer: &mut Outer<'d>) -> Result<Field, Problem> {
        let mut field = Field { name: name.to_owned(), ..Field::default() };
        let mut required = BTreeSet::new();
        self.merge(schema, &mut field, &mut required, outer)?;
        for child in &mut field.children {
            child.mandatory = child.mandatory.or(Some(required.contains(child.name.as_str())));
        }
        Ok(field)
    }

    fn merge(
        &self,
        schema: &'d Value,
        field: &mut Field,
        required: &mut BTreeSet<&'d str>,
        outer: &mut Outer<'d>,
    ) -> Result<(), Problem> {
        let schema = self.resolve(schema)?;
        for unsupported in ["oneOf", "anyOf", "not"] {
            if schema.get(unsupported).is_some() {
                let what = "the comparison with the reference does not know this keyword";
                return Err(self.problem(unsupported, what));
            }
        }
        // A schema that contains itself is read once, so the fields inside are known at the outer place only.
        if !outer.iter().any(|outer| std::ptr::eq(*outer, schema)) {
            outer.push(schema);
            for part in array(schema, "allOf") {
                self.merge(part, field, required, outer)?;
            }
            self.children(schema, field, outer)?;
            outer.pop();
        }
        required.extend(texts(schema, "required"));
        self.value_type(schema, field)?;
        for keyword in ["enum", "x-extensible-enum"] {
            field.values.extend(array(schema, keyword).map(plain));
        }
        for (limit, keyword) in Limit::ALL {
            if let Some(number) = schema.get(keyword).and_then(Value::as_i64) {
                field.limits.add(limit, number);
            }
        }
        read_annotations(schema, field);
        Ok(())
    }

    /// Reads the fields inside: of an object, of the objects of a list, or of the JSON text of a string.
    fn children(&self, schema: &'d Value, field: &mut Field, outer: &mut Outer<'d>) -> Result<(), Problem> {
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten() {
            field.children.retain(|child| child.name != *name);
            field.children.push(self.field(name, property, outer)?);
        }
        if let Some(items) = schema.get("items") {
            let item = self.field("", items, outer)?;
            field.value_type = ValueType::List(Box::new(item.value_type));
            field.values.extend(item.values);
            field.children = item.children;
        }
        if let Some(content) = schema.get("x-content-schema") {
            field.json_text = true;
            field.children = self.field("", content, outer)?.children;
        }
        if let (Some(values @ Value::Object(_)), None) = (schema.get("additionalProperties"), properties) {
            let value_type = self.field("", values, outer)?.value_type;
            field.value_type = ValueType::Map(Box::new(value_type));
        }
        Ok(())
    }

    fn value_type(&self, schema: &Value, field: &mut Field) -> Result<(), Problem> {
        if let Some(named) = text(schema, "type") {
            let simple = ValueType::simple(named).filter(|_| TYPES.contains(&named));
            let simple = simple.ok_or_else(|| self.problem(named, "is not a type"))?;
            // What is inside a list or map was read with its children.
            let is_known = match simple {
                ValueType::AnyList => field.value_type.is_list(),
                ValueType::Object => matches!(field.value_type, ValueType::Map(_)),
                _ => false,
            };
            if !is_known {
                field.value_type = simple;
            }
        }
        let types: Vec<ValueType> =
            texts(schema, "x-reference-types").filter_map(ValueType::simple).collect();
        if !types.is_empty() {
            field.value_type = ValueType::OneOf(types);
        }
        Ok(())
    }

    /// Follows references until there is none.
    fn resolve(&self, value: &'d Value) -> Result<&'d Value, Problem> {
        let mut at = value;
        // A longer chain is a cycle.
        for _ in 0..32 {
            let Some(reference) = text(at, "$ref") else {
                return Ok(at);
            };
            at = reference
                .strip_prefix('#')
                .and_then(|pointer| self.root.pointer(pointer))
                .ok_or_else(|| self.problem(reference, "the reference leads nowhere"))?;
        }
        Err(self.problem("$ref", "the references form a cycle"))
    }

    fn problem(&self, place: &str, what: &str) -> Problem {
        Problem::new(self.name, place, what)
    }
}

/// Reads the keywords that a schema and a parameter may have: `deprecated` and the extensions.
fn read_annotations(owner: &Value, field: &mut Field) {
    field.deprecated |= flag(owner, "deprecated");
    if let Some(default) = owner.get("x-reference-default") {
        field.default = Some(plain(default));
    }
    let bounds = [
        ("x-reference-range", [Limit::Minimum, Limit::Maximum]),
        ("x-reference-length", [Limit::MinLength, Limit::MaxLength]),
    ];
    for (extension, limits) in bounds {
        for (limit, bound) in limits.into_iter().zip(array(owner, extension)) {
            if let Some(number) = bound.as_i64() {
                field.limits.add(limit, number);
            }
        }
    }
}

fn text<'v>(owner: &'v Value, name: &str) -> Option<&'v str> {
    owner.get(name)?.as_str()
}

fn flag(owner: &Value, name: &str) -> bool {
    owner.get(name).and_then(Value::as_bool) == Some(true)
}

fn array<'v>(owner: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    owner.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn texts<'v>(owner: &'v Value, name: &str) -> impl Iterator<Item = &'v str> {
    array(owner, name).filter_map(Value::as_str)
}

/// A scalar as the text that both sides write.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
