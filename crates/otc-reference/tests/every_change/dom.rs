//! The HTML of one page, to be changed in memory.

use std::ops::Range;

use ego_tree::NodeId;
use otc_reference::Origin;
use scraper::{ElementRef, Html, Node, Selector};

/// A page's HTML.
#[derive(Clone)]
pub(crate) struct Dom(Html);

/// A change of a node.
pub(crate) enum Edit {
    /// Another text.
    Text(String),
    /// Another text in this place.
    Part(Range<usize>, String),
    Remove,
    /// A copy with another text follows.
    Copy(String),
    /// A copy with other texts in these columns follows.
    CopyRow(Vec<(usize, String)>),
}

impl Dom {
    pub(crate) fn parse(html: &str) -> Self {
        Self(Html::parse_document(html))
    }

    pub(crate) fn html(&self) -> String {
        self.0.html()
    }

    /// The content of a page of the site without the navigation around it; a page of the export as it is.
    pub(crate) fn content_of(html: &str) -> String {
        let dom = Self::parse(html);
        let content = dom.all("#docs-content");
        content.first().map_or(html.to_owned(), |node| dom.element(*node).html())
    }

    /// All elements that match.
    pub(crate) fn all(&self, selector: &str) -> Vec<NodeId> {
        let selector = Selector::parse(selector).unwrap();
        self.0.select(&selector).map(|element| element.id()).collect()
    }

    fn element(&self, node: NodeId) -> ElementRef<'_> {
        ElementRef::wrap(self.0.tree.get(node).unwrap()).unwrap()
    }

    fn is_inside(&self, node: NodeId, outer: NodeId) -> bool {
        let mut around = self.0.tree.get(node).unwrap().ancestors();
        around.any(|around| around.id() == outer)
    }

    /// The rows of a table below its headings.
    pub(crate) fn rows(&self, table: usize) -> Vec<NodeId> {
        let table = self.all("table")[table];
        let mut rows = self.all("tr:has(td)");
        rows.retain(|row| self.is_inside(*row, table));
        rows
    }

    /// The position of a heading of a table.
    pub(crate) fn column(&self, table: usize, heading: &str) -> Option<usize> {
        let table = self.all("table")[table];
        let mut headings = self.all("th");
        headings.retain(|cell| self.is_inside(*cell, table));
        headings.iter().position(|cell| self.text(*cell) == heading)
    }

    /// The cell of a row under this heading, if the table has it.
    pub(crate) fn cell(&self, origin: Origin, heading: &str) -> Option<NodeId> {
        let row = self.rows(origin.table)[origin.row];
        let cell = self.element(row).child_elements().nth(self.column(origin.table, heading)?);
        cell.map(|cell| cell.id())
    }

    /// The texts below a node.
    pub(crate) fn texts(&self, node: NodeId) -> Vec<(NodeId, String)> {
        let nodes = self.0.tree.get(node).unwrap().descendants();
        let text = |node: &Node| Some(node.as_text()?.text.to_string());
        nodes.filter_map(|node| Some((node.id(), text(node.value())?))).collect()
    }

    /// The first text below a node that is more than whitespace.
    pub(crate) fn first_text(&self, node: NodeId) -> Option<(NodeId, String)> {
        let mut texts = self.texts(node).into_iter();
        texts.find(|(_, text)| !text.trim().is_empty())
    }

    pub(crate) fn joined(&self, node: NodeId) -> String {
        self.texts(node).into_iter().map(|(_, text)| text).collect()
    }

    pub(crate) fn text(&self, node: NodeId) -> String {
        self.joined(node).trim().to_owned()
    }

    /// The places of a word in the joined text. A word does not cross the borders of its text node.
    pub(crate) fn words(&self, node: NodeId, word: &str) -> Vec<Range<usize>> {
        let mut start = 0;
        let mut all = Vec::new();
        for (_, text) in self.texts(node) {
            let places = words(&text, word).into_iter();
            all.extend(places.map(|place| start + place.start..start + place.end));
            start += text.len();
        }
        all
    }

    /// The nearest element around a node that has one of these names.
    pub(crate) fn closest(&self, node: NodeId, names: &[&str]) -> Option<NodeId> {
        let mut around = self.0.tree.get(node)?.ancestors().filter_map(ElementRef::wrap);
        let found = around.find(|element| names.contains(&element.value().name()));
        found.map(|element| element.id())
    }

    pub(crate) fn apply(&mut self, node: NodeId, edit: &Edit) {
        match edit {
            Edit::Text(text) => self.set_text(node, text),
            Edit::Part(range, new) => {
                let mut new = new.as_str();
                let mut start = 0;
                for (inner, mut text) in self.texts(node) {
                    let within = |at: usize| at.saturating_sub(start).min(text.len());
                    let (from, to) = (within(range.start), within(range.end));
                    start += text.len();
                    if from < to {
                        text.replace_range(from..to, std::mem::take(&mut new));
                        self.write(inner, &text);
                    }
                }
            }
            Edit::Remove => self.0.tree.get_mut(node).unwrap().detach(),
            Edit::Copy(text) => {
                let copy = self.copy_after(node);
                self.set_text(copy, text);
            }
            Edit::CopyRow(cells) => {
                let copy = self.copy_after(node);
                for (column, text) in cells {
                    let cell = self.element(copy).child_elements().nth(*column);
                    self.set_text(cell.unwrap().id(), text);
                }
            }
        }
    }

    /// Replaces all texts below a node by one text.
    fn set_text(&mut self, node: NodeId, text: &str) {
        let mut new = text;
        for (inner, old) in self.texts(node) {
            if !old.trim().is_empty() || inner == node {
                self.write(inner, std::mem::take(&mut new));
            }
        }
    }

    fn write(&mut self, node: NodeId, text: &str) {
        if let Node::Text(old) = self.0.tree.get_mut(node).unwrap().value() {
            old.text = text.into();
        }
    }

    fn copy_after(&mut self, node: NodeId) -> NodeId {
        let mut node = self.0.tree.get_mut(node).unwrap();
        let copy = node.clone_subtree().id();
        node.insert_id_after(copy);
        copy
    }
}

/// The occurrences of a word in a text, except for those in longer words.
pub(crate) fn words(text: &str, word: &str) -> Vec<Range<usize>> {
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    let places = text.match_indices(word);
    let mut places: Vec<_> = places.map(|(start, _)| start..start + word.len()).collect();
    places.retain(|place| !text[..place.start].ends_with(joins) && !text[place.end..].starts_with(joins));
    places
}
