//! The size limit of a request.

/// No request of the API is larger. The reference does not limit some of the lists in them.
pub(crate) const MOST_BODY: usize = 1024 * 1024;
