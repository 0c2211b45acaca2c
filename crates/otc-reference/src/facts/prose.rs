//! Listed values, ranges, defaults and deprecation in the prose of a description.
//!
//! The patterns are those that the references use. Each sentence loses what a pattern understood; if the rest
//! still looks like a fact, the sentence is returned as unread.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::unread::{has_code, looks_like_a_fact, sentences};
use super::{Field, Limit, Limits};
use crate::page::{Block, Cell};
use crate::pattern;

macro_rules! patterns {
    ($($name:ident = $text:expr;)*) => {
        $(static $name: LazyLock<Regex> = LazyLock::new(|| pattern($text));)*
    };
}

/// A number of this name with optional thousands separators and emphasis.
macro_rules! number {
    ($name:literal) => {
        concat!(r"\**(?<", $name, r">-?\d+(?:,\d{3})*)\**")
    };
}

/// The unit after a number.
macro_rules! unit {
    () => {
        r"(?:\s+(?<unit>characters?|tag values|tags|keys|items|elements|entries)\b)?"
    };
}

patterns! {
    ASCII = r"(?i)(?:ASCII|none of them)([^.;(]*)\(\d+\s?[-–]\s?\d+\)";
    EXPLAINED = r"\*\*([A-Za-z0-9_.~-]+)\*\*:";
    VALUES = r"(?:[Pp]ossible values are|[Tt]he value can(?: also)? be|[Tt]he value must be|[Tt]he options are|only)\s+((?:[^.]|\.\S)*)";
    STRONG = r"\*\*([^*]+?)[.,]?\*\*";
    ENUM = r"Enum:\s*\[([^\]]*)\]";
    BARE_LIST = r"^[A-Za-z0-9_-]+(?:, [A-Za-z0-9_-]+)+$";
    VALUES_HINT = r"(?i)possible values|value can be|options are|enum:|one or more of the following";
    RANGE = concat!(number!("low"), r"\s*(?:to|through|~)\s*", number!("high"), unit!());
    BETWEEN = concat!(r"(?i)between\s+", number!("low"), r"\s+and\s+", number!("high"), unit!());
    BRACKETED = concat!(r"[(\[]\s*", number!("low"), r"\s*[-–—,]\s*", number!("high"), r"\s*[)\]]", unit!());
    NAMED_RANGE = concat!(r"(?i)(?:array )?(?:ranges?|length|value)(?: is)?:?\s*", number!("low"), r"\s*[-–—]\s*", number!("high"), unit!());
    NON_NEGATIVE = r"non-negative integer";
    CONDITIONAL_MAXIMUM = r"maximum length[^.]*characters[^.]*";
    CHARACTERS = r"(\d+) characters";
    MAXIMUM_LENGTH = concat!(r"(?i)maximum length(?: is)?:?\s*", number!("high"), r"(?:\s+characters?)?");
    MINIMUM_LENGTH = concat!(r"(?i)minimum length(?: is)?:?\s*", number!("low"), r"(?:\s+characters?)?");
    MAXIMUM = concat!(r"(?i)(?:(?:cannot|can not|must not|may not|not) exceed(?:ing)?|no (?:more|greater|larger) than|at most|up to|less than or equal to|(?:a )?maximum(?: value| number)?(?: is|:| of)+|≤|<=)\s*", number!("high"), unit!());
    MINIMUM = concat!(r"(?i)(?:at least|no (?:less|fewer|smaller) than|greater than or equal to|(?:a )?minimum(?: value| number)?(?: is|:| of)+|≥|>=)\s*", number!("low"), unit!());
    EXACT_LENGTH = r"(?:is|contains) (?<low>(?<high>\d+)) (?<unit>characters)";
    EMPTY_LIST = r"(cannot|may) be an empty list";
    RANGE_HINT = r"(?i)ranging|\d+ to \d+|from \d+|non-negative|\d+ characters|\d+ (?:tags|tag values|keys|items)\b|empty list";
    DEFAULT = r"(?i)(?:default value is|default value:|default is|default:|value defaults to|defaults to|not specified, the value is)\s*(?:\*\*)?([A-Za-z0-9_-]+)(?:\*\*)?";
    DEFAULT_HINT = r"(?i)default value|defaults to|default:";
    DEPRECATED_TITLE = r"(?i)\bdeprecated\b|[(\[（][^)]*\b(?:discontinued|discarded|abandoned|retired|withdrawn|obsolete)\b";
    DEPRECATED = r"(?i)\b(?:api|operation|interface|function|method|parameter|field|attribute)s? (?:has been|have been|is|are|was|will be) (?:now )?(?:deprecated|discontinued|discarded|abandoned|retired|withdrawn|obsolete|removed|(?:no longer (?:supported|maintained|recommended|available|updated)))|\(deprecated[^)]*\)|^\**deprecated\b|deprecated since|no longer (?:supported|maintained|recommended|available)";
}

/// Whether a text says that what it describes is deprecated.
pub(super) fn is_deprecated(text: &str) -> bool {
    DEPRECATED.is_match(text)
}

/// Whether the title of a page says that what it describes is deprecated.
pub(super) fn is_deprecated_title(title: &str) -> bool {
    DEPRECATED_TITLE.is_match(title)
}

/// Reads a description into the facts that it states of a field, and the sentences that are not understood.
pub(super) fn read(cell: &Cell) -> Result<(Field, Vec<String>), String> {
    let mut field = Field::default();
    let mut unread = Vec::new();
    let mut defaults = BTreeSet::new();
    for part in &cell.0 {
        let Some(text) = part.text() else { continue };
        let (plain, text) = (text.plain(), &text.0);
        let is_item = matches!(part, Block::Label(_));
        let is_value = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
        if is_item {
            let explained = EXPLAINED.captures(text).map(|captures| group(&captures, 1));
            if let Some(value) = explained.or(is_value(&plain).then(|| plain.clone())) {
                field.values.insert(value);
                if has_code(&EXPLAINED.replace(text, "")) && !is_value(&plain) {
                    unread.push(text.clone());
                }
                continue;
            }
        }
        if BARE_LIST.is_match(text) {
            field.values.extend(text.split(", ").map(str::to_owned));
            continue;
        }
        for sentence in sentences(text) {
            let mut rest = Rest(sentence.to_owned());
            field.deprecated |= rest.take(&DEPRECATED, |_| true);
            rest.values(&mut field.values);
            rest.defaults(&mut defaults);
            rest.limits(&mut field.limits);
            if VALUES_HINT.is_match(&rest.0) && field.values.is_empty() {
                // The values follow in the next paragraph, or they are not understood.
                rest.0.push_str(" values");
            }
            if RANGE_HINT.is_match(&rest.0) && field.limits.is_empty() {
                return Err(format!("states a range that is not understood: `{sentence}`"));
            }
            if DEFAULT_HINT.is_match(&rest.0) && defaults.is_empty() {
                return Err(format!("states a default that is not understood: `{sentence}`"));
            }
            if is_item || looks_like_a_fact(&rest.0) {
                unread.push(sentence.to_owned());
            }
        }
    }
    let all: Vec<&str> = cell.texts().map(|text| text.0.as_str()).collect();
    if field.values.is_empty() && VALUES_HINT.is_match(&all.join(" ")) {
        return Err("lists values that are not understood".to_owned());
    }
    field.default = (!defaults.is_empty()).then(|| defaults.into_iter().collect::<Vec<_>>().join(" or "));
    Ok((field, unread))
}

/// What is left of a sentence.
struct Rest(String);

impl Rest {
    /// Removes what matches and is understood. Returns whether something was.
    fn take(&mut self, pattern: &Regex, mut understand: impl FnMut(&Captures<'_>) -> bool) -> bool {
        let mut taken = false;
        let rest = pattern.replace_all(&self.0, |captures: &Captures<'_>| {
            let understood = understand(captures);
            taken |= understood;
            if understood { " ".to_owned() } else { group(captures, 0) }
        });
        self.0 = rest.into_owned();
        taken
    }

    /// Keeps a part of what was removed if there is something in it that was not understood.
    fn keep_code(&mut self, passed_over: &str) {
        if has_code(passed_over) {
            self.0.push_str(passed_over);
        }
    }

    fn values(&mut self, values: &mut BTreeSet<String>) {
        self.take(&EXPLAINED, |captures| {
            values.insert(group(captures, 1));
            true
        });
        let mut passed_over = String::new();
        self.take(&VALUES, |captures| {
            // `only` introduces a value if the sentence says `supported`. Of an integer the sentence gives a
            // range.
            let whole = group(captures, 0);
            if whole.contains("integer") || whole.starts_with("only") && !whole.contains("supported") {
                return false;
            }
            let list = group(captures, 1);
            let any = STRONG.is_match(&list);
            if any {
                values.extend(STRONG.captures_iter(&list).map(|value| group(&value, 1)));
                passed_over.push_str(&STRONG.replace_all(&list, " "));
            }
            any
        });
        self.take(&ENUM, |captures| {
            let list = group(captures, 1);
            values.extend(list.split(',').map(|value| value.trim().to_owned()));
            true
        });
        self.keep_code(&passed_over);
    }

    fn defaults(&mut self, defaults: &mut BTreeSet<String>) {
        self.take(&DEFAULT, |captures| {
            let value = group(captures, 1);
            defaults.insert(match value.to_lowercase().as_str() {
                lower @ ("true" | "false") => lower.to_owned(),
                _ => value,
            })
        });
    }

    fn limits(&mut self, limits: &mut Limits) {
        let mut passed_over = String::new();
        self.take(&ASCII, |captures| {
            passed_over.push_str(&group(captures, 1));
            true
        });
        for pattern in [&RANGE, &BETWEEN, &BRACKETED, &NAMED_RANGE, &MAXIMUM_LENGTH, &MINIMUM_LENGTH] {
            self.bounds(pattern, limits);
        }
        self.take(&NON_NEGATIVE, |_| {
            limits.add(Limit::Minimum, 0);
            true
        });
        self.take(&CONDITIONAL_MAXIMUM, |captures| {
            let whole = group(captures, 0);
            let lengths = CHARACTERS.captures_iter(&whole);
            for length in lengths.filter_map(|found| number(&group(&found, 1))) {
                limits.add(Limit::MaxLength, length);
            }
            passed_over.push_str(&CHARACTERS.replace_all(&whole, " "));
            true
        });
        for pattern in [&MINIMUM, &MAXIMUM, &EXACT_LENGTH] {
            self.bounds(pattern, limits);
        }
        self.take(&EMPTY_LIST, |captures| {
            if group(captures, 1) == "cannot" {
                limits.add(Limit::MinItems, 1);
            }
            true
        });
        self.keep_code(&passed_over);
    }

    /// Takes numbers that are a lower bound, an upper bound, or both.
    fn bounds(&mut self, pattern: &Regex, limits: &mut Limits) {
        let sentence = self.0.clone();
        self.take(pattern, |captures| {
            let whole = group(captures, 0).to_lowercase();
            let unit = captures.name("unit").map(|unit| unit.as_str());
            let kinds = if whole.starts_with("array") {
                [Limit::MinItems, Limit::MaxItems]
            } else if whole.contains("length") || unit.is_some_and(|unit| unit.starts_with("character")) {
                [Limit::MinLength, Limit::MaxLength]
            } else if unit.is_some() {
                [Limit::MinItems, Limit::MaxItems]
            } else {
                [Limit::Minimum, Limit::Maximum]
            };
            let [low, high] = ["low", "high"].map(|name| captures.name(name));
            let numbers = [low, high].map(|found| found.and_then(|found| number(found.as_str())));
            let understood = match numbers {
                [Some(low), Some(high)] => {
                    low <= high && (low, high) != (0, 9) && is_alone(captures, &sentence)
                }
                [number, other] => number.or(other).is_some() && (low.is_none() || high.is_none()),
            };
            for (limit, number) in kinds.into_iter().zip(numbers).filter(|_| understood) {
                number.into_iter().for_each(|number| limits.add(limit, number));
            }
            understood
        });
    }
}

/// Whether the match is not part of a time, a date or a version.
fn is_alone(captures: &Captures<'_>, sentence: &str) -> bool {
    let joins = |c: char| c == ':' || c == '-' || c.is_alphanumeric();
    captures.get(0).is_some_and(|whole| {
        let before = sentence.get(..whole.start()).and_then(|rest| rest.chars().next_back());
        let mut after = sentence.get(whole.end()..).unwrap_or_default().chars();
        let after = after.next().filter(|c| *c != '.').or(after.next().filter(char::is_ascii_digit));
        !before.is_some_and(|c| joins(c) || c == '.') && !after.is_some_and(joins)
    })
}

fn group(captures: &Captures<'_>, index: usize) -> String {
    captures.get(index).map(|found| found.as_str().trim().to_owned()).unwrap_or_default()
}

fn number(text: &str) -> Option<i64> {
    text.replace(',', "").parse().ok()
}
