//! One page of the reference in either format, as sections of labels, texts, tables and code.

mod blocks;
mod format;

use std::sync::LazyLock;

use regex::Regex;
use scraper::{ElementRef, Selector};

pub(crate) use format::{read, site_links};

/// One page.
#[derive(Debug)]
pub(crate) struct Page {
    /// The name of the file without its ending.
    pub(crate) name: String,
    /// The stable name (`en-us_topic_…`), the same in both formats.
    pub(crate) id: String,
    pub(crate) title: String,
    /// Whether it is a page of the published site, not of an export.
    pub(crate) is_site: bool,
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

/// A part of a section or of a cell, in the order of the page; list items are flattened into their parts.
#[derive(Debug)]
pub(crate) enum Block {
    /// The first text of a list item, or a minor heading.
    Label(Text),
    Text(Text),
    /// A paragraph of a note, notice or caution.
    Note(Text),
    Table(Table),
    Code(String),
}

impl Block {
    pub(crate) fn text(&self) -> Option<&Text> {
        match self {
            Self::Label(text) | Self::Text(text) | Self::Note(text) => Some(text),
            Self::Table(_) | Self::Code(_) => None,
        }
    }
}

/// Running text with single spaces; emphasis and code are kept as `**…**`.
#[derive(Debug)]
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
    pub(crate) caption: Option<Text>,
    pub(crate) headers: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

/// A cell of a table, which contains neither tables nor code.
#[derive(Debug)]
pub(crate) struct Cell(pub(crate) Vec<Block>);

impl Cell {
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Text> {
        self.0.iter().filter_map(Block::text)
    }

    /// The whole text on one line, without emphasis.
    pub(crate) fn plain(&self) -> String {
        self.texts().map(Text::plain).collect::<Vec<_>>().join(" ")
    }
}

impl Page {
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
