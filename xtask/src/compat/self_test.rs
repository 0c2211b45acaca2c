//! `--self-test`: changes of copies of the document, and what must be reported for each.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::oasdiff::Oasdiff;
use crate::{edit, workspace};

const CASES: &str = "tests/compat/cases.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

/// A change: the first `from` after `after` becomes `to`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    what: String,
    #[serde(default)]
    after: String,
    from: String,
    to: String,
    /// The breaking changes that must be reported, each as `id subject`, and no others.
    #[serde(default)]
    breaks: BTreeSet<String>,
    /// The harmless changes that must be reported.
    #[serde(default)]
    tells: BTreeSet<String>,
}

/// Whether each change is reported.
pub(super) fn run(oasdiff: &Oasdiff, document: &str) -> Result<bool> {
    let text = fs::read_to_string(workspace::path(CASES)).with_context(|| format!("can't read {CASES}"))?;
    let Cases { case: cases } = toml::from_str(&text).context(CASES)?;
    let mut passed = true;
    for case in &cases {
        let changed = edit::edited(document, &case.after, &case.from, &case.to);
        let changed = changed.with_context(|| format!("{CASES}: {}", case.what))?;
        let changes = super::changes_between(oasdiff, document, &changed)?;
        let reported = |breaking: bool| -> BTreeSet<String> {
            let changes = changes.iter().filter(|change| change.breaking == breaking);
            changes.map(|change| format!("{} {}", change.id, change.subject)).collect()
        };
        if reported(true) != case.breaks || reported(false) != case.tells {
            passed = false;
            eprintln!(
                "error: {CASES}: {}:\n  expected breaking {:?}\n  reported breaking {:?}\n  expected harmless {:?}\n  reported harmless {:?}",
                case.what,
                case.breaks,
                reported(true),
                case.tells,
                reported(false)
            );
        }
    }
    if passed {
        println!("{CASES}: each of {} changes is reported.", cases.len());
    }
    Ok(passed)
}
