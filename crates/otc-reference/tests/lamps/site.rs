//! The published site over HTTP, from a server of one page at a time.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use otc_reference::{Lock, Reference, sources};

use crate::{compare, document, document_text, pages, path, read};

/// Serves the files of the site below `/docs/`, except for this one. The thread ends with the process.
fn serve(missing: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            answer(stream.unwrap(), missing);
        }
    });
    format!("http://{address}/docs")
}

fn answer(mut stream: TcpStream, missing: &str) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut request = String::new();
    reader.read_line(&mut request).unwrap();
    let mut header = String::new();
    while reader.read_line(&mut header).unwrap() > 2 {
        header.clear();
    }
    let target = request.split_whitespace().nth(1).unwrap();
    let file = target.strip_prefix("/docs/").filter(|name| *name != missing);
    let page = file.and_then(|name| std::fs::read_to_string(path("site").join(name)).ok());
    let (status, body) = page.map_or(("404 Not Found", String::new()), |page| ("200 OK", page));
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
}

fn names(reference: &Reference) -> Vec<&str> {
    let mut names: Vec<&str> = reference.pages.iter().map(|page| page.source.as_str()).collect();
    names.sort_unstable();
    names
}

#[test]
fn published_site_reads_as_its_directory_does() {
    let fetched = read(&sources(&serve("")).unwrap());
    let directory = read(&pages("site"));
    assert_eq!(names(&fetched), names(&directory));
    let locked = |reference: &Reference| {
        let mut lock = Lock::default();
        lock.accept(reference);
        format!("{lock:?}")
    };
    assert_eq!(locked(&fetched), locked(&directory));
    assert!(compare(&fetched, &document(document_text()), "").is_clean());
}

#[test]
fn a_link_to_a_missing_page_is_the_only_problem_of_the_site() {
    let reference = Reference::read(&sources(&serve("lamps/create.html")).unwrap());
    let problems: Vec<String> = reference.problems().map(ToString::to_string).collect();
    let [problem] = &problems[..] else {
        panic!("{problems:?}")
    };
    assert!(
        problem.starts_with("lamps/create.html: whole file: can't fetch the page http://127.0.0.1:"),
        "{problem}"
    );
    assert!(problem.contains("/docs/lamps/create.html: "), "{problem}");
    assert!(problem.contains("404 Not Found"), "{problem}");
    assert_eq!(reference.pages.len(), pages("site").len() - 1);
}

#[test]
fn a_missing_table_of_contents_is_an_error() {
    let error = format!("{:#}", sources(&serve("index.html")).unwrap_err());
    assert!(
        error.starts_with("can't fetch the page http://127.0.0.1:"),
        "{error}"
    );
    assert!(error.contains("/docs/index.html: "), "{error}");
}

#[test]
fn a_directory_without_pages_is_an_error() {
    let error = sources(&path("openapi").display().to_string()).unwrap_err();
    assert!(error.to_string().starts_with("there are no pages in "), "{error}");
}

#[test]
fn two_pages_with_the_same_stable_name_are_a_problem() {
    let mut all = pages("export");
    let mut copy = all[0].clone();
    copy.name = "copy.html".to_owned();
    all.push(copy);
    let reference = Reference::read(&all);
    let problems: Vec<String> = reference.problems().map(ToString::to_string).collect();
    assert_eq!(
        problems,
        ["en-us_topic_0000000101: copy.html: has the same stable name as en-us_topic_0000000101.html"]
    );
}
