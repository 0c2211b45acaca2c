//! What a page of the reference says, as facts: no prose, no layout, the same for both formats.

mod example;
mod nesting;
mod operation;
mod prose;
mod read;
mod sections;
mod shape;
mod unread;
mod value_type;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use example::{Example, RequestLine};
pub(crate) use nesting::{SIMILAR, similarity};
pub(crate) use read::read;
pub use value_type::ValueType;

/// What one page says.
#[derive(Debug, Serialize)]
pub struct PageFacts {
    /// The stable name of the page.
    pub id: String,
    /// The last part of the file's name without its ending; for people only.
    #[serde(skip)]
    pub name: String,
    #[serde(flatten)]
    /// The facts.
    pub content: Content,
    /// Sentences that look like facts but are not understood.
    pub unread: Vec<Remark>,
}

/// A sentence that looks like a fact but is not understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Remark {
    /// The heading of its section.
    pub place: String,
    /// The sentence; emphasis is kept as `**…**`.
    pub sentence: String,
}

impl PageFacts {
    /// The operation that the page describes, if it is the page of an operation.
    #[must_use]
    pub fn operation(&self) -> Option<&Operation> {
        match &self.content {
            Content::Operation(operation) => Some(operation),
            _ => None,
        }
    }
}

/// The kinds of pages there are.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A page that describes one operation.
    Operation(Box<Operation>),
    /// A page without a URI that describes fields of another page's request.
    RequestFields(Vec<Field>),
    /// The table of error codes: code to modules.
    ErrorCodes(BTreeMap<String, BTreeSet<String>>),
    /// The general list of statuses.
    Statuses {
        /// The statuses of success.
        success: BTreeSet<u16>,
        /// The statuses of failures.
        failure: BTreeSet<u16>,
    },
    /// A list of links to other pages.
    Index,
    /// Prose or a table of dates, with nothing to compare.
    Prose,
}

/// What a page says of its operation.
#[derive(Debug, Default, Serialize)]
pub struct Operation {
    /// The method, in capitals.
    pub method: String,
    /// The path with its placeholders.
    pub path: String,
    /// Whether the title, a note or a sentence says that the operation is deprecated.
    pub deprecated: bool,
    /// Parameters in the path.
    pub path_parameters: Vec<Field>,
    /// Parameters in the query.
    pub query_parameters: Vec<Field>,
    /// Headers of the request.
    pub headers: Vec<Field>,
    /// The fields of the request's body.
    pub request: Vec<Field>,
    /// The fields of the response's body.
    pub response: Vec<Field>,
    /// The one member that wraps a failure's fields, and those fields.
    pub failure: Vec<Field>,
    /// The statuses of success.
    pub success: BTreeSet<u16>,
    /// The statuses of failures.
    pub failures: BTreeSet<u16>,
    /// The first lines of the example requests.
    pub request_lines: Vec<RequestLine>,
    /// The bodies of the example requests.
    pub request_examples: Vec<Example>,
    /// The bodies of the example responses.
    pub response_examples: Vec<Example>,
    /// The bodies of the example responses that report a failure.
    pub failure_examples: Vec<Example>,
}

/// A parameter, or a field of a body.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The key in the examples, if it differs from the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example_name: Option<String>,
    /// The type.
    pub value_type: ValueType,
    /// Whether it must be sent, if the page says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mandatory: Option<bool>,
    /// The listed values, sorted.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub values: BTreeSet<String>,
    /// The documented limits.
    #[serde(skip_serializing_if = "Limits::is_empty")]
    pub limits: Limits,
    /// The documented default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Whether it is deprecated.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deprecated: bool,
    /// No table has a row for it; an example shows it.
    pub example_only: bool,
    /// Its children are of a JSON text inside a string.
    pub json_text: bool,
    /// The fields inside.
    pub children: Vec<Field>,
    /// The row that states it.
    #[serde(skip)]
    pub origin: Option<Origin>,
}

/// Documented limits. Each is a set, because a page may state different numbers for different cases.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Limits(pub BTreeMap<Limit, BTreeSet<i64>>);

/// What a limit bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Limit {
    /// The smallest value.
    Minimum,
    /// The largest value.
    Maximum,
    /// The smallest number of characters.
    MinLength,
    /// The largest number of characters.
    MaxLength,
    /// The smallest number of items.
    MinItems,
    /// The largest number of items.
    MaxItems,
}

/// The position of the row that states a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The table, counted from 0.
    pub table: usize,
    /// The row below the headings, counted from 0.
    pub row: usize,
}

impl Limit {
    /// All kinds of limits.
    pub const ALL: [Self; 6] =
        [Self::Minimum, Self::Maximum, Self::MinLength, Self::MaxLength, Self::MinItems, Self::MaxItems];

    /// The keyword of OpenAPI, which is also the name of the fact.
    #[must_use]
    pub fn keyword(self) -> &'static str {
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
    /// Whether there is no limit.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds a limit, unless it is a minimum length or count of 0, which is always true.
    pub(crate) fn add(&mut self, limit: Limit, number: i64) {
        if number == 0 && matches!(limit, Limit::MinLength | Limit::MinItems) {
            return;
        }
        self.0.entry(limit).or_default().insert(number);
    }

    /// The limit in words, `none` without one.
    #[must_use]
    pub fn say(&self, limit: Limit) -> String {
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
        self.children.iter().any(|child| !child.example_only || child.has_row_below())
    }
}
