//! Times, schedules, error codes and foreign text as people read and write them. Pure: nothing here asks for the
//! time, reads a variable or prints.

pub(crate) mod explain;
pub(crate) mod schedule;
pub(crate) mod text;
pub(crate) mod time;

use std::collections::BTreeSet;

/// The similarity (0 to 1, Jaro-Winkler) from which a word may be a misspelling of another.
const SIMILAR: f64 = 0.75;

/// The candidates that `word` may be a misspelling of, best first and each once, at most `max`. Case does not matter.
pub(crate) fn similar<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
    max: usize,
) -> Vec<&'a str> {
    let word = word.to_lowercase();
    let rated = candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&candidate.to_lowercase(), &word), candidate));
    let mut rated: Vec<(f64, &str)> = rated.filter(|(similarity, _)| *similarity >= SIMILAR).collect();
    rated.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut seen = BTreeSet::new();
    rated.retain(|(_, candidate)| seen.insert(*candidate));
    rated.into_iter().take(max).map(|(_, candidate)| candidate).collect()
}

/// `1 disk`, `2 disks`, `2 policies`.
pub(crate) fn count(number: u64, singular: &str) -> String {
    match (number, singular.strip_suffix("cy")) {
        (1, _) => format!("1 {singular}"),
        (_, Some(stem)) => format!("{number} {stem}cies"),
        _ => format!("{number} {singular}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{count, similar};

    #[test]
    fn one_thing_is_singular() {
        assert_eq!([0, 1, 2].map(|number| count(number, "disk")), ["0 disks", "1 disk", "2 disks"]);
    }

    #[test]
    fn similar_words_come_best_first() {
        let all = ["nightly", "night", "month-end"];
        assert_eq!(similar("Nihgtly", all, 5), ["nightly", "night"]);
        assert_eq!(similar("Nihgtly", all, 1), ["nightly"]);
        assert_eq!(similar("x", all, 5), [""; 0]);
    }
}
