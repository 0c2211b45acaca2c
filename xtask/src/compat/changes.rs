//! Changes of the document: oasdiff's JSON, and the report.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// oasdiff's name for this kind of change.
    pub(super) id: String,
    pub(super) breaking: bool,
    /// The operationId, or the component.
    pub(super) subject: String,
    /// Method and path, or the components.
    place: String,
    text: String,
}

impl Change {
    /// A change of a component that oasdiff does not report.
    pub(super) fn of_component(id: &str, breaking: bool, name: &str, text: String) -> Self {
        Self { id: id.to_owned(), breaking, subject: name.to_owned(), place: "components".to_owned(), text }
    }
}

/// A change as oasdiff reports it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reported {
    id: String,
    text: String,
    level: u8,
    operation: Option<String>,
    operation_id: Option<String>,
    path: Option<String>,
    section: Option<String>,
}

/// oasdiff's levels.
const INFO: u8 = 1;
const WARN: u8 = 2;
const ERR: u8 = 3;

/// Its remarks on `info.version`, which is not the version of a client.
const OF_THE_VERSION: &[&str] = &["api-version-not-bumped", "api-major-version-not-bumped"];

/// Reads the JSON of `oasdiff changelog`.
pub(super) fn parse(json: &str) -> Result<Vec<Change>> {
    let reported: Vec<Reported> = serde_json::from_str(json).context("not a list of changes")?;
    reported
        .into_iter()
        .filter(|reported| !OF_THE_VERSION.contains(&reported.id.as_str()))
        .map(change)
        .collect()
}

fn change(reported: Reported) -> Result<Change> {
    let breaking = match reported.level {
        INFO => false,
        // It warns about changes that break some clients.
        WARN | ERR => true,
        level => bail!("{}: there is no level {level}", reported.id),
    };
    let place = match (&reported.operation, &reported.path) {
        (Some(method), Some(path)) => format!("{method} {path}"),
        _ => reported.section.clone().unwrap_or_else(|| "the document".to_owned()),
    };
    let named = reported.text.split('`').nth(1).map(str::to_owned);
    let subject = reported.operation_id.or(named).unwrap_or_else(|| place.clone());
    Ok(Change { id: reported.id, breaking, subject, place, text: reported.text })
}

/// The changes by operation, the breaking ones of each first.
pub(super) fn report(changes: &[Change]) -> String {
    let mut places: BTreeMap<(&str, &str), Vec<&Change>> = BTreeMap::new();
    for change in changes {
        places.entry((&change.place, &change.subject)).or_default().push(change);
    }
    let mut report = String::new();
    for ((place, subject), mut changes) in places {
        changes.sort_by_key(|change| !change.breaking);
        report.push_str(&format!("\n{subject} ({place})\n"));
        for Change { id, breaking, text, .. } in changes {
            let kind = if *breaking { "BREAKING" } else { "harmless" };
            report.push_str(&format!("  {kind}  {text} [{id}]\n"));
        }
    }
    if !report.is_empty() {
        report.push('\n');
    }
    report
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const TOLD: &str = r#"[
        {"id": "response-optional-property-added", "text": "added `a`", "level": 1, "operation": "GET",
         "operationId": "listBooks", "path": "/v1/books", "section": "paths", "fingerprint": "x"},
        {"id": "new-required-request-parameter", "text": "added `shelf`", "level": 3, "operation": "GET",
         "operationId": "listBooks", "path": "/v1/books", "section": "paths"},
        {"id": "something-doubtful", "text": "perhaps", "level": 2, "operation": "PUT", "path": "/v1/books"},
        {"id": "api-schema-removed", "text": "removed the schema `Book`", "level": 3, "section": "components"},
        {"id": "api-version-not-bumped", "text": "the version is still `v1`", "level": 1, "section": "info"}]"#;

    #[test]
    fn oasdiff_changes_are_parsed() {
        let changes = parse(TOLD).unwrap();
        let read: Vec<_> = changes.iter().map(|change| (change.subject.as_str(), change.breaking)).collect();
        assert_eq!(
            read,
            [("listBooks", false), ("listBooks", true), ("PUT /v1/books", true), ("Book", true)]
        );
        assert_eq!(parse("[]").unwrap(), []);
    }

    #[test]
    fn unknown_output_of_oasdiff_is_an_error() {
        assert!(parse("").is_err());
        assert!(parse(r#"{"changes": []}"#).is_err());
        let level = r#"[{"id": "a", "text": "b", "level": 4}]"#;
        assert_eq!(parse(level).unwrap_err().to_string(), "a: there is no level 4");
    }

    #[test]
    fn report_groups_changes_by_operation() {
        assert_eq!(
            report(&parse(TOLD).unwrap()),
            "\n\
             listBooks (GET /v1/books)\n  \
               BREAKING  added `shelf` [new-required-request-parameter]\n  \
               harmless  added `a` [response-optional-property-added]\n\
             \n\
             PUT /v1/books (PUT /v1/books)\n  \
               BREAKING  perhaps [something-doubtful]\n\
             \n\
             Book (components)\n  \
               BREAKING  removed the schema `Book` [api-schema-removed]\n\n"
        );
        assert_eq!(report(&[]), "");
    }
}
