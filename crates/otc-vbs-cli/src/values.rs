//! The values of options.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp};
use otc_vbs::types::{BackupId, BackupJobId, BackupJobStatus, DiskId, ProjectId, ShareId, SnapshotId};

use crate::backup_job::status_word;

pub(crate) fn count(text: &str) -> Result<u64, String> {
    whole_number(text, 0..=u64::MAX)
}

pub(crate) fn days(text: &str) -> Result<u16, String> {
    whole_number(text, 1..=365)
}

/// A number whose limits are checked with the settings that it belongs to.
pub(crate) fn number(text: &str) -> Result<u32, String> {
    whole_number(text, 0..=u64::from(u32::MAX)).map_err(|_| "expected a whole number".to_owned())
}

pub(crate) fn project_count(text: &str) -> Result<u8, String> {
    whole_number(text, 2..=100)
}

pub(crate) fn timestamp(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "expected a time such as 2026-01-15T06:00:00Z".to_owned())
}

pub(crate) fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "expected an IP address and a port, such as 127.0.0.1:8080".to_owned())
}

pub(crate) fn clock_rate(text: &str) -> Result<u32, String> {
    whole_number(text, 0..=u64::from(u32::MAX))
}

pub(crate) fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok();
    rate.filter(|rate| (0.0..=1.0).contains(rate)).ok_or_else(|| "expected a number from 0 to 1".to_owned())
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
            format!("expected a whole number from {least} to {most}")
        },
    )
}

/// A positive duration such as `90m`, `26h` or `2d`.
pub(crate) fn duration(text: &str) -> Result<SignedDuration, String> {
    let positive = parse_duration(text).filter(|duration| duration.is_positive());
    positive.ok_or_else(|| "expected a duration such as 90m, 6h or 2d".to_owned())
}

/// How long to wait for something. 0 means not to wait.
pub(crate) fn timeout(text: &str) -> Result<Duration, String> {
    let timeout = parse_duration(text).and_then(|duration| Duration::try_from(duration).ok());
    let accepted = timeout.filter(|timeout| *timeout <= MAX_WAIT);
    accepted.ok_or_else(|| "expected a duration such as 90s, 30m or 2h, at most 365d".to_owned())
}

/// The pause between two requests.
pub(crate) fn interval(text: &str) -> Result<Duration, String> {
    let interval = parse_duration(text).and_then(|duration| Duration::try_from(duration).ok());
    let accepted = interval.filter(|interval| (MIN_INTERVAL..=MAX_WAIT).contains(interval));
    accepted.ok_or_else(|| "expected a duration such as 10s or 2m, from 100ms to 365d".to_owned())
}

/// Requests that follow each other without a pause would overload the service.
const MIN_INTERVAL: Duration = Duration::from_millis(100);
const MAX_WAIT: Duration = Duration::from_secs(365 * 24 * 3600);

/// A duration with units, in which days have 24 hours.
fn parse_duration(text: &str) -> Option<SignedDuration> {
    text.parse::<Span>().ok()?.to_duration(SpanRelativeTo::days_are_24_hours()).ok()
}

/// A tag: its key and its value.
pub(crate) fn tag(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE".to_owned()),
    }
}

pub(crate) fn backup_id(text: &str) -> Result<BackupId, String> {
    id(text, "backup")
}

pub(crate) fn backup_job_id(text: &str) -> Result<BackupJobId, String> {
    id(text, "backup job")
}

pub(crate) fn disk_id(text: &str) -> Result<DiskId, String> {
    id(text, "disk")
}

pub(crate) fn project_id(text: &str) -> Result<ProjectId, String> {
    id(text, "project")
}

pub(crate) fn share_id(text: &str) -> Result<ShareId, String> {
    id(text, "share")
}

pub(crate) fn snapshot_id(text: &str) -> Result<SnapshotId, String> {
    id(text, "snapshot")
}

/// An id that the service issued for a thing. The service refuses ids that it does not know; the others would turn the request
/// into another one.
fn id<T: FromStr>(text: &str, thing: &str) -> Result<T, String> {
    let expected = format!("expected the id of a {thing}");
    let problem = match text {
        "" => return Err(format!("{expected}, but it is empty")),
        _ if text.contains(char::is_whitespace) => "a space",
        _ if text.contains(['/', '\\']) => "a slash",
        _ if text.contains(char::is_control) => "a control character",
        _ => return text.parse().map_err(|_| expected),
    };
    Err(format!("{expected}, which can't contain {problem}"))
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
        format!(
            "expected one of {}, or the service's own word, such as {}; --raw-status sends any other",
            words.join(", "),
            BackupJobStatus::ExecuteFail
        )
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn waits_have_a_unit_and_limits() {
        for parse in [timeout, interval] {
            assert_eq!(parse("90s"), Ok(Duration::from_secs(90)));
            assert_eq!(parse("1h30m"), Ok(Duration::from_secs(5400)));
            assert_eq!(parse("1d 2h"), Ok(Duration::from_secs(26 * 3600)));
            for text in ["", "90", "-5m", "366d", "1mo", "soon"] {
                assert!(parse(text).is_err(), "{text}");
            }
        }
        assert_eq!(timeout("0s"), Ok(Duration::ZERO));
        assert!(interval("0s").is_err() && interval("1ms").is_err());
    }

    #[test]
    fn tag_has_a_key_and_may_have_an_empty_value() {
        let tag_of = |key: &str, value: &str| Ok((key.to_owned(), value.to_owned()));
        assert_eq!(tag("env=prod=1"), tag_of("env", "prod=1"));
        assert_eq!(tag("env="), tag_of("env", ""));
        for text in ["", "env", "=prod"] {
            assert_eq!(tag(text).unwrap_err(), "expected KEY=VALUE", "{text}");
        }
    }

    #[test]
    fn numbers_may_have_underscores() {
        assert_eq!(count("1_000_000"), Ok(1_000_000));
        assert_eq!(offset("0"), Ok(0));
        for text in ["", "_", "-1", "1.5", "ten", "2147483648"] {
            let error = offset(text).unwrap_err();
            assert_eq!(error, "expected a whole number from 0 to 2147483647", "{text}");
        }
        assert_eq!(limit("0").unwrap_err(), "expected a whole number from 1 to 2147483647");
    }

    #[test]
    fn duration_is_positive() {
        for (text, hours) in [("90m", 1.5), ("6h", 6.0), ("1d 2h", 26.0), ("PT26H", 26.0)] {
            assert_eq!(duration(text).unwrap().as_secs_f64(), hours * 3600.0, "{text}");
        }
        for text in ["", "6", "0h", "-6h", "1mo", "soon"] {
            assert_eq!(duration(text).unwrap_err(), "expected a duration such as 90m, 6h or 2d", "{text}");
        }
    }

    #[test]
    fn id_cannot_change_the_path_of_a_request() {
        assert_eq!(disk_id("d-1_a").unwrap(), "d-1_a");
        for (text, expected) in [
            ("", "expected the id of a disk, but it is empty"),
            ("..", "expected the id of a disk"),
            ("a/b", "expected the id of a disk, which can't contain a slash"),
            ("a\\b", "expected the id of a disk, which can't contain a slash"),
            ("d1 d2", "expected the id of a disk, which can't contain a space"),
            ("a\u{1b}b", "expected the id of a disk, which can't contain a control character"),
        ] {
            assert_eq!(disk_id(text).unwrap_err(), expected, "{text:?}");
        }
    }

    #[test]
    fn rate_is_from_0_to_1() {
        assert_eq!(rate("0.05"), Ok(0.05));
        assert_eq!(rate("1"), Ok(1.0));
        for text in ["", "-0.1", "1.01", "NaN", "5%"] {
            assert_eq!(rate(text).unwrap_err(), "expected a number from 0 to 1");
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
            "expected one of running, timeout, waiting, failed, ok, skipped, or the service's own word, such as EXECUTE_FAIL; \
             --raw-status sends any other"
        );
        assert!(status("").is_err());
    }
}
