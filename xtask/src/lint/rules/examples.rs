//! Whether examples are there, and fit their schemas.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value;

use super::{Refusal, Rule, refuse};
use crate::lint::document::{Document, Node};
use crate::lint::grammar::Kind;
use crate::lint::json_schema;
use crate::lint::path::Path;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "example-fits",
        check: example_fits,
    },
    Rule {
        id: "example-members",
        check: example_members,
    },
    Rule {
        id: "scalar-example",
        check: scalar_example,
    },
];

fn example_fits(document: &Document<'_>) -> Vec<Refusal> {
    refusals(document, |path, error, value| match error.kind() {
        ValidationErrorKind::AdditionalProperties { .. } => Vec::new(),
        _ => {
            // What is wrong with an object or an array would be told by quoting it in full.
            let what = if value.is_object() || value.is_array() {
                error.masked_with("the value").to_string()
            } else {
                error.to_string()
            };
            let message = format!(
                "the example does not fit its schema: {what}; write the example right, or the schema, where the reference \
                 shows the value so"
            );
            vec![refuse(path, message)]
        }
    })
}

fn example_members(document: &Document<'_>) -> Vec<Refusal> {
    refusals(document, |path, error, _| {
        match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => unexpected
            .iter()
            .map(|name| {
                let message = format!(
                    "the schema has no property `{name}`; write the name as it stands there, or add it to the schema"
                );
                refuse(path.key(name), message)
            })
            .collect(),
        _ => Vec::new(),
    }
    })
}

/// Pages and mock servers that show the document build the examples of objects from those of their fields.
fn scalar_example(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for schema in document.of_kind(Kind::Schema) {
        let is_scalar = matches!(
            schema.text("type"),
            Some("string" | "integer" | "number" | "boolean")
        );
        let is_shown = document.is_component(schema) || matches!(schema.place, "properties" | "items");
        if is_scalar && is_shown && !schema.has("enum") && !schema.has("example") {
            let message = "without an example; write one value, as the service sends or takes it";
            refusals.push(refuse(schema.path.clone(), message));
        }
    }
    for parameter in document.of_kind(Kind::Parameter) {
        if !parameter.has("example") && !parameter.has("examples") {
            let message = "without an example; write one value";
            refusals.push(refuse(parameter.path.clone(), message));
        }
    }
    refusals
}

/// An example and the schema that it is one of.
struct Example<'d, 'a> {
    path: Path,
    value: &'a Value,
    schema: &'d Node<'a>,
}

fn examples<'d, 'a>(document: &'d Document<'a>) -> Vec<Example<'d, 'a>> {
    let mut examples = Vec::new();
    for node in document.nodes().filter(|node| node.reference().is_none()) {
        let schema = match node.kind {
            Kind::Schema => Some(node),
            _ => document.children_in(node, "schema").next(),
        };
        let Some(schema) = schema else {
            continue;
        };
        if let Some(value) = node.get("example") {
            let path = node.path.key("example");
            examples.push(Example { path, value, schema });
        }
        for example in document.children_in(node, "examples") {
            let example = document.resolved(example);
            if let Some(value) = example.get("value") {
                let path = example.path.key("value");
                examples.push(Example { path, value, schema });
            }
        }
    }
    examples
}

fn refusals(
    document: &Document<'_>,
    explain: fn(Path, &ValidationError<'_>, &Value) -> Vec<Refusal>,
) -> Vec<Refusal> {
    let definitions = json_schema::definitions(document);
    let mut refusals = Vec::new();
    for example in examples(document) {
        let schema = json_schema::of(document, example.schema, &definitions);
        let validator = match jsonschema::draft7::new(&schema) {
            Ok(validator) => validator,
            Err(error) => {
                let message = format!("no JSON Schema: {error}; write what OpenAPI 3.0 takes here");
                refusals.push(refuse(example.schema.path.clone(), message));
                continue;
            }
        };
        for error in validator.iter_errors(example.value) {
            let (path, value) = inside(&example, &error);
            refusals.extend(explain(path, &error, value));
        }
    }
    refusals
}

/// Where in the example an error is, and the value there.
fn inside<'a>(example: &Example<'_, 'a>, error: &ValidationError<'_>) -> (Path, &'a Value) {
    let mut path = example.path.clone();
    let mut value = example.value;
    for segment in error.instance_path() {
        let segment = segment.to_string();
        let found = match value {
            Value::Array(elements) => segment.parse().ok().and_then(|index| {
                path = path.index(index);
                elements.get(index)
            }),
            _ => {
                path = path.key(&segment);
                value.get(&segment)
            }
        };
        value = found.unwrap_or(&Value::Null);
    }
    (path, value)
}

#[cfg(test)]
pub(super) mod tests {
    use crate::lint::testing::{Case, GOOD, check, edit};

    pub(crate) const CASES: &[Case] = &[
        Case {
            edits: &[edit("oneBook:", "pages: 12", "pages: twelve")],
            finds: &[(
                "example-fits",
                "paths./v1/{shelf_id}/books.get.responses.200.content.application/json.examples.oneBook.value.\
                 books[0].pages",
            )],
        },
        Case {
            edits: &[edit("added:", "id: b2", "status: LENT")],
            finds: &[(
                "example-fits",
                "paths./v1/{shelf_id}/books.post.responses.202.content.application/json.examples.added.value",
            )],
        },
        Case {
            edits: &[edit("", "example: asc", "example: up")],
            finds: &[(
                "example-fits",
                "paths./v1/{shelf_id}/books.get.parameters[2].example",
            )],
        },
        Case {
            edits: &[edit("name: limit", "example: 10", "example: 0")],
            finds: &[(
                "example-fits",
                "paths./v1/{shelf_id}/books.get.parameters[1].example",
            )],
        },
        Case {
            // As int32, which the schema says, no client could read it.
            edits: &[edit("name: limit", "example: 10", "example: 5000000000")],
            finds: &[(
                "example-fits",
                "paths./v1/{shelf_id}/books.get.parameters[1].example",
            )],
        },
        Case {
            edits: &[edit("BookStatus:", "example: LENT", "example: 1")],
            finds: &[("example-fits", "components.schemas.BookStatus.example")],
        },
        Case {
            edits: &[edit("notFound:", "message: no such book", "message: [none]")],
            finds: &[(
                "example-fits",
                "components.responses.NotFound.content.application/json.examples.notFound.value.message",
            )],
        },
        Case {
            edits: &[edit("notFound:", "message: no such book", "mesage: no such book")],
            finds: &[(
                "example-members",
                "components.responses.NotFound.content.application/json.examples.notFound.value.mesage",
            )],
        },
        Case {
            edits: &[edit("pages:\n", "          example: 12\n", "")],
            finds: &[("scalar-example", "components.schemas.Book.properties.pages")],
        },
        Case {
            edits: &[edit("BookStatus:", "      example: LENT\n", "")],
            finds: &[("scalar-example", "components.schemas.BookStatus")],
        },
        Case {
            edits: &[edit("ShelfId:\n", "      example: s1\n", "")],
            finds: &[("scalar-example", "components.parameters.ShelfId")],
        },
        Case {
            // Inside a nullable wrapper.
            edits: &[edit("oneBook:", "binding: null", "binding: {color: red}")],
            finds: &[(
                "example-members",
                "paths./v1/{shelf_id}/books.get.responses.200.content.application/json.examples.oneBook.value.\
                 books[0].binding.color",
            )],
        },
        Case {
            // Any value may come where the list is open, and any key in a map.
            edits: &[
                edit("oneBook:", "status: LENT", "status: LOST"),
                edit("oneBook:", "colour: red", "'2': red"),
            ],
            finds: &[],
        },
    ];

    #[test]
    fn examples() {
        check(GOOD, CASES);
    }
}
