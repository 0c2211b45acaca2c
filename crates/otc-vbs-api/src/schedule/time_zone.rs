//! The time zone of a policy.

use jiff::tz::Offset;

use super::invalid_schedule::{InvalidSchedule, excerpt};

/// Parses the wire's `time_zone`, `UTC+HH:mm` or `UTC-HH:mm`, to an offset from UTC.
///
/// # Errors
///
/// The text has a different form, more than 14 hours, or more than 59 minutes.
pub fn parse_time_zone(text: &str) -> Result<Offset, InvalidSchedule> {
    offset(text).ok_or_else(|| {
        let problem = format!("`{}` is not a time zone; write it as UTC+02:00", excerpt(text));
        InvalidSchedule::new("time_zone", problem)
    })
}

fn offset(text: &str) -> Option<Offset> {
    let rest = text.strip_prefix("UTC")?;
    let (sign, time) = match (rest.strip_prefix('+'), rest.strip_prefix('-')) {
        (Some(time), _) => (1, time),
        (_, Some(time)) => (-1, time),
        (None, None) => return None,
    };
    let (hours, minutes) = time.split_once(':')?;
    let (hours, minutes) = (two_digits(hours, 14)?, two_digits(minutes, 59)?);
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

fn two_digits(text: &str, max: i32) -> Option<i32> {
    let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| digits && *number <= max)
}
