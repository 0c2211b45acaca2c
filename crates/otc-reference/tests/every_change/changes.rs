//! The changes of a page.

use otc_reference::Difference;
use scraper::ElementRef;
use serde_json::Value;

use super::Expected;
use super::html::{Page, change_texts, pattern, selector, text, word};

/// A name that no document has.
const NEW: &str = "zzzz9";

/// The ways to state a fact that no column has: each must be reported as more than a change of prose.
const FACTS_IN_WORDS: [&str; 6] = [
    "(Deprecated since March.)",
    "The value cannot exceed 1,234.",
    "[1, 1234]",
    "The value zzzz9 must not be sent.",
    "It can also be **zzzz9**.",
    "Minimum: 7",
];

/// A change of a page.
pub(crate) struct Change {
    pub(crate) kind: &'static str,
    pub(crate) what: String,
    /// The page after the change.
    pub(crate) html: String,
    pub(crate) expected: Expected,
}

/// Collects the changes of a page.
pub(crate) struct Changes<'p> {
    page: &'p Page,
    all: Vec<Change>,
}

impl<'p> Changes<'p> {
    /// All changes of a page. `known` are its differences before it is changed.
    pub(crate) fn of(page: &'p Page, facts: &Value, known: &[Difference]) -> Vec<Change> {
        let mut changes = Self { page, all: Vec::new() };
        changes.prose();
        changes.fields(facts, known);
        if let Some(operation) = facts.get("operation") {
            changes.uri_and_title(operation);
            changes.statuses(operation);
            page.select("pre").into_iter().for_each(|code| changes.code(code));
            changes.headings();
        }
        if facts.get("error_codes").is_some() {
            changes.error_codes();
        }
        changes.all
    }

    /// Adds a change, unless it changes nothing.
    fn add(
        &mut self,
        kind: &'static str,
        what: &str,
        expected: Expected,
        edits: impl IntoIterator<Item = (ElementRef<'p>, String)>,
    ) {
        let edits: Vec<_> = edits.into_iter().filter(|(old, new)| old.html() != *new).collect();
        if !edits.is_empty() {
            let html = self.page.replace(&edits);
            self.all.push(Change { kind, what: what.to_owned(), html, expected });
        }
    }

    /// A sentence, and facts in words after the description of each field.
    fn prose(&mut self) {
        let is_sentence = |text: &str| text.contains(char::is_whitespace) && text.ends_with(['.', ':']);
        let followed_by = |element: ElementRef<'_>, text: &str| format!("{}<p>{text}</p>", element.html());
        let last = self.page.select("p").into_iter().rfind(|element| is_sentence(&text(*element)));
        let edit = last.map(|last| (last, followed_by(last, "By the way, it was sunny.")));
        self.add("prose", "prose", Expected::Prose, edit);
        let mut cells = self.page.select("td:last-child > p:first-child");
        cells.retain(|element| !text(*element).is_empty());
        for (cell, words) in cells.into_iter().zip(FACTS_IN_WORDS.into_iter().cycle()) {
            self.add("fact in words", words, Expected::NotProse, [(cell, followed_by(cell, words))]);
        }
    }

    /// Each row of each table of fields.
    fn fields(&mut self, facts: &Value, known: &[Difference]) {
        for table in self.page.select("table") {
            let headings: Vec<String> = table.select(&selector("th")).map(text).collect();
            if headings.iter().any(|heading| heading == "Parameter") {
                for row in table.select(&selector("tr:has(td)")) {
                    self.field(row, &headings, facts, known);
                }
            }
        }
    }

    fn field(&mut self, row: ElementRef<'p>, headings: &[String], facts: &Value, known: &[Difference]) {
        let cell = |wanted: &str| {
            let index = headings.iter().position(|heading| heading == wanted)?;
            row.child_elements().nth(index)
        };
        let set = |heading: &str, text: &str| cell(heading).map(|cell| (cell, format!("<td>{text}</td>")));
        let name = cell("Parameter").map(text).unwrap();
        // Differences have the document's name if that is known to differ.
        let is_name = |other: &&Difference| other.reference == name && other.field.ends_with(": name");
        let others = known.iter().filter(is_name).map(|other| other.document.clone());
        let names: Vec<String> = others.chain([name.clone()]).map(|name| regex::escape(&name)).collect();
        let names = names.join("|");
        let named = word(&names);

        let copy = ["Parameter", "Type"].into_iter().zip([NEW, "string"]);
        let copy = copy
            .filter_map(|(heading, text)| set(heading, text))
            .fold(row.html(), |html, (cell, new)| html.replacen(&cell.html(), &new, 1));
        self.add("field added", &name, Expected::Field(word(NEW)), [(row, row.html() + &copy)]);
        self.add("field removed", &name, Expected::FieldOrProblem(named.clone()), [(row, String::new())]);
        let renamed = Expected::Field(word(&format!("x?(?:{names})")));
        self.add("field renamed", &name, renamed, set("Parameter", &format!("x{name}")));
        for heading in ["Type", "Mandatory"] {
            self.add("unreadable", &name, Expected::Problem, set(heading, "mystery"));
        }
        if let Some(old) = cell("Type") {
            let new = if text(old) == "boolean" { "string" } else { "boolean" };
            // No row may be left that has the type that another table describes.
            self.add("type", &name, Expected::FieldOrProblem(named.clone()), set("Type", new));
        }
        if let Some(old) = cell("Mandatory").map(text) {
            let new = if old.starts_with("Yes") { "No" } else { "Yes" };
            self.add("mandatory", &name, Expected::Field(named.clone()), set("Mandatory", new));
        }
        let Some(description) = cell("Description") else { return };
        let mut stated = Vec::new();
        find_stated(facts, &name, &mut stated);
        for (kind, old) in stated {
            let word = word(&regex::escape(&old));
            let new = old.parse().map_or(format!("{old}x9"), |number: i64| (number + 1).to_string());
            let html = change_texts(description, |text| word.replace_all(text, &new).into_owned());
            self.add(kind, &name, Expected::Field(named.clone()), [(description, html)]);
        }
        for (old, new) in [("cannot be an empty", "may be an empty"), ("non-negative", "plain")] {
            let html = change_texts(description, |text| text.replace(old, new));
            self.add("limit", &name, Expected::Field(named.clone()), [(description, html)]);
        }
    }

    fn uri_and_title(&mut self, operation: &Value) {
        let [method, path] = ["method", "path"].map(|key| operation[key].as_str().unwrap());
        let line = format!("{method} {path}");
        let uri = self.page.select("p").into_iter().find(|element| text(*element) == line);
        for (kind, new, expected) in [
            ("method", format!("PATCH {path}"), Expected::Field(word("method"))),
            ("path", format!("{line}x9"), Expected::Field(word("path"))),
            ("unreadable", "somewhere".to_owned(), Expected::Problem),
        ] {
            self.add(kind, "URI", expected, uri.map(|uri| (uri, format!("<p>{new}</p>"))));
        }
        let title = self.page.select("h1")[0];
        let mut edits = Vec::new();
        if operation["deprecated"] == true {
            edits.push((title, change_texts(title, |text| text.replace(" (Deprecated)", ""))));
            let says_so = pattern(r"deprecated|\(Deprecated\)");
            let notes = self.page.select("p").into_iter().filter(|note| says_so.is_match(&text(*note)));
            edits.extend(notes.map(|note| (note, String::new())));
        } else {
            let html = title.html();
            edits.push((title, html.replacen('>', ">(Deprecated) ", 1)));
        }
        self.add("deprecation", "title", Expected::Field(word("deprecated")), edits);
    }

    /// Another status of success, each status of a table removed, and one added.
    fn statuses(&mut self, operation: &Value) {
        let success = operation["success"][0].to_string();
        let mut paragraphs =
            self.page.select("p").into_iter().filter(|element| !is_inside(*element, &["td", "pre"]));
        let edit = paragraphs.find(|element| text(*element) == success);
        let edit = edit.map(|element| (element, "<p>299</p>".to_owned()));
        self.add("status", &success, Expected::Field(word("status success")), edit);
        for table in
            self.page.select("table").into_iter().filter(|table| text(*table).starts_with("Status Code"))
        {
            for row in table.select(&selector("tr:has(td)")) {
                let cell = row.child_elements().next().unwrap();
                let status = text(cell).split(' ').next().unwrap().to_owned();
                let expected = Expected::Field(word(&format!("status {status}")));
                self.add("status", &status, expected, [(row, String::new())]);
                let copy = row.html().replacen(&cell.html(), "<td>418 Something</td>", 1);
                self.add("status", "418", Expected::Field(word("status 418")), [(row, row.html() + &copy)]);
            }
        }
    }

    /// Each value of the query and of the body, and the syntax of the body.
    fn code(&mut self, code: ElementRef<'p>) {
        let old: String = code.text().collect();
        let mut replace = |kind, what: &str, expected, at: usize, new: &str| {
            let escaped = (old[..at].to_owned() + new).replace('&', "&amp;").replace('<', "&lt;");
            self.add(kind, what, expected, [(code, format!("<pre>{escaped}</pre>"))]);
        };
        // The query of a link within a body is part of a value.
        let request = old.split('"').next().unwrap();
        for pair in pattern(r"[?&](\w+)=[^&\s]+").captures_iter(request) {
            let end = pair.get(0).unwrap().end();
            let expected = Expected::Field(word(&format!(r"query\.{}", &pair[1])));
            replace("example value", &pair[0], expected, end, &format!("9{}", &old[end..]));
        }
        for value in pattern(r#"[:\[,]\s*("(?:[^"\\]|\\.)*"|-?\d+)"#).captures_iter(&old) {
            let value = value.get(1).unwrap();
            let rest = &old[value.end()..];
            if rest.trim_start().starts_with([',', ']', '}']) {
                let new = match value.as_str().strip_suffix('"') {
                    Some(text) => format!("{text}9\""),
                    None => (value.as_str().parse::<i64>().unwrap() + 1).to_string(),
                };
                // JSON in a text also has facts of its own.
                let is_json = value.as_str().contains("\\\"");
                let expected = if is_json { Expected::FieldOrProblem } else { Expected::Field };
                let expected = expected(word("example"));
                replace("example value", value.as_str(), expected, value.start(), &(new + rest));
            }
        }
        if let Some(start) = pattern(r"(?m)^\s*\{").find(&old) {
            let rest = format!("{{{}", &old[start.end()..]);
            replace("unreadable", "example", Expected::Problem, start.end(), &rest);
        }
    }

    /// Headings, labels and headings of tables that are unknown.
    fn headings(&mut self) {
        let headings = self.page.select("h2, h4.sectiontitle, section li, .section li, th");
        for heading in headings.into_iter().filter(|heading| !is_inside(*heading, &["td"])) {
            let mut unknown = "Mystery of ";
            let html =
                change_texts(heading, |text| std::mem::take(&mut unknown).to_owned() + text.trim_start());
            self.add("unreadable", &text(heading), Expected::Problem, [(heading, html)]);
        }
    }

    /// Codes removed and added.
    fn error_codes(&mut self) {
        for row in self.page.select("tr:has(td)") {
            let code = row.child_elements().map(text).find(|text| !text.is_empty()).unwrap_or_default();
            // A row that names the module names it for the rows below too.
            if !code.contains('.') || code.contains(' ') {
                continue;
            }
            let reported = |code: &str| Expected::Field(word(&format!("error-code {}", regex::escape(code))));
            self.add("error code", &code, reported(&code), [(row, String::new())]);
            let other = format!("{code}9");
            let copy = row.html() + &row.html().replacen(&code, &other, 1);
            self.add("error code", &other, reported(&other), [(row, copy)]);
        }
    }
}

/// The words that the page states of any field of this name, with the kind of fact.
fn find_stated(facts: &Value, name: &str, into: &mut Vec<(&'static str, String)>) {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    if facts["name"] == name {
        let values = facts["values"].as_array().into_iter().flatten().map(|value| ("values", plain(value)));
        into.extend(values);
        let limits = facts["limits"].as_object().into_iter().flatten();
        let limits = limits.flat_map(|(_, numbers)| numbers.as_array().unwrap());
        into.extend(limits.map(|number| ("limit", number.to_string())));
        into.extend(facts["default"].as_str().map(|default| ("default", default.to_owned())));
    }
    match facts {
        Value::Array(items) => items.iter().for_each(|item| find_stated(item, name, into)),
        Value::Object(members) => members.values().for_each(|member| find_stated(member, name, into)),
        _ => {}
    }
    into.sort();
    into.dedup();
}

fn is_inside(element: ElementRef<'_>, names: &[&str]) -> bool {
    let mut around = element.ancestors().filter_map(ElementRef::wrap);
    around.any(|element| names.contains(&element.value().name()))
}
