//! The points in time of the service.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;

mod common_form;
pub mod rfc3339;

use common_form::CommonForm;

/// The number of digits of a fraction of a second in nanoseconds, the finest that is kept.
const NANOSECOND_DIGITS: usize = 9;

/// A point in time as the service writes it.
///
/// Most operations send times without a zone (`2016-12-03T06:24:34.467`), which mean UTC; some send a `Z`. Both forms are
/// parsed, with any number of digits up to nanoseconds, and so is an offset such as `+02:00`. Values are compared and
/// hashed by the instant.
///
/// [`Display`](fmt::Display) prints RFC 3339 with a `Z`, which can't be mistaken for local time. Serialization restores the
/// form on the wire, with the same digits and zone; [`rfc3339`] serializes what `Display` prints. To calculate, convert to
/// [`jiff::Timestamp`] or [`SystemTime`].
///
/// ```
/// let time: otc_vbs_api::UtcTimestamp = "2016-12-03T06:24:34.467".parse()?;
/// assert_eq!(time.to_string(), "2016-12-03T06:24:34.467Z");
/// assert_eq!(time, "2016-12-03T08:24:34.467+02:00".parse()?);
/// # Ok::<(), otc_vbs_api::InvalidTimestamp>(())
/// ```
#[derive(Clone, Copy)]
pub struct UtcTimestamp {
    instant: Timestamp,
    /// The number of digits of the fraction of a second on the wire.
    digits: u8,
    zone: Zone,
}

#[derive(Clone, Copy)]
enum Zone {
    /// The text had no zone.
    Unwritten,
    Zulu,
    Numeric(Offset),
}

impl UtcTimestamp {
    /// The instant.
    pub fn as_timestamp(&self) -> Timestamp {
        self.instant
    }
}

impl From<Timestamp> for UtcTimestamp {
    /// The instant in the form that most operations use: milliseconds, no zone. Finer digits are kept.
    fn from(instant: Timestamp) -> Self {
        let nanoseconds = instant.subsec_nanosecond();
        let digits = match nanoseconds {
            _ if nanoseconds % 1_000_000 == 0 => 3,
            _ if nanoseconds % 1_000 == 0 => 6,
            _ => 9,
        };
        Self { instant, digits, zone: Zone::Unwritten }
    }
}

impl From<UtcTimestamp> for Timestamp {
    fn from(time: UtcTimestamp) -> Self {
        time.instant
    }
}

impl TryFrom<SystemTime> for UtcTimestamp {
    type Error = jiff::Error;

    /// Fails if the time is outside the years -9999 to 9999.
    fn try_from(time: SystemTime) -> Result<Self, Self::Error> {
        Timestamp::try_from(time).map(Self::from)
    }
}

impl TryFrom<UtcTimestamp> for SystemTime {
    type Error = jiff::Error;

    /// Fails if the time is outside the range of the system's clock.
    fn try_from(time: UtcTimestamp) -> Result<Self, Self::Error> {
        time.instant.try_into()
    }
}

/// A text that is not a point in time, or that has no time of day. Write it as `2025-01-02T03:04:05Z`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTimestamp {
    text: String,
    problem: Option<&'static str>,
}

impl fmt::Display for InvalidTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a point in time", self.text.escape_debug())?;
        if let Some(problem) = self.problem {
            write!(f, ", because {problem}")?;
        }
        f.write_str("; write it as 2025-01-02T03:04:05Z")
    }
}

impl std::error::Error for InvalidTimestamp {}

impl FromStr for UtcTimestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match Self::parse_common_form(text) {
            Some(time) => Ok(time),
            None => Self::parse_any_form(text),
        }
    }
}

impl UtcTimestamp {
    fn parse_common_form(text: &str) -> Option<Self> {
        let CommonForm { time, digits, is_zulu } = CommonForm::parse(text)?;
        let zone = if is_zulu { Zone::Zulu } else { Zone::Unwritten };
        Some(Self { instant: Offset::UTC.to_timestamp(time).ok()?, digits, zone })
    }

    fn parse_any_form(text: &str) -> Result<Self, InvalidTimestamp> {
        let invalid = |problem| InvalidTimestamp { text: text.chars().take(64).collect(), problem };
        let pieces = Pieces::parse(text).map_err(|_| invalid(None))?;
        let time: Time = pieces.time().ok_or_else(|| invalid(Some("it has no time of day")))?;
        if pieces.time_zone_annotation().is_some() {
            return Err(invalid(Some("it names a time zone")));
        }
        // Parsed as a civil date-time, an offset would be dropped silently.
        let (zone, offset) = match pieces.offset() {
            None => (Zone::Unwritten, Offset::UTC),
            Some(PiecesOffset::Zulu) => (Zone::Zulu, Offset::UTC),
            Some(PiecesOffset::Numeric(numeric)) => (Zone::Numeric(numeric.offset()), numeric.offset()),
            Some(_) => return Err(invalid(Some("the form of its offset is unknown"))),
        };
        let instant = offset
            .to_timestamp(pieces.date().to_datetime(time))
            .map_err(|_| invalid(Some("it is out of range")))?;
        Ok(Self { instant, digits: fraction_digits(text), zone })
    }
}

fn fraction_digits(text: &str) -> u8 {
    let fraction = text.split_once(['.', ',']).map_or("", |(_, fraction)| fraction);
    let digits = fraction.bytes().take_while(u8::is_ascii_digit);
    // The text was parsed, so there are at most this many.
    digits.take(NANOSECOND_DIGITS).fold(0, |count, _| count + 1)
}

impl TryFrom<&str> for UtcTimestamp {
    type Error = InvalidTimestamp;
    fn try_from(text: &str) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl TryFrom<String> for UtcTimestamp {
    type Error = InvalidTimestamp;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for UtcTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = written(Offset::UTC.to_datetime(self.instant), self.digits);
        f.pad(&format!("{text}Z"))
    }
}

impl fmt::Debug for UtcTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn written(time: DateTime, digits: u8) -> String {
    match usize::from(digits) {
        0 => time.strftime("%Y-%m-%dT%H:%M:%S").to_string(),
        digits => {
            let fraction = format!("{:0NANOSECOND_DIGITS$}", time.subsec_nanosecond());
            let seconds = time.strftime("%Y-%m-%dT%H:%M:%S");
            format!("{seconds}.{}", &fraction[..digits])
        }
    }
}

impl serde::Serialize for UtcTimestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let at = |offset: Offset| written(offset.to_datetime(self.instant), self.digits);
        match self.zone {
            Zone::Unwritten => serializer.collect_str(&at(Offset::UTC)),
            Zone::Zulu => serializer.collect_str(&format_args!("{}Z", at(Offset::UTC))),
            Zone::Numeric(offset) => {
                let minutes = offset.seconds() / 60;
                let sign = if minutes < 0 { '-' } else { '+' };
                let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
                serializer.collect_str(&format_args!("{}{sign}{hours:02}:{minutes:02}", at(offset)))
            }
        }
    }
}

impl<'de> serde::Deserialize<'de> for UtcTimestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text_visitor::deserialize_text(deserializer, "a point in time", |text| text.parse().ok())
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for UtcTimestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "UtcTimestamp".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string" })
    }
}

impl PartialEq for UtcTimestamp {
    fn eq(&self, other: &Self) -> bool {
        self.instant == other.instant
    }
}

impl Eq for UtcTimestamp {}

impl Hash for UtcTimestamp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.instant.hash(state);
    }
}

impl PartialOrd for UtcTimestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for UtcTimestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        self.instant.cmp(&other.instant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a time keeps, which is more than what it is compared by.
    fn kept(time: UtcTimestamp) -> (Timestamp, Option<String>) {
        (time.instant, serde_json::to_string(&time).ok())
    }

    /// The parser of the common form may leave a text to the other, but must not disagree with it.
    fn check_parsers_agree(text: &str) {
        if let Some(time) = UtcTimestamp::parse_common_form(text) {
            let other = UtcTimestamp::parse_any_form(text);
            assert_eq!(Some(kept(time)), other.ok().map(kept), "{text}");
        }
    }

    #[test]
    fn times_of_the_service_have_the_common_form() {
        for text in ["2016-12-03T06:24:34", "2016-12-03T06:24:34.467", "2020-02-29T23:59:59.999999999Z"] {
            assert!(UtcTimestamp::parse_common_form(text).is_some(), "{text}");
            check_parsers_agree(text);
        }
    }

    #[test]
    fn parsers_agree_on_every_date() {
        for year in ["0000", "0001", "1900", "1970", "2000", "2023", "2024", "9999"] {
            for (month, day) in (0..=13).flat_map(|month| (0..=32).map(move |day| (month, day))) {
                check_parsers_agree(&format!("{year}-{month:02}-{day:02}T23:59:59.5"));
            }
        }
    }

    #[test]
    fn parsers_agree_on_every_change_of_one_byte() {
        for text in ["2016-12-03T06:24:34", "2016-12-03T06:24:34.467", "2016-12-30T23:59:59.123456789Z"] {
            for position in 0..text.len() {
                for byte in (0..128).map(char::from) {
                    let (before, after) = (&text[..position], &text[position + 1..]);
                    check_parsers_agree(&format!("{before}{byte}{after}"));
                    check_parsers_agree(&format!("{before}{byte}{}", &text[position..]));
                }
                check_parsers_agree(&text[..position]);
            }
        }
    }

    #[test]
    fn parsers_agree_on_random_digits() {
        let mut random = fastrand::Rng::with_seed(1);
        for _ in 0..100_000 {
            let text = ["2016-12-03T06:24:34.467", "2016-12-03T06:24:34.467123456Z"][random.usize(..2)];
            let change = |c: char| match c.is_ascii_digit() && random.u8(..4) == 0 {
                true => random.digit(10),
                false => c,
            };
            check_parsers_agree(&text.chars().map(change).collect::<String>());
        }
    }

    #[test]
    fn invalid_time_in_a_body_is_not_quoted() {
        for text in ["secret", "secret-03T06:24:34", "2016-12-03secret", "2016-13-03T06:24:34"] {
            let decoded = serde_json::from_str::<UtcTimestamp>(&format!("\"{text}\""));
            let error = decoded.map(drop).err().map(|error| error.to_string());
            assert_eq!(error.as_deref().map(|error| error.contains(text)), Some(false), "{error:?}");
        }
    }

    #[test]
    fn system_time_is_converted_both_ways() {
        let time = SystemTime::UNIX_EPOCH + std::time::Duration::from_millis(1_480_746_274_467);
        let converted = UtcTimestamp::try_from(time).ok();
        assert_eq!(converted.map(|time| time.to_string()).as_deref(), Some("2016-12-03T06:24:34.467Z"));
        assert_eq!(converted.and_then(|time| SystemTime::try_from(time).ok()), Some(time));
    }

    #[test]
    fn invalid_time_of_the_caller_is_quoted_with_the_expected_form() {
        for (text, expected) in [
            ("yesterday", "`yesterday` is not a point in time"),
            ("2016-12-03", "`2016-12-03` is not a point in time, because it has no time of day"),
        ] {
            let error = text.parse::<UtcTimestamp>().map(drop).map_err(|error| error.to_string());
            let expected = format!("{expected}; write it as 2025-01-02T03:04:05Z");
            assert_eq!(error, Err(expected));
        }
    }
}
