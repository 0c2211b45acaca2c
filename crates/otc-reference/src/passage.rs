//! The passages of a page, in the words of the page.

use serde::Serialize;

use crate::page::{Block, Cell, Page, Text};

/// A paragraph, table row or code block.
#[derive(Debug, Serialize)]
pub(crate) struct Passage {
    /// The heading of its section.
    pub(crate) place: String,
    /// Its text.
    pub(crate) text: String,
}

impl Passage {
    /// All passages of a page, in their order.
    pub(crate) fn all(page: &Page) -> Vec<Self> {
        let passage = |place: &str, text: String| Self { place: place.to_owned(), text };
        let mut all = vec![passage("title", page.title.clone())];
        for section in &page.sections {
            let place = if section.heading.is_empty() { "introduction" } else { &section.heading };
            for block in &section.blocks {
                match block {
                    Block::Label(text) | Block::Text(text) | Block::Note(text) => {
                        all.push(passage(place, text.plain()));
                    }
                    Block::Code(code) => all.push(passage(place, code.clone())),
                    Block::Table(table) => {
                        let row =
                            |row: &Vec<Cell>| row.iter().map(Cell::plain).collect::<Vec<_>>().join(" | ");
                        let caption = table.caption.iter().map(Text::plain);
                        let lines =
                            caption.chain([table.headers.join(" | ")]).chain(table.rows.iter().map(row));
                        all.extend(lines.map(|line| passage(place, line)));
                    }
                }
            }
        }
        all
    }
}
