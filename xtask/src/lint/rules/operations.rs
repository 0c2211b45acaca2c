//! What every operation says of itself.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde_json::Value;

use super::{Refusal, Rule, refuse};
use crate::lint::document::{Document, Node};
use crate::lint::grammar::Kind;
use crate::lint::path::Path;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "operation-id",
        check: operation_id,
    },
    Rule {
        id: "operation-id-unique",
        check: operation_id_unique,
    },
    Rule {
        id: "operation-prose",
        check: operation_prose,
    },
    Rule {
        id: "one-tag",
        check: one_tag,
    },
    Rule {
        id: "reference-page",
        check: reference_page,
    },
    Rule {
        id: "external-docs",
        check: external_docs,
    },
    Rule {
        id: "no-body",
        check: no_body,
    },
];

fn operation_id(document: &Document<'_>) -> Vec<Refusal> {
    document
        .of_kind(Kind::Operation)
        .filter(|operation| !is_camel_case(operation.text("operationId").unwrap_or_default()))
        .map(|operation| {
            let message = "write a verb and a noun in camelCase, ASCII, such as `listBackupPolicies`";
            refuse(operation.path.key("operationId"), message)
        })
        .collect()
}

fn is_camel_case(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn operation_id_unique(document: &Document<'_>) -> Vec<Refusal> {
    let mut seen = HashMap::new();
    let mut refusals = Vec::new();
    for operation in document.of_kind(Kind::Operation) {
        let Some(id) = operation.text("operationId") else {
            continue;
        };
        // Generators write a file for each, and not every file system tells `a` from `A`.
        match seen.entry(id.to_ascii_lowercase()) {
            Entry::Vacant(entry) => {
                entry.insert(operation);
            }
            Entry::Occupied(first) => {
                let message = format!(
                    "`{id}` is the name of {} already; write another",
                    first.get().path
                );
                refusals.push(refuse(operation.path.key("operationId"), message));
            }
        }
    }
    refusals
}

fn operation_prose(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for operation in document.of_kind(Kind::Operation) {
        for (key, what) in [
            ("summary", "a line on what the operation does"),
            ("description", "what the operation does, in our own words"),
        ] {
            if operation.text(key).unwrap_or_default().trim().is_empty() {
                let message = format!("is missing; write {what}");
                refusals.push(refuse(operation.path.key(key), message));
            }
        }
    }
    refusals
}

fn one_tag(document: &Document<'_>) -> Vec<Refusal> {
    let declared: Vec<_> = document
        .of_kind(Kind::Tag)
        .filter_map(|tag| tag.text("name"))
        .collect();
    document
        .of_kind(Kind::Operation)
        .filter(|operation| {
            let tags = operation.get("tags").and_then(Value::as_array);
            let tags = tags.map_or(&[][..], Vec::as_slice);
            !matches!(tags, [Value::String(tag)] if declared.contains(&tag.as_str()))
        })
        .map(|operation| {
            let message = format!(
                "an operation has exactly one tag, a declared one; write one of: {}",
                declared.join(", ")
            );
            refuse(operation.path.key("tags"), message)
        })
        .collect()
}

fn reference_page(document: &Document<'_>) -> Vec<Refusal> {
    let mut seen: HashMap<&str, &Node<'_>> = HashMap::new();
    let mut refusals = Vec::new();
    for operation in document.of_kind(Kind::Operation) {
        for (path, page) in reference_pages(operation) {
            let number = page.strip_prefix("en-us_topic_").unwrap_or_default();
            if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
                let message =
                    "write the name of the page this was derived from, such as en-us_topic_0043410558";
                refusals.push(refuse(path, message));
            } else if let Some(first) = seen.insert(page, operation) {
                let message = format!("`{page}` is the page of {} already", first.path);
                let message = format!("{message}; write the page of this operation");
                refusals.push(refuse(path, message));
            }
        }
    }
    refusals
}

/// The page of an operation and those that describe it besides, each with its place. A missing one is empty.
fn reference_pages<'a>(operation: &Node<'a>) -> Vec<(Path, &'a str)> {
    let path = operation.path.key("x-reference-page");
    let page = operation.text("x-reference-page").unwrap_or_default();
    let mut pages = vec![(path, page)];
    if let Some(also) = operation.get("x-reference-pages-also") {
        let path = operation.path.key("x-reference-pages-also");
        let list = also.as_array().map_or(&[][..], Vec::as_slice);
        if list.is_empty() {
            pages.push((path.clone(), ""));
        }
        for (index, page) in list.iter().enumerate() {
            pages.push((path.index(index), page.as_str().unwrap_or_default()));
        }
    }
    pages
}

fn external_docs(document: &Document<'_>) -> Vec<Refusal> {
    document
        .of_kind(Kind::Operation)
        .filter(|operation| {
            let docs = operation.get("externalDocs");
            let url = docs.and_then(|docs| docs.get("url")).and_then(Value::as_str);
            !url.is_some_and(|url| url.starts_with("https://"))
        })
        .map(|operation| {
            let message = "write the https:// address of the page this was derived from";
            refuse(operation.path.key("externalDocs").key("url"), message)
        })
        .collect()
}

fn no_body(document: &Document<'_>) -> Vec<Refusal> {
    document
        .of_kind(Kind::Operation)
        .filter(|operation| matches!(operation.name(), "get" | "head" | "delete"))
        .filter(|operation| operation.has("requestBody"))
        .map(|operation| {
            let message = format!(
                "proxies and clients drop the body of a {}; write parameters instead",
                operation.name().to_ascii_uppercase()
            );
            refuse(operation.path.key("requestBody"), message)
        })
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use crate::lint::testing::{Case, GOOD, check, edit};

    pub(crate) const CASES: &[Case] = &[
        Case {
            edits: &[edit("", "operationId: addBook", "operationId: add_book")],
            finds: &[("operation-id", "paths./v1/{shelf_id}/books.post.operationId")],
        },
        Case {
            edits: &[edit("", "      operationId: addBook\n", "")],
            finds: &[("operation-id", "paths./v1/{shelf_id}/books.post.operationId")],
        },
        Case {
            edits: &[edit("", "operationId: addBook", "operationId: listbooks")],
            finds: &[(
                "operation-id-unique",
                "paths./v1/{shelf_id}/books.post.operationId",
            )],
        },
        Case {
            edits: &[edit("", "      summary: Add a book\n", "")],
            finds: &[("operation-prose", "paths./v1/{shelf_id}/books.post.summary")],
        },
        Case {
            edits: &[edit(
                "addBook\n",
                "description: Puts a book on the shelf.",
                "description: ''",
            )],
            finds: &[("operation-prose", "paths./v1/{shelf_id}/books.post.description")],
        },
        Case {
            edits: &[edit("addBook", "tags: [Books]", "tags: [Books, Books]")],
            finds: &[("one-tag", "paths./v1/{shelf_id}/books.post.tags")],
        },
        Case {
            edits: &[edit("addBook", "tags: [Books]", "tags: [books]")],
            finds: &[("one-tag", "paths./v1/{shelf_id}/books.post.tags")],
        },
        Case {
            edits: &[edit("", "en-us_topic_0000000002", "topic_2")],
            finds: &[(
                "reference-page",
                "paths./v1/{shelf_id}/books.post.x-reference-page",
            )],
        },
        Case {
            edits: &[edit("", "en-us_topic_0000000002", "en-us_topic_0000000001")],
            finds: &[(
                "reference-page",
                "paths./v1/{shelf_id}/books.post.x-reference-page",
            )],
        },
        Case {
            edits: &[edit(
                "",
                "en-us_topic_0000000002",
                "en-us_topic_0000000002\n      x-reference-pages-also: [en-us_topic_0000000004, en-us_topic_0000000001]",
            )],
            finds: &[(
                "reference-page",
                "paths./v1/{shelf_id}/books.post.x-reference-pages-also[1]",
            )],
        },
        Case {
            edits: &[edit(
                "",
                "url: https://shelf.example.com/add.html",
                "description: The page",
            )],
            finds: &[(
                "external-docs",
                "paths./v1/{shelf_id}/books.post.externalDocs.url",
            )],
        },
        Case {
            edits: &[edit(
                "books:\n    get:\n",
                "      responses:",
                "      requestBody: {content: {}}\n      responses:",
            )],
            finds: &[("no-body", "paths./v1/{shelf_id}/books.get.requestBody")],
        },
    ];

    #[test]
    fn operations() {
        check(GOOD, CASES);
    }
}
