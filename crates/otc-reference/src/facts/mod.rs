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

use crate::passage::Passage;
pub(crate) use example::{Example, RequestLine};
pub(crate) use read::read;
pub(crate) use value_type::ValueType;

/// What one page says. Serialized, it contains all facts.
#[derive(Debug, Serialize)]
pub struct PageFacts {
    /// The stable name of the page.
    pub id: String,
    /// The last part of the file's name without its ending; for people only.
    #[serde(skip)]
    pub name: String,
    #[serde(flatten)]
    pub(crate) content: Content,
    /// Sentences that look like facts but are not understood. Emphasis is kept as `**…**`.
    pub(crate) unread: Vec<Passage>,
}

impl PageFacts {
    /// The operation that the page describes, if it is the page of an operation.
    pub(crate) fn operation(&self) -> Option<&Operation> {
        match &self.content {
            Content::Operation(operation) => Some(operation),
            _ => None,
        }
    }
}

/// The kinds of pages there are.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Content {
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

/// What a page, or the document, says of an operation.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Operation {
    /// In capitals.
    pub(crate) method: String,
    /// With its placeholders.
    pub(crate) path: String,
    pub(crate) deprecated: bool,
    pub(crate) path_parameters: Vec<Field>,
    pub(crate) query_parameters: Vec<Field>,
    pub(crate) headers: Vec<Field>,
    pub(crate) request: Vec<Field>,
    pub(crate) response: Vec<Field>,
    /// The one member that wraps a failure's fields, with those fields.
    pub(crate) failure: Vec<Field>,
    /// The statuses of success.
    pub(crate) success: BTreeSet<u16>,
    /// The statuses of failures.
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
    /// The key in the examples, if it differs from the name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) example_name: Option<String>,
    pub(crate) value_type: ValueType,
    /// The name of the type of the items, if a further table describes it.
    #[serde(skip)]
    pub(crate) type_name: Option<String>,
    /// Whether it must be sent, if the page says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mandatory: Option<bool>,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub(crate) values: BTreeSet<String>,
    #[serde(skip_serializing_if = "Limits::is_empty")]
    pub(crate) limits: Limits,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) deprecated: bool,
    /// No table has a row for it; an example shows it.
    pub(crate) example_only: bool,
    /// Its children are of a JSON text inside a string.
    pub(crate) json_text: bool,
    pub(crate) children: Vec<Field>,
}

impl Field {
    /// Whether a table has a row for this field or for one below it.
    pub(crate) fn has_row_below(&self) -> bool {
        self.children.iter().any(|child| !child.example_only || child.has_row_below())
    }
}

/// Documented limits. Each is a set, because a page may state different numbers for different cases.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Limits(pub(crate) BTreeMap<Limit, BTreeSet<i64>>);

/// What a limit bounds: the value, the number of characters, or the number of items.
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

impl Limit {
    /// All limits with the keywords of OpenAPI, which are also the names of the facts.
    pub(crate) const ALL: [(Self, &'static str); 6] = [
        (Self::Minimum, "minimum"),
        (Self::Maximum, "maximum"),
        (Self::MinLength, "minLength"),
        (Self::MaxLength, "maxLength"),
        (Self::MinItems, "minItems"),
        (Self::MaxItems, "maxItems"),
    ];
}

impl Limits {
    pub(crate) fn is_empty(&self) -> bool {
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
    pub(crate) fn say(&self, limit: Limit) -> String {
        let numbers = self.0.get(&limit).into_iter().flatten().map(ToString::to_string);
        let numbers: Vec<String> = numbers.collect();
        if numbers.is_empty() { "none".to_owned() } else { numbers.join(" or ") }
    }
}
