//! Descriptions: that they are there, explain the values of enumerations, and do not become code.

use std::collections::HashSet;

use otc_vbs_codegen::Meanings;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};
use serde_json::Value;

use super::{Refusal, Rule, refuse};
use crate::lint::document::Document;
use crate::lint::grammar::Kind;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "schema-description",
        check: schema_description,
    },
    Rule {
        id: "response-description",
        check: response_description,
    },
    Rule {
        id: "value-meanings",
        check: value_meanings,
    },
    Rule {
        id: "untagged-code",
        check: untagged_code,
    },
];

fn schema_description(document: &Document<'_>) -> Vec<Refusal> {
    document
        .of_kind(Kind::Schema)
        .filter(|schema| document.is_component(schema) || schema.place == "properties")
        .filter(|schema| {
            let description = schema.text("description").unwrap_or_default();
            description.trim().is_empty()
        })
        .map(|schema| {
            let message = "is missing; write what this is, in our own words";
            refuse(schema.path.key("description"), message)
        })
        .collect()
}

/// OpenAPI demands it, and what parses the document for the generator says only that one is missing somewhere.
fn response_description(document: &Document<'_>) -> Vec<Refusal> {
    document
        .of_kind(Kind::Response)
        .filter(|response| response.text("description").unwrap_or_default().trim().is_empty())
        .map(|response| {
            let message = "is missing; write what the response says, in our own words";
            refuse(response.path.key("description"), message)
        })
        .collect()
}

/// The values of an open enumeration appear nowhere but in its description, and generated variants are documented by it.
fn value_meanings(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for schema in document.components(Kind::Schema) {
        let Some(values) = schema.get("x-extensible-enum").or_else(|| schema.get("enum")) else {
            continue;
        };
        let values = values.as_array().map_or(&[][..], Vec::as_slice);
        let texts: Vec<_> = values.iter().filter_map(Value::as_str).collect();
        let distinct: HashSet<_> = texts.iter().collect();
        let meanings = Meanings::read(schema.text("description").unwrap_or_default());
        // Values that are not text or are listed twice are left to the rule `enum-values`; a closed enumeration shows its values.
        let judged =
            distinct.len() == values.len() && (schema.has("x-extensible-enum") || !meanings.is_empty());
        if judged && let Some(problem) = meanings.problem(&texts) {
            refusals.push(refuse(schema.path.key("description"), problem));
        }
    }
    refusals
}

fn untagged_code(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for node in document.nodes() {
        for key in ["summary", "description"] {
            for block in Parser::new(node.text(key).unwrap_or_default()) {
                let instead = match block {
                    Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(tag))) if tag.trim().is_empty() => {
                        "a fence without a language"
                    }
                    Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => "text indented by four spaces",
                    _ => continue,
                };
                let message = format!(
                    "{instead} is compiled as a test of the Rust documentation; write a fence with a language, such as \
                     ```json or ```text"
                );
                refusals.push(refuse(node.path.key(key), message));
            }
        }
    }
    refusals
}

#[cfg(test)]
pub(super) mod tests {
    use crate::lint::testing::{Case, GOOD, check, edit};

    pub(crate) const CASES: &[Case] = &[
        Case {
            edits: &[edit(
                "    NotFound:\n",
                "      description: The request failed.\n",
                "",
            )],
            finds: &[(
                "response-description",
                "components.responses.NotFound.description",
            )],
        },
        Case {
            edits: &[edit("BookList:", "      description: Books.\n", "")],
            finds: &[("schema-description", "components.schemas.BookList.description")],
        },
        Case {
            edits: &[edit(
                "Binding:\n",
                "description: The colour of the binding.",
                "description: ' '",
            )],
            finds: &[(
                "schema-description",
                "components.schemas.Binding.properties.colour.description",
            )],
        },
        Case {
            edits: &[edit("BookStatus:", "- `ON`: On the shelf.", "- `OFF`: Lost.")],
            finds: &[("value-meanings", "components.schemas.BookStatus.description")],
        },
        Case {
            edits: &[edit("BookStatus:", "[LENT, 'ON']", "['ON', LENT]")],
            finds: &[("value-meanings", "components.schemas.BookStatus.description")],
        },
        Case {
            // A closed enumeration need not explain its values, but not in part.
            edits: &[edit(
                "SortDirection:",
                "The order of a list.",
                "|-\n        The order.\n\n        - `asc`: Up.",
            )],
            finds: &[("value-meanings", "components.schemas.SortDirection.description")],
        },
        Case {
            edits: &[edit(
                "Binding:\n",
                "description: How a book is bound.",
                "description: |-\n        So:\n\n        ```\n        colour\n        ```",
            )],
            finds: &[("untagged-code", "components.schemas.Binding.description")],
        },
        Case {
            edits: &[edit(
                "Binding:\n",
                "description: How a book is bound.",
                "description: |-\n        So:\n\n            colour",
            )],
            finds: &[("untagged-code", "components.schemas.Binding.description")],
        },
        Case {
            edits: &[edit(
                "Binding:\n",
                "description: How a book is bound.",
                "description: |-\n        So:\n\n        ```json\n            colour\n        ```\n\n        - one\n            more",
            )],
            finds: &[],
        },
    ];

    #[test]
    fn prose() {
        check(GOOD, CASES);
    }
}
