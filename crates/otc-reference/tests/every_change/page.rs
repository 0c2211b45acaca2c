//! Changes of everything but the rows of fields: URI, title, statuses, examples, prose, headings.

use otc_reference::{Content, Difference, Example, Operation};
use serde_json::Value;

use super::dom::Edit;
use super::{Expected, Mutations};

/// The ways to state a fact that no column has: each must be reported as more than a change of prose.
const FACTS_IN_WORDS: [&str; 6] = [
    "(Deprecated since March.)",
    "The value cannot exceed 1,234.",
    "[1, 1234]",
    "The value zzzz9 must not be sent.",
    "It can also be **zzzz9**.",
    "Minimum: 7",
];

/// All such changes of a page.
pub(crate) fn mutate(mutations: &mut Mutations<'_>, content: &Content) {
    prose(mutations);
    match content {
        Content::Operation(operation) => {
            uri_and_title(mutations, operation);
            statuses(mutations, operation);
            examples(mutations, operation);
            headings(mutations);
        }
        Content::ErrorCodes(_) => error_codes(mutations),
        _ => {}
    }
}

/// A sentence, and facts in words after the description of each field.
fn prose(mutations: &mut Mutations<'_>) {
    let dom = mutations.dom;
    let is_sentence = |text: &str| text.contains(char::is_whitespace) && text.ends_with(['.', ':']);
    let last = dom.all("p").into_iter().rfind(|node| is_sentence(&dom.text(*node)));
    let sunny = Edit::Copy("By the way, it was sunny.".to_owned());
    mutations.add("prose", "prose", Expected::Reread, last.map(|node| (node, sunny)));
    let mut cells = dom.all("td:last-child > p:first-child");
    cells.retain(|node| !dom.text(*node).is_empty());
    for (node, words) in cells.into_iter().zip(FACTS_IN_WORDS.into_iter().cycle()) {
        let edit = Edit::Copy(words.to_owned());
        mutations.add("fact in words", words, Expected::NotProse, [(node, edit)]);
    }
}

fn uri_and_title(mutations: &mut Mutations<'_>, operation: &Operation) {
    let dom = mutations.dom;
    let line = format!("{} {}", operation.method, operation.path);
    let uri = dom.all("p").into_iter().find(|node| dom.text(*node) == line);
    for (kind, new, expected) in [
        ("method", format!("PATCH {}", operation.path), Expected::one("method")),
        ("path", format!("{line}x9"), Expected::one("path")),
        ("unreadable", "somewhere".to_owned(), Expected::Problem),
    ] {
        mutations.add(kind, "URI", expected, uri.map(|uri| (uri, Edit::Text(new))));
    }
    let (title, old) = dom.first_text(dom.all("h1")[0]).unwrap();
    let (new, mut notes) = if operation.deprecated {
        (old.replace(" (Deprecated)", ""), dom.all("p"))
    } else {
        (format!("{old} (Deprecated)"), Vec::new())
    };
    notes.retain(|node| ["deprecated", "(Deprecated)"].iter().any(|word| dom.text(*node).contains(word)));
    let notes = notes.into_iter().map(|node| (node, Edit::Remove));
    let edits = notes.chain([(title, Edit::Text(new))]);
    mutations.add("deprecation", "title", Expected::one("deprecated"), edits);
}

/// Another status of success, each status of a failure removed, and one added.
fn statuses(mutations: &mut Mutations<'_>, operation: &Operation) {
    let dom = mutations.dom;
    let success = operation.success.first().map(ToString::to_string);
    let mut paragraphs = dom.all("p");
    paragraphs.retain(|node| dom.closest(*node, &["td", "pre"]).is_none());
    let paragraph = paragraphs.into_iter().find(|node| Some(dom.text(*node)) == success);
    let edit = Edit::Text("299".to_owned());
    mutations.add_one("status", "status success", paragraph.map(|node| (node, edit)));
    let mut tables = dom.all("table").into_iter();
    let Some(table) = tables.position(|table| dom.text(table).starts_with("Status Code")) else {
        return;
    };
    let rows = dom.rows(table);
    for (row, status) in rows.iter().zip(&operation.failures) {
        mutations.add_one("status", &format!("status {status}"), [(*row, Edit::Remove)]);
    }
    let copy = Edit::Copy("418 Something".to_owned());
    mutations.add_one("status", "status 418", rows.first().map(|row| (*row, copy)));
}

fn examples(mutations: &mut Mutations<'_>, operation: &Operation) {
    let code = mutations.dom.all("pre");
    for (kind, all) in [
        ("request", &operation.request_examples),
        ("response", &operation.response_examples),
        ("failure", &operation.failure_examples),
    ] {
        for (index, example) in all.iter().enumerate() {
            body(mutations, &format!("example.{kind}[{index}]"), example);
        }
    }
    for (index, line) in operation.request_lines.iter().enumerate() {
        let code = code[line.code];
        for (name, value) in &line.query {
            let pair = format!("{name}={value}");
            let start = mutations.dom.joined(code).find(&pair);
            let edit = start.map(|at| (code, Edit::Part(at..at + pair.len(), format!("{pair}9"))));
            mutations.add_one("example value", &format!("example.line[{index}].query.{name}"), edit);
        }
    }
}

/// Each value of an example that occurs only once in it, and its syntax.
fn body(mutations: &mut Mutations<'_>, key: &str, example: &Example) {
    let code = mutations.dom.all("pre")[example.code];
    let text = mutations.dom.joined(code);
    let mut leaves = Vec::new();
    find_leaves(mutations.known, key, &example.value, &mut leaves);
    for (path, value) in leaves {
        let (token, new) = match value {
            Value::String(text) => (format!("\"{text}\""), format!("\"{text}9\"")),
            Value::Number(number) => (number.to_string(), (number.as_i64().unwrap_or(0) + 1).to_string()),
            _ => continue,
        };
        let places = text.match_indices(&token).map(|(start, _)| start..start + token.len());
        let mut places: Vec<_> = places.collect();
        places.retain(|place| is_value(&text[..place.start], &text[place.end..]));
        if let [place] = &places[..] {
            mutations.add_one("example value", &path, [(code, Edit::Part(place.clone(), new))]);
        }
    }
    let start = text.find('{');
    let edit = start.map(|at| (code, Edit::Part(at..at + 1, "{{".to_owned())));
    mutations.add("unreadable", key, Expected::Problem, edit);
}

/// The scalars of an example with their keys. A key has the document's name if that is known to differ.
fn find_leaves<'v>(known: &[Difference], key: &str, value: &'v Value, into: &mut Vec<(String, &'v Value)>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                find_leaves(known, &format!("{key}[{index}]"), item, into);
            }
        }
        Value::Object(members) => {
            for (name, inner) in members {
                let renamed = known.iter().find_map(|known| {
                    let path = member(key, &serde_json::from_str::<String>(&known.document).ok()?);
                    let is_name = known.reference == format!("{name:?}");
                    (is_name && known.field == format!("{path}: name")).then_some(path)
                });
                let path = renamed.unwrap_or_else(|| member(key, name));
                find_leaves(known, &path, inner, into);
            }
        }
        scalar => into.push((key.to_owned(), scalar)),
    }
}

/// Whether what is between these texts is a value, not the name of a member or a part of a longer number.
fn is_value(before: &str, after: &str) -> bool {
    before.trim_end().ends_with([':', '[', ','])
        && !after.trim_start().starts_with(':')
        && !after.starts_with(|c: char| c.is_ascii_digit() || c == '.')
}

/// The path of a member of an example, as differences name it.
fn member(path: &str, name: &str) -> String {
    if name.contains(char::is_whitespace) || name.is_empty() {
        format!("{path}[{name:?}]")
    } else {
        format!("{path}.{name}")
    }
}

/// Headings, labels and headings of tables that are unknown.
fn headings(mutations: &mut Mutations<'_>) {
    let dom = mutations.dom;
    let mut nodes = dom.all("h2, h4.sectiontitle, section li, .section li, th");
    nodes.retain(|node| dom.closest(*node, &["td"]).is_none());
    for (text, old) in nodes.into_iter().filter_map(|node| dom.first_text(node)) {
        let edit = Edit::Text(format!("Mystery of {old}"));
        mutations.add("unreadable", &old, Expected::Problem, [(text, edit)]);
    }
}

/// Codes removed and added.
fn error_codes(mutations: &mut Mutations<'_>) {
    let dom = mutations.dom;
    for row in dom.rows(0) {
        let code = dom.first_text(row).map_or(String::new(), |(_, text)| text.trim().to_owned());
        // A row that names the module names it for the rows below too.
        if !code.contains('.') || code.contains(' ') {
            continue;
        }
        mutations.add_one("error code", &format!("error-code {code}"), [(row, Edit::Remove)]);
        let column = dom.column(0, "Error Code").unwrap();
        let other = format!("{code}9");
        let key = format!("error-code {other}");
        mutations.add_one("error code", &key, [(row, Edit::CopyRow(vec![(column, other)]))]);
    }
}
