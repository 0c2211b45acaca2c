//! Checks a schedule for settings that the service would refuse.

use std::collections::BTreeSet;

use jiff::tz::Offset;
use otc_vbs_api::limit::NumberRange;
use otc_vbs_api::limits;
use otc_vbs_api::schedule::{InvalidSchedule, StartTimes, Weekdays, parse_time_zone};

use super::{Recurrence, Retention};
use crate::types::Weekday;
use crate::{Error, Result};

pub(super) fn refuse(problem: impl AsRef<str>) -> Error {
    Error::setting(format!("schedule: {}", problem.as_ref()))
}

fn invalid(error: InvalidSchedule) -> Error {
    refuse(error.problem())
}

fn check(range: &NumberRange, name: &str, value: u32) -> Result<()> {
    let checked = range.check(name, value);
    checked.map_err(|violation| refuse(violation.to_string()))
}

/// The text of `start_time`, which has the times in the order of the local day.
pub(super) fn start_time(hours: &[u32], offset: Offset) -> Result<String> {
    if hours.is_empty() {
        return Err(refuse("it has no time; call `.at(…)`"));
    }
    let times = StartTimes::new(hours.iter().copied()).map_err(invalid)?;
    let mut seen = BTreeSet::new();
    if let Some(hour) = hours.iter().find(|hour| !seen.insert(**hour)) {
        return Err(refuse(format!("{hour:02}:00 is listed twice")));
    }
    Ok(times.to_request(offset))
}

/// The offset of local time from UTC. Without a time zone, local time is UTC.
pub(super) fn offset(time_zone: Option<&str>) -> Result<Offset> {
    time_zone.map_or(Ok(Offset::UTC), |zone| parse_time_zone(zone).map_err(invalid))
}

pub(super) fn recurrence(every_days: Option<u32>, weekdays: Option<Vec<Weekday>>) -> Result<Recurrence> {
    match (every_days, weekdays) {
        (None, None) => Err(refuse("it has no days; call `.every_days(…)` or `.on(…)`")),
        (Some(_), Some(_)) => Err(refuse(
            "it has both an interval and weekdays; call only one of `.every_days(…)` and `.on(…)`",
        )),
        (Some(days), None) => {
            check(&limits::POLICY_SCHEDULE_SPEC_FREQUENCY, "interval in days", days)?;
            Ok(Recurrence::EveryDays(days))
        }
        (None, Some(days)) => {
            Weekdays::try_from(days.as_slice()).map_err(invalid)?;
            let set: BTreeSet<&Weekday> = days.iter().collect();
            if set.len() < days.len() {
                return Err(refuse("a weekday is listed twice"));
            }
            Ok(Recurrence::Weekdays(set.into_iter().cloned().collect()))
        }
    }
}

pub(super) fn retention(backups: Option<u32>, days: Option<u32>) -> Result<Retention> {
    match (backups, days) {
        (None, None) => Err(refuse("it keeps nothing; call `.keep_backups(…)` or `.keep_days(…)`")),
        (Some(_), Some(_)) => Err(refuse(
            "it keeps by number and by days; call only one of `.keep_backups(…)` and `.keep_days(…)`",
        )),
        (Some(backups), None) => {
            check(&limits::POLICY_SCHEDULE_SPEC_RETENTION_NUM, "number of backups to keep", backups)?;
            Ok(Retention::Backups(backups))
        }
        (None, Some(days)) => {
            check(&limits::POLICY_SCHEDULE_SPEC_RETENTION_DAY, "number of days to keep backups", days)?;
            Ok(Retention::Days(days))
        }
    }
}
