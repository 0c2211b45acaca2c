//! Reads YAML from parser events into a tree whose scalars are the text as written.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};
use zeroize::Zeroizing;

/// The maximum depth of nested values, aliases included.
const MAX_DEPTH: usize = 64;
/// The maximum number of entries that the merge keys of one mapping may add.
const MAX_MERGED: usize = 10_000;

/// A value and its line in the file.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) line: usize,
    pub(super) value: Value,
    depth: usize,
}

#[derive(Debug)]
pub(super) enum Value {
    Null,
    Text(Zeroizing<String>),
    List(Vec<Rc<Node>>),
    Map(Map),
    /// Valid YAML that can't be the value of a setting, and the reason.
    Unusable(&'static str),
}

/// A mapping. Merge keys (`<<`) are followed when its entries are read.
#[derive(Debug, Default)]
pub(super) struct Map {
    entries: Vec<Entry>,
    merged: Vec<Rc<Node>>,
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) line: usize,
    pub(super) value: Rc<Node>,
}

/// A text or a mapping that can't be read. The reason for a mapping is a predicate: `is …` or `has …`.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) line: usize,
    pub(super) column: Option<usize>,
    pub(super) reason: String,
}

impl Problem {
    fn new(line: usize, reason: impl Into<String>) -> Self {
        Self { line, column: None, reason: reason.into() }
    }
}

impl Node {
    /// The type of the value, as named in messages.
    pub(super) fn kind(&self) -> &'static str {
        match &self.value {
            Value::Null => "empty",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
            Value::Unusable(reason) => reason,
        }
    }
}

impl Map {
    /// The entries as written, followed by those of the merge keys that are not among them.
    ///
    /// A key that is written twice is in the list twice. The first of several merged mappings takes
    /// precedence.
    pub(super) fn entries(&self) -> Result<Vec<Entry>, Problem> {
        let mut entries = self.entries.clone();
        let mut seen: BTreeSet<String> = entries.iter().map(|entry| entry.key.clone()).collect();
        let mut left = MAX_MERGED;
        for node in &self.merged {
            merge(node, &mut entries, &mut seen, &mut left)?;
        }
        Ok(entries)
    }
}

/// Not unbounded: nesting is limited by `MAX_DEPTH`, and every mapping visited costs at least one of `left`.
fn merge(
    node: &Node,
    entries: &mut Vec<Entry>,
    seen: &mut BTreeSet<String>,
    left: &mut usize,
) -> Result<(), Problem> {
    let map = match &node.value {
        Value::Map(map) => map,
        Value::List(nodes) => return nodes.iter().try_for_each(|node| merge(node, entries, seen, left)),
        Value::Null => return Ok(()),
        _ => {
            return Err(Problem::new(node.line, "has a merge key (`<<`) that is not a mapping"));
        }
    };
    let cost = map.entries.len() + 1;
    *left = left
        .checked_sub(cost)
        .ok_or_else(|| Problem::new(node.line, "has merge keys (`<<`) that bring in too many entries"))?;
    for entry in &map.entries {
        if seen.insert(entry.key.clone()) {
            entries.push(entry.clone());
        }
    }
    map.merged.iter().try_for_each(|node| merge(node, entries, seen, left))
}

/// Reads a text of at most one document.
pub(super) fn parse(text: &str) -> Result<Rc<Node>, Problem> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text.trim_start_matches('\u{feff}')) {
        let (event, span) = event.map_err(|error| Problem {
            line: error.marker().line(),
            column: Some(error.marker().col() + 1),
            reason: error.info().to_owned(),
        })?;
        builder.take(event, span)?;
    }
    Ok(builder.root.unwrap_or_else(|| Rc::new(Node { line: 1, value: Value::Null, depth: 1 })))
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: BTreeMap<usize, Rc<Node>>,
    root: Option<Rc<Node>>,
}

struct Open {
    anchor: usize,
    line: usize,
    depth: usize,
    unusable: Option<&'static str>,
    kind: OpenKind,
}

enum OpenKind {
    List(Vec<Rc<Node>>),
    Map { map: Map, key: Option<Key> },
}

/// A key whose value is still to come.
enum Key {
    Text(String, usize),
    Merge,
    /// Not text: its value is dropped, and the mapping is unusable.
    Other,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        let line = span.start.line();
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                Err(Problem::new(line, "it has more than one YAML document"))
            }
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                if let Some(OpenKind::Map { key: key @ None, .. }) =
                    self.open.last_mut().map(|open| &mut open.kind)
                {
                    *key = Some(if plain && text == "<<" {
                        Key::Merge
                    } else {
                        Key::Text(text.clone().into_owned(), line)
                    });
                    if anchor != 0 {
                        let value = scalar(&text, plain, tag.as_deref());
                        self.anchors.insert(anchor, leaf(line, value));
                    }
                    return Ok(());
                }
                self.close(anchor, leaf(line, scalar(&text, plain, tag.as_deref())))
            }
            Event::Alias(anchor) => {
                // An anchor whose value is still open contains this alias.
                let node = self.anchors.get(&anchor).cloned();
                let inside = || leaf(line, Value::Unusable("an alias of what it is part of"));
                self.close(0, node.unwrap_or_else(inside))
            }
            Event::SequenceStart(anchor, tag) => {
                self.begin(line, anchor, tag.as_deref(), OpenKind::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                let (map, key) = (Map::default(), None);
                self.begin(line, anchor, tag.as_deref(), OpenKind::Map { map, key })
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else {
                    return Err(Problem::new(line, "its brackets do not match"));
                };
                let value = match (open.unusable, open.kind) {
                    (Some(reason), _) => Value::Unusable(reason),
                    (None, OpenKind::List(items)) => Value::List(items),
                    (None, OpenKind::Map { map, .. }) => Value::Map(map),
                };
                let node = Node { line: open.line, value, depth: open.depth };
                self.close(open.anchor, Rc::new(node))
            }
            _ => Ok(()),
        }
    }

    fn begin(
        &mut self,
        line: usize,
        anchor: usize,
        tag: Option<&Tag>,
        kind: OpenKind,
    ) -> Result<(), Problem> {
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(line));
        }
        self.open.push(Open {
            anchor,
            line,
            depth: 1,
            unusable: tag
                .filter(|tag| !(tag.is_yaml_core_schema() && matches!(tag.suffix.as_str(), "map" | "seq")))
                .map(|_| "a value with a tag"),
            kind,
        });
        Ok(())
    }

    /// Adds a complete value to the open mapping or list around it.
    fn close(&mut self, anchor: usize, node: Rc<Node>) -> Result<(), Problem> {
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        open.depth = open.depth.max(node.depth + 1);
        if open.depth > MAX_DEPTH {
            return Err(too_deep(node.line));
        }
        match &mut open.kind {
            OpenKind::List(items) => items.push(node),
            OpenKind::Map { map, key } => match (key.take(), &node.value) {
                (None, Value::Text(text)) => *key = Some(Key::Text(text.to_string(), node.line)),
                (None, _) => {
                    open.unusable = Some("a mapping with a key that is not text");
                    *key = Some(Key::Other);
                }
                (Some(Key::Merge), _) => map.merged.push(node),
                (Some(Key::Text(key, line)), _) => map.entries.push(Entry { key, line, value: node }),
                (Some(Key::Other), _) => {}
            },
        }
        Ok(())
    }
}

fn too_deep(line: usize) -> Problem {
    Problem::new(line, format!("its values are nested more than {MAX_DEPTH} levels deep"))
}

fn leaf(line: usize, value: Value) -> Rc<Node> {
    Rc::new(Node { line, value, depth: 1 })
}

fn scalar(text: &str, plain: bool, tag: Option<&Tag>) -> Value {
    let text_value = || Value::Text(Zeroizing::new(text.to_owned()));
    match tag {
        None if plain && matches!(text, "" | "~" | "null" | "Null" | "NULL") => Value::Null,
        None => text_value(),
        Some(tag) if tag.is_yaml_core_schema() => match tag.suffix.as_str() {
            "str" | "int" | "float" | "bool" => text_value(),
            "null" => Value::Null,
            _ => Value::Unusable("a value with a tag"),
        },
        // `!` alone means text.
        Some(tag)
            if tag.handle.is_empty() && tag.suffix == "!" || tag.handle == "!" && tag.suffix.is_empty() =>
        {
            text_value()
        }
        Some(_) => Value::Unusable("a value with a tag"),
    }
}

#[cfg(test)]
#[path = "yaml_tests.rs"]
mod tests;
