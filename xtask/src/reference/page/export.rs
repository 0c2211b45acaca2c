//! Pages of the export: `h1.topictitle1`, then `div.section` elements with `h4.sectiontitle` headings.

use scraper::{ElementRef, Html};

use super::super::problem::Problem;
use super::blocks::{Reader, is_noise};
use super::{Format, Page, Section, first, links};

/// Whether this is a page of the export.
pub(super) fn is_export(html: &Html) -> bool {
    first(html.root_element(), "h1.topictitle1").is_some()
}

pub(super) fn read(file: &str, html: &Html) -> Result<Page, Problem> {
    let root = html.root_element();
    let id = first(root, "a[name]")
        .and_then(|anchor| anchor.attr("name"))
        .map(str::to_lowercase)
        .filter(|name| name.starts_with("en-us_topic_"))
        .ok_or_else(|| Problem::new(file, "first anchor", "is not a stable name (`EN-US_TOPIC_…`)"))?;
    let mut reader = Reader::new(&id);
    let title = match first(root, "h1.topictitle1") {
        Some(heading) => reader.inline(heading)?.plain(),
        None => return Err(Problem::new(&id, "title", "there is no `h1.topictitle1`")),
    };
    let body = first(root, "div[id^=\"body\"]")
        .ok_or_else(|| Problem::new(&id, "whole page", "there is no `div` whose id begins `body`"))?;
    let mut preamble = Vec::new();
    let mut sections = Vec::new();
    for child in body.child_elements() {
        if child.value().name() == "div" && child.value().classes().any(|class| class == "section") {
            sections.push(section(&mut reader, child)?);
        } else if !is_noise(child) {
            reader.block(child, &mut preamble)?;
        }
    }
    Ok(Page {
        file: file.to_owned(),
        id,
        title,
        format: Format::Export,
        preamble,
        sections,
        links: links(root),
    })
}

fn section(reader: &mut Reader, element: ElementRef<'_>) -> Result<Section, Problem> {
    let mut heading = None;
    let mut blocks = Vec::new();
    for child in element.child_elements() {
        if heading.is_none() && child.value().classes().any(|class| class == "sectiontitle") {
            let text = reader.inline(child)?.plain();
            reader.enter(&text);
            heading = Some(text);
        } else if !is_noise(child) {
            reader.block(child, &mut blocks)?;
        }
    }
    let heading = heading.ok_or_else(|| reader.problem("a section has no heading (`.sectiontitle`)"))?;
    Ok(Section { heading, blocks })
}
