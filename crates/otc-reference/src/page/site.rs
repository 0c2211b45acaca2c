//! Pages of the published site: nested `section` elements with `h2` headings inside `#docs-content`.

use scraper::{ElementRef, Html};

use super::blocks::Reader;
use super::{Format, Page, Section, first, parse_selector};
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
            Problem::new(file, "anchors before the title", "none of them is a stable name (`en-us-topic-…`)")
        })?;
    let mut reader = Reader::new(&id);
    let mut title = None;
    let mut sections = Vec::new();
    let preamble = reader.blocks(main, &mut |reader, child| {
        match child.value().name() {
            "h1" if title.is_none() => title = Some(reader.inline(child)?.plain()),
            "section" => sections.push(reader.section(child, |child| child.value().name() == "h2")?),
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    sections.insert(0, Section::preamble(preamble));
    let title = title.ok_or_else(|| Problem::new(&id, "title", "there is no `h1`"))?;
    let has_links = first(main, "a[href]:not(.headerlink)").is_some();
    Ok(Page { file: file.to_owned(), id, title, format: Format::Site, sections, has_links })
}

/// The export's spelling of an anchor.
fn stable_name(anchor: &str) -> String {
    match anchor.strip_prefix("en-us-topic-") {
        Some(number) => format!("en-us_topic_{number}"),
        None => anchor.replace('-', "_"),
    }
}

/// The targets of the links in the content of an index page.
pub(crate) fn links(html: &str) -> Vec<String> {
    let selector = parse_selector("#docs-content > section a[href]");
    let html = Html::parse_document(html);
    html.select(&selector).filter_map(|link| link.attr("href")).map(str::to_owned).collect()
}
