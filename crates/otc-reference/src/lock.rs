//! The lock: what each page said when it was last reviewed.
//!
//! The digests are the same for both formats: they ignore whitespace and what only one format has,
//! and the facts do not depend on the format.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::compare::Scope;
use crate::facts::{Content, PageFacts};
use crate::passage::Passage;
use crate::reference::{ReadPage, Reference};

const HEAD: &str = "\
# What the pages of the reference said when they were last reviewed. The command that compares them with the document
# writes this file. Do not edit it by hand.
# facts, unread and text are the beginnings of SHA-256 digests. facts: the facts read from the page. unread: sentences
# that look like facts but are not understood. statuses: those of the general list. sections: their order. text: for
# each section, its paragraphs, table rows and code blocks without whitespace.
";

/// The pages as they were last reviewed.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    #[serde(default)]
    pub(crate) pages: BTreeMap<String, LockedPage>,
}

/// What the lock keeps of a page.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LockedPage {
    /// The name of its file; for people, and to recognize a page that could not be read.
    pub(crate) name: String,
    pub(crate) facts: String,
    unread: String,
    /// The statuses of the general list. No document lists them, so only the lock shows which of them changed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    statuses: BTreeSet<String>,
    /// The places of the passages, in their order.
    sections: Vec<String>,
    /// The digests of the passages of each place.
    text: BTreeMap<String, String>,
}

/// How a page differs from the lock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The stable name of the page, the old one if it moved.
    pub page: String,
    /// The name of its file.
    pub name: String,
    /// What changed.
    pub kind: ChangeKind,
    /// The new stable name of a page that moved.
    pub moved_to: Option<String>,
    /// Changes that neither a difference nor a passage shows: `failure status 404 is new`.
    pub facts: Vec<String>,
    /// The changed passages with their places. The lock only has the digest of one that was removed.
    pub passages: Vec<String>,
}

/// What changed on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// The page is new.
    Added,
    /// The page is gone.
    Removed,
    /// The page has another stable name.
    Moved,
    /// Only prose changed.
    Text,
    /// Sentences changed that look like facts but are not understood.
    Unread,
    /// Facts changed.
    Facts,
}

impl Change {
    /// What to do about the change.
    #[must_use]
    pub fn advice(&self) -> String {
        let advice = match self.kind {
            ChangeKind::Added => "the page is new: read it, and accept it",
            ChangeKind::Removed => "the page is gone: find out why, and accept that",
            ChangeKind::Moved => {
                let to = self.moved_to.as_deref().unwrap_or_default();
                return format!(
                    "the page is now {to}: rename it in the document and the deviations, and accept it"
                );
            }
            ChangeKind::Text => "passages changed that do not look like facts: read them, and accept them",
            ChangeKind::Unread => {
                "sentences changed that look like facts but are not understood: compare them with the document, \
                 and accept them"
            }
            ChangeKind::Facts => "its facts changed: update the document, and accept it",
        };
        advice.to_owned()
    }
}

impl LockedPage {
    pub(crate) fn of(page: &ReadPage) -> Self {
        let mut sections: Vec<String> = Vec::new();
        let mut text: BTreeMap<String, String> = BTreeMap::new();
        for passage in &page.passages {
            let digest = digest(&squeeze(&passage.text), 8);
            if let Some(digests) = text.get_mut(&passage.place) {
                digests.push_str(&format!(" {digest}"));
            } else {
                sections.push(passage.place.clone());
                text.insert(passage.place.clone(), digest);
            }
        }
        let unread = page.facts.unread.iter().map(|passage| squeeze(&passage.text));
        Self {
            name: page.facts.name.clone(),
            facts: facts_digest(&page.facts),
            unread: digest(&unread.collect::<String>(), 16),
            statuses: statuses(&page.facts),
            sections,
            text,
        }
    }

    /// What changed of the page that was reviewed, if anything did.
    fn change(&self, now: &Self) -> Option<ChangeKind> {
        if self.facts != now.facts {
            Some(ChangeKind::Facts)
        } else if self.unread != now.unread {
            Some(ChangeKind::Unread)
        } else {
            let same = (&self.text, &self.sections) == (&now.text, &now.sections);
            (!same).then_some(ChangeKind::Text)
        }
    }

    /// The statuses that are new or gone, and the order of the sections if it changed.
    fn changed_facts(&self, now: &Self) -> Vec<String> {
        let new = now.statuses.difference(&self.statuses);
        let gone = self.statuses.difference(&now.statuses);
        let mut changed: Vec<String> = new.map(|status| format!("{status} is new")).collect();
        changed.extend(gone.map(|status| format!("{status} is no longer listed")));
        let before = self.sections.iter().filter(|place| now.sections.contains(place));
        let after = now.sections.iter().filter(|place| self.sections.contains(place));
        if before.ne(after) {
            let order = now.sections.join(", ");
            changed.push(format!("the order of the sections is now {order}"));
        }
        changed
    }

    /// The passages of the page that are not as they were.
    fn changed_passages(&self, now: &Self, page: &ReadPage) -> Vec<String> {
        let gone = self.sections.iter().filter(|place| !now.sections.contains(place));
        let mut changed = Vec::new();
        for place in now.sections.iter().chain(gone) {
            let digests = |side: &'_ Self| -> Vec<String> {
                let all = side.text.get(place).map_or("", String::as_str);
                all.split_whitespace().map(str::to_owned).collect()
            };
            let in_place = page.passages.iter().filter(|passage| passage.place == *place);
            let passages: Vec<&Passage> = in_place.collect();
            for operation in capture_diff_slices(Algorithm::Myers, &digests(self), &digests(now)) {
                match operation {
                    DiffOp::Equal { .. } => {}
                    DiffOp::Delete { .. } => changed.push(format!("in {place}: text was removed")),
                    DiffOp::Insert { .. } | DiffOp::Replace { .. } => {
                        let inserted = passages.get(operation.new_range()).unwrap_or_default();
                        let texts = inserted.iter().map(|passage| passage.text.split_whitespace());
                        let texts = texts.map(|words| words.collect::<Vec<_>>().join(" "));
                        changed.extend(texts.map(|text| format!("in {place}: {text}")));
                    }
                }
            }
        }
        changed
    }
}

impl Lock {
    /// Reads the lock. A file that does not exist is an empty lock.
    ///
    /// # Errors
    ///
    /// If the file can't be read or is not a lock.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("can't read the lock {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not a valid lock", path.display()))
    }

    /// The only page whose file has this name.
    pub(crate) fn page_named(&self, name: &str) -> Option<String> {
        let mut named = self.pages.iter().filter(|(id, page)| page.name == name || *id == name);
        match (named.next(), named.next()) {
            (Some((id, _)), None) => Some(id.clone()),
            _ => None,
        }
    }

    /// Compares the pages that were read, in the order of their stable names.
    pub(crate) fn changes(&self, reference: &Reference, scope: &Scope) -> Vec<Change> {
        let moved = scope.moved.iter().filter(|(from, _)| self.pages.contains_key(*from));
        let arrived: BTreeSet<&String> = moved.map(|(_, to)| to).collect();
        let read = reference.pages.iter().map(|page| &page.facts.id);
        let read = read.filter(|id| !arrived.contains(id) || self.pages.contains_key(*id));
        let ids: BTreeSet<&String> = self.pages.keys().chain(read).collect();
        ids.into_iter().filter_map(|id| self.change(id, reference, scope)).collect()
    }

    fn change(&self, id: &String, reference: &Reference, scope: &Scope) -> Option<Change> {
        let before = self.pages.get(id);
        let moved_to = scope.moved.get(id);
        let page = reference.page(moved_to.unwrap_or(id));
        let now = page.map(LockedPage::of);
        let mut change = Change {
            page: id.clone(),
            name: before.or(now.as_ref())?.name.clone(),
            kind: ChangeKind::Added,
            moved_to: moved_to.cloned(),
            facts: Vec::new(),
            passages: Vec::new(),
        };
        let Some(before) = before else {
            return Some(change);
        };
        let (Some(page), Some(now)) = (page, now) else {
            change.kind = ChangeKind::Removed;
            return (scope.complete && !scope.unreadable.contains(id)).then_some(change);
        };
        change.kind = if moved_to.is_some() { ChangeKind::Moved } else { before.change(&now)? };
        change.facts = before.changed_facts(&now);
        change.passages = before.changed_passages(&now, page);
        Some(change)
    }

    /// Records the pages as reviewed. Pages that were not read stay, unless this is the published site, which lacks them.
    pub fn accept(&mut self, reference: &Reference) {
        let unreadable: BTreeSet<Option<String>> =
            reference.unreadable.iter().map(|page| page.id_by(self)).collect();
        // A page that can't be read and has no known name may be any of those that the site lacks.
        if reference.is_site() && !unreadable.contains(&None) {
            self.pages.retain(|id, _| reference.page(id).is_some() || unreadable.contains(&Some(id.clone())));
        }
        for page in &reference.pages {
            let mut now = LockedPage::of(page);
            // The export names its files after the pages; the names of the site say more.
            if let Some(before) = self.pages.get(&page.facts.id).filter(|_| page.facts.id == now.name) {
                now.name.clone_from(&before.name);
            }
            self.pages.insert(page.facts.id.clone(), now);
        }
    }

    /// Writes the lock.
    ///
    /// # Errors
    ///
    /// If the file can't be written.
    pub fn save(&self, path: &Path) -> anyhow::Result<()> {
        let text = format!("{HEAD}\n{}", toml::to_string(self)?);
        std::fs::write(path, text).with_context(|| format!("can't write the lock {}", path.display()))
    }
}

/// The digest of a page's facts, which does not depend on the page's name.
#[allow(clippy::expect_used)]
pub(crate) fn facts_digest(facts: &PageFacts) -> String {
    let json = serde_json::to_string(&facts.content).expect("facts are JSON: all their keys are strings");
    digest(&json, 16)
}

/// The statuses of the general list, in words.
fn statuses(facts: &PageFacts) -> BTreeSet<String> {
    let Content::Statuses { success, failure } = &facts.content else {
        return BTreeSet::new();
    };
    let success = success.iter().map(|status| format!("success status {status}"));
    let failure = failure.iter().map(|status| format!("failure status {status}"));
    success.chain(failure).collect()
}

/// The text without whitespace, which differs between the formats.
fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn digest(text: &str, digits: usize) -> String {
    let bytes = Sha256::digest(text.as_bytes());
    bytes.iter().take(digits / 2).map(|byte| format!("{byte:02x}")).collect()
}
