//! Lists, paragraphs, tables, code and notes, which are nearly the same in both formats.

use scraper::{ElementRef, Node};

use super::{Block, Cell, Section, Table, Text, first, parse_selector};
use crate::problem::Problem;

/// Reads a child that is not a block. Returns whether it was one.
type ReadChild<'t> = &'t mut dyn FnMut(&mut Reader, ElementRef<'_>) -> Result<bool, Problem>;

/// Reads the elements of one page and keeps track of the current heading.
pub(super) struct Reader {
    page: String,
    heading: String,
    tables: usize,
}

impl Reader {
    pub(super) fn new(page: &str) -> Self {
        Self { page: page.to_owned(), heading: "before the first heading".to_owned(), tables: 0 }
    }

    pub(super) fn problem(&self, what: impl Into<String>) -> Problem {
        Problem::new(&self.page, &self.heading, what)
    }

    /// Reads an element that contains only running text.
    pub(super) fn inline(&self, element: ElementRef<'_>) -> Result<Text, Problem> {
        let mut text = String::new();
        self.push_inline(element, &mut text)?;
        Ok(tidy(&text))
    }

    /// Reads a section, whose first heading is of this kind.
    pub(super) fn section(
        &mut self,
        element: ElementRef<'_>,
        is_heading: fn(ElementRef<'_>) -> bool,
    ) -> Result<Section, Problem> {
        let mut heading = String::new();
        let blocks = self.blocks(element, &mut |reader, child| {
            let found = heading.is_empty() && is_heading(child);
            if found {
                heading = reader.inline(child)?.plain();
                reader.heading.clone_from(&heading);
            }
            Ok(found)
        })?;
        if heading.is_empty() {
            return Err(self.problem("a section has no heading"));
        }
        Ok(Section { heading, blocks })
    }

    /// Reads the blocks of an element, except for the children that are read by the function.
    pub(super) fn blocks(
        &mut self,
        element: ElementRef<'_>,
        other: ReadChild<'_>,
    ) -> Result<Vec<Block>, Problem> {
        let mut blocks = Vec::new();
        self.children(element, false, &mut blocks, other)?;
        Ok(blocks)
    }

    /// Reads a block element.
    fn block(&mut self, element: ElementRef<'_>, into: &mut Vec<Block>) -> Result<(), Problem> {
        match element.value().name() {
            name @ ("p" | "h3" | "h4" | "h5" | "dt") => {
                push_text(into, self.inline(element)?, name != "p");
            }
            "pre" => into.push(Block::Code(element.text().collect())),
            "table" => into.push(Block::Table(self.table(element)?)),
            "li" => self.children(element, true, into, &mut no_other)?,
            "div" if has_class(element, "admonition") || has_class(element, "note") => {
                for part in self.blocks(element, &mut no_other)? {
                    match part {
                        Block::Label(text) | Block::Text(text) => into.push(Block::Note(text)),
                        _ => return Err(self.problem("a note contains more than text")),
                    }
                }
            }
            "div" | "ul" | "ol" | "dl" | "dd" | "blockquote" | "section" => {
                self.children(element, false, into, &mut no_other)?;
            }
            other => return Err(self.problem(format!("does not know the element `<{other}>` here"))),
        }
        Ok(())
    }

    /// Reads mixed content: running text between block elements becomes a text of its own. The first text of
    /// a list item is its label.
    fn children(
        &mut self,
        element: ElementRef<'_>,
        item: bool,
        into: &mut Vec<Block>,
        other: ReadChild<'_>,
    ) -> Result<(), Problem> {
        let mut label = item;
        let mut running = String::new();
        for child in element.children() {
            if let Node::Text(text) = child.value() {
                running.push_str(text);
            }
            let Some(child) = ElementRef::wrap(child) else {
                continue;
            };
            if is_noise(child) || other(self, child)? {
                continue;
            }
            if is_inline(child) {
                self.push_inline_element(child, &mut running)?;
                continue;
            }
            label &= !push_text(into, tidy(&std::mem::take(&mut running)), label);
            if label && child.value().name() == "p" {
                label &= !push_text(into, self.inline(child)?, true);
            } else {
                self.block(child, into)?;
            }
        }
        push_text(into, tidy(&running), label);
        Ok(())
    }

    fn push_inline(&self, element: ElementRef<'_>, text: &mut String) -> Result<(), Problem> {
        for child in element.children() {
            if let Node::Text(piece) = child.value() {
                text.push_str(piece);
            } else if let Some(child) = ElementRef::wrap(child) {
                self.push_inline_element(child, text)?;
            }
        }
        Ok(())
    }

    fn push_inline_element(&self, element: ElementRef<'_>, text: &mut String) -> Result<(), Problem> {
        if is_noise(element) {
            return Ok(());
        }
        let name = element.value().name();
        if !is_inline(element) {
            return Err(self.problem(format!("does not know the element `<{name}>` within a text")));
        }
        let emphasis = match name {
            "b" | "strong" | "code" | "samp" | "tt" | "kbd" => "**",
            "br" => " ",
            _ => "",
        };
        text.push_str(emphasis);
        self.push_inline(element, text)?;
        text.push_str(emphasis);
        Ok(())
    }

    fn table(&mut self, element: ElementRef<'_>) -> Result<Table, Problem> {
        let index = self.tables;
        self.tables += 1;
        let caption = first(element, "caption").map(|caption| self.inline(caption)).transpose()?;
        let mut headers = Vec::new();
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for row in element.select(&parse_selector("tr")) {
            let cells: Vec<_> = row.child_elements().collect();
            if headers.is_empty() && cells.iter().all(|cell| cell.value().name() == "th") {
                for cell in cells {
                    headers.push(self.cell(cell)?.plain());
                }
                continue;
            }
            if cells.len() != headers.len() {
                let (row, table) = (rows.len() + 1, index + 1);
                let (count, wanted) = (cells.len(), headers.len());
                let what = format!("row {row} of table {table} has {count} cells under {wanted} headings");
                return Err(self.problem(what));
            }
            let spans = |cell: &&ElementRef<'_>| cell.attr("rowspan").or(cell.attr("colspan")).is_some();
            if let Some(cell) = cells.iter().find(spans) {
                let text: String = cell.text().collect();
                let what = format!("table {}: the cell `{}` spans rows or columns", index + 1, text.trim());
                return Err(self.problem(what));
            }
            let cells = cells.into_iter().map(|cell| self.cell(cell));
            rows.push(cells.collect::<Result<_, _>>()?);
        }
        if headers.is_empty() || rows.is_empty() {
            return Err(self.problem(format!("table {} has no headings or no rows", index + 1)));
        }
        Ok(Table { index, caption, headers, rows })
    }

    fn cell(&mut self, element: ElementRef<'_>) -> Result<Cell, Problem> {
        let blocks = self.blocks(element, &mut no_other)?;
        if blocks.iter().any(|block| block.text().is_none()) {
            return Err(self.problem("a cell contains a table or code"));
        }
        Ok(Cell(blocks))
    }
}

/// For elements all of whose children are blocks.
fn no_other(_: &mut Reader, _: ElementRef<'_>) -> Result<bool, Problem> {
    Ok(false)
}

/// Adds a text unless it is empty. Returns whether it was added.
fn push_text(into: &mut Vec<Block>, text: Text, label: bool) -> bool {
    if text.0.is_empty() {
        return false;
    }
    into.push(if label { Block::Label(text) } else { Block::Text(text) });
    true
}

/// Collapses whitespace and removes emphasis of nothing.
fn tidy(text: &str) -> Text {
    let words: Vec<&str> = text.split_whitespace().collect();
    Text(words.join(" ").replace("****", ""))
}

fn is_inline(element: ElementRef<'_>) -> bool {
    const INLINE: [&str; 15] =
        ["a", "b", "strong", "em", "i", "u", "span", "code", "samp", "tt", "cite", "kbd", "sub", "sup", "br"];
    INLINE.contains(&element.value().name())
}

/// Whether an element has this class.
pub(super) fn has_class(element: ElementRef<'_>, wanted: &str) -> bool {
    element.value().classes().any(|class| class == wanted)
}

/// Whether an element states nothing: a link to its own heading, the title and icon of a note, navigation.
pub(super) fn is_noise(element: ElementRef<'_>) -> bool {
    const CLASSES: [&str; 5] =
        ["headerlink", "admonition-title", "notetitle", "toctree-wrapper", "familylinks"];
    const ELEMENTS: [&str; 4] = ["img", "colgroup", "script", "style"];
    CLASSES.iter().any(|class| has_class(element, class)) || ELEMENTS.contains(&element.value().name())
}
