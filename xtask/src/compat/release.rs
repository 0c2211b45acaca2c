//! What follows from changes for the release: the rules stand in CONTRIBUTING.md.

use std::fmt;

use anyhow::{Context, Result};
use serde_json::Value;

use super::changes::Change;

const MANIFEST: &str = "Cargo.toml";
const CHANGELOG: &str = "CHANGELOG.md";
/// How an entry of the changelog begins that tells of a change which breaks clients.
const BREAKING: &str = "**Breaking";
/// What stands there where naming each operation would help nobody.
const ALL: &str = "all operations";

/// The version of the crates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(u64, u64, u64);

/// Which number of the version a change raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bump {
    None,
    Patch,
    Breaking,
}

/// What a release consists of, at one time.
pub(super) struct State {
    version: Version,
    changelog: String,
    /// `info.version` of the document.
    document: String,
}

impl Version {
    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(|number| number.parse().ok());
        let version = Self(numbers.next()??, numbers.next()??, numbers.next()??);
        numbers.next().is_none().then_some(version)
    }

    /// The least version that such a change may have. While the major version is 0, the minor one tells what breaks.
    fn raised(self, bump: Bump) -> Self {
        let Self(major, minor, patch) = self;
        match bump {
            Bump::None => self,
            Bump::Patch => Self(major, minor, patch + 1),
            Bump::Breaking if major == 0 => Self(0, minor + 1, 0),
            Bump::Breaking => Self(major + 1, 0, 0),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(major, minor, patch) = self;
        write!(f, "{major}.{minor}.{patch}")
    }
}

impl Bump {
    /// `differs`: whether the text of the document is another one, be it only in its prose.
    pub(super) fn of(changes: &[Change], differs: bool) -> Self {
        if changes.iter().any(|change| change.breaking) {
            Self::Breaking
        } else if differs {
            Self::Patch
        } else {
            Self::None
        }
    }
}

impl State {
    /// `read` gives the text of a file at that time.
    pub(super) fn read(document: &str, read: impl Fn(&str) -> Result<String>) -> Result<Self> {
        let manifest: toml::Table = read(MANIFEST)?.parse().context(MANIFEST)?;
        let version = manifest["workspace"]["package"]["version"].as_str();
        let document: Value = serde_saphyr::from_str(document).context("the document")?;
        Ok(Self {
            version: version
                .and_then(Version::parse)
                .with_context(|| format!("{MANIFEST}: the version is not of the form 1.2.3"))?,
            changelog: read(CHANGELOG)?,
            document: document["info"]["version"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        })
    }

    /// The newest version that is out: the first heading of the changelog that is one.
    fn released(&self) -> Option<Version> {
        self.changelog.lines().find_map(heading)
    }

    /// The entries of the changelog that are newer than a release, each in one line.
    fn entries_since(&self, release: Option<Version>) -> Vec<String> {
        let newer = self.changelog.lines().take_while(|line| {
            release.is_none() || heading(line).is_none_or(|version| Some(version) > release)
        });
        let mut entries: Vec<String> = Vec::new();
        for line in newer {
            match (line.strip_prefix("- "), entries.last_mut()) {
                (Some(text), _) => entries.push(text.to_owned()),
                (None, Some(entry)) if line.starts_with("  ") => {
                    entry.push(' ');
                    entry.push_str(line.trim());
                }
                (None, _) => {}
            }
        }
        entries
    }
}

/// The version of a heading such as `## 1.2.3` or `## [1.2.3] - 2026-01-31`.
fn heading(line: &str) -> Option<Version> {
    let text = line.strip_prefix("## ")?;
    let text = text.split_whitespace().next()?;
    Version::parse(text.trim_matches(['[', ']', 'v']))
}

/// What people are told, whether or not it is done already.
pub(super) fn follows(before: &State, bump: Bump) -> String {
    let what = match bump {
        Bump::None => return "The document did not change: no version follows.".to_owned(),
        Bump::Patch => {
            "Nothing breaks: a patch version, and an entry under Unreleased where users gain by it"
        }
        Bump::Breaking => {
            "Something breaks: a minor version while it is 0.x (a major one after that), and an entry"
        }
    };
    let entry = match bump {
        Bump::Breaking => {
            format!(" under Unreleased that begins with `{BREAKING}:**` and names what is above")
        }
        Bump::None | Bump::Patch => String::new(),
    };
    let version = match before.released() {
        Some(released) => format!("{released} is out, so at least {}", released.raised(bump)),
        None => format!("Nothing is released yet, so {} may stay", before.version),
    };
    format!("{what}{entry}. {version}.")
}

/// What is missing for the breaking changes.
pub(super) fn demands(before: &State, now: &State, changes: &[Change]) -> Vec<String> {
    let breaking: Vec<_> = changes.iter().filter(|change| change.breaking).collect();
    if breaking.is_empty() {
        return Vec::new();
    }
    let mut demands = Vec::new();
    let released = before.released();
    let told: Vec<_> = now
        .entries_since(released)
        .into_iter()
        .filter(|entry| entry.starts_with(BREAKING))
        .collect();
    let mut subjects: Vec<_> = breaking.iter().map(|change| change.subject.as_str()).collect();
    subjects.sort_unstable();
    subjects.dedup();
    for subject in subjects {
        let named = format!("`{subject}`");
        if !told
            .iter()
            .any(|entry| entry.contains(&named) || entry.contains(ALL))
        {
            demands.push(format!(
                "{CHANGELOG} does not tell that {named} breaks its clients: add an entry under Unreleased that begins \
                 with `{BREAKING}:**` and names {named} (or says \"{ALL}\")"
            ));
        }
    }
    if let Some(released) = released {
        let least = released.raised(Bump::Breaking);
        if now.version < least {
            demands.push(format!(
                "{MANIFEST}: {} is no version for a change that breaks clients of {released}: raise it to {least}",
                now.version
            ));
        }
        // Once it is raised, further changes before the next release need no other one.
        if before.version <= released && now.document == before.document {
            demands.push(format!(
                "openapi/vbs.yaml: info.version is still {}; raise it, for the clients that are generated from the \
                 document",
                now.document
            ));
        }
    }
    demands
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const RELEASED: &str =
        "# Changelog\n\n## Unreleased\n\n## 0.3.1 - 2026-01-31\n\n- **Breaking:** `old` is gone.\n";

    fn state(version: &str, document: &str, changelog: &str) -> State {
        State {
            version: Version::parse(version).unwrap(),
            changelog: changelog.to_owned(),
            document: document.to_owned(),
        }
    }

    fn breaking(subject: &str) -> Change {
        Change::of_component("removed", true, subject, "removed".to_owned())
    }

    fn with(entry: &str) -> String {
        RELEASED.replace(
            "## Unreleased\n",
            &format!("## Unreleased\n\n### Changed\n\n{entry}\n"),
        )
    }

    #[test]
    fn what_breaks_raises_the_minor_version_before_1_and_the_major_one_after() {
        for (from, bump, to) in [
            ("0.3.1", Bump::Breaking, "0.4.0"),
            ("1.2.3", Bump::Breaking, "2.0.0"),
            ("0.3.1", Bump::Patch, "0.3.2"),
            ("0.3.1", Bump::None, "0.3.1"),
        ] {
            assert_eq!(Version::parse(from).unwrap().raised(bump).to_string(), to);
        }
        assert_eq!(Version::parse("1.2"), None);
        assert_eq!(Version::parse("1.2.3.4"), None);
    }

    #[test]
    fn a_harmless_change_demands_nothing() {
        let before = state("0.3.1", "v1", RELEASED);
        let harmless = [Change::of_component("added", false, "A", "added".to_owned())];
        assert!(demands(&before, &before, &harmless).is_empty());
        assert_eq!(Bump::of(&harmless, true), Bump::Patch);
        assert_eq!(Bump::of(&[], true), Bump::Patch);
        assert_eq!(Bump::of(&[], false), Bump::None);
    }

    #[test]
    fn a_breaking_change_demands_an_entry_and_both_versions() {
        let before = state("0.3.1", "v1", RELEASED);
        let found = demands(&before, &before, &[breaking("old"), breaking("old")]);
        assert_eq!(found.len(), 3, "{found:#?}");
        assert!(
            found[0].starts_with("CHANGELOG.md does not tell that `old` breaks"),
            "{}",
            found[0]
        );
        assert!(found[1].ends_with("raise it to 0.4.0"), "{}", found[1]);
        assert!(found[2].contains("info.version is still v1"), "{}", found[2]);
    }

    #[test]
    fn an_entry_has_to_be_new_and_to_name_what_breaks() {
        let before = state("0.3.1", "v1", RELEASED);
        for (entry, missing) in [
            (
                "- **Breaking:** `listBooks` tells\n  less, and `getBook` nothing.",
                0,
            ),
            ("- **Breaking:** all operations need a shelf.", 0),
            ("- **Breaking:** `listBooks` tells less.", 1),
            ("- `listBooks` and `getBook` tell less.", 2),
        ] {
            let now = state("0.4.0", "v2", &with(entry));
            let found = demands(&before, &now, &[breaking("listBooks"), breaking("getBook")]);
            assert_eq!(found.len(), missing, "{entry}: {found:#?}");
        }
    }

    #[test]
    fn a_version_that_was_raised_already_serves_for_more() {
        let entry = with("- **Breaking:** `listBooks` tells less.");
        let before = state("0.4.0", "v2", RELEASED);
        let now = state("0.4.0", "v2", &entry);
        assert!(demands(&before, &now, &[breaking("listBooks")]).is_empty());
    }

    #[test]
    fn before_the_first_release_only_the_entry_is_due() {
        let before = state(
            "0.1.0",
            "v1",
            "# Changelog\n\n## Unreleased\n\n- **Breaking:** `b` is gone.\n",
        );
        assert_eq!(
            demands(&before, &before, &[breaking("a"), breaking("b")]).len(),
            1
        );
        assert_eq!(
            follows(&before, Bump::Patch),
            "Nothing breaks: a patch version, and an entry under Unreleased where users gain by it. Nothing is \
             released yet, so 0.1.0 may stay."
        );
    }
}
