//! What the service would refuse of a schedule.

use std::collections::BTreeSet;

use otc_vbs_api::limit::NumberRange;
use otc_vbs_api::limits;

use super::{Recurrence, Retention};
use crate::types::Weekday;
use crate::{Error, Result};

pub(super) fn refuse(problem: impl AsRef<str>) -> Error {
    Error::setting(format!("schedule: {}", problem.as_ref()))
}

fn check(range: &NumberRange, name: &str, value: u32) -> Result<()> {
    let checked = range.check(name, value);
    checked.map_err(|violation| refuse(violation.to_string()))
}

/// The service requires the times in the order of the local day.
pub(super) fn start_time(hours: &[u32], offset_minutes: i32) -> Result<String> {
    if hours.is_empty() {
        return Err(refuse("it has no time; call `.at(…)`"));
    }
    if let Some(hour) = hours.iter().find(|hour| **hour > 23) {
        return Err(refuse(format!("{hour} is not an hour of the day; use 0 to 23")));
    }
    let mut sorted = hours.to_vec();
    sorted.sort_by_key(|hour| (i32::try_from(*hour).unwrap_or(0) * 60 + offset_minutes).rem_euclid(24 * 60));
    if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(refuse(format!("{:02}:00 is listed twice", pair[0])));
    }
    let times: Vec<String> = sorted.iter().map(|hour| format!("{hour:02}:00")).collect();
    Ok(times.join(","))
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
            if days.is_empty() {
                return Err(refuse("it has no weekday; name one or more"));
            }
            if let Some(day) = days.iter().find(|day| !day.is_listed()) {
                return Err(refuse(format!(
                    "`{day}` is not a weekday; use SUN, MON, TUE, WED, THU, FRI or SAT"
                )));
            }
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
        (None, None) => Err(refuse(
            "it keeps nothing; call `.keep_backups(…)` or `.keep_days(…)`",
        )),
        (Some(_), Some(_)) => Err(refuse(
            "it keeps by number and by days; call only one of `.keep_backups(…)` and `.keep_days(…)`",
        )),
        (Some(backups), None) => {
            check(
                &limits::POLICY_SCHEDULE_SPEC_RETENTION_NUM,
                "number of backups to keep",
                backups,
            )?;
            Ok(Retention::Backups(backups))
        }
        (None, Some(days)) => {
            check(
                &limits::POLICY_SCHEDULE_SPEC_RETENTION_DAY,
                "number of days to keep backups",
                days,
            )?;
            Ok(Retention::Days(days))
        }
    }
}

/// The minutes by which `UTC+HH:mm` is ahead of UTC.
pub(super) fn zone_offset(zone: &str) -> Result<i32> {
    let refuse = || {
        refuse(format!(
            "`{}` is not a time zone; write it as UTC+02:00",
            zone.escape_debug()
        ))
    };
    let rest = zone.strip_prefix("UTC").ok_or_else(refuse)?;
    let (sign, time) = match (rest.strip_prefix('+'), rest.strip_prefix('-')) {
        (Some(time), _) => (1, time),
        (_, Some(time)) => (-1, time),
        _ => return Err(refuse()),
    };
    let (hours, minutes) = time.split_once(':').ok_or_else(refuse)?;
    let two_digits = |text: &str, most: i32| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|number| digits && *number <= most)
    };
    let hours: i32 = two_digits(hours, 14).ok_or_else(refuse)?;
    let minutes: i32 = two_digits(minutes, 59).ok_or_else(refuse)?;
    Ok(sign * (hours * 60 + minutes))
}
