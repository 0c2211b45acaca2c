//! Instances of a schema, and variations that the service may send without breaking clients.

use serde_json::{Map, Value, json};

use crate::document::{Document, properties, without_nulls};

/// The maximum depth to which a schema that contains itself is expanded.
const UNFOLDED: usize = 2;

/// A value that a client must accept, and its re-encoded form.
pub struct Variation {
    /// The deviation from the instance.
    pub what: String,
    /// The JSON.
    pub value: Value,
    /// The JSON it encodes to, without nulls.
    pub encoded: Value,
}

impl Document {
    /// A value of a schema that has every field.
    pub fn instance(&self, schema: &str) -> Value {
        self.instance_of(self.schema(schema), &mut Vec::new())
            .unwrap_or_else(|| panic!("{schema} holds nothing but itself"))
    }

    /// `None` if the schema would be expanded too often.
    fn instance_of<'a>(&'a self, node: &'a Value, within: &mut Vec<&'a Value>) -> Option<Value> {
        let schema = self.resolved(node);
        if properties(schema).next().is_some() {
            let is_same = |outer: &&&Value| std::ptr::eq(**outer, schema);
            if within.iter().filter(is_same).count() == UNFOLDED {
                return None;
            }
            within.push(schema);
            let fields: Map<String, Value> = properties(schema)
                .filter_map(|(name, property)| Some((name.clone(), self.instance_of(property, within)?)))
                .collect();
            within.pop();
            return Some(fields.into());
        }
        if let Some(example) = node.get("example").or_else(|| schema.get("example")) {
            return Some(example.clone());
        }
        match schema["type"].as_str() {
            Some("array") => Some(json!([self.instance_of(&schema["items"], within)?])),
            Some("object") if schema["additionalProperties"].is_null() => {
                Some(json!({ "undocumented": [1] }))
            }
            Some("object") => {
                let entry = self.instance_of(&schema["additionalProperties"], within)?;
                Some(json!({ "key": entry }))
            }
            Some("string") => Some(json!("text")),
            Some("integer") => Some(json!(7)),
            Some("boolean") => Some(json!(true)),
            other => panic!("say here what an instance of type {other:?} is"),
        }
    }

    /// The values that the service may send instead of a value of this schema: with each optional field null
    /// or absent, with an additional field in each object, and with unlisted values, one at a time and all at
    /// once.
    pub fn variations(&self, schema: &str, value: &Value) -> Vec<Variation> {
        let mut sites = Vec::new();
        self.add_sites(self.schema(schema), value, "", &mut sites);
        let mut variations: Vec<_> = sites.iter().flat_map(|site| site.apply(value)).collect();
        let (mut nulls, mut absents) = (value.clone(), value.clone());
        for site in sites.iter().filter(|site| site.is_optional()) {
            // A site within a removed one is removed too.
            site.set(&mut nulls, Some(Value::Null));
            site.set(&mut absents, None);
        }
        let encoded = without_nulls(&absents);
        for (what, value) in [("every optional field null", nulls), ("no optional field", absents)] {
            variations.push(Variation { what: what.to_owned(), value, encoded: encoded.clone() });
        }
        variations
    }

    /// The whole instance of a schema with each value that the reference lists in each of its places.
    pub fn listed_values(&self, schema: &str) -> Vec<(String, Value)> {
        let whole = self.instance(schema);
        let mut sites = Vec::new();
        self.add_sites(self.schema(schema), &whole, "", &mut sites);
        let mut values = Vec::new();
        for site in sites {
            let Kind::OpenEnum(listed) = site.kind else {
                continue;
            };
            for value in listed {
                let mut changed = whole.clone();
                *changed.pointer_mut(&site.at).expect("a place") = value.clone();
                values.push((format!("{} {value}", site.at), changed));
            }
        }
        values
    }

    fn add_sites(&self, node: &Value, value: &Value, at: &str, sites: &mut Vec<Site>) {
        let schema = self.resolved(node);
        let site = |kind: Kind| Site { at: at.to_owned(), kind };
        if let (Some(listed), true) = (schema["x-extensible-enum"].as_array(), value.is_string()) {
            sites.push(site(Kind::OpenEnum(listed.clone())));
        }
        if let (Some(items), Some(schema)) = (value.as_array(), schema.get("items")) {
            for (index, item) in items.iter().enumerate() {
                self.add_sites(schema, item, &format!("{at}/{index}"), sites);
            }
        }
        let Some(fields) = value.as_object() else {
            return;
        };
        if let Some(entry) = schema.get("additionalProperties") {
            let nullable = fields.keys().filter(|_| self.resolved(entry)["nullable"] == true);
            sites.extend(nullable.map(|key| site(Kind::Optional(key.clone()))));
        }
        if schema.get("properties").is_some() {
            sites.push(site(Kind::Object));
        }
        for (name, property) in properties(schema) {
            let required = schema["required"].as_array();
            if !required.is_some_and(|required| required.contains(&json!(name))) {
                sites.push(site(Kind::Optional(name.clone())));
            }
            if let Some(value) = fields.get(name) {
                self.add_sites(property, value, &format!("{at}/{name}"), sites);
            }
        }
    }
}

/// A place in a value that the service may vary.
struct Site {
    /// The JSON pointer of the object, or of the text of an enum.
    at: String,
    kind: Kind,
}

enum Kind {
    Object,
    /// The values that the reference lists.
    OpenEnum(Vec<Value>),
    Optional(String),
}

impl Site {
    fn is_optional(&self) -> bool {
        matches!(self.kind, Kind::Optional(_))
    }

    /// Replaces or removes an optional field.
    fn set(&self, whole: &mut Value, field: Option<Value>) {
        let (Kind::Optional(name), Some(object)) = (&self.kind, whole.pointer_mut(&self.at)) else {
            return;
        };
        let Some(fields) = object.as_object_mut() else {
            return;
        };
        match field {
            Some(field) => fields.insert(name.clone(), field),
            None => fields.remove(name),
        };
    }

    fn apply(&self, whole: &Value) -> Vec<Variation> {
        let at = &self.at;
        let mut changed = whole.clone();
        let place = changed.pointer_mut(at).expect("a place in the value");
        match &self.kind {
            Kind::Object => {
                place["not_documented"] = json!({ "a": [1, null] });
                vec![Variation {
                    what: format!("a field more in {at}"),
                    value: changed,
                    encoded: without_nulls(whole),
                }]
            }
            Kind::OpenEnum(_) => {
                *place = json!("not listed");
                vec![Variation {
                    what: format!("a value of {at} that is not listed"),
                    encoded: without_nulls(&changed),
                    value: changed,
                }]
            }
            Kind::Optional(name) => [("null", Some(Value::Null)), ("absent", None)]
                .map(|(what, field)| {
                    let mut changed = whole.clone();
                    self.set(&mut changed, field);
                    Variation {
                        what: format!("{at}/{name} {what}"),
                        encoded: without_nulls(&changed),
                        value: changed,
                    }
                })
                .into(),
        }
    }
}
