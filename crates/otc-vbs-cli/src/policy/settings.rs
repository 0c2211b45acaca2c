//! The options that set the schedule and the retention of a policy.

use clap::ArgGroup;
use jiff::civil::Time;
use jiff::tz::Offset;
use jiff::{SignedDuration, civil};
use otc_vbs::schedule::{StartTimes, parse_time_zone};
use otc_vbs::types::{BackupPolicy, PolicySchedule, RetainFirstBackup, Weekday};
use otc_vbs::{Recurrence, Retention, Schedule, ScheduleBuilder};

use crate::exit::Failure;
use crate::values::number;
use crate::words::schedule::keeps;

/// The number of backups that a disk can have. See the error code VolumeBackup.0040.
const MOST_BACKUPS: u64 = 20;

/// The heading of these options in the help.
const HEADING: &str = "Schedule";

/// The times, days and retention of a policy.
#[derive(clap::Args, Debug, Default)]
#[command(group = ArgGroup::new("times").args(["at"]))]
#[command(group = ArgGroup::new("days").args(["every", "on"]))]
#[command(group = ArgGroup::new("retention").args(["keep", "keep_days"]))]
pub(super) struct ScheduleOptions {
    /// The start times in the time zone of the policy, separated by commas: 1, 22 or 01:30. The service starts policies
    /// on the full hour in UTC.
    #[arg(long, help_heading = HEADING, value_name = "HOURS", value_delimiter = ',', value_parser = time_of_day)]
    pub(super) at: Vec<Time>,

    /// The time zone of the policy as an offset from UTC, daylight saving time included: UTC+02:00. Weekdays are days in
    /// this zone. Without --at, the start times stay the same in UTC.
    #[arg(long, help_heading = HEADING, value_name = "ZONE")]
    pub(super) zone: Option<String>,

    /// Run every N days.
    #[arg(long, help_heading = HEADING, value_name = "N", value_parser = number)]
    pub(super) every: Option<u32>,

    /// Run on these days of each week, separated by commas: mon,thu.
    #[arg(long, help_heading = HEADING, value_name = "WEEKDAYS", value_delimiter = ',', value_parser = weekday)]
    pub(super) on: Vec<Weekday>,

    /// Keep the newest N backups of each disk.
    #[arg(long, help_heading = HEADING, value_name = "N", value_parser = number)]
    pub(super) keep: Option<u32>,

    /// Keep backups for N days.
    #[arg(long, help_heading = HEADING, value_name = "N", value_parser = number)]
    pub(super) keep_days: Option<u32>,

    /// Also keep the first backup of the current month.
    #[arg(
        long,
        help_heading = HEADING,
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    pub(super) keep_first_of_month: Option<bool>,

    /// Don't run the policy on its schedule.
    #[arg(long, help_heading = HEADING)]
    pub(super) disabled: bool,
}

impl ScheduleOptions {
    pub(super) fn is_empty(&self) -> bool {
        let Self { at, zone, every, on, keep, keep_days, keep_first_of_month, disabled } = self;
        let has_times = !at.is_empty() || zone.is_some() || every.is_some() || !on.is_empty();
        let has_retention = keep.is_some() || keep_days.is_some() || keep_first_of_month.is_some();
        !(has_times || has_retention || *disabled)
    }

    /// The schedule with these options. What they don't set is that of `policy`.
    pub(super) fn schedule(&self, policy: Option<&BackupPolicy>) -> Result<Schedule, Failure> {
        let mut policy = policy.cloned();
        if let Some(schedule) = policy.as_mut().and_then(|policy| policy.scheduled_policy.as_mut()) {
            if self.every.is_some() || !self.on.is_empty() {
                (schedule.frequency, schedule.week_frequency) = (None, None);
            }
            if self.keep.is_some() || self.keep_days.is_some() {
                (schedule.retention_num, schedule.retention_day) = (None, None);
            }
        }
        if let Some(policy) = &policy {
            self.check_complete(policy)?;
        }
        let zone = self.zone.as_deref().or(policy.as_ref().and_then(|policy| policy.time_zone.as_deref()));
        let offset = match zone {
            Some(zone) => {
                let offset = parse_time_zone(zone);
                offset.map_err(|error| Failure::usage(format!("--zone: {}", error.problem())))?
            }
            None => Offset::UTC,
        };
        let mut builder = policy.as_ref().map_or_else(Schedule::builder, ScheduleBuilder::from);
        if !self.at.is_empty() {
            let hours: Result<Vec<u32>, Failure> =
                self.at.iter().map(|time| hour_in_utc(*time, offset)).collect();
            builder = builder.at(hours?);
        }
        if let Some(zone) = &self.zone {
            builder = builder.time_zone(zone);
        }
        if let Some(days) = self.every {
            builder = builder.every_days(days);
        }
        if !self.on.is_empty() {
            builder = builder.on(self.on.iter().cloned());
        }
        if let Some(backups) = self.keep {
            builder = builder.keep_backups(backups);
        }
        if let Some(days) = self.keep_days {
            builder = builder.keep_days(days);
        }
        if let Some(keep) = self.keep_first_of_month {
            builder = builder.keep_first_of_month(keep);
        }
        if self.disabled {
            builder = builder.enabled(false);
        }
        builder.build().map_err(|error| Failure::usage(error.to_string()))
    }

    /// The service changes only whole schedules, so what it did not send must be set.
    fn check_complete(&self, policy: &BackupPolicy) -> Result<(), Failure> {
        let schedule = policy.scheduled_policy.as_ref();
        let times = schedule.and_then(|schedule| schedule.start_time.as_deref());
        let has_times = times.is_some_and(|times| StartTimes::from_response(times).is_ok());
        let has_days = schedule.is_some_and(|schedule| {
            schedule.frequency.is_some()
                || schedule.week_frequency.as_ref().is_some_and(|days| !days.is_empty())
        });
        let has_retention = schedule
            .is_some_and(|schedule| schedule.retention_num.is_some() || schedule.retention_day.is_some());
        let unknown = [
            (has_times || !self.at.is_empty(), "start times", "--at"),
            (has_days || self.every.is_some() || !self.on.is_empty(), "days", "--every or --on"),
            (
                has_retention || self.keep.is_some() || self.keep_days.is_some(),
                "retention",
                "--keep or --keep-days",
            ),
        ];
        match unknown.into_iter().find(|(is_known, ..)| !is_known) {
            None => Ok(()),
            Some((_, what, options)) => Err(Failure::Usage {
                problem: format!("the service does not say what the {what} of the policy are"),
                hint: Some(format!("set them with {options}; the service changes only whole schedules")),
            }),
        }
    }
}

/// The hour in UTC of a time in a zone.
fn hour_in_utc(local: Time, offset: Offset) -> Result<u32, Failure> {
    let shift = SignedDuration::from_secs(offset.seconds().into());
    let utc = local.wrapping_sub(shift);
    if utc.minute() == 0 {
        return Ok(u32::from(utc.hour().unsigned_abs()));
    }
    let earlier = civil::time(utc.hour(), 0, 0, 0).wrapping_add(shift);
    let later = earlier.wrapping_add(SignedDuration::from_hours(1));
    let [local, utc, earlier, later] =
        [local, utc, earlier, later].map(|time| time.strftime("%H:%M").to_string());
    Err(Failure::Usage {
        problem: format!(
            "--at: {local} is {utc} in UTC, and the service starts policies on the full hour in UTC"
        ),
        hint: Some(format!("use {earlier} or {later}")),
    })
}

/// `1`, `01` or `01:30`.
fn time_of_day(text: &str) -> Result<Time, String> {
    let (hour, minute) = text.split_once(':').unwrap_or((text, "0"));
    let number = |text: &str| text.parse::<i8>().ok();
    let time = number(hour).zip(number(minute)).and_then(|(hour, minute)| Time::new(hour, minute, 0, 0).ok());
    time.ok_or_else(|| "expected a time of day: an hour from 0 to 23, or HH:MM".to_owned())
}

/// `mon`, `Monday` or `MON`.
fn weekday(text: &str) -> Result<Weekday, String> {
    const DAYS: [(&str, Weekday); 7] = [
        ("monday", Weekday::Mon),
        ("tuesday", Weekday::Tue),
        ("wednesday", Weekday::Wed),
        ("thursday", Weekday::Thu),
        ("friday", Weekday::Fri),
        ("saturday", Weekday::Sat),
        ("sunday", Weekday::Sun),
    ];
    let text = text.to_lowercase();
    let found = DAYS.into_iter().find(|(day, _)| *day == text || day.get(..3) == Some(&text));
    found.map(|(_, day)| day).ok_or_else(|| "expected one of mon, tue, wed, thu, fri, sat, sun".to_owned())
}

/// What the schedule keeps, in words.
pub(super) fn kept(schedule: &Schedule) -> String {
    let mut kept = PolicySchedule::default();
    match schedule.retention() {
        Retention::Backups(backups) => kept.retention_num = Some(backups.into()),
        Retention::Days(days) => kept.retention_day = Some(days.into()),
        _ => {}
    }
    if schedule.keep_first_of_month() == Some(true) {
        kept.retain_first_backup_of_current_month = Some(RetainFirstBackup::Y);
    }
    keeps(&kept)
}

/// Whether the service may delete backups of the policy that it keeps now.
pub(super) fn may_delete(now: Option<&PolicySchedule>, new: &Schedule) -> bool {
    let Some(now) = now else { return true };
    let kept_first = now.retain_first_backup_of_current_month == Some(RetainFirstBackup::Y);
    let loses_first = kept_first && new.keep_first_of_month() != Some(true);
    let keeps_fewer = match (now.retention_num, now.retention_day, new.retention()) {
        (Some(backups), _, Retention::Backups(new)) => i64::from(new) < backups,
        (None, Some(days), Retention::Days(new)) => i64::from(new) < days,
        // A number and an age can't be compared.
        _ => true,
    };
    loses_first || keeps_fewer
}

/// A warning if the policy would keep more backups of a disk than a disk can have.
pub(super) fn too_many_kept(schedule: &Schedule) -> Option<String> {
    let kept = backups_per_disk(schedule);
    (kept > MOST_BACKUPS).then(|| {
        format!(
            "this keeps {kept} backups of each disk, but a disk can have {MOST_BACKUPS}; further backups will fail with \
             VolumeBackup.0040"
        )
    })
}

/// The number of backups of a disk that the schedule keeps after some time.
fn backups_per_disk(schedule: &Schedule) -> u64 {
    let days = match schedule.retention() {
        Retention::Backups(backups) => return backups.into(),
        Retention::Days(days) => u64::from(days),
        _ => return 0,
    };
    let a_day = schedule.start_time().split(',').count() as u64;
    match schedule.recurrence() {
        Recurrence::EveryDays(interval) => (days * a_day).div_ceil(u64::from(*interval).max(1)),
        Recurrence::Weekdays(weekdays) => (days * a_day * weekdays.len() as u64).div_ceil(7),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use otc_vbs::types::PolicyId;

    use super::*;

    fn options(at: &[&str], zone: Option<&str>) -> ScheduleOptions {
        ScheduleOptions {
            at: at.iter().map(|text| time_of_day(text).unwrap()).collect(),
            zone: zone.map(str::to_owned),
            every: Some(1),
            keep: Some(7),
            ..ScheduleOptions::default()
        }
    }

    fn policy(schedule: &str) -> BackupPolicy {
        let mut policy = BackupPolicy::new(PolicyId::new("p1").unwrap());
        policy.time_zone = Some("UTC+02:00".to_owned());
        policy.scheduled_policy = Some(serde_json::from_str(schedule).unwrap());
        policy
    }

    #[test]
    fn start_times_are_local() {
        for (at, zone, expected) in [
            (vec!["1"], None, "01:00"),
            (vec!["0", "04:00"], Some("UTC+02:00"), "22:00,02:00"),
            (vec!["1:30"], Some("UTC+05:30"), "20:00"),
            (vec!["23"], Some("UTC-02:00"), "01:00"),
        ] {
            assert_eq!(options(&at, zone).schedule(None).unwrap().start_time(), expected);
        }
        let failure = options(&["01:00"], Some("UTC+05:30")).schedule(None).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "--at: 01:00 is 19:30 in UTC, and the service starts policies on the full hour in UTC"
        );
        assert_eq!(failure.hint().unwrap(), "use 00:30 or 01:30");
    }

    #[test]
    fn options_replace_only_what_they_set() {
        let policy = policy(
            r#"{ "start_time": "22:00", "week_frequency": ["SUN"], "rentention_day": 30, "status": "OFF",
                 "remain_first_backup_of_curMonth": "Y" }"#,
        );
        let set = |options: ScheduleOptions| options.schedule(Some(&policy)).unwrap();
        let unchanged = set(ScheduleOptions::default());
        let daily = set(ScheduleOptions { every: Some(1), ..ScheduleOptions::default() });
        assert_eq!(daily.recurrence(), &Recurrence::EveryDays(1));
        assert_eq!(daily.retention(), unchanged.retention());
        let seven = set(ScheduleOptions { keep: Some(7), ..ScheduleOptions::default() });
        assert_eq!(seven.retention(), Retention::Backups(7));
        assert_eq!((seven.is_enabled(), seven.keep_first_of_month()), (false, Some(true)));
        assert_eq!(seven.start_time(), "22:00");
        let at = set(ScheduleOptions { at: vec![civil::time(1, 0, 0, 0)], ..ScheduleOptions::default() });
        assert_eq!((at.start_time(), at.time_zone()), ("23:00", Some("UTC+02:00")));
    }

    #[test]
    fn unknown_part_of_a_schedule_must_be_set() {
        let policy = policy(r#"{ "start_time": "half past one", "frequency": 1, "rentention_num": 7 }"#);
        let every = ScheduleOptions { every: Some(2), ..ScheduleOptions::default() };
        let failure = every.schedule(Some(&policy)).unwrap_err();
        assert_eq!(failure.to_string(), "the service does not say what the start times of the policy are");
        let whole = ScheduleOptions { at: vec![civil::time(1, 0, 0, 0)], ..every };
        assert_eq!(whole.schedule(Some(&policy)).unwrap().start_time(), "23:00");
    }

    #[test]
    fn keeping_fewer_or_shorter_may_delete_backups() {
        let of = |schedule: &str| policy(schedule).scheduled_policy.unwrap();
        let num = of(r#"{ "rentention_num": 14, "remain_first_backup_of_curMonth": "Y" }"#);
        let days = of(r#"{ "rentention_day": 14 }"#);
        let new = |keep, keep_days, keep_first_of_month| {
            let options = ScheduleOptions { keep, keep_days, keep_first_of_month, ..options(&["1"], None) };
            options.schedule(None).unwrap()
        };
        for (now, new, expected) in [
            (Some(&num), new(Some(14), None, Some(true)), false),
            (Some(&num), new(Some(15), None, Some(true)), false),
            (Some(&num), new(Some(13), None, Some(true)), true),
            (Some(&num), new(Some(15), None, Some(false)), true),
            (Some(&num), new(Some(15), None, None), true),
            (Some(&num), new(None, Some(99), Some(true)), true),
            (Some(&days), new(None, Some(14), None), false),
            (Some(&days), new(None, Some(13), None), true),
            (Some(&days), new(Some(99), None, None), true),
            (None, new(Some(99), None, None), true),
        ] {
            assert_eq!(may_delete(now, &new), expected, "{now:?} {new:?}");
        }
    }

    #[test]
    fn more_than_20_backups_of_a_disk_are_warned_about() {
        let kept = |keep: Option<u32>, keep_days, every, at: &[&str]| {
            let options = ScheduleOptions { keep, keep_days, every: Some(every), ..options(at, None) };
            backups_per_disk(&options.schedule(None).unwrap())
        };
        assert_eq!(kept(Some(21), None, 1, &["1"]), 21);
        assert_eq!(kept(None, Some(10), 1, &["1", "13"]), 20);
        assert_eq!(kept(None, Some(30), 7, &["1"]), 5);
        let weekly = ScheduleOptions {
            every: None,
            on: vec![Weekday::Mon, Weekday::Thu],
            keep: None,
            keep_days: Some(70),
            ..options(&["1"], None)
        };
        assert_eq!(backups_per_disk(&weekly.schedule(None).unwrap()), 20);
        let many = ScheduleOptions { keep: Some(21), ..options(&["1"], None) }.schedule(None).unwrap();
        assert!(too_many_kept(&many).unwrap().contains("VolumeBackup.0040"));
        let few = ScheduleOptions { keep: Some(20), ..options(&["1"], None) }.schedule(None).unwrap();
        assert_eq!(too_many_kept(&few), None);
    }

    #[test]
    fn values_of_options_are_forgiving() {
        assert_eq!(weekday("Wed"), Ok(Weekday::Wed));
        assert_eq!(weekday("SUNDAY"), Ok(Weekday::Sun));
        assert!(weekday("w").is_err() && weekday("").is_err());
        for text in ["24", "-1", "1:60", "", "1:", "noon"] {
            assert!(time_of_day(text).is_err(), "{text}");
        }
    }
}
