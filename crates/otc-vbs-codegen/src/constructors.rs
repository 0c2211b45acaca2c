//! Constructors of the wire types.
//!
//! The types are `#[non_exhaustive]`, so other crates can't use struct literals. `new` takes the required
//! members; the others are public fields.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::{Fields, FieldsNamed, ItemStruct};

use crate::arguments::{Argument, rust_name};
use crate::docs::docs;
use crate::document::{Document, Error};

/// The required members of each schema by their names in Rust, in the order of the document.
pub(crate) struct Required(BTreeMap<String, Vec<String>>);

impl Required {
    pub(crate) fn collect(document: &Document) -> Result<Self, Error> {
        let schemas = document.schemas()?.iter();
        let required = schemas.map(|(name, schema)| {
            let members = schema["required"].as_array().into_iter().flatten();
            let members = members.filter_map(|member| member.as_str().map(rust_name));
            (name.clone(), members.collect())
        });
        Ok(Self(required.collect()))
    }

    pub(crate) fn of(&self, schema: &str) -> &[String] {
        self.0.get(schema).map(Vec::as_slice).unwrap_or_default()
    }

    /// The constructor of a type, if it has required members. The others implement `Default`.
    pub(crate) fn constructor(&self, definition: &ItemStruct) -> Option<TokenStream> {
        let Fields::Named(fields) = &definition.fields else {
            return None;
        };
        let name = &definition.ident;
        let required = self.of(&name.to_string());
        if required.is_empty() {
            return None;
        }
        let field = |member: &String| {
            let mut fields = fields.named.iter();
            fields.find(|field| field.ident.as_ref().is_some_and(|ident| ident == member))
        };
        let arguments: Vec<Argument> =
            required.iter().filter_map(field).filter_map(Argument::of_field).collect();
        let parameters = arguments.iter().map(Argument::parameter);
        let values = fields.named.iter().filter_map(|field| {
            let ident = field.ident.as_ref()?;
            let argument = arguments.iter().find(|argument| argument.name == *ident);
            Some(match argument {
                Some(argument) => {
                    let value = argument.value();
                    quote!(#ident: #value)
                }
                None => quote!(#ident: ::std::default::Default::default()),
            })
        });
        let pair = pair(name, fields, &arguments);
        let docs = docs("Creates a value with the required members. The others are not set.");
        Some(quote! {
            impl #name {
                #docs
                pub fn new(#(#parameters),*) -> Self {
                    Self { #(#values),* }
                }
            }
            #pair
        })
    }
}

/// The conversion from a tuple, for a type that consists of two required members: a tag is `("team", "db")`.
fn pair(name: &Ident, fields: &FieldsNamed, arguments: &[Argument]) -> Option<TokenStream> {
    let [first, second] = arguments else { return None };
    if fields.named.len() != arguments.len() || !first.is_text() {
        return None;
    }
    let (first_bound, second_bound) = (first.bound(&format_ident!("A")), second.bound(&format_ident!("B")));
    Some(quote! {
        impl<A, B> From<(A, B)> for #name
        where
            #first_bound,
            #second_bound,
        {
            fn from((first, second): (A, B)) -> Self {
                Self::new(first, second)
            }
        }
    })
}
