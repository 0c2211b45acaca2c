//! Changes the source that progenitor generated.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Fields, ImplItem, Item, ItemImpl, ItemMod, ItemStruct, parse_quote};

use crate::constructors::Required;
use crate::document::Error;
use crate::rust_names::RustNames;

pub(crate) fn polish(
    source: TokenStream,
    names: &RustNames,
    required: &Required,
) -> Result<syn::File, Error> {
    let mut file: syn::File = syn::parse2(source).map_err(|error| Error::Source(error.to_string()))?;
    for item in &mut file.items {
        only_for_client(item);
        match item {
            Item::Mod(module) if module.ident == "types" => polish_types(module, names, required)?,
            Item::Impl(block) if block.trait_.is_none() => drop_constructor(block),
            _ => {}
        }
    }
    let mut responses = DecodedResponses { redirected: 0 };
    responses.visit_file_mut(&mut file);
    if responses.redirected == 0 {
        return Err(Error::Source("no response is decoded: progenitor's output has changed".to_owned()));
    }
    let mut parameters = WireParameters { names, function: String::new(), renamed: 0 };
    parameters.visit_file_mut(&mut file);
    if parameters.renamed != names.parameters() {
        return Err(Error::Source(format!(
            "the wire name of {} of {} parameters with an x-rust-name was restored: progenitor's output has changed",
            parameters.renamed,
            names.parameters(),
        )));
    }
    Ok(file)
}

/// Everything except the types needs an HTTP library, which a crate that only uses the types does not build.
fn only_for_client(item: &mut Item) {
    let attributes = match item {
        Item::Use(item) => &mut item.attrs,
        Item::Const(item) => &mut item.attrs,
        Item::Struct(item) => &mut item.attrs,
        Item::Impl(item) => &mut item.attrs,
        Item::Mod(item) if item.ident != "types" => &mut item.attrs,
        _ => return,
    };
    attributes.push(parse_quote!(#[cfg(feature = "client")]));
}

/// Removes `Client::new`, which panics if the TLS library can't be set up, and limits every request to 15
/// seconds.
fn drop_constructor(block: &mut ItemImpl) {
    block.items.retain(|item| !matches!(item, ImplItem::Fn(function) if function.sig.ident == "new"));
}

fn polish_types(module: &mut ItemMod, names: &RustNames, required: &Required) -> Result<(), Error> {
    let Some((_, items)) = &mut module.content else {
        return Ok(());
    };
    let mut constructors = Vec::new();
    for item in items.iter_mut() {
        match item {
            Item::Struct(definition) => {
                constructors.extend(required.constructor(definition));
                // A field that the service adds later must not break code that builds or matches the type.
                definition.attrs.push(parse_quote!(#[non_exhaustive]));
                derive_json_schema(&mut definition.attrs);
                keep_wire_fields(definition, names);
            }
            Item::Enum(definition) => derive_json_schema(&mut definition.attrs),
            _ => {}
        }
    }
    for constructor in constructors {
        let file: syn::File = syn::parse2(constructor).map_err(|error| Error::Source(error.to_string()))?;
        items.extend(file.items);
    }
    Ok(())
}

/// Generates the schemas only if the feature is enabled.
fn derive_json_schema(attributes: &mut Vec<syn::Attribute>) {
    attributes.push(parse_quote!(#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]));
}

fn keep_wire_fields(definition: &mut ItemStruct, names: &RustNames) {
    let Fields::Named(fields) = &mut definition.fields else {
        return;
    };
    for field in &mut fields.named {
        let Some(ident) = &field.ident else { continue };
        if let Some(wire) = names.wire_field(&definition.ident.to_string(), &ident.to_string()) {
            field.attrs.push(parse_quote!(#[serde(rename = #wire)]));
        }
    }
}

/// Decodes the responses by `otc-vbs-api`, because progenitor's function checks each string of a body separately.
struct DecodedResponses {
    redirected: usize,
}

impl VisitMut for DecodedResponses {
    fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
        visit_mut::visit_expr_call_mut(self, call);
        if call.func.to_token_stream().to_string().replace(' ', "") == "ResponseValue::from_response" {
            call.func = parse_quote!(crate::response_body::decode);
            self.redirected += 1;
        }
    }
}

/// Restores the wire names of query parameters in the functions of the client.
struct WireParameters<'a> {
    names: &'a RustNames,
    function: String,
    renamed: usize,
}

impl VisitMut for WireParameters<'_> {
    fn visit_impl_item_fn_mut(&mut self, function: &mut syn::ImplItemFn) {
        self.function = function.sig.ident.to_string();
        visit_mut::visit_impl_item_fn_mut(self, function);
    }

    /// Only the call `QueryParam::new("name", &name)` contains the name on the wire.
    fn visit_expr_call_mut(&mut self, call: &mut syn::ExprCall) {
        visit_mut::visit_expr_call_mut(self, call);
        let function = call.func.to_token_stream().to_string().replace(' ', "");
        if !function.ends_with("QueryParam::new") {
            return;
        }
        if let Some(syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(name), .. })) = call.args.first_mut()
            && let Some(wire) = self.names.wire_parameter(&self.function, &name.value())
        {
            *name = syn::LitStr::new(wire, name.span());
            self.renamed += 1;
        }
    }
}
