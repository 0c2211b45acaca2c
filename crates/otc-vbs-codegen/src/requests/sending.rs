//! The functions of a request that send it.

use proc_macro2::TokenStream;
use quote::quote;

use super::{PROJECT, Request};
use crate::lists::List;
use crate::result_type::ResultType;

impl Request<'_> {
    /// The statements that check the request and send it.
    pub(super) fn call(&self) -> TokenStream {
        let function = &self.function.name;
        let arguments = self.function.arguments.iter().map(|argument| match () {
            () if argument.name == PROJECT => quote!(call.project_id()),
            () if argument.name == "body" => quote!(&body),
            () => argument.pass(),
        });
        let limits = self.sources().filter_map(|source| {
            let check = source.check(self.is_required(source))?;
            Some(quote!(self.call.check(Self::FUNCTION, #check)?;))
        });
        let body = self.body.as_ref().map(|body| {
            let build = match &body.envelope {
                Some(envelope) => quote!(let body = types::#envelope::new(self.body);),
                None => quote!(let body = self.body;),
            };
            quote! {
                self.call.check(Self::FUNCTION, self.body.check())?;
                #build
            }
        });
        quote! {
            #(#limits)*
            #body
            let call = self.call.record();
            let answer = call.api().#function(#(#arguments),*).await;
        }
    }

    /// The body of the function that requests a page.
    pub(super) fn fetch(&self, list: &List) -> TokenStream {
        let call = self.call();
        let raw_page = list.raw_page();
        let open = self.result.open();
        quote! {
            #call
            call.finish_list(Self::FUNCTION, answer, |body| {
                let list = #open;
                #raw_page
            })
        }
    }

    /// The functions that send the request and return its result.
    pub(super) fn sending(&self) -> TokenStream {
        let call = self.call();
        let ty = self.result.public_type();
        let result = self.result.open();
        let send = match self.result {
            ResultType::Nothing => quote!(self.response().await.map(drop)),
            _ => quote!(self.response().await.map(Response::into_inner)),
        };
        let finish = match self.result {
            ResultType::Nothing | ResultType::Body(_) => quote!(call.finish(Self::FUNCTION, answer)),
            ResultType::Job(_) => quote! {
                let client = call.client().clone();
                Ok(call.finish(Self::FUNCTION, answer)?.map(|body| #result))
            },
            ResultType::Member(..) => quote!(Ok(call.finish(Self::FUNCTION, answer)?.map(|body| #result))),
        };
        quote! {
            /// Sends the request.
            ///
            /// # Errors
            ///
            /// See [`Error`](crate::Error).
            pub async fn send(self) -> Result<#ty> {
                #send
            }
            /// Sends the request, and returns the result with the status, the headers and the request id of the response.
            ///
            /// # Errors
            ///
            /// See [`Error`](crate::Error).
            pub async fn response(self) -> Result<Response<#ty>> {
                #call
                #finish
            }
        }
    }
}
