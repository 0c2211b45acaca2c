//! The operations of the document.

use crate::OPERATIONS;
#[cfg(feature = "client")]
use crate::shape::Object;

/// An operation of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The `operationId`, for example `listBackupJobs`.
    pub id: &'static str,
    /// The name of the operation's function on [`Client`](crate::Client), for example `list_backup_jobs`.
    pub function: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path with its parameters in braces.
    pub path: &'static str,
    /// The page of the public reference.
    pub page: &'static str,
    /// Whether the reference marks the operation as deprecated.
    pub deprecated: bool,
    /// The success status that the document lists.
    pub status: u16,
    /// The body of a success, if it has one.
    #[cfg(feature = "client")]
    pub(crate) body: Option<&'static Object>,
    /// The path of the list that is the result of the operation. Empty if it does not return a list.
    #[cfg(feature = "client")]
    pub(crate) items: &'static [&'static str],
}

impl Operation {
    /// The operation with this function on [`Client`](crate::Client).
    pub fn by_function(function: &str) -> Option<&'static Self> {
        OPERATIONS.iter().find(|operation| operation.function == function)
    }

    /// Whether the operation changes something. Some queries are sent by POST, so the method alone does not
    /// decide.
    #[cfg(feature = "client")]
    pub(crate) fn is_change(&self) -> bool {
        self.method != "GET" && self.items.is_empty()
    }

    /// Whether `path`, without this prefix, is the path of this operation with a value for each parameter.
    #[cfg(feature = "client")]
    pub(crate) fn matches_path(&self, path: &str, prefix: &str) -> bool {
        let Some(path) = path.strip_prefix(prefix) else {
            return false;
        };
        let mut segments = path.as_bytes().split(|byte| *byte == b'/');
        let mut expected = self.path.as_bytes().split(|byte| *byte == b'/');
        loop {
            match (segments.next(), expected.next()) {
                (None, None) => return true,
                (Some(segment), Some(name)) if name.starts_with(b"{") => {
                    let mut escapes = segment.windows(3);
                    let is_slash = |escape: &[u8]| matches!(escape, [b'%', b'2', b'f' | b'F']);
                    if segment.is_empty() || escapes.any(is_slash) {
                        return false;
                    }
                }
                (Some(segment), Some(name)) if segment == name => {}
                _ => return false,
            }
        }
    }
}
