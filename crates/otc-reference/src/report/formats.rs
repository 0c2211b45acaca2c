//! The report as text, as annotations and as a web page: the same sections in three notations.

use super::Report;
use crate::compare::Difference;
use crate::document::Document;

const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1b1b1b;background:#fff}\
table{border-collapse:collapse;width:100%;margin-bottom:2rem}\
th,td{border:1px solid #bbb;padding:.35rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{background:#eee}.clean{color:#0a6b2d}.failed{color:#a30000}\
@media(prefers-color-scheme:dark){body{color:#e8e8e8;background:#16181b}th{background:#2a2d31}th,td{border-color:#555}\
.clean{color:#6fd08c}.failed{color:#ff8a80}}";

/// A kind of findings.
struct Section {
    title: &'static str,
    columns: &'static [&'static str],
    /// Cells that fit the columns. In text, the first two are on one line.
    rows: Vec<Vec<String>>,
    /// For annotations: the level, and the file if it is not the document.
    level: Option<&'static str>,
    file: Option<&'static str>,
}

fn sections(report: &Report) -> [Section; 5] {
    let difference = |found: &Difference| {
        let operation = found.operation.as_deref().unwrap_or("no operation");
        [
            &found.page,
            &format!("({operation}) {}", found.field),
            &found.reference,
            &found.document,
        ]
        .map(|text| visible(text))
        .to_vec()
    };
    let explained = report.explained.iter().map(|explained| {
        let mut row = difference(&explained.difference);
        row.push(explained.why.clone());
        row
    });
    let stale = report.stale_deviations.iter().map(|stale| {
        let deviation = &stale.deviation;
        [&deviation.page, &deviation.field, &stale.problem]
            .map(|text| visible(text))
            .to_vec()
    });
    let changes = report.changes.iter().map(|change| {
        let mut row = vec![
            visible(&change.page),
            format!("({})", visible(&change.name)),
            visible(&change.advice()),
        ];
        row.extend(change.facts.iter().cloned());
        row.extend(change.passages.iter().map(|(place, text)| match text {
            Some(text) => format!("in {}: {}", visible(place), visible(&squeeze(text))),
            None => format!("in {}: text was removed", visible(place)),
        }));
        row
    });
    let problems = report.problems.iter().map(|problem| {
        [&problem.page, &problem.place, &problem.what]
            .map(|text| visible(text))
            .to_vec()
    });
    let changed = if report.accepted == Some(true) {
        "notice"
    } else {
        "error"
    };
    let section = |title, columns, level, file, rows| Section {
        title,
        columns,
        rows,
        level,
        file,
    };
    [
        section(
            "Can't be read",
            &["Page", "Place", "Problem"],
            Some("error"),
            Some(""),
            problems.collect(),
        ),
        section(
            "Differences",
            &["Page", "Field", "Reference", "Document"],
            Some("error"),
            None,
            report.differences.iter().map(difference).collect(),
        ),
        section(
            "Deviations that no longer apply",
            &["Page", "Field", "Problem"],
            Some("error"),
            Some("openapi/deviations.toml"),
            stale.collect(),
        ),
        section(
            "Pages that changed since they were accepted",
            &["Page", "Name", "What to do"],
            Some(changed),
            Some("openapi/reference.lock"),
            changes.collect(),
        ),
        section(
            "Explained in openapi/deviations.toml",
            &["Page", "Field", "Reference", "Document", "Why"],
            None,
            None,
            explained.collect(),
        ),
    ]
}

/// For people at a terminal.
pub(super) fn text(report: &Report) -> String {
    let mut out = String::new();
    for section in sections(report).iter().filter(|section| !section.rows.is_empty()) {
        out.push_str(&format!("{}:\n", section.title));
        for row in &section.rows {
            out.push_str(&format!(
                "  {}\n",
                row.iter().take(2).cloned().collect::<Vec<_>>().join(" ")
            ));
            for (index, cell) in row.iter().enumerate().skip(2) {
                let column = match section.columns.get(index) {
                    Some(column @ (&"Reference" | &"Document" | &"Why")) => {
                        format!("{}: ", column.to_lowercase())
                    }
                    _ => String::new(),
                };
                out.push_str(&format!("    {column:<11}{cell}\n").replace("               ", "    "));
            }
        }
        out.push('\n');
    }
    out.push_str(&format!("{}: {}\n", report.from, report.summary()));
    out
}

/// Annotations of a GitHub workflow.
pub(super) fn github(report: &Report, document: &Document) -> String {
    let mut out = String::new();
    for section in sections(report) {
        let Some(level) = section.level else {
            continue;
        };
        for row in &section.rows {
            let page = row.first().map_or("", String::as_str);
            let file = match section.file {
                Some(file) => file.to_owned(),
                None => {
                    let line = document.line_of_page(page);
                    line.map_or(document.name.clone(), |line| {
                        format!("{},line={line}", document.name)
                    })
                }
            };
            let file = if file.is_empty() {
                file
            } else {
                format!("file={file},")
            };
            let title = row.iter().take(2).cloned().collect::<Vec<_>>().join(" ");
            let mut lines = Vec::new();
            for (index, cell) in row.iter().enumerate().skip(2) {
                lines.push(match section.columns.get(index) {
                    Some(column @ (&"Reference" | &"Document")) => {
                        format!("{}: {cell}", column.to_lowercase())
                    }
                    _ => cell.clone(),
                });
            }
            let title = escape_annotation(&title).replace(':', "%3A").replace(',', "%2C");
            out.push_str(&format!(
                "::{level} {file}title={title}::{}\n",
                escape_annotation(&lines.join("\n"))
            ));
        }
    }
    let level = if report.is_clean() { "notice" } else { "error" };
    out.push_str(&format!(
        "::{level} title=Reference::{}\n",
        escape_annotation(&report.summary())
    ));
    out
}

fn escape_annotation(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A self-contained web page.
pub(super) fn html(report: &Report) -> String {
    let (class, verdict) = if report.is_clean() {
        ("clean", "The document agrees with the reference.")
    } else {
        ("failed", "The document and the reference differ.")
    };
    let mut body = String::new();
    for section in sections(report).iter().filter(|section| !section.rows.is_empty()) {
        let last = section.columns.len() - 1;
        let head: String = section
            .columns
            .iter()
            .map(|column| format!("<th scope=\"col\">{column}</th>"))
            .collect();
        body.push_str(&format!(
            "<h2>{} ({})</h2>\n<table>\n",
            section.title,
            section.rows.len()
        ));
        body.push_str(&format!("<thead><tr>{head}</tr></thead>\n<tbody>\n"));
        for row in &section.rows {
            let mut cells: Vec<String> = row.iter().map(|cell| escape_html(cell)).collect();
            let rest = cells.split_off(last.min(cells.len())).join("<br>");
            cells.push(rest);
            body.push_str(&format!("<tr><td>{}</td></tr>\n", cells.join("</td><td>")));
        }
        body.push_str("</tbody>\n</table>\n");
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>The document and the reference</title>\
         <style>{STYLE}</style></head>\n<body>\n<h1>The document and the reference</h1>\n\
         <p class=\"{class}\">{verdict}</p>\n<p>{}: {}</p>\n{body}</body>\n</html>\n",
        escape_html(&report.from),
        escape_html(&report.summary()),
    )
}

fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The text with every character spelled out that may look like another one, or like nothing.
fn visible(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            ' '..='~' | '\n' => out.push(c),
            _ => out.extend(c.escape_default()),
        }
    }
    out
}

/// The text on one line.
fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
