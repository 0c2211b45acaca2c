//! The report as one page that needs nothing beside it.

use super::super::compare::Difference;
use super::Report;

const STYLE: &str = "\
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1b1b1b;background:#fff}\
table{border-collapse:collapse;width:100%;margin-bottom:2rem}\
th,td{border:1px solid #bbb;padding:.35rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{background:#eee}code{font-size:.9em}.clean{color:#0a6b2d}.failed{color:#a30000}\
@media(prefers-color-scheme:dark){body{color:#e8e8e8;background:#16181b}th{background:#2a2d31}th,td{border-color:#555}\
.clean{color:#6fd08c}.failed{color:#ff8a80}}";

pub(super) fn render(report: &Report) -> String {
    let verdict = if report.is_clean() {
        ("clean", "The document says what the reference says.")
    } else {
        ("failed", "The document and the reference differ.")
    };
    let problems = report
        .problems
        .iter()
        .map(|problem| vec![code(&problem.page), escape(&problem.place), escape(&problem.what)])
        .collect();
    let differences = report.differences.iter().map(cells).collect();
    let stale = report
        .stale_deviations
        .iter()
        .map(|stale| {
            let deviation = &stale.deviation;
            vec![
                code(&deviation.page),
                code(&deviation.field),
                escape(&stale.problem),
            ]
        })
        .collect();
    let changes = report
        .changes
        .iter()
        .map(|change| {
            vec![
                code(&change.page),
                escape(&change.name),
                escape(change.kind.advice()),
            ]
        })
        .collect();
    let settled = report
        .settled
        .iter()
        .map(|settled| {
            let mut row = cells(&settled.difference);
            row.push(escape(&settled.why));
            row
        })
        .collect();
    let sides = ["Page", "Operation", "Field", "Reference", "Document"];
    let with_reason = ["Page", "Operation", "Field", "Reference", "Document", "Why"];
    let body = [
        table("Could not be read", &["Page", "Place", "Problem"], problems),
        table("Differences", &sides, differences),
        table(
            "Deviations that do not apply any more",
            &["Page", "Field", "Problem"],
            stale,
        ),
        table(
            "Pages that are not as they were accepted",
            &["Page", "Name", "What to do"],
            changes,
        ),
        table("Settled", &with_reason, settled),
    ]
    .concat();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>The document and the reference</title>\
         <style>{STYLE}</style></head>\n<body>\n<h1>The document and the reference</h1>\n\
         <p class=\"{}\">{}</p>\n<p>{}: {}</p>\n{body}</body>\n</html>\n",
        verdict.0,
        verdict.1,
        escape(&report.from),
        escape(&report.summary()),
    )
}

fn cells(difference: &Difference) -> Vec<String> {
    vec![
        code(&difference.page),
        escape(difference.operation.as_deref().unwrap_or("")),
        code(&difference.field),
        escape(&difference.reference),
        escape(&difference.document),
    ]
}

fn table(title: &str, headings: &[&str], rows: Vec<Vec<String>>) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let head: String = headings
        .iter()
        .map(|heading| format!("<th scope=\"col\">{heading}</th>"))
        .collect();
    let body: String = rows
        .iter()
        .map(|row| {
            let cells: String = row.iter().map(|cell| format!("<td>{cell}</td>")).collect();
            format!("<tr>{cells}</tr>\n")
        })
        .collect();
    let count = rows.len();
    format!(
        "<h2>{title} ({count})</h2>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n"
    )
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escape(text))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
