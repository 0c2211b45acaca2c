//! The limits of requests: the statics that `otc-vbs-api` exports, and the checks of each body and each
//! parameter.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToShoutySnakeCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use crate::arguments::rust_name;
use crate::docs::docs;
use crate::document::{Document, Error, parameter_name};
use crate::limit::Limit;
use crate::prepare::LIMITS;

/// The limits of the document.
#[derive(Default)]
pub(crate) struct Limits {
    statics: BTreeMap<String, Static>,
    /// The objects that the bodies of requests consist of.
    objects: BTreeMap<String, Object>,
    /// The static for a parameter, by the `operationId` and the name of the parameter.
    parameters: BTreeMap<(String, String), Ident>,
}

#[derive(PartialEq)]
struct Static {
    docs: String,
    limit: Limit,
}

/// An object that is part of the body of a request.
#[derive(Default)]
pub(crate) struct Object {
    pub(crate) members: Vec<Member>,
    /// Whether at least one member must be set.
    pub(crate) needs_member: bool,
}

pub(crate) struct Member {
    /// The name in Rust.
    pub(crate) name: String,
    pub(crate) is_required: bool,
    pub(crate) rule: Rule,
}

/// The check of a value.
pub(crate) enum Rule {
    Nothing,
    /// Calls the function that is generated for the object with this name.
    Object(String),
    Text(Ident),
    Number(Ident),
    NumericText(Ident),
    List {
        limit: Option<Ident>,
        /// The items or keys that must be unique in the list.
        unique: Option<Unique>,
        item: Box<Rule>,
    },
}

/// The identity of an item of a list.
pub(crate) enum Unique {
    Item,
    Member(Ident),
}

/// A schema in the document.
struct Place<'a> {
    path: String,
    /// The names of the object and its member, if the schema is that of a member.
    member: Option<(&'a str, &'a str)>,
}

impl Limits {
    pub(crate) fn collect(document: &Document) -> Result<Self, Error> {
        let mut limits = Self::default();
        for (name, schema) in document.schemas()? {
            let path = format!("components.schemas.{name}");
            if schema["type"] != "array"
                && let Some(limit) = Limit::of(schema, &path)?
            {
                let description = schema["description"].as_str().unwrap_or_default();
                let docs = format!("The limits of `{name}`.\n\n{}", description.trim_end());
                limits.add(name, docs, limit, &path)?;
            }
        }
        for entry in document.operations()? {
            let (id, path) = (entry.id()?, entry.place());
            for parameter in entry.parameters()? {
                limits.take_parameter(document, id, parameter, &path)?;
            }
            let body = document.resolve(&entry.operation["requestBody"])?;
            for media_type in body["content"].as_object().into_iter().flat_map(|content| content.values()) {
                let place = Place { path: format!("{path}.requestBody"), member: None };
                limits.take_schema(document, &media_type["schema"], &place)?;
            }
        }
        Ok(limits)
    }

    /// The static that limits a parameter, if it is limited.
    pub(crate) fn of_parameter(&self, operation: &str, parameter: &str) -> Option<&Ident> {
        let key = (operation.to_owned(), parameter.to_owned());
        self.parameters.get(&key)
    }

    pub(crate) fn objects(&self) -> impl Iterator<Item = (&String, &Object)> {
        self.objects.iter()
    }

    /// Whether a value has any checks.
    pub(crate) fn checks_something(&self, rule: &Rule) -> bool {
        self.is_checked(rule, &mut BTreeSet::new())
    }

    /// `seen` has the names of the objects that are being visited, since an object may be part of itself.
    fn is_checked<'a>(&'a self, rule: &'a Rule, seen: &mut BTreeSet<&'a str>) -> bool {
        match rule {
            Rule::Nothing => false,
            Rule::Text(_) | Rule::Number(_) | Rule::NumericText(_) => true,
            Rule::List { limit, item, .. } => limit.is_some() || self.is_checked(item, seen),
            Rule::Object(name) => match self.objects.get(name).filter(|_| seen.insert(name)) {
                None => false,
                Some(object) => {
                    let mut members = object.members.iter();
                    object.needs_member || members.any(|member| self.is_checked(&member.rule, seen))
                }
            },
        }
    }

    /// The module of the statics.
    pub(crate) fn to_tokens(&self) -> TokenStream {
        let statics = self.statics.iter().map(|(name, Static { docs: text, limit })| {
            let name = format_ident!("{name}");
            let docs = docs(text);
            let (ty, value) = limit.to_tokens();
            quote! {
                #docs
                pub static #name: #ty = #value;
            }
        });
        quote! {
            /// The limits of requests: one for each limited text, member of a body and parameter of the document.
            pub mod limits {
                #(#statics)*
            }
        }
    }

    /// Adds a static, and returns its name.
    fn add(&mut self, name: &str, docs: String, limit: Limit, path: &str) -> Result<Ident, Error> {
        let ident = static_name(name);
        let definition = Static { docs, limit };
        match self.statics.get(&ident.to_string()) {
            Some(other) if *other != definition => {
                let problem =
                    format!("has the limit {ident} in Rust, like another schema; rename one of them");
                Err(Error::at(path, problem))
            }
            _ => {
                self.statics.insert(ident.to_string(), definition);
                Ok(ident)
            }
        }
    }

    fn take_parameter(
        &mut self,
        document: &Document,
        operation: &str,
        parameter: &Value,
        path: &str,
    ) -> Result<(), Error> {
        let component = reference_name(parameter);
        let parameter = document.resolve(parameter)?;
        let name = parameter_name(parameter, path)?;
        let path = format!("{path}.parameters.{name}");
        let (schema, schema_name) = named(document, &parameter["schema"], &path)?;
        let Some(limit) = Limit::of(schema, &path)? else {
            return Ok(());
        };
        let limit = match (schema_name, component) {
            (Some(schema), _) => static_name(schema),
            (None, Some(component)) => {
                self.add(component, format!("The limits of the parameter `{name}`."), limit, &path)?
            }
            (None, None) => {
                let docs = format!("The limits of the parameter `{name}` of `{operation}`.");
                self.add(&format!("{operation}_{name}"), docs, limit, &path)?
            }
        };
        self.parameters.insert((operation.to_owned(), name.to_owned()), limit);
        Ok(())
    }

    fn take_schema(&mut self, document: &Document, schema: &Value, place: &Place<'_>) -> Result<Rule, Error> {
        let (schema, name) = named(document, schema, &place.path)?;
        match schema["type"].as_str() {
            Some("object") => self.take_object(document, schema, name, place),
            Some("array") => self.take_list(document, schema, place),
            _ => self.take_scalar(schema, name, place),
        }
    }

    fn take_scalar(&mut self, schema: &Value, name: Option<&str>, place: &Place<'_>) -> Result<Rule, Error> {
        let Some(limit) = Limit::of(schema, &place.path)? else {
            return Ok(Rule::Nothing);
        };
        let rule = match limit {
            Limit::NumericText(_) => Rule::NumericText,
            Limit::Number(_) => Rule::Number,
            Limit::Text { .. } | Limit::List { .. } => Rule::Text,
        };
        match name {
            Some(name) => Ok(rule(static_name(name))),
            None => Ok(rule(self.add_of_member(limit, place)?)),
        }
    }

    fn take_list(&mut self, document: &Document, schema: &Value, place: &Place<'_>) -> Result<Rule, Error> {
        let limit = Limit::of(schema, &place.path)?;
        let limit = limit.map(|limit| self.add_of_member(limit, place)).transpose()?;
        let unique = match schema["x-unique-by"].as_str() {
            Some(member) if item_lacks(document, schema, member)? => {
                let problem = format!("`{member}` is not a member of the items");
                return Err(Error::at(format!("{}.x-unique-by", place.path), problem));
            }
            Some(member) => Some(Unique::Member(format_ident!("{}", rust_name(member)))),
            None if schema["uniqueItems"] == true => Some(Unique::Item),
            None => None,
        };
        let items = Place { path: format!("{}.items", place.path), member: None };
        let item = self.take_schema(document, &schema["items"], &items)?;
        Ok(Rule::List { limit, unique, item: Box::new(item) })
    }

    fn take_object(
        &mut self,
        document: &Document,
        schema: &Value,
        name: Option<&str>,
        place: &Place<'_>,
    ) -> Result<Rule, Error> {
        let Some(name) = name else {
            return match schema.get("properties") {
                Some(_) => Err(Error::at(&place.path, "is an object without a name; write a named schema")),
                None => Ok(Rule::Nothing),
            };
        };
        if self.objects.contains_key(name) {
            return Ok(Rule::Object(name.to_owned()));
        }
        // An object may be part of itself.
        self.objects.insert(name.to_owned(), Object::default());
        let path = format!("components.schemas.{name}");
        let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
        let needs_member = match schema.get("minProperties") {
            None => false,
            Some(one) if *one == 1 && required.is_empty() => true,
            Some(_) => {
                let problem = "must be 1, and needs a schema without required members";
                return Err(Error::at(format!("{path}.minProperties"), problem));
            }
        };
        let mut members = Vec::new();
        for (member, property) in schema["properties"].as_object().into_iter().flatten() {
            let place = Place { path: format!("{path}.properties.{member}"), member: Some((name, member)) };
            members.push(Member {
                name: rust_name(member),
                is_required: required.iter().any(|required| required == member),
                rule: self.take_schema(document, property, &place)?,
            });
        }
        self.objects.insert(name.to_owned(), Object { members, needs_member });
        Ok(Rule::Object(name.to_owned()))
    }

    fn add_of_member(&mut self, limit: Limit, place: &Place<'_>) -> Result<Ident, Error> {
        let Some((object, member)) = place.member else {
            let problem = "has limits, but neither a name nor a member's place; write a named schema";
            return Err(Error::at(&place.path, problem));
        };
        let docs = format!("The limits of `{member}` of `{object}`.");
        self.add(&format!("{object}_{member}"), docs, limit, &place.path)
    }
}

/// Whether the items of a list have no such member.
fn item_lacks(document: &Document, list: &Value, member: &str) -> Result<bool, Error> {
    let item = document.resolve(&list["items"])?;
    Ok(item["properties"].get(member).is_none())
}

fn static_name(name: &str) -> Ident {
    format_ident!("{}", name.to_shouty_snake_case())
}

/// The schema behind a reference or behind the wrapper of one, and its name.
fn named<'a>(
    document: &'a Document,
    schema: &'a Value,
    path: &str,
) -> Result<(&'a Value, Option<&'a str>), Error> {
    let Some([wrapped]) = schema["allOf"].as_array().map(Vec::as_slice) else {
        return Ok((document.resolve(schema)?, reference_name(schema)));
    };
    match LIMITS.iter().find(|keyword| schema.get(keyword).is_some()) {
        None => Ok((document.resolve(wrapped)?, reference_name(wrapped))),
        Some(keyword) => {
            let problem = "is next to an allOf; write a schema of its own with this limit";
            Err(Error::at(format!("{path}.{keyword}"), problem))
        }
    }
}

fn reference_name(value: &Value) -> Option<&str> {
    value["$ref"].as_str()?.rsplit('/').next()
}
