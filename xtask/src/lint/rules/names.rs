//! Names that generators of some language can't take.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::{Refusal, Rule, refuse};
use crate::lint::document::Document;
use crate::lint::grammar::Kind;
use crate::lint::path::Path;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "schema-name-case",
        check: schema_name_case,
    },
    Rule {
        id: "schema-name-reserved",
        check: schema_name_reserved,
    },
    Rule {
        id: "component-name-unique",
        check: component_name_unique,
    },
    Rule {
        id: "rust-name",
        check: rust_name,
    },
];

fn schema_name_case(document: &Document<'_>) -> Vec<Refusal> {
    document
        .components(Kind::Schema)
        .filter(|schema| {
            let name = schema.name();
            !name.starts_with(|c: char| c.is_ascii_uppercase())
                || !name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
        .map(|schema| {
            let message = "is renamed by every generator in its own way; write a noun in PascalCase, ASCII";
            refuse(schema.path.clone(), message)
        })
        .collect()
}

fn schema_name_reserved(document: &Document<'_>) -> Vec<Refusal> {
    document
        .components(Kind::Schema)
        .filter_map(|schema| {
            let name = schema.name();
            let why = if name.eq_ignore_ascii_case("ErrorResponse") {
                "is the name of a type of several generators"
            } else if ends_with(name, "Request") || ends_with(name, "Response") {
                "collides with the types that generators make for operations"
            } else if name
                .strip_prefix("New")
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_lowercase()))
            {
                "collides with the constructors that generators make (`New…`)"
            } else {
                return None;
            };
            let message = format!("`{name}` {why}; write a noun for what it holds");
            Some(refuse(schema.path.clone(), message))
        })
        .collect()
}

/// Without regard to case, as the file systems are that generated files must live on.
fn ends_with(name: &str, suffix: &str) -> bool {
    name.to_ascii_lowercase().ends_with(&suffix.to_ascii_lowercase())
}

/// Kinds of components of which some generator makes a type or a file with the component's name.
const NAMED: [Kind; 5] = [
    Kind::Schema,
    Kind::Parameter,
    Kind::RequestBody,
    Kind::Response,
    Kind::Header,
];

fn component_name_unique(document: &Document<'_>) -> Vec<Refusal> {
    let mut seen: HashMap<String, &Path> = HashMap::new();
    let mut refusals = Vec::new();
    for component in NAMED.into_iter().flat_map(|kind| document.components(kind)) {
        // Without regard to case, as the file systems are that generated files must live on.
        match seen.entry(component.name().to_ascii_lowercase()) {
            Entry::Vacant(entry) => {
                entry.insert(&component.path);
            }
            Entry::Occupied(first) => {
                let message = format!(
                    "has the name of {}, apart from case; generators make a type or a file of each, so write another",
                    first.get()
                );
                refusals.push(refuse(component.path.clone(), message));
            }
        }
    }
    refusals
}

fn rust_name(document: &Document<'_>) -> Vec<Refusal> {
    document
        .nodes()
        .filter(|node| node.has("x-rust-name"))
        .filter(|node| !node.text("x-rust-name").is_some_and(is_snake_case))
        .map(|node| {
            let message = "is the name of a field or an argument in Rust; write it in snake_case";
            refuse(node.path.key("x-rust-name"), message)
        })
        .collect()
}

fn is_snake_case(text: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.split('_').all(word)
}

#[cfg(test)]
pub(super) mod tests {
    use crate::lint::testing::{Case, Edit, GOOD, check, edit};

    const fn renamed(to: &'static str, reference: &'static str) -> [Edit; 2] {
        [
            edit("requestBody", "schemas/BookToAdd'", reference),
            edit("schemas:", "    BookToAdd:", to),
        ]
    }

    pub(crate) const CASES: &[Case] = &[
        Case {
            edits: &renamed("    book_to_add:", "schemas/book_to_add'"),
            finds: &[("schema-name-case", "components.schemas.book_to_add")],
        },
        Case {
            edits: &renamed("    AddBookRequest:", "schemas/AddBookRequest'"),
            finds: &[("schema-name-reserved", "components.schemas.AddBookRequest")],
        },
        Case {
            edits: &renamed("    BookResponse:", "schemas/BookResponse'"),
            finds: &[("schema-name-reserved", "components.schemas.BookResponse")],
        },
        Case {
            edits: &renamed("    ErrorResponse:", "schemas/ErrorResponse'"),
            finds: &[("schema-name-reserved", "components.schemas.ErrorResponse")],
        },
        Case {
            edits: &renamed("    NewBook:", "schemas/NewBook'"),
            finds: &[("schema-name-reserved", "components.schemas.NewBook")],
        },
        Case {
            edits: &renamed("    Newspaper:", "schemas/Newspaper'"),
            finds: &[],
        },
        Case {
            edits: &renamed("    BINDING:", "schemas/BINDING'"),
            finds: &[("component-name-unique", "components.schemas.BINDING")],
        },
        Case {
            edits: &renamed("    ShelfId:", "schemas/ShelfId'"),
            finds: &[("component-name-unique", "components.parameters.ShelfId")],
        },
        Case {
            edits: &[edit("", "x-rust-name: page_count", "x-rust-name: pageCount")],
            finds: &[(
                "rust-name",
                "components.schemas.Book.properties.pages.x-rust-name",
            )],
        },
    ];

    #[test]
    fn names() {
        check(GOOD, CASES);
    }
}
