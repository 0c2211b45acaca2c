//! Listed values, ranges and defaults where a description holds them in prose.
//!
//! The patterns are those the reference uses. A description that sounds like one of them and matches none is an
//! error, so that a new way of putting it is noticed and not passed over.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::super::page::{Cell, CellPart};
use super::{Limit, Limits};

/// What a description says in numbers and values.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) values: BTreeSet<String>,
    pub(crate) limits: Limits,
    pub(crate) default: Option<String>,
}

/// A pattern of ours. One that does not compile is a mistake that the tests of this module show.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

macro_rules! patterns {
    ($($name:ident = $text:expr;)*) => {
        $(static $name: LazyLock<Option<Regex>> = LazyLock::new(|| pattern($text));)*
    };
}

patterns! {
    EXPLAINED = r"\*\*([A-Za-z0-9_.~-]+)\*\*:";
    VALUES_SENTENCE = r"(?:[Pp]ossible values are|[Tt]he value can be|[Tt]he value must be|[Tt]he options are|only)\s+((?:[^.]|\.\S)*)";
    STRONG = r"\*\*([^*]+?)[.,]?\*\*";
    ENUM = r"Enum:\s*\[([^\]]*)\]";
    BARE_LIST = r"^[A-Za-z0-9_-]+(?:, [A-Za-z0-9_-]+)+$";
    VALUES_HINT = r"(?i)possible values|value can be|options are|enum:|one or more of the following";
    RANGE = r"(?:from |between |\()(?:\*\*)?(-?\d+)(?:\*\*)? (?:to|and) (?:\*\*)?(-?\d+)(?:\*\*)?( characters)?";
    NON_NEGATIVE = r"non-negative integer";
    RANGE_HINT = r"(?i)ranging|\d+ to \d+|from \d+|non-negative|greater than or equal|less than or equal";
    LENGTHS = r"(\d+) to (\d+) characters";
    MAX_LENGTH = r"(?:up to|a maximum of) (\d+) characters";
    CONDITIONAL_MAX_LENGTH = r"maximum length[^.]*";
    EXACT_LENGTH = r"(?:is|contains) (\d+) characters";
    CHARACTERS = r"(\d+) characters";
    MAX_ITEMS = r"(?:maximum of|up to) (\d+) (?:tags|tag values|keys|items)";
    ITEMS_HINT = r"(?i)\d+ (?:tags|tag values|keys|items)|empty list";
    NOT_EMPTY = r"cannot be an empty list";
    DEFAULT = r"(?i)(?:default value is|value defaults to|not specified, the value is) (?:\*\*)?([A-Za-z0-9_-]+)";
    DEFAULT_HINT = r"(?i)default value|defaults to|default:";
}

fn found(pattern: &Option<Regex>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|regex| regex.is_match(text))
}

fn each<'t>(pattern: &'t Option<Regex>, text: &'t str) -> impl Iterator<Item = Captures<'t>> {
    pattern.iter().flat_map(|regex| regex.captures_iter(text))
}

fn group(captures: &Captures<'_>, index: usize) -> String {
    captures
        .get(index)
        .map(|found| found.as_str().trim().to_owned())
        .unwrap_or_default()
}

fn number(captures: &Captures<'_>, index: usize) -> Option<i64> {
    group(captures, index).parse().ok()
}

/// Reads a description.
pub(crate) fn read(cell: &Cell) -> Result<Said, String> {
    let mut paragraphs = Vec::new();
    let mut bullets = Vec::new();
    for part in &cell.parts {
        match part {
            CellPart::Paragraph(text) => paragraphs.push(text.0.as_str()),
            CellPart::Bullet(text) => bullets.push(text.0.as_str()),
            CellPart::Note(_) => {}
        }
    }
    let prose = paragraphs.join(" ¶ ");
    let mut said = Said {
        values: values(&paragraphs, &bullets, &prose)?,
        ..Said::default()
    };
    limits(&prose, &mut said.limits)?;
    said.default = default(&prose)?;
    Ok(said)
}

fn values(paragraphs: &[&str], bullets: &[&str], prose: &str) -> Result<BTreeSet<String>, String> {
    let mut values = BTreeSet::new();
    for bullet in bullets {
        let value = each(&EXPLAINED, bullet)
            .next()
            .map(|captures| group(&captures, 1))
            .unwrap_or_else(|| bullet.replace("**", ""));
        if value.is_empty() || value.contains(char::is_whitespace) {
            return Err(format!("the list item `{bullet}` is not a value"));
        }
        values.insert(value);
    }
    values.extend(each(&EXPLAINED, prose).map(|captures| group(&captures, 1)));
    for sentence in each(&VALUES_SENTENCE, prose) {
        // `only` introduces a value where the sentence ends in `supported`, and nothing where it does not; of an
        // integer the sentence gives a range, not values.
        let whole = group(&sentence, 0);
        if whole.contains("integer") || whole.starts_with("only") && !whole.contains("supported") {
            continue;
        }
        values.extend(each(&STRONG, &group(&sentence, 1)).map(|captures| group(&captures, 1)));
    }
    for listed in each(&ENUM, prose) {
        values.extend(group(&listed, 1).split(',').map(|value| value.trim().to_owned()));
    }
    for paragraph in paragraphs.iter().filter(|text| found(&BARE_LIST, text)) {
        values.extend(paragraph.split(", ").map(str::to_owned));
    }
    if values.is_empty() && found(&VALUES_HINT, prose) {
        return Err("sounds as if it listed values, but none could be read".to_owned());
    }
    Ok(values)
}

fn limits(prose: &str, limits: &mut Limits) -> Result<(), String> {
    let mut add = |limit, number: Option<i64>| {
        if let Some(number) = number {
            limits.add(limit, number);
        }
    };
    for captures in each(&RANGE, prose).filter(|captures| captures.get(3).is_none()) {
        add(Limit::Minimum, number(&captures, 1));
        add(Limit::Maximum, number(&captures, 2));
    }
    if found(&NON_NEGATIVE, prose) {
        add(Limit::Minimum, Some(0));
    }
    for captures in each(&LENGTHS, prose) {
        add(Limit::MinLength, number(&captures, 1));
        add(Limit::MaxLength, number(&captures, 2));
    }
    for captures in each(&MAX_LENGTH, prose) {
        add(Limit::MaxLength, number(&captures, 1));
    }
    let mut conditional = false;
    for sentence in each(&CONDITIONAL_MAX_LENGTH, prose) {
        conditional = true;
        for captures in each(&CHARACTERS, &group(&sentence, 0)) {
            add(Limit::MaxLength, number(&captures, 1));
        }
    }
    if !conditional {
        for captures in each(&EXACT_LENGTH, prose) {
            add(Limit::MinLength, number(&captures, 1));
            add(Limit::MaxLength, number(&captures, 1));
        }
    }
    for captures in each(&MAX_ITEMS, prose) {
        add(Limit::MaxItems, number(&captures, 1));
    }
    if found(&NOT_EMPTY, prose) {
        add(Limit::MinItems, Some(1));
    }
    let has = |wanted: [Limit; 2]| wanted.iter().any(|limit| limits.0.contains_key(limit));
    let any_range = has([Limit::Minimum, Limit::Maximum]) || has([Limit::MinLength, Limit::MaxLength]);
    let missed = (found(&RANGE_HINT, prose) && !any_range)
        || (found(&CHARACTERS, prose) && !has([Limit::MinLength, Limit::MaxLength]))
        || (found(&ITEMS_HINT, prose) && !has([Limit::MinItems, Limit::MaxItems]));
    if missed {
        return Err("sounds as if it gave a range, but none could be read".to_owned());
    }
    Ok(())
}

fn default(prose: &str) -> Result<Option<String>, String> {
    let defaults: BTreeSet<String> = each(&DEFAULT, prose)
        .map(|captures| group(&captures, 1))
        .map(|value| match value.to_lowercase().as_str() {
            lower @ ("true" | "false") => lower.to_owned(),
            _ => value,
        })
        .collect();
    if defaults.is_empty() && found(&DEFAULT_HINT, prose) {
        return Err("sounds as if it gave a default, but none could be read".to_owned());
    }
    Ok((!defaults.is_empty()).then(|| defaults.into_iter().collect::<Vec<_>>().join(" or ")))
}
