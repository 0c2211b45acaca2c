//! openapi/otc-rules.toml: whether each of the cloud's rules is settled, by things that are there.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::Value;

use super::rules;

pub(super) const FILE: &str = "openapi/otc-rules.toml";
pub(super) const SPECTRAL: &str = "tests/judges/spectral.yaml";
/// Commands of cargo xtask that hold rules.
const COMMANDS: &[&str] = &["compat", "reference"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settled {
    rules: Vec<String>,
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    ids: Vec<String>,
    asks: String,
    verdict: Verdict,
    #[serde(default)]
    held_by: Vec<String>,
    #[serde(default)]
    pages: Vec<String>,
    #[serde(default)]
    why: String,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Kept,
    Waived,
    Judged,
}

/// What is wrong with the file, given the texts of the document and of Spectral's rules.
pub(super) fn problems(file: &str, document: &str, spectral: &str) -> Result<Vec<String>> {
    let settled: Settled = toml::from_str(file).context(FILE)?;
    let pages = pages(document)?;
    let holders = holders(spectral)?;
    let mut problems = Vec::new();
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for rule in &settled.rule {
        let name = rule.ids.first().map_or("a rule without ids", String::as_str);
        for id in &rule.ids {
            *count.entry(id).or_default() += 1;
        }
        let mut refuse = |problem: String| problems.push(format!("{name}: {problem}"));
        if rule.asks.is_empty() {
            refuse("say what it asks for".to_owned());
        }
        for page in rule.pages.iter().filter(|page| !pages.contains(*page)) {
            refuse(format!("{page} is no page of the document"));
        }
        for holder in rule.held_by.iter().filter(|holder| !holders.contains(*holder)) {
            refuse(format!("there is no `{holder}` that could hold it"));
        }
        let reasons = (
            !rule.held_by.is_empty(),
            !rule.pages.is_empty(),
            !rule.why.is_empty(),
        );
        match (rule.verdict, reasons) {
            (Verdict::Kept, (true, false, _) | (false, false, true))
            | (Verdict::Waived, (false, true, true))
            | (Verdict::Judged, (false, false, true)) => {}
            (Verdict::Kept, _) => refuse(
                "what is kept needs `held_by`, or `why` nothing can hold it, and no `pages`".to_owned(),
            ),
            (Verdict::Waived, _) => {
                refuse("what is waived needs `pages` and `why`, and no `held_by`".to_owned())
            }
            (Verdict::Judged, _) => refuse("what is judged needs `why`, and nothing else".to_owned()),
        }
    }
    for id in &settled.rules {
        match count.remove(id.as_str()) {
            Some(1) => {}
            Some(times) => problems.push(format!("{id}: settled {times} times, or listed twice")),
            None => problems.push(format!(
                "{id}: not settled, or listed twice; write a [[rule]] for it"
            )),
        }
    }
    problems.extend(count.keys().map(|id| format!("{id}: not in the list `rules`")));
    Ok(problems)
}

/// The pages of the reference that the document's operations were read from.
fn pages(document: &str) -> Result<BTreeSet<String>> {
    let document: Value = serde_saphyr::from_str(document).context("the document")?;
    let items = document["paths"].as_object().into_iter().flatten();
    let operations = items.flat_map(|(_, item)| item.as_object().into_iter().flatten());
    Ok(operations
        .flat_map(|(_, operation)| {
            let also = operation["x-reference-pages-also"]
                .as_array()
                .into_iter()
                .flatten();
            also.chain([&operation["x-reference-page"]])
        })
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect())
}

/// Everything that can hold a rule.
fn holders(spectral: &str) -> Result<BTreeSet<String>> {
    let spectral: Value = serde_saphyr::from_str(spectral).context(SPECTRAL)?;
    let house = spectral["rules"].as_object().into_iter().flatten();
    // A rule of Spectral's own that stands there is switched off.
    let house = house.filter(|(_, rule)| rule.is_object());
    Ok(rules::all()
        .map(|rule| format!("lint {}", rule.id))
        .chain(house.map(|(name, _)| format!("spectral {name}")))
        .chain(COMMANDS.iter().map(|command| (*command).to_owned()))
        .collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const DOCUMENT: &str = "paths: {/v1/books: {get: {x-reference-page: en-us_topic_1, x-reference-pages-also: [en-us_topic_2]}}}";
    const RULES: &str = "rules: {info-contact: off, vbs-https: {given: $}}";
    const GOOD: &str = r#"
        rules = ["A-1", "A-2", "B"]
        [[rule]]
        ids = ["A-1", "B"]
        asks = "https"
        verdict = "kept"
        held_by = ["lint https-servers", "spectral vbs-https", "compat"]
        [[rule]]
        ids = ["A-2"]
        asks = "hyphens"
        verdict = "waived"
        pages = ["en-us_topic_1", "en-us_topic_2"]
        why = "Because."
    "#;

    fn found(file: &str) -> Vec<String> {
        problems(file, DOCUMENT, RULES).unwrap()
    }

    #[test]
    fn a_file_that_settles_each_rule_is_good() {
        assert_eq!(found(GOOD), [""; 0]);
    }

    #[test]
    fn what_is_missing_or_not_there_is_told() {
        for (from, to, problem) in [
            (
                r#"["A-1", "A-2", "B"]"#,
                r#"["A-1", "A-2"]"#,
                "B: not in the list `rules`",
            ),
            (
                r#"["A-1", "A-2", "B"]"#,
                r#"["A-1", "A-2", "B", "C"]"#,
                "C: not settled, or listed twice; write a [[rule]] for it",
            ),
            (
                r#"ids = ["A-2"]"#,
                r#"ids = ["A-2", "B"]"#,
                "B: settled 2 times, or listed twice",
            ),
            (
                "en-us_topic_2",
                "en-us_topic_3",
                "A-2: en-us_topic_3 is no page of the document",
            ),
            (
                "lint https",
                "lint http",
                "A-1: there is no `lint http-servers` that could hold it",
            ),
            (
                "vbs-https",
                "info-contact",
                "A-1: there is no `spectral info-contact` that could hold it",
            ),
            (
                "why = \"Because.\"",
                "",
                "A-2: what is waived needs `pages` and `why`, and no `held_by`",
            ),
            (
                "waived",
                "judged",
                "A-2: what is judged needs `why`, and nothing else",
            ),
        ] {
            assert_eq!(found(&GOOD.replacen(from, to, 1)), [problem]);
        }
    }

    #[test]
    fn the_file_is_good() {
        let file = include_str!("../../../openapi/otc-rules.toml");
        let document = include_str!("../../../openapi/vbs.yaml");
        let spectral = include_str!("../../../tests/judges/spectral.yaml");
        assert_eq!(problems(file, document, spectral).unwrap(), [""; 0]);
    }
}
