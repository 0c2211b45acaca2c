//! All pages of a reference with their facts.

use std::collections::BTreeMap;

use crate::facts::{self, PageFacts};
use crate::lock::Lock;
use crate::page::{self, file_stem, find_id};
use crate::passage::Passage;
use crate::problem::Problem;
use crate::source::Source;

/// The pages of a reference, and those that could not be read.
#[derive(Debug, Default)]
pub struct Reference {
    /// The pages that were read, in the order of their sources.
    pub pages: Vec<ReadPage>,
    pub(crate) unreadable: Vec<UnreadablePage>,
    site: bool,
}

/// A page that was read.
#[derive(Debug)]
pub struct ReadPage {
    /// What the page says.
    pub facts: PageFacts,
    pub(crate) passages: Vec<Passage>,
    is_site: bool,
}

/// A page that could not be read.
#[derive(Debug)]
pub(crate) struct UnreadablePage {
    /// The stable name, if it could be found.
    pub(crate) id: Option<String>,
    /// The name of the file without its ending.
    pub(crate) name: String,
    pub(crate) problem: Problem,
}

impl Reference {
    /// Reads the pages and their facts.
    #[must_use]
    pub fn read(sources: &[Source]) -> Self {
        let mut reference = Self::default();
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for source in sources {
            match ReadPage::read(source) {
                Ok(page) => match seen.insert(page.facts.id.clone(), &source.name) {
                    Some(other) => {
                        let what = format!("has the same stable name as {other}");
                        let problem = Problem::new(&page.facts.id, &source.name, what);
                        reference.unreadable.push(UnreadablePage::new(source, Some(page.facts.id), problem));
                    }
                    None => {
                        reference.site |= page.is_site;
                        reference.pages.push(page);
                    }
                },
                Err(page) => reference.unreadable.push(*page),
            }
        }
        reference
    }

    /// Whether these are pages of the published site, which is complete: a page that it lacks is missing. An
    /// export may consist of some of the pages.
    #[must_use]
    pub fn is_site(&self) -> bool {
        self.site
    }

    /// What could not be read.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.unreadable.iter().map(|page| &page.problem)
    }

    pub(crate) fn page(&self, id: &str) -> Option<&ReadPage> {
        self.pages.iter().find(|page| page.facts.id == id)
    }
}

impl ReadPage {
    fn read(source: &Source) -> Result<Self, Box<UnreadablePage>> {
        let file_problem = |what: String| Problem::new(&source.name, "whole file", what);
        let fail = |id, problem| Box::new(UnreadablePage::new(source, id, problem));
        let bytes = match &source.content {
            Ok(bytes) => bytes,
            Err(what) => return Err(fail(None, file_problem(what.clone()))),
        };
        let html = match std::str::from_utf8(bytes) {
            Ok(html) if !html.contains('\0') => html,
            other => {
                let valid = other
                    .map_or_else(|error| error.valid_up_to(), |html| html.find('\0').unwrap_or_default());
                // In UTF-16, every other byte of the anchor is 0.
                let ascii: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
                let what = format!("is not UTF-8: byte {} is invalid", valid + 1);
                return Err(fail(find_id(&String::from_utf8_lossy(&ascii)), file_problem(what)));
            }
        };
        let page = page::read(&source.name, html).map_err(|problem| {
            let known = (problem.page != source.name).then(|| problem.page.clone());
            fail(known.or_else(|| find_id(html)), problem)
        })?;
        let facts = facts::read(&page).map_err(|problem| fail(Some(page.id.clone()), problem))?;
        Ok(Self { facts, passages: Passage::all(&page), is_site: page.is_site })
    }
}

impl UnreadablePage {
    fn new(source: &Source, id: Option<String>, problem: Problem) -> Self {
        Self { id, name: file_stem(&source.name).to_owned(), problem }
    }

    /// The stable name, from the page itself or from the page of this file name in the lock.
    pub(crate) fn id_by(&self, lock: &Lock) -> Option<String> {
        self.id.clone().or_else(|| lock.page_named(&self.name))
    }
}
