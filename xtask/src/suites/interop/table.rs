//! The table of results, openapi/INTEROP.md.

use std::fmt::Write as _;

use super::known::Known;
use super::scenario::{COLUMNS, Outcome};

/// The results of a client.
pub(super) struct Row {
    pub(super) client: String,
    /// The version of the generator.
    pub(super) version: String,
    /// In the order of [`COLUMNS`].
    pub(super) outcomes: Vec<Outcome>,
}

impl Row {
    pub(super) fn outcome(&self, scenario: &str) -> Option<&Outcome> {
        let mut cells = COLUMNS.iter().zip(&self.outcomes);
        cells.find(|(column, _)| column.name == scenario).map(|(_, outcome)| outcome)
    }
}

/// The table alone.
pub(super) fn table(rows: &[Row]) -> String {
    render(rows, |_, _| String::new())
}

fn render(rows: &[Row], note: impl Fn(&str, &str) -> String) -> String {
    let mut text = String::from("| client | version |");
    for column in &COLUMNS {
        _ = write!(text, " {} |", column.title);
    }
    text.push_str("\n|---|---|");
    text.push_str(&"---|".repeat(COLUMNS.len()));
    text.push('\n');
    for row in rows {
        _ = write!(text, "| {} | {} |", row.client, row.version);
        for (column, outcome) in COLUMNS.iter().zip(&row.outcomes) {
            let sign = match outcome {
                Outcome::Worked => "✓".to_owned(),
                Outcome::Failed(_) => format!("✗{}", note(&row.client, column.name)),
                Outcome::NotTested => "–".to_owned(),
            };
            _ = write!(text, " {sign} |");
        }
        text.push('\n');
    }
    text
}

/// The whole page.
pub(super) fn page(rows: &[Row], known: &Known) -> String {
    let number = |client: &str, scenario: &str| {
        let entry = known.entry(client, scenario);
        entry.map_or_else(String::new, |(place, _)| format!(" ({})", place + 1))
    };
    let mut text = String::from(
        "<!-- Written by `cargo xtask test interop`. Don't edit it. -->\n\n# Clients in other languages\n\nEach client is \
         generated from vbs.yaml and compiled. A program then uses it with the sandbox. [README.md](README.md)\nhas \
         the commands that generate the clients, and [tests/interop](../tests/interop) has the programs.\n\n",
    );
    text.push_str(&render(rows, number));
    text.push_str(EXPLANATION);
    if !known.entries().is_empty() {
        text.push_str("\n## What fails\n\n");
    }
    for (place, entry) in known.entries().iter().enumerate() {
        let reason = entry.reason.trim();
        _ = writeln!(
            text,
            "{}. {}, {}: {reason} See <{}>.",
            place + 1,
            entry.client,
            entry.scenario,
            entry.upstream
        );
    }
    text
}

const EXPLANATION: &str = "
✓ works, ✗ fails because of the generator, – was not tested.

- **generate**: the generator writes code for all 36 operations.
- **compile**: the code and the program compile or pass the type checker.
- **log in**: the client sends a token of the identity service. The document does not contain the login itself.
- **list**: reading the backup jobs of a policy page by page (with `marker`) returns the same jobs as one large page.
- **create, delete**: a policy can be created, is in the list, and can be deleted (the response has no body).
- **unknown status**: a status that the document does not list is accepted.
- **time without zone**: `2016-12-03T06:24:34.467` is not shifted to another time zone.
- **nulls**: null is accepted wherever the document allows it, for text, objects and lists.
- **unknown field**: a field that is not in the document is ignored.
- **documented error**: a 404 has its status and the code and message of its `VbsError`.
- **HTML 503**: an error with an HTML body has its status.
";

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A client with these failures.
    pub(in super::super) fn row(client: &str, failures: &[(&str, &str)]) -> Row {
        let outcome = |name: &str| {
            let mut failures = failures.iter();
            let failure = failures.find(|(scenario, _)| *scenario == name);
            failure.map_or(Outcome::Worked, |(_, why)| Outcome::Failed((*why).to_owned()))
        };
        Row {
            client: client.to_owned(),
            version: "1.2.3".to_owned(),
            outcomes: COLUMNS.iter().map(|column| outcome(column.name)).collect(),
        }
    }

    #[test]
    fn page_names_the_reason_of_each_failure() {
        let mut second = row("go/b", &[("compile", "no")]);
        for outcome in &mut second.outcomes[2..] {
            *outcome = Outcome::NotTested;
        }
        let rows = [row("go/a", &[("nulls", "null"), ("list", "why")]), second];
        let known = "[[known]]\nclient = 'go/b'\nscenario = 'compile'\nreason = 'It is odd.'\nupstream = 'https://a.example/1'\n\
                     [[known]]\nclient = 'go/a'\nscenario = 'nulls'\nreason = 'It is null.'\nupstream = 'https://a.example/2'";
        insta::assert_snapshot!(page(&rows, &Known::read(known, &["go".to_owned()]).unwrap()));
    }
}
