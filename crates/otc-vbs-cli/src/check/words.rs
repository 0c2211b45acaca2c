//! Times and durations in words.

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A duration in its two largest units, rounded: `4d 5h`, `5h 1m`, `31m`. Less than a minute is `0m`.
pub(crate) fn duration(duration: SignedDuration) -> String {
    let seconds = duration.as_secs().max(0);
    let rounded = |unit: i64| (seconds + unit / 2) / unit * unit;
    let minutes = rounded(MINUTE);
    if minutes < HOUR {
        return format!("{}m", minutes / MINUTE);
    }
    if minutes < DAY {
        return two_units(minutes, (HOUR, 'h'), (MINUTE, 'm'));
    }
    two_units(rounded(HOUR), (DAY, 'd'), (HOUR, 'h'))
}

fn two_units(seconds: i64, large: (i64, char), small: (i64, char)) -> String {
    let whole = format!("{}{}", seconds / large.0, large.1);
    match seconds % large.0 / small.0 {
        0 => whole,
        rest => format!("{whole} {rest}{}", small.1),
    }
}

/// A time to the minute, in UTC: `2026-01-11 01:04Z`.
pub(crate) fn time(time: Timestamp) -> String {
    let civil = Offset::UTC.to_datetime(time);
    format!("{} {:02}:{:02}Z", civil.date(), civil.hour(), civil.minute())
}

/// The day of a time, in UTC: `2025-12-31`.
pub(crate) fn date(time: Timestamp) -> String {
    Offset::UTC.to_datetime(time).date().to_string()
}

/// `1 disk`, `2 disks`.
pub(crate) fn count(number: u64, singular: &str) -> String {
    match number {
        1 => format!("1 {singular}"),
        _ => format!("{number} {singular}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_at_most_two_units() {
        for (seconds, words) in [
            (-5, "0m"),
            (29, "0m"),
            (30, "1m"),
            (31 * MINUTE, "31m"),
            (HOUR - 1, "1h"),
            (5 * HOUR + MINUTE, "5h 1m"),
            (DAY - 1, "1d"),
            (4 * DAY + 4 * HOUR + 56 * MINUTE, "4d 5h"),
            (2 * DAY - MINUTE, "2d"),
        ] {
            assert_eq!(duration(SignedDuration::from_secs(seconds)), words, "{seconds}");
        }
    }

    #[test]
    fn times_are_in_utc_to_the_minute() {
        let at = Timestamp::constant(1_768_093_499, 0);
        assert_eq!(time(at), "2026-01-11 01:04Z");
        assert_eq!(date(at), "2026-01-11");
    }
}
