//! The HTML of one page, to be changed in memory.

use std::ops::Range;

use ego_tree::NodeId;
use scraper::{ElementRef, Html, Node, Selector};

use otc_reference::Origin;

/// A page's HTML.
#[derive(Clone)]
pub(crate) struct Dom(Html);

impl Dom {
    pub(crate) fn parse(html: &str) -> Self {
        Self(Html::parse_document(html))
    }

    pub(crate) fn html(&self) -> String {
        self.0.html()
    }

    /// The content of a page of the site without the navigation around it, so that thousands of changes take
    /// seconds; a page of the export as it is.
    pub(crate) fn content_of(html: &str) -> String {
        let dom = Self::parse(html);
        let content = dom.all("#docs-content").first().copied();
        match content.and_then(|node| dom.element(node)) {
            Some(content) => content.html(),
            None => html.to_owned(),
        }
    }

    /// All elements that match.
    pub(crate) fn all(&self, selector: &str) -> Vec<NodeId> {
        let Ok(selector) = Selector::parse(selector) else {
            return Vec::new();
        };
        self.0.select(&selector).map(|element| element.id()).collect()
    }

    fn element(&self, node: NodeId) -> Option<ElementRef<'_>> {
        ElementRef::wrap(self.0.tree.get(node)?)
    }

    /// The rows of a table below its headings.
    pub(crate) fn rows(&self, table: usize) -> Vec<NodeId> {
        let table = self.all("table").get(table).and_then(|node| self.element(*node));
        table
            .into_iter()
            .flat_map(|table| table.descendent_elements())
            .filter(|element| element.value().name() == "tr")
            .filter(|row| row.child_elements().any(|cell| cell.value().name() == "td"))
            .map(|row| row.id())
            .collect()
    }

    pub(crate) fn row(&self, origin: Origin) -> Option<NodeId> {
        self.rows(origin.table).get(origin.row).copied()
    }

    /// The cell of a row under this heading.
    pub(crate) fn cell(&self, origin: Origin, heading: &str) -> Option<NodeId> {
        let table = self.all("table").get(origin.table).copied()?;
        let headings: Vec<String> = self
            .element(table)?
            .descendent_elements()
            .filter(|element| element.value().name() == "th")
            .map(|element| element.text().collect::<String>().trim().to_owned())
            .collect();
        let column = headings.iter().position(|text| text == heading)?;
        let row = self.element(self.row(origin)?)?;
        row.child_elements().nth(column).map(|cell| cell.id())
    }

    /// The texts below a node that are more than whitespace.
    pub(crate) fn texts(&self, node: NodeId) -> Vec<(NodeId, String)> {
        let Some(node) = self.0.tree.get(node) else {
            return Vec::new();
        };
        node.descendants()
            .filter_map(|inner| match inner.value() {
                Node::Text(text) => Some((inner.id(), text.to_string())),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn joined(&self, node: NodeId) -> String {
        self.texts(node).into_iter().map(|(_, text)| text).collect()
    }

    /// Whether a node is inside an element of one of these names.
    pub(crate) fn is_inside(&self, node: NodeId, names: &[&str]) -> bool {
        self.closest(node, names).is_some()
    }

    /// The nearest element around a node that has one of these names.
    pub(crate) fn closest(&self, node: NodeId, names: &[&str]) -> Option<NodeId> {
        self.0
            .tree
            .get(node)?
            .ancestors()
            .filter_map(ElementRef::wrap)
            .find(|element| names.contains(&element.value().name()))
            .map(|element| element.id())
    }

    /// Replaces all texts below a node by one text.
    pub(crate) fn set_text(&mut self, node: NodeId, text: &str) {
        let mut new = text;
        for (inner, old) in self.texts(node) {
            if !old.trim().is_empty() {
                self.write(inner, new);
                new = "";
            }
        }
    }

    /// Replaces a part of the joined text; it must lie within one text node.
    pub(crate) fn replace(&mut self, node: NodeId, range: Range<usize>, new: &str) -> bool {
        let mut start = 0;
        for (inner, mut text) in self.texts(node) {
            let end = start + text.len();
            if range.start >= start && range.end <= end {
                text.replace_range(range.start - start..range.end - start, new);
                self.write(inner, &text);
                return true;
            }
            start = end;
        }
        false
    }

    /// Replaces the first or the last occurrence of a word.
    pub(crate) fn replace_word(&mut self, node: NodeId, word: &str, new: &str, last: bool) -> bool {
        let mut places = Vec::new();
        for (inner, text) in self.texts(node) {
            places.extend(words(&text, word).into_iter().map(|range| (inner, range)));
        }
        let place = if last {
            places.pop()
        } else {
            places.into_iter().next()
        };
        place.is_some_and(|(inner, range)| self.replace(inner, range, new))
    }

    fn write(&mut self, node: NodeId, text: &str) {
        if let Some(mut node) = self.0.tree.get_mut(node)
            && let Node::Text(old) = node.value()
        {
            old.text = text.into();
        }
    }

    pub(crate) fn remove(&mut self, node: NodeId) {
        if let Some(mut node) = self.0.tree.get_mut(node) {
            node.detach();
        }
    }

    /// Inserts a copy of a node after it, and returns the copy.
    pub(crate) fn copy_after(&mut self, node: NodeId) -> Option<NodeId> {
        let copy = self.0.tree.get_mut(node)?.clone_subtree().id();
        self.0.tree.get_mut(node)?.insert_id_after(copy);
        Some(copy)
    }
}

/// The occurrences of a word in a text, except for those in longer words.
pub(crate) fn words(text: &str, word: &str) -> Vec<Range<usize>> {
    let joins = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .map(|(start, _)| start..start + word.len())
        .filter(|range| {
            let before = text.get(..range.start).and_then(|rest| rest.chars().next_back());
            let after = text.get(range.end..).and_then(|rest| rest.chars().next());
            !before.is_some_and(joins) && !after.is_some_and(joins)
        })
        .collect()
}
