//! How schemas are composed.

use serde_json::Value;

use super::{Refusal, Rule, refuse};
use crate::lint::document::{Document, Node};
use crate::lint::grammar::Kind;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "no-any-of",
        check: no_any_of,
    },
    Rule {
        id: "all-of-wrapper",
        check: all_of_wrapper,
    },
    Rule {
        id: "inline-object",
        check: inline_object,
    },
    Rule {
        id: "optional-nullable",
        check: optional_nullable,
    },
    Rule {
        id: "no-closed-object",
        check: no_closed_object,
    },
    Rule {
        id: "required-property",
        check: required_property,
    },
    Rule {
        id: "array-items",
        check: array_items,
    },
    Rule {
        id: "schema-type",
        check: schema_type,
    },
];

fn no_any_of(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for schema in document.of_kind(Kind::Schema) {
        for key in ["anyOf", "oneOf", "not"] {
            if schema.has(key) {
                let message = format!(
                    "`{key}` does not compile or decodes nothing in some clients; write one named schema that holds \
                     all that may come (for text with known values: `x-extensible-enum`)"
                );
                refusals.push(refuse(schema.path.key(key), message));
            }
        }
    }
    refusals
}

/// What may stand beside an `allOf` that wraps a reference.
const BESIDE_ALL_OF: [&str; 6] = [
    "allOf",
    "nullable",
    "description",
    "deprecated",
    "example",
    "x-rust-name",
];

fn all_of_wrapper(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for schema in document
        .of_kind(Kind::Schema)
        .filter(|schema| schema.has("allOf"))
    {
        let parts: Vec<_> = document.children_in(schema, "allOf").collect();
        if !matches!(parts[..], [part] if part.reference().is_some()) {
            let message = "`allOf` only wraps one reference: write `allOf: [{$ref: …}]`, and the properties of several \
                           schemas in one";
            refusals.push(refuse(schema.path.key("allOf"), message));
            continue;
        }
        let siblings = schema.value.as_object().into_iter().flatten();
        for (key, _) in siblings.filter(|(key, _)| !BESIDE_ALL_OF.contains(&key.as_str())) {
            let message = format!(
                "`allOf` only wraps a reference, and `{key}` beside it changes the type; write it in the schema that is \
                 referred to"
            );
            refusals.push(refuse(schema.path.key(key), message));
        }
    }
    refusals
}

fn is_object(schema: &Node<'_>) -> bool {
    schema.text("type") == Some("object") || schema.has("properties")
}

/// A map needs no name: every language has a type for it.
fn is_map(schema: &Node<'_>) -> bool {
    let values = schema.get("additionalProperties");
    !schema.has("properties") && values.is_some_and(|values| *values != Value::Bool(false))
}

fn inline_object(document: &Document<'_>) -> Vec<Refusal> {
    document
        .of_kind(Kind::Schema)
        .filter(|schema| is_object(schema) && !is_map(schema))
        .filter(|schema| !document.is_component(schema) && !is_body(document, schema))
        .map(|schema| {
            let message = "generators find no good name for the type of this object; write a schema in \
                           components.schemas, and its `$ref` here";
            refuse(schema.path.clone(), message)
        })
        .collect()
}

/// Refused by the rule `body-schema` already.
fn is_body(document: &Document<'_>, schema: &Node<'_>) -> bool {
    document
        .parent(schema)
        .is_some_and(|parent| parent.kind == Kind::MediaType)
}

fn required<'a>(schema: &Node<'a>) -> Vec<(usize, &'a str)> {
    let names = schema.get("required").and_then(Value::as_array);
    let names = names.into_iter().flatten().enumerate();
    names
        .filter_map(|(index, name)| Some((index, name.as_str()?)))
        .collect()
}

fn optional_nullable(document: &Document<'_>) -> Vec<Refusal> {
    let answered = document.reachable_from_responses();
    let mut refusals = Vec::new();
    for schema in document.of_kind(Kind::Schema) {
        if !answered.contains_key(&schema.path) {
            continue;
        }
        let required = required(schema);
        for property in document.children_in(schema, "properties") {
            if required.iter().any(|(_, name)| *name == property.name()) || property.is_true("nullable") {
                continue;
            }
            let instead = if property.reference().is_some() {
                "`nullable: true`, a description and `allOf: [{$ref: …}]`"
            } else {
                "`nullable: true`"
            };
            let message = format!(
                "what is optional in a response may come as null, which fails the whole answer in some clients; write \
                 {instead} (or `required`, where it always arrives)"
            );
            refusals.push(refuse(property.path.clone(), message));
        }
    }
    refusals
}

fn no_closed_object(document: &Document<'_>) -> Vec<Refusal> {
    document
        .of_kind(Kind::Schema)
        .filter(|schema| schema.get("additionalProperties") == Some(&Value::Bool(false)))
        .map(|schema| {
            let message = "fields that the service adds must be ignored, not refused; leave this out";
            refuse(schema.path.key("additionalProperties"), message)
        })
        .collect()
}

fn required_property(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for schema in document.of_kind(Kind::Schema) {
        for (index, name) in required(schema) {
            let properties = schema.get("properties");
            if properties.and_then(|properties| properties.get(name)).is_none() {
                let message =
                    format!("`{name}` is not among the properties; write the name as it stands there");
                refusals.push(refuse(schema.path.key("required").index(index), message));
            }
        }
    }
    refusals
}

fn array_items(document: &Document<'_>) -> Vec<Refusal> {
    document
        .of_kind(Kind::Schema)
        .filter(|schema| schema.text("type") == Some("array") && !schema.has("items"))
        .map(|schema| {
            let message = "is missing; write the schema of the elements";
            refuse(schema.path.key("items"), message)
        })
        .collect()
}

const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];

fn schema_type(document: &Document<'_>) -> Vec<Refusal> {
    document
        .of_kind(Kind::Schema)
        .filter(|schema| schema.has("type"))
        .filter(|schema| !schema.text("type").is_some_and(|name| TYPES.contains(&name)))
        .map(|schema| {
            let message = format!("is no type of OpenAPI 3.0; write one of {}", TYPES.join(", "));
            refuse(schema.path.key("type"), message)
        })
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use crate::lint::testing::{Case, GOOD, check, edit};

    pub(crate) const CASES: &[Case] = &[
        Case {
            edits: &[edit(
                "Fault:",
                "          type: string\n          nullable: true\n",
                "          nullable: true\n          anyOf: [{type: string}, {type: integer, format: int32}]\n",
            )],
            finds: &[("no-any-of", "components.schemas.Fault.properties.message.anyOf")],
        },
        Case {
            edits: &[edit("    Book:\n", "          allOf:", "          oneOf:")],
            finds: &[("no-any-of", "components.schemas.Book.properties.status.oneOf")],
        },
        Case {
            edits: &[edit(
                "\n        binding:",
                "allOf:\n",
                "allOf:\n            - $ref: '#/components/schemas/Binding'\n",
            )],
            finds: &[(
                "all-of-wrapper",
                "components.schemas.Book.properties.binding.allOf",
            )],
        },
        Case {
            edits: &[edit(
                "\n        binding:",
                "allOf:\n",
                "type: object\n          allOf:\n",
            )],
            finds: &[
                (
                    "all-of-wrapper",
                    "components.schemas.Book.properties.binding.type",
                ),
                ("inline-object", "components.schemas.Book.properties.binding"),
            ],
        },
        Case {
            edits: &[edit(
                "\n        binding:",
                "          allOf:\n            - $ref: '#/components/schemas/Binding'\n    Binding:\n",
                "          type: object\n          properties:\n            of: {$ref: '#/components/schemas/Binding'}\n          required: [of]\n    Binding:\n",
            )],
            finds: &[("inline-object", "components.schemas.Book.properties.binding")],
        },
        Case {
            edits: &[edit(
                "BookList:",
                "$ref: '#/components/schemas/Book'",
                "type: object",
            )],
            finds: &[(
                "inline-object",
                "components.schemas.BookList.properties.books.items",
            )],
        },
        Case {
            edits: &[edit("pages:\n", "          nullable: true\n", "")],
            finds: &[("optional-nullable", "components.schemas.Book.properties.pages")],
        },
        Case {
            edits: &[edit(
                "\n        binding:\n",
                "          nullable: true\n          description: How the book is bound.\n          allOf:\n            - $ref",
                "          $ref",
            )],
            finds: &[
                ("optional-nullable", "components.schemas.Book.properties.binding"),
                (
                    "example-fits",
                    "paths./v1/{shelf_id}/books.get.responses.200.content.application/json.examples.oneBook.value.\
                     books[0].binding",
                ),
            ],
        },
        Case {
            // Optional in a request: no one sends null.
            edits: &[edit("BookToAdd:", "required: [title]", "required: [place]")],
            finds: &[],
        },
        Case {
            edits: &[edit(
                "BookToAdd:\n",
                "      type: object\n",
                "      type: object\n      additionalProperties: false\n",
            )],
            finds: &[(
                "no-closed-object",
                "components.schemas.BookToAdd.additionalProperties",
            )],
        },
        Case {
            edits: &[edit(
                "BookToAdd:",
                "required: [title]",
                "required: [title, author]",
            )],
            finds: &[
                ("required-property", "components.schemas.BookToAdd.required[1]"),
                (
                    "example-fits",
                    "paths./v1/{shelf_id}/books.post.requestBody.content.application/json.examples.plain.value",
                ),
            ],
        },
        Case {
            edits: &[edit(
                "BookToAdd:",
                "type: string\n          description: The title of the book.\n          maxLength: 64\n          example: Emma\n",
                "type: array\n          description: The titles.\n",
            )],
            finds: &[
                (
                    "array-items",
                    "components.schemas.BookToAdd.properties.title.items",
                ),
                (
                    "example-fits",
                    "paths./v1/{shelf_id}/books.post.requestBody.content.application/json.examples.plain.value.title",
                ),
            ],
        },
        Case {
            edits: &[edit("Binding:\n", "type: string", "type: [string, 'null']")],
            finds: &[("schema-type", "components.schemas.Binding.properties.colour.type")],
        },
    ];

    #[test]
    fn shapes() {
        check(GOOD, CASES);
    }
}
