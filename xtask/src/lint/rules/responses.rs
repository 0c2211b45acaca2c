//! Which responses an operation has, and what their bodies and those of requests are.

use super::{Refusal, Rule, refuse};
use crate::lint::document::Document;
use crate::lint::grammar::Kind;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "one-success",
        check: one_success,
    },
    Rule {
        id: "failure-codes",
        check: failure_codes,
    },
    Rule {
        id: "failure-schema",
        check: failure_schema,
    },
    Rule {
        id: "no-default-response",
        check: no_default_response,
    },
    Rule {
        id: "no-response-range",
        check: no_response_range,
    },
    Rule {
        id: "json-only",
        check: json_only,
    },
    Rule {
        id: "named-examples",
        check: named_examples,
    },
    Rule {
        id: "body-schema",
        check: body_schema,
    },
];

/// The failures that the reference documents for every operation, and 429, which the service sends all the same, each
/// with the component that describes it.
const FAILURES: [(&str, &str); 15] = [
    ("400", "BadRequest"),
    ("401", "Unauthorized"),
    ("403", "Forbidden"),
    ("404", "NotFound"),
    ("405", "MethodNotAllowed"),
    ("406", "NotAcceptable"),
    ("407", "ProxyAuthenticationRequired"),
    ("408", "RequestTimeout"),
    ("409", "Conflict"),
    ("429", "TooManyRequests"),
    ("500", "InternalServerError"),
    ("501", "NotImplemented"),
    ("502", "BadGateway"),
    ("503", "ServiceUnavailable"),
    ("504", "GatewayTimeout"),
];

/// How an operation refers to a failure.
fn failure_reference(component: &str) -> String {
    format!("#/components/responses/{component}")
}

fn is_success(code: &str) -> bool {
    code.len() == 3 && code.starts_with('2')
}

fn is_range(code: &str) -> bool {
    code.len() == 3 && code.to_ascii_uppercase().ends_with("XX")
}

fn one_success(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for operation in document.of_kind(Kind::Operation) {
        let codes: Vec<_> = document
            .children_in(operation, "responses")
            .map(|response| response.name())
            .filter(|code| is_success(code) && !is_range(code))
            .collect();
        if codes.len() != 1 {
            let message = format!(
                "the generator takes exactly one success code, not {} ({}); write the one that the page of the \
                 operation documents",
                codes.len(),
                codes.join(", ")
            );
            refusals.push(refuse(operation.path.key("responses"), message));
        }
    }
    refusals
}

fn failure_codes(document: &Document<'_>) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for operation in document.of_kind(Kind::Operation) {
        let path = operation.path.key("responses");
        let responses: Vec<_> = document.children_in(operation, "responses").collect();
        let missing: Vec<_> = FAILURES
            .iter()
            .filter(|(code, _)| !responses.iter().any(|response| response.name() == *code))
            .collect();
        if let Some((first, component)) = missing.first() {
            let codes: Vec<_> = missing.iter().map(|(code, _)| *code).collect();
            let message = format!(
                "without {}; write '{first}': {{$ref: '{}'}}, and so on for each",
                codes.join(", "),
                failure_reference(component)
            );
            refusals.push(refuse(path.clone(), message));
        }
        for response in responses {
            let code = response.name();
            if let Some((_, component)) = FAILURES.iter().find(|(failure, _)| *failure == code) {
                let reference = failure_reference(component);
                if response.reference() != Some(&reference) {
                    let message = format!("each failure is described once; write {{$ref: '{reference}'}}");
                    refusals.push(refuse(response.path.clone(), message));
                }
            } else if !is_success(code) && code != "default" && !is_range(code) {
                let known: Vec<_> = FAILURES.iter().map(|(code, _)| *code).collect();
                let message = format!(
                    "`{code}` is neither a success nor one of the failures {}; leave it out, the Rust client takes \
                     every 4xx and 5xx for a failure",
                    known.join(", ")
                );
                refusals.push(refuse(response.path.clone(), message));
            }
        }
    }
    refusals
}

fn failure_schema(document: &Document<'_>) -> Vec<Refusal> {
    let mut first = None;
    let mut refusals = Vec::new();
    let is_failure = |name: &str| FAILURES.iter().any(|(_, component)| *component == name);
    let failures = document.components(Kind::Response);
    for response in failures.filter(|response| is_failure(response.name())) {
        let content = document.children_in(response, "content").next();
        let schema = content.and_then(|content| document.children_in(content, "schema").next());
        let schema = schema.and_then(|schema| schema.reference());
        if *first.get_or_insert(schema) != schema {
            let message = format!(
                "a second type of failure in one operation panics the generator; give it the schema of the other \
                 failures, {}",
                first.flatten().unwrap_or("none")
            );
            refusals.push(refuse(response.path.clone(), message));
        }
    }
    refusals
}

fn no_default_response(document: &Document<'_>) -> Vec<Refusal> {
    responses_named(
        document,
        |code| code == "default",
        |_| {
            format!(
                "a default response beside a success code panics the generator; write every failure by its code: '400': \
             {{$ref: '{}'}}",
                failure_reference("BadRequest")
            )
        },
    )
}

fn no_response_range(document: &Document<'_>) -> Vec<Refusal> {
    responses_named(document, is_range, |code| {
        format!("the range `{code}` does not compile in all clients; write each code by its number")
    })
}

fn responses_named(
    document: &Document<'_>,
    refused: fn(&str) -> bool,
    message: fn(&str) -> String,
) -> Vec<Refusal> {
    document
        .nodes()
        .filter(|node| node.kind == Kind::Response && !document.is_component(node))
        .filter(|response| refused(response.name()))
        .map(|response| refuse(response.path.clone(), message(response.name())))
        .collect()
}

fn json_only(document: &Document<'_>) -> Vec<Refusal> {
    document
        .of_kind(Kind::MediaType)
        .filter(|media_type| media_type.name() != "application/json")
        .map(|media_type| {
            let message = "the service speaks JSON only; write application/json";
            refuse(media_type.path.clone(), message)
        })
        .collect()
}

fn named_examples(document: &Document<'_>) -> Vec<Refusal> {
    document
        .of_kind(Kind::MediaType)
        .filter(|media_type| document.children_in(media_type, "examples").next().is_none())
        .map(|media_type| {
            let message = "a body needs the documented example; write it as a named one, under `examples`";
            refuse(media_type.path.clone(), message)
        })
        .collect()
}

fn body_schema(document: &Document<'_>) -> Vec<Refusal> {
    document
        .of_kind(Kind::MediaType)
        .filter(|media_type| {
            let schema = document.children_in(media_type, "schema").next();
            schema.is_none_or(|schema| schema.reference().is_none())
        })
        .map(|media_type| {
            let message = "generators find no name for the type of this body; write a named schema, and its `$ref` here";
            refuse(media_type.path.key("schema"), message)
        })
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use crate::lint::testing::{Case, GOOD, check, edit};

    pub(crate) const CASES: &[Case] = &[
        Case {
            edits: &[edit(
                "deleteBook",
                "        '204':",
                "        '202': {description: Later.}\n        '204':",
            )],
            finds: &[(
                "one-success",
                "paths./v1/{shelf_id}/books/{book_id}.delete.responses",
            )],
        },
        Case {
            edits: &[edit(
                "deleteBook",
                "        '204':\n          description: The book was deleted.\n",
                "",
            )],
            finds: &[(
                "one-success",
                "paths./v1/{shelf_id}/books/{book_id}.delete.responses",
            )],
        },
        Case {
            edits: &[edit(
                "deleteBook",
                "        '429': {$ref: '#/components/responses/TooManyRequests'}\n",
                "",
            )],
            finds: &[(
                "failure-codes",
                "paths./v1/{shelf_id}/books/{book_id}.delete.responses",
            )],
        },
        Case {
            edits: &[edit(
                "deleteBook",
                "'404': {$ref: '#/components/responses/NotFound'}",
                "'404': {description: No.}",
            )],
            finds: &[(
                "failure-codes",
                "paths./v1/{shelf_id}/books/{book_id}.delete.responses.404",
            )],
        },
        Case {
            edits: &[edit(
                "deleteBook",
                "'409': {$ref",
                "'418': {$ref: '#/components/responses/BadRequest'}\n        '409': {$ref",
            )],
            finds: &[(
                "failure-codes",
                "paths./v1/{shelf_id}/books/{book_id}.delete.responses.418",
            )],
        },
        Case {
            edits: &[edit(
                "deleteBook",
                "'400': {$ref",
                "default: {$ref: '#/components/responses/BadRequest'}\n        '400': {$ref",
            )],
            finds: &[(
                "no-default-response",
                "paths./v1/{shelf_id}/books/{book_id}.delete.responses.default",
            )],
        },
        Case {
            edits: &[edit(
                "deleteBook",
                "'400': {$ref",
                "4XX: {$ref: '#/components/responses/BadRequest'}\n        '400': {$ref",
            )],
            finds: &[(
                "no-response-range",
                "paths./v1/{shelf_id}/books/{book_id}.delete.responses.4XX",
            )],
        },
        Case {
            edits: &[edit("    NotFound:", "application/json", "text/html")],
            finds: &[("json-only", "components.responses.NotFound.content.text/html")],
        },
        Case {
            edits: &[edit("    NotFound:", "schemas/Fault", "schemas/Binding")],
            finds: &[
                (
                    "example-members",
                    "components.responses.NotFound.content.application/json.examples.notFound.value.message",
                ),
                ("failure-schema", "components.responses.NotFound"),
            ],
        },
        Case {
            edits: &[edit(
                "requestBody",
                "            examples:\n              plain:\n                summary: A book with a title\n                value:\n                  title: Emma\n                  place: first\n",
                "",
            )],
            finds: &[(
                "named-examples",
                "paths./v1/{shelf_id}/books.post.requestBody.content.application/json",
            )],
        },
        Case {
            edits: &[edit(
                "'202'",
                "$ref: '#/components/schemas/Book'",
                "{type: object, properties: {id: {type: string, nullable: true, description: It., example: b1}}}",
            )],
            finds: &[(
                "body-schema",
                "paths./v1/{shelf_id}/books.post.responses.202.content.application/json.schema",
            )],
        },
    ];

    #[test]
    fn responses() {
        check(GOOD, CASES);
    }
}
