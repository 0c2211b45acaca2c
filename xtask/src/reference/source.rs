//! Where pages come from: a directory, or the published site itself.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::facts::{self, PageFacts};
use super::fetch;
use super::page::{Format, Page};
use super::problem::Problem;

/// What the site's generator adds beside the pages; the first is the table of contents, of which only links count.
pub(super) const NO_PAGES: [&str; 4] = ["index.html", "genindex.html", "search.html", "404.html"];

/// A file that may be a page.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Its path below the directory, or its address.
    pub(crate) name: String,
    pub(crate) html: String,
}

/// Pages with their facts, and what could not be read.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) pages: Vec<(Page, PageFacts)>,
    pub(crate) problems: Vec<Problem>,
    /// Whether a page that is not there is missing: the site is one whole, an export may hold some pages only.
    pub(crate) complete: bool,
}

/// Reads all files of a directory or of a site.
pub(crate) fn sources(from: &str) -> anyhow::Result<Vec<Source>> {
    let sources = if from.starts_with("http://") || from.starts_with("https://") {
        fetch::site(from)?
    } else {
        directory(Path::new(from))?
    };
    if sources.is_empty() {
        bail!("{from} holds no page: name the directory or the address of the reference's HTML");
    }
    Ok(sources)
}

fn directory(root: &Path) -> anyhow::Result<Vec<Source>> {
    let mut files = Vec::new();
    collect(root, &mut files)?;
    files.sort();
    let mut sources = Vec::new();
    for file in files {
        let name = file.strip_prefix(root).unwrap_or(&file).display().to_string();
        if NO_PAGES.contains(&name.as_str()) {
            continue;
        }
        let html = std::fs::read_to_string(&file)
            .with_context(|| format!("can't read the page {}", file.display()))?;
        sources.push(Source { name, html });
    }
    Ok(sources)
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(directory)
        .with_context(|| format!("can't read the directory {}", directory.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "html") {
            files.push(path);
        }
    }
    Ok(())
}

/// Reads the pages and their facts.
pub(crate) fn load(sources: &[Source]) -> Loaded {
    let mut loaded = Loaded::default();
    for source in sources {
        match load_page(source) {
            Ok((page, facts)) => loaded.add(page, facts),
            Err(problem) => loaded.problems.push(problem),
        }
    }
    loaded
}

/// Reads one page and its facts.
pub(crate) fn load_page(source: &Source) -> Result<(Page, PageFacts), Problem> {
    let page = Page::read(&source.name, &source.html)?;
    let facts = facts::read(&page)?;
    Ok((page, facts))
}

impl Loaded {
    fn add(&mut self, page: Page, facts: PageFacts) {
        if let Some((other, _)) = self.pages.iter().find(|(other, _)| other.id == page.id) {
            let what = format!("has the same stable name as {}", other.file);
            self.problems.push(Problem::new(page.id, page.file, what));
            return;
        }
        self.complete |= page.format == Format::Site;
        self.pages.push((page, facts));
    }
}
