//! The rules, by theme.

mod examples;
mod names;
mod operations;
mod parameters;
mod prose;
mod references;
mod responses;
mod scalars;
mod service;
mod shapes;
mod values;

use std::fmt;

use super::document::Document;
use super::path::Path;

/// What a rule refuses, where, and what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) rule: &'static str,
    pub(crate) line: usize,
    pub(crate) path: Path,
    pub(crate) message: String,
}

/// Begins with the line, so that the name of a file can be put before it.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            rule,
            line,
            path,
            message,
        } = self;
        write!(f, "{line}: {path}: {message} [{rule}]")
    }
}

/// What a check finds; the rule's name and, where the check does not know it, the line are added later.
#[derive(Debug)]
pub(crate) struct Refusal {
    path: Path,
    line: Option<usize>,
    message: String,
}

fn refuse(path: Path, message: impl Into<String>) -> Refusal {
    Refusal {
        path,
        line: None,
        message: message.into(),
    }
}

/// A rule and the name by which people speak of it.
pub(crate) struct Rule {
    pub(crate) id: &'static str,
    check: fn(&Document<'_>) -> Vec<Refusal>,
}

impl Rule {
    pub(crate) fn findings(&self, document: &Document<'_>) -> Vec<Finding> {
        let refusals = (self.check)(document).into_iter();
        refusals
            .map(|refusal| Finding {
                rule: self.id,
                line: refusal
                    .line
                    .unwrap_or_else(|| document.source.line(&refusal.path)),
                path: refusal.path,
                message: refusal.message,
            })
            .collect()
    }
}

/// Every rule.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    [
        scalars::RULES,
        service::RULES,
        operations::RULES,
        responses::RULES,
        parameters::RULES,
        references::RULES,
        shapes::RULES,
        values::RULES,
        names::RULES,
        prose::RULES,
        examples::RULES,
    ]
    .into_iter()
    .flatten()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use crate::lint::testing;

    #[test]
    fn names_are_unique_and_readable() {
        let mut seen = HashSet::new();
        for rule in super::all() {
            assert!(seen.insert(rule.id), "{} twice", rule.id);
            let readable = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(rule.id.chars().all(readable), "{}", rule.id);
        }
    }

    #[test]
    fn every_rule_passes_a_good_document() {
        assert_eq!(testing::found(testing::GOOD), []);
    }

    #[test]
    fn every_rule_is_seen_to_refuse() {
        let cases = [
            super::scalars::tests::CASES,
            super::service::tests::CASES,
            super::operations::tests::CASES,
            super::responses::tests::CASES,
            super::parameters::tests::CASES,
            super::references::tests::CASES,
            super::shapes::tests::CASES,
            super::values::tests::CASES,
            super::names::tests::CASES,
            super::prose::tests::CASES,
            super::examples::tests::CASES,
        ];
        let refusing: HashSet<_> = cases
            .into_iter()
            .flatten()
            .flat_map(|case| case.finds)
            .map(|(rule, _)| *rule)
            .collect();
        let all: HashSet<_> = super::all().map(|rule| rule.id).collect();
        assert_eq!(all, refusing);
    }
}
