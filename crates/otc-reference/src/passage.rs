//! The passages of a page, in the words of the page.

use crate::page::{Block, Cell, Page};

/// A paragraph, table row or code block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Passage {
    /// The heading of its section.
    pub(crate) place: String,
    /// Its text.
    pub(crate) text: String,
}

impl Passage {
    /// All passages of a page, in their order.
    pub(crate) fn all(page: &Page) -> Vec<Self> {
        let passage = |place: &str, text: String| Self {
            place: place.to_owned(),
            text,
        };
        let mut all = vec![passage("title", page.title.clone())];
        for section in &page.sections {
            let place = if section.heading.is_empty() {
                "introduction"
            } else {
                &section.heading
            };
            for block in &section.blocks {
                match block {
                    Block::Label(text) | Block::Text(text) => all.push(passage(place, text.plain())),
                    Block::Code(code) => all.push(passage(place, code.clone())),
                    Block::Note(texts) => all.extend(texts.iter().map(|text| passage(place, text.plain()))),
                    Block::Table(table) => {
                        all.extend(
                            table
                                .caption
                                .iter()
                                .map(|caption| passage(place, caption.plain())),
                        );
                        all.push(passage(place, table.headers.join(" | ")));
                        for row in &table.rows {
                            let cells: Vec<String> = row.iter().map(Cell::plain).collect();
                            all.push(passage(place, cells.join(" | ")));
                        }
                    }
                }
            }
        }
        all
    }
}
