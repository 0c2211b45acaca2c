//! The published site over HTTP: its table of contents, and the pages that it and the indexes below it link
//! to.

use std::collections::{BTreeSet, VecDeque};
use std::io::Read;
use std::time::Duration;

use anyhow::{Context, ensure};
use reqwest::blocking::Client;
use url::Url;

use crate::page::site_links;
use crate::source::{NOT_PAGES, Source};

/// No page of a reference is as large as this, in bytes.
const LARGEST_PAGE: u64 = 8 * 1024 * 1024;

/// Fetches all pages of the site at this address. A page that can't be fetched is returned with the reason;
/// only the table of contents is indispensable.
pub(crate) fn site(address: &str) -> anyhow::Result<Vec<Source>> {
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
