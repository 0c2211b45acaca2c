//! Known failures of generators: tests/interop/known.toml.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::KNOWN;
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
    /// Reads the file, for clients in these languages.
    pub(super) fn read(text: &str, languages: &[String]) -> Result<Self> {
        let known: Self = toml::from_str(text)?;
        let mut seen = BTreeSet::new();
        for entry in &known.known {
            let Entry { client, scenario, reason, upstream } = entry;
            ensure!(
                languages.iter().any(|known| language(client) == Some(known)),
                "`{client}` is not a client; expected language/generator"
            );
            ensure!(
                COLUMNS.iter().any(|column| column.name == scenario),
                "`{scenario}` of {client} is not a scenario"
            );
            ensure!(!reason.trim().is_empty(), "`{scenario}` of {client} needs a reason");
            ensure!(
                upstream.starts_with("https://"),
                "`{scenario}` of {client} needs the address of the issue in the generator's repository"
            );
            ensure!(seen.insert((client, scenario)), "`{scenario}` of {client} is listed twice");
        }
        Ok(known)
    }

    /// The entry for a failure, and its index.
    pub(super) fn entry(&self, client: &str, scenario: &str) -> Option<(usize, &Entry)> {
        let mut entries = self.known.iter().enumerate();
        entries.find(|(_, entry)| entry.client == client && entry.scenario == scenario)
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.known
    }

    /// Failures without an entry, and entries without a failure, in the languages that were tested.
    pub(super) fn problems(&self, rows: &[Row], languages: &[&str]) -> Vec<String> {
        let mut problems = Vec::new();
        for row in rows {
            for (column, outcome) in COLUMNS.iter().zip(&row.outcomes) {
                let entry = self.entry(&row.client, column.name);
                if let (Outcome::Failed(why), None) = (outcome, entry) {
                    problems.push(format!(
                        "`{}` of {} fails: {why}. Fix the document; if the generator is at fault, add it to {KNOWN}",
                        column.name, row.client
                    ));
                }
            }
        }
        let was_tested =
            |entry: &&Entry| languages.iter().any(|tested| language(&entry.client) == Some(tested));
        for entry in self.known.iter().filter(was_tested) {
            let Entry { client, scenario, .. } = entry;
            let row = rows.iter().find(|row| row.client == *client);
            let problem = match row.map(|row| row.outcome(scenario)) {
                Some(Some(Outcome::Failed(_))) => continue,
                Some(Some(Outcome::Worked)) => format!("`{scenario}` of {client} works now"),
                Some(_) => format!("`{scenario}` of {client} was not tested"),
                None => format!("there is no client {client}"),
            };
            problems.push(format!("{problem}; remove it from {KNOWN}"));
        }
        problems
    }
}

/// The language of a client, `LANGUAGE/GENERATOR`.
fn language(client: &str) -> Option<&str> {
    client.split_once('/').map(|(language, _)| language)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::table::tests::row;
    use super::*;

    fn read(text: &str) -> Result<Known> {
        Known::read(text, &["go", "java"].map(str::to_owned))
    }

    fn known(entries: &[(&str, &str)]) -> Known {
        let entry = |(client, scenario): &(&str, &str)| {
            format!(
                "[[known]]\nclient = '{client}'\nscenario = '{scenario}'\nreason = 'a reason'\nupstream = 'https://a.example'\n"
            )
        };
        let text: String = entries.iter().map(entry).collect();
        read(&text).unwrap()
    }

    #[test]
    fn failures_and_entries_must_match() {
        let rows = [row("go/a", &[("nulls", "null")]), row("go/b", &[])];
        let languages = ["go"];
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
    fn scenario_that_was_not_tested_is_not_a_failure() {
        let mut row = row("go/a", &[("compile", "no")]);
        for outcome in &mut row.outcomes[2..] {
            *outcome = Outcome::NotTested;
        }
        let rows = [row];
        let problems = |entries: &[(&str, &str)]| known(entries).problems(&rows, &["go"]);
        assert_eq!(problems(&[("go/a", "compile")]), [""; 0]);
        let left = problems(&[("go/a", "compile"), ("go/a", "list")]);
        assert!(left[0].starts_with("`list` of go/a was not tested"), "{left:?}");
    }

    #[test]
    fn incomplete_entry_is_refused() {
        let entry = "client = 'go/a'\nscenario = 'list'\nreason = 'a reason'\nupstream = 'https://a.example'";
        let read = |text: &str| read(&format!("[[known]]\n{text}")).err();
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
        assert!(read(&format!("{entry}\n[[known]]\n{entry}")).is_some());
    }
}
