//! Parses the form of nearly all times of the service, without the work for the other forms of ISO 8601.

use jiff::civil::{Date, DateTime, Time};

/// A time in the form `2016-12-03T06:24:34`, with or without a fraction of a second and a `Z`.
#[derive(Debug, PartialEq)]
pub(super) struct CommonForm {
    /// In UTC.
    pub(super) time: DateTime,
    /// The number of digits of the fraction.
    pub(super) digits: u8,
    pub(super) is_zulu: bool,
}

impl CommonForm {
    /// `None` if the text has another form, is not a time, or has a second that not every minute has.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (seconds, rest) = text.as_bytes().split_first_chunk::<19>()?;
        let [y1, y2, y3, y4, b'-', o1, o2, b'-', d1, d2, b'T', h1, h2, b':', m1, m2, b':', s1, s2] = *seconds
        else {
            return None;
        };
        let year = i16::from(two_digits(y1, y2)?) * 100 + i16::from(two_digits(y3, y4)?);
        let date = Date::new(year, two_digits(o1, o2)?, two_digits(d1, d2)?).ok()?;
        let (fraction, is_zulu) = match rest.strip_suffix(b"Z") {
            Some(fraction) => (fraction, true),
            None => (rest, false),
        };
        let (nanosecond, digits) = match fraction {
            [] => (0, 0),
            [b'.', digits @ ..] => nanoseconds(digits)?,
            _ => return None,
        };
        let time =
            Time::new(two_digits(h1, h2)?, two_digits(m1, m2)?, two_digits(s1, s2)?, nanosecond).ok()?;
        Some(Self { time: DateTime::from_parts(date, time), digits, is_zulu })
    }
}

fn digit(byte: u8) -> Option<u8> {
    let digit = byte.wrapping_sub(b'0');
    (digit < 10).then_some(digit)
}

fn two_digits(tens: u8, ones: u8) -> Option<i8> {
    i8::try_from(digit(tens)? * 10 + digit(ones)?).ok()
}

/// The nanoseconds that the digits of a fraction of a second mean, and the number of the digits.
fn nanoseconds(digits: &[u8]) -> Option<(i32, u8)> {
    let count = u8::try_from(digits.len()).ok()?;
    let missing = super::NANOSECOND_DIGITS.checked_sub(digits.len())?;
    let mut number = 0;
    for byte in digits {
        number = number * 10 + i32::from(digit(*byte)?);
    }
    let is_empty = digits.is_empty();
    (!is_empty).then(|| (number * 10_i32.pow(u32::try_from(missing).unwrap_or(0)), count))
}
