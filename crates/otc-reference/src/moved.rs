//! Pages whose stable name changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::Content;
use crate::reference::{ReadPage, Reference};
use crate::{Expected, lock};

/// Old stable names with the new ones. A missing page moved if exactly one unknown page describes the same
/// operation, has the same facts, or comes from a file of the same name.
pub(crate) fn find(
    reference: &Reference,
    unreadable: &BTreeSet<String>,
    expected: &Expected<'_>,
) -> BTreeMap<String, String> {
    let documented: BTreeSet<&str> = expected.document.pages().map(|(page, _)| page).collect();
    let locked = expected.lock.pages.keys().map(String::as_str);
    let missing: BTreeSet<&str> = documented
        .iter()
        .copied()
        .chain(locked)
        .filter(|page| reference.page(page).is_none() && !unreadable.contains(*page))
        .collect();
    let unknown: Vec<&ReadPage> =
        reference.pages.iter().filter(|page| !documented.contains(page.facts.id.as_str())).collect();
    let mut moved = BTreeMap::new();
    for page in missing {
        let same = |candidate: &&&ReadPage| is_same(page, candidate, expected);
        let mut candidates = unknown.iter().filter(same);
        if let (Some(only), None) = (candidates.next(), candidates.next()) {
            moved.insert(page.to_owned(), only.facts.id.clone());
        }
    }
    moved
}

fn is_same(page: &str, candidate: &ReadPage, expected: &Expected<'_>) -> bool {
    let operation = expected.document.operation_of(page);
    if let (Some(operation), Some(facts)) = (operation, candidate.facts.operation()) {
        return (&operation.facts.method, &operation.facts.path) == (&facts.method, &facts.path);
    }
    let states_nothing = matches!(candidate.facts.content, Content::Index | Content::Prose);
    expected.lock.pages.get(page).is_some_and(|locked| {
        let same_facts = !states_nothing && locked.facts == lock::facts_digest(&candidate.facts);
        same_facts || locked.name == candidate.facts.name && locked.name != "index"
    })
}
