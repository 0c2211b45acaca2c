//! `x-rust-name`: names in Rust that differ from those on the wire.
//!
//! progenitor derives the name in Rust from the name on the wire. The document for progenitor therefore
//! contains the name in Rust, and the name on the wire is restored in the generated source.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use serde_json::{Map, Value};

use crate::document::{Document, Error, parameter_name};

/// The names on the wire, by their owners and by their names in Rust.
#[derive(Default)]
pub(crate) struct RustNames {
    /// By the name of the schema and of the field.
    fields: BTreeMap<(String, String), String>,
    /// By the name of the operation's function and of the parameter.
    parameters: BTreeMap<(String, String), String>,
}

impl RustNames {
    /// Replaces the names in the document by the names in Rust, and returns the names on the wire.
    pub(crate) fn take(document: &mut Document) -> Result<Self, Error> {
        let mut names = Self::default();
        names.find_parameters(document)?;
        document.for_each_mapping_mut(&mut rename_parameter);
        for (schema, definition) in document.schemas_mut()? {
            names.take_fields(schema, definition)?;
        }
        Ok(names)
    }

    /// The name of this field on the wire, if it differs from the name in Rust.
    pub(crate) fn wire_field(&self, schema: &str, field: &str) -> Option<&str> {
        let key = (schema.to_owned(), field.to_owned());
        self.fields.get(&key).map(String::as_str)
    }

    /// The name of this query parameter on the wire, if it differs from the name in Rust.
    pub(crate) fn wire_parameter(&self, function: &str, parameter: &str) -> Option<&str> {
        let key = (function.to_owned(), parameter.to_owned());
        self.parameters.get(&key).map(String::as_str)
    }

    /// The number of parameter names to restore in the generated source.
    pub(crate) fn parameters(&self) -> usize {
        self.parameters.len()
    }

    fn find_parameters(&mut self, document: &Document) -> Result<(), Error> {
        for entry in document.operations()? {
            let (id, place) = (entry.id()?, entry.place());
            for parameter in entry.parameters()? {
                let parameter = document.resolve(parameter)?;
                let Some(rust) = parameter["x-rust-name"].as_str() else {
                    continue;
                };
                let wire = parameter_name(parameter, &place)?;
                if parameter["in"] != "query" {
                    return Err(Error::at(
                        format!("the parameter `{wire}` of {id}"),
                        "has an x-rust-name, which only a query parameter may have",
                    ));
                }
                let key = (id.to_snake_case(), rust.to_owned());
                self.parameters.insert(key, wire.to_owned());
            }
        }
        Ok(())
    }

    fn take_fields(&mut self, schema: &str, definition: &mut Value) -> Result<(), Error> {
        let Some(properties) = definition.get_mut("properties").and_then(Value::as_object_mut) else {
            return Ok(());
        };
        let renames: Vec<(String, String)> = properties
            .iter()
            .filter_map(|(wire, property)| {
                let rust = property.get("x-rust-name")?.as_str()?;
                Some((wire.clone(), rust.to_owned()))
            })
            .collect();
        for (wire, rust) in &renames {
            if properties.contains_key(rust) {
                return Err(Error::at(
                    format!("components.schemas.{schema}.properties.{wire}.x-rust-name"),
                    format!("`{rust}` is the name of another property; choose a different name"),
                ));
            }
            if let Some(property) = properties.remove(wire) {
                properties.insert(rust.clone(), property);
            }
        }
        let required = definition.get_mut("required").and_then(Value::as_array_mut);
        for name in required.into_iter().flatten() {
            if let Some((_, rust)) = renames.iter().find(|(wire, _)| name.as_str() == Some(wire)) {
                *name = Value::from(rust.as_str());
            }
        }
        for (wire, rust) in renames {
            self.fields.insert((schema.to_owned(), rust), wire);
        }
        Ok(())
    }
}

fn rename_parameter(mapping: &mut Map<String, Value>) {
    if mapping.contains_key("in")
        && let Some(rust) = mapping.remove("x-rust-name")
    {
        mapping.insert("name".to_owned(), rust);
    }
}
