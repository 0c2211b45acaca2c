//! When a policy runs, and what it keeps.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use otc_vbs_api::types::{BackupPolicy, PolicyScheduleChange, PolicyScheduleSpec};

use crate::{Error, PolicyStatus, Result, RetainFirstBackup, Weekday};

/// When a backup policy runs, and how many backups it keeps or for how long.
///
/// Made by [`Schedule::builder`], which refuses what the service would refuse, before anything is sent.
///
/// ```
/// use otc_vbs::{Schedule, Weekday};
///
/// let schedule = Schedule::builder()
///     .at([22, 0, 2])
///     .time_zone("UTC+02:00")
///     .on([Weekday::Sun, Weekday::Wed])
///     .keep_backups(14)
///     .keep_first_of_month(true)
///     .build()?;
/// assert_eq!(schedule.start_time(), "22:00,00:00,02:00");
/// # Ok::<(), otc_vbs::Error>(())
/// ```
///
/// Reference: [en-us_topic_0043410517](https://docs.otc.t-systems.com/volume-backup-service/api-ref/api_description/backup_policies/creating_a_backup_policy.html)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    start_time: String,
    recurrence: Recurrence,
    retention: Retention,
    keep_first_of_month: Option<bool>,
    enabled: bool,
    time_zone: Option<String>,
}

/// On which days a policy runs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Recurrence {
    /// Every so many days, 1 to 30.
    EveryDays(u32),
    /// On these days of each week, in the order of the week.
    Weekdays(Vec<Weekday>),
}

/// Which backups a policy keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Retention {
    /// The newest so many of each disk, 2 to 99.
    Backups(u32),
    /// Those of the last so many days, 2 to 99999.
    Days(u32),
}

impl Schedule {
    /// Begins a schedule: it needs times, days and a retention.
    pub fn builder() -> ScheduleBuilder {
        ScheduleBuilder {
            enabled: true,
            ..ScheduleBuilder::default()
        }
    }

    /// The times of day in UTC, as the service takes them: `22:00,00:00,02:00`.
    pub fn start_time(&self) -> &str {
        &self.start_time
    }

    /// On which days the policy runs.
    pub fn recurrence(&self) -> &Recurrence {
        &self.recurrence
    }

    /// Which backups the policy keeps.
    pub fn retention(&self) -> Retention {
        self.retention
    }

    /// Whether the first backup of the current month is kept too, where that was said.
    pub fn keep_first_of_month(&self) -> Option<bool> {
        self.keep_first_of_month
    }

    /// Whether the policy runs at all.
    pub fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// The zone of the local time by which the times were chosen.
    pub fn time_zone(&self) -> Option<&str> {
        self.time_zone.as_deref()
    }

    pub(crate) fn to_spec(&self) -> Result<PolicyScheduleSpec> {
        let spec = PolicyScheduleSpec::builder()
            .start_time(&self.start_time)
            .frequency(self.frequency())
            .week_frequency(self.week_frequency())
            .retention_num(self.retention_num())
            .retention_day(self.retention_day())
            .retain_first_backup_of_current_month(self.retain_first())
            .status(self.status());
        spec.try_into()
            .map_err(|error| crate::body::unbuildable("create_backup_policy", &error))
    }

    pub(crate) fn to_change(&self) -> Result<PolicyScheduleChange> {
        let change = PolicyScheduleChange::builder()
            .start_time(self.start_time.clone())
            .frequency(self.frequency())
            .week_frequency(self.week_frequency())
            .retention_num(self.retention_num())
            .retention_day(self.retention_day())
            .retain_first_backup_of_current_month(self.retain_first())
            .status(self.status());
        change
            .try_into()
            .map_err(|error| crate::body::unbuildable("update_backup_policy", &error))
    }

    fn frequency(&self) -> Option<NonZeroU32> {
        match self.recurrence {
            Recurrence::EveryDays(days) => NonZeroU32::new(days),
            Recurrence::Weekdays(_) => None,
        }
    }

    fn week_frequency(&self) -> Vec<Weekday> {
        match &self.recurrence {
            Recurrence::EveryDays(_) => Vec::new(),
            Recurrence::Weekdays(days) => days.clone(),
        }
    }

    fn retention_num(&self) -> Option<u32> {
        match self.retention {
            Retention::Backups(backups) => Some(backups),
            Retention::Days(_) => None,
        }
    }

    fn retention_day(&self) -> Option<u32> {
        match self.retention {
            Retention::Days(days) => Some(days),
            Retention::Backups(_) => None,
        }
    }

    fn retain_first(&self) -> Option<RetainFirstBackup> {
        let keep = self.keep_first_of_month?;
        Some(if keep {
            RetainFirstBackup::Y
        } else {
            RetainFirstBackup::N
        })
    }

    fn status(&self) -> PolicyStatus {
        if self.enabled {
            PolicyStatus::On
        } else {
            PolicyStatus::Off
        }
    }
}

/// What a [`Schedule`] is made of. A setter that is called twice holds the last value.
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ScheduleBuilder {
    hours: Vec<u32>,
    every_days: Option<u32>,
    weekdays: Option<Vec<Weekday>>,
    keep_backups: Option<u32>,
    keep_days: Option<u32>,
    keep_first_of_month: Option<bool>,
    enabled: bool,
    time_zone: Option<String>,
}

impl ScheduleBuilder {
    /// The hours of the day in UTC at which the policy runs, each 0 to 23: the service runs policies on the full hour.
    pub fn at(mut self, hours: impl IntoIterator<Item = u32>) -> Self {
        self.hours = hours.into_iter().collect();
        self
    }

    /// Run every so many days, 1 to 30. This or [`on`](Self::on).
    pub fn every_days(mut self, days: u32) -> Self {
        self.every_days = Some(days);
        self
    }

    /// Run on these days of each week. This or [`every_days`](Self::every_days).
    pub fn on(mut self, weekdays: impl IntoIterator<Item = Weekday>) -> Self {
        self.weekdays = Some(weekdays.into_iter().collect());
        self
    }

    /// Keep so many backups of each disk, 2 to 99. This or [`keep_days`](Self::keep_days).
    pub fn keep_backups(mut self, backups: u32) -> Self {
        self.keep_backups = Some(backups);
        self
    }

    /// Keep the backups of so many days, 2 to 99999. This or [`keep_backups`](Self::keep_backups).
    pub fn keep_days(mut self, days: u32) -> Self {
        self.keep_days = Some(days);
        self
    }

    /// Whether to keep the first backup of the current month too. The service decides where this is not called.
    pub fn keep_first_of_month(mut self, keep: bool) -> Self {
        self.keep_first_of_month = Some(keep);
        self
    }

    /// Whether the policy runs. It does where this is not called.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// The zone of the local time by which the hours and weekdays were chosen, with daylight saving time, as `UTC+02:00`.
    ///
    /// The service needs it beside weekdays where an hour falls on another day in UTC than in local time.
    pub fn time_zone(mut self, zone: impl Into<String>) -> Self {
        self.time_zone = Some(zone.into());
        self
    }

    /// The schedule.
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid`]: something is missing, stands there twice or is out of its range; the message names it.
    pub fn build(self) -> Result<Schedule> {
        let offset = self.time_zone.as_deref().map(zone_offset).transpose()?;
        Ok(Schedule {
            start_time: start_time(&self.hours, offset.unwrap_or(0))?,
            recurrence: recurrence(self.every_days, self.weekdays)?,
            retention: retention(self.keep_backups, self.keep_days)?,
            keep_first_of_month: self.keep_first_of_month,
            enabled: self.enabled,
            time_zone: self.time_zone,
        })
    }
}

impl From<&BackupPolicy> for ScheduleBuilder {
    /// The schedule that a policy has, as far as it can be read, to change a part of it.
    fn from(policy: &BackupPolicy) -> Self {
        let mut builder = Schedule::builder();
        builder.time_zone = policy.time_zone.clone();
        let Some(schedule) = &policy.scheduled_policy else {
            return builder;
        };
        let times = schedule
            .start_time
            .as_deref()
            .unwrap_or_default()
            .split(',');
        builder.hours = times
            .filter_map(|time| time.trim().strip_suffix(":00")?.parse().ok())
            .collect();
        let number = |value: Option<i64>| value.and_then(|value| u32::try_from(value).ok());
        // Where both are set, the service takes the first.
        builder.every_days = number(schedule.frequency);
        if builder.every_days.is_none() {
            builder.weekdays = schedule
                .week_frequency
                .clone()
                .filter(|days| !days.is_empty());
        }
        builder.keep_backups = number(schedule.retention_num);
        if builder.keep_backups.is_none() {
            builder.keep_days = number(schedule.retention_day);
        }
        builder.keep_first_of_month = match &schedule.retain_first_backup_of_current_month {
            Some(RetainFirstBackup::Y) => Some(true),
            Some(RetainFirstBackup::N) => Some(false),
            _ => None,
        };
        builder.enabled = schedule.status != Some(PolicyStatus::Off);
        builder
    }
}

fn refuse(problem: impl AsRef<str>) -> Error {
    Error::setting(format!("schedule: {}", problem.as_ref()))
}

/// The service wants the times in the order of the local day.
fn start_time(hours: &[u32], offset_minutes: i32) -> Result<String> {
    if hours.is_empty() {
        return Err(refuse("it has no time; call `.at(…)`"));
    }
    if let Some(hour) = hours.iter().find(|hour| **hour > 23) {
        return Err(refuse(format!(
            "{hour} is no hour of the day; it goes from 0 to 23"
        )));
    }
    let mut sorted = hours.to_vec();
    sorted.sort_by_key(|hour| {
        (i32::try_from(*hour).unwrap_or(0) * 60 + offset_minutes).rem_euclid(24 * 60)
    });
    if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(refuse(format!("{:02}:00 is there twice", pair[0])));
    }
    let times: Vec<String> = sorted.iter().map(|hour| format!("{hour:02}:00")).collect();
    Ok(times.join(","))
}

fn recurrence(every_days: Option<u32>, weekdays: Option<Vec<Weekday>>) -> Result<Recurrence> {
    match (every_days, weekdays) {
        (None, None) => Err(refuse("it has no days; call `.every_days(…)` or `.on(…)`")),
        (Some(_), Some(_)) => Err(refuse(
            "it has both an interval and weekdays; call only one of `.every_days(…)` and `.on(…)`",
        )),
        (Some(days), None) => match days {
            1..=30 => Ok(Recurrence::EveryDays(days)),
            _ => Err(refuse(format!(
                "an interval of {days} days; it goes from 1 to 30"
            ))),
        },
        (None, Some(days)) => {
            if days.is_empty() {
                return Err(refuse("it has no weekday; name one or more"));
            }
            if let Some(day) = days.iter().find(|day| !day.is_listed()) {
                return Err(refuse(format!(
                    "`{day}` is no weekday; they are SUN, MON, TUE, WED, THU, FRI, SAT"
                )));
            }
            let set: BTreeSet<&Weekday> = days.iter().collect();
            if set.len() < days.len() {
                return Err(refuse("a weekday is there twice"));
            }
            Ok(Recurrence::Weekdays(set.into_iter().cloned().collect()))
        }
    }
}

fn retention(backups: Option<u32>, days: Option<u32>) -> Result<Retention> {
    match (backups, days) {
        (None, None) => Err(refuse(
            "it keeps nothing; call `.keep_backups(…)` or `.keep_days(…)`",
        )),
        (Some(_), Some(_)) => Err(refuse(
            "it keeps by number and by days; call only one of `.keep_backups(…)` and `.keep_days(…)`",
        )),
        (Some(backups), None) => match backups {
            2..=99 => Ok(Retention::Backups(backups)),
            _ => Err(refuse(format!(
                "to keep {backups} backups; it goes from 2 to 99"
            ))),
        },
        (None, Some(days)) => match days {
            2..=99_999 => Ok(Retention::Days(days)),
            _ => Err(refuse(format!(
                "to keep the backups of {days} days; it goes from 2 to 99999"
            ))),
        },
    }
}

/// The minutes by which `UTC+HH:mm` is ahead of UTC.
fn zone_offset(zone: &str) -> Result<i32> {
    let refuse = || {
        refuse(format!(
            "`{}` is no time zone; write it as UTC+02:00",
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

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;
