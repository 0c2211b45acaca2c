//! `--self-test`: changes of copies of the document, and what must be told of each.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::oasdiff::Oasdiff;
use super::release::Bump;
use crate::{edit, workspace};

const CASES: &str = "tests/compat/cases.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

/// A change: the first `from` behind `after` becomes `to`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    what: String,
    #[serde(default)]
    after: String,
    from: String,
    to: String,
    /// What breaks, each as `id subject`. Nothing else may.
    #[serde(default)]
    breaks: BTreeSet<String>,
    /// What is told of and breaks nobody.
    #[serde(default)]
    tells: BTreeSet<String>,
}

/// Whether each change was told right.
pub(super) fn run(oasdiff: &Oasdiff, document: &str) -> Result<bool> {
    let text = fs::read_to_string(workspace::path(CASES)).with_context(|| format!("can't read {CASES}"))?;
    let Cases { case: cases } = toml::from_str(&text).context(CASES)?;
    let mut passed = true;
    for case in &cases {
        let changed = edit::edited(document, &case.after, &case.from, &case.to);
        let changed = changed.with_context(|| format!("{CASES}: {}", case.what))?;
        let changes = super::changes_between(oasdiff, document, &changed)?;
        let told = |breaking: bool| -> BTreeSet<String> {
            let changes = changes.iter().filter(|change| change.breaking == breaking);
            changes
                .map(|change| format!("{} {}", change.id, change.subject))
                .collect()
        };
        let bump = if case.breaks.is_empty() {
            Bump::Patch
        } else {
            Bump::Breaking
        };
        if told(true) != case.breaks || told(false) != case.tells || Bump::of(&changes, true) != bump {
            passed = false;
            eprintln!(
                "error: {CASES}: {}:\n  must break {:?}\n  broke      {:?}\n  must tell  {:?}\n  told       {:?}",
                case.what,
                case.breaks,
                told(true),
                case.tells,
                told(false)
            );
        }
    }
    if passed {
        println!("{CASES}: each of {} changes is told right.", cases.len());
    }
    Ok(passed)
}
