//! `--self-test`: documents that each break one rule, and the linters that must refuse them.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::linters::{Finding, Linter};
use crate::{edit, workspace};

const CASES: &str = "tests/linters/broken.toml";
const SCRATCH: &str = "target/linters/broken";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

/// A document, broken by edits: in each, the first `from` after `after` becomes `to`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    what: String,
    #[serde(default = "good")]
    document: String,
    edits: Vec<Edit>,
    /// Each as `linter rule path`. Neither Spectral nor a linter that is named may find anything else.
    refused_by: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    #[serde(default)]
    after: String,
    from: String,
    to: String,
}

/// The document that no rule refuses.
fn good() -> String {
    "tests/linters/good.yaml".to_owned()
}

impl Case {
    fn read_all() -> Result<Vec<Self>> {
        let text =
            fs::read_to_string(workspace::path(CASES)).with_context(|| format!("can't read {CASES}"))?;
        let Cases { case } = toml::from_str(&text).context(CASES)?;
        Ok(case)
    }

    fn broken(&self) -> Result<String> {
        let file = workspace::path(&self.document);
        let mut text = fs::read_to_string(file).with_context(|| format!("can't read {}", self.document))?;
        for Edit { after, from, to } in &self.edits {
            text = edit::edited(&text, after, from, to).with_context(|| format!("{CASES}: {}", self.what))?;
        }
        Ok(text)
    }

    fn names(&self, linter: Linter) -> bool {
        let mut names = self.refused_by.iter().filter_map(|refusal| refusal.split(' ').next());
        names.any(|name| linter.names().contains(&name))
    }
}

/// Whether each document is refused, and for the right reason.
pub(super) fn self_test() -> Result<bool> {
    let cases = Case::read_all()?;
    let scratch = workspace::path(SCRATCH);
    fs::create_dir_all(&scratch).with_context(|| format!("can't create {SCRATCH}"))?;
    let mut files: Vec<PathBuf> = Vec::new();
    let mut found = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let file = scratch.join(format!("{number}.yaml"));
        let text = case.broken()?;
        fs::write(&file, &text).with_context(|| format!("can't write {}", file.display()))?;
        found.push(super::example_findings(&text));
        files.push(file);
    }
    for linter in Linter::ALL {
        let concerned =
            files.iter().zip(&cases).filter(|(_, case)| linter == Linter::Spectral || case.names(linter));
        let concerned: Vec<_> = concerned.map(|(file, _)| file.clone()).collect();
        for finding in linter.findings(&concerned)? {
            let name = finding.file.as_ref().and_then(|file| file.file_name());
            let number = files.iter().position(|file| file.file_name() == name);
            let number = number.with_context(|| format!("a finding about another file: {finding:?}"))?;
            found[number].push(finding);
        }
    }
    let mut passed = true;
    for (case, found) in cases.iter().zip(&found) {
        let found: BTreeSet<_> = found.iter().map(refusal).collect();
        if found != case.refused_by {
            passed = false;
            eprintln!("error: {CASES}: {}", case.what);
            for (problem, refusals) in [
                ("not refused", case.refused_by.difference(&found)),
                ("also refused", found.difference(&case.refused_by)),
            ] {
                refusals.for_each(|refusal| eprintln!("  {problem}: {refusal}"));
            }
        }
    }
    if passed {
        println!("{CASES}: each of {} broken documents is refused.", cases.len());
    }
    Ok(passed)
}

fn refusal(finding: &Finding) -> String {
    format!("{} {} {}", finding.linter, finding.rule, finding.path)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::Value;

    use super::*;

    fn rules_of(linter: &str) -> BTreeSet<String> {
        let cases = Case::read_all().unwrap();
        let refusals = cases.iter().flat_map(|case| &case.refused_by);
        let rules = refusals.filter_map(|refusal| {
            let mut words = refusal.split(' ');
            (words.next() == Some(linter)).then(|| words.next().unwrap().to_owned())
        });
        rules.collect()
    }

    #[test]
    fn every_rule_of_ours_and_every_linter_has_a_broken_document() {
        let text = fs::read_to_string(workspace::path("tests/linters/spectral.yaml")).unwrap();
        let options = serde_saphyr::options! { merge_keys: serde_saphyr::options::MergeKeyPolicy::Merge };
        let ruleset: Value = serde_saphyr::from_str_with_options(&text, options).unwrap();
        let ours = ruleset["rules"].as_object().unwrap().keys();
        let ours: BTreeSet<_> = ours.filter(|name| name.starts_with("vbs-")).cloned().collect();
        let broken = rules_of("spectral").into_iter().filter(|name| name.starts_with("vbs-"));
        assert_eq!(broken.collect::<BTreeSet<_>>(), ours);
        for linter in ["examples", "redocly", "openapi-spec-validator", "yaml-1.1"] {
            assert!(!rules_of(linter).is_empty(), "{linter}");
        }
    }

    #[test]
    fn every_case_changes_its_document() {
        for case in Case::read_all().unwrap() {
            let document = fs::read_to_string(workspace::path(&case.document)).unwrap();
            assert_ne!(case.broken().unwrap(), document, "{}", case.what);
        }
    }
}
