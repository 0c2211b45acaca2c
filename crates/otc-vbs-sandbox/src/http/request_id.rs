//! The id of a request.

/// The id of a request, for responses with it in their body.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);
