//! Names that CBR accepts.

use std::collections::HashSet;

/// The longest name of a policy or vault in CBR.
const MAX: usize = 64;

/// The names that were given to policies, or to vaults, of a project.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<String>);

impl Names {
    /// Returns a free name that CBR accepts, as close to `wanted` as possible, or to `fallback` if no character of `wanted`
    /// can be used.
    pub(super) fn give(&mut self, wanted: &str, fallback: &str) -> String {
        let cleaned = cleaned(wanted);
        // A name of hyphens alone says nothing, and as an argument it would be an option.
        let name = match cleaned.trim_start_matches('-') {
            "" => shortened(fallback, ""),
            name => shortened(name, ""),
        };
        self.free(name)
    }

    /// The same for one of several with the same beginning, which CBR accepts.
    pub(super) fn give_numbered(&mut self, beginning: &str, number: usize) -> String {
        self.free(shortened(beginning, &format!("-{number}")))
    }

    /// The name, with a number behind it if it was given before.
    fn free(&mut self, name: String) -> String {
        let numbered = (2_u32..).map(|number| shortened(&name, &format!("-{number}")));
        let mut candidates = std::iter::once(name.clone()).chain(numbered);
        // There are more numbers than policies.
        let free = candidates.find(|candidate| !self.0.contains(candidate)).unwrap_or(name);
        self.0.insert(free.clone());
        free
    }
}

/// The text with `-` for each character that CBR does not accept.
fn cleaned(text: &str) -> String {
    let accepted = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    text.chars().map(|character| if accepted(character) { character } else { '-' }).collect()
}

/// The beginning of an ASCII text, followed by a suffix, with at most as many characters as a name may have.
fn shortened(text: &str, suffix: &str) -> String {
    let end = text.len().min(MAX - suffix.len());
    format!("{}{suffix}", &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn give(wanted: &[&str]) -> Vec<String> {
        let mut names = Names::default();
        wanted.iter().map(|name| names.give(name, "policy-1")).collect()
    }

    #[test]
    fn accepted_names_stay_and_others_are_cleaned() {
        assert_eq!(
            give(&["nightly", "Week_ly-2", "täglich 1", "a\"b${c}\n\u{1b}", "--all", "", "Ü", "日本"]),
            ["nightly", "Week_ly-2", "t-glich-1", "a-b--c---", "all", "policy-1", "policy-1-2", "policy-1-3"]
        );
    }

    #[test]
    fn names_are_unique_after_cleaning() {
        assert_eq!(give(&["a b", "a-b", "a.b", "a-b-2"]), ["a-b", "a-b-2", "a-b-3", "a-b-2-2"]);
    }

    #[test]
    fn name_has_at_most_64_characters() {
        let long = "a".repeat(65);
        let (first, second) = ("a".repeat(64), format!("{}-2", "a".repeat(62)));
        assert_eq!(give(&[&long, &long]), [first, second]);
    }
}
