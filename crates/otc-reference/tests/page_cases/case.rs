//! What a case says, and whether it holds.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use otc_reference::{ChangeKind, Lock, Reference, Report, Source};
use regex::Regex;
use serde::Deserialize;
use serde_json::Value;

use crate::support::{FORMATS, Format, Page, Pages, id, reviewed};

/// Texts with their replacements, by page.
type Change = BTreeMap<String, BTreeMap<String, String>>;

/// A case; its keys are described in `main.rs`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Case {
    reference: Option<String>,
    format: Option<Format>,
    #[serde(rename = "move")]
    moved: BTreeMap<String, u32>,
    copy: BTreeMap<String, u32>,
    remove: Vec<String>,
    change: Change,
    changes: Vec<Change>,
    deviations: Option<String>,
    texts: Vec<String>,
    texts_with_fact: BTreeMap<String, Value>,
    fact: String,
    facts: BTreeMap<String, Value>,
    expect: Option<String>,
    explained: Option<usize>,
    printed: Vec<String>,
    escaped: bool,
}

impl Case {
    /// Runs every variant of the case in every format. The error says how the first of them differs.
    pub(crate) fn run(&self) -> Result<()> {
        let before = Pages::load(self.reference.as_deref().unwrap_or("disks"))?;
        let mut texts: Vec<_> =
            self.texts_with_fact.iter().map(|(text, fact)| (&**text, Some(fact))).collect();
        texts.extend(self.texts.iter().map(|text| (&**text, None)));
        if texts.is_empty() {
            texts.push(("", None));
        }
        for format in FORMATS.into_iter().filter(|format| self.format.is_none_or(|only| only == *format)) {
            let lock = reviewed(&before.sources(format));
            let changes =
                if self.changes.is_empty() { std::slice::from_ref(&self.change) } else { &self.changes };
            for change in changes {
                for (text, fact) in &texts {
                    let (pages, sources) = self.changed(format, before.clone(), change, text)?;
                    let outcome = self.check(&pages, &sources, &lock, text, *fact);
                    outcome.with_context(|| format!("{format:?}, {change:?}, `{text}`"))?;
                }
            }
        }
        Ok(())
    }

    /// The pages after the change, and their files.
    fn changed(
        &self,
        format: Format,
        mut pages: Pages,
        change: &Change,
        text: &str,
    ) -> Result<(Pages, Vec<Source>)> {
        if let Some(deviations) = &self.deviations {
            pages.deviations.clone_from(deviations);
        }
        for (target, edits) in change {
            match pages.pages.get_mut(target) {
                Some(page) => replace(&mut page.text, edits, text)?,
                None if target == "document" => replace(&mut pages.document, edits, text)?,
                None => ensure!(target.ends_with(".html"), "there is no page `{target}`"),
            }
        }
        for (name, topic) in &self.copy {
            let text = pages.pages[name].text.clone();
            pages.pages.insert(format!("{name}_{topic}"), Page { topic: *topic, text });
        }
        for (name, topic) in &self.moved {
            pages.pages.get_mut(name).context("moves an unknown page")?.topic = *topic;
        }
        for name in &self.remove {
            pages.pages.remove(name).context("removes an unknown page")?;
        }
        let mut sources = pages.sources(format);
        for (target, edits) in change {
            if let Some(name) = target.strip_suffix(".html") {
                let index = pages.pages.keys().position(|page| page == name).context("an unknown page")?;
                let mut html = String::from_utf8(sources[index].content.clone().unwrap())?;
                replace(&mut html, edits, text)?;
                sources[index].content = Ok(html.into_bytes());
            }
        }
        Ok((pages, sources))
    }

    fn check(
        &self,
        pages: &Pages,
        sources: &[Source],
        lock: &Lock,
        text: &str,
        fact: Option<&Value>,
    ) -> Result<()> {
        let reference = Reference::read(sources);
        let report = pages.target().check(&reference, lock);
        match self.expect.as_deref() {
            Some("not prose") => is_not_prose(&report)?,
            Some(expected) => compare(expected, &outcome(&report))?,
            None if self.escaped => {}
            None => {
                ensure!(fact.is_some() || !self.facts.is_empty(), "nothing is expected");
                compare("", &problems(&report))?;
            }
        }
        if self.escaped {
            is_escaped(&report, text)?;
        }
        let explained = report.explained.len();
        ensure!(self.explained.is_none_or(|count| count == explained), "explains {explained} differences");
        for (path, expected) in self.facts.iter().chain(fact.map(|fact| (&self.fact, fact))) {
            let pages = reference.pages.iter().map(|page| serde_json::to_value(&page.facts).unwrap());
            let found: Vec<Value> = pages.filter_map(|page| find(&page, path).cloned()).collect();
            let holds = found.iter().any(|found| is_stated(found, expected));
            ensure!(holds, "{path} is {found:?}, not {expected}");
        }
        let printed = report.to_string();
        let missing = self.printed.iter().find(|text| !printed.contains(*text));
        ensure!(missing.is_none(), "does not print {missing:?}: {printed}");
        Ok(())
    }
}

fn replace(place: &mut String, edits: &BTreeMap<String, String>, text: &str) -> Result<()> {
    for (old, new) in edits {
        ensure!(place.contains(old), "nothing says `{old}`");
        *place = place.replacen(old, &new.replace("$text", text), 1);
    }
    Ok(())
}

fn problems(report: &Report) -> String {
    let problems = report.problems.iter();
    problems.map(|problem| format!("problem: {problem}\n")).collect()
}

/// What there is to do, a line each, with the topics of pages instead of their stable names.
fn outcome(report: &Report) -> String {
    let mut lines = problems(report);
    for found in &report.differences {
        let values = format!("{} | {}", found.reference, found.document);
        lines += &format!("difference: {} {} | {values}\n", found.page, found.field);
    }
    for stale in &report.stale_deviations {
        let deviation = &stale.deviation;
        lines += &format!("stale: {} {}: {}\n", deviation.page, deviation.field, stale.problem);
    }
    for change in &report.changes {
        let to = change.moved_to.iter().map(|to| format!(" to {to}"));
        let details: String = to.chain(change.facts.iter().map(|fact| format!(", {fact}"))).collect();
        lines += &format!("change: {} {:?}{details}\n", change.page, change.kind);
    }
    (0..1000).rev().fold(lines, |lines, topic| lines.replace(&id(topic), &topic.to_string()))
}

/// Whether the page is unreadable, or its facts or what looks like facts changed.
fn is_not_prose(report: &Report) -> Result<()> {
    let kinds: Vec<ChangeKind> = report.changes.iter().map(|change| change.kind).collect();
    match (&kinds[..], report.problems.is_empty()) {
        ([], false) | ([ChangeKind::Facts | ChangeKind::Unread], _) => Ok(()),
        _ => bail!("is taken for prose: {kinds:?}"),
    }
}

/// Whether a character is printed as its escape only. A page that it makes unreadable is not quoted.
fn is_escaped(report: &Report, character: &str) -> Result<()> {
    let printed = report.to_string();
    // A control character in JSON makes the example unreadable; the problem does not quote it.
    let escape = character.escape_unicode().to_string();
    ensure!(printed.contains(&escape) || !report.problems.is_empty(), "{escape} is not printed: {printed}");
    ensure!(!printed.contains(character), "{escape} is printed raw: {printed}");
    Ok(())
}

/// Compares texts; `…` in the expected one is any text within a line.
pub(crate) fn compare(expected: &str, actual: &str) -> Result<()> {
    let pattern = regex::escape(expected).replace('…', ".*");
    let same = Regex::new(&format!("^{pattern}$"))?.is_match(actual);
    ensure!(same, "expected\n{expected}but reported\n{actual}");
    Ok(())
}

/// Whether a fact is as expected. Of a field, only the expected keys count; one that must be absent is null.
fn is_stated(fact: &Value, expected: &Value) -> bool {
    match (fact, expected) {
        (Value::Object(field), Value::Object(expected)) if field.contains_key("name") => {
            expected.iter().all(|(key, expected)| is_stated(field.get(key).unwrap_or(&Value::Null), expected))
        }
        (Value::Array(facts), Value::Array(all)) if facts.len() == all.len() => {
            facts.iter().zip(all).all(|(fact, expected)| is_stated(fact, expected))
        }
        _ => fact == expected,
    }
}

/// The fact at a path of keys, names of fields, and positions.
fn find<'v>(facts: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(facts, |facts, part| match facts {
        Value::Array(items) => {
            let named = items.iter().find(|item| item["name"] == part);
            named.or_else(|| items.get(part.parse::<usize>().ok()?))
        }
        _ => {
            let child = facts.get("children").and_then(|fields| find(fields, part));
            child.or_else(|| facts.get(part))
        }
    })
}
