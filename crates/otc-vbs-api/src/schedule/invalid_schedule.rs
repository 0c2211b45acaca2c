//! The error of a field of a schedule.

use std::fmt;

/// A field of a schedule that is missing or that can't be interpreted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InvalidSchedule {
    field: &'static str,
    problem: String,
}

impl InvalidSchedule {
    pub(super) fn new(field: &'static str, problem: impl Into<String>) -> Self {
        let problem = problem.into();
        Self { field, problem }
    }

    pub(super) fn missing(field: &'static str) -> Self {
        Self::new(field, "it is missing")
    }

    /// The name of the field on the wire, such as `start_time`.
    pub fn field(&self) -> &'static str {
        self.field
    }

    /// The problem with the field, without its name.
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

impl fmt::Display for InvalidSchedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.problem)
    }
}

impl std::error::Error for InvalidSchedule {}

/// The beginning of a text, with control characters escaped.
pub(super) fn excerpt(text: &str) -> String {
    let beginning: String = text.chars().take(64).collect();
    beginning.escape_debug().to_string()
}
