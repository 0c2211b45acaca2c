//! The settings that a schedule refuses, and the fields that it sends.

#![allow(clippy::unwrap_used)]

use serde_json::json;

use super::*;

fn whole() -> ScheduleBuilder {
    Schedule::builder().at([12]).every_days(1).keep_backups(10)
}

fn refused(builder: ScheduleBuilder) -> String {
    let error = builder.build().unwrap_err();
    assert!(error.is_invalid());
    error.to_string()
}

#[test]
fn invalid_settings_are_refused() {
    let blank = Schedule::builder;
    for (builder, problem) in [
        (blank().every_days(1).keep_backups(2), "it has no time; call `.at(…)`"),
        (whole().at([24]), "24 is not an hour of the day; use 0 to 23"),
        (whole().at([3, 1, 3]), "03:00 is listed twice"),
        (blank().at([1]).keep_backups(2), "it has no days; call `.every_days(…)` or `.on(…)`"),
        (
            whole().on([Weekday::Sun]),
            "it has both an interval and weekdays; call only one of `.every_days(…)` and `.on(…)`",
        ),
        (whole().every_days(0), "the interval in days is 0; it must be a whole number from 1 to 30"),
        (whole().every_days(31), "the interval in days is 31; it must be a whole number from 1 to 30"),
        (blank().at([1]).on([]).keep_days(2), "it has no weekday; name one or more"),
        (
            blank().at([1]).on(["sun".into()]).keep_days(2),
            "`sun` is not a weekday; use SUN, MON, TUE, WED, THU, FRI or SAT",
        ),
        (blank().at([1]).on([Weekday::Sun, Weekday::Sun]).keep_days(2), "a weekday is listed twice"),
        (blank().at([1]).every_days(1), "it keeps nothing; call `.keep_backups(…)` or `.keep_days(…)`"),
        (
            whole().keep_days(3),
            "it keeps by number and by days; call only one of `.keep_backups(…)` and `.keep_days(…)`",
        ),
        (
            whole().keep_backups(1),
            "the number of backups to keep is 1; it must be a whole number from 2 to 99",
        ),
        (
            whole().keep_backups(100),
            "the number of backups to keep is 100; it must be a whole number from 2 to 99",
        ),
        (
            blank().at([1]).every_days(1).keep_days(100_000),
            "the number of days to keep backups is 100000; it must be a whole number from 2 to 99999",
        ),
    ] {
        assert_eq!(refused(builder), format!("schedule: {problem}"));
    }
    for zone in ["", "CET", "UTC", "UTC+2", "UTC+02", "UTC+15:00", "UTC+02:60", "UTC 02:00", "UTC++2:00"] {
        let problem = format!("schedule: `{zone}` is not a time zone; write it as UTC+02:00");
        assert_eq!(refused(whole().time_zone(zone)), problem);
    }
}

#[test]
fn bounds_are_allowed() {
    for (days, backups) in [(1, 2), (30, 99)] {
        assert!(whole().every_days(days).keep_backups(backups).build().is_ok());
    }
    for days in [2, 99_999] {
        assert!(Schedule::builder().at([0, 23]).every_days(1).keep_days(days).build().is_ok());
    }
}

#[test]
fn start_times_are_in_the_order_of_the_local_day() {
    for (hours, zone, start_time) in [
        (vec![2, 0, 22], "UTC+02:00", "22:00,00:00,02:00"),
        (vec![2, 0, 22], "UTC+00:00", "00:00,02:00,22:00"),
        (vec![2, 0, 22], "UTC-03:00", "22:00,00:00,02:00"),
        (vec![18, 19], "UTC+05:30", "19:00,18:00"),
    ] {
        let schedule = whole().at(hours).time_zone(zone).build().unwrap();
        assert_eq!(schedule.start_time(), start_time, "{zone}");
    }
}

#[test]
fn requests_use_the_names_of_the_wire() {
    let schedule = Schedule::builder()
        .at([12])
        .on([Weekday::Wed, Weekday::Sun])
        .keep_days(30)
        .keep_first_of_month(true)
        .enabled(false)
        .build()
        .unwrap();
    let wire = json!({
        "start_time": "12:00",
        "week_frequency": ["SUN", "WED"],
        "rentention_day": 30,
        "remain_first_backup_of_curMonth": "Y",
        "status": "OFF",
    });
    assert_eq!(serde_json::to_value(PolicyScheduleSpec::from(&schedule)).unwrap(), wire);
    assert_eq!(serde_json::to_value(PolicyScheduleChange::from(&schedule)).unwrap(), wire);
    assert_eq!(serde_json::to_value(&schedule).unwrap(), wire);

    let wire = json!({ "start_time": "12:00", "frequency": 1, "rentention_num": 10, "status": "ON" });
    let schedule = whole().build().unwrap();
    assert_eq!(serde_json::to_value(PolicyScheduleSpec::from(&schedule)).unwrap(), wire);

    let schedule = whole().time_zone("UTC+02:00").build().unwrap();
    let value = serde_json::to_value(&schedule).unwrap();
    assert_eq!(value["time_zone"], "UTC+02:00");
}

#[test]
fn one_setting_of_a_policy_can_be_changed() {
    let policy: BackupPolicy = serde_json::from_value(json!({
        "backup_policy_id": "XX",
        "time_zone": "UTC+02:00",
        "scheduled_policy": {
            "start_time": "22:00, 00:00",
            "week_frequency": ["MON"],
            "rentention_num": 10,
            "rentention_day": 5,
            "remain_first_backup_of_curMonth": "N",
            "status": "OFF",
        },
    }))
    .unwrap();
    let schedule = ScheduleBuilder::from(&policy).enabled(true).build().unwrap();
    assert_eq!(schedule.start_time(), "22:00,00:00");
    assert_eq!(schedule.recurrence(), &Recurrence::Weekdays(vec![Weekday::Mon]));
    assert_eq!(schedule.retention(), Retention::Backups(10));
    assert_eq!((schedule.keep_first_of_month(), schedule.is_enabled()), (Some(false), true));
    assert_eq!(schedule.time_zone(), Some("UTC+02:00"));
}

#[test]
fn invalid_start_time_of_a_policy_is_an_error() {
    let policy: BackupPolicy = serde_json::from_value(json!({
        "backup_policy_id": "XX",
        "scheduled_policy": { "start_time": "12:00,13:30", "frequency": 1, "rentention_num": 10 },
    }))
    .unwrap();
    let builder = ScheduleBuilder::from(&policy);
    assert_eq!(
        refused(builder.clone()),
        "schedule: start_time of the policy: `13:30` is not a full hour such as 22:00; call `.at(…)`"
    );
    assert!(builder.at([12, 13]).build().is_ok());
}
