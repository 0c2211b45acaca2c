//! What the filters of queries have in common: a bad value is reported when the query is sent.

use std::fmt;
use std::num::NonZeroU32;

use crate::{Error, Result};

/// The first bad value that a filter was given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refused(Option<String>);

impl Refused {
    /// The value of the filter, or none where it is a bad one.
    pub(crate) fn value<V, T>(&mut self, name: &str, value: V) -> Option<T>
    where
        V: TryInto<T, Error: fmt::Display>,
    {
        let refuse = |error: V::Error| self.refuse(format!("{name}: {error}"));
        value.try_into().map_err(refuse).ok()
    }

    /// The size of a page, or none where it is 0.
    pub(crate) fn limit(&mut self, limit: u32) -> Option<NonZeroU32> {
        let limit = NonZeroU32::new(limit);
        if limit.is_none() {
            self.refuse("limit must be at least 1".to_owned());
        }
        limit
    }

    fn refuse(&mut self, problem: String) {
        self.0.get_or_insert(problem);
    }

    /// The error of the query, where a filter was given a bad value.
    pub(crate) fn check(&self, function: &str) -> Result<()> {
        match &self.0 {
            Some(problem) => Err(Error::argument(function, problem)),
            None => Ok(()),
        }
    }
}
