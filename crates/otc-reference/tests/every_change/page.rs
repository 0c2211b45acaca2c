//! Changes of everything but the rows of fields: URI, title, statuses, examples, prose, headings.

use serde_json::Value;

use otc_reference::{Content, Difference, Example, Operation, RequestLine};

use super::dom::{Dom, words};
use super::{Expected, Kind, Mutation};

/// All such changes of a page.
pub(crate) fn mutations(dom: &Dom, content: &Content, known: &[Difference]) -> Vec<Mutation> {
    let page = Page { dom, known };
    let mut all = Vec::new();
    all.extend(page.prose());
    all.extend(page.facts_in_words());
    match content {
        Content::Operation(operation) => {
            all.extend(page.uri(operation));
            all.extend(page.deprecation(operation));
            all.extend(page.success(operation));
            all.extend(page.failures(operation));
            all.extend(page.examples("request", &operation.request_examples));
            all.extend(page.examples("response", &operation.response_examples));
            all.extend(page.examples("failure", &operation.failure_examples));
            all.extend(page.request_lines(&operation.request_lines));
            all.extend(page.unreadable());
        }
        Content::ErrorCodes(_) => all.extend(page.error_codes()),
        _ => {}
    }
    all
}

struct Page<'p> {
    dom: &'p Dom,
    known: &'p [Difference],
}

impl Page<'_> {
    fn mutation(kind: Kind, what: impl Into<String>, dom: &Dom, expected: Expected) -> Mutation {
        Mutation {
            kind,
            what: what.into(),
            html: dom.html(),
            expected,
        }
    }

    fn one(kind: Kind, field: impl Into<String>, dom: &Dom) -> Mutation {
        let field = field.into();
        Self::mutation(kind, field.clone(), dom, Expected::Differences(vec![field]))
    }

    fn prose(&self) -> Option<Mutation> {
        let mut dom = self.dom.clone();
        let paragraph = dom.all("p").into_iter().rfind(|node| {
            let text = dom.joined(*node);
            text.split_whitespace().count() > 1 && text.trim_end().ends_with(['.', ':'])
        });
        let copy = dom.copy_after(paragraph?)?;
        dom.set_text(copy, "By the way, it was sunny.");
        Some(Self::mutation(Kind::Prose, "prose", &dom, Expected::Reread))
    }

    fn uri(&self, operation: &Operation) -> Vec<Mutation> {
        let line = format!("{} {}", operation.method, operation.path);
        let change = |kind, field: &str, new: String| {
            let mut dom = self.dom.clone();
            let node = dom
                .all("p")
                .into_iter()
                .find(|node| dom.joined(*node).trim() == line)?;
            dom.set_text(node, &new);
            Some(match kind {
                Kind::Unreadable => Self::mutation(kind, "URI", &dom, Expected::Problem),
                _ => Self::one(kind, field, &dom),
            })
        };
        [
            change(Kind::Method, "method", format!("PATCH {}", operation.path)),
            change(Kind::Path, "path", format!("{line}x9")),
            change(Kind::Unreadable, "", "somewhere".to_owned()),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn deprecation(&self, operation: &Operation) -> Option<Mutation> {
        let mut dom = self.dom.clone();
        let heading = dom.all("h1").into_iter().next()?;
        let (title, old) = dom
            .texts(heading)
            .into_iter()
            .find(|(_, text)| !text.trim().is_empty())?;
        if operation.deprecated {
            dom.set_text(title, &old.replace(" (Deprecated)", ""));
            for node in dom.all("p") {
                let (text, deprecated) = (dom.joined(node), "deprecated");
                if text.contains(deprecated) || text.contains("(Deprecated)") {
                    dom.remove(node);
                }
            }
        } else {
            dom.set_text(title, &format!("{old} (Deprecated)"));
        }
        Some(Self::one(Kind::Deprecation, "deprecated", &dom))
    }

    fn success(&self, operation: &Operation) -> Option<Mutation> {
        let mut dom = self.dom.clone();
        let status = operation.success.iter().next()?.to_string();
        let paragraph = dom
            .all("p")
            .into_iter()
            .find(|node| dom.joined(*node).trim() == status && !dom.is_inside(*node, &["td", "pre"]))?;
        dom.set_text(paragraph, "299");
        Some(Self::one(Kind::Status, "status success", &dom))
    }

    /// Each status of a failure removed, and one added.
    fn failures(&self, operation: &Operation) -> Vec<Mutation> {
        let dom = self.dom;
        let tables = dom.all("table").len();
        let is_status = |table: &usize| {
            dom.all("table")
                .get(*table)
                .is_some_and(|node| dom.joined(*node).trim_start().starts_with("Status Code"))
        };
        let Some(table) = (0..tables).find(is_status) else {
            return Vec::new();
        };
        let mut all = Vec::new();
        for (index, status) in operation.failures.iter().enumerate() {
            let mut dom = self.dom.clone();
            if let Some(row) = dom.rows(table).get(index).copied() {
                dom.remove(row);
                all.push(Self::one(Kind::Status, format!("status {status}"), &dom));
            }
        }
        let mut dom = self.dom.clone();
        let copy = dom
            .rows(table)
            .first()
            .copied()
            .and_then(|row| dom.copy_after(row));
        if let Some(copy) = copy {
            dom.set_text(copy, "418 Something");
            all.push(Self::one(Kind::Status, "status 418", &dom));
        }
        all
    }

    /// Each value of an example that occurs only once in it.
    fn examples(&self, kind: &str, examples: &[Example]) -> Vec<Mutation> {
        let mut all = Vec::new();
        for (index, example) in examples.iter().enumerate() {
            let key = format!("example.{kind}[{index}]");
            let mut leaves = Vec::new();
            self.leaves(&key, &example.value, &mut leaves);
            for (path, value) in leaves {
                let mut dom = self.dom.clone();
                let Some(code) = dom.all("pre").get(example.code).copied() else {
                    continue;
                };
                let (token, new) = match value {
                    Value::String(text) => (format!("\"{text}\""), format!("\"{text}9\"")),
                    Value::Number(number) => (
                        number.to_string(),
                        format!("{}", number.as_i64().unwrap_or(0) + 1),
                    ),
                    _ => continue,
                };
                let text = dom.joined(code);
                let places: Vec<usize> = text
                    .match_indices(&token)
                    .map(|(start, _)| start)
                    .filter(|start| is_value(&text, *start, start + token.len()))
                    .collect();
                if let [start] = places[..]
                    && dom.replace(code, start..start + token.len(), &new)
                {
                    all.push(Self::one(Kind::ExampleValue, path, &dom));
                }
            }
            let mut dom = self.dom.clone();
            if let Some(code) = dom.all("pre").get(example.code).copied()
                && let Some(start) = dom.joined(code).find('{')
            {
                dom.replace(code, start..start + 1, "{{");
                all.push(Self::mutation(Kind::Unreadable, key, &dom, Expected::Problem));
            }
        }
        all
    }

    /// The scalars of an example with their keys; a key has the document's name if that is known to differ.
    fn leaves<'v>(&self, key: &str, value: &'v Value, into: &mut Vec<(String, &'v Value)>) {
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.leaves(&format!("{key}[{index}]"), item, into);
                }
            }
            Value::Object(members) => {
                for (name, inner) in members {
                    let renamed = self.known.iter().find_map(|known| {
                        let document: String = serde_json::from_str(&known.document).ok()?;
                        let path = member(key, &document);
                        let same =
                            known.reference == format!("{name:?}") && known.field == format!("{path}: name");
                        same.then_some(path)
                    });
                    let path = renamed.unwrap_or_else(|| member(key, name));
                    self.leaves(&path, inner, into);
                }
            }
            scalar => into.push((key.to_owned(), scalar)),
        }
    }

    fn request_lines(&self, lines: &[RequestLine]) -> Vec<Mutation> {
        let mut all = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            for (name, value) in &line.query {
                let mut dom = self.dom.clone();
                let Some(code) = dom.all("pre").get(line.code).copied() else {
                    continue;
                };
                let pair = format!("{name}={value}");
                let Some(start) = dom.joined(code).find(&pair) else {
                    continue;
                };
                if dom.replace(code, start..start + pair.len(), &format!("{pair}9")) {
                    let key = format!("example.line[{index}].query.{name}");
                    all.push(Self::one(Kind::ExampleValue, key, &dom));
                }
            }
        }
        all
    }

    /// Headings, labels and headings of tables that are unknown.
    fn unreadable(&self) -> Vec<Mutation> {
        let dom = self.dom;
        let headings = dom.all("h2, h4.sectiontitle");
        let labels = dom
            .all("section li, .section li")
            .into_iter()
            .filter(|node| !dom.is_inside(*node, &["td"]));
        let columns = dom.all("th");
        let mut all = Vec::new();
        for node in headings.into_iter().chain(labels).chain(columns) {
            let mut dom = self.dom.clone();
            let first = dom
                .texts(node)
                .into_iter()
                .find(|(_, text)| !text.trim().is_empty());
            if let Some((text, old)) = first {
                dom.set_text(text, &format!("Mystery of {old}"));
                all.push(Self::mutation(Kind::Unreadable, old, &dom, Expected::Problem));
            }
        }
        all
    }

    /// Codes removed and added, and a code moved to another module.
    fn error_codes(&self) -> Vec<Mutation> {
        let dom = self.dom;
        let rows: Vec<(bool, String)> = dom
            .rows(0)
            .into_iter()
            .map(|row| {
                let cells: Vec<String> = dom
                    .texts(row)
                    .into_iter()
                    .map(|(_, text)| text.trim().to_owned())
                    .collect();
                let words: Vec<String> = cells.into_iter().filter(|text| !text.is_empty()).collect();
                let code = words
                    .iter()
                    .find(|text| text.contains('.') && !text.contains(' '));
                let first = words.first() == code;
                (first, code.cloned().unwrap_or_default())
            })
            .collect();
        let mut all = Vec::new();
        for (index, (inherits, code)) in rows.iter().enumerate() {
            let key = format!("error-code {code}");
            // A row that names the module names it for the rows below too.
            if !inherits {
                continue;
            }
            let mut dom = self.dom.clone();
            if let Some(row) = dom.rows(0).get(index).copied() {
                dom.remove(row);
                all.push(Self::one(Kind::ErrorCode, &key, &dom));
            }
            let mut dom = self.dom.clone();
            let copy = dom
                .rows(0)
                .get(index)
                .copied()
                .and_then(|row| dom.copy_after(row));
            if let Some(copy) = copy {
                let range = words(&dom.joined(copy), code).into_iter().next();
                if let Some(range) = range {
                    dom.replace(copy, range, &format!("{code}9"));
                    all.push(Self::one(Kind::ErrorCode, format!("{key}9"), &dom));
                }
            }
        }
        all
    }
}

/// Whether this part of the text is a value, not the name of a member or a part of a longer number.
fn is_value(text: &str, start: usize, end: usize) -> bool {
    let before = text.get(..start).unwrap_or_default().trim_end();
    let after = text.get(end..).unwrap_or_default();
    before.ends_with([':', '[', ','])
        && !after.trim_start().starts_with(':')
        && !after.starts_with(|c: char| c.is_ascii_digit() || c == '.')
}

/// The page under another stable name.
pub(crate) fn under_another_name(html: &str, page: &str) -> Option<(String, String)> {
    let number = page.rsplit('_').next()?;
    let other = "9".repeat(number.len());
    Some((page.replace(number, &other), html.replace(number, &other)))
}

/// The path of a member of an example, as differences name it.
fn member(path: &str, name: &str) -> String {
    if name.contains(char::is_whitespace) || name.is_empty() {
        format!("{path}[{name:?}]")
    } else {
        format!("{path}.{name}")
    }
}

/// The ways to state a fact that no column has: each must be reported as more than a change of prose.
const FACTS_IN_WORDS: [&str; 6] = [
    "(Deprecated since March.)",
    "The value cannot exceed 1,234.",
    "[1, 1234]",
    "The value zzzz9 must not be sent.",
    "It can also be **zzzz9**.",
    "Minimum: 7",
];

impl Page<'_> {
    /// Facts in words, added to the page and to the description of each field.
    fn facts_in_words(&self) -> Vec<Mutation> {
        let dom = self.dom;
        let cells = dom
            .all("td:last-child > p:first-child")
            .into_iter()
            .filter(|p| !dom.joined(*p).trim().is_empty());
        let mut all = Vec::new();
        for (index, node) in cells.enumerate() {
            let mut dom = self.dom.clone();
            let words = FACTS_IN_WORDS[index % FACTS_IN_WORDS.len()];
            if let Some(copy) = dom.copy_after(node) {
                dom.set_text(copy, words);
                all.push(Self::mutation(Kind::FactInWords, words, &dom, Expected::NotProse));
            }
        }
        all
    }
}
