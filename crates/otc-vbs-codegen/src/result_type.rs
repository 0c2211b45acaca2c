//! The result of sending a request.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::Type;

use crate::arguments::{last_segment, rust_name};
use crate::document::{Document, Error};
use crate::wire_client::{Function, WireClient, public, type_name};

/// The type whose values identify jobs.
const JOB: &str = "JobId";

pub(crate) enum ResultType {
    Nothing,
    /// The body as it is.
    Body(Type),
    /// The member of a body that is only an envelope.
    Member(Ident, Type),
    /// The id of the job that the request started, as a member of an envelope.
    Job(Ident),
}

impl ResultType {
    pub(crate) fn of(document: &Document, client: &WireClient, function: &Function) -> Result<Self, Error> {
        let Some(body) = &function.result else {
            return Ok(Self::Nothing);
        };
        let schema = type_name(body)?;
        let Some(member) = document.schema(&schema)?["x-envelope"].as_str() else {
            return Ok(Self::Body(body.clone()));
        };
        let ty = public(&client.field(&schema, member)?.ty);
        let member = format_ident!("{}", rust_name(member));
        Ok(match last_segment(&ty).as_deref() {
            Some(JOB) => Self::Job(member),
            _ => Self::Member(member, ty),
        })
    }

    /// The wire type of the result.
    pub(crate) fn ty(&self) -> Option<&Type> {
        match self {
            Self::Body(ty) | Self::Member(_, ty) => Some(ty),
            Self::Nothing | Self::Job(_) => None,
        }
    }

    /// The type that the public client returns.
    pub(crate) fn public_type(&self) -> TokenStream {
        match self {
            Self::Nothing => quote!(()),
            Self::Body(ty) | Self::Member(_, ty) => quote!(#ty),
            Self::Job(_) => quote!(JobHandle),
        }
    }

    /// The result, taken out of a body that is named `body`.
    pub(crate) fn open(&self) -> TokenStream {
        match self {
            Self::Nothing | Self::Body(_) => quote!(body),
            Self::Member(member, _) => quote!(body.#member),
            Self::Job(member) => quote!(JobHandle::new(&client, body.#member)),
        }
    }
}
