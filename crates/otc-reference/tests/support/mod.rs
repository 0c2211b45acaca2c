//! References as YAML: pages in a short notation that are written out in both formats, and the document that
//! they are compared with.
//!
//! The notation, line by line: `# title`, `## section`, `- label` of a list item that lasts until the next one,
//! `! note`, `= caption of the next table`, `| cell | cell` (the first row of a table has the headings), code
//! between two lines of three backquotes, `> HTML as it is`, and paragraphs. Within a cell, ` / ` begins a
//! paragraph, `* ` a list item, and `! ` a note. HTML within a text is kept.

use std::collections::BTreeMap;
use std::mem::take;
use std::path::Path;

use anyhow::{Context, Result};
use otc_reference::{
    Deviation, Document, Expected, Lock, Reference, Report, Source, check, parse_deviations,
};
use serde::Deserialize;

/// A format of the reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
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
    let pick = |site: &'static str, export: &'static str| if format == Format::Site { site } else { export };
    let mut out = String::new();
    let (mut title, mut caption) = ("", String::new());
    // The ends of the open section and of the open list.
    let [mut section_end, mut list_end] = [""; 2];
    let mut lines = page.text.trim().lines().map(str::trim).peekable();
    while let Some(line) = lines.next() {
        let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
        match mark {
            "#" => title = rest,
            "##" => {
                out += &[take(&mut list_end), section_end].concat();
                section_end = pick("</section>", "</div>");
                out += &match format {
                    Format::Site => {
                        format!("<section><h2>{rest}<a class=\"headerlink\" href=\"#x\">¶</a></h2>")
                    }
                    Format::Export => {
                        format!("<div class=\"section\"><h4 class=\"sectiontitle\">{rest}</h4>")
                    }
                };
            }
            "-" => {
                let (start, end) = (pick("<p>", ""), pick("</p>", ""));
                out += &format!("{}<ul><li>{start}{rest}{end}", take(&mut list_end));
                list_end = "</li></ul>";
            }
            "!" => out += &note(format, rest),
            "=" => caption = format!("<caption>{rest}</caption>"),
            ">" => out += rest,
            "|" => {
                let rest = std::iter::from_fn(|| lines.next_if(|line| line.starts_with('|')));
                let rows = rest.map(|line| row(format, line, "td")).collect::<String>();
                let (headings, caption) = (row(format, line, "th"), take(&mut caption));
                let class = pick("table-responsive", "tablenoborder");
                out += &format!(
                    "<div class=\"{class}\"><table>{caption}<thead>{headings}</thead>{rows}</table></div>"
                );
            }
            "```" => {
                let code: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                let start = pick("<div class=\"highlight\"><pre><span></span>", "<pre class=\"screen\">");
                out += &[start, &code.join("\n"), pick("</pre></div>", "</pre>")].concat();
            }
            "" => {}
            _ => out += &format!("<p>{line}</p>"),
        }
    }
    out += &[list_end, section_end].concat();
    let topic = page.topic;
    match format {
        Format::Site => format!(
            "<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body><nav><a href=\"index.html\">All</a></nav>\
             <div id=\"docs-content\"><section><span id=\"en-us-topic-{topic:010}\"></span>\
             <h1>{title}<a class=\"headerlink\" href=\"#x\">¶</a></h1>{out}</section>\
             <div><a href=\"x.html\">Prev</a></div></div></body></html>"
        ),
        Format::Export => format!(
            "<a name=\"EN-US_TOPIC_{topic:010}\"></a><h1 class=\"topictitle1\">{title}</h1>\
             <div id=\"body1\">{out}</div>\
             <div class=\"familylinks\"><strong>Parent topic:</strong> <a href=\"x.html\">All</a></div>"
        ),
    }
}

fn note(format: Format, text: &str) -> String {
    let (class, title) = match format {
        Format::Site => ("admonition note", "admonition-title"),
        Format::Export => ("note", "notetitle"),
    };
    format!("<div class=\"{class}\"><p class=\"{title}\">Note</p><p>{text}</p></div>")
}

/// A row of a table, whose cells are elements of this name.
fn row(format: Format, line: &str, cell: &str) -> String {
    let part = |part: &str| match part.split_once(' ') {
        Some(("*", item)) => format!("<ul><li><p>{item}</p></li></ul>"),
        Some(("!", text)) => note(format, text),
        _ => format!("<p>{part}</p>"),
    };
    let parts =
        |text: &str| text.trim().split(" / ").filter(|part| !part.is_empty()).map(part).collect::<String>();
    let cells = line.trim_start_matches('|').split(" | ");
    let cells: String = cells.map(|text| format!("<{cell}>{}</{cell}>", parts(text))).collect();
    format!("<tr>{cells}</tr>")
}
