//! How much a request may have.

/// No request of the API is larger: the reference has no limit for some of the lists in them.
pub(crate) const MOST_BODY: usize = 1024 * 1024;
