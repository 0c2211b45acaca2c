//! Pages from directories, over HTTP, in other encodings, and with names that are taken.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod support;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use otc_reference::{Reference, Source, sources};
use support::{FORMATS, Format, Pages, reviewed};

fn disks() -> Pages {
    Pages::load("disks").unwrap()
}

/// The name of the page about one disk.
fn show(format: Format) -> &'static str {
    match format {
        Format::Site => "disks/show.html",
        Format::Export => "en-us_topic_0000000001.html",
    }
}

/// Asserts that nothing but one problem is reported, with this text.
fn assert_only_problem(format: Format, sources: &[Source], wanted: &str) {
    let disks = disks();
    let lock = reviewed(&disks.sources(format));
    let report = disks.target().check(&Reference::read(sources), &lock);
    let problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    assert!(problems.len() == 1 && problems[0].contains(wanted), "{wanted}: {problems:?}");
    assert_eq!((report.differences, report.changes), (vec![], vec![]), "{wanted}");
    assert!(report.stale_deviations.is_empty(), "{wanted}: {:?}", report.stale_deviations);
}

/// The pages with another content of the page about one disk.
fn with_show(format: Format, change: impl Fn(&mut Source)) -> Vec<Source> {
    let mut sources = disks().sources(format);
    sources.iter_mut().filter(|source| source.name == show(format)).for_each(change);
    sources
}

#[test]
fn files_in_other_encodings_are_unreadable_pages() {
    let utf16 =
        |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    for format in FORMATS {
        for encoding in ["Latin-1", "UTF-16LE", "UTF-16BE", "UTF-16LE without a byte order mark"] {
            let sources = with_show(format, |source| {
                let text = String::from_utf8(source.content.clone().unwrap()).unwrap().replace('¶', "");
                let accented = text.replace("The size", "The sizé");
                // The page must be recognized by what it contains.
                source.name = "unknown.html".to_owned();
                source.content = Ok(match encoding {
                    "Latin-1" => accented.chars().map(|c| u8::try_from(c).unwrap()).collect(),
                    "UTF-16LE" => utf16(&format!("\u{feff}{accented}"), u16::to_le_bytes),
                    "UTF-16BE" => utf16(&format!("\u{feff}{accented}"), u16::to_be_bytes),
                    _ => utf16(&text, u16::to_le_bytes),
                });
            });
            assert_only_problem(format, &sources, "unknown.html: whole file: is not UTF-8");
        }
    }
}

#[test]
fn no_page_is_missing_while_an_unknown_file_is_unreadable() {
    let sources = with_show(Format::Site, |source| {
        *source = Source { name: "new/unknown.html".to_owned(), content: Ok(b"<html></html>".to_vec()) };
    });
    assert_only_problem(Format::Site, &sources, "no page is reported as missing");
}

#[cfg(unix)]
#[test]
fn dangling_link_is_the_unreadable_page_that_had_its_name() {
    for format in FORMATS {
        let directory = tempfile::tempdir().unwrap();
        for Source { name, content } in disks().sources(format) {
            let path = directory.path().join(&name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            if name == show(format) {
                std::os::unix::fs::symlink("nowhere.html", path).unwrap();
            } else {
                std::fs::write(path, content.unwrap()).unwrap();
            }
        }
        let sources = sources(directory.path().to_str().unwrap()).unwrap();
        let wanted = format!("{}: whole file: the file can't be read", show(format));
        assert_only_problem(format, &sources, &wanted);
    }
}

#[test]
fn directory_without_pages_is_an_error() {
    let error = sources(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/references")).unwrap_err();
    assert!(error.to_string().starts_with("there are no pages in "), "{error}");
}

#[test]
fn two_pages_with_the_same_stable_name_are_a_problem() {
    let mut sources = disks().sources(Format::Export);
    let copy = sources[0].clone();
    sources.push(Source { name: "copy.html".to_owned(), ..copy });
    let wanted = "copy.html: has the same stable name as en-us_topic_0000000003.html";
    assert_only_problem(Format::Export, &sources, wanted);
}

/// Serves a site below `/docs/`, except for this page. The thread ends with the process.
fn serve(missing: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut pages = disks().sources(Format::Site);
    let links = pages.iter().map(|page| format!("<a href=\"{}#top\">Page</a>", page.name));
    let links = links.chain(["<a href=\"https://elsewhere.example/a.html\">Elsewhere</a>".to_owned()]);
    let contents = format!("<div id=\"docs-content\"><section>{}</section></div>", links.collect::<String>());
    pages.push(Source { name: "index.html".to_owned(), content: Ok(contents.into_bytes()) });
    pages.retain(|page| page.name != missing);
    thread::spawn(move || listener.incoming().for_each(|stream| answer(stream.unwrap(), &pages)));
    format!("http://{address}/docs")
}

fn answer(mut stream: TcpStream, pages: &[Source]) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
    let request = lines.next().unwrap();
    lines.find(String::is_empty).unwrap();
    let target = request.split_whitespace().nth(1).unwrap();
    let page = pages.iter().find(|page| target.strip_prefix("/docs/") == Some(&page.name));
    let status = if page.is_some() { "200 OK" } else { "404 Not Found" };
    let body = page.map_or(&[][..], |page| page.content.as_ref().unwrap());
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len())
        .unwrap();
    stream.write_all(body).unwrap();
}

#[test]
fn published_site_reads_as_its_directory_does() {
    let pages = |sources: Vec<Source>| -> BTreeMap<_, _> {
        sources.into_iter().map(|source| (source.name, source.content)).collect()
    };
    let fetched = sources(&serve("")).unwrap();
    assert_eq!(pages(fetched), pages(disks().sources(Format::Site)));
}

#[test]
fn link_to_a_missing_page_is_the_only_problem_of_the_site() {
    let fetched = sources(&serve(show(Format::Site))).unwrap();
    for wanted in [
        "disks/show.html: whole file: can't fetch the page http://127.0.0.1:",
        "/docs/disks/show.html: ",
        "404 Not Found",
    ] {
        assert_only_problem(Format::Site, &fetched, wanted);
    }
}

#[test]
fn missing_table_of_contents_is_an_error() {
    let error = format!("{:#}", sources(&serve("index.html")).unwrap_err());
    assert!(error.starts_with("can't fetch the page http://127.0.0.1:"), "{error}");
    assert!(error.contains("/docs/index.html: "), "{error}");
}
