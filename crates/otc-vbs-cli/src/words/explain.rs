//! `vbs explain`: the error codes of the service.

use std::fmt;

use otc_vbs::types::ErrorCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::similar;

const REFERENCE: &str = "https://docs.otc.t-systems.com/volume-backup-service/api-ref";

/// How many codes an error suggests.
const MAX_SUGGESTIONS: usize = 3;

/// The reference's words for a part of the service, what the codes of that part are about, and its pages.
const PARTS: [(&str, &str, &[&str]); 5] = [
    (
        "Backup Policy",
        "backup policies",
        &[
            "backup_policies/creating_a_backup_policy.html",
            "backup_policies/modifying_a_backup_policy.html",
            "backup_policies/associating_resources_with_a_backup_policy.html",
            "backup_policies/executing_a_backup_policy_at_once.html",
        ],
    ),
    (
        "Creating a Backup",
        "creating a backup, by hand or by a policy",
        &[
            "vbs_backups/creating_a_vbs_backup.html",
            "vbs_backups/creating_a_vbs_backup_native_openstack_v3_api.html",
        ],
    ),
    (
        "Deleting a Backup",
        "deleting a backup",
        &["vbs_backups/deleting_a_vbs_backup_native_openstack_v3_api.html"],
    ),
    (
        "Restoring a Disk Using a Backup",
        "restoring a disk",
        &[
            "vbs_backups/restoring_a_disk_using_a_vbs_backup.html",
            "vbs_backups/restoring_a_disk_using_a_vbs_backup_native_openstack_v3_api.html",
        ],
    ),
    ("Shared", "every operation", &[]),
];

/// What an error code means and what to do about it.
#[derive(Clone, Debug, JsonSchema, PartialEq, Eq, Serialize)]
pub(crate) struct Explanation {
    /// The code as the reference writes it: `VolumeBackup.0021`.
    pub(crate) code: &'static str,
    /// What happened.
    pub(crate) meaning: &'static str,
    /// What to do about it.
    pub(crate) action: &'static str,
    /// What the user was doing.
    pub(crate) concerns: &'static str,
    /// The addresses of the reference's pages about it.
    pub(crate) pages: Vec<String>,
}

/// Why a text can't be explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotExplained {
    /// A number that several codes have.
    Ambiguous { number: String, codes: Vec<&'static str> },
    /// Not a listed code, but perhaps one of these is meant, if there are any.
    NotListed { code: String, similar: Vec<&'static str> },
    /// Neither a code nor a number.
    NotACode { text: String },
}

impl fmt::Display for NotExplained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ambiguous { number, codes } => {
                write!(f, "several codes have the number {number}; use {}", either(codes))
            }
            Self::NotListed { code, similar } if similar.is_empty() => write!(
                f,
                "the reference does not list `{code}`; the message that came with it may explain it, or ask support"
            ),
            Self::NotListed { code, similar } => {
                write!(f, "the reference does not list `{code}`; did you mean {}?", either(similar))
            }
            Self::NotACode { text } => {
                write!(
                    f,
                    "`{text}` is not an error code; expected one such as VolumeBackup.0021, or its number"
                )
            }
        }
    }
}

impl std::error::Error for NotExplained {}

/// Explains a code: `VolumeBackup.0021` in any case, or its number (`0021`, `21`) if no other code has that. What
/// follows a `#`, which separates code and message in the reason of a failed job, is ignored.
pub(crate) fn explain(text: &str) -> Result<Explanation, NotExplained> {
    let code = text.split('#').next().unwrap_or_default().trim();
    let by_name = listed().find(|listed| listed.eq_ignore_ascii_case(code));
    if let Some(explanation) = by_name.and_then(explanation) {
        return Ok(explanation);
    }
    let (prefix, number) = split(code);
    let not_a_code = || NotExplained::NotACode { text: text.to_owned() };
    let Ok(value) = number.parse::<u32>() else {
        let similar = similar(code, listed(), MAX_SUGGESTIONS);
        return Err(if similar.is_empty() { not_a_code() } else { not_listed(code, similar) });
    };
    let same_number: Vec<&str> = listed().filter(|listed| split(listed).1.parse() == Ok(value)).collect();
    match (prefix.is_empty(), same_number.as_slice()) {
        (true, [only]) => explanation(only).ok_or_else(not_a_code),
        (true, [_, _, ..]) => Err(NotExplained::Ambiguous { number: number.to_owned(), codes: same_number }),
        _ => Err(not_listed(code, similar(code, same_number, MAX_SUGGESTIONS))),
    }
}

/// All codes that the reference lists, explained.
pub(crate) fn all() -> impl Iterator<Item = Explanation> {
    listed().filter_map(explanation)
}

fn not_listed(code: &str, similar: Vec<&'static str>) -> NotExplained {
    NotExplained::NotListed { code: code.to_owned(), similar }
}

fn listed() -> impl Iterator<Item = &'static str> {
    ErrorCode::LISTED.iter().map(ErrorCode::as_str)
}

/// `VolumeBackup` and `0021`. The prefix of a bare number is empty.
fn split(code: &str) -> (&str, &str) {
    let prefix = code.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = code.get(prefix.len()..).unwrap_or_default();
    (prefix.trim_end_matches('.'), number)
}

fn explanation(code: &'static str) -> Option<Explanation> {
    let listed = ErrorCode::from(code);
    let module = listed.module()?;
    let (_, concerns, pages) = PARTS.into_iter().find(|(name, ..)| *name == module)?;
    let pages = pages.iter().map(|page| format!("{REFERENCE}/api_description/{page}"));
    let list = format!("{REFERENCE}/appendix/error_codes.html");
    Some(Explanation {
        code,
        meaning: listed.explanation()?,
        action: listed.action()?,
        concerns,
        pages: pages.chain([list]).collect(),
    })
}

/// `A, B or C`
fn either(codes: &[&str]) -> String {
    match codes.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => codes.concat(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use otc_vbs::types::ErrorCode;

    use super::{explain, split};

    #[test]
    fn every_listed_code_is_explained_by_its_name() {
        for code in ErrorCode::LISTED {
            for name in
                [code.as_str().to_owned(), code.as_str().to_lowercase(), format!("{code}#the message")]
            {
                let explanation = explain(&name).unwrap();
                assert_eq!(explanation.code, code.as_str());
                assert_eq!(
                    (explanation.meaning, explanation.action),
                    (code.explanation().unwrap(), code.action().unwrap())
                );
                assert!(explanation.pages.last().unwrap().ends_with("/appendix/error_codes.html"));
            }
        }
    }

    #[test]
    fn a_number_explains_its_code_unless_others_have_it_too() {
        for code in ErrorCode::LISTED {
            let number = split(code.as_str()).1;
            let same = ErrorCode::LISTED.iter().filter(|other| split(other.as_str()).1 == number).count();
            match explain(number) {
                Ok(explanation) => assert_eq!((explanation.code, same), (code.as_str(), 1)),
                Err(error) => {
                    assert!(same > 1, "{code}");
                    assert!(error.to_string().contains(code.as_str()), "{error}");
                }
            }
        }
        assert_eq!(explain(" 21 ").unwrap().code, "VolumeBackup.0021");
        assert_eq!(explain(".0021").unwrap().code, "VolumeBackup.0021");
    }

    #[test]
    fn errors_suggest_codes() {
        for (text, message) in [
            ("0002", "several codes have the number 0002; use AutoBackup.0002 or VolumeBackup.0002"),
            (
                "VolumBackup.0021",
                "the reference does not list `VolumBackup.0021`; did you mean VolumeBackup.0021?",
            ),
            (
                "AutoBackup.0021",
                "the reference does not list `AutoBackup.0021`; did you mean VolumeBackup.0021?",
            ),
            (
                "VolumeBackup.0051",
                "the reference does not list `VolumeBackup.0051`; the message that came with it may explain it, \
                 or ask support",
            ),
            (
                "4711",
                "the reference does not list `4711`; the message that came with it may explain it, or ask support",
            ),
            ("quota", "`quota` is not an error code; expected one such as VolumeBackup.0021, or its number"),
            ("", "`` is not an error code; expected one such as VolumeBackup.0021, or its number"),
        ] {
            assert_eq!(explain(text).unwrap_err().to_string(), message);
        }
        let error = explain("VolumeBackup.002").unwrap_err().to_string();
        assert!(error.contains("did you mean"), "{error}");
    }
}
