//! The reason why a backup job, a job or a backup failed.

use std::fmt;

use crate::ErrorCode;
use crate::types::{Backup, BackupJob, BackupV2, FailedResource, Job, SharedBackup};

/// The failure of an operation that the service runs in the background.
///
/// The service sends the code and the text in one string, `VolumeBackup.0051#volume of this pod does not support backup`, or
/// in two fields. Both forms are read. If the reference lists the code, [`action`](Self::action) says what to do. Otherwise,
/// only the text is known; quote it to the service's support.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The error code, if there is one.
    pub code: Option<ErrorCode>,
    /// The service's description of the failure. Empty if there is only a code.
    pub text: String,
}

impl Failure {
    /// Splits `CODE#text`. Without a code, everything is text.
    pub fn parse(reason: &str) -> Self {
        let (code, text) = reason.split_once('#').unwrap_or((reason, ""));
        match is_code(code.trim()) {
            true => Self { code: Some(code.trim().into()), text: text.trim().to_owned() },
            false => Self { code: None, text: reason.trim().to_owned() },
        }
    }

    /// Reads the failure from a joined reason or, if there is none, from a code and a message.
    fn from_parts(reason: Option<&str>, code: Option<&str>, message: Option<&str>) -> Option<Self> {
        if let Some(reason) = non_blank(reason) {
            let failure = Self::parse(reason);
            let code = failure.code.or_else(|| non_blank(code).map(ErrorCode::from));
            return Some(Self { code, ..failure });
        }
        match (non_blank(code), non_blank(message)) {
            (None, None) => None,
            (None, Some(message)) => Some(Self::parse(message)),
            (Some(code), message) => {
                Some(Self { code: Some(code.into()), text: message.unwrap_or_default().to_owned() })
            }
        }
    }

    /// The meaning of the code, if the reference lists it.
    pub fn explanation(&self) -> Option<&'static str> {
        self.code.as_ref()?.explanation()
    }

    /// Advice on how to fix it, if the reference lists the code.
    pub fn action(&self) -> Option<&'static str> {
        self.code.as_ref()?.action()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) if self.text.is_empty() => write!(f, "{code}"),
            Some(code) => write!(f, "{code}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

fn non_blank(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}

/// `AutoBackup.0003`, `common.0011`: letters, a dot, digits.
fn is_code(text: &str) -> bool {
    text.split_once('.').is_some_and(|(prefix, number)| {
        let letters = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_alphabetic());
        letters && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

impl BackupJob {
    /// The failure of the backup job, if the service reports one.
    pub fn failure(&self) -> Option<Failure> {
        Failure::from_parts(self.fail_reason.as_deref(), self.code.as_deref(), self.message.as_deref())
    }
}

impl Job {
    /// The failure of the job, if the service reports one.
    pub fn failure(&self) -> Option<Failure> {
        let code = self.error_code.as_deref().or(self.code.as_deref());
        Failure::from_parts(self.fail_reason.as_deref(), code, self.message.as_deref())
    }
}

impl FailedResource {
    /// The reason why the disk could not be associated with a policy or removed from it, if there is one. A
    /// disk that is listed as failed has failed even without a reason.
    pub fn failure(&self) -> Option<Failure> {
        Failure::from_parts(None, self.code.as_deref(), self.message.as_deref())
    }
}

macro_rules! backup_failure {
    ($($backup:ty),*) => {
        $(impl $backup {
            /// The failure of the backup, if the service reports one.
            pub fn failure(&self) -> Option<Failure> {
                Failure::from_parts(self.fail_reason.as_deref(), None, None)
            }
        })*
    };
}
backup_failure!(BackupV2, Backup, SharedBackup);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_reasons_are_taken_apart() {
        for (reason, code, text, shown) in [
            (
                "VolumeBackup.0051#no backup of this disk",
                Some("VolumeBackup.0051"),
                "no backup of this disk",
                "VolumeBackup.0051: no backup of this disk",
            ),
            ("VolumeBackup.0051", Some("VolumeBackup.0051"), "", "VolumeBackup.0051"),
            ("VolumeBackup.0051 # a#b ", Some("VolumeBackup.0051"), "a#b", "VolumeBackup.0051: a#b"),
            ("disk #3 is broken", None, "disk #3 is broken", "disk #3 is broken"),
            ("e.g.#1", None, "e.g.#1", "e.g.#1"),
        ] {
            let failure = Failure::parse(reason);
            assert_eq!(failure.code.as_ref().map(ErrorCode::as_str), code, "{reason}");
            assert_eq!((failure.text.as_str(), failure.to_string().as_str()), (text, shown));
        }
    }

    #[test]
    fn parts_that_come_apart_are_joined() {
        let parts = Failure::from_parts;
        assert_eq!(parts(None, None, None), None);
        assert_eq!(parts(Some(""), Some(" "), None), None);
        let code = Some(ErrorCode::AutoBackup0003);
        let both = Failure { code: code.clone(), text: "late".to_owned() };
        assert_eq!(parts(None, Some("AutoBackup.0003"), Some("late")), Some(both.clone()));
        assert_eq!(parts(Some("late"), Some("AutoBackup.0003"), Some("other")), Some(both.clone()));
        assert_eq!(parts(None, None, Some("AutoBackup.0003#late")), Some(both));
        assert_eq!(parts(None, Some("AutoBackup.0003"), None), Some(Failure { code, text: String::new() }));
    }
}
