//! The OpenAPI document: its operations, its examples and its schemas.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

/// The OpenAPI document.
pub struct Document(Value);

/// A named example of a request or of a response.
pub struct Example {
    /// The operation it is an example of.
    pub operation: String,
    /// The name of the example.
    pub name: String,
    /// The named schema that it follows.
    pub schema: String,
    /// The JSON.
    pub value: Value,
}

impl Document {
    /// Reads the document of this repository.
    pub fn read() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/vbs.yaml");
        let yaml = std::fs::read_to_string(path).expect("openapi/vbs.yaml");
        Self(serde_saphyr::from_str(&yaml).expect("openapi/vbs.yaml is YAML"))
    }

    /// The id of every operation, in the order of the document.
    pub fn operations(&self) -> Vec<&str> {
        self.raw_operations().map(id).collect()
    }

    /// Every example of a successful response, in the order of the document.
    pub fn successes(&self) -> Vec<Example> {
        self.raw_operations().flat_map(|operation| named(id(operation), success(operation).1)).collect()
    }

    /// Every example of a request, in the order of the document.
    pub fn requests(&self) -> Vec<Example> {
        self.raw_operations().flat_map(|operation| named(id(operation), &operation["requestBody"])).collect()
    }

    /// Every example of a failure with its status, in the order of the statuses. `operation` is the name of the response,
    /// which all operations share.
    pub fn failures(&self) -> Vec<(u16, Example)> {
        let responses: BTreeMap<&String, &Value> = self
            .raw_operations()
            .flat_map(|operation| operation["responses"].as_object().expect("responses"))
            .filter(|(status, _)| status.starts_with(['4', '5']))
            .collect();
        let mut examples = Vec::new();
        for (status, response) in responses {
            let status = status.parse().expect("a status");
            let name = response["$ref"].as_str().expect("a reference");
            let name = name.rsplit('/').next().unwrap_or_default();
            let named = named(name, self.resolved(response)).into_iter();
            examples.extend(named.map(|example| (status, example)));
        }
        examples
    }

    /// The schema of every successful response.
    pub fn response_schemas(&self) -> BTreeSet<&str> {
        self.raw_operations().filter_map(|operation| schema_of(success(operation).1)).collect()
    }

    /// The success of an operation as the service would send it over HTTP: its first example, or an empty body.
    pub fn answer(&self, operation: &str) -> String {
        let (status, response) = success(self.operation(operation));
        let example = named(operation, response).into_iter().next();
        let body = example.map(|example| example.value.to_string());
        assert_eq!(
            body.is_none(),
            schema_of(response).is_none(),
            "{operation}: a response with a body has an example"
        );
        answer(status, body.as_deref().unwrap_or_default())
    }

    /// The names of everything that a caller may send with an operation: the parameters of query and headers,
    /// and the fields of the body at any depth.
    pub fn sendable(&self, operation: &str) -> BTreeSet<String> {
        let operation = self.operation(operation);
        let parameters = operation["parameters"].as_array().expect("parameters");
        let mut names: BTreeSet<String> = parameters
            .iter()
            .map(|parameter| self.resolved(parameter))
            .filter(|parameter| parameter["in"] != "path")
            .map(|parameter| parameter["name"].as_str().expect("a name").to_owned())
            .collect();
        if let Some(schema) = schema_of(&operation["requestBody"]) {
            self.add_fields(self.schema(schema), &mut names);
        }
        names
    }

    /// A named schema.
    pub fn schema(&self, name: &str) -> &Value {
        let schemas = &self.0["components"]["schemas"];
        schemas.get(name).unwrap_or_else(|| panic!("there is no schema {name}"))
    }

    /// Resolves a reference, or a property that wraps one to describe it.
    pub fn resolved<'a>(&'a self, mut node: &'a Value) -> &'a Value {
        loop {
            let one_of_all = node["allOf"].as_array().and_then(|all| all.first());
            node = match (node["$ref"].as_str(), one_of_all) {
                (Some(reference), _) => self
                    .0
                    .pointer(reference.trim_start_matches('#'))
                    .unwrap_or_else(|| panic!("{reference} leads nowhere")),
                (None, Some(inner)) => inner,
                (None, None) => return node,
            };
        }
    }

    fn add_fields(&self, schema: &Value, names: &mut BTreeSet<String>) {
        let schema = self.resolved(schema);
        for (name, property) in properties(schema) {
            names.insert(name.clone());
            self.add_fields(property, names);
        }
        if !schema["items"].is_null() {
            self.add_fields(&schema["items"], names);
        }
    }

    fn raw_operations(&self) -> impl Iterator<Item = &Value> {
        let paths = self.0["paths"].as_object().expect("paths").values();
        paths
            .flat_map(|path| path.as_object().expect("a path").values())
            .filter(|operation| !operation["operationId"].is_null())
    }

    fn operation(&self, operation: &str) -> &Value {
        self.raw_operations()
            .find(|candidate| id(candidate) == operation)
            .unwrap_or_else(|| panic!("there is no operation {operation} in openapi/vbs.yaml"))
    }
}

/// The properties of a schema of objects.
pub(crate) fn properties(schema: &Value) -> impl Iterator<Item = (&String, &Value)> {
    schema["properties"].as_object().into_iter().flatten()
}

/// A response as raw HTTP.
pub fn answer(status: &str, body: &str) -> String {
    let (length, kind) = match (status, body.len()) {
        ("204", _) => (String::new(), ""),
        (_, 0) => ("content-length: 0\r\n".to_owned(), ""),
        (_, length) => (format!("content-length: {length}\r\n"), "content-type: application/json\r\n"),
    };
    format!("HTTP/1.1 {status} \r\n{length}{kind}connection: close\r\n\r\n{body}")
}

/// Null and absent mean the same to the service; encoded, both are absent.
pub fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), without_nulls(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        scalar => scalar.clone(),
    }
}

fn id(operation: &Value) -> &str {
    operation["operationId"].as_str().expect("an operationId")
}

/// The status and the response of an operation that succeeds.
fn success(operation: &Value) -> (&str, &Value) {
    let responses = operation["responses"].as_object().expect("responses");
    let mut successes = responses.iter().filter(|(status, _)| status.starts_with('2'));
    let (status, response) = successes.next().expect("a success");
    assert!(successes.next().is_none(), "{} has two", id(operation));
    (status, response)
}

/// The named schema of a request body or of a response.
fn schema_of(content: &Value) -> Option<&str> {
    let reference = content["content"]["application/json"]["schema"]["$ref"].as_str();
    reference.and_then(|reference| reference.rsplit('/').next())
}

fn named(operation: &str, content: &Value) -> Vec<Example> {
    let examples = content["content"]["application/json"]["examples"].as_object();
    let example = |(name, example): (&String, &Value)| Example {
        operation: operation.to_owned(),
        name: name.clone(),
        schema: schema_of(content).unwrap_or_default().to_owned(),
        value: example["value"].clone(),
    };
    examples.into_iter().flatten().map(example).collect()
}
