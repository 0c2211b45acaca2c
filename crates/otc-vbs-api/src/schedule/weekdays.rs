//! The weekdays of a policy.

use jiff::civil::Weekday;

use super::invalid_schedule::{InvalidSchedule, excerpt};
use crate::values;

/// In the order of [`Weekday::to_monday_zero_offset`].
const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// Days of the week: at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Weekdays {
    /// The bit of each day, from Monday on.
    bits: u8,
}

impl Weekdays {
    /// A set of these days. Duplicates count once.
    ///
    /// # Errors
    ///
    /// The list is empty.
    pub fn new(days: impl IntoIterator<Item = Weekday>) -> Result<Self, InvalidSchedule> {
        let bits = days.into_iter().fold(0, |bits, day| bits | bit(day));
        if bits == 0 {
            return Err(invalid("it has no weekday; name one or more"));
        }
        Ok(Self { bits })
    }

    /// Whether the set contains the day.
    pub fn contains(self, day: Weekday) -> bool {
        self.bits & bit(day) != 0
    }

    /// The days, from Monday to Sunday.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = Weekday> {
        WEEK.into_iter().filter(move |day| self.contains(*day))
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.to_monday_zero_offset()
}

impl TryFrom<&[values::Weekday]> for Weekdays {
    type Error = InvalidSchedule;

    /// Fails if there is no day, or if the reference does not list one.
    fn try_from(days: &[values::Weekday]) -> Result<Self, Self::Error> {
        let days: Result<Vec<Weekday>, InvalidSchedule> = days.iter().map(listed).collect();
        Self::new(days?)
    }
}

fn listed(day: &values::Weekday) -> Result<Weekday, InvalidSchedule> {
    Ok(match day {
        values::Weekday::Mon => Weekday::Monday,
        values::Weekday::Tue => Weekday::Tuesday,
        values::Weekday::Wed => Weekday::Wednesday,
        values::Weekday::Thu => Weekday::Thursday,
        values::Weekday::Fri => Weekday::Friday,
        values::Weekday::Sat => Weekday::Saturday,
        values::Weekday::Sun => Weekday::Sunday,
        values::Weekday::Other(text) => {
            return Err(invalid(format!(
                "`{}` is not a weekday; use SUN, MON, TUE, WED, THU, FRI or SAT",
                excerpt(text)
            )));
        }
    })
}

fn invalid(problem: impl Into<String>) -> InvalidSchedule {
    InvalidSchedule::new("week_frequency", problem)
}
