//! Pages of the published site: nested `section` elements with `h2` headings inside `#docs-content`.

use scraper::{ElementRef, Html};

use super::super::problem::Problem;
use super::blocks::{Reader, is_noise};
use super::{Format, Page, Section, first, links};

/// The element that holds the content, if this is a page of the site.
pub(super) fn root(html: &Html) -> Option<ElementRef<'_>> {
    first(html.root_element(), "#docs-content")
}

pub(super) fn read(file: &str, root: ElementRef<'_>) -> Result<Page, Problem> {
    let main = root
        .child_elements()
        .find(|element| element.value().name() == "section")
        .ok_or_else(|| Problem::new(file, "#docs-content", "holds no `section`"))?;
    let id = main
        .child_elements()
        .filter_map(|element| element.attr("id"))
        .find_map(|anchor| anchor.strip_prefix("en-us-topic-"))
        .map(|number| format!("en-us_topic_{number}"))
        .ok_or_else(|| {
            Problem::new(
                file,
                "anchors before the title",
                "none of them is a stable name (`en-us-topic-…`)",
            )
        })?;
    let mut reader = Reader::new(&id);
    let mut title = None;
    let mut preamble = Vec::new();
    let mut sections = Vec::new();
    for child in main.child_elements() {
        match child.value().name() {
            "h1" => title = Some(reader.inline(child)?.plain()),
            "span" if child.attr("id").is_some() => {}
            "section" => sections.push(section(&mut reader, child)?),
            _ if is_noise(child) => {}
            _ => reader.block(child, &mut preamble)?,
        }
    }
    let title = title.ok_or_else(|| Problem::new(&id, "title", "there is no `h1`"))?;
    Ok(Page {
        file: file.to_owned(),
        id,
        title,
        format: Format::Site,
        preamble,
        sections,
        links: links(main),
    })
}

fn section(reader: &mut Reader, element: ElementRef<'_>) -> Result<Section, Problem> {
    let mut heading = None;
    let mut blocks = Vec::new();
    for child in element.child_elements() {
        match child.value().name() {
            "h2" if heading.is_none() => {
                let text = reader.inline(child)?.plain();
                reader.enter(&text);
                heading = Some(text);
            }
            _ => reader.block(child, &mut blocks)?,
        }
    }
    let heading = heading.ok_or_else(|| reader.problem("a section has no heading (`h2`)"))?;
    Ok(Section { heading, blocks })
}
