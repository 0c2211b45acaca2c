//! The rules fire when the schedule of VBS does.
//!
//! `rrule` expands the rules. When VBS starts a backup is computed here, by a walk over the local days.

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp};
use otc_vbs::schedule::Timetable;
use otc_vbs::types::Weekday as WireWeekday;
use proptest::prelude::*;
use proptest::sample::subsequence;
use rrule::RRuleSet;

use super::super::rules::rules;

const WEEK: [(Weekday, &str); 7] = [
    (Weekday::Sunday, "SUN"),
    (Weekday::Monday, "MON"),
    (Weekday::Tuesday, "TUE"),
    (Weekday::Wednesday, "WED"),
    (Weekday::Thursday, "THU"),
    (Weekday::Friday, "FRI"),
    (Weekday::Saturday, "SAT"),
];

/// The number of days for which the two are compared.
const DAYS: i64 = 60;

/// A schedule as the service words it. No weekdays: every day.
#[derive(Clone, Debug)]
struct Schedule {
    hours: Vec<i64>,
    weekdays: Vec<(Weekday, &'static str)>,
    /// Of local time from UTC, in minutes.
    offset: i64,
}

impl Schedule {
    fn timetable(&self) -> Timetable {
        let times: Vec<String> = self.hours.iter().map(|hour| format!("{hour:02}:00")).collect();
        let weekdays: Vec<WireWeekday> =
            self.weekdays.iter().map(|(_, name)| WireWeekday::from(*name)).collect();
        let frequency = weekdays.is_empty().then_some(1);
        let (sign, minutes) = (if self.offset < 0 { '-' } else { '+' }, self.offset.abs());
        let zone = format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60);
        Timetable::from_fields(Some(&times.join(",")), frequency, &weekdays, Some(&zone)).unwrap()
    }

    /// When VBS starts backups from a day in UTC on.
    fn starts(&self, first: Date) -> Vec<Timestamp> {
        let day = SignedDuration::from_hours(24);
        let (start, end) = period(first);
        let mut starts = Vec::new();
        // The local days begin up to a day earlier or later.
        let mut local_day = first.checked_sub(day * 2).unwrap();
        while local_day <= first.checked_add(day * (DAYS as i32 + 2)).unwrap() {
            if self.weekdays.is_empty() || self.weekdays.iter().any(|(day, _)| *day == local_day.weekday()) {
                for hour in &self.hours {
                    let minute_of_day = (hour * 60 + self.offset).rem_euclid(24 * 60);
                    let since_midnight = SignedDuration::from_mins(minute_of_day - self.offset);
                    let midnight = local_day.in_tz("UTC").unwrap().timestamp();
                    starts.push(midnight.checked_add(since_midnight).unwrap());
                }
            }
            local_day = local_day.tomorrow().unwrap();
        }
        starts.retain(|time| (start..end).contains(time));
        starts.sort_unstable();
        starts
    }
}

fn period(first: Date) -> (Timestamp, Timestamp) {
    let start = first.in_tz("UTC").unwrap().timestamp();
    (start, start.checked_add(SignedDuration::from_hours(24 * DAYS)).unwrap())
}

/// When rules fire from a day in UTC on.
fn fires(rules: &[String], first: Date) -> Vec<Timestamp> {
    let (start, end) = period(first);
    let time = |time: Timestamp| time.strftime("%Y%m%dT%H%M%SZ").to_string();
    let last = end.checked_sub(SignedDuration::from_secs(1)).unwrap();
    let mut fires = Vec::new();
    for rule in rules {
        let text = format!("DTSTART:{}\nRRULE:{rule};UNTIL={}", time(start), time(last));
        let set: RRuleSet = text.parse().unwrap();
        let result = set.all(10_000);
        assert!(!result.limited);
        fires.extend(result.dates.iter().map(|time| Timestamp::from_second(time.timestamp()).unwrap()));
    }
    fires.sort_unstable();
    fires
}

fn schedules() -> impl Strategy<Value = Schedule> {
    let hours = subsequence((0..24).collect::<Vec<i64>>(), 1..=24);
    let weekdays = subsequence(WEEK.to_vec(), 0..=7);
    // As the service writes it: at most 14 hours and 59 minutes.
    (hours, weekdays, -899_i64..=899).prop_map(|(hours, weekdays, offset)| Schedule {
        hours,
        weekdays,
        offset,
    })
}

fn days() -> impl Strategy<Value = Date> {
    (0_i64..3650)
        .prop_map(|day| Date::constant(2024, 1, 1).checked_add(SignedDuration::from_hours(24 * day)).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rules_fire_exactly_when_vbs_starts(schedule in schedules(), first in days()) {
        let rules = rules(&schedule.timetable());
        prop_assert!(rules.len() <= 24);
        prop_assert_eq!(fires(&rules, first), schedule.starts(first));
    }
}

#[test]
fn rules_have_one_hour_each_and_the_weekday_in_utc() {
    let schedule = Schedule { hours: vec![22, 0, 2], weekdays: vec![WEEK[0], WEEK[3]], offset: 120 };
    assert_eq!(
        rules(&schedule.timetable()),
        [
            "FREQ=WEEKLY;BYDAY=WE,SU;BYHOUR=0;BYMINUTE=00",
            "FREQ=WEEKLY;BYDAY=WE,SU;BYHOUR=2;BYMINUTE=00",
            "FREQ=WEEKLY;BYDAY=TU,SA;BYHOUR=22;BYMINUTE=00",
        ]
    );
    let west = Schedule { hours: vec![1], weekdays: vec![WEEK[6]], offset: -210 };
    assert_eq!(rules(&west.timetable()), ["FREQ=WEEKLY;BYDAY=SU;BYHOUR=1;BYMINUTE=00"]);
    let daily = Schedule { hours: vec![1], weekdays: Vec::new(), offset: 0 };
    assert_eq!(rules(&daily.timetable()), ["FREQ=DAILY;INTERVAL=1;BYHOUR=1;BYMINUTE=00"]);
}

#[test]
fn interval_is_that_of_the_policy() {
    let timetable = Timetable::from_fields(Some("01:00,13:00"), Some(3), &[], None).unwrap();
    assert_eq!(
        rules(&timetable),
        ["FREQ=DAILY;INTERVAL=3;BYHOUR=1;BYMINUTE=00", "FREQ=DAILY;INTERVAL=3;BYHOUR=13;BYMINUTE=00"]
    );
}
