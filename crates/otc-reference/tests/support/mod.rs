//! References as YAML: pages in a short notation that are written out in both formats, and the document that
//! they are compared with.
//!
//! The notation, line by line: `# title`, `## section`, `- label` of a list item that lasts until the next one,
//! `! note`, `= caption of the next table`, `| cell | cell` (the first row of a table has the headings), code
//! between two lines of three backquotes, `> HTML as it is`, and paragraphs. Within a cell, ` / ` begins a
//! paragraph, `* ` a list item, and `! ` a note. HTML within a text is kept.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use otc_reference::{
    Deviation, Document, Expected, Lock, Reference, Report, Source, check, parse_deviations,
};
use serde::Deserialize;

/// A format of the reference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    #[default]
    Site,
    Export,
}

pub(crate) const FORMATS: [Format; 2] = [Format::Site, Format::Export];

/// A file of `tests/references`.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pages {
    #[serde(skip)]
    pub(crate) name: String,
    pub(crate) document: String,
    #[serde(default)]
    pub(crate) error_codes: String,
    #[serde(default)]
    pub(crate) deviations: String,
    pub(crate) pages: BTreeMap<String, Page>,
}

/// A page in the notation.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page {
    /// The number in the stable name.
    pub(crate) topic: u32,
    pub(crate) text: String,
}

impl Pages {
    pub(crate) fn load(name: &str) -> Result<Self> {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/references");
        let file = directory.join(format!("{name}.yaml"));
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let mut pages: Self = serde_saphyr::from_str(&text).with_context(|| file.display().to_string())?;
        pages.name = name.to_owned();
        Ok(pages)
    }

    /// The pages as files. The site calls them by their names, the export by their topics.
    pub(crate) fn sources(&self, format: Format) -> Vec<Source> {
        let source = |(name, page): (&String, &Page)| Source {
            name: match format {
                Format::Site => format!("{}/{name}.html", self.name),
                Format::Export => format!("{}.html", id(page.topic)),
            },
            content: Ok(html(format, page).into_bytes()),
        };
        self.pages.iter().map(source).collect()
    }

    /// What pages are compared with.
    pub(crate) fn target(&self) -> Target {
        let name = format!("openapi/{}.yaml", self.name);
        Target {
            document: Document::parse(&name, self.document.clone(), &self.error_codes).unwrap(),
            deviations: parse_deviations(&self.deviations).unwrap(),
        }
    }
}

/// What pages are compared with.
pub(crate) struct Target {
    pub(crate) document: Document,
    deviations: Vec<Deviation>,
}

impl Target {
    pub(crate) fn check(&self, reference: &Reference, lock: &Lock) -> Report {
        let Self { document, deviations } = self;
        check("pages", reference, &Expected { document, deviations, lock })
    }
}

/// The lock after a review of these pages, all of which must be readable.
pub(crate) fn reviewed(sources: &[Source]) -> Lock {
    let reference = Reference::read(sources);
    assert_eq!(reference.problems().next(), None, "the pages can be read");
    let mut lock = Lock::default();
    lock.accept(&reference);
    lock
}

/// The stable name of a page.
pub(crate) fn id(topic: u32) -> String {
    format!("en-us_topic_{topic:010}")
}

fn html(format: Format, page: &Page) -> String {
    let mut writer = Writer { format, ..Writer::default() };
    let mut lines = page.text.trim().lines().map(str::trim).peekable();
    let mut title = "";
    let mut caption = None;
    while let Some(line) = lines.next() {
        let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
        match mark {
            "#" => title = rest,
            "##" => writer.section(rest),
            "-" => writer.label(rest),
            "!" => writer.note(rest),
            "=" => caption = Some(rest),
            ">" => writer.push(rest),
            "|" => {
                let mut rows = vec![line];
                rows.extend(std::iter::from_fn(|| lines.next_if(|line| line.starts_with('|'))));
                writer.table(&rows, caption.take());
            }
            "```" => {
                let code: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                let (start, end) = writer.pick(
                    ("<div class=\"highlight\"><pre><span></span>", "</pre></div>"),
                    ("<pre class=\"screen\">", "</pre>"),
                );
                writer.push(&format!("{start}{}{end}", code.join("\n")));
            }
            "" => {}
            _ => writer.push(&format!("<p>{line}</p>")),
        }
    }
    writer.end_list();
    writer.end_section();
    let (topic, body) = (page.topic, writer.out);
    match format {
        Format::Site => format!(
            "<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body><nav><a href=\"index.html\">All</a></nav>\
             <div id=\"docs-content\"><section><span id=\"en-us-topic-{topic:010}\"></span>\
             <h1>{title}<a class=\"headerlink\" href=\"#x\">¶</a></h1>{body}</section>\
             <div><a href=\"x.html\">Prev</a></div></div></body></html>"
        ),
        Format::Export => format!(
            "<a name=\"EN-US_TOPIC_{topic:010}\"></a><h1 class=\"topictitle1\">{title}</h1>\
             <div id=\"body1\">{body}</div>\
             <div class=\"familylinks\"><strong>Parent topic:</strong> <a href=\"x.html\">All</a></div>"
        ),
    }
}

/// Writes the body of a page.
#[derive(Default)]
struct Writer {
    format: Format,
    out: String,
    in_section: bool,
    in_list: bool,
}

impl Writer {
    fn push(&mut self, html: &str) {
        self.out.push_str(html);
    }

    fn pick<T>(&self, site: T, export: T) -> T {
        match self.format {
            Format::Site => site,
            Format::Export => export,
        }
    }

    fn section(&mut self, heading: &str) {
        self.end_list();
        self.end_section();
        self.in_section = true;
        self.push(&self.pick(
            format!("<section><h2>{heading}<a class=\"headerlink\" href=\"#x\">¶</a></h2>"),
            format!("<div class=\"section\"><h4 class=\"sectiontitle\">{heading}</h4>"),
        ));
    }

    fn end_section(&mut self) {
        if std::mem::take(&mut self.in_section) {
            self.push(self.pick("</section>", "</div>"));
        }
    }

    fn label(&mut self, text: &str) {
        let next = std::mem::replace(&mut self.in_list, true);
        self.push(if next { "</li><li>" } else { "<ul><li>" });
        self.push(&self.pick(format!("<p>{text}</p>"), text.to_owned()));
    }

    fn end_list(&mut self) {
        if std::mem::take(&mut self.in_list) {
            self.push("</li></ul>");
        }
    }

    fn note(&mut self, text: &str) {
        let (class, title) = self.pick(("admonition note", "admonition-title"), ("note", "notetitle"));
        self.push(&format!("<div class=\"{class}\"><p class=\"{title}\">Note</p><p>{text}</p></div>"));
    }

    fn table(&mut self, rows: &[&str], caption: Option<&str>) {
        self.push(self.pick(
            "<div class=\"table-responsive\"><table>",
            "<div class=\"tablenoborder\"><table border=\"1\">",
        ));
        self.push(&caption.map_or_else(String::new, |caption| format!("<caption>{caption}</caption>")));
        for (index, row) in rows.iter().enumerate() {
            let (start, cell, end) = if index == 0 { ("<thead>", "th", "</thead>") } else { ("", "td", "") };
            self.push(&format!("{start}<tr>"));
            for text in row.trim_start_matches('|').split(" | ") {
                self.push(&format!("<{cell}>"));
                for part in text.trim().split(" / ").filter(|part| !part.is_empty()) {
                    match part.split_once(' ') {
                        Some(("*", item)) => self.push(&format!("<ul><li><p>{item}</p></li></ul>")),
                        Some(("!", note)) => self.note(note),
                        _ => self.push(&format!("<p>{part}</p>")),
                    }
                }
                self.push(&format!("</{cell}>"));
            }
            self.push(&format!("</tr>{end}"));
        }
        self.push("</table></div>");
    }
}
