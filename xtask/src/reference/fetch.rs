//! The published site over HTTP: the table of contents, and the pages that it and the indexes below it link to.

use std::collections::{BTreeSet, VecDeque};
use std::io::Read;
use std::time::Duration;

use anyhow::{Context, ensure};
use reqwest::blocking::Client;
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
    let client = Client::builder().timeout(Duration::from_secs(60)).build()?;
    let mut queue = VecDeque::from([base.join("index.html")?]);
    let mut seen: BTreeSet<Url> = queue.iter().cloned().collect();
    let mut sources = Vec::new();
    while let Some(page) = queue.pop_front() {
        let html = get(&client, &page)?;
        if page.path().ends_with("/index.html") {
            for link in links(&html, &page, &base) {
                if seen.insert(link.clone()) {
                    queue.push_back(link);
                }
            }
        }
        let name = base.make_relative(&page).unwrap_or_else(|| page.to_string());
        if !NO_PAGES.contains(&name.as_str()) {
            sources.push(Source { name, html });
        }
    }
    Ok(sources)
}

fn get(client: &Client, page: &Url) -> anyhow::Result<String> {
    let response = client
        .get(page.clone())
        .send()
        .and_then(reqwest::blocking::Response::error_for_status)
        .with_context(|| format!("can't fetch the page {page}"))?;
    let mut html = String::new();
    response
        .take(LARGEST_PAGE + 1)
        .read_to_string(&mut html)
        .with_context(|| format!("can't read the page {page}"))?;
    ensure!(
        html.len() as u64 <= LARGEST_PAGE,
        "the page {page} is larger than {LARGEST_PAGE} bytes"
    );
    Ok(html)
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write;
    use std::net::TcpListener;

    use super::*;

    /// Answers requests for these paths, and all others by 404.
    fn serve(pages: &'static [(&'static str, &'static str)]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/api/", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    stream.read_exact(&mut byte).unwrap();
                    request.extend(byte);
                }
                let request = String::from_utf8(request).unwrap();
                let path = request.split(' ').nth(1).unwrap_or_default();
                let page = pages.iter().find(|(name, _)| *name == path);
                let (status, html) = page.map_or(("404 Gone", ""), |(_, html)| ("200 OK", html));
                let length = html.len();
                let head =
                    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
                stream.write_all(format!("{head}{html}").as_bytes()).unwrap();
            }
        });
        address
    }

    #[test]
    fn the_pages_that_indexes_link_to() {
        let address = serve(&[
            (
                "/api/index.html",
                r#"<div id="docs-content"><section><a href="disks/index.html#top">disks</a> <a href="/elsewhere.html">no</a></section></div>"#,
            ),
            (
                "/api/disks/index.html",
                r#"<div id="docs-content"><section><a href="list.html">list</a> <a href="../index.html">up</a></section></div>"#,
            ),
            ("/api/disks/list.html", "<p>list</p>"),
        ]);
        let found = site(&address).unwrap();
        let names: Vec<_> = found.iter().map(|page| page.name.as_str()).collect();
        assert_eq!(names, ["disks/index.html", "disks/list.html"]);
        assert_eq!(found[1].html, "<p>list</p>");
    }

    #[test]
    fn a_page_that_is_not_there_is_named() {
        let address = serve(&[]);
        let error = format!("{:#}", site(&address).unwrap_err());
        assert!(error.contains("can't fetch the page http://"), "{error}");
        assert!(error.contains("404"), "{error}");
    }
}
