//! Why the service does not do what it is asked for.

use otc_vbs_api::limit::Violation;

/// A refusal, with the code of the reference's table that fits best, and what to do instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) reason: Reason,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// What kind of refusal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The request is not as the service takes it, whatever the service holds.
    Invalid,
    /// What the request names is not there.
    Unknown,
    /// The request is as it should be, but what the service holds does not allow it now.
    Conflict,
}

impl Refusal {
    pub(crate) fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Reason::Invalid, code, message)
    }

    /// The refusal of a value that violates a limit of the document.
    pub(crate) fn violation(code: &'static str, violation: &Violation) -> Self {
        Self::invalid(code, violation.to_string())
    }

    pub(crate) fn unknown(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Reason::Unknown, code, message)
    }

    pub(crate) fn unknown_policy() -> Self {
        Self::unknown(
            "AutoBackup.1100",
            "there is no such backup policy; list the policies",
        )
    }

    pub(crate) fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Reason::Conflict, code, message)
    }

    fn new(reason: Reason, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            reason,
            code,
            message: message.into(),
        }
    }
}
