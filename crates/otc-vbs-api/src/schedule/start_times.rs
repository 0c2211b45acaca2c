//! The hours at which a policy starts.

use std::str::FromStr;

use jiff::tz::Offset;

use super::invalid_schedule::{InvalidSchedule, excerpt};

const HOURS: u32 = 24;

/// The hours of the day at which a policy starts, in UTC: at least one.
///
/// Parses the wire's `start_time`: `22:00,00:00,02:00`. The order does not matter, and duplicates count once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StartTimes {
    /// The bit of each hour.
    bits: u32,
}

impl StartTimes {
    /// Start times from hours in UTC, each 0 to 23.
    ///
    /// # Errors
    ///
    /// The list is empty, or an hour is above 23.
    pub fn new(hours: impl IntoIterator<Item = u32>) -> Result<Self, InvalidSchedule> {
        let mut bits = 0;
        for hour in hours {
            if hour >= HOURS {
                return Err(invalid(format!("{hour} is not an hour of the day; use 0 to 23")));
            }
            bits |= 1 << hour;
        }
        if bits == 0 {
            return Err(invalid("it has no time"));
        }
        Ok(Self { bits })
    }

    /// Start times as the service returned them: spaces and surplus commas are ignored.
    ///
    /// # Errors
    ///
    /// The text has no time, or a time is not a full hour.
    pub fn from_response(text: &str) -> Result<Self, InvalidSchedule> {
        parse(text.split(',').map(str::trim).filter(|time| !time.is_empty()))
    }

    /// The hours in UTC, in ascending order.
    pub fn hours(self) -> impl DoubleEndedIterator<Item = u32> {
        (0..HOURS).filter(move |hour| self.bits & (1 << hour) != 0)
    }

    /// The text of `start_time` in a request, which has the times in the order of the local day.
    ///
    /// ```
    /// use otc_vbs_api::schedule::{StartTimes, parse_time_zone};
    ///
    /// let times = StartTimes::new([0, 2, 22])?;
    /// assert_eq!(times.to_request(parse_time_zone("UTC+02:00")?), "22:00,00:00,02:00");
    /// # Ok::<(), otc_vbs_api::schedule::InvalidSchedule>(())
    /// ```
    pub fn to_request(self, offset: Offset) -> String {
        let mut hours: Vec<u32> = self.hours().collect();
        hours.sort_by_key(|hour| local_second(*hour, offset));
        let times: Vec<String> = hours.iter().map(|hour| format!("{hour:02}:00")).collect();
        times.join(",")
    }

    /// The same times as seconds of the local day, in ascending order.
    pub(super) fn local_seconds(self, offset: Offset) -> Vec<i64> {
        let mut seconds: Vec<i64> = self.hours().map(|hour| local_second(hour, offset)).collect();
        seconds.sort_unstable();
        seconds
    }
}

fn local_second(hour: u32, offset: Offset) -> i64 {
    (i64::from(hour) * 3600 + i64::from(offset.seconds())).rem_euclid(24 * 3600)
}

impl FromStr for StartTimes {
    type Err = InvalidSchedule;

    /// Parses full hours that are separated by commas and nothing else, as the service requires in requests.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text.split(','))
    }
}

fn parse<'a>(times: impl Iterator<Item = &'a str>) -> Result<StartTimes, InvalidSchedule> {
    let hours: Result<Vec<u32>, InvalidSchedule> = times.map(full_hour).collect();
    StartTimes::new(hours?)
}

fn full_hour(text: &str) -> Result<u32, InvalidSchedule> {
    let hour = text.strip_suffix(":00").filter(|hour| hour.len() == 2);
    let hour = hour.filter(|hour| hour.bytes().all(|byte| byte.is_ascii_digit()));
    let hour = hour.and_then(|hour| hour.parse().ok()).filter(|hour| *hour < HOURS);
    hour.ok_or_else(|| invalid(format!("`{}` is not a full hour such as 22:00", excerpt(text))))
}

fn invalid(problem: impl Into<String>) -> InvalidSchedule {
    InvalidSchedule::new("start_time", problem)
}
