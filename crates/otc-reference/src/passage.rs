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
                    Block::Code(code) => all.push(passage(place, code.clone())),
                    Block::Table(table) => {
                        let caption = table.caption.iter().map(Text::plain);
                        let rows = table.rows.iter().map(|row| {
                            let cells: Vec<String> = row.iter().map(Cell::plain).collect();
                            cells.join(" | ")
                        });
                        let lines = caption.chain([table.headers.join(" | ")]).chain(rows);
                        all.extend(lines.map(|line| passage(place, line)));
                    }
                    _ => {
                        let texts = block.texts().unwrap_or_default().iter();
                        all.extend(texts.map(|text| passage(place, text.plain())));
                    }
                }
            }
        }
        all
    }
}
