//! A good document, and how tests spoil it.

#![allow(clippy::panic)]

use super::findings;

/// A small document in which no rule finds anything.
pub(crate) const GOOD: &str = include_str!("good.yaml");

/// A replacement in a document: of the first `from` behind `after`.
#[derive(Clone, Copy)]
pub(crate) struct Edit {
    pub(crate) after: &'static str,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
}

/// Edits of a document, and what must be found in it then: rule and path.
pub(crate) struct Case {
    pub(crate) edits: &'static [Edit],
    pub(crate) finds: &'static [(&'static str, &'static str)],
}

pub(crate) const fn edit(after: &'static str, from: &'static str, to: &'static str) -> Edit {
    Edit { after, from, to }
}

/// Rule and path of everything found in a document.
pub(crate) fn found(text: &str) -> Vec<(&'static str, String)> {
    let found = findings(text).into_iter();
    found
        .map(|finding| (finding.rule, finding.path.to_string()))
        .collect()
}

/// Checks each case for itself, with all rules: what is expected must be found, and nothing else.
pub(crate) fn check(document: &str, cases: &[Case]) {
    for case in cases {
        let mut text = document.to_owned();
        for edit in case.edits {
            text = edited(&text, *edit);
        }
        let findings = findings(&text);
        let mut found: Vec<_> = findings
            .iter()
            .map(|finding| (finding.rule, finding.path.to_string()))
            .collect();
        let mut expected: Vec<_> = case
            .finds
            .iter()
            .map(|(rule, path)| (*rule, (*path).to_owned()))
            .collect();
        found.sort();
        expected.sort();
        let shown: String = findings.iter().map(|finding| format!("{finding}\n")).collect();
        let made = case.edits.iter().map(|edit| edit.to).collect::<Vec<_>>();
        assert_eq!(found, expected, "after {made:?}:\n{shown}");
    }
}

fn edited(text: &str, edit: Edit) -> String {
    let Edit { after, from, to } = edit;
    let place = text.find(after).map(|start| start + after.len());
    let place = place.and_then(|start| Some(start + text[start..].find(from)?));
    let Some(start) = place else {
        panic!("the document has no {from:?} behind {after:?}");
    };
    format!("{}{to}{}", &text[..start], &text[start + from.len()..])
}
