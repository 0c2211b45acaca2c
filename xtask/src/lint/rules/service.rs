//! The document as a whole: versions, servers, security, and keys that it does not know.

use serde_json::Value;

use super::{Refusal, Rule, refuse};
use crate::lint::document::Document;
use crate::lint::grammar::Kind;
use crate::lint::path::Path;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "openapi-version",
        check: openapi_version,
    },
    Rule {
        id: "info-version",
        check: info_version,
    },
    Rule {
        id: "https-servers",
        check: https_servers,
    },
    Rule {
        id: "security",
        check: security,
    },
    Rule {
        id: "not-an-object",
        check: not_an_object,
    },
    Rule {
        id: "unknown-key",
        check: unknown_key,
    },
];

fn all_numbers<'t>(mut parts: impl Iterator<Item = &'t str>) -> bool {
    parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

fn openapi_version(document: &Document<'_>) -> Vec<Refusal> {
    let version = document.root().text("openapi").unwrap_or_default();
    let patch = version.strip_prefix("3.0.");
    if patch.is_some_and(|patch| all_numbers([patch].into_iter())) {
        return Vec::new();
    }
    let message = format!("`{version}` is not a version 3.0.x of OpenAPI; write 3.0.3");
    vec![refuse(Path::root().key("openapi"), message)]
}

fn info_version(document: &Document<'_>) -> Vec<Refusal> {
    let info = document.root().get("info");
    let version = info.and_then(|info| info.get("version"));
    let version = version.and_then(Value::as_str).unwrap_or_default();
    let numbers = version.strip_prefix('v').map(|rest| rest.split('.'));
    if numbers.is_some_and(|numbers| numbers.clone().count() <= 3 && all_numbers(numbers)) {
        return Vec::new();
    }
    let message = format!("`{version}` is not a version of this document; write vX, vX.Y or vX.Y.Z");
    vec![refuse(Path::root().key("info").key("version"), message)]
}

fn https_servers(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals: Vec<_> = document
        .of_kind(Kind::Server)
        .filter(|server| !server.text("url").is_some_and(|url| url.starts_with("https://")))
        .map(|server| {
            let message = "a token is sent to this address; write one that begins with https://";
            refuse(server.path.key("url"), message)
        })
        .collect();
    if document.of_kind(Kind::Server).next().is_none() {
        let message = "there is no server; write the https:// address of the service";
        refusals.push(refuse(Path::root().key("servers"), message));
    }
    refusals
}

fn security(document: &Document<'_>) -> Vec<Refusal> {
    let declared: Vec<_> = document
        .of_kind(Kind::SecurityScheme)
        .map(|scheme| scheme.name())
        .collect();
    let mut refusals = Vec::new();
    let operations = document.of_kind(Kind::Operation);
    for node in operations.chain([document.root()]) {
        let path = node.path.key("security");
        let Some(security) = node.get("security") else {
            if node.kind == Kind::Operation && !document.root().has("security") {
                let message =
                    "nothing says who may call this; write `security`, here or once for the document";
                refusals.push(refuse(path, message));
            }
            continue;
        };
        for (index, requirement) in security.as_array().into_iter().flatten().enumerate() {
            let names = requirement.as_object().into_iter().flatten();
            for (name, _) in names.filter(|(name, _)| !declared.contains(&name.as_str())) {
                let message = format!(
                    "there is no `{name}`; write one of components.securitySchemes: {}",
                    declared.join(", ")
                );
                refusals.push(refuse(path.index(index).key(name), message));
            }
        }
    }
    refusals
}

fn not_an_object(document: &Document<'_>) -> Vec<Refusal> {
    document
        .nodes()
        .filter(|node| !node.value.is_object())
        .map(|node| {
            let message = format!("`{}` can't stand here; write a mapping", shortened(node.value));
            refuse(node.path.clone(), message)
        })
        .collect()
}

fn shortened(value: &Value) -> String {
    value.to_string().chars().take(40).collect()
}

fn unknown_key(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for node in document.nodes().filter(|node| node.reference().is_none()) {
        for (key, _) in node.value.as_object().into_iter().flatten() {
            if node.kind.child(key).is_none() {
                let known: Vec<_> = node.kind.keys().iter().map(|(name, _)| *name).collect();
                let message = format!(
                    "the key is misspelt, or not known to what reads this document; write one of {} (or teach \
                     otc-vbs-codegen the key, and the linter's grammar.rs)",
                    known.join(", ")
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
            edits: &[edit("", "openapi: 3.0.3", "openapi: 3.1.0")],
            finds: &[("openapi-version", "openapi")],
        },
        Case {
            edits: &[edit("", "openapi: 3.0.3", "openapi: 3.0.4")],
            finds: &[],
        },
        Case {
            edits: &[edit("", "version: v1.0.0", "version: 1.0.0")],
            finds: &[("info-version", "info.version")],
        },
        Case {
            edits: &[edit("", "version: v1.0.0", "version: v1.0.0.0")],
            finds: &[("info-version", "info.version")],
        },
        Case {
            edits: &[edit("", "version: v1.0.0", "version: v2")],
            finds: &[],
        },
        Case {
            edits: &[edit("", "https://shelf.example.com\n", "http://shelf\n")],
            finds: &[("https-servers", "servers[0].url")],
        },
        Case {
            edits: &[edit(
                "",
                "servers:\n  - url: https://shelf.example.com",
                "servers: []",
            )],
            finds: &[("https-servers", "servers")],
        },
        Case {
            edits: &[edit("security:\n", "token", "tokens")],
            finds: &[
                ("security", "security[0].tokens"),
                ("unused-component", "components.securitySchemes.token"),
            ],
        },
        Case {
            edits: &[
                edit("", "security:\n  - token: []\n", ""),
                edit(
                    "operationId: listBooks\n",
                    "      summary",
                    "      security: [{token: []}]\n      summary",
                ),
                edit(
                    "operationId: addBook\n",
                    "      summary",
                    "      security: [{token: []}]\n      summary",
                ),
            ],
            finds: &[("security", "paths./v1/{shelf_id}/books/{book_id}.delete.security")],
        },
        Case {
            edits: &[edit(
                "sort_dir",
                "schema:\n            $ref: '#/components/schemas/SortDirection'",
                "schema: string",
            )],
            finds: &[
                (
                    "not-an-object",
                    "paths./v1/{shelf_id}/books.get.parameters[2].schema",
                ),
                ("unused-component", "components.schemas.SortDirection"),
            ],
        },
        Case {
            edits: &[edit("pages:\n", "          nullable", "          nulable")],
            finds: &[
                ("unknown-key", "components.schemas.Book.properties.pages.nulable"),
                ("optional-nullable", "components.schemas.Book.properties.pages"),
            ],
        },
        Case {
            edits: &[edit("BookStatus:\n", "x-extensible-enum", "x-extensible")],
            finds: &[("unknown-key", "components.schemas.BookStatus.x-extensible")],
        },
    ];

    #[test]
    fn service() {
        check(GOOD, CASES);
    }
}
