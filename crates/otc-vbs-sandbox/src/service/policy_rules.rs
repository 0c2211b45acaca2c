//! What the service takes as the parts of a backup policy.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::policy::{Retention, parse_time_zone};
use super::refusal::Refusal;
use crate::text::excerpt;

const LONGEST_NAME: usize = 64;
const DAYS_BETWEEN_RUNS: RangeInclusive<i64> = 1..=30;
const BACKUPS_KEPT: RangeInclusive<i64> = 2..=99;
const DAYS_KEPT: RangeInclusive<i64> = 2..=99_999;

/// The times of day at which a policy runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StartTime {
    /// As it was sent.
    pub(crate) text: String,
    /// The hours in UTC, in order.
    pub(crate) hours: Vec<i8>,
}

/// On which days a policy is to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recurrence {
    EveryDays(u8),
    /// Numbers as in ISO 8601: Monday is 1.
    Weekdays(Vec<i8>),
}

/// Whether a text is made of what the service takes in the names and tags of policies.
pub(crate) fn is_word(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    text.bytes().all(fits)
}

pub(crate) fn check_name(name: &str) -> Result<(), Refusal> {
    let length = name.chars().count();
    if !(1..=LONGEST_NAME).contains(&length) {
        let message = format!(
            "the name of a policy has 1 to {LONGEST_NAME} characters, not {length}: `{}`",
            excerpt(name)
        );
        return Err(Refusal::invalid("AutoBackup.0101", message));
    }
    if name.contains(['<', '>']) {
        let message = format!(
            "the name of a policy is without `<` and `>`, unlike `{}`",
            excerpt(name)
        );
        return Err(Refusal::invalid("AutoBackup.0221", message));
    }
    if !is_word(name) || name.starts_with("default") {
        let message = format!(
            "the name of a policy is made of letters, digits, `_` and `-`, and does not begin with `default`, unlike `{}`",
            excerpt(name)
        );
        return Err(Refusal::invalid("AutoBackup.0102", message));
    }
    Ok(())
}

impl StartTime {
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let hours: Option<BTreeSet<i8>> = text.split(',').map(full_hour).collect();
        let hours = hours.ok_or_else(|| {
            let message = format!(
                "`start_time` has to be full hours in UTC as `HH:00`, parted by commas and nothing else, not `{}`",
                excerpt(text)
            );
            Refusal::invalid("AutoBackup.0103", message)
        })?;
        Ok(Self {
            text: text.to_owned(),
            hours: hours.into_iter().collect(),
        })
    }
}

fn full_hour(text: &str) -> Option<i8> {
    let hour = text.strip_suffix(":00")?;
    let digits = hour.len() == 2 && hour.bytes().all(|byte| byte.is_ascii_digit());
    hour.parse().ok().filter(|hour| digits && *hour < 24)
}

impl Recurrence {
    pub(crate) fn every(days: i64) -> Result<Self, Refusal> {
        let in_range = DAYS_BETWEEN_RUNS.contains(&days);
        match u8::try_from(days) {
            Ok(days) if in_range => Ok(Self::EveryDays(days)),
            _ => Err(out_of_range(
                "AutoBackup.0106",
                "frequency",
                DAYS_BETWEEN_RUNS,
                days,
            )),
        }
    }

    /// On these days of the week. A day that is there twice counts once.
    pub(crate) fn on(weekdays: Vec<i8>) -> Result<Self, Refusal> {
        let mut seen = BTreeSet::new();
        let weekdays: Vec<i8> = weekdays.into_iter().filter(|day| seen.insert(*day)).collect();
        if weekdays.is_empty() {
            let message = "`week_frequency` is empty; name at least one day, or send `frequency`";
            return Err(Refusal::invalid("AutoBackup.0106", message));
        }
        Ok(Self::Weekdays(weekdays))
    }

    /// A policy with neither would never run.
    pub(crate) fn missing() -> Refusal {
        let message = "the schedule has neither `frequency` nor `week_frequency`; send one of them";
        Refusal::invalid("AutoBackup.0106", message)
    }
}

impl Retention {
    pub(crate) fn of_backups(most: i64) -> Result<Self, Refusal> {
        kept("rentention_num", BACKUPS_KEPT, most).map(Self::Backups)
    }

    pub(crate) fn of_days(days: i64) -> Result<Self, Refusal> {
        kept("rentention_day", DAYS_KEPT, days).map(Self::Days)
    }

    /// A policy with neither would keep everything.
    pub(crate) fn missing() -> Refusal {
        let message = "the schedule has neither `rentention_num` nor `rentention_day`; send one of them";
        Refusal::invalid("AutoBackup.0107", message)
    }
}

/// The reference has one code for what is kept, in backups or in days.
fn kept(name: &str, range: RangeInclusive<i64>, sent: i64) -> Result<u32, Refusal> {
    let in_range = range.contains(&sent);
    match u32::try_from(sent) {
        Ok(number) if in_range => Ok(number),
        _ => Err(out_of_range("AutoBackup.0107", name, range, sent)),
    }
}

fn out_of_range(code: &'static str, name: &str, range: RangeInclusive<i64>, sent: i64) -> Refusal {
    let (least, most) = (range.start(), range.end());
    Refusal::invalid(code, format!("`{name}` goes from {least} to {most}, not {sent}"))
}

pub(crate) fn check_time_zone(text: &str) -> Result<(), Refusal> {
    match parse_time_zone(text) {
        Some(_) => Ok(()),
        None => {
            let message = format!(
                "`time_zone` has to be `UTC+HH:mm` or `UTC-HH:mm`, not `{}`",
                excerpt(text)
            );
            Err(Refusal::invalid("AutoBackup.0226", message))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names() {
        let long = "n".repeat(65);
        let umlauts = "ä".repeat(64);
        let cases = [
            ("", Some("AutoBackup.0101")),
            (long.as_str(), Some("AutoBackup.0101")),
            (&long[1..], None),
            // The length is counted in characters, so this one is not too long.
            (umlauts.as_str(), Some("AutoBackup.0102")),
            ("a b", Some("AutoBackup.0102")),
            ("default_1", Some("AutoBackup.0102")),
            ("a<b", Some("AutoBackup.0221")),
            ("my-default_1", None),
            ("7", None),
        ];
        for (name, expected) in cases {
            let code = check_name(name).err().map(|refusal| refusal.code);
            assert_eq!(code, expected, "{name}");
        }
    }

    #[test]
    fn start_times() {
        let parsed = StartTime::parse("22:00,00:00,02:00,22:00").unwrap();
        assert_eq!(parsed.hours, [0, 2, 22]);
        assert_eq!(parsed.text, "22:00,00:00,02:00,22:00");
        for text in [
            "",
            "12:30",
            "24:00",
            "1:00",
            "+1:00",
            "12",
            "12:00,",
            "12:00, 13:00",
            "١٢:00",
        ] {
            let code = StartTime::parse(text).unwrap_err().code;
            assert_eq!(code, "AutoBackup.0103", "{text}");
        }
    }

    #[test]
    fn ranges() {
        assert_eq!(Recurrence::every(30), Ok(Recurrence::EveryDays(30)));
        assert_eq!(Retention::of_backups(2), Ok(Retention::Backups(2)));
        assert_eq!(Retention::of_days(99_999), Ok(Retention::Days(99_999)));
        for days in [0, 31, -1, 257, i64::MAX] {
            assert_eq!(Recurrence::every(days).unwrap_err().code, "AutoBackup.0106");
        }
        for refused in [
            Retention::of_backups(1),
            Retention::of_backups(100),
            Retention::of_days(1),
            Retention::of_days(100_000),
            Retention::of_days(i64::MIN),
        ] {
            assert_eq!(refused.unwrap_err().code, "AutoBackup.0107");
        }
    }

    #[test]
    fn weekdays() {
        assert_eq!(
            Recurrence::on(vec![7, 3, 7]),
            Ok(Recurrence::Weekdays(vec![7, 3]))
        );
        assert_eq!(Recurrence::on(Vec::new()).unwrap_err().code, "AutoBackup.0106");
    }

    #[test]
    fn time_zones() {
        for text in ["UTC+00:00", "UTC-02:30", "UTC+14:00"] {
            assert_eq!(check_time_zone(text), Ok(()));
        }
        for text in [
            "",
            "UTC",
            "UTC+1:00",
            "UTC+24:00",
            "GMT+01:00",
            "UTC+01:60",
            "UTC±01:00",
        ] {
            assert_eq!(
                check_time_zone(text).unwrap_err().code,
                "AutoBackup.0226",
                "{text}"
            );
        }
    }
}
