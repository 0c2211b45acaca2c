//! What a page of the reference says, as facts: no prose, no layout, the same for both formats.

mod example;
mod nesting;
mod operation;
mod prose;
mod read;
mod sections;
mod shape;
mod value_type;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub(crate) use example::{Example, RequestLine};
#[cfg(test)]
pub(crate) use nesting::nest;
pub(crate) use nesting::{SIMILAR, similarity};
#[cfg(test)]
pub(crate) use prose::read as read_description;
pub(crate) use read::read;
pub(crate) use value_type::ValueType;

/// What one page says.
#[derive(Debug, Serialize)]
pub(crate) struct PageFacts {
    pub(crate) id: String,
    /// The last part of the file's name without its ending; for people only.
    #[serde(skip)]
    pub(crate) name: String,
    #[serde(flatten)]
    pub(crate) content: Content,
}

/// The kinds of pages there are.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Content {
    /// A page that describes one operation.
    Operation(Box<Operation>),
    /// A page without a URI that describes fields of another page's request.
    RequestFields(Vec<Field>),
    /// The table of error codes: code to modules.
    ErrorCodes(BTreeMap<String, BTreeSet<String>>),
    /// The general list of statuses.
    Statuses {
        success: BTreeSet<u16>,
        failure: BTreeSet<u16>,
    },
    /// A list of links to other pages.
    Index,
    /// Prose or a table of dates, with nothing to compare.
    Prose,
}

/// What a page says of its operation.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Operation {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) deprecated: bool,
    pub(crate) path_parameters: Vec<Field>,
    pub(crate) query_parameters: Vec<Field>,
    pub(crate) request: Vec<Field>,
    pub(crate) response: Vec<Field>,
    /// The one member that wraps a failure's fields, and those fields.
    pub(crate) failure: Vec<Field>,
    pub(crate) success: BTreeSet<u16>,
    pub(crate) failures: BTreeSet<u16>,
    pub(crate) request_lines: Vec<RequestLine>,
    pub(crate) request_examples: Vec<Example>,
    pub(crate) response_examples: Vec<Example>,
    pub(crate) failure_examples: Vec<Example>,
}

/// A parameter, or a field of a body.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// The key under which the examples hold it, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) example_name: Option<String>,
    pub(crate) value_type: ValueType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mandatory: Option<bool>,
    /// The listed values, sorted.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) values: BTreeSet<String>,
    #[serde(skip_serializing_if = "Limits::is_empty")]
    pub(crate) limits: Limits,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default: Option<String>,
    /// No table has a row for it; an example shows it.
    pub(crate) example_only: bool,
    /// Its children are of a JSON text inside a string.
    pub(crate) json_text: bool,
    pub(crate) children: Vec<Field>,
    #[serde(skip)]
    pub(crate) origin: Option<Origin>,
}

/// Ranges in numbers. A set, because a page may give one number for one case and one for another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Limits(pub(crate) BTreeMap<Limit, BTreeSet<i64>>);

/// What a limit bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Limit {
    Minimum,
    Maximum,
    MinLength,
    MaxLength,
    MinItems,
    MaxItems,
}

/// The row that states a field: which table of the page, which row of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Origin {
    pub(crate) table: usize,
    pub(crate) row: usize,
}

impl Limit {
    pub(crate) const ALL: [Self; 6] = [
        Self::Minimum,
        Self::Maximum,
        Self::MinLength,
        Self::MaxLength,
        Self::MinItems,
        Self::MaxItems,
    ];

    /// The keyword of OpenAPI, which is also the name of the fact.
    pub(crate) fn keyword(self) -> &'static str {
        match self {
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::MinLength => "minLength",
            Self::MaxLength => "maxLength",
            Self::MinItems => "minItems",
            Self::MaxItems => "maxItems",
        }
    }
}

impl Limits {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a limit; that a length or a count is not below 0 says nothing.
    pub(crate) fn add(&mut self, limit: Limit, number: i64) {
        if number == 0 && matches!(limit, Limit::MinLength | Limit::MinItems) {
            return;
        }
        self.0.entry(limit).or_default().insert(number);
    }

    /// The limit in words, `none` without one.
    pub(crate) fn say(&self, limit: Limit) -> String {
        match self.0.get(&limit) {
            None => "none".to_owned(),
            Some(numbers) => {
                let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
                numbers.join(" or ")
            }
        }
    }
}

impl Field {
    /// Whether a table has a row for this field or for one below it.
    pub(crate) fn has_row_below(&self) -> bool {
        self.children
            .iter()
            .any(|child| !child.example_only || child.has_row_below())
    }
}
