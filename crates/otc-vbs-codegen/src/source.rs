//! The values of a request, and their setters.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::arguments::Argument;
use crate::checks::in_words;
use crate::docs::docs;

/// The place of a value in the request.
pub(crate) struct Source {
    pub(crate) argument: Argument,
    pub(crate) docs: String,
    pub(crate) place: Place,
}

pub(crate) enum Place {
    /// A parameter of the path or the query, or a header.
    Parameter {
        /// The header parameter and its value that this parameter needs.
        microversion: Option<(Ident, String)>,
        /// The static that limits the value.
        limit: Option<Ident>,
    },
    Body {
        is_option: bool,
        /// A number that is sent as text.
        as_text: bool,
    },
}

impl Source {
    pub(crate) fn is_parameter(&self) -> bool {
        matches!(self.place, Place::Parameter { .. })
    }

    /// The check of a limited parameter.
    pub(crate) fn check(&self, is_required: bool) -> Option<TokenStream> {
        let Place::Parameter { limit: Some(limit), .. } = &self.place else {
            return None;
        };
        let name = &self.argument.name;
        let text = in_words(&name.to_string());
        Some(match (is_required, self.argument.is_text()) {
            (true, true) => quote!(limits::#limit.check(#text, &self.#name)),
            (true, false) => quote!(limits::#limit.check(#text, self.#name)),
            (false, true) => quote!(limits::#limit.check_optional(#text, self.#name.as_deref())),
            (false, false) => quote!(limits::#limit.check_optional(#text, self.#name)),
        })
    }

    pub(crate) fn setter(&self) -> TokenStream {
        let name = &self.argument.name;
        let docs = docs(&self.docs);
        let parameter = self.argument.parameter();
        let value = self.argument.value();
        let set = match &self.place {
            Place::Parameter { microversion, .. } => {
                let microversion = microversion.as_ref().map(
                    |(header, version)| quote!(self.#header.get_or_insert_with(|| #version.to_owned());),
                );
                quote! {
                    self.#name = Some(#value);
                    #microversion
                }
            }
            Place::Body { as_text: true, .. } => quote!(self.body.#name = Some(#name.to_string());),
            Place::Body { is_option: true, .. } => quote!(self.body.#name = Some(#value);),
            Place::Body { .. } => quote!(self.body.#name = #value;),
        };
        quote! {
            #docs
            pub fn #name(mut self, #parameter) -> Self {
                #set
                self
            }
        }
    }
}
