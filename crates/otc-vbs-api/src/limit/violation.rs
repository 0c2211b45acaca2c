//! The violation of a limit.

use std::fmt;

use super::characters::{listed, shown};
use super::{Characters, NumberRange, TextLimit};

/// A value that the service would refuse, and the limit that it violates.
///
/// Its text names the value, the limit and, if the value is part of another one, where it is:
/// ``` `tags[0]`: the key `a/b` contains `/`; ASCII letters, digits, `_` and `-` are allowed```.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    kind: ViolationKind,
    /// The path of the value. Empty if it is not part of another one.
    path: String,
    problem: String,
}

/// The kind of limit that a value violates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ViolationKind {
    /// The text is too short, for example empty.
    TooShort,
    /// The text is too long.
    TooLong,
    /// The text contains this character.
    Character(char),
    /// The text begins with a prefix that is reserved for the service.
    ReservedPrefix,
    /// The number is out of range, or the text is not a number.
    OutOfRange,
    /// The list has too many items.
    TooMany,
    /// The list has an item twice.
    Duplicate,
    /// The list has no items, or the object no members.
    Empty,
    /// The value is required.
    Missing,
}

impl Violation {
    /// The kind of limit that is violated.
    pub fn kind(&self) -> ViolationKind {
        self.kind
    }

    fn new(kind: ViolationKind, problem: String) -> Self {
        Self { kind, path: String::new(), problem }
    }

    /// Returns the violation as one of a member of another object.
    pub(crate) fn in_member(mut self, member: &str) -> Self {
        self.path = match self.path.as_str() {
            "" => member.to_owned(),
            path => format!("{member}.{path}"),
        };
        self
    }

    /// Returns the violation as one of an item of a list.
    pub(crate) fn in_item(self, list: &str, index: usize) -> Self {
        self.in_member(&format!("{list}[{index}]"))
    }

    pub(super) fn too_short(name: &str, value: &str, limit: &TextLimit) -> Self {
        let min = limit.min;
        let problem = match (value, limit.max) {
            ("", Some(max)) => format!("the {name} is empty; it needs {min} to {max} characters"),
            ("", None) => format!("the {name} is empty; it needs at least {}", characters(min)),
            _ => format!(
                "the {name} `{}` has {}; at least {min} are required",
                excerpt(value),
                characters(value.chars().count())
            ),
        };
        Self::new(ViolationKind::TooShort, problem)
    }

    pub(super) fn too_long(name: &str, value: &str, max: usize) -> Self {
        let problem = format!(
            "the {name} `{}` has {}; at most {max} are allowed",
            excerpt(value),
            characters(value.chars().count()),
        );
        Self::new(ViolationKind::TooLong, problem)
    }

    pub(super) fn character(name: &str, value: &str, character: char, allowed: &Characters) -> Self {
        let problem =
            format!("the {name} `{}` contains `{}`; {allowed} are allowed", excerpt(value), shown(character));
        Self::new(ViolationKind::Character(character), problem)
    }

    pub(super) fn reserved_prefix(name: &str, value: &str, prefix: &str) -> Self {
        let problem = format!(
            "the {name} `{}` begins with `{prefix}`, which is reserved for the service; choose another one",
            excerpt(value)
        );
        Self::new(ViolationKind::ReservedPrefix, problem)
    }

    /// `value` is the number as the text shows it.
    pub(super) fn out_of_range(name: &str, value: &str, range: NumberRange) -> Self {
        let allowed = match (range.min, range.max) {
            (Some(min), Some(max)) => format!("from {min} to {max}"),
            (Some(min), None) => format!("of at least {min}"),
            (None, Some(max)) => format!("of at most {max}"),
            (None, None) => "of 64 bits".to_owned(),
        };
        let problem = format!("the {name} is {value}; it must be a whole number {allowed}");
        Self::new(ViolationKind::OutOfRange, problem)
    }

    pub(super) fn too_few(name: &str, count: usize, min: usize) -> Self {
        let problem = match count {
            0 => format!("the list `{name}` is empty; add an item, or leave the list out"),
            _ => format!("the list `{name}` has {count} items; at least {min} are required"),
        };
        Self::new(ViolationKind::Empty, problem)
    }

    pub(super) fn too_many(name: &str, count: usize, max: usize) -> Self {
        let problem = format!("the list `{name}` has {count} items; at most {max} are allowed");
        Self::new(ViolationKind::TooMany, problem)
    }

    pub(super) fn duplicate(name: &str, key: &str) -> Self {
        let problem = format!("the list `{name}` contains `{}` twice; list it once", excerpt(key));
        Self::new(ViolationKind::Duplicate, problem)
    }

    /// An object that needs at least one member and has none.
    pub(crate) fn empty(members: &[&str]) -> Self {
        let members: Vec<String> = members.iter().map(|member| format!("`{member}`")).collect();
        let problem = format!("nothing is set; set at least one of {}", listed(&members));
        Self::new(ViolationKind::Empty, problem)
    }

    /// `why` is the subject of "requires it": the reason why the value is required.
    pub(super) fn missing(name: &str, why: &str) -> Self {
        let problem = format!("the {name} is missing; {why} requires it");
        Self::new(ViolationKind::Missing, problem)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.problem),
            path => write!(f, "`{path}`: {}", self.problem),
        }
    }
}

impl std::error::Error for Violation {}

fn characters(count: usize) -> String {
    match count {
        1 => "1 character".to_owned(),
        _ => format!("{count} characters"),
    }
}

/// The beginning of a text, with control characters escaped.
pub fn excerpt(text: &str) -> String {
    const MAX: usize = 40;
    let excerpt: String = text.chars().take(MAX).map(shown).collect();
    match text.chars().nth(MAX) {
        Some(_) => excerpt + "…",
        None => excerpt,
    }
}
