//! Pages of the published site: nested `section` elements with `h2` headings inside `#docs-content`.

use scraper::{ElementRef, Html, Selector};

use super::blocks::{Reader, is_noise};
use super::{Format, Page, Section, first};
use crate::problem::Problem;

pub(super) fn read(file: &str, root: ElementRef<'_>) -> Result<Page, Problem> {
    let main = root
        .child_elements()
        .find(|element| element.value().name() == "section")
        .ok_or_else(|| Problem::new(file, "#docs-content", "has no `section`"))?;
    let id = main
        .child_elements()
        .filter(|element| element.value().name() == "span")
        .find_map(|element| element.attr("id"))
        .map(stable_name)
        .ok_or_else(|| {
            Problem::new(
                file,
                "anchors before the title",
                "none of them is a stable name (`en-us-topic-…`)",
            )
        })?;
    let mut reader = Reader::new(&id);
    let mut title = None;
    let mut sections = vec![Section::default()];
    for child in main.child_elements() {
        match child.value().name() {
            "h1" => title = Some(reader.inline(child)?.plain()),
            "span" if child.attr("id").is_some() => {}
            "section" => sections.push(section(&mut reader, child)?),
            _ if is_noise(child) => {}
            _ => {
                if let Some(preamble) = sections.first_mut() {
                    reader.block(child, &mut preamble.blocks)?;
                }
            }
        }
    }
    let title = title.ok_or_else(|| Problem::new(&id, "title", "there is no `h1`"))?;
    let has_links = first(main, "a[href]:not(.headerlink)").is_some();
    Ok(Page {
        file: file.to_owned(),
        id,
        title,
        format: Format::Site,
        sections,
        has_links,
    })
}

/// The export's spelling of an anchor.
fn stable_name(anchor: &str) -> String {
    match anchor.strip_prefix("en-us-topic-") {
        Some(number) => format!("en-us_topic_{number}"),
        None => anchor.replace('-', "_"),
    }
}

fn section(reader: &mut Reader, element: ElementRef<'_>) -> Result<Section, Problem> {
    let mut section = Section::default();
    for child in element.child_elements().filter(|child| !is_noise(*child)) {
        if child.value().name() == "h2" && section.heading.is_empty() {
            section.heading = reader.inline(child)?.plain();
            reader.enter(&section.heading);
        } else if child.value().name() != "span" || child.attr("id").is_none() {
            reader.block(child, &mut section.blocks)?;
        }
    }
    if section.heading.is_empty() {
        return Err(reader.problem("a section has no heading (`h2`)"));
    }
    Ok(section)
}

/// The targets of the links in the content of an index page.
pub(crate) fn links(html: &str) -> Vec<String> {
    let Ok(selector) = Selector::parse("#docs-content > section a[href]") else {
        return Vec::new();
    };
    let html = Html::parse_document(html);
    html.select(&selector)
        .filter_map(|link| link.attr("href"))
        .map(str::to_owned)
        .collect()
}
