//! Makes the generated types comparable and hashable if their fields are.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::{Item, ItemStruct, parse_quote};

/// Derives `Eq` and `Hash` for every struct of the module `types` that contains no floating-point number.
pub(crate) fn derive_eq(file: &mut syn::File) {
    let modules = file.items.iter_mut().filter_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_mut(),
        _ => None,
    });
    for (_, items) in modules {
        let mut without_eq = BTreeSet::from(["f32".to_owned(), "f64".to_owned()]);
        while let Some(found) = structs(items).find(|one| {
            !without_eq.contains(&one.ident.to_string())
                && field_types(one).any(|name| without_eq.contains(&name))
        }) {
            without_eq.insert(found.ident.to_string());
        }
        for item in items {
            if let Item::Struct(definition) = item
                && !without_eq.contains(&definition.ident.to_string())
                && let Some(at) = definition.attrs.iter().position(|attribute| attribute.path().is_ident("derive"))
                // The types that check their text implement it already.
                && !words(&definition.attrs[at]).any(|word| word == "Eq")
            {
                definition.attrs.insert(at + 1, parse_quote!(#[derive(Eq, Hash)]));
            }
        }
    }
}

fn structs(items: &[Item]) -> impl Iterator<Item = &ItemStruct> {
    items.iter().filter_map(|item| match item {
        Item::Struct(definition) => Some(definition),
        _ => None,
    })
}

/// The identifiers in the types of the fields, which include the names of the types.
fn field_types(definition: &ItemStruct) -> impl Iterator<Item = String> {
    definition.fields.iter().flat_map(|field| words(&field.ty))
}

fn words<T: ToTokens>(tokens: &T) -> impl Iterator<Item = String> + use<T> {
    let text = tokens.to_token_stream().to_string();
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.map(str::to_owned).collect::<Vec<_>>().into_iter()
}
