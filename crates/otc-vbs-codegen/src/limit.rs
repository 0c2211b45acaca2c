//! The limits of one schema.

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use crate::document::Error;
use crate::pattern::Pattern;

/// Limits that the document does not use and the generator does not support.
const UNKNOWN: [&str; 4] = ["exclusiveMinimum", "exclusiveMaximum", "multipleOf", "maxProperties"];

/// The limits of a schema.
#[derive(PartialEq)]
pub(crate) enum Limit {
    Text {
        min: usize,
        max: Option<usize>,
        pattern: Option<Pattern>,
        reserved_prefix: Option<String>,
    },
    Number(Range),
    /// The limits of a number that is written as text.
    NumericText(Range),
    List {
        min: usize,
        max: Option<usize>,
        is_unique: bool,
    },
}

/// The range of a number.
#[derive(PartialEq)]
pub(crate) struct Range {
    min: Option<i64>,
    max: Option<i64>,
}

impl Limit {
    /// The limits of a schema, if it has any.
    pub(crate) fn of(schema: &Value, path: &str) -> Result<Option<Self>, Error> {
        if let Some(key) = UNKNOWN.iter().find(|key| schema.get(key).is_some()) {
            let problem = "is not a limit that the generator knows; describe it in words";
            return Err(Error::at(format!("{path}.{key}"), problem));
        }
        let keyword = |name| Keyword::of(schema, name, path);
        let limit = match schema["type"].as_str() {
            Some("string") if schema.get("x-reference-range").is_some() => {
                Self::NumericText(keyword("x-reference-range").range()?)
            }
            Some("string") => Self::Text {
                min: keyword("minLength").size()?.unwrap_or(0),
                max: keyword("maxLength").size()?,
                pattern: keyword("pattern").pattern()?,
                reserved_prefix: keyword("x-reserved-prefix").text()?.map(str::to_owned),
            },
            Some("integer") => {
                let (min, max) = (keyword("minimum").integer()?, keyword("maximum").integer()?);
                let is_limited = min.is_some() || max.is_some();
                let of_format = (schema["format"] == "int32" && is_limited).then_some(i32::MAX.into());
                Self::Number(Range { min, max: max.or(of_format) })
            }
            Some("array") => Self::List {
                min: keyword("minItems").size()?.unwrap_or(0),
                max: keyword("maxItems").size()?,
                is_unique: schema["uniqueItems"] == true || schema.get("x-unique-by").is_some(),
            },
            _ => return Ok(None),
        };
        Ok(Some(limit).filter(|limit| !limit.allows_all()))
    }

    fn allows_all(&self) -> bool {
        let is_all = |min: &usize, max: &Option<usize>| *min == 0 && max.is_none();
        match self {
            Self::Text { min, max, pattern, reserved_prefix } => {
                is_all(min, max) && pattern.is_none() && reserved_prefix.is_none()
            }
            Self::Number(range) | Self::NumericText(range) => range.min.is_none() && range.max.is_none(),
            Self::List { min, max, is_unique } => is_all(min, max) && !is_unique,
        }
    }

    /// The type of the limit and its value, as written in `otc-vbs-api`.
    pub(crate) fn to_tokens(&self) -> (TokenStream, TokenStream) {
        let (ty, fields) = match self {
            Self::Text { min, max, pattern, reserved_prefix } => {
                let characters = pattern.as_ref().map(Pattern::characters);
                let characters = characters.unwrap_or(quote!(crate::limit::Characters::ANY));
                let (max, reserved_prefix) = (optional(max.as_ref()), optional(reserved_prefix.as_ref()));
                (
                    quote!(TextLimit),
                    quote!(min: #min, max: #max, characters: #characters, reserved_prefix: #reserved_prefix),
                )
            }
            Self::Number(Range { min, max }) | Self::NumericText(Range { min, max }) => {
                let (min, max) = (optional(min.as_ref()), optional(max.as_ref()));
                (quote!(NumberRange), quote!(min: #min, max: #max))
            }
            Self::List { min, max, is_unique } => {
                let max = optional(max.as_ref());
                (quote!(ListLimit), quote!(min: #min, max: #max, is_unique: #is_unique))
            }
        };
        (quote!(crate::limit::#ty), quote!(crate::limit::#ty { #fields }))
    }
}

fn optional(value: Option<&impl quote::ToTokens>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

/// A keyword of a schema and its value, if it has one.
struct Keyword<'a> {
    value: Option<&'a Value>,
    path: String,
}

impl<'a> Keyword<'a> {
    fn of(schema: &'a Value, name: &str, path: &str) -> Self {
        Self { value: schema.get(name), path: format!("{path}.{name}") }
    }

    fn read<T>(&self, kind: &str, read: impl Fn(&'a Value) -> Option<T>) -> Result<Option<T>, Error> {
        let wrong = || Error::at(&self.path, format!("is not {kind}"));
        self.value.map(|value| read(value).ok_or_else(wrong)).transpose()
    }

    fn size(&self) -> Result<Option<usize>, Error> {
        self.read("a size", |value| value.as_u64()?.try_into().ok())
    }

    fn integer(&self) -> Result<Option<i64>, Error> {
        self.read("a whole number", Value::as_i64)
    }

    fn text(&self) -> Result<Option<&'a str>, Error> {
        self.read("text", Value::as_str)
    }

    fn pattern(&self) -> Result<Option<Pattern>, Error> {
        let pattern = self.text()?.map(Pattern::parse).transpose();
        pattern.map_err(|problem| Error::at(&self.path, problem))
    }

    /// The smallest and the largest number. Either may be null.
    fn range(&self) -> Result<Range, Error> {
        let range = self.read("a list of the smallest and the largest number", |value| {
            let [min, max] = value.as_array()?.as_slice() else {
                return None;
            };
            let bound = |value: &Value| match value {
                Value::Null => Some(None),
                value => value.as_i64().map(Some),
            };
            Some(Range { min: bound(min)?, max: bound(max)? })
        })?;
        Ok(range.unwrap_or(Range { min: None, max: None }))
    }
}
