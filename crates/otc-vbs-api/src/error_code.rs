//! The meanings of the service's error codes.

#[cfg(feature = "client")]
use otc_http::ServiceError;

use crate::generated::error_codes::ENTRIES;
pub use crate::generated::error_codes::ErrorCode;

/// An error code as the reference describes it.
pub(crate) struct Entry {
    pub(crate) code: &'static str,
    pub(crate) module: &'static str,
    pub(crate) explanation: &'static str,
    pub(crate) action: &'static str,
}

impl ErrorCode {
    /// The code of a failure. A code that the reference does not list keeps its text. `None` if the failure
    /// has no code.
    #[cfg(feature = "client")]
    pub fn of(error: &ServiceError) -> Option<Self> {
        error.code.as_deref().map(Self::from)
    }

    fn entry(&self) -> Option<&'static Entry> {
        let index = ENTRIES.binary_search_by(|entry| entry.code.cmp(self.as_str())).ok()?;
        ENTRIES.get(index)
    }

    /// The part of the service that the reference lists the code under, for example `Backup Policy`. `None` if it does not list
    /// the code.
    pub fn module(&self) -> Option<&'static str> {
        self.entry().map(|entry| entry.module)
    }

    /// The meaning of the code. `None` if the reference does not list it.
    pub fn explanation(&self) -> Option<&'static str> {
        self.entry().map(|entry| entry.explanation)
    }

    /// Advice on how to fix it. `None` if the reference does not list the code.
    pub fn action(&self) -> Option<&'static str> {
        self.entry().map(|entry| entry.action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_code_is_explained() {
        assert_eq!(ErrorCode::LISTED.len(), 126);
        for code in ErrorCode::LISTED {
            assert_eq!(ErrorCode::from(code.as_str()), *code);
            assert!(code.explanation().is_some_and(|text| !text.is_empty()), "{code}");
            assert!(code.action().is_some_and(|text| !text.is_empty()), "{code}");
            assert!(code.module().is_some_and(|text| !text.is_empty()), "{code}");
        }
    }

    #[test]
    fn another_code_keeps_its_text() {
        let code = ErrorCode::from("VolumeBackup.0051");
        assert_eq!(code, ErrorCode::Other("VolumeBackup.0051".to_owned()));
        assert_eq!((code.to_string().as_str(), code.explanation()), ("VolumeBackup.0051", None));
    }
}
