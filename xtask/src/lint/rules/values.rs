//! What values a schema takes: enumerations, formats, defaults, limits.

use serde_json::Value;

use super::{Refusal, Rule, refuse};
use crate::lint::document::Document;
use crate::lint::grammar::Kind;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "no-closed-enum-in-response",
        check: no_closed_enum_in_response,
    },
    Rule {
        id: "extensible-enum",
        check: extensible_enum,
    },
    Rule {
        id: "enum-values",
        check: enum_values,
    },
    Rule {
        id: "enum-varnames",
        check: enum_varnames,
    },
    Rule {
        id: "no-text-format",
        check: no_text_format,
    },
    Rule {
        id: "integer-format",
        check: integer_format,
    },
    Rule {
        id: "no-default-value",
        check: no_default_value,
    },
    Rule {
        id: "no-limit-in-response",
        check: no_limit_in_response,
    },
];

fn no_closed_enum_in_response(document: &Document<'_>) -> Vec<Refusal> {
    let answered = document.reachable_from_responses();
    let mut refusals = Vec::new();
    for schema in document.of_kind(Kind::Schema).filter(|schema| schema.has("enum")) {
        if let Some(response) = answered.get(&schema.path) {
            let message = format!(
                "is part of an answer ({}), where a new value of the service fails the whole answer; write a named \
                 schema with `type: string` and `x-extensible-enum`",
                response.path
            );
            refusals.push(refuse(schema.path.key("enum"), message));
        }
    }
    refusals
}

fn extensible_enum(document: &Document<'_>) -> Vec<Refusal> {
    document
        .of_kind(Kind::Schema)
        .filter(|schema| schema.has("x-extensible-enum"))
        .filter(|schema| {
            !document.is_component(schema)
                || schema.text("type") != Some("string")
                || schema.has("enum")
        })
        .map(|schema| {
            let message = "only a named schema of `type: string`, without `enum`, becomes an enumeration with an \
                           `Other` value; write one in components.schemas, and its `$ref` here";
            refuse(schema.path.key("x-extensible-enum"), message)
        })
        .collect()
}

fn enum_values(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for schema in document.of_kind(Kind::Schema) {
        for key in ["enum", "x-extensible-enum"] {
            let Some(list) = schema.get(key) else {
                continue;
            };
            let path = schema.path.key(key);
            let values = list.as_array().map_or(&[][..], Vec::as_slice);
            if values.is_empty() {
                refusals.push(refuse(path, "without values; write those of the reference"));
                continue;
            }
            for (index, value) in values.iter().enumerate() {
                if schema.text("type") == Some("string") && !value.is_string() {
                    let message =
                        format!("`{value}` is no text, as `type: string` wants; write '{value}' in quotes");
                    refusals.push(refuse(path.index(index), message));
                } else if values[..index].contains(value) {
                    let message = format!("{value} stands here already; leave it out");
                    refusals.push(refuse(path.index(index), message));
                }
            }
        }
    }
    refusals
}

/// Members that every enumeration has in Kotlin.
const TAKEN: [&str; 4] = ["name", "ordinal", "entries", "values"];

fn enum_varnames(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for schema in document.of_kind(Kind::Schema) {
        let list = |key: &str| schema.get(key).and_then(Value::as_array);
        let values = list("enum").map_or(&[][..], Vec::as_slice);
        let taken = values
            .iter()
            .filter_map(Value::as_str)
            .find(|value| TAKEN.contains(value));
        let message = match (list("x-enum-varnames"), taken) {
            (None, Some(value)) => {
                format!("`{value}` does not compile in Kotlin; write a name for each value")
            }
            (Some(names), _) if names.len() != values.len() => {
                format!(
                    "{} names for {} values; write one for each",
                    names.len(),
                    values.len()
                )
            }
            _ => continue,
        };
        refusals.push(refuse(schema.path.key("x-enum-varnames"), message));
    }
    refusals
}

fn no_text_format(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for schema in document.of_kind(Kind::Schema) {
        let format = schema.text("format").unwrap_or_default();
        let instead = match format {
            "date-time" | "date" | "time" => {
                "the service sends no zone, which clients refuse or misread; write the `$ref` of a named schema of \
                 plain `type: string`, such as UtcTimestamp"
            }
            "uuid" => {
                "not every identifier of the service is a UUID; write the `$ref` of a named schema of plain \
                 `type: string`, such as PolicyId"
            }
            _ => continue,
        };
        let message = format!("`format: {format}`: {instead}");
        refusals.push(refuse(schema.path.key("format"), message));
    }
    refusals
}

fn integer_format(document: &Document<'_>) -> Vec<Refusal> {
    document
        .of_kind(Kind::Schema)
        .filter(|schema| schema.text("type") == Some("integer"))
        .filter(|schema| !matches!(schema.text("format"), Some("int32" | "int64")))
        .map(|schema| {
            let message = "clients differ in the width they assume; write `format: int32` or `format: int64`";
            refuse(schema.path.key("format"), message)
        })
        .collect()
}

fn no_default_value(document: &Document<'_>) -> Vec<Refusal> {
    document
        .of_kind(Kind::Schema)
        .filter(|schema| schema.has("default"))
        .map(|schema| {
            let message =
                "some clients send the default where the caller said nothing; say it in the description";
            refuse(schema.path.key("default"), message)
        })
        .collect()
}

const LIMITS: [&str; 13] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

fn no_limit_in_response(document: &Document<'_>) -> Vec<Refusal> {
    let answered = document.reachable_from_responses();
    let mut refusals = Vec::new();
    for schema in document.of_kind(Kind::Schema) {
        let Some(response) = answered.get(&schema.path) else {
            continue;
        };
        for key in LIMITS.into_iter().filter(|key| schema.has(key)) {
            let message = format!(
                "`{key}` refuses real data where it is part of an answer ({}); say it in the description, or write a \
                 schema of its own for the request",
                response.path
            );
            refusals.push(refuse(schema.path.key(key), message));
        }
    }
    refusals
}

#[cfg(test)]
pub(super) mod tests {
    use crate::lint::testing::{Case, GOOD, check, edit};

    pub(crate) const CASES: &[Case] = &[
        Case {
            // Through an array, a reference, and the wrapper of a nullable property.
            edits: &[edit("BookStatus:", "x-extensible-enum", "enum")],
            finds: &[("no-closed-enum-in-response", "components.schemas.BookStatus.enum")],
        },
        Case {
            // In the values of a map.
            edits: &[edit(
                "additionalProperties:\n",
                "            type: string",
                "            type: string\n            enum: [red]",
            )],
            finds: &[(
                "no-closed-enum-in-response",
                "components.schemas.Book.properties.labels.additionalProperties.enum",
            )],
        },
        Case {
            edits: &[edit(
                "place:\n",
                "enum: [first, last]",
                "x-extensible-enum: [first]",
            )],
            finds: &[(
                "extensible-enum",
                "components.schemas.BookToAdd.properties.place.x-extensible-enum",
            )],
        },
        Case {
            edits: &[edit("BookStatus:", "'ON'", "true")],
            finds: &[(
                "enum-values",
                "components.schemas.BookStatus.x-extensible-enum[1]",
            )],
        },
        Case {
            edits: &[edit("BookStatus:", "'ON'", "LENT")],
            finds: &[(
                "enum-values",
                "components.schemas.BookStatus.x-extensible-enum[1]",
            )],
        },
        Case {
            edits: &[edit("place:\n", "[first, last]", "[first, last, name]")],
            finds: &[(
                "enum-varnames",
                "components.schemas.BookToAdd.properties.place.x-enum-varnames",
            )],
        },
        Case {
            edits: &[edit(
                "place:\n",
                "[first, last]",
                "[first, last]\n          x-enum-varnames: [First]",
            )],
            finds: &[(
                "enum-varnames",
                "components.schemas.BookToAdd.properties.place.x-enum-varnames",
            )],
        },
        Case {
            edits: &[edit(
                "Binding:\n",
                "          type: string\n",
                "          type: string\n          format: date-time\n",
            )],
            finds: &[(
                "no-text-format",
                "components.schemas.Binding.properties.colour.format",
            )],
        },
        Case {
            edits: &[edit(
                "book_id\n",
                "            type: string\n",
                "            type: string\n            format: uuid\n",
            )],
            finds: &[(
                "no-text-format",
                "paths./v1/{shelf_id}/books/{book_id}.delete.parameters[1].schema.format",
            )],
        },
        Case {
            edits: &[edit("pages:\n", "          format: int64\n", "")],
            finds: &[(
                "integer-format",
                "components.schemas.Book.properties.pages.format",
            )],
        },
        Case {
            edits: &[edit(
                "name: limit",
                "minimum: 1",
                "minimum: 1\n            default: 20",
            )],
            finds: &[(
                "no-default-value",
                "paths./v1/{shelf_id}/books.get.parameters[1].schema.default",
            )],
        },
        Case {
            edits: &[edit(
                "pages:\n",
                "format: int64",
                "format: int64\n          minimum: 1",
            )],
            finds: &[(
                "no-limit-in-response",
                "components.schemas.Book.properties.pages.minimum",
            )],
        },
        Case {
            edits: &[edit(
                "colour:\n          type: string",
                "\n",
                "\n          pattern: '^[a-z]*$'\n",
            )],
            finds: &[(
                "no-limit-in-response",
                "components.schemas.Binding.properties.colour.pattern",
            )],
        },
        Case {
            // A property can have the name of a keyword.
            edits: &[edit("Binding:", "colour:", "pattern:")],
            finds: &[],
        },
    ];

    #[test]
    fn values() {
        check(GOOD, CASES);
    }
}
