//! The facts of the pages against the document: every difference as page, field, and what either side says.

mod examples;
mod fields;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub(crate) use examples::member;

use super::document::{DocOperation, Document};
use super::facts::{Content, Operation, PageFacts};
use super::problem::Problem;

/// What is written where a side has nothing.
pub(crate) const ABSENT: &str = "absent";

/// The page of the error codes. A code that only the document has is reported against it.
const ERROR_CODES_PAGE: &str = "en-us_topic_0022472083";

/// One thing that the reference and the document say differently.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Difference {
    /// The stable name of the page.
    pub(crate) page: String,
    /// What differs, in the grammar that openapi/deviations.toml explains.
    pub(crate) field: String,
    pub(crate) reference: String,
    pub(crate) document: String,
    /// The operation, where there is one.
    pub(crate) operation: Option<String>,
}

/// What a comparison found.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) differences: Vec<Difference>,
    pub(crate) problems: Vec<Problem>,
    /// The pages of operations that were compared.
    pub(crate) operation_pages: BTreeSet<String>,
}

/// What the pages are compared with.
pub(crate) struct Against<'d> {
    pub(crate) document: &'d Document,
    pub(crate) error_codes: &'d BTreeMap<String, BTreeSet<String>>,
}

/// Compares pages. Where they are said to be complete, an operation without its page is a difference.
pub(crate) fn compare(pages: &[PageFacts], against: &Against<'_>, complete: bool) -> Comparison {
    let mut comparison = Comparison::default();
    for page in pages {
        let mut differ = Differ::new(page, against.document);
        let outcome = match &page.content {
            Content::Operation(operation) => {
                if differ.operation.is_some() {
                    comparison.operation_pages.insert(page.id.clone());
                }
                differ.operation(operation)
            }
            Content::RequestFields(fields) => differ.request_fields_page(fields),
            Content::ErrorCodes(codes) => {
                differ.error_codes(codes, against.error_codes);
                Ok(())
            }
            Content::Statuses { .. } | Content::Index | Content::Prose => Ok(()),
        };
        comparison.problems.extend(outcome.err());
        comparison.differences.append(&mut differ.differences);
    }
    comparison.problems.extend(shared_pages(against.document));
    missing_pages(pages, against.document, complete, &mut comparison.differences);
    comparison.differences.sort();
    comparison
}

/// Only one of two operations of one page would be compared.
fn shared_pages(document: &Document) -> Vec<Problem> {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for operation in &document.operations {
        for page in operation.page.iter().chain(&operation.also) {
            if let Some(other) = seen.insert(page, &operation.id) {
                let what = format!("names the page {page}, and so does {other}: a page has one operation");
                problems.push(Problem::new("openapi/vbs.yaml", &operation.id, what));
            }
        }
    }
    problems
}

fn missing_pages(pages: &[PageFacts], document: &Document, complete: bool, into: &mut Vec<Difference>) {
    let present: BTreeSet<&str> = pages.iter().map(|page| page.id.as_str()).collect();
    let mut wanted: Vec<(&str, &str)> = Vec::new();
    for operation in &document.operations {
        let named = operation.page.iter().chain(&operation.also);
        wanted.extend(named.map(|page| (page.as_str(), operation.id.as_str())));
        if operation.page.is_none() {
            into.push(Difference {
                page: "none".to_owned(),
                field: format!("operation {}", operation.id),
                reference: ABSENT.to_owned(),
                document: format!("{} {}", operation.method, operation.path),
                operation: Some(operation.id.clone()),
            });
        }
    }
    wanted.push((ERROR_CODES_PAGE, "openapi/error-codes.toml"));
    for (page, operation) in wanted {
        if complete && !present.contains(page) {
            into.push(Difference {
                page: page.to_owned(),
                field: "page".to_owned(),
                reference: ABSENT.to_owned(),
                document: operation.to_owned(),
                operation: Some(operation.to_owned()),
            });
        }
    }
}

/// Compares one page.
struct Differ<'d> {
    page: &'d str,
    name: &'d str,
    document: &'d Document,
    operation: Option<&'d DocOperation>,
    differences: Vec<Difference>,
}

impl<'d> Differ<'d> {
    fn new(page: &'d PageFacts, document: &'d Document) -> Self {
        let is_of = |operation: &&DocOperation| operation.page.as_deref() == Some(page.id.as_str());
        Self {
            page: &page.id,
            name: &page.name,
            document,
            operation: document.operations.iter().find(is_of),
            differences: Vec::new(),
        }
    }

    fn report(
        &mut self,
        field: impl Into<String>,
        reference: impl Into<String>,
        document: impl Into<String>,
    ) {
        self.differences.push(Difference {
            page: self.page.to_owned(),
            field: field.into(),
            reference: reference.into(),
            document: document.into(),
            operation: self.operation.map(|operation| operation.id.clone()),
        });
    }

    /// Reports where the two sides do not say the same.
    fn same(&mut self, field: &str, reference: &str, document: &str) {
        if reference != document {
            self.report(field, reference, document);
        }
    }

    fn operation(&mut self, reference: &Operation) -> Result<(), Problem> {
        let Some(operation) = self.operation else {
            self.report("page", format!("{} {}", reference.method, reference.path), ABSENT);
            return Ok(());
        };
        let document = self.document;
        self.same("method", &reference.method, &operation.method);
        self.same("path", &reference.path, &operation.path);
        self.same(
            "deprecated",
            yes_no(reference.deprecated),
            yes_no(operation.deprecated),
        );
        self.statuses(reference, operation);
        let path = document.parameters(operation, "path")?;
        self.fields("path", &reference.path_parameters, path)?;
        let query = document.parameters(operation, "query")?;
        self.fields("query", &reference.query_parameters, query)?;
        self.fields("header", &[], document.parameters(operation, "header")?)?;
        self.body("request", &reference.request, document.request(operation)?)?;
        self.body(
            "response",
            &reference.response,
            document.response(operation, true)?,
        )?;
        self.failure(&reference.failure, document.response(operation, false)?)?;
        self.examples(reference, operation)
    }

    fn statuses(&mut self, reference: &Operation, operation: &DocOperation) {
        let success: Vec<String> = reference.success.iter().map(ToString::to_string).collect();
        let documented = Document::statuses(operation, true)
            .into_iter()
            .collect::<Vec<_>>();
        self.same("status success", &success.join(", "), &documented.join(", "));
        let failures: BTreeSet<String> = reference.failures.iter().map(ToString::to_string).collect();
        let documented = Document::statuses(operation, false);
        for status in failures.difference(&documented) {
            self.report(format!("status {status}"), "documented", ABSENT);
        }
        for status in documented.difference(&failures) {
            self.report(format!("status {status}"), ABSENT, "documented");
        }
    }

    fn error_codes(
        &mut self,
        reference: &BTreeMap<String, BTreeSet<String>>,
        document: &BTreeMap<String, BTreeSet<String>>,
    ) {
        let codes: BTreeSet<&String> = reference.keys().chain(document.keys()).collect();
        for code in codes {
            let field = format!("error-code {code}");
            match (reference.get(code), document.get(code)) {
                (Some(a), Some(b)) => {
                    self.same(&format!("{field}: module"), &join(a), &join(b));
                }
                (a, b) => {
                    let say = |side: Option<&BTreeSet<String>>| side.map_or(ABSENT.to_owned(), join);
                    self.report(field, say(a), say(b));
                }
            }
        }
    }
}

fn yes_no(deprecated: bool) -> &'static str {
    if deprecated { "yes" } else { "no" }
}

/// A set in words.
fn join(set: &BTreeSet<String>) -> String {
    if set.is_empty() {
        return "none".to_owned();
    }
    let words: Vec<&str> = set.iter().map(String::as_str).collect();
    words.join(", ")
}
