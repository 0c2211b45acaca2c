//! Points in time and durations, as typed in an option and as shown in a table.

use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::fmt::friendly::{Designator, Spacing, SpanPrinter};
use jiff::tz::{Offset, TimeZone};
use jiff::{RoundMode, SignedDuration, Span, SpanRound, Timestamp, Unit, ZonedDateTime};

use super::similar;

/// What [`parse`] accepts, for errors and help texts.
pub(crate) const ACCEPTED: &str = "a duration before now (90m, 24h, 30d, 2w), now, today, yesterday, \
     last-night (18:00 yesterday), a date (2026-01-14), a local time (2026-01-14T01:00), \
     or RFC 3339 (2026-01-14T01:00:00Z)";

const WORDS: [&str; 4] = ["now", "today", "yesterday", "last-night"];

/// The hour of the day at which a night begins.
const EVENING: i8 = 18;

/// Which end of a period a text names, if it names a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// The beginning of the day. For `--since` and `--now`.
    Start,
    /// The end of the day, which is the beginning of the next one. For `--until`, which excludes its time, so that
    /// `--until 2026-01-14` includes all of that day.
    End,
}

/// A text that is not a time, or not one that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InvalidTime {
    text: String,
    problem: Problem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Problem {
    NotATime,
    NoSuchDay,
    OutOfRange,
    StartOnly,
    UnknownZone,
}

impl fmt::Display for InvalidTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.text;
        match self.problem {
            Problem::NotATime => match similar(text, WORDS, 1).first() {
                Some(word) => write!(f, "`{text}` is not a time; did you mean `{word}`?"),
                None => write!(f, "`{text}` is not a time; expected {ACCEPTED}"),
            },
            Problem::NoSuchDay => write!(f, "`{text}` is not a day of the calendar"),
            Problem::OutOfRange => {
                write!(f, "`{text}` is too far away; use a time between the years 1 and 9999")
            }
            Problem::StartOnly => {
                write!(
                    f,
                    "`{text}` says when a period starts, not when it ends; use yesterday, a date or a time"
                )
            }
            Problem::UnknownZone => write!(
                f,
                "`{text}` depends on the local time zone, which is unknown; set TZ (for example TZ=Europe/Berlin), \
                 or write the time as 2026-01-14T01:00:00Z"
            ),
        }
    }
}

impl std::error::Error for InvalidTime {}

/// Parses a point in time (see [`ACCEPTED`]). `now` says what counts as now, and its time zone is that of the user.
///
/// If that time zone is [unknown](TimeZone::unknown), days have 24 hours, and texts that depend on it are errors.
pub(crate) fn parse(text: &str, bound: Bound, now: &ZonedDateTime) -> Result<Timestamp, InvalidTime> {
    let text = text.trim();
    interpret(text, bound, now).map_err(|problem| InvalidTime { text: text.to_owned(), problem })
}

fn interpret(text: &str, bound: Bound, now: &ZonedDateTime) -> Result<Timestamp, Problem> {
    let zone = now.time_zone();
    let yesterday = || now.date().yesterday().map_err(|_| Problem::OutOfRange);
    match text {
        "now" => return Ok(now.timestamp()),
        "today" => return day(now.date(), bound, zone),
        "yesterday" => return day(yesterday()?, bound, zone),
        "last-night" if bound == Bound::End => return Err(Problem::StartOnly),
        "last-night" => return local(yesterday()?.at(EVENING, 0, 0, 0), zone),
        _ => {}
    }
    if looks_like_date(text) {
        let date: Date = text.parse().map_err(|_| Problem::NoSuchDay)?;
        return day(date, bound, zone);
    }
    // Each of these parsers ignores what it does not need, so the most demanding one that applies comes first.
    if text.contains('[') {
        let time: ZonedDateTime = text.parse().map_err(|_| Problem::NotATime)?;
        return in_range(time.timestamp());
    }
    if text.contains(':') {
        return match text.parse::<Timestamp>() {
            Ok(time) => in_range(time),
            Err(_) => local(text.parse().map_err(|_| Problem::NotATime)?, zone),
        };
    }
    let back: Span = text.parse().map_err(|_| Problem::NotATime)?;
    in_range(now.checked_sub(back.abs()).map_err(|_| Problem::OutOfRange)?.timestamp())
}

fn looks_like_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

fn day(date: Date, bound: Bound, zone: &TimeZone) -> Result<Timestamp, Problem> {
    let date = match bound {
        Bound::Start => date,
        Bound::End => date.tomorrow().map_err(|_| Problem::OutOfRange)?,
    };
    local(date.at(0, 0, 0, 0), zone)
}

fn local(time: DateTime, zone: &TimeZone) -> Result<Timestamp, Problem> {
    if zone.is_unknown() {
        return Err(Problem::UnknownZone);
    }
    in_range(zone.to_timestamp(time).map_err(|_| Problem::OutOfRange)?)
}

/// Years before the first one have a different form in tables and in RFC 3339.
fn in_range(time: Timestamp) -> Result<Timestamp, Problem> {
    let first = Date::constant(1, 1, 1).at(0, 0, 0, 0);
    let in_utc = TimeZone::UTC.to_datetime(time);
    if in_utc < first { Err(Problem::OutOfRange) } else { Ok(time) }
}

/// A time as tables show it, to the minute: `2026-01-14 01:02Z`, or with the offset of a zone that differs from UTC at
/// that time, `2026-01-14 02:02+01`. [`parse`] understands both.
pub(crate) fn table(time: Timestamp, zone: &TimeZone) -> String {
    let local = time.to_zoned_datetime(zone.clone());
    let format = if local.offset() == Offset::UTC { "%Y-%m-%d %H:%MZ" } else { "%Y-%m-%d %H:%M%:::z" };
    local.strftime(format).to_string()
}

/// A time to the minute, in UTC: `2026-01-11 01:04Z`.
pub(crate) fn utc(time: Timestamp) -> String {
    table(time, &TimeZone::UTC)
}

/// The UTC day of a time.
pub(crate) fn utc_day(time: Timestamp) -> Date {
    Offset::UTC.to_datetime(time).date()
}

/// The day of a time, in UTC: `2025-12-31`.
pub(crate) fn utc_date(time: Timestamp) -> String {
    Offset::UTC.to_datetime(time).date().to_string()
}

/// The time that has passed since `time`: `4d 5h`. A time that is still to come is `in 5h`.
pub(crate) fn age(time: Timestamp, now: Timestamp) -> String {
    let passed = now.duration_since(time);
    if passed.is_negative() { format!("in {}", duration(passed)) } else { duration(passed) }
}

/// A duration in its two largest units, rounded down: `4d 5h`, `5h 1m`, `31m`, `12s`. Days have 24 hours, and
/// minutes come without seconds. The sign is omitted.
pub(crate) fn duration(duration: SignedDuration) -> String {
    const DAY: SignedDuration = SignedDuration::from_hours(24);
    const MINUTE: SignedDuration = SignedDuration::from_mins(1);
    const PRINTER: SpanPrinter =
        SpanPrinter::new().designator(Designator::Compact).spacing(Spacing::BetweenUnits);

    let duration = SignedDuration::try_from(duration.unsigned_abs()).unwrap_or(SignedDuration::MAX);
    let smallest = match duration {
        _ if duration >= DAY => Unit::Hour,
        _ if duration >= MINUTE => Unit::Minute,
        _ => Unit::Second,
    };
    let round = SpanRound::new().largest(Unit::Day).smallest(smallest).mode(RoundMode::Trunc);
    match Span::try_from(duration).and_then(|span| span.round(round.days_are_24_hours())) {
        Ok(span) => PRINTER.span_to_string(&span),
        // Longer than the span between any two times. The printer has no days for these.
        Err(_) => PRINTER.duration_to_string(&duration),
    }
}

#[cfg(test)]
mod tests;
