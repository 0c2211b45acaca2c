//! The examples of the OpenAPI document.

use serde_json::Value;

/// The OpenAPI document.
pub struct Document(Value);

/// A named example of a response.
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

    /// Every example of a successful response, in the order of the document.
    pub fn successes(&self) -> Vec<Example> {
        let mut examples = Vec::new();
        for (_, item) in self.0["paths"].as_object().expect("paths") {
            for (_, operation) in item.as_object().expect("a path") {
                let Some(responses) = operation["responses"].as_object() else {
                    continue;
                };
                for (status, response) in responses {
                    if status.starts_with('2') {
                        examples
                            .extend(named(operation["operationId"].as_str().unwrap(), response));
                    }
                }
            }
        }
        examples
    }

    /// Every example of a failed response. They are named after their operation.
    pub fn failures(&self) -> Vec<Example> {
        let mut examples = named("", &self.0["components"]["responses"]["Failure"]);
        for example in &mut examples {
            example.operation = example.name.clone();
        }
        examples
    }
}

fn named(operation: &str, response: &Value) -> Vec<Example> {
    let media = &response["content"]["application/json"];
    let reference = media["schema"]["$ref"].as_str().unwrap_or_default();
    let schema = reference.rsplit('/').next().unwrap_or_default();
    let examples = media["examples"].as_object().into_iter().flatten();
    examples
        .map(|(name, example)| Example {
            operation: operation.to_owned(),
            name: name.clone(),
            schema: schema.to_owned(),
            value: example["value"].clone(),
        })
        .collect()
}
