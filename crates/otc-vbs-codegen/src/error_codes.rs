//! The error codes of the service: an open enum and a table of their meanings.

use proc_macro2::TokenStream;
use quote::quote;
use serde::Deserialize;

use crate::document::Error;
use crate::values;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    code: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    code: String,
    module: String,
    explanation: String,
    action: String,
}

pub(crate) struct ErrorCodes(Vec<Entry>);

impl ErrorCodes {
    pub(crate) fn parse(toml: &str) -> Result<Self, Error> {
        let File { code: mut entries } =
            toml::from_str(toml).map_err(|error| Error::ErrorCodes(error.to_string()))?;
        entries.sort_by(|a, b| a.code.cmp(&b.code));
        if let Some(pair) = entries.windows(2).find(|pair| pair[0].code == pair[1].code) {
            return Err(Error::ErrorCodes(format!("{} is listed twice", pair[0].code)));
        }
        Ok(Self(entries))
    }

    pub(crate) fn to_tokens(&self) -> TokenStream {
        let listed: Vec<_> =
            self.0.iter().map(|entry| (entry.code.clone(), entry.explanation.clone())).collect();
        let definition = values::open_enum(
            "ErrorCode",
            "An error code of the service. The service sends codes that the reference does not list.",
            &listed,
        );
        let entries = self.0.iter().map(|Entry { code, module, explanation, action }| {
            quote! {
                crate::error_code::Entry {
                    code: #code,
                    module: #module,
                    explanation: #explanation,
                    action: #action,
                }
            }
        });
        quote! {
            /// The error codes that the reference lists.
            pub mod error_codes {
                #definition
                /// The entries of the codes, sorted by code.
                pub(crate) static ENTRIES: &[crate::error_code::Entry] = &[ #(#entries),* ];
            }
        }
    }
}
