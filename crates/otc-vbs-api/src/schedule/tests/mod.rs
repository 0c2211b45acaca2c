//! Due times against a loop over every hour, the fields of the wire, and the inference of the anchor.

#![allow(clippy::unwrap_used)]

mod against_naive_loop;
mod anchors;
mod fields;

use std::num::NonZeroU32;

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};

use super::*;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn every(days: u32, anchor: Option<&str>) -> DueDays {
    DueDays::EveryDays {
        interval: NonZeroU32::new(days).unwrap(),
        anchor: anchor.map(|anchor| anchor.parse().unwrap()),
    }
}

fn on(weekdays: &[Weekday]) -> DueDays {
    DueDays::Weekdays(Weekdays::new(weekdays.iter().copied()).unwrap())
}

fn timetable(start_times: &str, days: DueDays, time_zone: &str) -> Timetable {
    let offset = parse_time_zone(time_zone).unwrap();
    Timetable::new(start_times.parse().unwrap(), days, offset)
}

/// The first due times after Thursday, 2026-01-15 at 06:00 UTC.
fn next_four(timetable: &Timetable) -> Vec<String> {
    let due = timetable.due_times().unwrap();
    let between = due.between(time("2026-01-15T06:00:00Z"), Timestamp::MAX).take(4);
    between.map(|time| time.strftime("%a %d %H:%M").to_string()).collect()
}

#[test]
fn weekdays_are_local() {
    let sunday = timetable("22:00,00:00,02:00", on(&[Weekday::Sunday]), "UTC+02:00");
    assert_eq!(next_four(&sunday), ["Sat 17 22:00", "Sun 18 00:00", "Sun 18 02:00", "Sat 24 22:00"]);
    let sunday = timetable("02:00,23:00", on(&[Weekday::Sunday]), "UTC-03:00");
    assert_eq!(next_four(&sunday), ["Sun 18 23:00", "Mon 19 02:00", "Sun 25 23:00", "Mon 26 02:00"]);
}

#[test]
fn intervals_count_local_days() {
    let nightly = timetable("22:00,00:00", every(3, Some("2026-01-14")), "UTC+02:00");
    assert_eq!(next_four(&nightly), ["Fri 16 22:00", "Sat 17 00:00", "Mon 19 22:00", "Tue 20 00:00"]);
}

#[test]
fn anchor_may_be_in_the_past_or_future() {
    for anchor in ["2026-01-17", "2026-01-11", "2029-11-05", "1960-01-01"] {
        let days = Date::constant(2026, 1, 17).duration_since(anchor.parse().unwrap());
        let days = days.as_secs() / 86_400 % 3;
        let due = timetable("12:00", every(3, Some(anchor)), "UTC+00:00").due_times().unwrap();
        let first = due.next_after(time("2026-01-16T23:00:00Z"));
        assert_eq!(first == Some(time("2026-01-17T12:00:00Z")), days == 0, "{anchor}");
    }
}

#[test]
fn due_times_with_an_interval_need_an_anchor() {
    let unknown = timetable("01:00", every(2, None), "UTC+00:00").due_times().unwrap_err();
    assert_eq!(unknown.interval().get(), 2);
    assert_eq!(
        unknown.to_string(),
        "the policy runs every 2 days, but the service does not say from which day it counts"
    );
    let daily = timetable("01:00", every(1, None), "UTC+00:00");
    assert_eq!(next_four(&daily), ["Fri 16 01:00", "Sat 17 01:00", "Sun 18 01:00", "Mon 19 01:00"]);
}

#[test]
fn fractions_of_a_second_are_after_the_due_time() {
    for hour in ["2026-01-15T06", "1969-12-31T06", "1970-01-01T00"] {
        let at = time(&format!("{hour}:00:00Z"));
        let nanosecond = jiff::SignedDuration::from_nanos(1);
        let (before, after) = (at - nanosecond, at + nanosecond);
        let due = timetable("00:00,06:00", every(1, None), "UTC+00:00").due_times().unwrap();
        assert_eq!(due.next_after(before), Some(at));
        assert_ne!(due.next_after(at), Some(at));
        assert_eq!(due.last_at_or_before(after), Some(at));
        assert_eq!(due.last_at_or_before(at), Some(at));
        assert_ne!(due.last_at_or_before(before), Some(at));
        assert_eq!(due.last_before(after), Some(at));
        assert_ne!(due.last_before(at), Some(at));
        assert_eq!(due.count_between(before, at), 1);
        assert_eq!(due.count_between(at, after), 0);
        assert_eq!(due.count_between(after, before), 0);
    }
}

#[test]
fn due_times_end_at_the_range_of_timestamps() {
    for zone in ["UTC-14:59", "UTC+00:00", "UTC+14:59"] {
        for days in [
            every(1, None),
            every(30, Some("-009999-01-01")),
            every(u32::MAX, Some("9999-12-31")),
            on(&[Weekday::Thursday, Weekday::Sunday]),
        ] {
            let due = timetable("00:00,12:00,23:00", days, zone).due_times().unwrap();
            let (min, max) = (Timestamp::MIN, Timestamp::MAX);
            assert_eq!(due.last_before(min), None);
            assert_eq!(due.next_after(max), None);
            assert_eq!(due.nth_before(max, u64::MAX), None);
            assert_eq!(due.nth_before(max, i64::MAX.unsigned_abs()), None);
            assert_eq!(due.nth_before(min, i64::MAX.unsigned_abs()), None);
            assert_eq!(due.count_between(max, min), 0);

            let count = due.count_between(min, max);
            let mut all = due.between(min, max);
            assert_eq!(all.size_hint().0 as u64, count);
            let (first, last) = (all.next(), all.next_back());
            assert_eq!(first, due.next_after(min));
            assert_eq!(last.or(first), due.last_at_or_before(max));
            if count > 0 {
                assert_eq!(due.nth_before(max, count - 1), first);
            }
            assert_eq!(due.nth_before(max, count), None);
        }
    }
}
