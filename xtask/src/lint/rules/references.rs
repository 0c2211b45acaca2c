//! What `$ref` points to, and what nothing points to.

use super::{Refusal, Rule, refuse};
use crate::lint::document::{Document, Node};
use crate::lint::grammar::Kind;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "ref-resolves",
        check: ref_resolves,
    },
    Rule {
        id: "ref-siblings",
        check: ref_siblings,
    },
    Rule {
        id: "unused-component",
        check: unused_component,
    },
    Rule {
        id: "unused-tag",
        check: unused_tag,
    },
];

fn ref_resolves(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for node in document.nodes().filter(|node| node.has("$ref")) {
        let place = node.path.key("$ref");
        if !node.kind.can_be_referenced() {
            let message = "no reference can stand here; write the object out";
            refusals.push(refuse(place, message));
        } else if document.target(node).is_none() {
            let reference = node.reference().unwrap_or_default();
            let group = match node.kind {
                Kind::Parameter => "parameters",
                Kind::RequestBody => "requestBodies",
                Kind::Response => "responses",
                Kind::Header => "headers",
                Kind::Example => "examples",
                _ => "schemas",
            };
            let message = format!(
                "there is no `{reference}` that can stand here; write the name of one of components.{group}, as \
                 '#/components/{group}/Name'"
            );
            refusals.push(refuse(place, message));
        }
    }
    refusals
}

fn ref_siblings(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for node in document.nodes().filter(|node| node.has("$ref")) {
        let siblings = node.value.as_object().into_iter().flatten();
        for (key, _) in siblings.filter(|(key, _)| *key != "$ref") {
            let instead = if node.kind == Kind::Schema {
                "wrap the reference: `allOf: [{$ref: …}]` beside it"
            } else {
                "write it at the target"
            };
            let message = format!("OpenAPI 3.0 ignores what stands beside `$ref`; {instead}");
            refusals.push(refuse(node.path.key(key), message));
        }
    }
    refusals
}

fn unused_component(document: &Document<'_>) -> Vec<Refusal> {
    let used = document.reachable_from(document.of_kind(Kind::PathItem));
    let demanded: Vec<_> = document
        .of_kind(Kind::Operation)
        .chain([document.root()])
        .filter_map(|node| node.get("security")?.as_array())
        .flatten()
        .filter_map(|requirement| requirement.as_object())
        .flat_map(|requirement| requirement.keys())
        .collect();
    let unused: Vec<_> = document
        .nodes()
        .filter(|node| document.is_component(node))
        .filter(|component| match component.kind {
            Kind::SecurityScheme => !demanded.iter().any(|name| *name == component.name()),
            _ => !used.contains_key(&component.path),
        })
        .collect();
    let reached = |start, end: &Node<'_>| {
        document
            .reachable_from([start].into_iter())
            .contains_key(&end.path)
    };
    unused
        .iter()
        .filter(|component| {
            // Only where a chain of them begins: the rest follows from that.
            !unused
                .iter()
                .any(|other| reached(*other, component) && !reached(**component, other))
        })
        .map(|component| {
            let message = "no operation uses this; use it, or leave it out";
            refuse(component.path.clone(), message)
        })
        .collect()
}

fn unused_tag(document: &Document<'_>) -> Vec<Refusal> {
    let used: Vec<_> = document
        .of_kind(Kind::Operation)
        .filter_map(|operation| operation.get("tags")?.as_array())
        .flatten()
        .filter_map(|tag| tag.as_str())
        .collect();
    document
        .of_kind(Kind::Tag)
        .filter(|tag| !tag.text("name").is_some_and(|name| used.contains(&name)))
        .map(|tag| refuse(tag.path.clone(), "no operation has this tag; leave it out"))
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use crate::lint::testing::{Case, GOOD, check, edit};

    pub(crate) const CASES: &[Case] = &[
        Case {
            edits: &[edit("BookList:", "schemas/Book'", "schemas/Tome'")],
            finds: &[(
                "ref-resolves",
                "components.schemas.BookList.properties.books.items.$ref",
            )],
        },
        Case {
            // The target is there, but of another kind.
            edits: &[edit("BookList:", "schemas/Book'", "parameters/ShelfId'")],
            finds: &[(
                "ref-resolves",
                "components.schemas.BookList.properties.books.items.$ref",
            )],
        },
        Case {
            edits: &[edit(
                "BookList:",
                "'#/components/schemas/Book'",
                "'books.yaml#/Book'",
            )],
            finds: &[(
                "ref-resolves",
                "components.schemas.BookList.properties.books.items.$ref",
            )],
        },
        Case {
            edits: &[edit(
                "",
                "externalDocs:\n        url: https://shelf.example.com/list.html",
                "externalDocs: {$ref: '#/components/schemas/Book'}",
            )],
            finds: &[
                ("external-docs", "paths./v1/{shelf_id}/books.get.externalDocs.url"),
                ("ref-resolves", "paths./v1/{shelf_id}/books.get.externalDocs.$ref"),
            ],
        },
        Case {
            edits: &[edit(
                "BookList:",
                "$ref:",
                "description: A book.\n            $ref:",
            )],
            finds: &[(
                "ref-siblings",
                "components.schemas.BookList.properties.books.items.description",
            )],
        },
        Case {
            // A schema that only refers to itself is not used.
            edits: &[edit(
                "  schemas:\n",
                "    SortDirection:",
                "    Branch:\n      type: array\n      description: A branch.\n      items: {$ref: '#/components/schemas/Branch'}\n    SortDirection:",
            )],
            finds: &[("unused-component", "components.schemas.Branch")],
        },
        Case {
            edits: &[edit(
                "  parameters:\n",
                "    ShelfId:",
                "    Depth:\n      name: depth\n      in: query\n      description: The depth.\n      schema: {type: string}\n      example: d1\n    ShelfId:",
            )],
            finds: &[("unused-component", "components.parameters.Depth")],
        },
        Case {
            // What only an unused component uses is not told of besides.
            edits: &[edit(
                "  schemas:\n",
                "    SortDirection:",
                "    Branch:\n      type: array\n      description: A branch.\n      items: {$ref: '#/components/schemas/Leaf'}\n    Leaf:\n      type: string\n      description: A leaf.\n      example: green\n    SortDirection:",
            )],
            finds: &[("unused-component", "components.schemas.Branch")],
        },
        Case {
            edits: &[edit("", "tags:\n", "tags:\n  - name: Shelves\n")],
            finds: &[("unused-tag", "tags[0]")],
        },
    ];

    #[test]
    fn references() {
        check(GOOD, CASES);
    }
}
