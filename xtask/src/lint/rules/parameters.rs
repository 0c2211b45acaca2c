//! Parameters, and the templates of paths.

use super::{Refusal, Rule, refuse};
use crate::lint::document::{Document, Node};
use crate::lint::grammar::Kind;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "parameter-description",
        check: parameter_description,
    },
    Rule {
        id: "parameter-shape",
        check: parameter_shape,
    },
    Rule {
        id: "parameter-unique",
        check: parameter_unique,
    },
    Rule {
        id: "path-parameter-required",
        check: path_parameter_required,
    },
    Rule {
        id: "path-template",
        check: path_template,
    },
];

fn parameter_description(document: &Document<'_>) -> Vec<Refusal> {
    document
        .of_kind(Kind::Parameter)
        .filter(|parameter| {
            parameter
                .text("description")
                .unwrap_or_default()
                .trim()
                .is_empty()
        })
        .map(|parameter| {
            let message = "is missing; write what the parameter does, and its default where it has one";
            refuse(parameter.path.key("description"), message)
        })
        .collect()
}

fn parameter_shape(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for parameter in document.of_kind(Kind::Parameter) {
        let named = !parameter.text("name").unwrap_or_default().is_empty();
        let placed = matches!(parameter.text("in"), Some("path" | "query" | "header"));
        for (key, good, instead) in [
            ("name", named, "the name as it stands in the request"),
            ("in", placed, "path, query or header"),
            ("schema", parameter.has("schema"), "the schema of the value"),
        ] {
            if !good {
                let message = format!("is missing, or not what the generator takes; write {instead}");
                refusals.push(refuse(parameter.path.key(key), message));
            }
        }
    }
    refusals
}

/// The parameters of an operation as they stand: of its path, then its own.
fn of_operation<'d, 'a>(
    document: &'d Document<'a>,
    operation: &'d Node<'a>,
) -> impl Iterator<Item = &'d Node<'a>> {
    let shared = document.parent(operation).into_iter();
    shared
        .chain([operation])
        .flat_map(|node| document.children_in(node, "parameters"))
}

fn parameter_unique(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for operation in document.of_kind(Kind::Operation) {
        let mut seen = Vec::new();
        for parameter in of_operation(document, operation) {
            let resolved = document.resolved(parameter);
            let name = (resolved.text("name"), resolved.text("in"));
            if seen.contains(&name) {
                let message = format!(
                    "`{}` is a parameter of {} already; keep one",
                    name.0.unwrap_or_default(),
                    operation.path
                );
                refusals.push(refuse(parameter.path.clone(), message));
            }
            seen.push(name);
        }
    }
    refusals
}

fn path_parameter_required(document: &Document<'_>) -> Vec<Refusal> {
    document
        .of_kind(Kind::Parameter)
        .filter(|parameter| parameter.text("in") == Some("path") && !parameter.is_true("required"))
        .map(|parameter| {
            let message = "a path is not complete without its parameters; write `required: true`";
            refuse(parameter.path.key("required"), message)
        })
        .collect()
}

fn path_template(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for operation in document.of_kind(Kind::Operation) {
        let template = operation.path.key_at(1).unwrap_or_default();
        let wanted = names_in(template);
        let mut given = Vec::new();
        for parameter in of_operation(document, operation) {
            let resolved = document.resolved(parameter);
            if resolved.text("in") != Some("path") {
                continue;
            }
            let name = resolved.text("name").unwrap_or_default();
            if !wanted.contains(&name) {
                let message = format!(
                    "`{name}` is not in the path; leave the parameter out, or write {{{name}}} in {template}"
                );
                refusals.push(refuse(parameter.path.clone(), message));
            }
            given.push(name);
        }
        for name in wanted.iter().filter(|name| !given.contains(name)) {
            let message = format!(
                "{{{name}}} of the path is no parameter; write one with `name: {name}` and `in: path`"
            );
            refusals.push(refuse(operation.path.key("parameters"), message));
        }
    }
    refusals
}

/// The names in the braces of a path.
fn names_in(template: &str) -> Vec<&str> {
    let parts = template.split('{').skip(1);
    parts.filter_map(|part| Some(part.split_once('}')?.0)).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use crate::lint::testing::{Case, GOOD, check, edit};

    pub(crate) const CASES: &[Case] = &[
        Case {
            edits: &[edit("", "          description: The most books to return.\n", "")],
            finds: &[(
                "parameter-description",
                "paths./v1/{shelf_id}/books.get.parameters[1].description",
            )],
        },
        Case {
            edits: &[edit("name: limit\n", "in: query", "in: cookie")],
            finds: &[(
                "parameter-shape",
                "paths./v1/{shelf_id}/books.get.parameters[1].in",
            )],
        },
        Case {
            edits: &[edit("ShelfId:\n", "      schema:\n        type: string\n", "")],
            finds: &[("parameter-shape", "components.parameters.ShelfId.schema")],
        },
        Case {
            edits: &[edit("", "name: sort_dir", "name: limit")],
            finds: &[("parameter-unique", "paths./v1/{shelf_id}/books.get.parameters[2]")],
        },
        Case {
            edits: &[edit("ShelfId:\n", "      required: true\n", "")],
            finds: &[(
                "path-parameter-required",
                "components.parameters.ShelfId.required",
            )],
        },
        Case {
            edits: &[edit("", "name: book_id", "name: id")],
            finds: &[
                (
                    "path-template",
                    "paths./v1/{shelf_id}/books/{book_id}.delete.parameters",
                ),
                (
                    "path-template",
                    "paths./v1/{shelf_id}/books/{book_id}.delete.parameters[1]",
                ),
            ],
        },
        Case {
            // One that all operations of a path share counts for each.
            edits: &[
                edit(
                    "addBook",
                    "      parameters:\n        - $ref: '#/components/parameters/ShelfId'\n",
                    "",
                ),
                edit(
                    "listBooks",
                    "        - $ref: '#/components/parameters/ShelfId'\n",
                    "",
                ),
                edit(
                    "/books:\n",
                    "    get:",
                    "    parameters:\n      - $ref: '#/components/parameters/ShelfId'\n    get:",
                ),
            ],
            finds: &[],
        },
    ];

    #[test]
    fn parameters() {
        check(GOOD, CASES);
    }
}
