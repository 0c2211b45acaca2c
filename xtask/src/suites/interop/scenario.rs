//! What a client has to do, and how it went.

use std::collections::BTreeMap;

/// A column of the table: its name in the lines of a program and in known.toml, and its title.
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
}

pub(super) const GENERATE: &str = "generate";
pub(super) const COMPILE: &str = "compile";

const fn column(name: &'static str, title: &'static str) -> Column {
    Column { name, title }
}

/// In the order in which they happen. All but the first two are scenarios of the programs.
pub(super) const COLUMNS: [Column; 11] = [
    column(GENERATE, "generate"),
    column(COMPILE, "compile"),
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
    /// Why not.
    Failed(String),
    /// Something before it failed, or there is no compiler.
    NotTried,
}

/// What a program said: `ok NAME` or `fail NAME: why` of each scenario, and whatever else.
pub(super) fn outcomes(said: &str) -> BTreeMap<&'static str, Outcome> {
    let mut outcomes = BTreeMap::new();
    for column in &COLUMNS[2..] {
        let lines = said.lines().map(str::trim);
        let found = lines.filter_map(|line| outcome(line, column.name)).next_back();
        let missing = || Outcome::Failed("the program says nothing of it".to_owned());
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
    fn what_a_program_says_is_understood() {
        let said =
            "Warning: nothing\nok login\r\nfail list: status 500: oh no\nok nulls-and-more\nfail html-503\n";
        let outcomes = outcomes(said);
        assert_eq!(outcomes["login"], Outcome::Worked);
        assert_eq!(outcomes["list"], Outcome::Failed("status 500: oh no".to_owned()));
        for missing in ["nulls", "html-503", "unknown-field"] {
            let Outcome::Failed(why) = &outcomes[missing] else {
                unreachable!("{missing} was not said");
            };
            assert!(why.contains("says nothing"), "{why}");
        }
        assert_eq!(outcomes.len(), COLUMNS.len() - 2);
    }
}
