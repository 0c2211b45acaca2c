//! The schedule of a policy, and its retention.

mod checks;

use otc_vbs_api::schedule::{InvalidSchedule, StartTimes};
use otc_vbs_api::types::{BackupPolicy, PolicyScheduleChange, PolicyScheduleSpec};

use self::checks::{offset, recurrence, refuse, retention, start_time};
use crate::Result;
use crate::types::{PolicyStatus, RetainFirstBackup, Weekday};

/// The schedule of a backup policy: the times and days on which it runs, and the backups that it keeps.
///
/// Created by [`Schedule::builder`], which refuses settings that the service would refuse, before anything is
/// sent.
///
/// ```
/// use otc_vbs::Schedule;
/// use otc_vbs::types::Weekday;
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    start_time: String,
    recurrence: Recurrence,
    retention: Retention,
    keep_first_of_month: Option<bool>,
    enabled: bool,
    time_zone: Option<String>,
}

/// The days on which a policy runs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Recurrence {
    /// Every N days.
    EveryDays(u32),
    /// On these days of each week, in the order of the week.
    Weekdays(Vec<Weekday>),
}

/// The backups that a policy keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Retention {
    /// The newest N backups of each disk.
    Backups(u32),
    /// The backups of the last N days.
    Days(u32),
}

impl Schedule {
    /// Starts building a schedule. It needs times, days and a retention.
    pub fn builder() -> ScheduleBuilder {
        ScheduleBuilder { enabled: true, ..ScheduleBuilder::default() }
    }

    /// The times of day in UTC, as the service takes them: `22:00,00:00,02:00`.
    pub fn start_time(&self) -> &str {
        &self.start_time
    }

    /// The days on which the policy runs.
    pub fn recurrence(&self) -> &Recurrence {
        &self.recurrence
    }

    /// The backups that the policy keeps.
    pub fn retention(&self) -> Retention {
        self.retention
    }

    /// Whether the first backup of the current month is kept too. `None` if that is not set.
    pub fn keep_first_of_month(&self) -> Option<bool> {
        self.keep_first_of_month
    }

    /// Whether the policy runs at all.
    pub fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// The time zone in which the times were chosen.
    pub fn time_zone(&self) -> Option<&str> {
        self.time_zone.as_deref()
    }

    fn frequency(&self) -> Option<u32> {
        match self.recurrence {
            Recurrence::EveryDays(days) => Some(days),
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
        Some(if keep { RetainFirstBackup::Y } else { RetainFirstBackup::N })
    }

    fn status(&self) -> PolicyStatus {
        if self.enabled { PolicyStatus::On } else { PolicyStatus::Off }
    }
}

impl From<&Schedule> for PolicyScheduleSpec {
    fn from(schedule: &Schedule) -> Self {
        let mut spec = Self::new(schedule.start_time.clone(), schedule.status());
        spec.frequency = schedule.frequency();
        spec.week_frequency = schedule.week_frequency();
        spec.retention_num = schedule.retention_num();
        spec.retention_day = schedule.retention_day();
        spec.retain_first_backup_of_current_month = schedule.retain_first();
        spec
    }
}

impl From<&Schedule> for PolicyScheduleChange {
    fn from(schedule: &Schedule) -> Self {
        let spec = PolicyScheduleSpec::from(schedule);
        let mut change = Self::default();
        change.start_time = Some(spec.start_time);
        change.frequency = spec.frequency;
        change.week_frequency = spec.week_frequency;
        change.retention_num = spec.retention_num;
        change.retention_day = spec.retention_day;
        change.retain_first_backup_of_current_month = spec.retain_first_backup_of_current_month;
        change.status = Some(spec.status);
        change
    }
}

/// Serialized as the service takes it, with the time zone.
impl serde::Serialize for Schedule {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Form<'a> {
            #[serde(flatten)]
            schedule: PolicyScheduleSpec,
            #[serde(skip_serializing_if = "Option::is_none")]
            time_zone: Option<&'a str>,
        }
        let schedule = PolicyScheduleSpec::from(self);
        let form = Form { schedule, time_zone: self.time_zone() };
        form.serialize(serializer)
    }
}

/// Builds a [`Schedule`]. If a setter is called twice, the last value is used.
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ScheduleBuilder {
    hours: Vec<u32>,
    /// The error if the start times of the source policy could not be parsed.
    invalid_time: Option<InvalidSchedule>,
    every_days: Option<u32>,
    weekdays: Option<Vec<Weekday>>,
    keep_backups: Option<u32>,
    keep_days: Option<u32>,
    keep_first_of_month: Option<bool>,
    enabled: bool,
    time_zone: Option<String>,
}

impl ScheduleBuilder {
    /// Sets the hours of the day in UTC at which the policy runs, each 0 to 23. The service runs policies on
    /// the full hour.
    pub fn at(mut self, hours: impl IntoIterator<Item = u32>) -> Self {
        self.hours = hours.into_iter().collect();
        self.invalid_time = None;
        self
    }

    /// Runs every N days. Use this or [`on`](Self::on).
    pub fn every_days(mut self, days: u32) -> Self {
        self.every_days = Some(days);
        self
    }

    /// Runs on these days of each week, by the local time of [`time_zone`](Self::time_zone). Use this or
    /// [`every_days`](Self::every_days).
    pub fn on(mut self, weekdays: impl IntoIterator<Item = Weekday>) -> Self {
        self.weekdays = Some(weekdays.into_iter().collect());
        self
    }

    /// Keeps the newest N backups of each disk. Use this or [`keep_days`](Self::keep_days).
    pub fn keep_backups(mut self, backups: u32) -> Self {
        self.keep_backups = Some(backups);
        self
    }

    /// Keeps backups for N days. Use this or [`keep_backups`](Self::keep_backups).
    pub fn keep_days(mut self, days: u32) -> Self {
        self.keep_days = Some(days);
        self
    }

    /// Sets whether the first backup of the current month is kept too. By default, the service decides.
    pub fn keep_first_of_month(mut self, keep: bool) -> Self {
        self.keep_first_of_month = Some(keep);
        self
    }

    /// Sets whether the policy runs. Defaults to true.
    pub fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Sets the time zone in which the hours and weekdays were chosen, for example `UTC+02:00`. Include
    /// daylight saving time.
    ///
    /// Required with weekdays if an hour falls on another day in UTC than in local time.
    pub fn time_zone(mut self, zone: impl Into<String>) -> Self {
        self.time_zone = Some(zone.into());
        self
    }

    /// Builds the schedule.
    ///
    /// # Errors
    ///
    /// [`Error::is_invalid`](crate::Error::is_invalid): a setting is missing, set twice or out of range. The
    /// text names it.
    pub fn build(self) -> Result<Schedule> {
        if let Some(error) = &self.invalid_time {
            return Err(refuse(format!(
                "{} of the policy: {}; call `.at(…)`",
                error.field(),
                error.problem()
            )));
        }
        let offset = offset(self.time_zone.as_deref())?;
        Ok(Schedule {
            start_time: start_time(&self.hours, offset)?,
            recurrence: recurrence(self.every_days, self.weekdays)?,
            retention: retention(self.keep_backups, self.keep_days)?,
            keep_first_of_month: self.keep_first_of_month,
            enabled: self.enabled,
            time_zone: self.time_zone,
        })
    }
}

impl From<&BackupPolicy> for ScheduleBuilder {
    /// Starts from the schedule of a policy, to change a part of it.
    fn from(policy: &BackupPolicy) -> Self {
        let mut builder = Schedule::builder();
        builder.time_zone = policy.time_zone.clone();
        let Some(schedule) = &policy.scheduled_policy else {
            return builder;
        };
        match schedule.start_time.as_deref().map(StartTimes::from_response) {
            Some(Ok(times)) => builder.hours = times.hours().collect(),
            Some(Err(error)) => builder.invalid_time = Some(error),
            None => {}
        }
        let number = |value: Option<i64>| value.and_then(|value| u32::try_from(value).ok());
        // If both are set, the service uses the first.
        builder.every_days = number(schedule.frequency);
        if builder.every_days.is_none() {
            builder.weekdays = schedule.week_frequency.clone().filter(|days| !days.is_empty());
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

#[cfg(test)]
mod tests;
