//! The self-test: every page is changed in every way that can be told, and each change must be reported as that change
//! and as nothing else.

mod dom;
mod fields;
mod page;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::compare::{Against, Comparison, Difference, compare};
use super::deviations::{Deviation, Settled, settle};
use super::facts::{Content, PageFacts};
use super::lock::{ChangeKind, Lock, LockedPage};
use super::source::{Loaded, Source, load_page};
use dom::Dom;

/// The kinds of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    FieldAdded,
    FieldRemoved,
    FieldRenamed,
    Type,
    Mandatory,
    Values,
    Limit,
    Default,
    ExampleValue,
    Status,
    Path,
    Method,
    Deprecation,
    ErrorCode,
    PageAdded,
    PageRemoved,
    Prose,
    Unreadable,
}

impl Kind {
    pub(crate) const ALL: [Self; 18] = [
        Self::FieldAdded,
        Self::FieldRemoved,
        Self::FieldRenamed,
        Self::Type,
        Self::Mandatory,
        Self::Values,
        Self::Limit,
        Self::Default,
        Self::ExampleValue,
        Self::Status,
        Self::Path,
        Self::Method,
        Self::Deprecation,
        Self::ErrorCode,
        Self::PageAdded,
        Self::PageRemoved,
        Self::Prose,
        Self::Unreadable,
    ];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::FieldAdded => "field added",
            Self::FieldRemoved => "field removed",
            Self::FieldRenamed => "field renamed",
            Self::Type => "type changed",
            Self::Mandatory => "mandatory changed",
            Self::Values => "listed value changed",
            Self::Limit => "range changed",
            Self::Default => "default changed",
            Self::ExampleValue => "example value changed",
            Self::Status => "status changed",
            Self::Path => "path changed",
            Self::Method => "method changed",
            Self::Deprecation => "deprecation changed",
            Self::ErrorCode => "error code changed",
            Self::PageAdded => "page added",
            Self::PageRemoved => "page removed",
            Self::Prose => "prose changed",
            Self::Unreadable => "made unreadable",
        })
    }
}

/// A changed page, and what must be reported.
struct Mutation {
    kind: Kind,
    what: String,
    html: String,
    expected: Expected,
}

/// What must be reported of a change.
#[derive(Debug)]
enum Expected {
    /// These fields, and no other. `**` stands for any way down to a field.
    Differences(Vec<String>),
    /// That the page can't be read.
    Problem,
    /// No difference, but that the prose changed.
    Reread,
}

/// How many changes of a kind were made, and what went wrong.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) tried: BTreeMap<Kind, usize>,
    pub(crate) failures: Vec<String>,
}

/// What the pages are held against.
pub(crate) struct SelfTest<'t> {
    pub(crate) against: &'t Against<'t>,
    pub(crate) deviations: &'t [Deviation],
}

/// What is reported: page and field of what is open and of what became stale.
type Reported = (BTreeSet<(String, String)>, BTreeSet<(String, String)>);

impl SelfTest<'_> {
    /// Changes all pages in all ways.
    pub(crate) fn run(&self, sources: &[Source], loaded: Loaded) -> anyhow::Result<Outcome> {
        let mut outcome = Outcome::default();
        let mut all = Vec::new();
        let mut locked = BTreeMap::new();
        for (page, facts) in loaded.pages {
            locked.insert(page.id.clone(), LockedPage::of(&page, &facts)?);
            let source = sources.iter().find(|source| source.name == page.file);
            all.extend(source.map(|source| (source, facts)));
        }
        for (source, facts) in &all {
            self.page(source, facts, &mut outcome)?;
        }
        let facts: Vec<PageFacts> = all.into_iter().map(|(_, facts)| facts).collect();
        self.pages(sources, facts, loaded.complete, &locked, &mut outcome)?;
        Ok(outcome)
    }

    /// Changes one page.
    fn page(&self, source: &Source, facts: &PageFacts, outcome: &mut Outcome) -> anyhow::Result<()> {
        let html = Dom::content_of(&source.html);
        let pages = [load_page(&Source {
            name: source.name.clone(),
            html: html.clone(),
        })?];
        let [(page, facts_of_content)] = &pages;
        let before = LockedPage::of(page, facts_of_content)?;
        let mut lock = Lock::default();
        lock.accept(&BTreeMap::from([(facts.id.clone(), before)]), false);
        let comparison = compare(std::slice::from_ref(facts_of_content), self.against, false);
        let baseline = self.reported(&comparison, &facts.id, false);
        let mut mutations = fields::mutations(&html, &facts.content, &comparison.differences);
        mutations.extend(page::mutations(&html, &facts.content, &comparison.differences));
        for mutation in mutations {
            *outcome.tried.entry(mutation.kind).or_default() += 1;
            let changed = Source {
                name: source.name.clone(),
                html: mutation.html.clone(),
            };
            if let Err(what) = self.check(&mutation, &changed, facts, &lock, &baseline) {
                let Mutation {
                    kind, what: field, ..
                } = &mutation;
                outcome
                    .failures
                    .push(format!("{} {kind}: {field}: {what}", facts.id));
            }
        }
        Ok(())
    }

    fn check(
        &self,
        mutation: &Mutation,
        changed: &Source,
        facts: &PageFacts,
        lock: &Lock,
        baseline: &Reported,
    ) -> Result<(), String> {
        let (page, now) = match (load_page(changed), &mutation.expected) {
            (Err(problem), Expected::Problem) if problem.page == facts.id && !problem.place.is_empty() => {
                return Ok(());
            }
            (Err(problem), _) => return Err(format!("could not be read: {problem}")),
            (Ok(_), Expected::Problem) => return Err("was read without a problem".to_owned()),
            (Ok(read), _) => read,
        };
        let locked = LockedPage::of(&page, &now).map_err(|error| error.to_string())?;
        let change = lock.changes(&BTreeMap::from([(now.id.clone(), locked)]), false);
        let kinds: Vec<ChangeKind> = change.iter().map(|change| change.kind).collect();
        let comparison = compare(std::slice::from_ref(&now), self.against, false);
        if let Some(problem) = comparison.problems.first() {
            return Err(format!("could not be compared: {problem}"));
        }
        let (open, stale) = self.reported(&comparison, &now.id, false);
        let open: Vec<&String> = open.difference(&baseline.0).map(|(_, field)| field).collect();
        let stale: Vec<&String> = stale.difference(&baseline.1).map(|(_, field)| field).collect();
        let Expected::Differences(expected) = &mutation.expected else {
            let nothing = open.is_empty() && stale.is_empty() && kinds == [ChangeKind::Text];
            return nothing
                .then_some(())
                .ok_or_else(|| format!("reported {open:?}, stale {stale:?}, lock {kinds:?}"));
        };
        let every_expected = expected.iter().all(|wanted| {
            open.iter()
                .chain(&stale)
                .any(|field| is_at(field, wanted) || is_below(field, wanted))
        });
        let nothing_else = open
            .iter()
            .all(|field| expected.iter().any(|wanted| is_at(field, wanted)))
            && stale.iter().all(|field| {
                expected
                    .iter()
                    .any(|wanted| is_at(field, wanted) || is_below(field, wanted))
            });
        if every_expected && nothing_else && kinds == [ChangeKind::Facts] {
            return Ok(());
        }
        Err(format!(
            "expected {expected:?}, reported {open:?}, stale {stale:?}, lock {kinds:?}"
        ))
    }

    /// Removes each page, and adds a copy of each page of an operation under another stable name.
    fn pages(
        &self,
        sources: &[Source],
        mut facts: Vec<PageFacts>,
        complete: bool,
        locked: &BTreeMap<String, LockedPage>,
        outcome: &mut Outcome,
    ) -> anyhow::Result<()> {
        let mut lock = Lock::default();
        lock.accept(locked, true);
        let baseline = self.reported(&compare(&facts, self.against, complete), "", complete);
        for index in 0..facts.len() {
            let page = facts.remove(index);
            if complete {
                let counts = matches!(
                    page.content,
                    Content::Operation(_) | Content::RequestFields(_) | Content::ErrorCodes(_)
                );
                let comparison = compare(&facts, self.against, true);
                let mut remaining = locked.clone();
                remaining.remove(&page.id);
                let changes = lock.changes(&remaining, true);
                let noticed = matches!(&changes[..], [change] if change.page == page.id && change.kind == ChangeKind::Removed);
                let what = self.only_page(
                    self.reported(&comparison, &page.id, true),
                    &baseline,
                    &page.id,
                    counts,
                );
                outcome.note(Kind::PageRemoved, &page.id, noticed, what);
            }
            facts.insert(index, page);
        }
        for source in sources {
            let (page, _) = load_page(source)?;
            let is_operation =
                |facts: &PageFacts| facts.id == page.id && matches!(facts.content, Content::Operation(_));
            if !facts.iter().any(is_operation) {
                continue;
            }
            let content = Dom::content_of(&source.html);
            let Some((id, html)) = page::under_another_name(&content, &page.id) else {
                continue;
            };
            let added = load_page(&Source {
                name: source.name.clone(),
                html,
            })?;
            let mut with_it = locked.clone();
            with_it.insert(id.clone(), LockedPage::of(&added.0, &added.1)?);
            let changes = lock.changes(&with_it, complete);
            let noticed =
                matches!(&changes[..], [change] if change.page == id && change.kind == ChangeKind::Added);
            facts.push(added.1);
            let comparison = compare(&facts, self.against, complete);
            facts.pop();
            let what = self.only_page(self.reported(&comparison, &id, complete), &baseline, &id, true);
            outcome.note(Kind::PageAdded, &id, noticed, what);
        }
        Ok(())
    }

    /// Whether this page is reported as missing on one side, and no other page is reported at all.
    fn only_page(
        &self,
        (open, stale): Reported,
        baseline: &Reported,
        page: &str,
        counts: bool,
    ) -> Result<(), String> {
        let open: Vec<_> = open.difference(&baseline.0).collect();
        let stale: Vec<_> = stale.difference(&baseline.1).collect();
        let wanted = (page.to_owned(), "page".to_owned());
        let as_wanted = if counts {
            open == [&wanted]
        } else {
            open.is_empty()
        };
        if as_wanted && stale.iter().all(|(of, _)| of == page) {
            return Ok(());
        }
        Err(format!("reported {open:?}, stale {stale:?}"))
    }

    fn reported(&self, comparison: &Comparison, page: &str, complete: bool) -> Reported {
        let read = BTreeSet::from([page.to_owned()]);
        let Settled { open, stale, .. } = settle(comparison, self.deviations, &read, complete);
        let place = |difference: Difference| (difference.page, difference.field);
        let stale = stale
            .into_iter()
            .map(|stale| (stale.deviation.page, stale.deviation.field))
            .collect();
        (open.into_iter().map(place).collect(), stale)
    }
}

impl Outcome {
    fn note(&mut self, kind: Kind, page: &str, noticed: bool, what: Result<(), String>) {
        *self.tried.entry(kind).or_default() += 1;
        if !noticed {
            self.failures
                .push(format!("{page} {kind}: the lock did not notice"));
        }
        if let Err(what) = what {
            self.failures.push(format!("{page} {kind}: {what}"));
        }
    }

    /// The counts of each kind, and what went wrong.
    pub(crate) fn render(&self) -> String {
        let mut lines: Vec<String> = self.failures.clone();
        for kind in Kind::ALL {
            let tried = self.tried.get(&kind).copied().unwrap_or_default();
            lines.push(format!("{kind:<22} {tried:>5}"));
        }
        let all: usize = self.tried.values().sum();
        lines.push(format!(
            "{all} changes, {} not reported as they should be\n",
            self.failures.len()
        ));
        lines.join("\n")
    }
}

/// Whether this is the field that is meant.
fn is_at(field: &str, wanted: &str) -> bool {
    match wanted.split_once("**.") {
        Some((place, name)) => field.starts_with(place) && field.ends_with(&format!(".{name}")),
        None => field == wanted,
    }
}

/// Whether this is an aspect of the field that is meant, or inside it.
fn is_below(field: &str, wanted: &str) -> bool {
    match wanted.split_once("**.") {
        Some((place, name)) => field.starts_with(place) && field.contains(&format!(".{name}:")),
        None => field
            .strip_prefix(wanted)
            .is_some_and(|rest| rest.starts_with([':', '.', '[', '('])),
    }
}
