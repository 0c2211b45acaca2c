//! Where an answer is cut off.

/// Where an answer is cut off, counted in bytes on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// After so many bytes of the head.
    InHead(u64),
    /// After so many bytes behind the head.
    InBody(u64),
}
