//! The HTML of one page, whose elements can be replaced.

use std::collections::HashMap;

use ego_tree::NodeId;
use regex::{Captures, Regex};
use scraper::{ElementRef, Html, Selector};

/// A page and the positions of its elements.
pub(crate) struct Page {
    dom: Html,
    html: String,
    starts: HashMap<NodeId, usize>,
}

impl Page {
    pub(crate) fn parse(html: &str) -> Self {
        let dom = Html::parse_document(html);
        let html = dom.html();
        let tags = pattern("<[a-z]");
        let elements = dom.tree.root().descendants().filter_map(ElementRef::wrap);
        let starts = elements.zip(tags.find_iter(&html)).map(|(element, tag)| {
            assert!(html[tag.start()..].starts_with(&element.html()), "{}", element.html());
            (element.id(), tag.start())
        });
        Self { starts: starts.collect(), dom, html }
    }

    /// The content of a page of the site without the navigation around it; a page of the export as it is.
    pub(crate) fn content_of(html: &str) -> String {
        let content = Html::parse_document(html).select(&selector("#docs-content")).next().map(|e| e.html());
        content.unwrap_or_else(|| html.to_owned())
    }

    pub(crate) fn select(&self, wanted: &str) -> Vec<ElementRef<'_>> {
        self.dom.select(&selector(wanted)).collect()
    }

    /// The page with other HTML in place of these elements, none of which is inside another.
    pub(crate) fn replace(&self, edits: &[(ElementRef<'_>, String)]) -> String {
        let mut edits: Vec<_> = edits.iter().map(|(old, new)| (self.starts[&old.id()], old, new)).collect();
        edits.sort_by_key(|(start, _, _)| *start);
        let mut html = self.html.clone();
        for (start, old, new) in edits.into_iter().rev() {
            html.replace_range(start..start + old.html().len(), new);
        }
        html
    }
}

pub(crate) fn selector(text: &str) -> Selector {
    Selector::parse(text).unwrap()
}

pub(crate) fn pattern(text: &str) -> Regex {
    Regex::new(text).unwrap()
}

/// Matches a word that is not part of a longer one.
pub(crate) fn word(word: &str) -> Regex {
    pattern(&format!(r"(?i)\b{{start-half}}(?:{word})\b{{end-half}}"))
}

/// The text of an element.
pub(crate) fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().trim().to_owned()
}

/// The HTML of an element after a change of each of its texts.
pub(crate) fn change_texts(element: ElementRef<'_>, mut change: impl FnMut(&str) -> String) -> String {
    let change = |text: &Captures<'_>| format!(">{}<", change(&text[1]));
    pattern(">([^<]*[^<[:space:]][^<]*)<").replace_all(&element.html(), change).into_owned()
}
