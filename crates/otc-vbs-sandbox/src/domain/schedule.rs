//! The schedule of a policy, and its due times.

use std::num::NonZeroU32;

use jiff::civil::{Date, Weekday};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use otc_vbs_api::schedule::{DueDays, DueTimes, StartTimes, Timetable, Weekdays, parse_time_zone};
use serde::{Deserialize, Serialize};

use super::time::earlier;

/// The days and the hours at which a policy runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Schedule {
    /// As it was sent.
    pub(crate) start_time: String,
    pub(crate) days: Days,
    /// As it was sent.
    pub(crate) time_zone: Option<String>,
    pub(crate) is_on: bool,
}

/// The days on which a policy runs, in local time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Days {
    /// Every N days.
    Every { days: u8, since: Date },
    /// On these days of the week, in the order of the request. Numbers as in ISO 8601: Monday is 1.
    Week(Vec<i8>),
}

impl Schedule {
    /// The first run after a time, or `None` if the policy is off.
    pub(crate) fn next_after(&self, time: Timestamp) -> Option<Timestamp> {
        let due = self.due_times().filter(|_| self.is_on);
        due.and_then(|due| due.next_after(time))
    }

    /// The due time before `time` with `newer` other due times in between, whether the policy is on or off.
    pub(crate) fn nth_before(&self, time: Timestamp, newer: u64) -> Option<Timestamp> {
        self.due_times()?.nth_before(time, newer)
    }

    /// The number of due times between two times, both excluded, whether the policy is on or off.
    pub(crate) fn count_between(&self, after: Timestamp, before: Timestamp) -> u64 {
        let until = earlier(before, SignedDuration::from_nanos(1));
        self.due_times().map_or(0, |due| due.count_between(after, until))
    }

    /// Reports the problem of a schedule from a file.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let has_due_times = self.due_times().is_some();
        has_due_times.then_some(()).ok_or("a schedule that is not valid")
    }

    /// The local date at a time.
    pub(crate) fn local_date(time: Timestamp, time_zone: Option<&str>) -> Date {
        let offset = time_zone.and_then(|text| parse_time_zone(text).ok());
        offset.unwrap_or(Offset::UTC).to_datetime(time).date()
    }

    /// `None` only for a schedule that [`check`](Self::check) rejects.
    fn due_times(&self) -> Option<DueTimes> {
        let start_times: StartTimes = self.start_time.parse().ok()?;
        let days = match &self.days {
            Days::Every { days, since } => {
                DueDays::EveryDays { interval: NonZeroU32::new((*days).into())?, anchor: Some(*since) }
            }
            Days::Week(days) => {
                let days = days.iter().map(|day| Weekday::from_monday_one_offset(*day));
                let days: Vec<Weekday> = days.collect::<Result<_, _>>().ok()?;
                DueDays::Weekdays(Weekdays::new(days).ok()?)
            }
        };
        let offset = self.time_zone.as_deref().map(parse_time_zone);
        let offset = offset.transpose().ok()?.unwrap_or(Offset::UTC);
        Timetable::new(start_times, days, offset).due_times().ok()
    }
}
