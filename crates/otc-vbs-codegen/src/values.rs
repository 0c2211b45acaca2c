//! The named schemas of the document for which progenitor's types are not sufficient: ids, open enums, and a
//! few that are written by hand.

use proc_macro2::TokenStream;
use progenitor_impl::TypeImpl;
use quote::{format_ident, quote};
use serde_json::Value;

use crate::document::{Document, Error};
use crate::meanings::Meanings;

/// Named schemas whose Rust type is written by hand in `otc-vbs-api`, because it can't be generated.
const HAND_WRITTEN: [&str; 5] =
    ["FaultCode", "ResourceDetail", "ServiceMetadata", "TimestampOrText", "UtcTimestamp"];

/// A named schema that gets a Rust type of its own.
pub(crate) struct NamedValue {
    schema: String,
    description: String,
    kind: Kind,
}

enum Kind {
    Identifier,
    /// Text with limits. The limits are checks, not a type.
    Text,
    /// The values that the document lists, each with its meaning.
    OpenEnum(Vec<(String, String)>),
    HandWritten,
}

pub(crate) struct Values(Vec<NamedValue>);

impl Values {
    pub(crate) fn collect(document: &Document) -> Result<Self, Error> {
        let mut values = Vec::new();
        for (schema, definition) in document.schemas()? {
            if let Some(kind) = kind(schema, definition)? {
                values.push(NamedValue {
                    schema: schema.clone(),
                    description: definition["description"].as_str().unwrap_or_default().to_owned(),
                    kind,
                });
            }
        }
        Ok(Self(values))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &NamedValue> {
        self.0.iter()
    }

    /// The names of the types that are defined in the module.
    pub(crate) fn defined(&self) -> impl Iterator<Item = &str> {
        let defined =
            self.0.iter().filter(|value| matches!(value.kind, Kind::Identifier | Kind::OpenEnum(_)));
        defined.map(NamedValue::schema)
    }

    pub(crate) fn is_identifier(&self, schema: &str) -> bool {
        self.has(schema, |kind| matches!(kind, Kind::Identifier))
    }

    pub(crate) fn is_open_enum(&self, schema: &str) -> bool {
        self.has(schema, |kind| matches!(kind, Kind::OpenEnum(_)))
    }

    fn has(&self, schema: &str, is_kind: impl Fn(&Kind) -> bool) -> bool {
        self.iter().any(|value| value.schema == schema && is_kind(&value.kind))
    }

    /// The module that defines the ids and the open enums.
    pub(crate) fn to_tokens(&self) -> TokenStream {
        let definitions = self.0.iter().filter_map(NamedValue::definition);
        quote! {
            /// The ids of the document, and the values that the service may extend.
            pub mod values {
                #(#definitions)*
            }
        }
    }
}

fn kind(schema: &str, definition: &Value) -> Result<Option<Kind>, Error> {
    if HAND_WRITTEN.contains(&schema) {
        return Ok(Some(Kind::HandWritten));
    }
    if let Some(listed) = definition.get("x-extensible-enum") {
        let path = format!("components.schemas.{schema}.x-extensible-enum");
        let listed = listed
            .as_array()
            .ok_or_else(|| Error::at(&path, "is not a list"))?
            .iter()
            .map(|value| {
                value
                    .as_str()
                    .map(str::to_owned)
                    .ok_or_else(|| Error::at(&path, format!("{value} is not text; write it in quotes")))
            })
            .collect::<Result<Vec<_>, _>>()?;
        return Ok(Some(Kind::OpenEnum(with_meanings(schema, listed, definition)?)));
    }
    let plain_string = definition["type"] == "string" && definition.get("enum").is_none();
    Ok(match plain_string {
        true if schema.ends_with("Id") => Some(Kind::Identifier),
        true => Some(Kind::Text),
        false => None,
    })
}

/// Adds the meaning from the description to each value.
fn with_meanings(
    schema: &str,
    listed: Vec<String>,
    definition: &Value,
) -> Result<Vec<(String, String)>, Error> {
    let meanings = Meanings::read(definition["description"].as_str().unwrap_or_default());
    let values: Vec<&str> = listed.iter().map(String::as_str).collect();
    if let Some(problem) = meanings.problem(&values) {
        let path = format!("components.schemas.{schema}.description");
        return Err(Error::at(path, problem));
    }
    let meaning = |value: String| {
        let meaning = meanings.of(&value).unwrap_or_default().to_owned();
        (value, meaning)
    };
    Ok(listed.into_iter().map(meaning).collect())
}

impl NamedValue {
    pub(crate) fn schema(&self) -> &str {
        &self.schema
    }

    /// The path of this type in the generated types.
    pub(crate) fn rust_path(&self) -> String {
        match self.kind {
            Kind::HandWritten => format!("crate::{}", self.schema),
            Kind::Text => "::std::string::String".to_owned(),
            Kind::Identifier | Kind::OpenEnum(_) => format!("crate::values::{}", self.schema),
        }
    }

    pub(crate) fn impls(&self) -> impl Iterator<Item = TypeImpl> + use<> {
        [TypeImpl::Display].into_iter()
    }

    fn definition(&self) -> Option<TokenStream> {
        let name = format_ident!("{}", self.schema);
        let description = doc(&self.description);
        match &self.kind {
            Kind::HandWritten | Kind::Text => None,
            Kind::Identifier => Some(quote! {
                #[doc = #description]
                #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
                pub struct #name(pub(crate) crate::identifier::Text);
                crate::identifier::identifier!(#name);
            }),
            Kind::OpenEnum(listed) => {
                let summary = Meanings::read(&self.description).summary().to_owned();
                Some(open_enum(&self.schema, &summary, listed))
            }
        }
    }
}

/// An enum of values that the service may extend, each with its meaning.
pub(crate) fn open_enum(name: &str, description: &str, listed: &[(String, String)]) -> TokenStream {
    let name = format_ident!("{name}");
    let description = doc(description);
    let variants: Vec<_> = listed.iter().map(|(value, _)| variant_name(value)).collect();
    let docs = listed.iter().map(|(value, meaning)| doc(&format!("`{value}`: {meaning}")));
    let listed = listed.iter().map(|(value, _)| value);
    quote! {
        #[doc = #description]
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum #name {
            #( #[doc = #docs] #variants, )*
            /// A value that the reference does not list, as the service sent it.
            Other(String),
        }
        crate::open_enum::open_enum!(#name { #( #variants => #listed ),* });
    }
}

/// A doc comment as a person would write it, with a blank before each line.
fn doc(text: &str) -> String {
    format!(" {}", text.replace('\n', "\n "))
}

/// `EXECUTE_FAIL` becomes `ExecuteFail`, `bksCreateBackup` becomes `BksCreateBackup`.
fn variant_name(value: &str) -> proc_macro2::Ident {
    let shouted = !value.chars().any(char::is_lowercase);
    let mut name: String = value
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
            let rest = if shouted { rest.to_lowercase() } else { rest.to_owned() };
            first.to_uppercase() + &rest
        })
        .collect();
    if !name.starts_with(|c: char| c.is_alphabetic()) {
        name.insert_str(0, "Value");
    }
    // The only keyword with a capital.
    if name == "Self" {
        name.push('_');
    }
    format_ident!("{name}")
}
