//! The scenarios that a client runs, and their outcomes.

use std::collections::BTreeMap;

/// A column of the table: its name in the lines of a program and in known.toml, and its title.
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
}

const fn column(name: &'static str, title: &'static str) -> Column {
    Column { name, title }
}

/// In the order of the steps. All but the first two are scenarios of the programs.
pub(super) const COLUMNS: [Column; 11] = [
    column("generate", "generate"),
    column("compile", "compile"),
    column("login", "log in"),
    column("list", "list"),
    column("create-delete", "create, delete"),
    column("unknown-status", "unknown status"),
    column("zoneless-time", "time without zone"),
    column("nulls", "nulls"),
    column("unknown-field", "unknown field"),
    column("documented-error", "documented error"),
    column("html-503", "HTML 503"),
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Worked,
    /// The reason.
    Failed(String),
    /// An earlier step failed, or there is no compiler.
    NotTested,
}

/// Reads the output of a program: a line `ok NAME` or `fail NAME: why` for each scenario, and any other lines.
pub(super) fn outcomes(output: &str) -> BTreeMap<&'static str, Outcome> {
    let mut outcomes = BTreeMap::new();
    for column in &COLUMNS[2..] {
        let lines = output.lines().map(str::trim);
        let found = lines.filter_map(|line| outcome(line, column.name)).next_back();
        let missing = || Outcome::Failed("the program printed no result".to_owned());
        outcomes.insert(column.name, found.unwrap_or_else(missing));
    }
    outcomes
}

fn outcome(line: &str, scenario: &str) -> Option<Outcome> {
    if line.strip_prefix("ok ") == Some(scenario) {
        return Some(Outcome::Worked);
    }
    let why = line.strip_prefix("fail ")?.strip_prefix(scenario)?;
    Some(Outcome::Failed(why.strip_prefix(": ")?.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_of_a_program_is_read() {
        let output =
            "Warning: nothing\nok login\r\nfail list: status 500: oh no\nok nulls-and-more\nfail html-503\n";
        let outcomes = outcomes(output);
        assert_eq!(outcomes["login"], Outcome::Worked);
        assert_eq!(outcomes["list"], Outcome::Failed("status 500: oh no".to_owned()));
        for missing in ["nulls", "html-503", "unknown-field"] {
            let Outcome::Failed(why) = &outcomes[missing] else {
                unreachable!("{missing} has no result");
            };
            assert!(why.contains("no result"), "{why}");
        }
        assert_eq!(outcomes.len(), COLUMNS.len() - 2);
    }
}
