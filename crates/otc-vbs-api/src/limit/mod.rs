//! The service's limits for requests: lengths and characters of texts, ranges of numbers, sizes of lists.
//!
//! The module [`limits`](crate::limits) has one value for each limit of the document.

mod characters;
mod tag_change;
mod violation;

pub use characters::Characters;
pub use violation::{Violation, ViolationKind, excerpt};

/// The limits of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TextLimit {
    /// The smallest number of characters.
    pub min: usize,
    /// The largest number of characters. `None` if the length is not limited.
    pub max: Option<usize>,
    /// The characters that the text may consist of.
    pub characters: Characters,
    /// The text must not begin with this.
    pub reserved_prefix: Option<&'static str>,
}

impl TextLimit {
    /// Checks a text. `name` is its name in the violation, for example "backup name".
    ///
    /// The length is counted in characters.
    ///
    /// # Errors
    ///
    /// If the text violates a limit.
    pub fn check(&self, name: &str, value: &str) -> Result<(), Violation> {
        let length = value.chars().count();
        if length < self.min {
            return Err(Violation::too_short(name, value, self));
        }
        if let Some(max) = self.max.filter(|max| length > *max) {
            return Err(Violation::too_long(name, value, max));
        }
        if let Some(character) = value.chars().find(|c| !self.characters.contains(*c)) {
            return Err(Violation::character(name, value, character, &self.characters));
        }
        match self.reserved_prefix {
            Some(prefix) if value.starts_with(prefix) => Err(Violation::reserved_prefix(name, value, prefix)),
            _ => Ok(()),
        }
    }

    /// Checks a text that may be absent.
    ///
    /// # Errors
    ///
    /// If there is a text and it violates a limit.
    pub fn check_optional(&self, name: &str, value: Option<&str>) -> Result<(), Violation> {
        value.map_or(Ok(()), |value| self.check(name, value))
    }
}

/// The range of a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NumberRange {
    /// The smallest number. `None` if there is no lower limit.
    pub min: Option<i64>,
    /// The largest number. `None` if there is no upper limit.
    pub max: Option<i64>,
}

impl NumberRange {
    /// Whether the number is in the range.
    pub fn contains(&self, value: impl Into<i128>) -> bool {
        let value = value.into();
        self.min.is_none_or(|min| value >= min.into()) && self.max.is_none_or(|max| value <= max.into())
    }

    /// Checks a number. `name` is its name in the violation, for example "frequency".
    ///
    /// # Errors
    ///
    /// If the number is out of range.
    pub fn check(&self, name: &str, value: impl Into<i128>) -> Result<(), Violation> {
        let value = value.into();
        match self.contains(value) {
            true => Ok(()),
            false => Err(Violation::out_of_range(name, &value.to_string(), *self)),
        }
    }

    /// Checks a number that may be absent.
    ///
    /// # Errors
    ///
    /// If there is a number and it is out of range.
    pub fn check_optional(&self, name: &str, value: Option<impl Into<i128>>) -> Result<(), Violation> {
        value.map_or(Ok(()), |value| self.check(name, value))
    }

    /// Checks a number that is written as text, in decimal digits only, and returns it.
    ///
    /// # Errors
    ///
    /// If the text is not such a number, or if the number is out of range.
    pub fn check_text(&self, name: &str, value: &str) -> Result<i64, Violation> {
        let is_decimal = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        match value.parse::<i64>() {
            Ok(number) if is_decimal && self.contains(number) => Ok(number),
            _ => {
                let shown = format!("`{}`", violation::excerpt(value));
                Err(Violation::out_of_range(name, &shown, *self))
            }
        }
    }

    /// Checks a number that is written as text and may be absent, and returns it.
    ///
    /// # Errors
    ///
    /// If there is a text and it is not a number in the range.
    pub fn check_optional_text(&self, name: &str, value: Option<&str>) -> Result<Option<i64>, Violation> {
        value.map(|value| self.check_text(name, value)).transpose()
    }
}

/// The limits of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListLimit {
    /// The smallest number of items.
    pub min: usize,
    /// The largest number of items. `None` if there is no upper limit.
    pub max: Option<usize>,
    /// Whether an item may be in the list only once. Items with a key are the same if their keys are.
    pub is_unique: bool,
}

impl ListLimit {
    /// Checks the number of items. `name` is the name of the member, for example `tags_any`.
    ///
    /// # Errors
    ///
    /// If the list has too few or too many items.
    pub fn check(&self, name: &str, count: usize) -> Result<(), Violation> {
        if count < self.min {
            return Err(Violation::too_few(name, count, self.min));
        }
        match self.max {
            Some(max) if count > max => Err(Violation::too_many(name, count, max)),
            _ => Ok(()),
        }
    }

    /// Checks that no item is in the list twice, by the keys of the items.
    ///
    /// # Errors
    ///
    /// If two keys are the same and each item may be in the list only once.
    pub fn check_keys<K: Ord + AsRef<str>>(
        &self,
        name: &str,
        keys: impl IntoIterator<Item = K>,
    ) -> Result<(), Violation> {
        let mut seen = std::collections::BTreeSet::new();
        let mut keys = keys.into_iter();
        match keys.find_map(|key| seen.replace(key)) {
            Some(key) if self.is_unique => Err(Violation::duplicate(name, key.as_ref())),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
