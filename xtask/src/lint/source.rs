//! The document as it is written: what a loaded value no longer tells, such as lines and quotes.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use super::path::Path;

/// A key or a value that stands without quotes.
#[derive(Debug)]
pub(crate) struct PlainScalar {
    /// The path of the value, or of the value that the key is for.
    pub(crate) path: Path,
    pub(crate) text: String,
    pub(crate) is_key: bool,
}

/// What the YAML events of the document tell.
#[derive(Debug, Default)]
pub(crate) struct Source {
    lines: HashMap<Path, usize>,
    pub(crate) plain_scalars: Vec<PlainScalar>,
    pub(crate) duplicate_keys: Vec<(Path, usize)>,
    /// Anchors (`&name`), aliases (`*name`) and tags (`!name`).
    pub(crate) shorthands: Vec<Path>,
}

impl Source {
    pub(crate) fn parse(text: &str) -> Result<Self, ScanError> {
        let mut reader = Reader::default();
        for event in Parser::new_from_str(text) {
            let (event, span) = event?;
            reader.read(event, span);
        }
        Ok(reader.source)
    }

    /// The line of a path, or of the nearest value around it that stands in the document.
    pub(crate) fn line(&self, path: &Path) -> usize {
        let mut path = path.clone();
        loop {
            if let Some(line) = self.lines.get(&path) {
                return *line;
            }
            match path.parent() {
                Some(parent) => path = parent,
                None => return 1,
            }
        }
    }
}

enum Open {
    Mapping {
        path: Path,
        seen: HashSet<String>,
        key: Option<Path>,
    },
    Sequence {
        path: Path,
        next: usize,
    },
}

#[derive(Default)]
struct Reader {
    source: Source,
    open: Vec<Open>,
}

impl Reader {
    fn read(&mut self, event: Event<'_>, span: Span) {
        let line = span.start.line();
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                if self.key_is_next() {
                    self.read_key(&text, plain, line);
                } else {
                    let path = self.read_value(line, anchor != 0 || tag.is_some());
                    if plain {
                        self.plain_scalar(path, &text, false);
                    }
                }
            }
            Event::MappingStart(anchor, tag) => {
                let path = self.read_value(line, anchor != 0 || tag.is_some());
                self.open.push(Open::Mapping {
                    path,
                    seen: HashSet::new(),
                    key: None,
                });
            }
            Event::SequenceStart(anchor, tag) => {
                let path = self.read_value(line, anchor != 0 || tag.is_some());
                self.open.push(Open::Sequence { path, next: 0 });
            }
            Event::MappingEnd | Event::SequenceEnd => {
                self.open.pop();
            }
            Event::Alias(_) => {
                self.read_value(line, true);
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
    }

    fn key_is_next(&self) -> bool {
        matches!(self.open.last(), Some(Open::Mapping { key: None, .. }))
    }

    fn read_key(&mut self, text: &str, plain: bool, line: usize) {
        let Some(Open::Mapping { path, seen, key }) = self.open.last_mut() else {
            return;
        };
        let path = path.key(text);
        *key = Some(path.clone());
        if !seen.insert(text.to_owned()) {
            self.source.duplicate_keys.push((path.clone(), line));
        }
        self.source.lines.entry(path.clone()).or_insert(line);
        if plain {
            self.plain_scalar(path, text, true);
        }
    }

    /// Takes the next value to be at the returned path.
    fn read_value(&mut self, line: usize, shorthand: bool) -> Path {
        let path = match self.open.last_mut() {
            // A mapping or a sequence as a key; no key of this document's kind can be one.
            Some(Open::Mapping { path, key, .. }) => key.take().unwrap_or_else(|| path.key("?")),
            Some(Open::Sequence { path, next }) => {
                *next += 1;
                path.index(*next - 1)
            }
            None => Path::root(),
        };
        self.source.lines.entry(path.clone()).or_insert(line);
        if shorthand {
            self.source.shorthands.push(path.clone());
        }
        path
    }

    fn plain_scalar(&mut self, path: Path, text: &str, is_key: bool) {
        self.source.plain_scalars.push(PlainScalar {
            path,
            text: text.to_owned(),
            is_key,
        });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn gives_the_line_of_a_path_or_of_what_is_around_it() {
        let source = Source::parse("a:\n  - b: 1\n    c: {d: 2}\n  - 3\n").unwrap();
        let a = Path::root().key("a");
        assert_eq!(source.line(&a), 1);
        assert_eq!(source.line(&a.index(0).key("c").key("d")), 3);
        assert_eq!(source.line(&a.index(1)), 4);
        assert_eq!(source.line(&a.index(1).key("missing")), 4);
        assert_eq!(source.line(&Path::root().key("missing")), 1);
    }

    #[test]
    fn tells_plain_scalars_from_quoted_ones() {
        let source = Source::parse("'a': 'x'\nb: ON\nc: |-\n  ON\n").unwrap();
        let plain: Vec<_> = source
            .plain_scalars
            .iter()
            .map(|scalar| (scalar.text.as_str(), scalar.is_key))
            .collect();
        assert_eq!(plain, [("b", true), ("ON", false), ("c", true)]);
    }
}
