//! The report as annotations of a GitHub workflow.

use super::super::document::Document;
use super::Report;

pub(super) fn render(report: &Report, document: &Document) -> String {
    let mut lines = Vec::new();
    for problem in &report.problems {
        let title = format!("Reference page {} could not be read", problem.page);
        lines.push(annotation(
            "error",
            None,
            &title,
            &format!("{}: {}", problem.place, problem.what),
        ));
    }
    for difference in &report.differences {
        let line = document.line_of_page(&difference.page);
        let title = format!("{} {}", difference.page, difference.field);
        let text = format!(
            "reference: {}\ndocument: {}",
            difference.reference, difference.document
        );
        lines.push(annotation(
            "error",
            Some(("openapi/vbs.yaml", line)),
            &title,
            &text,
        ));
    }
    for stale in &report.stale_deviations {
        let title = format!(
            "Stale deviation {} {}",
            stale.deviation.page, stale.deviation.field
        );
        lines.push(annotation(
            "error",
            Some(("openapi/deviations.toml", None)),
            &title,
            &stale.problem,
        ));
    }
    let level = if report.accepted { "notice" } else { "error" };
    for change in &report.changes {
        let title = format!("Reference page {} ({})", change.page, change.name);
        let file = Some(("openapi/reference.lock", None));
        lines.push(annotation(level, file, &title, change.kind.advice()));
    }
    let level = if report.is_clean() { "notice" } else { "error" };
    lines.push(annotation(level, None, "Reference", &report.summary()));
    lines.push(String::new());
    lines.join("\n")
}

fn annotation(level: &str, file: Option<(&str, Option<usize>)>, title: &str, text: &str) -> String {
    let mut properties = Vec::new();
    if let Some((file, line)) = file {
        properties.push(format!("file={file}"));
        properties.extend(line.map(|line| format!("line={line}")));
    }
    properties.push(format!(
        "title={}",
        escape(title).replace(':', "%3A").replace(',', "%2C")
    ));
    format!("::{level} {}::{}", properties.join(","), escape(text))
}

fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
