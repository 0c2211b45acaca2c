//! Infers the day from which a policy counts from its jobs.

use super::*;

fn inferred(timetable: Timetable, created: &[&str]) -> Option<Date> {
    let created = created.iter().map(|created| time(created));
    match timetable.infer_anchor(created).days() {
        DueDays::EveryDays { anchor, .. } => anchor,
        DueDays::Weekdays(_) => None,
    }
}

fn every_three_days(created: &[&str]) -> Option<String> {
    let timetable = timetable("22:00,00:00", every(3, None), "UTC+02:00");
    inferred(timetable, created).map(|date| date.to_string())
}

#[test]
fn job_at_a_start_time_is_the_anchor() {
    for created in ["2026-01-14T22:00:00Z", "2026-01-14T22:05:00Z", "2026-01-15T00:00:01.5Z"] {
        assert_eq!(every_three_days(&[created]).as_deref(), Some("2026-01-15"), "{created}");
    }
}

#[test]
fn day_of_a_job_is_that_of_its_start_time() {
    let before_midnight = timetable("23:00", every(3, None), "UTC+00:57");
    let anchor = inferred(before_midnight, &["2026-01-15T23:04:00Z"]);
    assert_eq!(anchor, Some(Date::constant(2026, 1, 15)));
}

#[test]
fn jobs_at_other_times_do_not_count() {
    for created in ["2026-01-14T21:59:59Z", "2026-01-14T22:05:01Z", "2026-01-15T12:00:00Z"] {
        assert_eq!(every_three_days(&[created]), None, "{created}");
    }
    assert_eq!(every_three_days(&[]), None);
}

#[test]
fn most_days_win_and_the_latest_of_them_is_the_anchor() {
    let manual = "2026-01-17T22:01:00Z";
    let scheduled = ["2026-01-18T22:00:00Z", "2026-01-12T22:00:00Z"];
    let created = [scheduled[0], manual, scheduled[1]];
    assert_eq!(every_three_days(&created).as_deref(), Some("2026-01-19"));
}

#[test]
fn jobs_of_one_day_have_one_vote() {
    let manual = ["2026-01-16T22:01:00Z", "2026-01-16T22:02:00Z", "2026-01-17T00:01:00Z"];
    let scheduled = ["2026-01-15T22:00:00Z", "2026-01-12T22:00:00Z"];
    let created = [&manual[..], &scheduled[..]].concat();
    assert_eq!(every_three_days(&created).as_deref(), Some("2026-01-16"));
}

#[test]
fn a_tie_stays_unknown() {
    assert_eq!(every_three_days(&["2026-01-15T22:00:00Z", "2026-01-16T22:00:00Z"]), None);
}

#[test]
fn known_or_unneeded_anchors_are_kept() {
    let known = timetable("22:00", every(3, Some("2026-01-01")), "UTC+00:00");
    let daily = timetable("22:00", every(1, None), "UTC+00:00");
    let weekly = timetable("22:00", on(&[Weekday::Monday]), "UTC+00:00");
    for timetable in [known, daily, weekly] {
        let unchanged = timetable.clone().infer_anchor([time("2026-01-15T22:00:00Z")]);
        assert_eq!(unchanged, timetable);
    }
}

#[test]
fn inferred_anchor_predicts_the_scheduled_jobs() {
    let mut rng = fastrand::Rng::with_seed(12);
    for _ in 0..500 {
        let interval = rng.u32(2..=30);
        let hours = StartTimes::new([rng.u32(0..24), rng.u32(0..24)]).unwrap();
        let offset = Offset::from_seconds(rng.i32(-899..=899) * 60).unwrap();
        let true_days = every(interval, Some("2026-01-15"));
        let due = Timetable::new(hours, true_days, offset).due_times().unwrap();
        let now = time("2026-11-26T12:34:56Z");
        let delay = jiff::SignedDuration::from_secs(rng.i64(0..=300));
        let created: Vec<Timestamp> = (0..6).map(|n| due.nth_before(now, n).unwrap() + delay).collect();
        let timetable = Timetable::new(hours, every(interval, None), offset).infer_anchor(created);
        assert_eq!(timetable.due_times(), Ok(due));
    }
}

#[test]
fn extreme_creation_times_are_survived() {
    let days = every(2, None);
    let timetable = timetable("00:00,12:00", days, "UTC-14:00");
    assert_eq!(timetable.clone().infer_anchor([Timestamp::MIN, Timestamp::MAX]), timetable);
}
