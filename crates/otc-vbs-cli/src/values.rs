//! The values of options.

use std::ops::RangeInclusive;

use otc_vbs::types::{BackupJobId, BackupJobStatus};

use crate::backup_job::status_word;

pub(crate) fn count(text: &str) -> Result<u64, String> {
    whole_number(text, 0..=u64::MAX)
}

pub(crate) fn days(text: &str) -> Result<u16, String> {
    whole_number(text, 1..=365)
}

pub(crate) fn clock_rate(text: &str) -> Result<u32, String> {
    whole_number(text, 0..=u64::from(u32::MAX))
}

pub(crate) fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok();
    rate.filter(|rate| (0.0..=1.0).contains(rate)).ok_or_else(|| "it must be a number from 0 to 1".to_owned())
}

pub(crate) fn offset(text: &str) -> Result<u32, String> {
    whole_number(text, 0..=MOST_INT32)
}

pub(crate) fn limit(text: &str) -> Result<u32, String> {
    whole_number(text, 1..=MOST_INT32)
}

/// The largest `limit` and `offset`: on the wire, both are integers of 32 bits.
const MOST_INT32: u64 = i32::MAX as u64;

/// A number, which may have underscores between its digits.
fn whole_number<N: TryFrom<u64>>(text: &str, range: RangeInclusive<u64>) -> Result<N, String> {
    let number = text.replace('_', "").parse().ok();
    number.filter(|number| range.contains(number)).and_then(|number| N::try_from(number).ok()).ok_or_else(
        || {
            let (least, most) = range.into_inner();
            format!("it must be a whole number from {least} to {most}")
        },
    )
}

pub(crate) fn job_id(text: &str) -> Result<BackupJobId, String> {
    text.parse().map_err(|error: otc_vbs::types::InvalidIdentifier| error.to_string())
}

/// A status by its short word, or by the service's word in any form: `failed`, `execute-fail` and `EXECUTE_FAIL` are the same.
pub(crate) fn status(text: &str) -> Result<BackupJobStatus, String> {
    let listed = BackupJobStatus::LISTED;
    let wanted = text.to_ascii_uppercase().replace('-', "_");
    let is_wanted = |status: &&BackupJobStatus| {
        status.as_str() == wanted || status_word(status).eq_ignore_ascii_case(text)
    };
    listed.iter().find(is_wanted).cloned().ok_or_else(|| {
        let words: Vec<&str> = listed.iter().map(status_word).collect();
        format!("expected one of {}; --raw-status sends any other", words.join(", "))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_may_have_underscores() {
        assert_eq!(count("1_000_000"), Ok(1_000_000));
        assert_eq!(offset("0"), Ok(0));
        for text in ["", "_", "-1", "1.5", "ten", "2147483648"] {
            let error = offset(text).unwrap_err();
            assert_eq!(error, "it must be a whole number from 0 to 2147483647", "{text}");
        }
        assert_eq!(limit("0").unwrap_err(), "it must be a whole number from 1 to 2147483647");
    }

    #[test]
    fn rate_is_from_0_to_1() {
        assert_eq!(rate("0.05"), Ok(0.05));
        assert_eq!(rate("1"), Ok(1.0));
        for text in ["", "-0.1", "1.01", "NaN", "5%"] {
            assert_eq!(rate(text).unwrap_err(), "it must be a number from 0 to 1");
        }
    }

    #[test]
    fn status_is_accepted_in_any_form() {
        for text in ["EXECUTE_FAIL", "execute-fail", "Execute_fail"] {
            assert_eq!(status(text), Ok(BackupJobStatus::ExecuteFail));
        }
        assert_eq!(status("failed"), Ok(BackupJobStatus::ExecuteFail));
        assert_eq!(
            status("half-done").unwrap_err(),
            "expected one of running, timeout, waiting, failed, ok, skipped; --raw-status sends any other"
        );
        assert!(status("").is_err());
    }
}
