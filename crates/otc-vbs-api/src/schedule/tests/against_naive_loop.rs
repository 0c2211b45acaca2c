//! The queries against a loop over every hour, which knows only the calendar.

use fastrand::Rng;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

use super::*;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// A policy as the loop sees it.
#[derive(Clone, Debug)]
struct Case {
    hours: Vec<u32>,
    days: CaseDays,
    offset: Offset,
}

#[derive(Clone, Debug)]
enum CaseDays {
    Every { interval: i64, anchor: Date },
    On(Vec<Weekday>),
}

impl Case {
    fn random(rng: &mut Rng) -> Self {
        let count = [1, 1, 2, 3, 24][rng.usize(..5)];
        let days = if rng.bool() {
            let mut week: Vec<Weekday> = Weekday::Monday.cycle_forward().take(7).collect();
            rng.shuffle(&mut week);
            week.truncate(rng.usize(1..=7));
            CaseDays::On(week)
        } else {
            let anchor = Date::new(rng.i16(1900..2100), rng.i8(1..=12), rng.i8(1..=28)).unwrap();
            let interval = rng.i64(1..=30);
            CaseDays::Every { interval, anchor }
        };
        let minutes = [0, 120, -180, 330, 840, -840, 14 * 60 + 59, 1, rng.i32(-899..=899)][rng.usize(..9)];
        Self {
            hours: (0..count).map(|_| rng.u32(0..24)).collect(),
            days,
            offset: Offset::from_seconds(minutes * 60).unwrap(),
        }
    }

    fn due_times(&self) -> DueTimes {
        let days = match &self.days {
            CaseDays::On(weekdays) => on(weekdays),
            CaseDays::Every { interval, anchor } => {
                every(u32::try_from(*interval).unwrap(), Some(&anchor.to_string()))
            }
        };
        let times = StartTimes::new(self.hours.iter().copied()).unwrap();
        Timetable::new(times, days, self.offset).due_times().unwrap()
    }

    fn is_due(&self, hour: Timestamp) -> bool {
        let utc = u32::try_from(Offset::UTC.to_datetime(hour).hour()).unwrap();
        let local = self.offset.to_datetime(hour).date();
        self.hours.contains(&utc)
            && match &self.days {
                CaseDays::On(weekdays) => weekdays.contains(&local.weekday()),
                CaseDays::Every { interval, anchor } => {
                    i64::from((local - *anchor).get_days()) % interval == 0
                }
            }
    }

    /// The due times from one full hour to another, both included.
    fn walk(&self, first: Timestamp, last: Timestamp) -> Vec<Timestamp> {
        let hours = std::iter::successors(Some(first), |hour| Some(*hour + HOUR));
        hours.take_while(|hour| *hour <= last).filter(|hour| self.is_due(*hour)).collect()
    }
}

/// 150 days, so that there are several runs even with an interval of 30 days.
fn window(rng: &mut Rng) -> (Timestamp, Timestamp) {
    let first = Timestamp::from_second(rng.i64(-600_000..600_000) * 3600).unwrap();
    (first, first + 150 * 24 * HOUR)
}

/// A time in the window that is often a full hour or next to one.
fn within(rng: &mut Rng, first: Timestamp) -> Timestamp {
    let near = [-1, 0, 0, 1, rng.i64(0..3_600_000_000_000)][rng.usize(..5)];
    first + HOUR * rng.i32(31 * 24..119 * 24) + SignedDuration::from_nanos(near)
}

#[test]
fn queries_agree_with_a_loop_over_every_hour() {
    for seed in 0..1000 {
        let mut rng = Rng::with_seed(seed);
        let case = Case::random(&mut rng);
        let due = case.due_times();
        let (first, last) = window(&mut rng);
        let all = case.walk(first, last);
        let from = first - SignedDuration::from_nanos(1);
        assert_eq!(due.between(from, last).collect::<Vec<_>>(), all, "{seed}: {case:?}");
        let backwards: Vec<Timestamp> = due.between(from, last).rev().collect();
        assert!(backwards.iter().eq(all.iter().rev()), "{seed}: {case:?}");

        for _ in 0..10 {
            let at = within(&mut rng, first);
            let context = || format!("{seed}: {case:?} at {at}");
            let until = all.partition_point(|due| *due <= at);
            let before = all.partition_point(|due| *due < at);
            assert_eq!(due.next_after(at), all.get(until).copied(), "{}", context());
            assert_eq!(due.last_at_or_before(at), Some(all[until - 1]), "{}", context());
            assert_eq!(due.last_before(at), Some(all[before - 1]), "{}", context());
            for n in [0, 1, before / 2, before - 1] {
                let expected = before.checked_sub(1 + n).map(|index| all[index]);
                if expected.is_some() {
                    assert_eq!(due.nth_before(at, n as u64), expected, "{} {n}", context());
                }
            }

            let other = within(&mut rng, first);
            let count = all.iter().filter(|due| **due > at && **due <= other).count();
            assert_eq!(due.count_between(at, other), count as u64, "{} to {other}", context());
            let between = due.between(at, other);
            assert_eq!(between.size_hint(), (count, Some(count)), "{} to {other}", context());
            assert_eq!(between.count(), count, "{} to {other}", context());
        }
    }
}

#[test]
fn far_jumps_agree_with_single_steps() {
    for seed in 0..50 {
        let mut rng = Rng::with_seed(seed);
        let case = Case::random(&mut rng);
        let due = case.due_times();
        let start = Timestamp::from_second(rng.i64(-2_000_000_000..4_000_000_000)).unwrap();
        let mut at = start;
        for n in 0..2000 {
            let before = due.last_before(at).unwrap();
            assert_eq!(due.nth_before(start, n), Some(before), "{seed}: {case:?}, {n}");
            at = before;
        }
        let counted = due.count_between(at - HOUR / 2, start - SignedDuration::from_nanos(1));
        assert_eq!(counted, 2000, "{seed}: {case:?}");
        for _ in 0..2000 {
            at = due.next_after(at).unwrap();
        }
        assert!(at >= start && due.last_before(at).unwrap() < start, "{seed}: {case:?}");
    }
}
