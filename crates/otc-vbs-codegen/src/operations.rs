//! The table of operations: information about a request beyond its URL.

use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::quote;

use crate::decoding::Decoding;
use crate::document::{Document, Error};

struct Entry {
    id: String,
    method: String,
    path: String,
    page: String,
    deprecated: bool,
}

pub(crate) struct Operations(Vec<Entry>);

impl Operations {
    pub(crate) fn collect(document: &Document) -> Result<Self, Error> {
        let mut entries = document
            .operations()?
            .into_iter()
            .map(|entry| {
                Ok(Entry {
                    id: entry.id()?.to_owned(),
                    method: entry.method.to_uppercase(),
                    path: entry.path.to_owned(),
                    page: entry.text("x-reference-page")?.to_owned(),
                    deprecated: entry.operation["deprecated"] == true,
                })
            })
            .collect::<Result<Vec<_>, Error>>()?;
        entries.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(Self(entries))
    }

    pub(crate) fn to_tokens(&self, decoding: &Decoding) -> Result<TokenStream, Error> {
        let entries = self.0.iter().map(|entry| {
            let Entry { id, method, path, page, deprecated } = entry;
            let function = id.to_snake_case();
            let decoding = decoding.operation_fields(id)?;
            Ok(quote! {
                crate::operation::Operation {
                    id: #id,
                    function: #function,
                    method: #method,
                    path: #path,
                    page: #page,
                    deprecated: #deprecated,
                    #decoding
                }
            })
        });
        let entries: Vec<TokenStream> = entries.collect::<Result<_, Error>>()?;
        Ok(quote! {
            /// Every operation of the document, ordered by id.
            pub static OPERATIONS: &[crate::operation::Operation] = &[ #(#entries),* ];
        })
    }
}
