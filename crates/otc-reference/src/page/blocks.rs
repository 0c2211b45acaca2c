//! Lists, paragraphs, tables, code and notes, which are nearly the same in both formats.

use scraper::{ElementRef, Node};

use super::{Block, Cell, CellPart, Section, Table, Text};
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
        Self {
            page: page.to_owned(),
            heading: "before the first heading".to_owned(),
            tables: 0,
        }
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
            "p" => {
                push_text(into, self.inline(element)?, false);
            }
            "h3" | "h4" | "h5" | "dt" => {
                push_text(into, self.inline(element)?, true);
            }
            "pre" => into.push(Block::Code(element.text().collect())),
            "table" => {
                let table = self.table(element)?;
                into.push(Block::Table(table));
            }
            "li" => self.children(element, true, into, &mut no_other)?,
            "div" if has_class(element, "admonition") || has_class(element, "note") => {
                let parts = self.blocks(element, &mut no_other)?;
                into.push(Block::Note(self.texts_of(parts)?));
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
            match child.value() {
                Node::Text(text) => running.push_str(text),
                Node::Element(_) => {
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
                _ => {}
            }
        }
        push_text(into, tidy(&running), label);
        Ok(())
    }

    fn push_inline(&self, element: ElementRef<'_>, text: &mut String) -> Result<(), Problem> {
        for child in element.children() {
            match child.value() {
                Node::Text(piece) => text.push_str(piece),
                Node::Element(_) => {
                    if let Some(child) = ElementRef::wrap(child) {
                        self.push_inline_element(child, text)?;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn push_inline_element(&self, element: ElementRef<'_>, text: &mut String) -> Result<(), Problem> {
        if is_noise(element) {
            return Ok(());
        }
        if !is_inline(element) {
            let name = element.value().name();
            return Err(self.problem(format!("does not know the element `<{name}>` within a text")));
        }
        match element.value().name() {
            "b" | "strong" | "code" | "samp" | "tt" | "kbd" => {
                text.push_str("**");
                self.push_inline(element, text)?;
                text.push_str("**");
            }
            "br" => text.push(' '),
            _ => self.push_inline(element, text)?,
        }
        Ok(())
    }

    fn table(&mut self, element: ElementRef<'_>) -> Result<Table, Problem> {
        let index = self.tables;
        self.tables += 1;
        let mut headers = Vec::new();
        let mut rows = Vec::new();
        let caption = element
            .child_elements()
            .find(|inner| inner.value().name() == "caption");
        let caption = caption.map(|caption| self.inline(caption)).transpose()?;
        for row in element
            .descendent_elements()
            .filter(|inner| inner.value().name() == "tr")
        {
            let cells: Vec<_> = row.child_elements().collect();
            if headers.is_empty() && cells.iter().all(|cell| cell.value().name() == "th") {
                for cell in cells {
                    headers.push(self.cell(cell)?.plain());
                }
                continue;
            }
            if cells.len() != headers.len() {
                return Err(self.problem(format!(
                    "row {} of table {} has {} cells under {} headings",
                    rows.len() + 1,
                    index + 1,
                    cells.len(),
                    headers.len()
                )));
            }
            if let Some(spanning) = cells
                .iter()
                .find(|cell| cell.attr("rowspan").or(cell.attr("colspan")).is_some())
            {
                return Err(self.problem(format!(
                    "table {}: the cell `{}` spans rows or columns",
                    index + 1,
                    spanning.text().collect::<String>().trim()
                )));
            }
            rows.push(
                cells
                    .into_iter()
                    .map(|cell| self.cell(cell))
                    .collect::<Result<_, _>>()?,
            );
        }
        if headers.is_empty() || rows.is_empty() {
            return Err(self.problem(format!("table {} has no headings or no rows", index + 1)));
        }
        Ok(Table {
            index,
            caption,
            headers,
            rows,
        })
    }

    fn cell(&mut self, element: ElementRef<'_>) -> Result<Cell, Problem> {
        let mut parts = Vec::new();
        for block in self.blocks(element, &mut no_other)? {
            match block {
                Block::Label(text) => parts.push(CellPart::Bullet(text)),
                Block::Text(text) => parts.push(CellPart::Paragraph(text)),
                Block::Note(texts) => parts.extend(texts.into_iter().map(CellPart::Note)),
                Block::Table(_) | Block::Code(_) => {
                    return Err(self.problem("a cell contains a table or code"));
                }
            }
        }
        Ok(Cell { parts })
    }

    fn texts_of(&self, parts: Vec<Block>) -> Result<Vec<Text>, Problem> {
        parts
            .into_iter()
            .map(|part| match part {
                Block::Label(text) | Block::Text(text) => Ok(text),
                _ => Err(self.problem("a note contains more than text")),
            })
            .collect()
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
    into.push(if label {
        Block::Label(text)
    } else {
        Block::Text(text)
    });
    true
}

/// Collapses whitespace and removes emphasis of nothing.
fn tidy(text: &str) -> Text {
    let words: Vec<&str> = text.split_whitespace().collect();
    Text(words.join(" ").replace("****", ""))
}

fn is_inline(element: ElementRef<'_>) -> bool {
    const INLINE: [&str; 15] = [
        "a", "b", "strong", "em", "i", "u", "span", "code", "samp", "tt", "cite", "kbd", "sub", "sup", "br",
    ];
    INLINE.contains(&element.value().name())
}

/// Whether an element has this class.
pub(super) fn has_class(element: ElementRef<'_>, wanted: &str) -> bool {
    element.value().classes().any(|class| class == wanted)
}

/// Whether an element states nothing: a link to its own heading, the title and icon of a note, navigation.
pub(super) fn is_noise(element: ElementRef<'_>) -> bool {
    const CLASSES: [&str; 5] = [
        "headerlink",
        "admonition-title",
        "notetitle",
        "toctree-wrapper",
        "familylinks",
    ];
    const ELEMENTS: [&str; 4] = ["img", "colgroup", "script", "style"];
    CLASSES.iter().any(|class| has_class(element, class)) || ELEMENTS.contains(&element.value().name())
}
