//! Which objects of OpenAPI 3.0 the document is made of, and what each may hold.
//!
//! Less than OpenAPI allows: what neither the document nor `otc-vbs-codegen` knows (callbacks, links, discriminators,
//! …) is left out, and so refused by the rule `unknown-key`, as a misspelt key is.

/// What an object of the document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Root,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Tag,
    ExternalDocs,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Header,
    MediaType,
    Example,
    Schema,
    Components,
    SecurityScheme,
}

/// What stands under a key.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Child {
    /// A scalar, or data that is not part of the document's structure, such as an example.
    Data,
    One(Kind),
    List(Kind),
    Map(Kind),
    /// A schema or `true`/`false`.
    SchemaOrFlag,
}

use Child::{Data, List, Map, One, SchemaOrFlag};

impl Kind {
    /// The keys that an object of this kind may hold.
    pub(crate) fn keys(self) -> &'static [(&'static str, Child)] {
        match self {
            Self::Root => &[
                ("openapi", Data),
                ("info", One(Self::Info)),
                ("externalDocs", One(Self::ExternalDocs)),
                ("servers", List(Self::Server)),
                ("security", Data),
                ("tags", List(Self::Tag)),
                ("paths", Map(Self::PathItem)),
                ("components", One(Self::Components)),
            ],
            Self::Info => &[
                ("title", Data),
                ("version", Data),
                ("description", Data),
                ("termsOfService", Data),
                ("contact", One(Self::Contact)),
                ("license", One(Self::License)),
            ],
            Self::Contact => &[("name", Data), ("url", Data), ("email", Data)],
            Self::License => &[("name", Data), ("url", Data)],
            Self::Server => &[
                ("url", Data),
                ("description", Data),
                ("variables", Map(Self::ServerVariable)),
            ],
            Self::ServerVariable => &[("enum", Data), ("default", Data), ("description", Data)],
            Self::Tag => &[
                ("name", Data),
                ("description", Data),
                ("externalDocs", One(Self::ExternalDocs)),
            ],
            Self::ExternalDocs => &[("description", Data), ("url", Data)],
            Self::PathItem => &[
                ("summary", Data),
                ("description", Data),
                ("parameters", List(Self::Parameter)),
                ("get", One(Self::Operation)),
                ("put", One(Self::Operation)),
                ("post", One(Self::Operation)),
                ("delete", One(Self::Operation)),
                ("head", One(Self::Operation)),
                ("patch", One(Self::Operation)),
            ],
            Self::Operation => &[
                ("operationId", Data),
                ("summary", Data),
                ("description", Data),
                ("tags", Data),
                ("deprecated", Data),
                ("x-reference-page", Data),
                ("x-reference-pages-also", Data),
                ("x-paging", Data),
                ("externalDocs", One(Self::ExternalDocs)),
                ("security", Data),
                ("parameters", List(Self::Parameter)),
                ("requestBody", One(Self::RequestBody)),
                ("responses", Map(Self::Response)),
            ],
            Self::Parameter => &[
                ("name", Data),
                ("in", Data),
                ("required", Data),
                ("description", Data),
                ("deprecated", Data),
                ("style", Data),
                ("explode", Data),
                ("schema", One(Self::Schema)),
                ("example", Data),
                ("examples", Map(Self::Example)),
                ("x-reference-default", Data),
                ("x-go-name", Data),
                ("x-microversion", Data),
                ("x-ogen-name", Data),
                ("x-rust-name", Data),
            ],
            Self::RequestBody => &[
                ("description", Data),
                ("required", Data),
                ("content", Map(Self::MediaType)),
            ],
            Self::Response => &[
                ("description", Data),
                ("headers", Map(Self::Header)),
                ("content", Map(Self::MediaType)),
            ],
            Self::Header => &[
                ("description", Data),
                ("required", Data),
                ("deprecated", Data),
                ("schema", One(Self::Schema)),
                ("example", Data),
                ("examples", Map(Self::Example)),
            ],
            Self::MediaType => &[
                ("schema", One(Self::Schema)),
                ("example", Data),
                ("examples", Map(Self::Example)),
            ],
            Self::Example => &[("summary", Data), ("description", Data), ("value", Data)],
            Self::Schema => &[
                ("type", Data),
                ("format", Data),
                ("title", Data),
                ("description", Data),
                ("nullable", Data),
                ("deprecated", Data),
                ("example", Data),
                ("enum", Data),
                ("default", Data),
                ("required", Data),
                ("properties", Map(Self::Schema)),
                ("additionalProperties", SchemaOrFlag),
                ("items", One(Self::Schema)),
                ("allOf", List(Self::Schema)),
                ("anyOf", List(Self::Schema)),
                ("oneOf", List(Self::Schema)),
                ("not", One(Self::Schema)),
                ("minimum", Data),
                ("maximum", Data),
                ("exclusiveMinimum", Data),
                ("exclusiveMaximum", Data),
                ("multipleOf", Data),
                ("minLength", Data),
                ("maxLength", Data),
                ("pattern", Data),
                ("minItems", Data),
                ("maxItems", Data),
                ("uniqueItems", Data),
                ("minProperties", Data),
                ("maxProperties", Data),
                ("x-content-schema", Data),
                ("x-enum-varnames", Data),
                ("x-envelope", Data),
                ("x-extensible-enum", Data),
                ("x-reference-default", Data),
                ("x-reference-length", Data),
                ("x-reference-range", Data),
                ("x-reference-types", Data),
                ("x-reserved-prefix", Data),
                ("x-rust-name", Data),
                ("x-rust-unsigned", Data),
                ("x-unique-by", Data),
            ],
            Self::Components => &[
                ("schemas", Map(Self::Schema)),
                ("parameters", Map(Self::Parameter)),
                ("requestBodies", Map(Self::RequestBody)),
                ("responses", Map(Self::Response)),
                ("headers", Map(Self::Header)),
                ("examples", Map(Self::Example)),
                ("securitySchemes", Map(Self::SecurityScheme)),
            ],
            Self::SecurityScheme => &[
                ("type", Data),
                ("description", Data),
                ("name", Data),
                ("in", Data),
                ("scheme", Data),
                ("bearerFormat", Data),
            ],
        }
    }

    /// What stands under the key of an object of this kind. `None` where it may not hold that key.
    pub(crate) fn child(self, key: &str) -> Option<Child> {
        let (_, child) = self.keys().iter().find(|(name, _)| *name == key)?;
        Some(*child)
    }

    /// Whether `$ref` may stand for an object of this kind.
    pub(crate) fn can_be_referenced(self) -> bool {
        matches!(
            self,
            Self::Parameter
                | Self::RequestBody
                | Self::Response
                | Self::Header
                | Self::Example
                | Self::Schema
        )
    }
}
