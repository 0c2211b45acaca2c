//! Pages of the export: `h1.topictitle1`, then `div.section` elements with `h4.sectiontitle` headings.

use scraper::Html;

use super::blocks::{Reader, has_class};
use super::{Format, Page, Section, first};
use crate::problem::Problem;

/// Whether this is a page of the export.
pub(super) fn is_export(html: &Html) -> bool {
    first(html.root_element(), "h1.topictitle1").is_some()
}

pub(super) fn read(file: &str, html: &Html) -> Result<Page, Problem> {
    let root = html.root_element();
    let id = first(root, "a[name]")
        .and_then(|anchor| anchor.attr("name"))
        .map(str::to_lowercase)
        .filter(|name| !name.is_empty())
        .ok_or_else(|| Problem::new(file, "first anchor", "is not a stable name"))?;
    let mut reader = Reader::new(&id);
    let title = match first(root, "h1.topictitle1") {
        Some(heading) => reader.inline(heading)?.plain(),
        None => return Err(Problem::new(&id, "title", "there is no `h1.topictitle1`")),
    };
    let body = first(root, "div[id^=\"body\"]")
        .ok_or_else(|| Problem::new(&id, "whole page", "there is no `div` whose id begins with `body`"))?;
    let mut sections = Vec::new();
    let preamble = reader.blocks(body, &mut |reader, child| {
        let found = child.value().name() == "div" && has_class(child, "section");
        if found {
            sections.push(reader.section(child, |child| has_class(child, "sectiontitle"))?);
        }
        Ok(found)
    })?;
    sections.insert(0, Section::preamble(preamble));
    let has_links = first(root, "a[href]").is_some();
    Ok(Page { file: file.to_owned(), id, title, format: Format::Export, sections, has_links })
}
