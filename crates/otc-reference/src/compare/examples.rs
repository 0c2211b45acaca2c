//! Examples: values one by one, and request lines against the operation and the examples of its parameters.

use serde_json::Value;

use super::{ABSENT, Differ};
use crate::document::DocOperation;
use crate::facts::{Example, Operation, RequestLine};
use crate::similarity::most_similar;

/// A difference of two values: the path below the example, and both sides.
type Leaf = (String, String, String);

impl Differ<'_> {
    pub(super) fn examples(&mut self, reference: &Operation, operation: &DocOperation) {
        let document = &operation.facts;
        for (index, line) in reference.request_lines.iter().enumerate() {
            self.request_line(&format!("example.line[{index}]"), line, operation);
        }
        self.pair_examples("example.request", &reference.request_examples, &document.request_examples);
        self.pair_examples("example.response", &reference.response_examples, &document.response_examples);
        for (index, example) in reference.failure_examples.iter().enumerate() {
            let key = format!("example.failure[{index}]");
            // All operations share the failures, so an example may belong to several pages or to none.
            let candidates = document.failure_examples.iter();
            let leaves = candidates.map(|candidate| failure_differences(&example.value, &candidate.value));
            self.example(key, example, leaves.min_by_key(Vec::len));
        }
    }

    /// Gives each example of the page the document's example that is most like it.
    fn pair_examples(&mut self, kind: &str, reference: &[Example], document: &[Example]) {
        let mut document: Vec<&Example> = document.iter().collect();
        for (index, example) in reference.iter().enumerate() {
            let leaves = document.iter().map(|candidate| differences(&example.value, &candidate.value));
            let nearest = leaves.enumerate().min_by_key(|(_, leaves)| leaves.len());
            if let Some((at, _)) = &nearest {
                document.remove(*at);
            }
            self.example(format!("{kind}[{index}]"), example, nearest.map(|(_, leaves)| leaves));
        }
        for surplus in document {
            let name = surplus.name.as_deref().unwrap_or_default();
            self.report(format!("{kind}({name})"), ABSENT, surplus.value.to_string());
        }
    }

    /// Reports how an example of the page differs from its counterpart, if it has one.
    fn example(&mut self, key: String, example: &Example, leaves: Option<Vec<Leaf>>) {
        for line in &example.missing_commas {
            let missing = format!("missing before line {line}");
            self.report(format!("{key}: comma"), missing, "present");
        }
        match leaves {
            Some(leaves) => {
                for (path, reference, document) in leaves {
                    self.report(format!("{key}{path}"), reference, document);
                }
            }
            None => self.report(key, example.value.to_string(), ABSENT),
        }
    }

    fn request_line(&mut self, key: &str, line: &RequestLine, operation: &DocOperation) {
        let document = &operation.facts;
        self.same(&format!("{key}: method"), &line.method, &document.method);
        let path = placeholders(&document.path, &line.path);
        if path.is_none() {
            self.report(format!("{key}: path"), &line.path, &document.path);
        }
        let path = path.into_iter().flatten();
        let path = path.map(|(name, value)| ("path", &document.path_parameters, name, value));
        let query = line.query.iter();
        let query =
            query.map(|(name, value)| ("query", &document.query_parameters, name.as_str(), value.as_str()));
        for (location, parameters, name, value) in path.chain(query) {
            let place = format!("{location}.{name}");
            let documented = match operation.parameter_examples.get(&place) {
                Some(example) => example,
                None if parameters.iter().any(|parameter| parameter.name == name) => "no example",
                None => ABSENT,
            };
            self.same(&format!("{key}.{place}"), value, documented);
        }
    }
}

/// The parts of a path in place of the template's placeholders, unless they are the placeholders themselves.
fn placeholders<'p>(template: &'p str, path: &'p str) -> Option<Vec<(&'p str, &'p str)>> {
    let (expected, actual): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
    if expected.len() != actual.len() {
        return None;
    }
    let mut values = Vec::new();
    for (expected, actual) in expected.into_iter().zip(actual) {
        if expected == actual {
            continue;
        }
        let name = expected.strip_prefix('{')?.strip_suffix('}')?;
        values.push((name, actual));
    }
    Some(values)
}

/// The differences of two JSON values.
fn differences(reference: &Value, document: &Value) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    collect("", reference, document, &mut leaves);
    leaves
}

/// The differences of the example of a failure and one of the document. Most pages show only `XXXX` as a code
/// and a message, which matches any text.
fn failure_differences(reference: &Value, document: &Value) -> Vec<Leaf> {
    let mut leaves = differences(reference, document);
    leaves.retain(|(_, reference, document)| !(is_placeholder(reference) && document.starts_with('"')));
    leaves
}

/// Whether JSON text is `"X"`, `"XX"` and so on.
fn is_placeholder(json: &str) -> bool {
    let inner = json.trim_matches('"');
    inner.len() < json.len() && !inner.is_empty() && inner.chars().all(|c| c == 'X')
}

fn collect(path: &str, reference: &Value, document: &Value, into: &mut Vec<Leaf>) {
    match (reference, document) {
        (Value::Array(a), Value::Array(b)) => {
            for index in 0..a.len().max(b.len()) {
                let path = format!("{path}[{index}]");
                match (a.get(index), b.get(index)) {
                    (Some(a), Some(b)) => collect(&path, a, b, into),
                    (a, b) => into.push((path, say(a), say(b))),
                }
            }
        }
        (Value::Object(a), Value::Object(b)) => {
            let mut only_document: Vec<&String> = b.keys().filter(|name| !a.contains_key(*name)).collect();
            for (name, value) in a {
                if let Some(other) = b.get(name) {
                    collect(&member(path, name), value, other, into);
                    continue;
                }
                match most_similar(name, only_document.iter().copied(), |other| other) {
                    Some(other) => {
                        only_document.retain(|name| *name != other);
                        let path = member(path, other);
                        into.push((format!("{path}: name"), format!("{name:?}"), format!("{other:?}")));
                        collect(&path, value, b.get(other).unwrap_or(&Value::Null), into);
                    }
                    None => into.push((member(path, name), value.to_string(), ABSENT.to_owned())),
                }
            }
            for name in only_document {
                into.push((member(path, name), ABSENT.to_owned(), say(b.get(name))));
            }
        }
        (a, b) if a == b => {}
        (Value::Number(a), Value::Number(b)) if a.as_f64() == b.as_f64() => {}
        (a, b) => into.push((path.to_owned(), a.to_string(), b.to_string())),
    }
}

/// The path of a member; a name with whitespace is quoted.
fn member(path: &str, name: &str) -> String {
    if name.contains(char::is_whitespace) || name.is_empty() {
        format!("{path}[{name:?}]")
    } else {
        format!("{path}.{name}")
    }
}

fn say(value: Option<&Value>) -> String {
    value.map_or(ABSENT.to_owned(), Value::to_string)
}
