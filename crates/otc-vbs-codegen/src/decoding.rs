//! Emits the data with which `otc-vbs-api` decodes a response that deviates from the document: the shape of
//! every object that a successful response may contain, and a wider type for the times that such an object
//! requires.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToShoutySnakeCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::{Value, json};

use crate::document::{Document, Error};
use crate::values::Values;

const TIME: &str = "UtcTimestamp";
const TIME_OR_TEXT: &str = "TimestampOrText";
const SCHEMAS: &str = "#/components/schemas/";

/// Gives every time that a response requires a type that keeps unreadable text, so that one such text does
/// not make the whole object unusable. An optional time does not need this type: if it is unreadable, it is
/// omitted.
pub(crate) fn widen_required_times(document: &mut Document) -> Result<(), Error> {
    let reachable = response_schemas(document)?;
    let mut is_needed = false;
    let schemas = document.schemas_mut()?;
    for name in &reachable {
        let Some(schema) = schemas.get_mut(name) else {
            continue;
        };
        let required = schema["required"].clone();
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        for (name, property) in properties.into_iter().flatten() {
            let is_required = contains(&required, name) && property["nullable"] != true;
            if is_required && reference(property) == Some(TIME) {
                *reference_mut(property) = json!(format!("{SCHEMAS}{TIME_OR_TEXT}"));
                is_needed = true;
            }
        }
    }
    if is_needed {
        let schema =
            json!({ "type": "string", "description": "A point in time, or a text that is not one." });
        schemas.insert(TIME_OR_TEXT.to_owned(), schema);
    }
    Ok(())
}

/// The shapes of the responses.
pub(crate) struct Decoding {
    /// By the name of the schema.
    objects: BTreeMap<String, Vec<Member>>,
    /// By the id of the operation.
    responses: BTreeMap<String, Response>,
}

struct Member {
    name: String,
    required: bool,
    kind: TokenStream,
}

/// The documented success of an operation.
struct Response {
    status: u16,
    /// The schema of the body, if there is one.
    schema: Option<String>,
    /// The path of the list that is the result of the operation, if it has one.
    items: Vec<String>,
}

impl Decoding {
    pub(crate) fn collect(document: &Document, values: &Values) -> Result<Self, Error> {
        let mut responses = BTreeMap::new();
        for entry in document.operations()? {
            let id = entry.id()?;
            responses.insert(id.to_owned(), Response::of(document, id, entry.operation)?);
        }
        let mut objects = BTreeMap::new();
        for name in response_schemas(document)? {
            if let Some(properties) = document.schema(&name)?["properties"].as_object() {
                let members = properties
                    .iter()
                    .map(|(member, property)| Member::of(document, values, (&name, member), property));
                objects.insert(name.clone(), members.collect::<Result<_, Error>>()?);
            }
        }
        Ok(Self { objects, responses })
    }

    /// The shapes of the objects.
    pub(crate) fn to_tokens(&self) -> TokenStream {
        let objects = self.objects.iter().map(|(name, members)| {
            let ident = shape(name);
            let members = members.iter().map(|member| {
                let Member { name, required, kind } = member;
                quote! { Member { name: #name, required: #required, kind: #kind } }
            });
            quote! {
                pub(crate) static #ident: Object = Object { name: #name, members: &[ #(#members),* ] };
            }
        });
        quote! {
            /// The objects of the successful responses.
            #[cfg(feature = "client")]
            pub(crate) mod shapes {
                use crate::shape::{Kind, Member, Object};
                #(#objects)*
            }
        }
    }

    /// The fields of the table of operations about the success of an operation.
    pub(crate) fn operation_fields(&self, operation: &str) -> Result<TokenStream, Error> {
        let response = self.responses.get(operation);
        let Response { status, schema, items } =
            response.ok_or_else(|| Error::at(operation, "has no documented success"))?;
        let body = match schema.as_deref().map(shape) {
            Some(ident) => quote! { Some(&shapes::#ident) },
            None => quote! { None },
        };
        Ok(quote! {
            status: #status,
            #[cfg(feature = "client")]
            body: #body,
            #[cfg(feature = "client")]
            items: &[ #(#items),* ],
        })
    }
}

impl Member {
    /// The member with this name, in the schema with this name.
    fn of(
        document: &Document,
        values: &Values,
        (schema, name): (&str, &str),
        property: &Value,
    ) -> Result<Self, Error> {
        let path = format!("components.schemas.{schema}.properties.{name}");
        let required = &document.schema(schema)?["required"];
        Ok(Self {
            name: name.to_owned(),
            required: contains(required, name) && property["nullable"] != true,
            kind: kind(document, values, property, &path)?,
        })
    }
}

impl Response {
    fn of(document: &Document, id: &str, operation: &Value) -> Result<Self, Error> {
        let path = format!("{id}.responses");
        let (status, response) = success(operation, &path)?;
        let content = &document.resolve(response)?["content"]["application/json"]["schema"];
        if content.is_null() {
            return Ok(Self { status, schema: None, items: Vec::new() });
        }
        let schema = reference(content)
            .ok_or_else(|| Error::at(&path, "the body of a success is not a reference to a named schema"))?;
        let envelope = document.schema(schema)?["x-envelope"].as_str();
        let items = match operation["x-paging"]["items"].as_str() {
            Some(list) => envelope.into_iter().chain([list]).map(str::to_owned).collect(),
            None => Vec::new(),
        };
        Ok(Self { status, schema: Some(schema.to_owned()), items })
    }
}

/// The one documented success of an operation: its status and the response.
fn success<'a>(operation: &'a Value, path: &str) -> Result<(u16, &'a Value), Error> {
    let responses = operation["responses"].as_object().into_iter().flatten();
    let mut successes = responses.filter_map(|(status, response)| {
        let status: u16 = status.parse().ok()?;
        (200..300).contains(&status).then_some((status, response))
    });
    match (successes.next(), successes.next()) {
        (Some(success), None) => Ok(success),
        _ => Err(Error::at(path, "does not have exactly one success status")),
    }
}

/// The named schemas that the successful responses use, directly or not.
fn response_schemas(document: &Document) -> Result<BTreeSet<String>, Error> {
    let mut found = BTreeSet::new();
    for entry in document.operations()? {
        let (_, response) = success(entry.operation, &format!("{}.responses", entry.id()?))?;
        add_references(document, &document.resolve(response)?["content"], &mut found)?;
    }
    Ok(found)
}

fn add_references(document: &Document, node: &Value, found: &mut BTreeSet<String>) -> Result<(), Error> {
    if let Some(name) = node["$ref"].as_str().and_then(|path| path.strip_prefix(SCHEMAS))
        && found.insert(name.to_owned())
    {
        add_references(document, document.resolve(node)?, found)?;
    }
    match node {
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| *name != "examples" && *name != "example")
            .try_for_each(|(_, node)| add_references(document, node, found)),
        Value::Array(nodes) => nodes.iter().try_for_each(|node| add_references(document, node, found)),
        _ => Ok(()),
    }
}

/// The schema that a node refers to, directly or as the only member of `allOf`.
fn reference(node: &Value) -> Option<&str> {
    let node = match node["allOf"].as_array().map(Vec::as_slice) {
        Some([only]) => only,
        _ => node,
    };
    node["$ref"].as_str()?.strip_prefix(SCHEMAS)
}

fn reference_mut(node: &mut Value) -> &mut Value {
    match node.get("allOf") {
        Some(_) => &mut node["allOf"][0]["$ref"],
        None => &mut node["$ref"],
    }
}

fn contains(names: &Value, name: &str) -> bool {
    names.as_array().is_some_and(|names| names.iter().any(|other| other == name))
}

/// The kind of a schema, which determines how its values are checked and converted. Refuses a schema whose
/// Rust type would be stricter than that.
fn kind(document: &Document, values: &Values, node: &Value, path: &str) -> Result<TokenStream, Error> {
    let name = reference(node);
    let node = match name {
        Some(TIME) => return Ok(quote! { Kind::Time }),
        Some(TIME_OR_TEXT) => return Ok(quote! { Kind::TimeOrText }),
        Some(name) if values.is_identifier(name) => return Ok(quote! { Kind::Identifier }),
        Some(name) if values.is_open_enum(name) => return Ok(quote! { Kind::OpenEnum }),
        Some(name) => document.schema(name)?,
        None => node,
    };
    let restriction = ["enum", "pattern", "minLength", "maxLength", "oneOf", "anyOf", "not"];
    if let Some(found) = restriction.iter().find(|key| node.get(**key).is_some()) {
        return Err(Error::at(path, format!("a response must not be restricted by `{found}`")));
    }
    let element = |node: &Value| {
        let kind = kind(document, values, node, path)?;
        Ok(match node["nullable"] == true {
            true => quote! { &Kind::Nullable(&#kind) },
            false => quote! { &#kind },
        })
    };
    Ok(match node["type"].as_str() {
        Some("string") => quote! { Kind::Text },
        Some("integer") => integer(node, path)?,
        Some("number") => quote! { Kind::Number },
        Some("boolean") => quote! { Kind::Boolean },
        Some("array") => {
            let element: TokenStream = element(&node["items"])?;
            quote! { Kind::List(#element) }
        }
        Some("object") => match (name, &node["properties"], &node["additionalProperties"]) {
            (Some(name), Value::Object(_), Value::Null) => {
                let ident = shape(name);
                quote! { Kind::Object(&#ident) }
            }
            (_, Value::Null, Value::Null) => quote! { Kind::AnyObject },
            (_, Value::Null, entry @ Value::Object(_)) => {
                let element: TokenStream = element(entry)?;
                quote! { Kind::Map(#element) }
            }
            _ => {
                return Err(Error::at(path, "an object with properties must be a named schema"));
            }
        },
        _ => return Err(Error::at(path, "has no type that a response may have")),
    })
}

/// The range of an integer, which is that of its Rust type.
fn integer(node: &Value, path: &str) -> Result<TokenStream, Error> {
    let is_unsigned = node["x-rust-unsigned"] == true || node["minimum"] == 0;
    if node.get("minimum").is_some_and(|minimum| *minimum != 0) || node.get("maximum").is_some() {
        return Err(Error::at(path, "a number in a response must not be restricted by a range"));
    }
    Ok(match (node["format"].as_str(), is_unsigned) {
        (Some("int32"), false) => quote! { Kind::Integer(i32::MIN as i128, i32::MAX as i128) },
        (Some("int32"), true) => quote! { Kind::Integer(0, u32::MAX as i128) },
        (Some("int64"), false) => quote! { Kind::Integer(i64::MIN as i128, i64::MAX as i128) },
        (Some("int64"), true) => quote! { Kind::Integer(0, u64::MAX as i128) },
        _ => return Err(Error::at(path, "a number needs the format int32 or int64")),
    })
}

fn shape(schema: &str) -> Ident {
    format_ident!("{}", schema.to_shouty_snake_case())
}
