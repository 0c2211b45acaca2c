//! Sets of characters.

use std::fmt;

/// A set of characters, such as "letters, digits, `_` and `-`".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Characters {
    /// The first and the last character of each range.
    ranges: &'static [(char, char)],
    /// Whether the set is everything outside the ranges.
    is_negated: bool,
}

impl Characters {
    /// All characters.
    pub const ANY: Self = Self::except(&[]);

    /// The characters in these ranges, each with its first and its last character.
    pub const fn of(ranges: &'static [(char, char)]) -> Self {
        Self { ranges, is_negated: false }
    }

    /// The characters outside these ranges.
    pub const fn except(ranges: &'static [(char, char)]) -> Self {
        Self { ranges, is_negated: true }
    }

    /// Whether the character is in the set.
    pub fn contains(&self, character: char) -> bool {
        let is_in_range = |(first, last): &(char, char)| (*first..=*last).contains(&character);
        self.ranges.iter().any(is_in_range) != self.is_negated
    }
}

/// In words, for example "ASCII letters, digits, `_` and `-`".
impl fmt::Display for Characters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let upper_case = self.ranges.contains(&('A', 'Z'));
        let lower_case = self.ranges.contains(&('a', 'z'));
        let has_letters = upper_case && lower_case;
        let words = self.ranges.iter().filter_map(|range| match range {
            ('A', 'Z') if has_letters => Some("ASCII letters".to_owned()),
            ('a', 'z') if has_letters => None,
            ('0', '9') => Some("digits".to_owned()),
            ('\0', '\x1F') => Some("control characters".to_owned()),
            (first, last) if first == last => Some(format!("`{}`", shown(*first))),
            (first, last) => Some(format!("`{}` to `{}`", shown(*first), shown(*last))),
        });
        let words = listed(&words.collect::<Vec<_>>());
        match (self.is_negated, words.as_str()) {
            (true, "") => f.write_str("all characters"),
            (true, words) => write!(f, "all characters except {words}"),
            (false, "") => f.write_str("no characters"),
            (false, words) => f.write_str(words),
        }
    }
}

/// A character as a message shows it: escaped if it would break the line or not be visible.
pub(super) fn shown(character: char) -> String {
    match character {
        '\\' | '"' | '\'' => character.to_string(),
        character => character.escape_debug().to_string(),
    }
}

/// `a`, `b` and `c`.
pub(super) fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [word] => word.clone(),
        [words @ .., last] => format!("{} and {last}", words.join(", ")),
    }
}
