//! From a page to its facts. What is not understood is a problem that names its place.

use std::collections::{BTreeMap, BTreeSet};

use super::sections::{self, Label};
use super::{Content, Field, PageFacts, operation, unread};
use crate::page::{Block, Page, Table};
use crate::problem::Problem;

/// Reads the facts of a page.
pub(crate) fn read(page: &Page) -> Result<PageFacts, Problem> {
    let headings = page.sections.iter().skip(1).map(|section| section.heading.as_str());
    let content = if headings.clone().next().is_none() {
        appendix(page).map_err(at(page, "before the first heading"))?
    } else if headings.clone().any(|heading| heading.eq_ignore_ascii_case("uri")) {
        Content::Operation(Box::new(operation::read(page)?))
    } else {
        Content::RequestFields(request_fields(page)?)
    };
    Ok(PageFacts { id: page.id.clone(), name: page.name.clone(), content, unread: unread::of(page) })
}

/// Makes problems of one place of the page.
pub(super) fn at<'p>(page: &'p Page, place: &'p str) -> impl Fn(String) -> Problem + 'p {
    move |what| Problem::new(&page.id, place, what)
}

fn appendix(page: &Page) -> Result<Content, String> {
    let blocks = page.preamble();
    let tables: Vec<&Table> = blocks.iter().filter_map(as_table).collect();
    let headers: Option<Vec<&str>> =
        tables.first().map(|table| table.headers.iter().map(String::as_str).collect());
    match headers.as_deref() {
        Some(["Module", "Error Code", "Description"]) => error_codes(&tables),
        Some(["Status Code", "Description"]) => status_list(blocks),
        Some(["Released On", "Description"]) => Ok(Content::Prose),
        Some(other) => Err(format!("does not know the headings {other:?}")),
        None if page.has_links && blocks.iter().all(|block| matches!(block, Block::Label(_))) => {
            Ok(Content::Index)
        }
        None if blocks.iter().all(|block| matches!(block, Block::Text(_) | Block::Note(_))) => {
            Ok(Content::Prose)
        }
        None => Err("does not know what kind of page this is".to_owned()),
    }
}

fn error_codes(tables: &[&Table]) -> Result<Content, String> {
    let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for table in tables {
        let mut module = String::new();
        for (number, row) in (1..).zip(&table.rows) {
            let [in_module, code, _] = row.as_slice() else {
                return Err(format!("row {number} does not have three cells"));
            };
            let named = in_module.plain();
            if !named.is_empty() {
                module = named;
            }
            let code = code.plain();
            if module.is_empty() || !code.contains('.') || code.contains(' ') {
                return Err(format!("row {number}: `{code}` of module `{module}` is not a code"));
            }
            if !codes.entry(code.clone()).or_default().insert(module.clone()) {
                return Err(format!("row {number}: the code `{code}` occurs twice in module `{module}`"));
            }
        }
    }
    Ok(Content::ErrorCodes(codes))
}

fn status_list(blocks: &[Block]) -> Result<Content, String> {
    let (mut success, mut failure) = (BTreeSet::new(), BTreeSet::new());
    for group in sections::groups(blocks)? {
        let into = match group.label {
            Label::Normal => &mut success,
            Label::Abnormal => &mut failure,
            _ => return Err(group.unexpected()),
        };
        for table in group.blocks.into_iter().filter_map(as_table) {
            into.extend(sections::statuses(table)?);
        }
    }
    Ok(Content::Statuses { success, failure })
}

fn request_fields(page: &Page) -> Result<Vec<Field>, Problem> {
    let mut fields = Vec::new();
    for section in page.sections.iter().skip(1) {
        let problem = at(page, &section.heading);
        if section.heading != "Function" {
            return Err(problem("the page has this section but no section `URI`".to_owned()));
        }
        for table in section.blocks.iter().filter_map(as_table) {
            fields.extend(sections::rows(table).map_err(&problem)?);
        }
    }
    if fields.is_empty() {
        return Err(Problem::new(&page.id, "whole page", "has neither a URI nor a table of fields"));
    }
    Ok(fields)
}

fn as_table(block: &Block) -> Option<&Table> {
    match block {
        Block::Table(table) => Some(table),
        _ => None,
    }
}
