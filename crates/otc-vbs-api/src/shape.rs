//! The shape of a response, as data. It is generated from the document, and used to decode a response that
//! deviates from it.

use std::fmt;

/// An object of the document.
pub(crate) struct Object {
    /// The name of its schema.
    pub(crate) name: &'static str,
    pub(crate) members: &'static [Member],
}

/// A member of an object.
pub(crate) struct Member {
    /// The name on the wire.
    pub(crate) name: &'static str,
    /// Whether the Rust type needs a value. A member that may be null does not.
    pub(crate) required: bool,
    pub(crate) kind: Kind,
}

/// The kind of value that the Rust type takes.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Text,
    Boolean,
    /// An integer in this range, both ends included.
    Integer(i128, i128),
    #[allow(dead_code, reason = "no response contains a number that is not an integer yet")]
    Number,
    /// Text that is not empty.
    Identifier,
    /// Any text: values that are not listed are kept.
    OpenEnum,
    /// A text that [`UtcTimestamp`](crate::UtcTimestamp) parses.
    Time,
    /// Any text: see [`TimestampOrText`](crate::TimestampOrText).
    TimeOrText,
    Object(&'static Object),
    /// An object whose members are not described.
    AnyObject,
    List(&'static Kind),
    /// An object with any keys.
    Map(&'static Kind),
    Nullable(&'static Kind),
}

impl fmt::Debug for Object {
    /// Only the name, because an object may contain itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Object {}
