//! The request types of the public client: for each operation, a type with a setter for each optional parameter and member
//! of the body, and the functions that send it.

use heck::ToUpperCamelCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use crate::arguments::{Argument, doc_of, docs, inner};
use crate::checks::in_words;
use crate::constructors::Required;
use crate::document::{Document, Error, OperationEntry};
use crate::limits::Limits;
use crate::lists::List;
use crate::result_type::ResultType;
use crate::wire_client::{Function, WireArgument, WireClient, type_name};

/// The operations that the public client has, by module.
pub(crate) struct Requests {
    pub(crate) current: TokenStream,
    pub(crate) deprecated: TokenStream,
}

impl Requests {
    pub(crate) fn generate(
        document: &Document,
        client: &WireClient,
        required: &Required,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let mut requests = Self {
            current: TokenStream::new(),
            deprecated: TokenStream::new(),
        };
        for entry in document.operations()? {
            let request = Request::of(document, client, required, limits, &entry)?;
            let module = match request.deprecated {
                true => &mut requests.deprecated,
                false => &mut requests.current,
            };
            module.extend(request.to_tokens());
        }
        Ok(requests)
    }
}

struct Request<'a> {
    name: Ident,
    function: &'a Function,
    docs: String,
    deprecated: bool,
    /// What the request can't do without, in the order of the constructor.
    required: Vec<Source>,
    optional: Vec<Source>,
    body: Option<Body>,
    result: ResultType,
    list: Option<List>,
}

/// Where a value of the request goes.
struct Source {
    argument: Argument,
    docs: String,
    place: Place,
}

enum Place {
    /// A parameter of the path or the query, or a header.
    Parameter {
        /// The header parameter and its value that this parameter needs.
        microversion: Option<(Ident, String)>,
        /// Text that becomes a segment of the path.
        is_text_of_path: bool,
        /// The static that limits the value.
        limit: Option<Ident>,
    },
    Body {
        is_option: bool,
        /// The wire has the number as text.
        as_text: bool,
    },
}

/// The body of a request.
struct Body {
    /// The type whose members are set.
    ty: Ident,
    /// The type that wraps it.
    envelope: Option<Ident>,
}

impl<'a> Request<'a> {
    fn of(
        document: &Document,
        client: &'a WireClient,
        required: &Required,
        limits: &Limits,
        entry: &OperationEntry<'_>,
    ) -> Result<Self, Error> {
        let operation = entry.operation;
        let path = format!("paths.{}.{}", entry.path, entry.method);
        let text = |key: &str| {
            let text = operation[key].as_str();
            text.ok_or_else(|| Error::at(format!("{path}.{key}"), "is missing or not text"))
        };
        let id = text("operationId")?;
        let deprecated = operation["deprecated"] == true;
        let name = id.to_upper_camel_case();
        let name = name.strip_suffix("V2").filter(|_| deprecated).unwrap_or(&name);
        let function = client.function(id)?;
        let mut request = Self {
            name: format_ident!("{name}"),
            function,
            docs: operation_docs(operation, text("summary")?, text("x-reference-page")?),
            deprecated,
            required: Vec::new(),
            optional: Vec::new(),
            body: None,
            result: ResultType::of(document, client, function)?,
            list: None,
        };
        request.take_parameters(document, limits, operation, &path)?;
        if let Some(schema) = function.body() {
            request.take_body(document, client, required, &schema)?;
        }
        let body = request.result.ty();
        request.list = List::of(operation, &path, client, body, request.body.is_some())?;
        request.check_names(&path)?;
        Ok(request)
    }

    fn take_parameters(
        &mut self,
        document: &Document,
        limits: &Limits,
        operation: &Value,
        path: &str,
    ) -> Result<(), Error> {
        let id = operation["operationId"].as_str().unwrap_or_default();
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let parameters: Vec<&Value> = parameters
            .map(|parameter| document.resolve(parameter))
            .collect::<Result<_, _>>()?;
        let header = parameters.iter().find(|parameter| parameter["in"] == "header");
        for parameter in &parameters {
            let wire = parameter["name"].as_str().unwrap_or_default();
            let Some(argument) = self.function.parameter(wire) else {
                return Err(Error::at(
                    format!("{path}.parameters"),
                    format!("progenitor has no argument for `{wire}`"),
                ));
            };
            if argument.name == PROJECT {
                continue;
            }
            let microversion = parameter["x-microversion"].as_str().map(|version| {
                let header = header.and_then(|header| self.function.parameter(header["name"].as_str()?));
                let header = header.map(|argument: &WireArgument| argument.name.clone());
                header.map(|header| (header, version.to_owned())).ok_or_else(|| {
                    Error::at(
                        format!("{path}.parameters.{wire}.x-microversion"),
                        "the operation has no header parameter that could say so",
                    )
                })
            });
            let source = Source {
                argument: argument.argument(),
                docs: parameter["description"].as_str().unwrap_or_default().to_owned(),
                place: Place::Parameter {
                    microversion: microversion.transpose()?,
                    is_text_of_path: parameter["in"] == "path" && argument.is_text(),
                    limit: limits.of_parameter(id, wire).cloned(),
                },
            };
            match parameter["required"] == true {
                true => self.required.push(source),
                false => self.optional.push(source),
            }
        }
        Ok(())
    }

    fn take_body(
        &mut self,
        document: &Document,
        client: &WireClient,
        required: &Required,
        schema: &str,
    ) -> Result<(), Error> {
        let schemas = document.schemas()?;
        let member = schemas[schema]["x-envelope"].as_str();
        let set = match member {
            Some(member) => type_name(&client.field(schema, member)?.ty).to_string(),
            None => schema.to_owned(),
        };
        self.body = Some(Body {
            ty: format_ident!("{set}"),
            envelope: member.map(|_| format_ident!("{schema}")),
        });
        let definition = &schemas[&set];
        let mut sources = Vec::new();
        for field in client.fields(&set)? {
            let Some(argument) = Argument::of_field(field) else {
                continue;
            };
            let mut argument = argument.public();
            let member = argument.name.to_string();
            let property = &definition["properties"][&member];
            let as_text = property["type"] == "string" && property.get("x-reference-range").is_some();
            if as_text {
                argument.ty = syn::parse_quote!(u32);
            }
            sources.push((
                required.of(&set).iter().position(|name| *name == member),
                Source {
                    docs: doc_of(field),
                    argument,
                    place: Place::Body {
                        is_option: inner(&field.ty, "Option").is_some(),
                        as_text,
                    },
                },
            ));
        }
        sources.sort_by_key(|(position, _)| position.unwrap_or(usize::MAX));
        for (position, source) in sources {
            match position {
                Some(_) => self.required.push(source),
                None => self.optional.push(source),
            }
        }
        Ok(())
    }

    /// A setter must not have the name of a function that every request has.
    fn check_names(&self, path: &str) -> Result<(), Error> {
        const TAKEN: [&str; 8] = [
            "attempt_timeout",
            "send",
            "response",
            "pages",
            "items",
            "timeout",
            "retry",
            "header",
        ];
        let taken = self
            .optional
            .iter()
            .find(|source| TAKEN.iter().any(|name| source.argument.name == name));
        match taken {
            None => Ok(()),
            Some(source) => Err(Error::at(
                path,
                format!(
                    "`{}` is a function of every request; choose another name by x-rust-name",
                    source.argument.name
                ),
            )),
        }
    }

    fn to_tokens(&self) -> TokenStream {
        let name = &self.name;
        let docs = docs(&self.docs);
        let parameters = || self.sources().filter(|source| source.is_parameter());
        let fields = parameters().map(|source| {
            let (name, ty) = (&source.argument.name, &source.argument.ty);
            match self.is_required(source) {
                true => quote!(pub(crate) #name: #ty),
                false => quote!(pub(crate) #name: Option<#ty>),
            }
        });
        let body_field = self.body.as_ref().map(|body| {
            let ty = &body.ty;
            quote!(pub(crate) body: types::#ty,)
        });
        let constructor = self.constructor();
        let setters = self.optional.iter().map(Source::setter);
        let sending = match &self.list {
            Some(list) => list.streams(),
            None => self.sending(),
        };
        let function = self.function.name_text();
        let function = quote!(pub(crate) const FUNCTION: &'static str = #function;);
        let function = self.list.is_none().then_some(function);
        let walk = self
            .list
            .as_ref()
            .map(|list| list.walk(name, &self.function.name_text(), &self.fetch(list)));
        quote! {
            #docs
            #[derive(Clone, Debug)]
            #[must_use = "a request does nothing until it is sent"]
            pub struct #name {
                call: Call,
                #(#fields,)*
                #body_field
            }
            impl #name {
                #function
                #constructor
                #(#setters)*
                #sending
            }
            request_options!(#name);
            #walk
        }
    }

    fn sources(&self) -> impl Iterator<Item = &Source> {
        self.required.iter().chain(&self.optional)
    }

    fn is_required(&self, source: &Source) -> bool {
        self.required
            .iter()
            .any(|other| other.argument.name == source.argument.name)
    }

    fn constructor(&self) -> TokenStream {
        let parameters = self.required.iter().map(|source| source.argument.parameter());
        let fields = self
            .sources()
            .filter(|source| source.is_parameter())
            .map(|source| {
                let name = &source.argument.name;
                match self.is_required(source) {
                    true => {
                        let value = source.argument.value();
                        quote!(#name: #value)
                    }
                    false => quote!(#name: None),
                }
            });
        let body = self.body.as_ref().map(|body| {
            let ty = &body.ty;
            let members = self.required.iter().filter(|source| !source.is_parameter());
            let members: Vec<_> = members.map(|source| &source.argument.name).collect();
            match members.is_empty() {
                true => quote!(body: types::#ty::default(),),
                false => quote!(body: types::#ty::new(#(#members),*),),
            }
        });
        quote! {
            pub(crate) fn new(client: &Client #(, #parameters)*) -> Self {
                Self {
                    call: Call::new(client),
                    #(#fields,)*
                    #body
                }
            }
        }
    }

    /// The statements that check the request and send it.
    fn call(&self) -> TokenStream {
        let function = &self.function.name;
        let arguments = self.function.arguments.iter().map(|argument| match () {
            () if argument.name == PROJECT => quote!(call.project_id()),
            () if argument.name == "body" => quote!(&body),
            () => argument.pass(),
        });
        let segments = self.required.iter().filter(|source| source.is_text_of_path());
        let segments = segments.map(|source| {
            let name = &source.argument.name;
            let text = name.to_string();
            quote!(self.call.check_path(Self::FUNCTION, #text, &self.#name)?;)
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
            #(#segments)*
            #(#limits)*
            #body
            let call = self.call.record();
            let answer = call.api().#function(#(#arguments),*).await;
        }
    }

    /// The body of the function that requests a page.
    fn fetch(&self, list: &List) -> TokenStream {
        let call = self.call();
        let raw_page = list.raw_page();
        let open = self.result.open();
        quote! {
            #call
            call.finish_list(Self::FUNCTION, answer, |result| {
                #open
                #raw_page
            })
        }
    }

    /// The functions that send the request and return its result.
    fn sending(&self) -> TokenStream {
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
                Ok(call.finish(Self::FUNCTION, answer)?.map(|result| { #result result }))
            },
            ResultType::Member(..) => {
                quote!(Ok(call.finish(Self::FUNCTION, answer)?.map(|result| { #result result })))
            }
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

impl Source {
    fn is_parameter(&self) -> bool {
        matches!(self.place, Place::Parameter { .. })
    }

    fn is_text_of_path(&self) -> bool {
        matches!(
            self.place,
            Place::Parameter {
                is_text_of_path: true,
                ..
            }
        )
    }

    /// The check of a limited parameter.
    fn check(&self, is_required: bool) -> Option<TokenStream> {
        let Place::Parameter {
            limit: Some(limit), ..
        } = &self.place
        else {
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

    fn setter(&self) -> TokenStream {
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

/// The parameter that every path has, and that the client sets.
const PROJECT: &str = "project_id";

fn operation_docs(operation: &Value, summary: &str, page: &str) -> String {
    let mut text = format!("{summary}.");
    if let Some(description) = operation["description"].as_str() {
        text = format!("{text}\n\n{}", description.trim_end());
    }
    if let Some(url) = operation["externalDocs"]["url"].as_str() {
        text = format!("{text}\n\nReference: [{page}]({url})");
    }
    text
}
