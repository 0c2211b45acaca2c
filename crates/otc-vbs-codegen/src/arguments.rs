//! The arguments of generated functions.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Field, GenericArgument, PathArguments, Type};

use crate::wire_client::public;

/// An argument of a generated function, which is converted to a value of some type.
#[derive(Clone)]
pub(crate) struct Argument {
    pub(crate) name: Ident,
    /// The type of the value.
    pub(crate) ty: Type,
}

impl Argument {
    /// An argument for the field of a wire type. An `Option` is unwrapped.
    pub(crate) fn of_field(field: &Field) -> Option<Self> {
        let name = field.ident.clone()?;
        let ty = inner(&field.ty, "Option").unwrap_or(&field.ty).clone();
        Some(Self { name, ty })
    }

    /// The argument with the public client's name of its type.
    pub(crate) fn public(self) -> Self {
        Self { ty: public(&self.ty), ..self }
    }

    /// The argument in the signature: the type itself, or what converts to it.
    pub(crate) fn parameter(&self) -> TokenStream {
        let (name, ty) = (&self.name, &self.ty);
        match form(ty) {
            Form::Plain => quote!(#name: #ty),
            Form::Into => quote!(#name: impl Into<#ty>),
            Form::List(item) if is_plain(item) => quote!(#name: impl IntoIterator<Item = #item>),
            Form::List(item) => quote!(#name: impl IntoIterator<Item = impl Into<#item>>),
        }
    }

    /// Whether the value is text.
    pub(crate) fn is_text(&self) -> bool {
        last_segment(&self.ty).is_some_and(|name| name == "String")
    }

    /// The bound of a type parameter for the argument.
    pub(crate) fn bound(&self, parameter: &Ident) -> TokenStream {
        let ty = &self.ty;
        match form(ty) {
            Form::List(item) => quote!(#parameter: IntoIterator<Item: Into<#item>>),
            Form::Plain | Form::Into => quote!(#parameter: Into<#ty>),
        }
    }

    /// The value of the type that the argument is converted to.
    pub(crate) fn value(&self) -> TokenStream {
        let name = &self.name;
        match form(&self.ty) {
            Form::Plain => quote!(#name),
            Form::Into => quote!(#name.into()),
            Form::List(item) if is_plain(item) => quote!(#name.into_iter().collect()),
            Form::List(_) => quote!(#name.into_iter().map(Into::into).collect()),
        }
    }
}

enum Form<'a> {
    Plain,
    Into,
    List(&'a Type),
}

fn form(ty: &Type) -> Form<'_> {
    match inner(ty, "Vec") {
        Some(item) => Form::List(item),
        None if is_plain(ty) => Form::Plain,
        None => Form::Into,
    }
}

/// Whether the type is a number or a boolean. No other type is converted to these.
fn is_plain(ty: &Type) -> bool {
    matches!(last_segment(ty).as_deref(), Some("bool" | "i32" | "i64" | "u32" | "u64" | "f64"))
}

pub(crate) fn last_segment(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// The type argument of a type with this name, for example of `Option<…>`.
pub(crate) fn inner<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) if segment.ident == name => Some(inner),
        _ => None,
    }
}

/// The name that typify gives a field: a keyword gets an underscore at its end.
pub(crate) fn rust_name(member: &str) -> String {
    match syn::parse_str::<syn::Ident>(member) {
        Ok(_) => member.to_owned(),
        Err(_) => format!("{member}_"),
    }
}
