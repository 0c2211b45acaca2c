//! Compares the facts of the pages with the document. A difference has a page, a field and both values.

mod examples;
mod fields;

use std::collections::{BTreeMap, BTreeSet};

use crate::document::{DocOperation, Document};
use crate::facts::{Content, Operation};
use crate::problem::Problem;
use crate::reference::{ReadPage, Reference};

/// The value of a side that has nothing.
pub(crate) const ABSENT: &str = "absent";

/// Something that the reference and the document state differently.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// The stable name of the page.
    pub page: String,
    /// What differs: `path.NAME`, `response.a[].b: type`, `status 404`, `example.request[0].a`, and so on.
    pub field: String,
    /// What the page says.
    pub reference: String,
    /// What the document says.
    pub document: String,
    /// The operation, if there is one.
    pub operation: Option<String>,
}

/// The part of the reference that was read.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    /// Whether a page that was not read is missing from the reference.
    pub(crate) complete: bool,
    /// The pages that could not be read.
    pub(crate) unreadable: BTreeSet<String>,
    /// Old stable names of pages with the new ones.
    pub(crate) moved: BTreeMap<String, String>,
}

/// What a comparison found.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    pub(crate) differences: Vec<Difference>,
    pub(crate) problems: Vec<Problem>,
    /// The pages that were compared, under their old names.
    pub(crate) compared: BTreeSet<String>,
    /// Those of them that describe an operation of the document.
    pub(crate) operation_pages: BTreeSet<String>,
    pub(crate) scope: Scope,
}

/// Compares the pages with the document.
pub(crate) fn compare(reference: &Reference, document: &Document, scope: Scope) -> Comparison {
    let mut comparison = Comparison { scope, ..Comparison::default() };
    for page in &reference.pages {
        let facts = &page.facts;
        let moved = comparison.scope.moved.iter().find(|(_, to)| **to == facts.id);
        let id = moved.map_or(&facts.id, |(from, _)| from).clone();
        let operation = document.operation_of(&id);
        let mut differ =
            Differ { page: &id, name: &facts.name, document, operation, differences: Vec::new() };
        let outcome = match &facts.content {
            Content::Operation(operation) => differ.operation(operation),
            Content::RequestFields(fields) => differ.request_fields_page(fields),
            Content::ErrorCodes(codes) => {
                differ.error_codes(codes, &document.error_codes);
                Ok(())
            }
            Content::Statuses { .. } | Content::Index | Content::Prose => Ok(()),
        };
        if moved.is_some() && document.pages().any(|(page, _)| *page == id) {
            differ.report("page", format!("moved to {}", facts.id), &id);
        }
        match outcome {
            Ok(()) => {
                if differ.operation.is_some() && facts.operation().is_some() {
                    comparison.operation_pages.insert(id.clone());
                }
                comparison.differences.append(&mut differ.differences);
                comparison.compared.insert(id);
            }
            Err(problem) => {
                comparison.problems.push(problem);
                comparison.scope.unreadable.insert(id);
            }
        }
    }
    comparison.problems.extend(shared_pages(document));
    comparison.problems.sort();
    comparison.problems.dedup();
    missing_pages(reference, document, &mut comparison);
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
                problems.push(Problem::new(&document.name, &operation.id, what));
            }
        }
    }
    problems
}

fn missing_pages(reference: &Reference, document: &Document, comparison: &mut Comparison) {
    let mut missing = |page: &str, field: &str, document: String, operation: Option<&str>| {
        let [page, field, reference] = [page, field, ABSENT].map(str::to_owned);
        let operation = operation.map(str::to_owned);
        comparison.differences.push(Difference { page, field, reference, document, operation });
    };
    for operation in document.operations.iter().filter(|operation| operation.page.is_none()) {
        let field = format!("operation {}", operation.id);
        let text = format!("{} {}", operation.facts.method, operation.facts.path);
        missing("none", &field, text, Some(&operation.id));
    }
    let scope = &comparison.scope;
    if !scope.complete {
        return;
    }
    for (page, operation) in document.pages() {
        let read = comparison.compared.contains(page) || scope.unreadable.contains(page);
        if !read {
            missing(page, "page", operation.to_owned(), Some(operation));
        }
    }
    // An unreadable page that belongs to no operation may be the one with the error codes.
    let may_be_unreadable = scope.unreadable.iter().any(|id| document.pages().all(|(page, _)| page != id));
    let is_list = |page: &ReadPage| matches!(page.facts.content, Content::ErrorCodes(_));
    if !document.error_codes.is_empty() && !may_be_unreadable && !reference.pages.iter().any(is_list) {
        let count = document.error_codes.len();
        missing("none", "error codes", format!("{count} codes"), None);
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

impl Differ<'_> {
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

    /// Reports a difference unless the two sides are equal.
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
        operation.problem.clone().map_or(Ok(()), Err)?;
        let document = &operation.facts;
        self.same("method", &reference.method, &document.method);
        self.same("path", &reference.path, &document.path);
        self.same("deprecated", yes_no(reference.deprecated), yes_no(document.deprecated));
        self.same("status success", &join(&reference.success), &join(&document.success));
        for status in reference.failures.difference(&document.failures) {
            self.report(format!("status {status}"), "documented", ABSENT);
        }
        for status in document.failures.difference(&reference.failures) {
            self.report(format!("status {status}"), ABSENT, "documented");
        }
        self.fields("path", &reference.path_parameters, &document.path_parameters);
        self.fields("query", &reference.query_parameters, &document.query_parameters);
        self.fields("header", &reference.headers, &document.headers);
        self.fields("request", &reference.request, &document.request);
        self.fields("response", &reference.response, &document.response);
        self.failure(&reference.failure, &document.failure);
        self.examples(reference, operation);
        Ok(())
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
                (Some(a), Some(b)) => self.same(&format!("{field}: module"), &join(a), &join(b)),
                (a, b) => {
                    let say = |side: Option<&BTreeSet<String>>| side.map_or(ABSENT.to_owned(), join);
                    self.report(field, say(a), say(b));
                }
            }
        }
    }
}

fn yes_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

/// A set in words.
fn join<T: ToString>(set: &BTreeSet<T>) -> String {
    if set.is_empty() {
        return "none".to_owned();
    }
    let words: Vec<String> = set.iter().map(ToString::to_string).collect();
    words.join(", ")
}
