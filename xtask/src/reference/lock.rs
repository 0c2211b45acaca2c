//! openapi/reference.lock: what each page said when somebody last read it.
//!
//! Both digests are the same for both formats: the text is taken without blanks and without what only one format
//! writes, and the facts know no format.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::facts::PageFacts;
use super::page::Page;

const HEAD: &str = "\
# What the pages of the public reference said when they were last reviewed. `cargo xtask reference DIR` compares;
# after reading what changed, `cargo xtask reference DIR --accept` rewrites this file. Do not edit it by hand.
# text: SHA-256 of the page's text without blanks. facts: SHA-256 of the facts read from it.
";

/// The lock.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lock {
    #[serde(default)]
    pages: BTreeMap<String, LockedPage>,
}

/// What is kept of a page.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LockedPage {
    /// The name of its file; for people only.
    name: String,
    text: String,
    facts: String,
}

/// How a page differs from the lock.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Change {
    pub(crate) page: String,
    pub(crate) name: String,
    pub(crate) kind: ChangeKind,
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChangeKind {
    Added,
    Removed,
    /// Prose alone.
    Text,
    Facts,
}

impl ChangeKind {
    /// What is to be done.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            Self::Added => "the page is new: read it, and accept it",
            Self::Removed => "the page is gone: find out where to, and accept that",
            Self::Text => "its prose changed, its facts did not: reread this page, and accept it",
            Self::Facts => "its facts changed: bring the document in line, and accept it",
        }
    }
}

impl LockedPage {
    /// Whether nothing but the name of the file differs.
    #[cfg(test)]
    pub(crate) fn says_the_same_as(&self, other: &Self) -> bool {
        (&self.text, &self.facts) == (&other.text, &other.facts)
    }

    /// What is to be kept of this page.
    pub(crate) fn of(page: &Page, facts: &PageFacts) -> anyhow::Result<Self> {
        Ok(Self {
            name: facts.name.clone(),
            text: digest(&page.squeezed_text()),
            facts: digest(&serde_json::to_string(facts)?),
        })
    }
}

impl Lock {
    /// Reads the lock; one that is not there is empty.
    pub(crate) fn load(path: &Path) -> anyhow::Result<Self> {
        if !path.exists() {
            return Ok(Self::default());
        }
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("can't read the lock {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("can't understand the lock {}", path.display()))
    }

    /// Compares the pages that were read.
    pub(crate) fn changes(&self, now: &BTreeMap<String, LockedPage>, complete: bool) -> Vec<Change> {
        let pages: BTreeSet<&String> = self.pages.keys().chain(now.keys()).collect();
        let mut changes = Vec::new();
        for page in pages {
            let (before, after) = (self.pages.get(page), now.get(page));
            let kind = match (before, after) {
                (None, _) => ChangeKind::Added,
                (Some(_), None) if !complete => continue,
                (Some(_), None) => ChangeKind::Removed,
                (Some(before), Some(after)) if before.facts != after.facts => ChangeKind::Facts,
                (Some(before), Some(after)) if before.text != after.text => ChangeKind::Text,
                _ => continue,
            };
            let name = after.or(before).map(|page| page.name.clone()).unwrap_or_default();
            changes.push(Change {
                page: page.clone(),
                name,
                kind,
            });
        }
        changes
    }

    /// Takes over what was read. Pages that were not read stay, unless the pages are complete.
    pub(crate) fn accept(&mut self, now: &BTreeMap<String, LockedPage>, complete: bool) {
        if complete {
            self.pages.retain(|page, _| now.contains_key(page));
        }
        for (page, locked) in now {
            let mut locked = locked.clone();
            // The export names its files after the pages; the site's names say more.
            if let Some(before) = self.pages.get(page).filter(|_| *page == locked.name) {
                locked.name.clone_from(&before.name);
            }
            self.pages.insert(page.clone(), locked);
        }
    }

    /// Writes the lock.
    pub(crate) fn save(&self, path: &Path) -> anyhow::Result<()> {
        let text = format!("{HEAD}\n{}", toml::to_string(self)?);
        std::fs::write(path, text).with_context(|| format!("can't write the lock {}", path.display()))
    }
}

fn digest(text: &str) -> String {
    let bytes = Sha256::digest(text.as_bytes());
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
