//! Sections by their labels, and the rows of their tables.

use super::super::page::{Block, Cell, Section, Table};
use super::nesting::Row;
use super::{Field, Origin, ValueType, prose};

/// A label and what stands under it.
pub(super) struct Group<'p> {
    pub(super) label: Label,
    pub(super) blocks: Vec<&'p Block>,
}

/// What a label announces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Label {
    /// What stands in a section before its first label.
    None,
    UriFormat,
    Parameters,
    QueryParameters,
    /// The fields of a field, or of a type, of this name.
    FieldsOf(String),
    ExampleRequest,
    ExampleResponse,
    Normal,
    Abnormal,
}

impl Label {
    fn parse(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        Some(match words.as_slice() {
            ["URI"] | ["URI", "format"] => Self::UriFormat,
            ["Parameter", "description"] => Self::Parameters,
            ["**Request", "filter**", "parameter", "description"] => Self::QueryParameters,
            ["Example", "request"] => Self::ExampleRequest,
            ["Example", "response"] => Self::ExampleResponse,
            ["Normal"] => Self::Normal,
            ["Abnormal"] => Self::Abnormal,
            [name, "field" | "parameter", "description"]
            | ["Parameter", "description", "of", "field", name] => {
                Self::FieldsOf(name.strip_prefix("**")?.strip_suffix("**")?.to_owned())
            }
            _ => return None,
        })
    }
}

/// Parts a section at its labels.
pub(super) fn groups(blocks: &[Block]) -> Result<Vec<Group<'_>>, String> {
    let mut groups = vec![Group {
        label: Label::None,
        blocks: Vec::new(),
    }];
    for block in blocks {
        if let Block::Label(text) = block {
            let label = Label::parse(&text.0)
                .ok_or_else(|| format!("does not know what `{}` announces", text.plain()))?;
            groups.push(Group {
                label,
                blocks: Vec::new(),
            });
        } else if let Some(group) = groups.last_mut() {
            group.blocks.push(block);
        }
    }
    groups.retain(|group| group.label != Label::None || !group.blocks.is_empty());
    Ok(groups)
}

/// The tables of a section.
pub(super) fn tables(section: &Section) -> impl Iterator<Item = &Table> {
    section.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    })
}

/// Reads a table of parameters or fields.
pub(super) fn rows(table: &Table) -> Result<Vec<Row>, String> {
    let headers: Vec<&str> = table.headers.iter().map(String::as_str).collect();
    let (mandatory, value_type, description) = match headers.as_slice() {
        ["Parameter", "Mandatory", "Type", "Description"] => (Some(1), Some(2), 3),
        ["Parameter", "Mandatory", "Description"] => (Some(1), None, 2),
        ["Parameter", "Type", "Description"] => (None, Some(1), 2),
        _ => {
            return Err(format!(
                "table {}: does not know the headings {headers:?}",
                table.index + 1
            ));
        }
    };
    let columns = Columns {
        mandatory,
        value_type,
        description,
    };
    table
        .rows
        .iter()
        .enumerate()
        .map(|(index, cells)| {
            let origin = Origin {
                table: table.index,
                row: index,
            };
            columns.row(cells, origin).map_err(|what| {
                let name = cells.first().map(Cell::plain).unwrap_or_default();
                format!("table {}, row {} (`{name}`): {what}", table.index + 1, index + 1)
            })
        })
        .collect()
}

struct Columns {
    mandatory: Option<usize>,
    value_type: Option<usize>,
    description: usize,
}

impl Columns {
    fn row(&self, cells: &[Cell], origin: Origin) -> Result<Row, String> {
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
        let said = prose::read(cell(self.description)?)?;
        Ok(Row {
            field: Field {
                name,
                value_type,
                mandatory,
                values: said.values,
                limits: said.limits,
                default: said.default,
                origin: Some(origin),
                ..Field::default()
            },
            type_name,
        })
    }
}

/// `Yes`, `No`, or `No` with a condition in brackets.
fn mandatory(text: &str) -> Result<bool, String> {
    let (word, rest) = text.split_at(text.find([' ', '(']).unwrap_or(text.len()));
    let rest = rest.trim().trim_end_matches('\\');
    let condition = rest.is_empty() || rest.starts_with('(') && rest.ends_with(')');
    match word {
        "Yes" if condition => Ok(true),
        "No" if condition => Ok(false),
        _ => Err(format!("is neither mandatory nor optional but `{text}`")),
    }
}

/// The number a status begins with.
pub(super) fn status(text: &str) -> Result<u16, String> {
    text.split_whitespace()
        .next()
        .and_then(|word| word.parse().ok())
        .filter(|status| (100..600).contains(status))
        .ok_or_else(|| format!("`{text}` is not a status"))
}

/// The statuses of a table of statuses.
pub(super) fn statuses(table: &Table) -> Result<Vec<u16>, String> {
    let headers: Vec<&str> = table.headers.iter().map(String::as_str).collect();
    let ["Status Code" | "Status Codes", "Description"] = headers.as_slice() else {
        return Err(format!(
            "table {}: does not know the headings {headers:?}",
            table.index + 1
        ));
    };
    table
        .rows
        .iter()
        .filter_map(|cells| cells.first())
        .map(|cell| status(&cell.plain()))
        .collect()
}
