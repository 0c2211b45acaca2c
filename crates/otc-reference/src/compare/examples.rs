//! Examples: values one by one, and request lines against the operation and the examples of its parameters.

use serde_json::Value;

use super::{ABSENT, Differ};
use crate::document::{DocExample, DocField, DocOperation, plain};
use crate::facts::{Example, Operation, RequestLine, SIMILAR, similarity};
use crate::problem::Problem;

/// A difference of two values: the path below the example, and both sides.
type Leaf = (String, String, String);

impl<'d> Differ<'d> {
    pub(super) fn examples(
        &mut self,
        reference: &Operation,
        operation: &'d DocOperation,
    ) -> Result<(), Problem> {
        let document = self.document;
        for (index, line) in reference.request_lines.iter().enumerate() {
            self.request_line(&format!("example.line[{index}]"), line, operation)?;
        }
        let requests = document.request_examples(operation)?;
        self.pair_examples("example.request", &reference.request_examples, requests);
        let responses = document.response_examples(operation, true)?;
        self.pair_examples("example.response", &reference.response_examples, responses);
        let failures = document.response_examples(operation, false)?;
        for (index, example) in reference.failure_examples.iter().enumerate() {
            let key = format!("example.failure[{index}]");
            self.commas(&key, example);
            // All operations share the failures, so an example may belong to several pages or to none.
            let nearest = failures
                .iter()
                .map(|candidate| failure_differences(&example.value, candidate.value))
                .min_by_key(Vec::len);
            match nearest {
                Some(leaves) => self.report_leaves(&key, leaves),
                None => self.report(key, example.value.to_string(), ABSENT),
            }
        }
        Ok(())
    }

    /// Gives each example of the page the document's example that is most like it.
    fn pair_examples(&mut self, kind: &str, reference: &[Example], mut document: Vec<DocExample<'d>>) {
        for (index, example) in reference.iter().enumerate() {
            let key = format!("{kind}[{index}]");
            self.commas(&key, example);
            let nearest = document
                .iter()
                .enumerate()
                .min_by_key(|(_, candidate)| differences(&example.value, candidate.value).len())
                .map(|(at, _)| at);
            match nearest {
                Some(at) => {
                    let candidate = document.remove(at);
                    self.leaves(&key, &example.value, candidate.value);
                }
                None => self.report(key, example.value.to_string(), ABSENT),
            }
        }
        for surplus in document {
            self.report(
                format!("{kind}({})", surplus.name),
                ABSENT,
                surplus.value.to_string(),
            );
        }
    }

    fn commas(&mut self, key: &str, example: &Example) {
        for line in &example.missing_commas {
            self.report(
                format!("{key}: comma"),
                format!("missing before line {line}"),
                "present",
            );
        }
    }

    fn leaves(&mut self, key: &str, reference: &Value, document: &Value) {
        self.report_leaves(key, differences(reference, document));
    }

    fn report_leaves(&mut self, key: &str, leaves: Vec<Leaf>) {
        for (path, reference, document) in leaves {
            self.report(format!("{key}{path}"), reference, document);
        }
    }

    fn request_line(
        &mut self,
        key: &str,
        line: &RequestLine,
        operation: &'d DocOperation,
    ) -> Result<(), Problem> {
        let document = self.document;
        self.same(&format!("{key}: method"), &line.method, &operation.method);
        let parameters = document.parameters(operation, "path")?;
        match placeholders(&operation.path, &line.path) {
            None => self.report(format!("{key}: path"), &line.path, &operation.path),
            Some(values) => {
                for (name, value) in values {
                    self.example_of(&format!("{key}.path.{name}"), &parameters, name, value);
                }
            }
        }
        let parameters = document.parameters(operation, "query")?;
        for (name, value) in &line.query {
            self.example_of(&format!("{key}.query.{name}"), &parameters, name, value);
        }
        Ok(())
    }

    fn example_of(&mut self, key: &str, parameters: &[DocField<'d>], name: &str, value: &str) {
        let documented = match parameters.iter().find(|parameter| parameter.name == name) {
            None => ABSENT.to_owned(),
            Some(parameter) => parameter.example.map_or("no example".to_owned(), plain),
        };
        self.same(key, value, &documented);
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
                let renamed = only_document
                    .iter()
                    .enumerate()
                    .map(|(at, other)| (at, similarity(name, other)))
                    .filter(|(_, likeness)| *likeness >= SIMILAR)
                    .max_by(|a, b| a.1.total_cmp(&b.1))
                    .map(|(at, _)| at);
                match renamed {
                    Some(at) => {
                        let other = only_document.remove(at);
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
