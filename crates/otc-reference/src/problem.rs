//! What could not be read, and where.

use std::fmt;

/// Something on a page, or in the document, that could not be read. It always fails the run: a page that is
/// half read would look like one without differences.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The page's stable name if it is known, otherwise the file.
    pub page: String,
    /// Where on the page: heading, table, row.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

impl Problem {
    pub(crate) fn new(page: impl Into<String>, place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { page: page.into(), place: place.into(), what: what.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.page, self.place, self.what)
    }
}
