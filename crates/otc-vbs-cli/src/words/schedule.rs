//! What a backup policy does, in words: when it runs, what it keeps and when it runs next.

use jiff::civil::{Time, Weekday};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use otc_vbs::schedule::{DueDays, Timetable};
use otc_vbs::types::{PolicySchedule, PolicyStatus, RetainFirstBackup};

use super::time;

/// When a policy runs, in its local time with UTC in parentheses:
/// `Wed, Sun 00:00 and 04:00 UTC+02:00 (22:00 and 02:00 UTC)`, or `every day 01:00 UTC`.
pub(crate) fn runs(timetable: &Timetable) -> String {
    let offset = timetable.offset();
    let days = days(timetable.days());
    let zone =
        Timestamp::UNIX_EPOCH.to_zoned_datetime(TimeZone::fixed(offset)).strftime("UTC%:z").to_string();
    let mut times: Vec<(Time, Time)> =
        timetable.start_times().hours().map(|hour| start(hour, offset)).collect();
    times.sort_unstable();
    let local = listed(times.iter().map(|(local, _)| *local));
    match (times.len(), offset) {
        (24, Offset::UTC) => format!("{days} every hour UTC"),
        (24, _) => format!("{days} every hour {zone}"),
        (_, Offset::UTC) => format!("{days} {local} UTC"),
        _ => format!("{days} {local} {zone} ({} UTC)", listed(times.iter().map(|(_, utc)| *utc))),
    }
}

/// What a policy keeps of each disk: `7 backups`, `30 days and the first of the month`. `-` if the service did not
/// say.
pub(crate) fn keeps(schedule: &PolicySchedule) -> String {
    let kept = match (schedule.retention_num, schedule.retention_day) {
        (Some(backups), _) => Some(counted(backups, "backup")),
        (None, Some(days)) => Some(counted(days, "day")),
        (None, None) => None,
    };
    let first = schedule.retain_first_backup_of_current_month == Some(RetainFirstBackup::Y);
    let first = first.then(|| "the first of the month".to_owned());
    match (kept, first) {
        (Some(kept), Some(first)) => format!("{kept} and {first}"),
        (kept, first) => kept.or(first).unwrap_or_else(|| "-".to_owned()),
    }
}

/// When a policy runs next: `in 5h (2026-01-16 01:00Z)`, `-` if it is off, `unknown` if that can't be computed.
/// Without a status, it is unknown whether it runs at all.
pub(crate) fn next(
    status: Option<&PolicyStatus>,
    timetable: &Timetable,
    now: Timestamp,
    zone: &TimeZone,
) -> String {
    let due = match status {
        Some(PolicyStatus::Off) => return "-".to_owned(),
        Some(PolicyStatus::On) => timetable.due_times().ok().and_then(|due| due.next_after(now)),
        _ => None,
    };
    match due {
        Some(due) => format!("{} ({})", time::age(due, now), time::table(due, zone)),
        None => "unknown".to_owned(),
    }
}

fn days(days: DueDays) -> String {
    match days {
        DueDays::EveryDays { interval, .. } if interval.get() == 1 => "every day".to_owned(),
        DueDays::EveryDays { interval, .. } => format!("every {interval} days"),
        DueDays::Weekdays(weekdays) if weekdays.iter().count() == 7 => "every day".to_owned(),
        DueDays::Weekdays(weekdays) => {
            let names: Vec<&str> = weekdays.iter().map(name).collect();
            names.join(", ")
        }
    }
}

fn name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Mon",
        Weekday::Tuesday => "Tue",
        Weekday::Wednesday => "Wed",
        Weekday::Thursday => "Thu",
        Weekday::Friday => "Fri",
        Weekday::Saturday => "Sat",
        Weekday::Sunday => "Sun",
    }
}

/// A start time in local time and in UTC.
fn start(hour: u32, offset: Offset) -> (Time, Time) {
    let utc = Time::midnight().wrapping_add(SignedDuration::from_hours(hour.into()));
    (utc.wrapping_add(SignedDuration::from_secs(offset.seconds().into())), utc)
}

/// `00:00, 02:00 and 04:00`
fn listed(times: impl Iterator<Item = Time>) -> String {
    let times: Vec<String> = times.map(|time| time.strftime("%H:%M").to_string()).collect();
    match times.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => times.concat(),
    }
}

fn counted(number: i64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use jiff::civil::Date;
    use jiff::tz::TimeZone;
    use jiff::{SignedDuration, Timestamp};
    use otc_vbs::schedule::{DueDays, Timetable};
    use otc_vbs::types::{BackupPolicy, PolicySchedule, PolicyStatus};

    use super::{keeps, next, runs};

    fn timetable(schedule: &str, time_zone: &str) -> Timetable {
        let policy: BackupPolicy = serde_json::from_str(&format!(
            r#"{{ "backup_policy_id": "af8a20b0-117d-4fc3-ae53-aa3968a4f870", "time_zone": {time_zone},
                 "scheduled_policy": {schedule} }}"#
        ))
        .unwrap();
        Timetable::from_policy(&policy).unwrap()
    }

    #[test]
    fn runs_are_local_with_utc_in_parentheses() {
        const EVERY_HOUR: &str = "00:00,01:00,02:00,03:00,04:00,05:00,06:00,07:00,08:00,09:00,10:00,11:00,\
             12:00,13:00,14:00,15:00,16:00,17:00,18:00,19:00,20:00,21:00,22:00,23:00";
        for (start, days, zone, expected) in [
            (
                "22:00,02:00",
                r#""week_frequency": ["SUN", "WED"]"#,
                r#""UTC+02:00""#,
                "Wed, Sun 00:00 and 04:00 UTC+02:00 (22:00 and 02:00 UTC)",
            ),
            ("01:00", r#""frequency": 1"#, "null", "every day 01:00 UTC"),
            ("01:00", r#""frequency": 1"#, r#""UTC+00:00""#, "every day 01:00 UTC"),
            ("01:00", r#""frequency": 1, "week_frequency": ["SUN"]"#, "null", "every day 01:00 UTC"),
            (
                "00:00,22:00,02:00",
                r#""frequency": 3"#,
                r#""UTC+02:00""#,
                "every 3 days 00:00, 02:00 and 04:00 UTC+02:00 (22:00, 00:00 and 02:00 UTC)",
            ),
            ("20:00", r#""frequency": 1"#, r#""UTC+05:45""#, "every day 01:45 UTC+05:45 (20:00 UTC)"),
            ("01:00", r#""frequency": 1"#, r#""UTC-03:30""#, "every day 21:30 UTC-03:30 (01:00 UTC)"),
            (
                "05:00",
                r#""week_frequency": ["SUN", "SAT", "FRI", "THU", "WED", "TUE", "MON"]"#,
                "null",
                "every day 05:00 UTC",
            ),
            (EVERY_HOUR, r#""frequency": 1"#, "null", "every day every hour UTC"),
            (EVERY_HOUR, r#""week_frequency": ["MON"]"#, r#""UTC+01:00""#, "Mon every hour UTC+01:00"),
        ] {
            let schedule = format!(r#"{{ "start_time": "{start}", {days} }}"#);
            assert_eq!(runs(&timetable(&schedule, zone)), expected);
        }
    }

    #[test]
    fn keeps_a_number_or_days_and_the_first_of_the_month() {
        for (schedule, expected) in [
            (r#"{ "rentention_num": 7 }"#, "7 backups"),
            (r#"{ "rentention_num": 1, "rentention_day": 30 }"#, "1 backup"),
            (r#"{ "rentention_day": 30, "remain_first_backup_of_curMonth": "N" }"#, "30 days"),
            (
                r#"{ "rentention_day": 30, "remain_first_backup_of_curMonth": "Y" }"#,
                "30 days and the first of the month",
            ),
            (r#"{ "remain_first_backup_of_curMonth": "Y" }"#, "the first of the month"),
            ("{}", "-"),
        ] {
            let schedule: PolicySchedule = serde_json::from_str(schedule).unwrap();
            assert_eq!(keeps(&schedule), expected);
        }
    }

    #[test]
    fn the_next_run_is_a_time_unless_off_or_unknown() {
        let now: Timestamp = "2026-01-15T20:00:00Z".parse().unwrap();
        let daily = timetable(r#"{ "start_time": "01:00", "frequency": 1 }"#, "null");
        let third = timetable(r#"{ "start_time": "01:00", "frequency": 3 }"#, "null");
        let DueDays::EveryDays { interval, .. } = third.days() else { unreachable!() };
        let anchor = Some(Date::constant(2026, 1, 12));
        let inferred =
            Timetable::new(third.start_times(), DueDays::EveryDays { interval, anchor }, third.offset());
        let (on, off) = (PolicyStatus::On, PolicyStatus::Off);
        for (status, timetable, expected) in [
            (Some(&on), &daily, "in 5h (2026-01-16 01:00Z)"),
            (Some(&off), &daily, "-"),
            (Some(&off), &third, "-"),
            (None, &daily, "unknown"),
            (Some(&PolicyStatus::Other("PAUSED".to_owned())), &daily, "unknown"),
            (Some(&on), &third, "unknown"),
            (Some(&on), &inferred, "in 2d 5h (2026-01-18 01:00Z)"),
        ] {
            assert_eq!(next(status, timetable, now, &TimeZone::UTC), expected);
        }
        let east = TimeZone::fixed(jiff::tz::offset(2));
        assert_eq!(next(Some(&on), &daily, now, &east), "in 5h (2026-01-16 03:00+02)");
        let at_the_run = now + SignedDuration::from_hours(5);
        assert_eq!(next(Some(&on), &daily, at_the_run, &TimeZone::UTC), "in 1d (2026-01-17 01:00Z)");
    }
}
