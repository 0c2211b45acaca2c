//! The files or addresses that pages are read from.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::fetch;

/// Files that the site's generator adds to the pages. The first is the table of contents, which only has
/// links.
pub(crate) const NOT_PAGES: [&str; 4] = ["index.html", "genindex.html", "search.html", "404.html"];

/// A file or an address that may be a page.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its path below the directory, or its address below that of the site.
    pub name: String,
    /// Its content, or the reason why it could not be read.
    pub content: Result<Vec<u8>, String>,
}

/// Reads all HTML files of a directory, or all pages of a published site if `from` is an `http(s)://` URL.
///
/// A page that can't be read is returned with the reason, so that it is reported along with the others.
///
/// # Errors
///
/// If the directory or the site's table of contents can't be read, or there is no page.
pub fn sources(from: &str) -> anyhow::Result<Vec<Source>> {
    let sources = if from.starts_with("http://") || from.starts_with("https://") {
        fetch::site(from)?
    } else {
        directory(Path::new(from))?
    };
    if sources.is_empty() {
        bail!("there are no pages in {from}: name the directory or the URL of the reference's HTML");
    }
    Ok(sources)
}

fn directory(root: &Path) -> anyhow::Result<Vec<Source>> {
    let mut files = Vec::new();
    collect(root, &mut files)?;
    files.sort();
    let source = |file: PathBuf| Source {
        name: file.strip_prefix(root).unwrap_or(&file).display().to_string(),
        content: std::fs::read(&file).map_err(|error| format!("the file can't be read: {error}")),
    };
    let is_page = |source: &Source| !NOT_PAGES.contains(&source.name.as_str());
    Ok(files.into_iter().map(source).filter(is_page).collect())
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
