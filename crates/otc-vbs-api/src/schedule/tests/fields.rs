//! The meaning of the wire fields.

use serde_json::json;

use super::*;

fn read(schedule: serde_json::Value, time_zone: Option<&str>) -> Result<Timetable, InvalidSchedule> {
    let policy = json!({ "backup_policy_id": "XX", "scheduled_policy": schedule, "time_zone": time_zone });
    Timetable::from_policy(&serde_json::from_value(policy).unwrap())
}

#[test]
fn frequency_takes_precedence_over_week_frequency() {
    let both = json!({ "start_time": "22:00", "frequency": 2, "week_frequency": ["SUN", "FRIYAY"] });
    assert_eq!(read(both, None), Ok(timetable("22:00", every(2, None), "UTC+00:00")));
}

#[test]
fn fields_of_a_policy_are_read() {
    let schedule =
        json!({ "start_time": "22:00, 00:00,02:00,22:00,", "week_frequency": ["WED", "SUN", "WED"] });
    let expected = timetable("00:00,02:00,22:00", on(&[Weekday::Sunday, Weekday::Wednesday]), "UTC+02:00");
    let read = read(schedule, Some("UTC+02:00"));
    assert_eq!(read, Ok(expected));
    assert_eq!(read.map(|read| read.offset()), Ok(Offset::constant(2)));
}

#[test]
fn every_weekday_of_the_wire_is_known() {
    let week: Vec<Weekday> = Weekday::Sunday.cycle_forward().take(7).collect();
    for (wire, day) in values::Weekday::LISTED.iter().zip(week) {
        let days = Weekdays::try_from(std::slice::from_ref(wire)).unwrap();
        assert_eq!(days.iter().collect::<Vec<_>>(), [day], "{wire}");
        assert!(days.contains(day) && !days.contains(day.next()), "{wire}");
    }
    assert_eq!(values::Weekday::LISTED.len(), 7);
}

#[test]
fn error_names_the_field_and_the_value() {
    let weekly = |start_time: &str| json!({ "start_time": start_time, "week_frequency": ["MON"] });
    let not_a_time = "is not a full hour such as 22:00";
    let not_days = "is not a number of days; it must be a whole number of at least 1";
    let not_a_weekday = "is not a weekday; use SUN, MON, TUE, WED, THU, FRI or SAT";
    for (schedule, zone, field, problem) in [
        (json!(null), None, "scheduled_policy", "it is missing".to_owned()),
        (json!({ "frequency": 1 }), None, "start_time", "it is missing".to_owned()),
        (weekly(""), None, "start_time", "it has no time".to_owned()),
        (weekly(" ,"), None, "start_time", "it has no time".to_owned()),
        (weekly("12:00,13:30"), None, "start_time", format!("`13:30` {not_a_time}")),
        (weekly("24:00"), None, "start_time", format!("`24:00` {not_a_time}")),
        (weekly("\u{1b}[2J"), None, "start_time", format!("`\\u{{1b}}[2J` {not_a_time}")),
        (
            json!({ "start_time": "12:00", "frequency": 0, "week_frequency": ["MON"] }),
            None,
            "frequency",
            format!("0 {not_days}"),
        ),
        (json!({ "start_time": "12:00", "frequency": -1 }), None, "frequency", format!("-1 {not_days}")),
        (
            json!({ "start_time": "12:00", "frequency": i64::MAX }),
            None,
            "frequency",
            format!("{} {not_days}", i64::MAX),
        ),
        (
            json!({ "start_time": "12:00", "week_frequency": [] }),
            None,
            "frequency",
            "it is missing, and so is `week_frequency`; the policy needs one of them".to_owned(),
        ),
        (
            json!({ "start_time": "12:00", "week_frequency": ["MON", "mon"] }),
            None,
            "week_frequency",
            format!("`mon` {not_a_weekday}"),
        ),
        (
            weekly("12:00"),
            Some("CET"),
            "time_zone",
            "`CET` is not a time zone; write it as UTC+02:00".to_owned(),
        ),
    ] {
        let error = read(schedule, zone).unwrap_err();
        assert_eq!((error.field(), error.problem()), (field, problem.as_str()));
        assert_eq!(error.to_string(), format!("{field}: {problem}"));
    }
}

#[test]
fn start_times_of_a_request_are_strict() {
    let times: StartTimes = "22:00,00:00,02:00,22:00".parse().unwrap();
    assert_eq!(times.hours().collect::<Vec<_>>(), [0, 2, 22]);
    for text in ["", "12:30", "24:00", "1:00", "+1:00", "12", "12:00,", "12:00, 13:00", "١٢:00"] {
        assert_eq!(text.parse::<StartTimes>().unwrap_err().field(), "start_time", "{text}");
    }
}

#[test]
fn hours_are_0_to_23() {
    assert_eq!(StartTimes::new(0..24).unwrap().hours().count(), 24);
    let error = StartTimes::new([3, 24]).unwrap_err();
    assert_eq!(error.problem(), "24 is not an hour of the day; use 0 to 23");
    assert!(StartTimes::new([]).is_err() && Weekdays::new([]).is_err());
}

#[test]
fn start_times_are_sent_in_the_order_of_the_local_day() {
    for (hours, zone, start_time) in [
        ([2, 0, 22], "UTC+02:00", "22:00,00:00,02:00"),
        ([2, 0, 22], "UTC+00:00", "00:00,02:00,22:00"),
        ([2, 0, 22], "UTC-03:00", "22:00,00:00,02:00"),
        ([18, 19, 18], "UTC+05:30", "19:00,18:00"),
    ] {
        let times = StartTimes::new(hours).unwrap();
        assert_eq!(times.to_request(parse_time_zone(zone).unwrap()), start_time, "{zone}");
    }
}

#[test]
fn time_zones_are_offsets_from_utc() {
    for (zone, minutes) in
        [("UTC+02:00", 120), ("UTC-02:30", -150), ("UTC+14:59", 899), ("UTC-00:01", -1), ("UTC-00:00", 0)]
    {
        let offset = parse_time_zone(zone).unwrap();
        assert_eq!(offset.seconds(), minutes * 60, "{zone}");
    }
    for zone in [
        "",
        "CET",
        "UTC",
        "UTC+2",
        "UTC+02",
        "UTC+15:00",
        "UTC+02:60",
        "UTC 02:00",
        "UTC++2:00",
        "UTC+02:00 ",
        "UTC+٠٢:00",
        "utc+02:00",
        "UTC+002:00",
        "UTC+02:0",
    ] {
        assert_eq!(parse_time_zone(zone).unwrap_err().field(), "time_zone", "{zone}");
    }
}
