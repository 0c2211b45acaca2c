//! The place at which a response is cut off.

/// The place at which a response is cut off, in bytes on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// After N bytes of the head.
    InHead(u64),
    /// After N bytes of the body.
    InBody(u64),
}
