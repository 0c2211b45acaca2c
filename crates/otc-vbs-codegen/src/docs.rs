//! Documentation in the generated source.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, ExprLit, Field, Lit, Meta};

use crate::document::OperationEntry;

/// Documentation as a person would write it: a blank before each line.
pub(crate) fn docs(text: &str) -> TokenStream {
    text.lines()
        .map(|line| match line {
            "" => quote!(#[doc = ""]),
            line => {
                let line = format!(" {line}");
                quote!(#[doc = #line])
            }
        })
        .collect()
}

/// The documentation of a generated field.
pub(crate) fn doc_of(field: &Field) -> String {
    let lines = field.attrs.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The documentation of the request type of an operation.
pub(crate) fn operation_docs(entry: &OperationEntry<'_>, summary: &str, page: &str) -> String {
    let operation = entry.operation;
    let mut text = format!("{summary}.");
    if let Some(description) = operation["description"].as_str() {
        text = format!("{text}\n\n{}", description.trim_end());
    }
    let method = entry.method.to_uppercase();
    text = format!("{text}\n\nSends `{method} {}`.", entry.path);
    if let Some(url) = operation["externalDocs"]["url"].as_str() {
        text = format!("{text}\n\nReference: [{page}]({url})");
    }
    text
}
