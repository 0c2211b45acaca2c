//! Where the two formats keep the parts of a page.

use scraper::{ElementRef, Html};

use super::blocks::{Reader, has_class};
use super::{Page, Section, file_stem, first, parse_selector};
use crate::problem::Problem;

/// The parts of a page in either format.
struct Layout<'h> {
    id: String,
    is_site: bool,
    title: ElementRef<'h>,
    /// The element that contains the sections.
    body: ElementRef<'h>,
    is_section: fn(ElementRef<'_>) -> bool,
    is_heading: fn(ElementRef<'_>) -> bool,
    has_links: bool,
}

/// Reads a page in either format.
pub(crate) fn read(file: &str, html: &str) -> Result<Page, Problem> {
    let html = Html::parse_document(html);
    let root = html.root_element();
    let layout = if let Some(content) = first(root, "#docs-content") {
        site(file, content)?
    } else if let Some(title) = first(root, "h1.topictitle1") {
        export(file, root, title)?
    } else {
        return Err(Problem::new(
            file,
            "whole page",
            "is neither a page of the published site (an element `#docs-content`) nor of the export \
             (a heading `h1.topictitle1`)",
        ));
    };
    let mut reader = Reader::new(&layout.id);
    let title = reader.inline(layout.title)?.plain();
    let mut sections = Vec::new();
    let preamble = reader.blocks(layout.body, &mut |reader, child| {
        let is_section = (layout.is_section)(child);
        if is_section {
            sections.push(reader.section(child, layout.is_heading)?);
        }
        Ok(is_section || child == layout.title)
    })?;
    sections.insert(0, Section { heading: String::new(), blocks: preamble });
    let Layout { id, is_site, has_links, .. } = layout;
    Ok(Page { name: file_stem(file).to_owned(), id, title, is_site, sections, has_links })
}

/// The published site: nested `section` elements with `h2` headings inside `#docs-content`.
fn site<'h>(file: &str, content: ElementRef<'h>) -> Result<Layout<'h>, Problem> {
    let child =
        |of: ElementRef<'h>, name| of.child_elements().filter(move |child| child.value().name() == name);
    let body = child(content, "section").next();
    let body = body.ok_or_else(|| Problem::new(file, "#docs-content", "has no `section`"))?;
    let anchor = child(body, "span").find_map(|element| element.attr("id"));
    let anchor = anchor.ok_or_else(|| {
        Problem::new(file, "anchors before the title", "none of them is a stable name (`en-us-topic-…`)")
    })?;
    // The export's spelling.
    let id = match anchor.strip_prefix("en-us-topic-") {
        Some(number) => format!("en-us_topic_{number}"),
        None => anchor.replace('-', "_"),
    };
    let title = child(body, "h1").next().ok_or_else(|| Problem::new(&id, "title", "there is no `h1`"))?;
    Ok(Layout {
        id,
        is_site: true,
        title,
        body,
        is_section: |child| child.value().name() == "section",
        is_heading: |child| child.value().name() == "h2",
        has_links: first(body, "a[href]:not(.headerlink)").is_some(),
    })
}

/// The export: `h1.topictitle1`, then `div.section` elements with `h4.sectiontitle` headings.
fn export<'h>(file: &str, root: ElementRef<'h>, title: ElementRef<'h>) -> Result<Layout<'h>, Problem> {
    let name = first(root, "a[name]").and_then(|anchor| anchor.attr("name")).filter(|name| !name.is_empty());
    let id = name.ok_or_else(|| Problem::new(file, "first anchor", "is not a stable name"))?.to_lowercase();
    let no_body = || Problem::new(&id, "whole page", "there is no `div` whose id begins with `body`");
    Ok(Layout {
        is_site: false,
        title,
        body: first(root, "div[id^=\"body\"]").ok_or_else(no_body)?,
        is_section: |child| child.value().name() == "div" && has_class(child, "section"),
        is_heading: |child| has_class(child, "sectiontitle"),
        has_links: first(root, "a[href]").is_some(),
        id,
    })
}

/// The targets of the links in the content of an index page of the site.
pub(crate) fn site_links(html: &str) -> Vec<String> {
    let selector = parse_selector("#docs-content > section a[href]");
    let html = Html::parse_document(html);
    html.select(&selector).filter_map(|link| link.attr("href")).map(str::to_owned).collect()
}
