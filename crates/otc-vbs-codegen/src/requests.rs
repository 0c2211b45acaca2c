//! The request types of the public client: for each operation, a type with a setter for each optional parameter and member
//! of the body, and the functions that send it.

mod sending;

use heck::{ToShoutySnakeCase, ToUpperCamelCase};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

use crate::arguments::{Argument, inner};
use crate::constructors::Required;
use crate::docs::{doc_of, docs, operation_docs};
use crate::document::{Document, Error, OperationEntry, parameter_name};
use crate::limits::Limits;
use crate::lists::List;
use crate::result_type::ResultType;
use crate::source::{Place, Source};
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
        let mut requests = Self { current: TokenStream::new(), deprecated: TokenStream::new() };
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
    /// The required values, in the order of the constructor.
    required: Vec<Source>,
    optional: Vec<Source>,
    body: Option<Body>,
    result: ResultType,
    list: Option<List>,
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
        let path = entry.place();
        let id = entry.id()?;
        let deprecated = operation["deprecated"] == true;
        let name = id.to_upper_camel_case();
        let name = name.strip_suffix("V2").filter(|_| deprecated).unwrap_or(&name);
        let function = client.function(id)?;
        let mut request = Self {
            name: format_ident!("{name}"),
            function,
            docs: operation_docs(entry, entry.text("summary")?, entry.text("x-reference-page")?),
            deprecated,
            required: Vec::new(),
            optional: Vec::new(),
            body: None,
            result: ResultType::of(document, client, function)?,
            list: None,
        };
        request.take_parameters(document, limits, entry)?;
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
        entry: &OperationEntry<'_>,
    ) -> Result<(), Error> {
        let (id, path) = (entry.id()?, entry.place());
        let parameters: Vec<&Value> = entry
            .parameters()?
            .iter()
            .map(|parameter| document.resolve(parameter))
            .collect::<Result<_, _>>()?;
        let header = parameters.iter().find(|parameter| parameter["in"] == "header");
        for parameter in &parameters {
            let wire = parameter_name(parameter, &path)?;
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
                        "the operation has no header parameter for the version",
                    )
                })
            });
            let source = Source {
                argument: argument.argument(),
                docs: parameter["description"].as_str().unwrap_or_default().to_owned(),
                place: Place::Parameter {
                    microversion: microversion.transpose()?,
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
        let member = document.schema(schema)?["x-envelope"].as_str();
        let set = match member {
            Some(member) => type_name(&client.field(schema, member)?.ty)?,
            None => schema.to_owned(),
        };
        self.body =
            Some(Body { ty: format_ident!("{set}"), envelope: member.map(|_| format_ident!("{schema}")) });
        let definition = document.schema(&set)?;
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
                    place: Place::Body { is_option: inner(&field.ty, "Option").is_some(), as_text },
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
        const TAKEN: [&str; 12] = [
            "attempt_timeout",
            "body",
            "call",
            "clone",
            "new",
            "send",
            "response",
            "pages",
            "items",
            "timeout",
            "retry",
            "header",
        ];
        let taken = self.optional.iter().find(|source| TAKEN.iter().any(|name| source.argument.name == name));
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
        let walk = self.list.as_ref().map(|list| {
            list.walk(name, &self.function.name_text(), &self.fetch(list), self.page_limit().as_ref())
        });
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

    /// The static that limits the size of a page.
    fn page_limit(&self) -> Option<Ident> {
        let source = self.sources().find(|source| source.argument.name == "limit")?;
        match &source.place {
            Place::Parameter { limit, .. } => limit.clone(),
            Place::Body { .. } => {
                let body = self.body.as_ref()?.ty.to_string().to_shouty_snake_case();
                Some(format_ident!("{body}_LIMIT"))
            }
        }
    }

    fn sources(&self) -> impl Iterator<Item = &Source> {
        self.required.iter().chain(&self.optional)
    }

    fn is_required(&self, source: &Source) -> bool {
        self.required.iter().any(|other| other.argument.name == source.argument.name)
    }

    fn constructor(&self) -> TokenStream {
        let parameters = self.required.iter().map(|source| source.argument.parameter());
        let fields = self.sources().filter(|source| source.is_parameter()).map(|source| {
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
}

/// The parameter that every path has, and that the client sets.
const PROJECT: &str = "project_id";
