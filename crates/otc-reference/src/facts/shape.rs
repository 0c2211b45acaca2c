//! The nesting of members that the examples of a body show.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Example, Field, ValueType};

/// The members that all examples together show at one place. Lists are left out: a list's shape is that of
/// its items.
#[derive(Debug, Default)]
pub(super) struct Shape {
    pub(super) members: BTreeMap<String, Shape>,
    pub(super) value_type: ValueType,
    /// The shape of the JSON inside a string.
    pub(super) json_text: Option<Box<Shape>>,
}

impl Shape {
    pub(super) fn of(examples: &[Example]) -> Self {
        let mut shape = Self::default();
        examples.iter().for_each(|example| shape.add(&example.value));
        shape
    }

    fn add(&mut self, value: &Value) {
        if matches!(self.value_type, ValueType::Unknown | ValueType::AnyList) {
            self.value_type = ValueType::of_json(value);
        }
        self.add_members(value);
    }

    fn add_members(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.add_members(item)),
            Value::Object(members) => {
                for (name, member) in members {
                    // A space at the end of a name is a mistake in that example; comparing the examples
                    // reports it.
                    self.members.entry(name.trim().to_owned()).or_default().add(member);
                }
            }
            Value::String(text) if text.trim_start().starts_with('{') => {
                if let Ok(inner) = serde_json::from_str(text) {
                    self.json_text.get_or_insert_default().add(&inner);
                }
            }
            _ => {}
        }
    }

    /// The members as fields that only an example shows, except for those that have rows.
    pub(super) fn fields_except(&self, has_row: impl Fn(&str) -> bool) -> Vec<Field> {
        let members = self.members.iter().filter(|(name, _)| !has_row(name));
        members.map(|(name, shape)| shape.field(name)).collect()
    }

    /// This as a field that only an example shows.
    pub(super) fn field(&self, name: &str) -> Field {
        Field {
            name: name.to_owned(),
            value_type: self.value_type.clone(),
            example_only: true,
            children: self.fields_except(|_| false),
            ..Field::default()
        }
    }
}
