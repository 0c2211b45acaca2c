//! From a page to its facts. Whatever is not understood is a problem that says where it stands.

use std::collections::{BTreeMap, BTreeSet};

use super::super::page::{Block, Page, Table};
use super::super::problem::Problem;
use super::operation;
use super::sections::{self, Label};
use super::{Content, Field, PageFacts};

/// Reads the facts of a page.
pub(crate) fn read(page: &Page) -> Result<PageFacts, Problem> {
    let content = if page.sections.is_empty() {
        appendix(page)?
    } else if page.sections.iter().any(|section| section.heading == "URI") {
        Content::Operation(Box::new(operation::read(page)?))
    } else {
        Content::RequestFields(request_fields(page)?)
    };
    let stem = page.file.rsplit(['/', '\\']).next().unwrap_or(&page.file);
    Ok(PageFacts {
        id: page.id.clone(),
        name: stem.trim_end_matches(".html").to_owned(),
        content,
    })
}

/// A problem maker for one place of the page.
pub(super) fn at<'p>(page: &'p Page, place: &'p str) -> impl Fn(String) -> Problem + 'p {
    move |what| Problem::new(&page.id, place, what)
}

fn appendix(page: &Page) -> Result<Content, Problem> {
    let problem = at(page, "before the first heading");
    let tables: Vec<&Table> = page.preamble.iter().filter_map(as_table).collect();
    let headers = tables
        .first()
        .map(|table| table.headers.iter().map(String::as_str).collect::<Vec<_>>());
    match headers.as_deref() {
        Some(["Module", "Error Code", "Description"]) => error_codes(&tables).map_err(problem),
        Some(["Status Code", "Description"]) => status_list(page).map_err(problem),
        Some(["Released On", "Description"]) => Ok(Content::Prose),
        Some(other) => Err(problem(format!("does not know the headings {other:?}"))),
        None if page.preamble.iter().all(|block| matches!(block, Block::Label(_)))
            && !page.links.is_empty() =>
        {
            Ok(Content::Index)
        }
        None if page
            .preamble
            .iter()
            .all(|block| matches!(block, Block::Text(_) | Block::Note(_))) =>
        {
            Ok(Content::Prose)
        }
        None => Err(problem("does not know what kind of page this is".to_owned())),
    }
}

fn error_codes(tables: &[&Table]) -> Result<Content, String> {
    let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for table in tables {
        let mut module = String::new();
        for (index, row) in table.rows.iter().enumerate() {
            let [in_module, code, _] = row.as_slice() else {
                return Err(format!("row {} has not three cells", index + 1));
            };
            let named = in_module.plain();
            if !named.is_empty() {
                module = named;
            }
            let code = code.plain();
            if module.is_empty() || !code.contains('.') || code.contains(' ') {
                return Err(format!(
                    "row {}: `{code}` of module `{module}` is not a code",
                    index + 1
                ));
            }
            codes.entry(code).or_default().insert(module.clone());
        }
    }
    Ok(Content::ErrorCodes(codes))
}

fn status_list(page: &Page) -> Result<Content, String> {
    let (mut success, mut failure) = (BTreeSet::new(), BTreeSet::new());
    for group in sections::groups(&page.preamble)? {
        let into = match group.label {
            Label::Normal => &mut success,
            Label::Abnormal => &mut failure,
            other => return Err(format!("does not expect {other:?} here")),
        };
        for table in group.blocks.into_iter().filter_map(as_table) {
            into.extend(sections::statuses(table)?);
        }
    }
    Ok(Content::Statuses { success, failure })
}

fn request_fields(page: &Page) -> Result<Vec<Field>, Problem> {
    let mut fields = Vec::new();
    for section in &page.sections {
        let problem = at(page, &section.heading);
        if section.heading != "Function" {
            return Err(problem(
                "the page has this section but no section `URI`".to_owned(),
            ));
        }
        for table in sections::tables(section) {
            fields.extend(sections::rows(table).map_err(&problem)?);
        }
    }
    if fields.is_empty() {
        return Err(Problem::new(
            &page.id,
            "whole page",
            "has neither a URI nor a table of fields",
        ));
    }
    Ok(fields.into_iter().map(|row| row.field).collect())
}

fn as_table(block: &Block) -> Option<&Table> {
    match block {
        Block::Table(table) => Some(table),
        _ => None,
    }
}
