//! Reads the parts of progenitor's output that the request types use.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens as _, quote};
use syn::{Field, Fields, FnArg, ImplItem, Item, Pat, ReturnType, Type, parse_quote};

use crate::arguments::{Argument, inner, last_segment, rust_name};
use crate::document::Error;

/// The functions of the wire client and the types of its module `types`.
pub(crate) struct WireClient {
    functions: BTreeMap<String, Function>,
    fields: BTreeMap<String, Vec<Field>>,
    types: BTreeSet<String>,
}

/// A function of the wire client.
pub(crate) struct Function {
    pub(crate) name: Ident,
    pub(crate) arguments: Vec<WireArgument>,
    /// The type of the decoded body. `None` if there is no body.
    pub(crate) result: Option<Type>,
}

/// An argument of a function of the wire client.
pub(crate) struct WireArgument {
    pub(crate) name: Ident,
    /// The type of an owned value, without `Option`.
    pub(crate) owned: Type,
    pub(crate) is_option: bool,
    is_text: bool,
    is_reference: bool,
}

impl WireClient {
    pub(crate) fn read(file: &syn::File) -> Self {
        let mut client = Self { functions: BTreeMap::new(), fields: BTreeMap::new(), types: BTreeSet::new() };
        for item in &file.items {
            match item {
                Item::Impl(block) if block.trait_.is_none() => {
                    let functions = block.items.iter().filter_map(|item| match item {
                        ImplItem::Fn(function) if function.sig.asyncness.is_some() => {
                            Some(Function::read(&function.sig))
                        }
                        _ => None,
                    });
                    client.functions.extend(functions.map(|function| (function.name_text(), function)));
                }
                Item::Mod(module) if module.ident == "types" => {
                    for item in module.content.iter().flat_map(|(_, items)| items) {
                        client.take_type(item);
                    }
                }
                _ => {}
            }
        }
        client
    }

    fn take_type(&mut self, item: &Item) {
        match item {
            Item::Struct(definition) => {
                let name = definition.ident.to_string();
                if let Fields::Named(fields) = &definition.fields {
                    self.fields.insert(name.clone(), fields.named.iter().cloned().collect());
                }
                self.types.insert(name);
            }
            Item::Enum(definition) => {
                self.types.insert(definition.ident.to_string());
            }
            _ => {}
        }
    }

    /// The function of an operation.
    pub(crate) fn function(&self, operation: &str) -> Result<&Function, Error> {
        let name = operation.to_snake_case();
        let function = self.functions.get(&name);
        function.ok_or_else(|| Error::Source(format!("progenitor generated no function `{name}`")))
    }

    /// The names of the types with fields or values.
    pub(crate) fn types(&self) -> impl Iterator<Item = &String> {
        self.types.iter()
    }

    /// The fields of a type.
    pub(crate) fn fields(&self, ty: &str) -> Result<&[Field], Error> {
        let fields = self.fields.get(ty).map(Vec::as_slice);
        fields.ok_or_else(|| Error::Source(format!("progenitor generated no struct `{ty}`")))
    }

    pub(crate) fn field(&self, ty: &str, member: &str) -> Result<&Field, Error> {
        let name = rust_name(member);
        let mut fields = self.fields(ty)?.iter();
        let field = fields.find(|field| field.ident.as_ref().is_some_and(|ident| *ident == name));
        field.ok_or_else(|| {
            Error::at(format!("components.schemas.{ty}"), format!("has no property `{member}`"))
        })
    }
}

impl Function {
    fn read(signature: &syn::Signature) -> Self {
        let arguments = signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(typed) => match &*typed.pat {
                Pat::Ident(pattern) => Some(WireArgument::read(&pattern.ident, &typed.ty)),
                _ => None,
            },
            FnArg::Receiver(_) => None,
        });
        let result = match &signature.output {
            ReturnType::Type(_, ty) => inner(ty, "Result").and_then(|ty| inner(ty, "ResponseValue")),
            ReturnType::Default => None,
        };
        Self {
            name: signature.ident.clone(),
            arguments: arguments.collect(),
            result: result.filter(|ty| !matches!(ty, Type::Tuple(_))).map(public),
        }
    }

    pub(crate) fn name_text(&self) -> String {
        self.name.to_string()
    }

    /// The argument for a parameter by its name in the document.
    pub(crate) fn parameter(&self, name: &str) -> Option<&WireArgument> {
        let name = rust_name(&name.to_snake_case());
        self.arguments.iter().find(|argument| argument.name == name)
    }

    /// The name of the type of the body.
    pub(crate) fn body(&self) -> Option<String> {
        last_segment(&self.parameter("body")?.owned)
    }
}

impl WireArgument {
    fn read(name: &Ident, ty: &Type) -> Self {
        let (ty, is_option) = match inner(ty, "Option") {
            Some(ty) => (ty, true),
            None => (ty, false),
        };
        let (ty, is_reference) = match ty {
            Type::Reference(reference) => (&*reference.elem, true),
            ty => (ty, false),
        };
        let is_text = last_segment(ty).is_some_and(|name| name == "str");
        Self {
            name: name.clone(),
            owned: match is_text {
                true => parse_quote!(String),
                false => public(ty),
            },
            is_option,
            is_text,
            is_reference,
        }
    }

    pub(crate) fn argument(&self) -> Argument {
        Argument { name: self.name.clone(), ty: self.owned.clone() }
    }

    /// The expression that passes the field of a request with this name.
    pub(crate) fn pass(&self) -> TokenStream {
        let name = &self.name;
        match (self.is_option, self.is_text, self.is_reference) {
            (true, true, _) => quote!(self.#name.as_deref()),
            (true, false, true) => quote!(self.#name.as_ref()),
            (false, _, true) => quote!(&self.#name),
            (_, _, false) => quote!(self.#name),
        }
    }
}

/// The public client's path of a type of the wire client.
pub(crate) fn public(ty: &Type) -> Type {
    let Type::Path(path) = ty else { return ty.clone() };
    let mut path = path.clone();
    for segment in &mut path.path.segments {
        if let syn::PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
            for argument in &mut arguments.args {
                if let syn::GenericArgument::Type(inner) = argument {
                    *inner = public(inner);
                }
            }
        }
    }
    let names: Vec<String> = path.path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let last = path.path.segments.last().cloned();
    match (names.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), last) {
        (["std", .., "String"], _) => parse_quote!(String),
        (["std", ..], Some(last)) => parse_quote!(#last),
        (["crate", ..] | ["types", _], Some(last)) => parse_quote!(types::#last),
        // A type of the module `types`, as named in the fields of its structs.
        ([name], Some(last)) if is_type_of_module(name) => parse_quote!(types::#last),
        _ => Type::Path(path),
    }
}

fn is_type_of_module(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && !matches!(name, "String" | "Option" | "Vec")
}

/// The name of the wire type in a type such as `types::Backup`.
pub(crate) fn type_name(ty: &Type) -> Result<String, Error> {
    last_segment(ty).ok_or_else(|| {
        let problem = "progenitor generated a type without a name; write a named schema";
        Error::at(ty.to_token_stream().to_string(), problem)
    })
}
