//! When a policy runs.

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

/// The days and the hours on which a policy runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Schedule {
    /// The times of day as they were sent: full hours in UTC, parted by commas.
    pub(crate) start_time: String,
    /// The same as numbers, in order.
    pub(crate) hours: Vec<i8>,
    pub(crate) days: Days,
    pub(crate) is_on: bool,
}

/// On which days a policy runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Days {
    /// Every so many days, counted in UTC.
    Every { days: u8, since: Date },
    /// On these days of the week, counted in local time. Numbers as in ISO 8601: Monday is 1.
    Week(Vec<i8>),
}

/// No schedule has more days than this between two runs.
const LONGEST_PAUSE: i32 = u8::MAX as i32;

impl Schedule {
    /// The first run after a time. `ahead` is by how much the local time is ahead of UTC.
    pub(crate) fn next_after(&self, time: Timestamp, ahead: Offset) -> Option<Timestamp> {
        if !self.is_on {
            return None;
        }
        let today = Offset::UTC.to_datetime(time).date();
        (0..=LONGEST_PAUSE).find_map(|days| {
            let date = today.checked_add(days.days()).ok()?;
            let mut runs = self.hours.iter().filter_map(|hour| {
                let run = Offset::UTC.to_timestamp(date.at(*hour, 0, 0, 0)).ok()?;
                (run > time && self.runs_on(date, run, ahead)).then_some(run)
            });
            runs.next()
        })
    }

    fn runs_on(&self, date: Date, run: Timestamp, ahead: Offset) -> bool {
        match &self.days {
            Days::Every { days, since } => date
                .since(*since)
                .is_ok_and(|past| past.get_days() % i32::from((*days).max(1)) == 0),
            Days::Week(weekdays) => {
                let local = ahead.to_datetime(run).date();
                weekdays.contains(&local.weekday().to_monday_one_offset())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn runs(schedule: &Schedule, ahead: Offset, count: usize) -> Vec<String> {
        let mut time: Timestamp = "2026-01-15T06:00:00Z".parse().unwrap();
        let next = || {
            time = schedule.next_after(time, ahead)?;
            Some(time.strftime("%a %d %H:%M").to_string())
        };
        std::iter::from_fn(next).take(count).collect()
    }

    fn schedule(hours: &[i8], days: Days) -> Schedule {
        Schedule {
            start_time: String::new(),
            hours: hours.to_vec(),
            days,
            is_on: true,
        }
    }

    #[test]
    fn every_few_days() {
        let since = "2026-01-14".parse().unwrap();
        let every = schedule(&[1, 22], Days::Every { days: 3, since });
        assert_eq!(
            runs(&every, Offset::UTC, 4),
            ["Sat 17 01:00", "Sat 17 22:00", "Tue 20 01:00", "Tue 20 22:00"]
        );
    }

    #[test]
    fn the_longest_pause_is_found() {
        let since = "2026-01-15".parse().unwrap();
        let every = schedule(&[6], Days::Every { days: 30, since });
        assert_eq!(runs(&every, Offset::UTC, 1), ["Sat 14 06:00"]);
    }

    #[test]
    fn weekdays_are_those_of_the_local_time() {
        let saturday = schedule(&[23], Days::Week(vec![6]));
        assert_eq!(runs(&saturday, Offset::UTC, 1), ["Sat 17 23:00"]);
        assert_eq!(runs(&saturday, Offset::constant(8), 1), ["Fri 16 23:00"]);
    }

    #[test]
    fn a_policy_that_is_off_never_runs() {
        let mut off = schedule(&[1], Days::Week(vec![1, 2, 3, 4, 5, 6, 7]));
        off.is_on = false;
        assert_eq!(runs(&off, Offset::UTC, 1), [""; 0]);
    }
}
