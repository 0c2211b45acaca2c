//! What generators can't do: tests/interop/known.toml.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::KNOWN;
use super::client::Language;
use super::scenario::{COLUMNS, Outcome};
use super::table::Row;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Known {
    known: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) client: String,
    pub(super) scenario: String,
    pub(super) reason: String,
    pub(super) upstream: String,
}

impl Known {
    pub(super) fn read(text: &str) -> Result<Self> {
        let known: Self = toml::from_str(text)?;
        let mut seen = BTreeSet::new();
        for entry in &known.known {
            let Entry {
                client,
                scenario,
                reason,
                upstream,
            } = entry;
            let language = client.split_once('/').map(|(language, _)| language);
            ensure!(
                Language::ALL.iter().any(|known| Some(known.name()) == language),
                "`{client}` is no client; write language/generator"
            );
            ensure!(
                COLUMNS.iter().any(|column| column.name == scenario),
                "`{scenario}` of {client} is no scenario"
            );
            ensure!(
                !reason.trim().is_empty(),
                "`{scenario}` of {client} needs a reason"
            );
            ensure!(
                upstream.starts_with("https://"),
                "`{scenario}` of {client} needs the address where the generator's authors were told"
            );
            ensure!(
                seen.insert((client, scenario)),
                "`{scenario}` of {client} stands there twice"
            );
        }
        Ok(known)
    }

    /// The entry for a failure, and its place.
    pub(super) fn entry(&self, client: &str, scenario: &str) -> Option<(usize, &Entry)> {
        let mut entries = self.known.iter().enumerate();
        entries.find(|(_, entry)| entry.client == client && entry.scenario == scenario)
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.known
    }

    /// What failed and should not have, and the other way round.
    pub(super) fn problems(&self, rows: &[Row], languages: &[Language]) -> Vec<String> {
        let mut problems = Vec::new();
        for row in rows {
            for (column, outcome) in COLUMNS.iter().zip(&row.outcomes) {
                let entry = self.entry(&row.client, column.name);
                if let (Outcome::Failed(why), None) = (outcome, entry) {
                    problems.push(format!(
                        "`{}` of {} fails: {why}. Where that is the generator's fault, and not the document's, add it to {KNOWN}",
                        column.name, row.client
                    ));
                }
            }
        }
        let of_these = |entry: &&Entry| {
            let mut languages = languages.iter();
            languages.any(|language| entry.client.split('/').next() == Some(language.name()))
        };
        for entry in self.known.iter().filter(of_these) {
            let Entry { client, scenario, .. } = entry;
            let row = rows.iter().find(|row| row.client == *client);
            let problem = match row.map(|row| row.outcome(scenario)) {
                Some(Some(Outcome::Failed(_))) => continue,
                Some(Some(Outcome::Worked)) => format!("`{scenario}` of {client} works now"),
                Some(_) => format!("`{scenario}` of {client} is not tried"),
                None => format!("there is no client {client}"),
            };
            problems.push(format!("{problem}; take it out of {KNOWN}"));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::table::tests::row;
    use super::*;

    fn known(entries: &[(&str, &str)]) -> Known {
        let entry = |(client, scenario): &(&str, &str)| {
            format!(
                "[[known]]\nclient = '{client}'\nscenario = '{scenario}'\nreason = 'a reason'\nupstream = 'https://a.example'\n"
            )
        };
        let text: String = entries.iter().map(entry).collect();
        Known::read(&text).unwrap()
    }

    #[test]
    fn a_failure_needs_an_entry_and_an_entry_a_failure() {
        let rows = [row("go/a", &[("nulls", "null")]), row("go/b", &[])];
        let languages = [Language::Go];
        let problems = |entries: &[(&str, &str)]| known(entries).problems(&rows, &languages).join("\n");
        assert_eq!(problems(&[("go/a", "nulls")]), "");
        assert!(
            known(&[("go/a", "nulls"), ("go/b", "list")]).problems(&rows, &languages)[0]
                .starts_with("`list` of go/b works now")
        );
        let unknown = problems(&[("go/a", "list")]);
        assert!(unknown.contains("`nulls` of go/a fails: null. "), "{unknown}");
        assert!(unknown.contains("`list` of go/a works now"), "{unknown}");
        let gone = problems(&[("go/a", "nulls"), ("go/c", "nulls")]);
        assert!(gone.starts_with("there is no client go/c"), "{gone}");
        // Entries of languages that were not tested are not checked.
        assert_eq!(problems(&[("go/a", "nulls"), ("java/c", "nulls")]), "");
    }

    #[test]
    fn what_is_not_tried_is_no_failure() {
        let mut row = row("go/a", &[("compile", "no")]);
        for outcome in &mut row.outcomes[2..] {
            *outcome = Outcome::NotTried;
        }
        let rows = [row];
        let problems = |entries: &[(&str, &str)]| known(entries).problems(&rows, &[Language::Go]);
        assert_eq!(problems(&[("go/a", "compile")]), [""; 0]);
        let left = problems(&[("go/a", "compile"), ("go/a", "list")]);
        assert!(left[0].starts_with("`list` of go/a is not tried"), "{left:?}");
    }

    #[test]
    fn an_entry_is_complete() {
        let entry = "client = 'go/a'\nscenario = 'list'\nreason = 'a reason'\nupstream = 'https://a.example'";
        let read = |text: &str| Known::read(&format!("[[known]]\n{text}")).err();
        assert!(read(entry).is_none());
        for (from, to) in [
            ("go/a", "go"),
            ("go/a", "cobol/a"),
            ("list", "lists"),
            ("a reason", " "),
            ("https://a.example", "somewhere"),
            ("reason =", "why ="),
        ] {
            assert!(read(&entry.replace(from, to)).is_some(), "{from} -> {to}");
        }
        assert!(Known::read(&format!("[[known]]\n{entry}\n[[known]]\n{entry}")).is_err());
    }
}
