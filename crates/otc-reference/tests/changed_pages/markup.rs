//! Pages in a short notation, written out in both formats of the reference.
//!
//! Line by line: `# title`, `## section`, `- label`, `! note`, `= caption of the next table`, `| cell | cell` (the first
//! row of a table holds the headings), a code block between two lines of three backquotes, and paragraphs.
//! Within a cell, ` / ` begins a paragraph, `* ` a list item, and `! ` a note. HTML within the text is kept.

use otc_reference::Source;

/// A format of the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Site,
    Export,
}

pub(crate) const FORMATS: [Format; 2] = [Format::Site, Format::Export];

/// A page: the number of its topic, and the notation.
pub(crate) type Page = (u32, String);

/// The stable name of a page.
pub(crate) fn id(number: u32) -> String {
    format!("en-us_topic_{number:010}")
}

/// The pages as files. The site names its files after the titles, the export after the topics.
pub(crate) fn sources(format: Format, pages: &[Page]) -> Vec<Source> {
    pages
        .iter()
        .map(|(number, text)| source(&file_name(format, *number, text), html(format, *number, text)))
        .collect()
}

/// A file with this content.
pub(crate) fn source(name: &str, content: impl Into<Vec<u8>>) -> Source {
    Source {
        name: name.to_owned(),
        content: Ok(content.into()),
    }
}

pub(crate) fn file_name(format: Format, number: u32, text: &str) -> String {
    let title = text.lines().find_map(|line| line.strip_prefix("# ")).unwrap();
    let words = title
        .split('(')
        .next()
        .unwrap()
        .trim()
        .replace(' ', "_")
        .to_lowercase();
    match format {
        Format::Site => format!("disks/{words}.html"),
        Format::Export => format!("{}.html", id(number)),
    }
}

/// The HTML of a page.
pub(crate) fn html(format: Format, number: u32, text: &str) -> String {
    let mut writer = Writer {
        format,
        out: String::new(),
    };
    let mut title = "";
    let mut open = false;
    let mut caption = None;
    let mut lines = text.trim().lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("# ") {
            title = heading;
        } else if let Some(heading) = line.strip_prefix("## ") {
            writer.section(heading, std::mem::replace(&mut open, true));
        } else if let Some(label) = line.strip_prefix("- ") {
            writer.push(&format!("<ul><li><p>{label}</p></li></ul>"));
        } else if let Some(note) = line.strip_prefix("! ") {
            writer.note(note);
        } else if let Some(text) = line.strip_prefix("= ") {
            caption = Some(text);
        } else if line.starts_with("| ") {
            let mut rows = vec![line];
            while let Some(row) = lines.next_if(|line| line.starts_with("| ")) {
                rows.push(row);
            }
            writer.table(&rows, caption.take());
        } else if line == "```" {
            let code: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            writer.push(&format!("<pre>{}</pre>", code.join("\n")));
        } else if !line.is_empty() {
            writer.push(&format!("<p>{line}</p>"));
        }
    }
    let mut body = writer.out;
    match format {
        Format::Site => {
            body.push_str(if open { "</section>" } else { "" });
            format!(
                "<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body><div id=\"docs-content\"><section>\
                 <span id=\"en-us-topic-{number:010}\"></span><h1>{title}</h1>{body}</section></div></body></html>"
            )
        }
        Format::Export => {
            body.push_str(if open { "</div>" } else { "" });
            format!(
                "<a name=\"EN-US_TOPIC_{number:010}\"></a><h1 class=\"topictitle1\">{title}</h1>\
                 <div id=\"body{number}\">{body}</div>"
            )
        }
    }
}

struct Writer {
    format: Format,
    out: String,
}

impl Writer {
    fn push(&mut self, html: &str) {
        self.out.push_str(html);
    }

    fn section(&mut self, heading: &str, close: bool) {
        let (end, start) = match self.format {
            Format::Site => ("</section>", format!("<section><h2>{heading}</h2>")),
            Format::Export => (
                "</div>",
                format!("<div class=\"section\"><h4 class=\"sectiontitle\">{heading}</h4>"),
            ),
        };
        self.push(if close { end } else { "" });
        self.push(&start);
    }

    fn note(&mut self, text: &str) {
        let (class, title) = match self.format {
            Format::Site => ("admonition note", "admonition-title"),
            Format::Export => ("note", "notetitle"),
        };
        self.push(&format!(
            "<div class=\"{class}\"><p class=\"{title}\">Note</p><p>{text}</p></div>"
        ));
    }

    fn table(&mut self, rows: &[&str], caption: Option<&str>) {
        self.push("<table>");
        if let Some(caption) = caption {
            self.push(&format!("<caption>{caption}</caption>"));
        }
        for (index, row) in rows.iter().enumerate() {
            let cell = if index == 0 { "th" } else { "td" };
            self.push("<tr>");
            for text in row.trim_start_matches('|').split(" | ") {
                self.push(&format!("<{cell}>"));
                for part in text.trim().split(" / ").filter(|part| !part.is_empty()) {
                    if let Some(item) = part.strip_prefix("* ") {
                        self.push(&format!("<ul><li><p>{item}</p></li></ul>"));
                    } else if let Some(note) = part.strip_prefix("! ") {
                        self.note(note);
                    } else {
                        self.push(&format!("<p>{part}</p>"));
                    }
                }
                self.push(&format!("</{cell}>"));
            }
            self.push("</tr>");
        }
        self.push("</table>");
    }
}
