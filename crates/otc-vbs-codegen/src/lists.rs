//! `x-paging`: the items of a list, and the way to its next page.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde::Deserialize;
use serde_json::Value;
use syn::Type;

use crate::arguments::{inner, rust_name};
use crate::document::Error;
use crate::wire_client::{WireClient, public, type_name};

/// A list, as `x-paging` describes it.
pub(crate) struct List {
    paging: Paging,
    item: Type,
    /// Whether the member with the items may be missing.
    is_optional: bool,
    /// The type of the id of an item.
    id: Option<Type>,
    /// Whether the position of the next page is a member of the body rather than a parameter.
    is_in_body: bool,
}

/// The extension.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Paging {
    by: Option<Walk>,
    /// The member of the body with the items.
    items: String,
    /// The member of an item that identifies it.
    id: Option<String>,
    /// The member of the body that counts items.
    count: Option<String>,
    /// The member of the body with the link to the next page.
    links: Option<String>,
    /// The smallest number of items to which the service may limit a page.
    smallest_page: Option<u32>,
}

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Walk {
    Marker,
    Offset,
}

impl List {
    pub(crate) fn of(
        operation: &Value,
        path: &str,
        client: &WireClient,
        body: Option<&Type>,
        has_body: bool,
    ) -> Result<Option<Self>, Error> {
        let Some(paging) = operation.get("x-paging") else {
            return Ok(None);
        };
        let at = |problem: String| Error::at(format!("{path}.x-paging"), problem);
        let paging = Paging::deserialize(paging).map_err(|error| at(error.to_string()))?;
        let body = body.ok_or_else(|| at("the operation returns nothing".to_owned()))?;
        let field = client.field(&type_name(body)?, &paging.items)?;
        let (list, is_optional) = match inner(&field.ty, "Option") {
            Some(list) => (list, true),
            None => (&field.ty, false),
        };
        let item = inner(list, "Vec").ok_or_else(|| at(format!("`{}` is not a list", paging.items)))?;
        let id = match (&paging.id, paging.by) {
            (Some(id), _) => Some(public(&client.field(&type_name(item)?, id)?.ty)),
            (None, None) => None,
            (None, Some(_)) => return Err(at("a list with pages needs the `id` of its items".to_owned())),
        };
        Ok(Some(Self { item: public(item), is_optional, id, is_in_body: has_body, paging }))
    }

    /// The type of a page.
    fn page_type(&self) -> TokenStream {
        let item = &self.item;
        match self.paging.by {
            None => quote!(Page<#item>),
            Some(Walk::Offset) => quote!(Page<#item, u32>),
            Some(Walk::Marker) => {
                let id = &self.id;
                quote!(Page<#item, #id>)
            }
        }
    }

    /// The conversion of a list, named `list`, to the input of a walk.
    pub(crate) fn raw_page(&self) -> TokenStream {
        let items = format_ident!("{}", rust_name(&self.paging.items));
        let items = match self.is_optional {
            true => quote!(list.#items.unwrap_or_default()),
            false => quote!(list.#items),
        };
        let member = |name: &Option<String>| name.as_ref().map(|name| format_ident!("{}", rust_name(name)));
        let count = member(&self.paging.count).map(|count| quote!(.count(list.#count)));
        let links = member(&self.paging.links).map(|links| quote!(.links(list.#links.as_deref())));
        quote!(RawPage::new(#items) #links #count)
    }

    /// The code that sends the request again for each page.
    ///
    /// `fetch` is the body of the function that sends it once.
    pub(crate) fn walk(
        &self,
        request: &Ident,
        function: &str,
        fetch: &TokenStream,
        limit: Option<&Ident>,
    ) -> TokenStream {
        let largest_page = quote! {
            fn largest_page() -> u32 {
                largest_page(&limits::#limit)
            }
        };
        let (item, id) = (&self.item, &self.id);
        let id_member = self.paging.id.as_ref().map(|id| format_ident!("{}", rust_name(id)));
        let of_item = quote! {
            const FUNCTION: &'static str = #function;
            type Item = #item;
            async fn fetch(self) -> Result<Response<RawPage<#item>>> {
                #fetch
            }
        };
        let list = quote! {
            impl ListRequest for #request { #of_item }
        };
        let walk = match self.paging.by {
            None => None,
            Some(Walk::Marker) => {
                let smallest = match self.paging.smallest_page {
                    Some(size) => quote!(Some(#size)),
                    None => quote!(None),
                };
                Some(quote! {
                    impl ByMarker for #request {
                        type Id = #id;
                        const SMALLEST_PAGE: Option<u32> = #smallest;
                        #largest_page
                        fn id(item: &Self::Item) -> &Self::Id {
                            &item.#id_member
                        }
                        fn position(&self) -> Position<Self::Id> {
                            Position { limit: self.limit, offset: self.offset, marker: self.marker.clone() }
                        }
                        fn move_to(&mut self, position: Position<Self::Id>) {
                            self.limit = position.limit;
                            self.offset = position.offset;
                            self.marker = position.marker;
                        }
                        fn client(&self) -> &Client {
                            self.call.client()
                        }
                    }
                })
            }
            Some(Walk::Offset) => {
                let (get, set) = match self.is_in_body {
                    false => (
                        quote!((self.limit, self.offset)),
                        quote! {
                            self.limit = Some(limit);
                            self.offset = Some(offset);
                        },
                    ),
                    true => (
                        quote!((number(&self.body.limit), number(&self.body.offset))),
                        quote! {
                            self.body.limit = Some(limit.to_string());
                            self.body.offset = Some(offset.to_string());
                        },
                    ),
                };
                Some(quote! {
                    impl ByOffset for #request {
                        type Id = #id;
                        #largest_page
                        fn id(item: &Self::Item) -> &Self::Id {
                            &item.#id_member
                        }
                        fn position(&self) -> (Option<u32>, Option<u32>) {
                            #get
                        }
                        fn move_to(&mut self, limit: u32, offset: u32) {
                            #set
                        }
                    }
                })
            }
        };
        quote!(#list #walk)
    }

    /// The functions of the request that return pages and items.
    pub(crate) fn streams(&self) -> TokenStream {
        let page = self.page_type();
        let item = &self.item;
        let marker = match self.paging.by {
            None => quote!(()),
            Some(Walk::Offset) => quote!(u32),
            Some(Walk::Marker) => {
                let id = &self.id;
                quote!(#id)
            }
        };
        let module = self.module();
        let read_ahead = self.paging.by.map(|_| quote!(.read_ahead()));
        let read_ahead_docs = self.paging.by.map(|_| {
            quote! {
                /// Long lists are [read ahead](PageStream::read_ahead).
            }
        });
        let pages = self.paging.by.map(|_| {
            quote! {
            /// Returns a stream of pages, requested on demand. A page contains the position of the next one, so
            /// that a walk can be resumed.
            ///
            /// The stream ends after a failed request.
            pub fn pages(self) -> PageStream<#item, #marker> {
                #module::pages(self)
            }
            }
        });
        quote! {
            #pages
            /// Returns a stream of all items.
            #read_ahead_docs
            ///
            /// An item that can't be decoded is an error; the stream continues. It ends only after a failed request.
            pub fn items(self) -> ItemStream<#item> {
                #module::pages(self) #read_ahead .into_items()
            }
            /// Sends the request, and returns one page.
            ///
            /// # Errors
            ///
            /// See [`Error`](crate::Error).
            pub async fn send(self) -> Result<#page> {
                self.response().await.map(Response::into_inner)
            }
            /// Sends the request, and returns one page with the status, the headers and the request id of the response.
            ///
            /// # Errors
            ///
            /// See [`Error`](crate::Error).
            pub async fn response(self) -> Result<Response<#page>> {
                #module::page(self).await
            }
        }
    }

    fn module(&self) -> Ident {
        match self.paging.by {
            None => format_ident!("single_page"),
            Some(Walk::Marker) => format_ident!("by_marker"),
            Some(Walk::Offset) => format_ident!("by_offset"),
        }
    }
}
