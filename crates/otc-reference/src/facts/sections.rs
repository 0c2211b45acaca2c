//! Sections by their labels, and the rows of their tables.

use std::sync::LazyLock;

use regex::Regex;

use super::unread::unread_sentences;
use super::{Field, ValueType, prose};
use crate::page::{Block, Cell, Table};
use crate::pattern;

/// A label and the blocks under it.
pub(super) struct Group<'p> {
    pub(super) label: Label,
    /// The text of the label.
    text: String,
    pub(super) blocks: Vec<&'p Block>,
}

impl Group<'_> {
    /// The problem of a label that does not belong into its section.
    pub(super) fn unexpected(&self) -> String {
        match self.label {
            Label::None => "expects a label before this text".to_owned(),
            _ => format!("does not expect `{}` in this section", self.text),
        }
    }

    /// Whether it only announces tables with captions.
    pub(super) fn is_introduction(&self) -> bool {
        let names_table =
            |block: &&Block| matches!(block, Block::Text(text) if text.plain().starts_with("Table "));
        !self.blocks.is_empty() && self.label == Label::None || self.blocks.iter().any(names_table)
    }
}

/// What a label announces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Label {
    /// The blocks before the first label of a section.
    None,
    UriFormat,
    Parameters,
    PathParameters,
    QueryParameters,
    Headers,
    /// The fields of a field, or of a type, of this name.
    FieldsOf(String),
    ExampleRequest,
    ExampleResponse,
    Normal,
    Abnormal,
}

impl Label {
    /// Reads a label, or the caption of a table (`Table 3 Query parameters`).
    fn parse(text: &str, caption: bool) -> Option<Self> {
        static NUMBER: LazyLock<Regex> =
            LazyLock::new(|| pattern(r"^(?:\*\*)?Table \d+[-.\d]*\s*(?:\*\*)?\s*"));
        static FIELDS: LazyLock<Regex> = LazyLock::new(|| {
            let name = r"(?:the )?(?:\*\*)?([\w:-]+)(?:\*\*)?";
            pattern(&format!(
                "(?i)^(?:(?:parameter |data structure )?(?:description )?of (?:field )?{name}(?: field| parameter| object)?\
                 |(?:data structure of )?{name} (?:field|parameter|objects?|structure)(?: description)?)$"
            ))
        });
        let text = NUMBER.replace(text, "");
        let lower = text.replace("**", "").to_lowercase();
        let kind = lower.trim_end_matches(" description");
        let kind = kind.strip_suffix('s').unwrap_or(kind);
        Some(match kind {
            "uri" | "uri format" => Self::UriFormat,
            "parameter" | "request parameter" | "response parameter" => Self::Parameters,
            "request body parameter" | "response body parameter" | "body parameter" => Self::Parameters,
            "path parameter" | "uri parameter" => Self::PathParameters,
            "request filter parameter" | "query parameter" => Self::QueryParameters,
            "request header parameter" | "header parameter" => Self::Headers,
            "example request" | "request example" => Self::ExampleRequest,
            "example response" | "response example" => Self::ExampleResponse,
            "normal" => Self::Normal,
            "abnormal" => Self::Abnormal,
            _ => {
                let name = FIELDS.captures(&text).and_then(|found| found.get(1).or(found.get(2)));
                // A label names a field in bold; a caption may be the bare name of a type.
                match name {
                    Some(name) if caption || text.contains("**") || text.contains(" of field ") => {
                        Self::FieldsOf(name.as_str().to_owned())
                    }
                    None if caption && text.chars().all(|c| c.is_alphanumeric() || c == '_') => {
                        Self::FieldsOf(text.into_owned())
                    }
                    _ => return None,
                }
            }
        })
    }
}

/// Splits a section at its labels and at the captions of its tables.
pub(super) fn groups(blocks: &[Block]) -> Result<Vec<Group<'_>>, String> {
    let group = |label, text| Group { label, text, blocks: Vec::new() };
    let mut groups = vec![group(Label::None, String::new())];
    for block in blocks {
        let (text, caption) = match block {
            Block::Label(text) => (Some(text), false),
            Block::Table(table) => (table.caption.as_ref(), true),
            _ => (None, false),
        };
        if let Some(text) = text {
            let label = Label::parse(&text.0, caption)
                .ok_or_else(|| format!("does not know what `{}` announces", text.plain()))?;
            match groups.last_mut().filter(|last| caption && last.blocks.is_empty()) {
                // A label announces the table right below it. The more specific of label and caption wins.
                Some(last) if last.label != Label::None && label == Label::Parameters => {}
                Some(last) if last.label == Label::Parameters => last.label = label,
                _ => groups.push(group(label, text.plain())),
            }
        }
        if let (Some(group), false) = (groups.last_mut(), matches!(block, Block::Label(_))) {
            group.blocks.push(block);
        }
    }
    groups.retain(|group| group.label != Label::None || !group.blocks.is_empty());
    Ok(groups)
}

/// The sentences of a table that look like facts but are not understood.
pub(super) fn unread(table: &Table) -> Vec<String> {
    let fact_like = |cell: &Cell| -> Vec<String> { cell.texts().flat_map(unread_sentences).collect() };
    let Some(columns) = Columns::of(table) else {
        return table.rows.iter().flatten().flat_map(fact_like).collect();
    };
    let mut all = Vec::new();
    for cells in &table.rows {
        let condition = columns.mandatory.and_then(|index| cells.get(index));
        all.extend(condition.map(Cell::plain).filter(|text| text.contains('(')));
        if let Some(description) = cells.get(columns.description) {
            let unread = prose::read(description).map(|(_, unread)| unread);
            all.extend(unread.unwrap_or_else(|_| fact_like(description)));
        }
    }
    all
}

/// Reads a table of parameters or fields.
pub(super) fn rows(table: &Table) -> Result<Vec<Field>, String> {
    let columns = Columns::of(table).ok_or_else(|| unknown_headings(table))?;
    let row = |(index, cells): (usize, &Vec<Cell>)| {
        columns.row(cells).map_err(|what| {
            let name = cells.first().map(Cell::plain).unwrap_or_default();
            format!("table {}, row {} (`{name}`): {what}", table.index + 1, index + 1)
        })
    };
    table.rows.iter().enumerate().map(row).collect()
}

struct Columns {
    mandatory: Option<usize>,
    value_type: Option<usize>,
    description: usize,
}

impl Columns {
    /// The columns by their headings: the name first, the description last.
    fn of(table: &Table) -> Option<Self> {
        const HEADINGS: [&[&str]; 4] = [
            &["Parameter", "Name", "Field"],
            &["Mandatory", "Required"],
            &["Type", "Parameter Type", "Data Type"],
            &["Description", "Remarks"],
        ];
        let mut found = [None; HEADINGS.len()];
        for (index, heading) in table.headers.iter().enumerate() {
            let known = HEADINGS.iter().zip(&mut found);
            let (_, column) = known.into_iter().find(|(names, _)| names.contains(&heading.as_str()))?;
            if column.replace(index).is_some() {
                return None;
            }
        }
        match found {
            [Some(0), mandatory, value_type, Some(description)] if description + 1 == table.headers.len() => {
                Some(Self { mandatory, value_type, description })
            }
            _ => None,
        }
    }

    fn row(&self, cells: &[Cell]) -> Result<Field, String> {
        let cell = |index: usize| cells.get(index).ok_or("a cell is missing");
        let name = cell(0)?.plain();
        if name.is_empty() {
            return Err("the name is empty".to_owned());
        }
        let mandatory = match self.mandatory {
            Some(index) => Some(mandatory(&cell(index)?.plain())?),
            None => None,
        };
        let (value_type, type_name) = match self.value_type {
            Some(index) => {
                let text = cell(index)?.plain();
                ValueType::parse(&text).ok_or_else(|| format!("does not know the type `{text}`"))?
            }
            None => (ValueType::Unknown, None),
        };
        let (described, _) = prose::read(cell(self.description)?)?;
        Ok(Field { name, value_type, type_name, mandatory, ..described })
    }
}

/// `Yes`, `No`, or `No` with a condition in brackets.
fn mandatory(text: &str) -> Result<bool, String> {
    let (word, rest) = text.split_at(text.find([' ', '(']).unwrap_or(text.len()));
    let rest = rest.trim().trim_end_matches('\\');
    let condition = rest.is_empty() || rest.starts_with('(') && rest.ends_with(')');
    match word {
        "Yes" | "Mandatory" | "True" if condition => Ok(true),
        "No" | "Optional" | "False" if condition => Ok(false),
        _ => Err(format!("is neither mandatory nor optional but `{text}`")),
    }
}

/// The statuses of a text, `200` or `200 or 206`.
pub(super) fn status_numbers(text: &str) -> Result<Vec<u16>, String> {
    static NUMBER: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d+"));
    static RANGE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\d\s*(?:[-–—~]|to|through)\s*\d"));
    if RANGE.is_match(text) {
        return Err(format!("`{text}` is not a status but a range of them"));
    }
    let numbers = NUMBER.find_iter(text).map(|found| found.as_str().parse().ok());
    let statuses: Option<Vec<u16>> = numbers.collect();
    let statuses = statuses.filter(|all| !all.is_empty() && all.iter().all(|one| (100..600).contains(one)));
    statuses.ok_or_else(|| format!("`{text}` is not a status"))
}

/// The statuses of a table of statuses.
pub(super) fn statuses(table: &Table) -> Result<Vec<u16>, String> {
    let headers: Vec<&str> = table.headers.iter().map(String::as_str).collect();
    let ["Status Code" | "Status Codes" | "Returned Value" | "Returned Values", "Description"] =
        headers.as_slice()
    else {
        return Err(unknown_headings(table));
    };
    let mut statuses = Vec::new();
    for cell in table.rows.iter().filter_map(|cells| cells.first()) {
        let text = cell.plain();
        match status_numbers(&text)?.as_slice() {
            [status] if statuses.contains(status) => return Err(format!("the status {status} occurs twice")),
            [status] => statuses.push(*status),
            _ => return Err(format!("`{text}` is not a status")),
        }
    }
    Ok(statuses)
}

fn unknown_headings(table: &Table) -> String {
    let number = table.index + 1;
    format!("table {number}: does not know the headings {:?}", table.headers)
}
