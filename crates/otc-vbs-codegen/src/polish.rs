//! What is done to the source that progenitor generated.

use proc_macro2::TokenStream;
use syn::{Fields, ImplItem, Item, ItemImpl, ItemMod, ItemStruct, parse_quote};

use crate::document::Error;
use crate::prepare::Renamed;

pub(crate) fn polish(source: TokenStream, renamed: &Renamed) -> Result<syn::File, Error> {
    let mut file: syn::File =
        syn::parse2(source).map_err(|error| Error::Source(error.to_string()))?;
    for item in &mut file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => polish_types(module, renamed),
            Item::Impl(block) if block.trait_.is_none() => drop_constructor(block),
            _ => {}
        }
    }
    Ok(file)
}

/// `Client::new` panics where the TLS library can't be set up, and bounds every request by 15 seconds.
fn drop_constructor(block: &mut ItemImpl) {
    block
        .items
        .retain(|item| !matches!(item, ImplItem::Fn(function) if function.sig.ident == "new"));
}

fn polish_types(module: &mut ItemMod, renamed: &Renamed) {
    let items = module.content.iter_mut().flat_map(|(_, items)| items);
    for item in items {
        match item {
            Item::Struct(definition) => {
                // A field that the service adds later must not break those who build or match the type.
                definition.attrs.push(parse_quote!(#[non_exhaustive]));
                derive_json_schema(&mut definition.attrs);
                keep_wire_names(definition, renamed);
            }
            Item::Enum(definition) => derive_json_schema(&mut definition.attrs),
            _ => {}
        }
    }
}

/// Only who asks for it by feature pays for the schemas.
fn derive_json_schema(attributes: &mut Vec<syn::Attribute>) {
    attributes.push(parse_quote!(#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]));
}

fn keep_wire_names(definition: &mut ItemStruct, renamed: &Renamed) {
    let Fields::Named(fields) = &mut definition.fields else {
        return;
    };
    for field in &mut fields.named {
        let Some(ident) = &field.ident else { continue };
        let key = (definition.ident.to_string(), ident.to_string());
        if let Some(wire) = renamed.get(&key) {
            field.attrs.push(parse_quote!(#[serde(rename = #wire)]));
        }
    }
}
