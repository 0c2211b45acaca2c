//! The rules for the fields of a backup policy.

use std::collections::BTreeSet;

use otc_vbs_api::limit::{NumberRange, Violation};
use otc_vbs_api::limits;
use otc_vbs_api::schedule::{StartTimes, parse_time_zone};

use super::policy::Retention;
use super::refusal::Refusal;

/// The times of day at which a policy runs, as they were sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StartTime(pub(super) String);

/// The days on which a policy runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recurrence {
    EveryDays(u8),
    /// Numbers as in ISO 8601: Monday is 1.
    Weekdays(Vec<i8>),
}

/// The ranges of the numbers in a schedule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScheduleLimits {
    frequency: &'static NumberRange,
    retention_num: &'static NumberRange,
    retention_day: &'static NumberRange,
}

impl ScheduleLimits {
    /// The ranges for a new policy.
    pub(crate) const OF_SPEC: Self = Self {
        frequency: &limits::POLICY_SCHEDULE_SPEC_FREQUENCY,
        retention_num: &limits::POLICY_SCHEDULE_SPEC_RETENTION_NUM,
        retention_day: &limits::POLICY_SCHEDULE_SPEC_RETENTION_DAY,
    };
    /// The ranges for a change.
    pub(crate) const OF_CHANGE: Self = Self {
        frequency: &limits::POLICY_SCHEDULE_CHANGE_FREQUENCY,
        retention_num: &limits::POLICY_SCHEDULE_CHANGE_RETENTION_NUM,
        retention_day: &limits::POLICY_SCHEDULE_CHANGE_RETENTION_DAY,
    };

    /// A run every N days.
    pub(crate) fn every(self, days: i64) -> Result<Recurrence, Refusal> {
        in_range("frequency", self.frequency, days, Refusal::Frequency).map(Recurrence::EveryDays)
    }

    /// The newest N backups of each disk.
    pub(crate) fn backups(self, count: i64) -> Result<Retention, Refusal> {
        in_range("rentention_num", self.retention_num, count, Refusal::Retention).map(Retention::Backups)
    }

    /// The backups of the last N days.
    pub(crate) fn days(self, days: i64) -> Result<Retention, Refusal> {
        in_range("rentention_day", self.retention_day, days, Refusal::Retention).map(Retention::Days)
    }
}

fn in_range<T: TryFrom<i64>>(
    name: &'static str,
    range: &NumberRange,
    sent: i64,
    refusal: fn(Violation) -> Refusal,
) -> Result<T, Refusal> {
    range.check(&format!("`{name}`"), sent).map_err(refusal)?;
    T::try_from(sent).map_err(|_| Refusal::NumberTooLarge { name, sent })
}

pub(crate) fn check_name(name: &str) -> Result<(), Refusal> {
    let checked = limits::POLICY_NAME.check("name", name);
    checked.map_err(|violation| Refusal::PolicyName { violation, has_markup: name.contains(['<', '>']) })
}

impl StartTime {
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let checked = text.parse::<StartTimes>();
        checked.map_err(Refusal::StartTime)?;
        Ok(Self(text.to_owned()))
    }
}

impl Recurrence {
    /// On these days of the week. A day that appears twice counts once.
    pub(crate) fn on(weekdays: Vec<i8>) -> Result<Self, Refusal> {
        let mut seen = BTreeSet::new();
        let weekdays: Vec<i8> = weekdays.into_iter().filter(|day| seen.insert(*day)).collect();
        if weekdays.is_empty() {
            return Err(Refusal::NoWeekday);
        }
        Ok(Self::Weekdays(weekdays))
    }
}

pub(crate) fn check_time_zone(text: &str) -> Result<(), Refusal> {
    let checked = parse_time_zone(text);
    checked.map_err(Refusal::TimeZone)?;
    Ok(())
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
            // The length is counted in characters, so this name is not too long.
            (umlauts.as_str(), Some("AutoBackup.0102")),
            ("a b", Some("AutoBackup.0102")),
            ("default_1", Some("AutoBackup.0102")),
            ("a<b", Some("AutoBackup.0221")),
            ("my-default_1", None),
            ("7", None),
        ];
        for (name, expected) in cases {
            let code = check_name(name).err().map(|refusal| refusal.code());
            assert_eq!(code, expected, "{name}");
        }
    }

    #[test]
    fn start_times() {
        let parsed = StartTime::parse("22:00,00:00,02:00,22:00").unwrap();
        assert_eq!(parsed.0, "22:00,00:00,02:00,22:00");
        for text in ["", "12:30", "24:00", "1:00", "+1:00", "12", "12:00,", "12:00, 13:00", "١٢:00"] {
            let code = StartTime::parse(text).unwrap_err().code();
            assert_eq!(code, "AutoBackup.0103", "{text}");
        }
    }

    #[test]
    fn ranges() {
        for limits in [ScheduleLimits::OF_SPEC, ScheduleLimits::OF_CHANGE] {
            assert_eq!(limits.every(30), Ok(Recurrence::EveryDays(30)));
            assert_eq!(limits.backups(2), Ok(Retention::Backups(2)));
            assert_eq!(limits.days(99_999), Ok(Retention::Days(99_999)));
            for days in [0, 31, -1, 257, i64::MAX] {
                assert_eq!(limits.every(days).unwrap_err().code(), "AutoBackup.0106");
            }
            for refused in [
                limits.backups(1),
                limits.backups(100),
                limits.days(1),
                limits.days(100_000),
                limits.days(i64::MIN),
            ] {
                assert_eq!(refused.unwrap_err().code(), "AutoBackup.0107");
            }
        }
    }

    #[test]
    fn weekdays() {
        assert_eq!(Recurrence::on(vec![7, 3, 7]), Ok(Recurrence::Weekdays(vec![7, 3])));
        assert_eq!(Recurrence::on(Vec::new()).unwrap_err().code(), "AutoBackup.0106");
    }

    #[test]
    fn time_zones() {
        for text in ["UTC+00:00", "UTC-02:30", "UTC+14:00"] {
            assert_eq!(check_time_zone(text), Ok(()));
        }
        for text in ["", "UTC", "UTC+1:00", "UTC+24:00", "GMT+01:00", "UTC+01:60", "UTC±01:00"] {
            assert_eq!(check_time_zone(text).unwrap_err().code(), "AutoBackup.0226", "{text}");
        }
    }
}
