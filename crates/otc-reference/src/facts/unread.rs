//! Sentences that look like facts but are not understood.

use std::sync::LazyLock;

use regex::Regex;

use super::sections;
use crate::page::{Block, Page, Text};
use crate::passage::Passage;
use crate::pattern;

/// Numbers, quotes, comparisons, text that is set off, and words that are spelled like code: `disk_id`, `diskId`,
/// `disk.id`.
const CODE: &str = r#"\d|\*\*[^*]+\*\*|["“‘`<>≤≥%]|\w_\w|\p{Ll}\p{Lu}|\w\.\w"#;

/// What a sentence needs to look like a fact: code, a word before a colon, or a word that states a rule, names values
/// or advises against something.
static FACT: LazyLock<Regex> = LazyLock::new(|| {
    let words = [
        "zero|one of|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|once|twice|both",
        "positive|negative|digits?|letters?|characters?|decimal|hexadecimal|uuid|unique|multiples?",
        "null|empty|non-empty|blank|true|false|yes|no|none|not|never|case-(?:in)?sensitive|format",
        "less|fewer|smaller|shorter|lower|below|more|greater|larger|longer|higher|above|at most|at least|up to|within",
        "smallest|shortest|lowest|largest|longest|highest|maximum|minimum|max|min|range|between",
        "must|can|cannot|can't|may|should|shall|only|mandatory|required|requires?|optional|exceeds?|limit(?:ed|s)?",
        "or|either|neither|nor|unless|except|excludes?|excluding|such as|for example",
        "defaults?|values?|options?|enum(?:eration)?|valid|invalid|accept(?:s|ed)?|allow(?:s|ed)?|supports?|supported",
        "use|set|specify|specified|specifies|indicates?|means?",
        "deprecated|discontinued|discarded|abandoned|obsolete|outdated|legacy|retired|withdrawn|removed|replaced|offline",
        "superseded|phased|ended|ends|instead|recommended|advised|unsupported|unavailable",
    ];
    let words = words.join("|");
    pattern(&format!(r"{CODE}|\w:\s|(?i:\b(?:{words})\b)"))
});

/// Whether a text that a rule understood in part still contains what the rule passed over.
pub(super) fn has_code(text: &str) -> bool {
    static PATTERN: LazyLock<Regex> = LazyLock::new(|| pattern(CODE));
    PATTERN.is_match(text)
}

/// Whether a sentence, or what is left of it, looks like a fact.
pub(super) fn looks_like_a_fact(sentence: &str) -> bool {
    FACT.is_match(sentence)
}

/// The sentences of a text. A full stop within a number or a name ends none.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    static END: LazyLock<Regex> = LazyLock::new(|| pattern(r"[.!?](?:\*\*)?\s+"));
    let mut start = 0;
    let ends = END.find_iter(text).map(|end| end.end()).chain([text.len()]);
    ends.map(move |end| text.get(std::mem::replace(&mut start, end)..end).unwrap_or_default().trim())
        .filter(|sentence| !sentence.is_empty())
}

/// All such sentences of a page, in their order.
pub(super) fn of(page: &Page) -> Vec<Passage> {
    let mut remarks = Vec::new();
    // What a title adds in brackets is mostly the state of what the page describes.
    if page.title.contains(['(', '[', '（']) || looks_like_a_fact(&page.title) {
        remarks.push(Passage { place: "title".to_owned(), text: page.title.clone() });
    }
    for section in &page.sections {
        let sentences_of = |block: &Block| match block {
            Block::Table(table) => sections::unread(table),
            block => block.text().into_iter().flat_map(unread_sentences).collect(),
        };
        let sentences = section.blocks.iter().flat_map(sentences_of);
        remarks.extend(sentences.map(|text| Passage { place: section.heading.clone(), text }));
    }
    remarks
}

/// The sentences of a text that look like facts.
pub(super) fn unread_sentences(text: &Text) -> impl Iterator<Item = String> {
    let facts = sentences(&text.0).filter(|sentence| looks_like_a_fact(sentence));
    facts.map(str::to_owned)
}
