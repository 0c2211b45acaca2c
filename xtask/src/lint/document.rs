//! The document, loaded: its objects with their kinds and paths, and what refers to what.

use std::collections::HashMap;

use serde_json::Value;

use super::grammar::{Child, Kind};
use super::path::Path;
use super::rules::Finding;
use super::source::Source;

/// An object of the document.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) kind: Kind,
    pub(crate) path: Path,
    pub(crate) value: &'a Value,
    /// The key of the parent under which this stands, for example `properties`.
    pub(crate) place: &'static str,
    parent: Option<usize>,
    children: Vec<usize>,
}

impl<'a> Node<'a> {
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        self.value.get(key)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key)?.as_str()
    }

    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.get(key) == Some(&Value::Bool(true))
    }

    /// What this object's `$ref` says, where it is a reference.
    pub(crate) fn reference(&self) -> Option<&'a str> {
        self.text("$ref")
    }

    /// The last key of the path: the name of a component, of a property, a status code, a method.
    pub(crate) fn name(&self) -> &str {
        self.path.name().unwrap_or_default()
    }
}

/// The loaded document.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) source: &'a Source,
    nodes: Vec<Node<'a>>,
    by_path: HashMap<Path, usize>,
}

/// Reads the text of a document, or says why it can't be read.
pub(crate) fn load(text: &str) -> Result<(Source, Value), Box<Finding>> {
    let unreadable = |line, message| {
        Box::new(Finding {
            rule: "yaml-syntax",
            line,
            path: Path::root(),
            message,
        })
    };
    let source = Source::parse(text).map_err(|error| {
        let message = format!("not YAML: {}", error.info());
        unreadable(error.marker().line(), message)
    })?;
    let options = serde_saphyr::options! {
        // Reported by rules of their own, with every place rather than the first.
        duplicate_keys: serde_saphyr::options::DuplicateKeyPolicy::LastWins,
        strict_booleans: true,
        with_snippet: false,
    };
    let value = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let line = error.location().map_or(1, |location| location.line());
        unreadable(usize::try_from(line).unwrap_or(1), error.to_string())
    })?;
    Ok((source, value))
}

impl<'a> Document<'a> {
    pub(crate) fn new(source: &'a Source, value: &'a Value) -> Self {
        let mut document = Self {
            source,
            nodes: Vec::new(),
            by_path: HashMap::new(),
        };
        document.add(Kind::Root, Path::root(), value, "", None);
        document
    }

    fn add(&mut self, kind: Kind, path: Path, value: &'a Value, place: &'static str, parent: Option<usize>) {
        let id = self.nodes.len();
        self.by_path.insert(path.clone(), id);
        self.nodes.push(Node {
            kind,
            path: path.clone(),
            value,
            place,
            parent,
            children: Vec::new(),
        });
        if let Some(parent) = parent {
            self.nodes[parent].children.push(id);
        }
        if value.get("$ref").is_some() {
            return;
        }
        for (key, child) in kind.keys() {
            let Some(value) = value.get(*key) else {
                continue;
            };
            let path = path.key(key);
            match *child {
                Child::Data => {}
                Child::One(kind) => self.add(kind, path, value, key, Some(id)),
                Child::SchemaOrFlag if value.is_boolean() => {}
                Child::SchemaOrFlag => self.add(Kind::Schema, path, value, key, Some(id)),
                Child::List(kind) => {
                    for (index, value) in value.as_array().into_iter().flatten().enumerate() {
                        self.add(kind, path.index(index), value, key, Some(id));
                    }
                }
                Child::Map(kind) => {
                    let entries = value.as_object().into_iter().flatten();
                    let mut entries: Vec<_> = entries.map(|(name, value)| (path.key(name), value)).collect();
                    // The order of the text, whichever way serde_json keeps its maps.
                    entries.sort_by_key(|(path, _)| self.source.line(path));
                    for (path, value) in entries {
                        self.add(kind, path, value, key, Some(id));
                    }
                }
            }
        }
    }

    pub(crate) fn root(&self) -> &Node<'a> {
        &self.nodes[0]
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Node<'a>> {
        self.nodes.iter()
    }

    /// Every object of a kind that is written out, not a reference.
    pub(crate) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Node<'a>> {
        let written_out = self.nodes.iter().filter(|node| node.reference().is_none());
        written_out.filter(move |node| node.kind == kind)
    }

    /// The named components of a kind.
    pub(crate) fn components(&self, kind: Kind) -> impl Iterator<Item = &Node<'a>> {
        let named = self.nodes.iter().filter(|node| self.is_component(node));
        named.filter(move |node| node.kind == kind)
    }

    pub(crate) fn is_component(&self, node: &Node<'_>) -> bool {
        self.parent(node)
            .is_some_and(|parent| parent.kind == Kind::Components)
    }

    pub(crate) fn parent(&self, node: &Node<'_>) -> Option<&Node<'a>> {
        self.nodes.get(node.parent?)
    }

    pub(crate) fn children(&self, node: &Node<'_>) -> impl Iterator<Item = &Node<'a>> {
        node.children.iter().map(|child| &self.nodes[*child])
    }

    /// The children under one key, for example the `responses` of an operation.
    pub(crate) fn children_in(
        &self,
        node: &Node<'_>,
        place: &'static str,
    ) -> impl Iterator<Item = &Node<'a>> {
        self.children(node).filter(move |child| child.place == place)
    }

    /// What a reference points to, if that is an object of the same kind.
    pub(crate) fn target(&self, node: &Node<'_>) -> Option<&Node<'a>> {
        let path = Path::of_reference(node.reference()?)?;
        let target = &self.nodes[*self.by_path.get(&path)?];
        (target.kind == node.kind && self.is_component(target)).then_some(target)
    }

    /// The object itself, or what it refers to. A reference to a reference is not followed further.
    pub(crate) fn resolved<'n>(&'n self, node: &'n Node<'a>) -> &'n Node<'a> {
        self.target(node).unwrap_or(node)
    }

    /// What can be reached from the objects of a kind, through children and references, each with the object of that
    /// kind that reaches it first.
    pub(crate) fn reachable_from<'n>(
        &'n self,
        starts: impl Iterator<Item = &'n Node<'a>>,
    ) -> HashMap<&'n Path, &'n Node<'a>>
    where
        'a: 'n,
    {
        let mut reached = HashMap::new();
        for start in starts {
            let mut open = vec![start];
            while let Some(node) = open.pop() {
                if reached.contains_key(&node.path) {
                    continue;
                }
                reached.insert(&node.path, start);
                open.extend(self.children(node));
                open.extend(self.target(node));
            }
        }
        reached
    }

    /// What can be reached from the responses of the operations.
    pub(crate) fn reachable_from_responses(&self) -> HashMap<&Path, &Node<'a>> {
        let responses = self.nodes.iter().filter(|node| {
            node.kind == Kind::Response && node.place == "responses" && !self.is_component(node)
        });
        self.reachable_from(responses)
    }
}
