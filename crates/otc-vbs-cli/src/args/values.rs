//! The values of options.

use std::ops::RangeInclusive;

use otc_vbs::types::{BackupJobId, BackupJobStatus};

pub(super) fn count(text: &str) -> Result<u64, String> {
    whole_number(text, 0..=u64::MAX)
}

pub(super) fn days(text: &str) -> Result<u16, String> {
    whole_number(text, 1..=365)
}

pub(super) fn clock_rate(text: &str) -> Result<u32, String> {
    whole_number(text, 0..=u64::from(u32::MAX))
}

pub(super) fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok();
    rate.filter(|rate| (0.0..=1.0).contains(rate)).ok_or_else(|| "it must be a number from 0 to 1".to_owned())
}

pub(super) fn offset(text: &str) -> Result<u32, String> {
    whole_number(text, 0..=MOST_INT32)
}

pub(super) fn limit(text: &str) -> Result<u32, String> {
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

pub(super) fn job_id(text: &str) -> Result<BackupJobId, String> {
    text.parse().map_err(|error: otc_vbs::types::InvalidIdentifier| error.to_string())
}

/// A status in any form: `execute-fail` and `Execute_Fail` are `EXECUTE_FAIL`. A status that the reference does not list is
/// unchanged.
pub(super) fn status(text: &str) -> Result<BackupJobStatus, String> {
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    let on_the_wire = text.to_ascii_uppercase().replace('-', "_");
    let status = BackupJobStatus::from(on_the_wire);
    Ok(match status.is_listed() {
        true => status,
        false => BackupJobStatus::from(text),
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
        let odd = status("half-Done").unwrap();
        assert!(!odd.is_listed());
        assert_eq!(odd.as_str(), "half-Done");
        assert!(status("").is_err());
    }
}
