//! The published site over HTTP, from a server of one page at a time.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use super::super::source::{load, sources};
use super::{comparison, document, fixtures, locked, pages, read};

/// Serves the files of the fixture below `/docs/`, but not the one of this name. The thread ends with the process.
fn serve(but: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap(), but);
        }
    });
    format!("http://{address}/docs")
}

fn answer(mut stream: TcpStream, but: &str) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut request = String::new();
    reader.read_line(&mut request).unwrap();
    let mut header = String::new();
    while reader.read_line(&mut header).unwrap() > 2 {
        header.clear();
    }
    let path = request.split_whitespace().nth(1).unwrap();
    let file = path.strip_prefix("/docs/").filter(|name| *name != but);
    let page = file.and_then(|name| std::fs::read_to_string(fixtures("site").join(name)).ok());
    let (status, body) = page.map_or(("404 Not Found", String::new()), |page| ("200 OK", page));
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
}

#[test]
fn the_published_site_is_read_as_the_directory_is() {
    let fetched = sources(&serve("")).unwrap();
    let loaded = read(&fetched);
    assert!(loaded.complete);
    assert_eq!(locked(&loaded), locked(&read(&pages("site"))));
    assert_eq!(comparison(loaded, &document()).differences, []);
}

#[test]
fn a_page_that_is_linked_and_not_there_is_an_error_that_names_it() {
    let error = sources(&serve("lamps/create.html")).unwrap_err();
    let text = format!("{error:#}");
    assert!(text.contains("can't fetch the page http://127.0.0.1:"), "{text}");
    assert!(text.contains("/docs/lamps/create.html"), "{text}");
    assert!(text.contains("404"), "{text}");
}

#[test]
fn a_directory_without_pages_is_an_error() {
    let error = sources(&fixtures("openapi").display().to_string()).unwrap_err();
    assert!(error.to_string().contains("holds no page"), "{error}");
}

#[test]
fn two_pages_of_one_name_are_a_problem() {
    let mut all = pages("export");
    let mut copy = all[0].clone();
    copy.name = "copy.html".to_owned();
    all.push(copy);
    let problems = load(&all).problems;
    assert_eq!(problems.len(), 1);
    assert!(problems[0].what.contains("same stable name"), "{}", problems[0]);
}
