//! The times at which a policy is due, by arithmetic: no query walks from one due time to the next.

use std::iter::FusedIterator;
use std::num::NonZeroU32;
use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::{StartTimes, Weekdays};

const DAY: i64 = 24 * 3600;

/// The times at which a policy is due, without beginning or end.
/// [`Timetable::due_times`](super::Timetable::due_times) returns them.
///
/// Every query takes the same short time, regardless of the number of due times that it skips. A query that
/// would leave the range of [`Timestamp`] returns `None`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DueTimes {
    /// The length of a cycle, in days. Cycles begin on days whose number is a multiple of it; day 0 is
    /// 1970-01-01 in local time.
    period: i64,
    /// The due days of a cycle, in ascending order from 0.
    days: Vec<i64>,
    /// The times of a due day as seconds of the local day, in ascending order.
    seconds: Vec<i64>,
    /// The offset of local time from UTC, in seconds.
    offset: i64,
}

impl DueTimes {
    pub(super) fn weekly(times: StartTimes, weekdays: Weekdays, offset: Offset) -> Self {
        // Day 0 was a Thursday.
        let day = |monday_zero: i8| (i64::from(monday_zero) - 3).rem_euclid(7);
        let mut days: Vec<i64> =
            weekdays.iter().map(|weekday| day(weekday.to_monday_zero_offset())).collect();
        days.sort_unstable();
        Self::new(7, days, times, offset)
    }

    pub(super) fn every_days(times: StartTimes, interval: NonZeroU32, anchor: Date, offset: Offset) -> Self {
        let period = i64::from(interval.get());
        Self::new(period, vec![day_number(anchor).rem_euclid(period)], times, offset)
    }

    fn new(period: i64, days: Vec<i64>, times: StartTimes, offset: Offset) -> Self {
        Self { period, days, seconds: times.local_seconds(offset), offset: i64::from(offset.seconds()) }
    }

    /// The first due time after `time`.
    pub fn next_after(&self, time: Timestamp) -> Option<Timestamp> {
        self.nth(self.count_until(time))
    }

    /// The last due time before `time`.
    pub fn last_before(&self, time: Timestamp) -> Option<Timestamp> {
        self.nth_before(time, 0)
    }

    /// The last due time that is not after `time`.
    pub fn last_at_or_before(&self, time: Timestamp) -> Option<Timestamp> {
        self.nth(self.count_until(time) - 1)
    }

    /// The due time before `time` that has `n` others between itself and `time`: with 0, the last one before
    /// `time`.
    pub fn nth_before(&self, time: Timestamp, n: u64) -> Option<Timestamp> {
        // A due time is a full second, so those before 01:00:00.5 are those before 01:00:01.
        let before = if time.subsec_nanosecond() > 0 { time.as_second() } else { time.as_second() - 1 };
        let last = self.count_until_second(before) - 1;
        self.nth(last.checked_sub(i64::try_from(n).ok()?)?)
    }

    /// The number of due times after `after` and not after `until`. 0 if `until` is earlier than `after`.
    pub fn count_between(&self, after: Timestamp, until: Timestamp) -> u64 {
        let count = self.count_until(until) - self.count_until(after);
        count.max(0).unsigned_abs()
    }

    /// The due times after `after` and not after `until`, from either end.
    pub fn between(&self, after: Timestamp, until: Timestamp) -> DueTimesBetween<'_> {
        DueTimesBetween { due: self, indices: self.count_until(after)..self.count_until(until) }
    }

    /// The index of the first due time after `time`: the number of those from index 0, in the first cycle of
    /// 1970, until `time`. Negative before that.
    fn count_until(&self, time: Timestamp) -> i64 {
        // Before 1970, the nanoseconds are negative.
        let fraction = i64::from(time.subsec_nanosecond() < 0);
        self.count_until_second(time.as_second() - fraction)
    }

    fn count_until_second(&self, second: i64) -> i64 {
        let local = second + self.offset;
        let (day, second_of_day) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let (cycle, day_of_cycle) = (day.div_euclid(self.period), day.rem_euclid(self.period));
        let past_days = self.days.partition_point(|due| *due < day_of_cycle);
        let today = if self.days.get(past_days) == Some(&day_of_cycle) {
            self.seconds.partition_point(|due| *due <= second_of_day)
        } else {
            0
        };
        (cycle * length(&self.days) + past_days as i64) * length(&self.seconds) + today as i64
    }

    /// The due time with this index. `None` if it is outside the range of [`Timestamp`].
    fn nth(&self, index: i64) -> Option<Timestamp> {
        let (day, second) = element(&self.seconds, index);
        let (cycle, day_of_cycle) = element(&self.days, day);
        let day = cycle.checked_mul(self.period)?.checked_add(day_of_cycle)?;
        let local = day.checked_mul(DAY)?.checked_add(second)?;
        Timestamp::from_second(local.checked_sub(self.offset)?).ok()
    }
}

/// The number of round trips through `values` before `index`, and the value at `index`.
fn element(values: &[i64], index: i64) -> (i64, i64) {
    let length = length(values);
    // The remainder is never negative, and less than the length.
    (index.div_euclid(length), values[index.rem_euclid(length) as usize])
}

/// At least 1 and at most 24, by the types that the lists are made of.
fn length(values: &[i64]) -> i64 {
    values.len() as i64
}

/// The number of days since 1970-01-01.
pub(super) fn day_number(date: Date) -> i64 {
    date.duration_since(Date::constant(1970, 1, 1)).as_secs() / DAY
}

/// Due times between two points in time. [`DueTimes::between`] returns it.
#[derive(Clone, Debug)]
pub struct DueTimesBetween<'a> {
    due: &'a DueTimes,
    indices: Range<i64>,
}

impl Iterator for DueTimesBetween<'_> {
    type Item = Timestamp;

    fn next(&mut self) -> Option<Timestamp> {
        self.due.nth(self.indices.next()?)
    }

    fn nth(&mut self, n: usize) -> Option<Timestamp> {
        self.due.nth(self.indices.nth(n)?)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.indices.size_hint()
    }
}

impl DoubleEndedIterator for DueTimesBetween<'_> {
    fn next_back(&mut self) -> Option<Timestamp> {
        self.due.nth(self.indices.next_back()?)
    }

    fn nth_back(&mut self, n: usize) -> Option<Timestamp> {
        self.due.nth(self.indices.nth_back(n)?)
    }
}

impl FusedIterator for DueTimesBetween<'_> {}
