//! The files or addresses that pages are read from.

use std::collections::{BTreeSet, VecDeque};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use reqwest::blocking::Client;
use url::Url;

use crate::page::site_links;

/// Files that the site's generator adds to the pages. The first is the table of contents, which only has
/// links.
const NOT_PAGES: [&str; 4] = ["index.html", "genindex.html", "search.html", "404.html"];

/// No page of a reference is as large as this, in bytes.
const LARGEST_PAGE: u64 = 8 * 1024 * 1024;

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
        site(from)?
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

/// Fetches all pages of the site at this address. A page that can't be fetched is returned with the reason;
/// only the table of contents is indispensable.
fn site(address: &str) -> anyhow::Result<Vec<Source>> {
    let mut base = Url::parse(address).with_context(|| format!("`{address}` is not a URL"))?;
    if !base.path().ends_with('/') && !base.path().ends_with(".html") {
        base.set_path(&format!("{}/", base.path()));
    }
    let base = base.join(".")?;
    let client = Client::builder().timeout(Duration::from_secs(60)).build()?;
    let contents = base.join("index.html")?;
    let mut queue = VecDeque::from([contents.clone()]);
    let mut seen = BTreeSet::from([contents.clone()]);
    let mut sources = Vec::new();
    while let Some(page) = queue.pop_front() {
        let content = match get(&client, &page) {
            Err(error) if page == contents => return Err(error),
            content => content.map_err(|error| format!("{error:#}")),
        };
        if let (Ok(html), true) = (&content, page.path().ends_with("/index.html")) {
            for link in links(&String::from_utf8_lossy(html), &page, &base) {
                if seen.insert(link.clone()) {
                    queue.push_back(link);
                }
            }
        }
        let name = base.make_relative(&page).unwrap_or_else(|| page.to_string());
        if !NOT_PAGES.contains(&name.as_str()) {
            sources.push(Source { name, content });
        }
    }
    Ok(sources)
}

fn get(client: &Client, page: &Url) -> anyhow::Result<Vec<u8>> {
    let response = client
        .get(page.clone())
        .send()
        .and_then(reqwest::blocking::Response::error_for_status)
        .map_err(reqwest::Error::without_url)
        .with_context(|| format!("can't fetch the page {page}"))?;
    let mut html = Vec::new();
    response
        .take(LARGEST_PAGE + 1)
        .read_to_end(&mut html)
        .with_context(|| format!("can't read the page {page}"))?;
    ensure!(html.len() as u64 <= LARGEST_PAGE, "the page {page} is larger than {LARGEST_PAGE} bytes");
    Ok(html)
}

/// The pages below the base that the content of an index links to.
fn links(html: &str, page: &Url, base: &Url) -> Vec<Url> {
    site_links(html)
        .iter()
        .filter_map(|link| page.join(link).ok())
        .map(|mut link| {
            link.set_fragment(None);
            link.set_query(None);
            link
        })
        .filter(|link| link.as_str().starts_with(base.as_str()) && link.path().ends_with(".html"))
        .collect()
}
