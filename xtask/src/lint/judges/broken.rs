//! `--self-test`: copies of the document, each broken in one way, and who must refuse it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::{Bench, Copy, Finding, JUDGES, Judge};
use crate::{edit, workspace};

const CASES: &str = "tests/judges/broken.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

/// A way to break the document: the first `from` behind `after` becomes `to`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    what: String,
    #[serde(default)]
    after: String,
    from: String,
    to: String,
    refused_by: Vec<Refusal>,
}

/// Who must say what about which place.
#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
struct Refusal {
    judge: String,
    rule: String,
    path: String,
}

impl Case {
    fn concerns(&self, judge: &Judge) -> bool {
        let mut names = self.refused_by.iter().map(|refusal| refusal.judge.as_str());
        names.any(|name| judge.names.contains(&name))
    }

    fn broken(&self, document: &str) -> Result<String> {
        edit::edited(document, &self.after, &self.from, &self.to)
            .with_context(|| format!("{CASES}: {}", self.what))
    }
}

fn cases() -> Result<Vec<Case>> {
    let text = fs::read_to_string(workspace::path(CASES)).with_context(|| format!("can't read {CASES}"))?;
    let Cases { case } = toml::from_str(&text).context(CASES)?;
    Ok(case)
}

pub(super) fn self_test(bench: &Bench, document: &str) -> Result<bool> {
    let cases = cases()?;
    let mut copies = Vec::new();
    let mut own: Vec<(PathBuf, Vec<Refusal>)> = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let text = case.broken(document)?;
        let copy = Copy::write(&format!("broken-{number}"), &text)?;
        own.push((copy.yaml.clone(), own_refusals(&text)));
        copies.push(copy);
    }
    let mut findings = Vec::new();
    for judge in JUDGES {
        // Each takes a second for each document, so it gets those that it is to refuse.
        let concerned = cases.iter().zip(&copies).filter(|(case, _)| case.concerns(judge));
        let copies: Vec<_> = concerned.map(|(_, copy)| copy).collect();
        findings.extend(judge.findings(bench, &copies)?);
    }
    let mut passed = true;
    for (case, (file, mut refusals)) in cases.iter().zip(own) {
        let others = findings.iter().filter(|finding| finding.file == file);
        refusals.extend(others.map(Finding::refusal));
        for expected in &case.refused_by {
            if refusals.contains(expected) {
                continue;
            }
            passed = false;
            let Refusal { judge, rule, path } = expected;
            eprintln!(
                "error: {}: {judge} did not refuse {path} by {rule}, only",
                case.what
            );
            for Refusal { judge, rule, path } in &refusals {
                eprintln!("    {path} [{judge}, {rule}]");
            }
        }
    }
    if passed {
        println!("{CASES}: each of {} broken documents is refused.", cases.len());
    }
    Ok(passed)
}

/// What `cargo xtask lint` itself finds.
fn own_refusals(text: &str) -> Vec<Refusal> {
    crate::lint::findings(text)
        .into_iter()
        .map(|finding| Refusal {
            judge: "lint".to_owned(),
            rule: finding.rule.to_owned(),
            path: finding.path.to_string(),
        })
        .collect()
}

impl Finding {
    fn refusal(&self) -> Refusal {
        Refusal {
            judge: self.judge.clone(),
            rule: self.rule.clone(),
            path: self.path.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::{BTreeMap, BTreeSet};

    use serde_json::Value;

    use super::*;

    /// The house rules of tests/judges/spectral.yaml: those that are not waivers.
    fn house_rules() -> BTreeSet<String> {
        let rules: BTreeMap<String, Value> =
            serde_saphyr::from_str(include_str!("../../../../tests/judges/spectral.yaml")).unwrap();
        let rules = rules["rules"].as_object().unwrap().clone().into_iter();
        rules
            .map(|(name, _)| name)
            .filter(|name| name.starts_with("vbs-"))
            .collect()
    }

    #[test]
    fn every_house_rule_and_every_judge_is_seen_to_refuse() {
        let refusals: Vec<_> = cases()
            .unwrap()
            .into_iter()
            .flat_map(|case| case.refused_by)
            .collect();
        let of = |judge: &str| -> BTreeSet<String> {
            let rules = refusals.iter().filter(|refusal| refusal.judge == judge);
            rules.map(|refusal| refusal.rule.clone()).collect()
        };
        let house: BTreeSet<_> = of("spectral")
            .into_iter()
            .filter(|rule| rule.starts_with("vbs-"))
            .collect();
        assert_eq!(house, house_rules());
        for judge in ["lint", "redocly", "openapi-spec-validator", "yaml-1.1"] {
            assert!(!of(judge).is_empty(), "{judge}");
        }
    }

    #[test]
    fn every_case_breaks_the_document_that_is_there() {
        let document = include_str!("../../../../openapi/vbs.yaml");
        for case in cases().unwrap() {
            assert_ne!(case.broken(document).unwrap(), document, "{}", case.what);
            assert!(!case.refused_by.is_empty(), "{}", case.what);
        }
    }
}
