//! One reference page, whatever format it came in: sections of labels, texts, tables and code.
//!
//! [`site`] reads the published site, [`export`] the export of the same sources; both share [`blocks`].

mod blocks;
mod export;
mod site;

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Selector};

use super::problem::Problem;

/// What a page was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// A page of the published site.
    Site,
    /// A page of the export.
    Export,
}

/// One page.
#[derive(Debug)]
pub(crate) struct Page {
    /// The file or address it was read from.
    pub(crate) file: String,
    /// The stable name (`en-us_topic_…`), the same in both formats.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) format: Format,
    /// What stands before the first section.
    pub(crate) preamble: Vec<Block>,
    pub(crate) sections: Vec<Section>,
    /// Where the links of the content lead, without fragments.
    pub(crate) links: BTreeSet<String>,
}

/// A heading and what stands under it.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) heading: String,
    pub(crate) blocks: Vec<Block>,
}

/// A piece of a section, in the order of the page; list items are flattened into their parts.
#[derive(Debug)]
pub(crate) enum Block {
    /// The text a list item begins with.
    Label(Text),
    Text(Text),
    Table(Table),
    Code(String),
    /// A remark set apart.
    Note(Vec<Text>),
}

/// Running text with single blanks; emphasis is kept as `**…**`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) String);

impl Text {
    /// The text without emphasis.
    pub(crate) fn plain(&self) -> String {
        self.0.replace("**", "")
    }
}

/// A table with a heading row.
#[derive(Debug)]
pub(crate) struct Table {
    /// Which table of the page, counted from 0.
    pub(crate) index: usize,
    pub(crate) headers: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A cell of a table.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    pub(crate) parts: Vec<CellPart>,
}

/// A part of a cell.
#[derive(Clone, Debug)]
pub(crate) enum CellPart {
    Paragraph(Text),
    Bullet(Text),
    Note(Text),
}

impl Cell {
    /// The whole text on one line, without emphasis.
    pub(crate) fn plain(&self) -> String {
        let parts: Vec<String> = self.parts.iter().map(|part| part.text().plain()).collect();
        parts.join(" ")
    }
}

impl CellPart {
    pub(crate) fn text(&self) -> &Text {
        let (Self::Paragraph(text) | Self::Bullet(text) | Self::Note(text)) = self;
        text
    }
}

impl Page {
    /// Reads a page in either format.
    pub(crate) fn read(file: &str, html: &str) -> Result<Self, Problem> {
        Self::of(file, &Html::parse_document(html))
    }

    /// Reads a page that was parsed.
    pub(crate) fn of(file: &str, html: &Html) -> Result<Self, Problem> {
        if let Some(root) = site::root(html) {
            return site::read(file, root);
        }
        if export::is_export(html) {
            return export::read(file, html);
        }
        Err(Problem::new(
            file,
            "whole page",
            "is neither a page of the published site (an element `#docs-content`) nor of the export \
             (a heading `h1.topictitle1`)",
        ))
    }

    /// All text of the page without blanks, so that layout and line breaks of either format do not show.
    pub(crate) fn squeezed_text(&self) -> String {
        let mut all = String::new();
        let mut push = |part: &str| all.extend(part.chars().filter(|c| !c.is_whitespace()));
        push(&self.title);
        for block in &self.preamble {
            block.for_each_text(&mut push);
        }
        for section in &self.sections {
            push(&section.heading);
            for block in &section.blocks {
                block.for_each_text(&mut push);
            }
        }
        all
    }
}

impl Block {
    fn for_each_text(&self, push: &mut impl FnMut(&str)) {
        match self {
            Self::Label(text) | Self::Text(text) => push(&text.plain()),
            Self::Code(code) => push(code),
            Self::Note(texts) => texts.iter().for_each(|text| push(&text.plain())),
            Self::Table(table) => {
                table.headers.iter().for_each(|header| push(header));
                for cell in table.rows.iter().flatten() {
                    push(&cell.plain());
                }
            }
        }
    }
}

/// The first element that matches. The selectors are ours, so one that does not parse matches nothing.
fn first<'a>(within: ElementRef<'a>, selector: &str) -> Option<ElementRef<'a>> {
    let selector = Selector::parse(selector).ok()?;
    within.select(&selector).next()
}

/// The targets of the links within, without their fragments.
fn links(within: ElementRef<'_>) -> BTreeSet<String> {
    let Ok(selector) = Selector::parse("a[href]") else {
        return BTreeSet::new();
    };
    within
        .select(&selector)
        .filter_map(|link| link.attr("href"))
        .filter_map(|target| target.split('#').next())
        .filter(|target| !target.is_empty())
        .map(str::to_owned)
        .collect()
}
