//! One page of the reference in either format, as sections of labels, texts, tables and code.
//!
//! [`site`] reads the published site, [`export`] the export of the same sources. Both share [`blocks`].

mod blocks;
mod export;
mod site;

use std::sync::LazyLock;

use regex::Regex;
use scraper::{ElementRef, Html, Selector};

use crate::problem::Problem;

pub(crate) use site::links as site_links;

/// The format of a page.
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
    /// The file or address that it was read from.
    pub(crate) file: String,
    /// The stable name (`en-us_topic_…`), the same in both formats.
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) format: Format,
    /// The sections. The first has no heading: it contains what precedes the first heading, and may be empty.
    pub(crate) sections: Vec<Section>,
    pub(crate) has_links: bool,
}

/// A heading and its content.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) heading: String,
    pub(crate) blocks: Vec<Block>,
}

impl Section {
    /// What precedes the first heading.
    fn preamble(blocks: Vec<Block>) -> Self {
        Self { heading: String::new(), blocks }
    }
}

/// A part of a section, in the order of the page; list items are flattened into their parts.
#[derive(Debug)]
pub(crate) enum Block {
    /// The first text of a list item, or a minor heading.
    Label(Text),
    Text(Text),
    Table(Table),
    Code(String),
    /// A note, notice or caution.
    Note(Vec<Text>),
}

impl Block {
    /// The texts of a block that contains nothing else.
    pub(crate) fn texts(&self) -> Option<&[Text]> {
        match self {
            Self::Label(text) | Self::Text(text) => Some(std::slice::from_ref(text)),
            Self::Note(texts) => Some(texts),
            Self::Table(_) | Self::Code(_) => None,
        }
    }
}

/// Running text with single spaces; emphasis and code are kept as `**…**`.
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
    /// The position among the tables of the page, counted from 0.
    pub(crate) index: usize,
    /// The caption without its number.
    pub(crate) caption: Option<Text>,
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
        let html = Html::parse_document(html);
        if let Some(root) = first(html.root_element(), "#docs-content") {
            return site::read(file, root);
        }
        if export::is_export(&html) {
            return export::read(file, &html);
        }
        Err(Problem::new(
            file,
            "whole page",
            "is neither a page of the published site (an element `#docs-content`) nor of the export \
             (a heading `h1.topictitle1`)",
        ))
    }

    /// The name of the file without its ending.
    pub(crate) fn name(&self) -> &str {
        file_stem(&self.file)
    }

    /// What precedes the first heading.
    pub(crate) fn preamble(&self) -> &[Block] {
        self.sections.first().map_or(&[], |section| &section.blocks)
    }
}

/// The last part of a path or address, without `.html`.
pub(crate) fn file_stem(file: &str) -> &str {
    file.rsplit(['/', '\\']).next().unwrap_or(file).trim_end_matches(".html")
}

/// The stable name in HTML that could not be read as a page.
pub(crate) fn find_id(html: &str) -> Option<String> {
    static ID: LazyLock<Regex> =
        LazyLock::new(|| crate::pattern(r#"(?i)(?:id|name)="?en-us[-_]topic[-_](\d+)"#));
    let number = ID.captures(html)?.get(1)?;
    Some(format!("en-us_topic_{}", number.as_str()))
}

/// The first element that matches.
fn first<'a>(within: ElementRef<'a>, selector: &str) -> Option<ElementRef<'a>> {
    within.select(&parse_selector(selector)).next()
}

/// A selector of this crate. One that does not parse is a mistake that every test shows.
#[allow(clippy::expect_used)]
fn parse_selector(selector: &str) -> Selector {
    Selector::parse(selector).expect("the selectors of this crate parse, as its tests show")
}
