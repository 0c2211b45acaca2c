//! Generates the Rust source of a client from the OpenAPI document of the Volume Backup Service.
//!
//! [`generate`] takes text and returns text, the same in every run. The build script of `otc-vbs-api` calls
//! it, and `cargo xtask generate` writes the same text to files that a reviewer can read. progenitor does
//! most of the work. Its settings are only here.
//!
//! This crate adds what progenitor does not support:
//!
//! - before it, in the document: the failure statuses fold into `4XX` and `5XX`, `x-rust-name` is applied, `nullable`
//!   around one reference becomes that reference, numbers that are never negative get an unsigned format, and a time
//!   that a response requires gets a type that keeps unreadable text;
//! - next to it: a newtype for each named `…Id` schema, an open enum for each `x-extensible-enum`, a table of the
//!   operations, the shapes of the responses, the error codes;
//! - after it, in the source: types become `#[non_exhaustive]` and implement `Eq` and `Hash` if their fields
//!   do, renamed fields keep their name on the wire, responses are decoded by `otc-vbs-api`, and `Client::new`, which
//!   panics, is removed.

mod arguments;
mod checks;
mod constructors;
mod decoding;
mod docs;
mod document;
mod equality;
mod error_codes;
mod limit;
mod limits;
mod lists;
mod meanings;
mod operations;
mod pattern;
mod polish;
mod prepare;
mod requests;
mod result_type;
mod rust_names;
mod source;
mod values;
mod wire_client;

use proc_macro2::TokenStream;
use progenitor_impl::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle};
use quote::{format_ident, quote};

pub use document::Error;
pub use meanings::Meanings;

use document::Document;
use values::Values;
use wire_client::WireClient;

/// The generated sources.
#[derive(Debug)]
#[non_exhaustive]
pub struct Generated {
    /// The wire client and its types, for `otc-vbs-api`.
    pub api: String,
    /// The request types of the public client, for `otc-vbs`.
    pub requests: String,
    /// The request types of the operations that the reference marks as deprecated.
    pub deprecated_requests: String,
    /// The wire types that the public client re-exports.
    pub types: String,
}

/// Generates the sources of the client from the text of the OpenAPI document (YAML) and that of the error codes (TOML).
///
/// # Errors
///
/// Fails if a text is not readable, if the document lacks what the generator needs (the message names the path), or if
/// progenitor refuses it. `cargo xtask lint` finds most of that first, and says what to write instead.
pub fn generate(document: &str, error_codes: &str) -> Result<Generated, Error> {
    let mut document = Document::parse(document)?;
    let error_codes = error_codes::ErrorCodes::parse(error_codes)?;
    decoding::widen_required_times(&mut document)?;
    let values = Values::collect(&document)?;
    let decoding = decoding::Decoding::collect(&document, &values)?;
    let operations = operations::Operations::collect(&document)?;
    let names = rust_names::RustNames::take(&mut document)?;
    let required = constructors::Required::collect(&document)?;
    let limits = limits::Limits::collect(&document)?;
    prepare::prepare(&mut document)?;

    let mut generator = Generator::new(&settings(&values));
    let client = generator
        .generate_tokens(&document.to_openapi()?)
        .map_err(|error| Error::Progenitor(error.to_string()))?;
    let mut client = polish::polish(client, &names, &required)?;
    equality::derive_eq(&mut client);
    let wire_client = WireClient::read(&client);
    let requests::Requests { current, deprecated } =
        requests::Requests::generate(&document, &wire_client, &required, &limits)?;

    let types = public_types(&document, &wire_client, &values)?;

    let checks = checks::to_tokens(&limits, &wire_client)?;
    let limits = limits.to_tokens();
    let values = values.to_tokens();
    let operations = operations.to_tokens(&decoding)?;
    let shapes = decoding.to_tokens();
    let error_codes = error_codes.to_tokens();
    Ok(Generated {
        api: source(quote! { #client #checks #limits #values #operations #shapes #error_codes })?,
        requests: source(quote! { use super::prelude::*; #current })?,
        deprecated_requests: source(quote! { use super::prelude::*; #deprecated })?,
        types: source(types)?,
    })
}

/// The types that the public client re-exports: all except envelopes and those of deprecated operations.
fn public_types(document: &Document, client: &WireClient, values: &Values) -> Result<TokenStream, Error> {
    let mut types = Vec::new();
    for name in client.types() {
        if document.schema(name)?.get("x-envelope").is_none() && !name.ends_with("V2") {
            types.push(format_ident!("{name}"));
        }
    }
    let values = values.defined().map(|name| format_ident!("{name}"));
    Ok(quote! {
        pub use otc_vbs_api::types::{#(#types),*};
        pub use otc_vbs_api::values::{#(#values),*};
    })
}

fn source(tokens: TokenStream) -> Result<String, Error> {
    let file = syn::parse2(tokens).map_err(|error| Error::Source(error.to_string()))?;
    Ok(format!("{HEADER}{}", prettyplease::unparse(&file)))
}

const HEADER: &str = "\
// @generated by `cargo xtask generate` from openapi/vbs.yaml and openapi/error-codes.toml. Do not edit: change these and
// generate again.

";

fn settings(values: &values::Values) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote! { crate::TransportAdapter })
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq");
    for value in values.iter() {
        settings.with_replacement(value.schema(), value.rust_path(), value.impls());
    }
    settings
}
