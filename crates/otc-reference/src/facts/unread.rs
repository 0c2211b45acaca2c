//! Sentences that look like facts but are not understood.

use std::sync::LazyLock;

use regex::Regex;

use super::{Remark, prose, sections};
use crate::page::{Block, Cell, Page};
use crate::pattern;

/// What a sentence needs to look like a fact: a number, a word in bold, or a word that states a rule.
static FACT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\d|\*\*[^*\s]+\*\*|\b(?:must|cannot|can't|only|mandatory|required|optional|defaults?|maximum|minimum|at most|at least|exceeds?|limit(?:ed|s)?|deprecated|discontinued|obsolete|retired|withdrawn|no longer|not supported|unsupported|removed|replaced|enum(?:eration)?|range|between|supported|allowed|values?)\b",
    )
});

/// Whether a sentence, or what is left of it, looks like a fact.
pub(super) fn looks_like_a_fact(sentence: &str) -> bool {
    FACT.is_match(sentence)
}

/// The sentences of a text. A full stop within a number or a name ends none.
pub(super) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    static END: LazyLock<Regex> = LazyLock::new(|| pattern(r"[.!?](?:\*\*)?\s+"));
    let mut start = 0;
    let ends = END.find_iter(text).map(|end| end.end()).chain([text.len()]);
    ends.map(move |end| {
        text.get(std::mem::replace(&mut start, end)..end)
            .unwrap_or_default()
            .trim()
    })
    .filter(|sentence| !sentence.is_empty())
}

/// All such sentences of a page, in their order.
pub(super) fn of(page: &Page) -> Vec<Remark> {
    let mut remarks = Vec::new();
    for section in &page.sections {
        let mut push = |sentence: &str| {
            let place = section.heading.clone();
            remarks.push(Remark {
                place,
                sentence: sentence.to_owned(),
            });
        };
        for block in &section.blocks {
            match block {
                Block::Label(text) | Block::Text(text) => {
                    sentences(&text.0)
                        .filter(|sentence| looks_like_a_fact(sentence))
                        .for_each(&mut push);
                }
                Block::Note(texts) => {
                    let all = texts.iter().flat_map(|text| sentences(&text.0));
                    all.filter(|sentence| looks_like_a_fact(sentence))
                        .for_each(&mut push);
                }
                Block::Table(table) => {
                    for (cell, others) in table.rows.iter().filter_map(|row| row.split_last()) {
                        let others = others.iter().map(Cell::plain);
                        others
                            .filter(|text| text.contains('('))
                            .for_each(|text| push(&text));
                        let all = cell.parts.iter().flat_map(|part| sentences(&part.text().0));
                        match prose::read(cell) {
                            Ok(said) if sections::is_of_fields(table) => {
                                said.unread.iter().map(String::as_str).for_each(&mut push);
                            }
                            _ => all
                                .filter(|sentence| looks_like_a_fact(sentence))
                                .for_each(&mut push),
                        }
                    }
                }
                Block::Code(_) => {}
            }
        }
    }
    remarks
}
