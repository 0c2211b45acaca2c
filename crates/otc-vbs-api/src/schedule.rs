//! The times at which a backup policy is due.
//!
//! A [`Timetable`] describes the runs of a policy: the [start times](StartTimes), the [days](DueDays)
//! and the offset of its local time from UTC. Its [`DueTimes`] answer questions such as "when does it run
//! next?".
//!
//! ```
//! use otc_vbs_api::jiff::Timestamp;
//! use otc_vbs_api::schedule::Timetable;
//! use otc_vbs_api::types::BackupPolicy;
//!
//! let policy: BackupPolicy = serde_json::from_str(
//!     r#"{ "backup_policy_id": "af8a20b0-117d-4fc3-ae53-aa3968a4f870", "time_zone": "UTC+02:00",
//!          "scheduled_policy": { "start_time": "22:00,00:00,02:00", "week_frequency": ["SUN"] } }"#,
//! )?;
//! let due = Timetable::from_policy(&policy)?.due_times()?;
//! let thursday: Timestamp = "2026-01-15T06:00:00Z".parse()?;
//! // Midnight on Sunday in local time is 22:00 on Saturday in UTC.
//! assert_eq!(due.next_after(thursday), Some("2026-01-17T22:00:00Z".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How the reference is read
//!
//! - The start times are full hours in UTC. Duplicates count once, and the order does not matter.
//! - Weekdays are days in local time. The reference only says that `time_zone` is required with
//!   `week_frequency` if a start time falls on another day in UTC; the rest is inferred from that. Without a
//!   time zone, local time is UTC.
//! - A time zone is a fixed offset. There is no daylight saving time.
//! - `frequency` takes precedence over `week_frequency`.
//! - `frequency` counts days in local time too. The reference doesn't say. The order that it requires for the
//!   start times, by local time, suggests that the service plans one local day after the other. With days in
//!   UTC, the runs of one local day could be on two days of the count.
//! - The service doesn't say from which day `frequency` counts. If it is more than 1, the due times are
//!   [unknown](UnknownAnchor) until such a day, the anchor, is [given](DueDays::EveryDays) or
//!   [inferred](Timetable::infer_anchor).

mod anchor;
mod due_times;
mod invalid_schedule;
mod start_times;
mod time_zone;
mod weekdays;

use std::fmt;
use std::num::NonZeroU32;

use jiff::civil::Date;
use jiff::tz::Offset;

pub use due_times::{DueTimes, DueTimesBetween};
pub use invalid_schedule::InvalidSchedule;
pub use start_times::StartTimes;
pub use time_zone::parse_time_zone;
pub use weekdays::Weekdays;

use crate::types::BackupPolicy;
use crate::values;

/// The times at which a policy is due: its start times, its days and its local time.
///
/// The status of the policy is not part of it. A policy that is off is never due, even if its timetable has
/// due times.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Timetable {
    start_times: StartTimes,
    days: DueDays,
    offset: Offset,
}

/// The days on which a policy is due, in its local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "the service has these two kinds of days")]
pub enum DueDays {
    /// Every `interval` days.
    EveryDays {
        /// The number of days from one due day to the next. At 1, the anchor does not matter.
        interval: NonZeroU32,
        /// Any day on which the policy is due, if one is known.
        anchor: Option<Date>,
    },
    /// These days of each week.
    Weekdays(Weekdays),
}

impl Timetable {
    /// A timetable from its parts. `offset` is the offset of the policy's local time from UTC.
    pub fn new(start_times: StartTimes, days: DueDays, offset: Offset) -> Self {
        Self { start_times, days, offset }
    }

    /// The timetable of a policy that the service returned. An interval of more than one day has no anchor
    /// yet.
    ///
    /// # Errors
    ///
    /// A field is missing or can't be interpreted. [`InvalidSchedule::field`] names it.
    pub fn from_policy(policy: &BackupPolicy) -> Result<Self, InvalidSchedule> {
        let schedule = policy.scheduled_policy.as_ref();
        let schedule = schedule.ok_or_else(|| InvalidSchedule::missing("scheduled_policy"))?;
        Self::from_fields(
            schedule.start_time.as_deref(),
            schedule.frequency,
            schedule.week_frequency.as_deref().unwrap_or_default(),
            policy.time_zone.as_deref(),
        )
    }

    /// The timetable that these fields describe, read like those of a [policy](Self::from_policy).
    ///
    /// # Errors
    ///
    /// A field is missing or can't be interpreted. [`InvalidSchedule::field`] names it.
    pub fn from_fields(
        start_time: Option<&str>,
        frequency: Option<i64>,
        week_frequency: &[values::Weekday],
        time_zone: Option<&str>,
    ) -> Result<Self, InvalidSchedule> {
        let start_time = start_time.ok_or_else(|| InvalidSchedule::missing("start_time"))?;
        let days = match frequency {
            Some(days) => DueDays::EveryDays { interval: interval(days)?, anchor: None },
            None if week_frequency.is_empty() => {
                let problem = "it is missing, and so is `week_frequency`; the policy needs one of them";
                return Err(InvalidSchedule::new("frequency", problem));
            }
            None => DueDays::Weekdays(week_frequency.try_into()?),
        };
        let offset = time_zone.map_or(Ok(Offset::UTC), parse_time_zone)?;
        Ok(Self::new(StartTimes::from_response(start_time)?, days, offset))
    }

    /// The hours at which the policy starts.
    pub fn start_times(&self) -> StartTimes {
        self.start_times
    }

    /// The days on which the policy is due.
    pub fn days(&self) -> DueDays {
        self.days
    }

    /// The offset of the policy's local time from UTC.
    pub fn offset(&self) -> Offset {
        self.offset
    }

    /// The times at which the policy is due.
    ///
    /// # Errors
    ///
    /// The policy runs every few days, and it is unknown on which. [`infer_anchor`](Self::infer_anchor) may
    /// infer it.
    pub fn due_times(&self) -> Result<DueTimes, UnknownAnchor> {
        match self.days {
            DueDays::Weekdays(weekdays) => Ok(DueTimes::weekly(self.start_times, weekdays, self.offset)),
            DueDays::EveryDays { interval, anchor } => {
                let any = (interval.get() == 1).then_some(Date::constant(1970, 1, 1));
                let anchor = anchor.or(any).ok_or(UnknownAnchor { interval })?;
                Ok(DueTimes::every_days(self.start_times, interval, anchor, self.offset))
            }
        }
    }
}

fn interval(days: i64) -> Result<NonZeroU32, InvalidSchedule> {
    let interval = u32::try_from(days).ok().and_then(NonZeroU32::new);
    interval.ok_or_else(|| {
        let problem = format!("{days} is not a number of days; it must be a whole number of at least 1");
        InvalidSchedule::new("frequency", problem)
    })
}

/// The due times are unknown: the policy runs every few days, and it is not known from which day to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnknownAnchor {
    interval: NonZeroU32,
}

impl UnknownAnchor {
    /// The number of days from one due day to the next, at least 2.
    pub fn interval(&self) -> NonZeroU32 {
        self.interval
    }
}

impl fmt::Display for UnknownAnchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the policy runs every {} days, but the service does not say from which day it counts",
            self.interval
        )
    }
}

impl std::error::Error for UnknownAnchor {}

#[cfg(test)]
mod tests;
