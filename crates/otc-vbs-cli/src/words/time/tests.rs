#![allow(clippy::unwrap_used)]

use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Span, SpanRelativeTo, Timestamp, ZonedDateTime};

use super::{ACCEPTED, Bound, age, duration, parse, table};

fn timestamp(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The rules of Berlin, without a time zone database.
fn berlin() -> TimeZone {
    TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap()
}

fn at(now: &str, zone: TimeZone) -> ZonedDateTime {
    timestamp(now).to_zoned_datetime(zone)
}

#[test]
fn every_accepted_form_is_a_time() {
    let now = at("2026-01-15T05:30:00Z", berlin());
    for (text, start, end) in [
        ("now", "2026-01-15T05:30:00Z", "2026-01-15T05:30:00Z"),
        ("today", "2026-01-14T23:00:00Z", "2026-01-15T23:00:00Z"),
        ("yesterday", "2026-01-13T23:00:00Z", "2026-01-14T23:00:00Z"),
        ("2026-01-10", "2026-01-09T23:00:00Z", "2026-01-10T23:00:00Z"),
        ("0h", "2026-01-15T05:30:00Z", "2026-01-15T05:30:00Z"),
        ("90m", "2026-01-15T04:00:00Z", "2026-01-15T04:00:00Z"),
        ("24h", "2026-01-14T05:30:00Z", "2026-01-14T05:30:00Z"),
        ("30d", "2025-12-16T05:30:00Z", "2025-12-16T05:30:00Z"),
        ("2w", "2026-01-01T05:30:00Z", "2026-01-01T05:30:00Z"),
        ("1mo", "2025-12-15T05:30:00Z", "2025-12-15T05:30:00Z"),
        ("1d 6h", "2026-01-13T23:30:00Z", "2026-01-13T23:30:00Z"),
        ("1d6h", "2026-01-13T23:30:00Z", "2026-01-13T23:30:00Z"),
        ("24h ago", "2026-01-14T05:30:00Z", "2026-01-14T05:30:00Z"),
        ("-24h", "2026-01-14T05:30:00Z", "2026-01-14T05:30:00Z"),
        ("PT24H", "2026-01-14T05:30:00Z", "2026-01-14T05:30:00Z"),
        ("2026-01-14T01:00", "2026-01-14T00:00:00Z", "2026-01-14T00:00:00Z"),
        (" 2026-01-14 01:00:30 ", "2026-01-14T00:00:30Z", "2026-01-14T00:00:30Z"),
        ("2026-01-14T01:00:00Z", "2026-01-14T01:00:00Z", "2026-01-14T01:00:00Z"),
        ("2026-01-14T01:00:00.5-05:00", "2026-01-14T06:00:00.5Z", "2026-01-14T06:00:00.5Z"),
        ("2026-01-14 01:02Z", "2026-01-14T01:02:00Z", "2026-01-14T01:02:00Z"),
        ("2026-01-14T01:00[+03:00]", "2026-01-13T22:00:00Z", "2026-01-13T22:00:00Z"),
    ] {
        assert_eq!(parse(text, Bound::Start, &now), Ok(timestamp(start)), "since {text}");
        assert_eq!(parse(text, Bound::End, &now), Ok(timestamp(end)), "until {text}");
    }
}

#[test]
fn last_night_begins_at_18_yesterday() {
    for (now, start) in [
        ("2026-01-15T05:30:00Z", "2026-01-14T17:00:00Z"),
        // Half past midnight on the 15th in Berlin.
        ("2026-01-14T23:30:00Z", "2026-01-14T17:00:00Z"),
        ("2026-01-14T22:30:00Z", "2026-01-13T17:00:00Z"),
        // The day on which clocks go forward, and the first of a month.
        ("2026-03-29T05:00:00Z", "2026-03-28T17:00:00Z"),
        ("2026-06-01T05:00:00Z", "2026-05-31T16:00:00Z"),
    ] {
        assert_eq!(parse("last-night", Bound::Start, &at(now, berlin())), Ok(timestamp(start)), "{now}");
    }
}

#[test]
fn days_follow_the_local_calendar_and_hours_do_not() {
    // Clocks went forward at 2026-03-29 02:00.
    let now = at("2026-03-29T10:00:00Z", berlin());
    for (text, expected) in [
        ("1d", "2026-03-28T11:00:00Z"),
        ("24h", "2026-03-28T10:00:00Z"),
        ("yesterday", "2026-03-27T23:00:00Z"),
        ("today", "2026-03-28T23:00:00Z"),
        // A time that the clocks skipped.
        ("2026-03-29T02:30", "2026-03-29T01:30:00Z"),
    ] {
        assert_eq!(parse(text, Bound::Start, &now), Ok(timestamp(expected)), "{text}");
    }
    assert_eq!(parse("today", Bound::End, &now), Ok(timestamp("2026-03-29T22:00:00Z")));
}

#[test]
fn errors_say_what_is_accepted() {
    let now = at("2026-01-15T05:30:00Z", TimeZone::UTC);
    for text in
        ["", "x", "24", "20:00", "24:00:00", "2026-01", "20260114", "20260114T0102", "2026-1-4", "14.1.2026"]
    {
        let error = parse(text, Bound::Start, &now).unwrap_err();
        assert_eq!(error.to_string(), format!("`{text}` is not a time; expected {ACCEPTED}"));
    }
    for (text, message) in [
        ("last night", "`last night` is not a time; did you mean `last-night`?"),
        ("Yesterday", "`Yesterday` is not a time; did you mean `yesterday`?"),
        ("2026-02-30", "`2026-02-30` is not a day of the calendar"),
        ("3000y", "`3000y` is too far away; use a time between the years 1 and 9999"),
        ("0000-01-01", "`0000-01-01` is too far away; use a time between the years 1 and 9999"),
    ] {
        assert_eq!(parse(text, Bound::Start, &now).unwrap_err().to_string(), message);
    }
    assert_eq!(
        parse("last-night", Bound::End, &now).unwrap_err().to_string(),
        "`last-night` says when a period starts, not when it ends; use yesterday, a date or a time"
    );
}

#[test]
fn local_times_need_a_known_time_zone() {
    let now = at("2026-01-15T05:30:00Z", TimeZone::unknown());
    for text in ["today", "yesterday", "last-night", "2026-01-14", "2026-01-14T01:00"] {
        let error = parse(text, Bound::Start, &now).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("`{text}` depends on the local time zone, which is unknown; set TZ"))
        );
    }
    for text in ["now", "24h", "30d", "2026-01-14T01:00Z"] {
        assert!(parse(text, Bound::Start, &now).is_ok(), "{text}");
    }
}

#[test]
fn tables_show_minutes_and_the_offset() {
    let winter = timestamp("2026-01-14T01:02:59.9Z");
    let summer = timestamp("2026-07-14T23:02:00Z");
    for (time, zone, expected) in [
        (winter, TimeZone::UTC, "2026-01-14 01:02Z"),
        (winter, TimeZone::unknown(), "2026-01-14 01:02Z"),
        (winter, berlin(), "2026-01-14 02:02+01"),
        (summer, berlin(), "2026-07-15 01:02+02"),
        (winter, TimeZone::fixed(Offset::from_seconds(-12_600).unwrap()), "2026-01-13 21:32-03:30"),
        (winter, TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0").unwrap(), "2026-01-14 01:02Z"),
    ] {
        assert_eq!(table(time, &zone), expected);
    }
}

#[test]
fn what_a_table_shows_is_parsed_back() {
    let start = timestamp("2025-12-31T00:00:00Z");
    for zone in
        [TimeZone::UTC, TimeZone::unknown(), berlin(), TimeZone::fixed(Offset::from_seconds(20_700).unwrap())]
    {
        // Through the change of the clocks, in which an hour happens twice.
        for step in 0..2_000 {
            let time = start + SignedDuration::from_mins(step * 263);
            let shown = table(time, &zone);
            assert_eq!(
                parse(&shown, Bound::Start, &start.to_zoned_datetime(zone.clone())),
                Ok(time),
                "{shown}"
            );
        }
    }
}

#[test]
fn durations_have_their_two_largest_units() {
    for (seconds, expected) in [
        (0, "0s"),
        (12, "12s"),
        (59, "59s"),
        (60, "1m"),
        (31 * 60 + 59, "31m"),
        (3_600, "1h"),
        (5 * 3_600 + 119, "5h 1m"),
        (86_399, "23h 59m"),
        (86_400, "1d"),
        (86_400 + 3_599, "1d"),
        (4 * 86_400 + 5 * 3_600 + 3_599, "4d 5h"),
        (400 * 86_400, "400d"),
        (-5 * 3_600, "5h"),
    ] {
        assert_eq!(duration(SignedDuration::from_secs(seconds)), expected, "{seconds} s");
    }
    assert_eq!(duration(SignedDuration::from_millis(999)), "0s");
    assert!(duration(SignedDuration::MIN).ends_with('h') || duration(SignedDuration::MIN).contains("h "));
}

#[test]
fn printed_durations_are_parsed_back() {
    for hours in (0..2_000).step_by(7) {
        for minutes in [0, 1, 59] {
            let full = SignedDuration::from_mins(hours * 60 + if hours < 24 { minutes } else { 0 });
            let span: Span = duration(full).parse().unwrap();
            let parsed = span.to_duration(SpanRelativeTo::days_are_24_hours()).unwrap();
            assert_eq!(parsed, full);
        }
    }
}

#[test]
fn an_age_in_the_future_says_so() {
    let now = timestamp("2026-01-15T06:04:00Z");
    for (time, expected) in [
        ("2026-01-11T01:04:00Z", "4d 5h"),
        ("2026-01-15T06:04:00Z", "0s"),
        ("2026-01-15T06:04:30Z", "in 30s"),
        ("2026-01-15T11:04:00Z", "in 5h"),
    ] {
        assert_eq!(age(timestamp(time), now), expected);
    }
}
