//! The published site over HTTP: the table of contents, and the pages that it and the indexes below it link to.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use anyhow::Context;
use scraper::{Html, Selector};
use url::Url;

use super::source::{NO_PAGES, Source};

/// More than any page has; an endless answer ends here.
const LARGEST_PAGE: u64 = 8 * 1024 * 1024;

/// Fetches all pages of the site at this address.
pub(crate) fn site(address: &str) -> anyhow::Result<Vec<Source>> {
    let mut base = Url::parse(address).with_context(|| format!("{address} is not an address"))?;
    if !base.path().ends_with('/') && !base.path().ends_with(".html") {
        base.set_path(&format!("{}/", base.path()));
    }
    let base = base.join(".")?;
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(60)))
        .build()
        .into();
    let mut queue = VecDeque::from([base.join("index.html")?]);
    let mut seen: BTreeSet<Url> = queue.iter().cloned().collect();
    let mut sources = Vec::new();
    while let Some(page) = queue.pop_front() {
        let html = get(&agent, &page)?;
        if page.path().ends_with("/index.html") {
            for link in links(&html, &page, &base) {
                if seen.insert(link.clone()) {
                    queue.push_back(link);
                }
            }
        }
        let name = base
            .make_relative(&page)
            .unwrap_or_else(|| page.to_string());
        if !NO_PAGES.contains(&name.as_str()) {
            sources.push(Source { name, html });
        }
    }
    Ok(sources)
}

fn get(agent: &ureq::Agent, page: &Url) -> anyhow::Result<String> {
    let mut response = agent
        .get(page.as_str())
        .call()
        .with_context(|| format!("can't fetch the page {page}"))?;
    response
        .body_mut()
        .with_config()
        .limit(LARGEST_PAGE)
        .read_to_string()
        .with_context(|| format!("can't read the page {page}"))
}

/// The pages below the base that the content of an index links to.
fn links(html: &str, page: &Url, base: &Url) -> Vec<Url> {
    let Ok(selector) = Selector::parse("#docs-content > section a[href]") else {
        return Vec::new();
    };
    Html::parse_document(html)
        .select(&selector)
        .filter_map(|link| page.join(link.attr("href")?).ok())
        .map(|mut link| {
            link.set_fragment(None);
            link.set_query(None);
            link
        })
        .filter(|link| link.as_str().starts_with(base.as_str()) && link.path().ends_with(".html"))
        .collect()
}
