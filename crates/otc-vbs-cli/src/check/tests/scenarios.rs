//! Tables: a policy and its jobs, and the findings that follow.

#![allow(clippy::unwrap_used)]

use jiff::SignedDuration;
use otc_vbs::types::{BackupPolicy, PolicyStatus};
use serde_json::json;

use super::support::{at, jobs, policy, schedule, short};
use crate::check::finding::{PolicyCheck, Severity, Verdict};
use crate::check::plan::Options;
use crate::check::verdict::{check_policy, unreadable_policy};

fn check(policy: &BackupPolicy, lines: &str, now: &str) -> PolicyCheck {
    check_policy(policy, &jobs(lines), at(now), &Options::default())
}

/// Every row: what it shows, the number of disks, the jobs (`;` between them), now, and the findings.
#[track_caller]
fn table(start_time: &str, rows: &[(&str, u64, &str, &str, &str)]) {
    for (rule, disks, lines, now, expected) in rows {
        let found = check(&policy(start_time, *disks), &lines.replace(';', "\n"), now);
        assert_eq!(short(&found), *expected, "{rule}");
    }
}

#[test]
fn verdicts_follow_from_the_newest_due_run() {
    let nights = "a 13 01:01 ok; a 14 01:01 ok";
    let row = |last: &str| format!("{nights}; {last}");
    table(
        "01:00",
        &[
            ("succeeded", 1, &row("a 15 01:01 ok"), "15 06:00", "a ok"),
            ("failed", 1, &row("a 15 01:01 fail"), "15 06:00", "a failed"),
            ("timed out", 1, &row("a 15 01:01 timeout"), "15 06:00", "a failed"),
            ("skipped", 1, &row("a 15 01:01 skip"), "15 06:00", "a skipped"),
            ("a status that is not listed", 1, &row("a 15 01:01 PAUSED"), "15 06:00", "a unknown"),
            ("in progress within the grace", 1, &row("a 15 01:01 running"), "15 02:00", "a ok"),
            ("waits beyond the grace", 1, &row("a 15 01:01 waiting"), "15 07:02", "a late"),
            (
                "in progress after a failed night",
                1,
                "a 13 01:01 ok; a 14 01:01 fail; a 15 01:01 running",
                "15 02:00",
                "a failed",
            ),
            ("no job within the grace", 1, nights, "15 06:59", "a ok"),
            ("no job after the grace", 1, nights, "15 07:00", "a missed"),
            ("no job for a day", 1, "a 13 01:01 ok", "15 00:59", "a missed"),
            (
                "no job last night, tonight's in progress",
                1,
                "a 13 01:01 ok; a 15 01:01 running",
                "15 01:30",
                "a missed",
            ),
            ("nothing was due since the first job of a new policy", 1, "a 15 10:05 ok", "15 20:00", "a ok"),
            ("the first run of a new policy, an hour ago", 1, "a 15 01:01 ok", "15 02:00", "a ok"),
            ("created after now", 1, &row("a 15 01:01 fail"), "15 01:00", "a ok"),
        ],
    );
}

#[test]
fn manual_runs_make_up_for_failed_ones() {
    let before = "a 13 01:01 ok; a 14 01:01 ok";
    let row = |last: &str| format!("{before}; {last}");
    table(
        "01:00",
        &[
            ("after a failure", 1, &row("a 15 01:01 fail; a 15 08:00 ok"), "15 09:00", "a ok"),
            ("after a missed run", 1, &row("a 15 08:00 ok"), "15 09:00", "a ok"),
            (
                "in progress after a failure",
                1,
                &row("a 15 01:01 fail; a 15 08:00 running"),
                "15 08:05",
                "a failed",
            ),
            ("skipped after a failure", 1, &row("a 15 01:01 fail; a 15 08:00 skip"), "15 08:05", "a failed"),
            ("failed after a success", 1, &row("a 15 01:01 ok; a 15 08:00 fail"), "15 09:00", "a ok"),
            (
                "a failed one is not the run of the next night",
                1,
                &row("a 14 20:00 fail; a 15 01:01 ok"),
                "15 06:00",
                "a ok",
            ),
        ],
    );
}

#[test]
fn every_start_time_of_a_day_is_due() {
    table(
        "22:00,04:00",
        &[
            ("both succeeded", 1, "a 13 22:01 ok; a 14 04:01 ok; a 14 22:01 ok", "15 03:00", "a ok"),
            (
                "the later one failed",
                1,
                "a 13 22:01 ok; a 14 04:01 ok; a 14 22:01 fail",
                "15 03:00",
                "a failed",
            ),
            (
                "the earlier one failed",
                1,
                "a 13 22:01 ok; a 14 04:01 fail; a 14 22:01 ok",
                "15 03:00",
                "a ok",
            ),
            ("the later one is missing", 1, "a 13 22:01 ok; a 14 04:01 ok", "15 04:00", "a missed"),
        ],
    );
    // Every hour is due, and the runs of the last six hours are within the grace.
    let hourly: Vec<String> = (0..24).map(|hour| format!("{hour:02}:00")).collect();
    table(
        &hourly.join(","),
        &[
            ("the last one is missing", 1, "a 15 03:01 ok; a 15 04:01 ok", "15 06:00", "a ok"),
            ("seven are missing", 1, "a 14 22:01 ok; a 14 23:01 ok", "15 06:00", "a missed"),
        ],
    );
}

#[test]
fn weekdays_are_local() {
    let mut weekly = policy("22:00", 1);
    schedule(&mut weekly).frequency = None;
    schedule(&mut weekly).week_frequency = Some(vec!["SUN".into()]);
    weekly.time_zone = Some("UTC+02:00".to_owned());
    // 2026-01-10 and 2026-01-17 are Saturdays, and 22:00 is Sunday in local time.
    let of_week = "a 03 22:01 ok\na 10 22:01 ok";
    assert_eq!(short(&check(&weekly, of_week, "17 21:59")), "a ok", "nothing was due for a week");
    assert_eq!(short(&check(&weekly, of_week, "18 04:00")), "a missed");
}

#[test]
fn jobs_show_on_which_days_a_policy_runs() {
    let mut every_three_days = policy("01:00", 1);
    schedule(&mut every_three_days).frequency = Some(3);
    let found = check(&every_three_days, "a 09 01:01 ok\na 12 01:01 ok", "14 12:00");
    assert_eq!(short(&found), "a ok");
    let found = check(&every_three_days, "a 09 01:01 ok\na 12 01:01 ok", "15 12:00");
    assert_eq!(short(&found), "a missed");

    // Only manual runs: nothing shows which days are due.
    let found = check(&every_three_days, "a 09 11:01 ok\na 12 11:01 ok", "14 12:00");
    assert_eq!((short(&found).as_str(), found.severity), ("1 unknown", Severity::Unknown));
    let found = check(&every_three_days, "a 09 11:01 ok\na 12 11:01 fail", "14 12:00");
    assert_eq!(short(&found), "a failed; 0 unknown", "a failure is one on any schedule");
    let by_age = Options { max_age: Some(SignedDuration::from_hours(72)), ..Options::default() };
    let read = jobs("a 09 11:01 ok\na 12 11:01 ok");
    assert_eq!(short(&check_policy(&every_three_days, &read, at("14 12:00"), &by_age)), "a ok");
}

#[test]
fn disks_come_and_go() {
    let three = "a 13 01:01 ok; b 13 01:01 ok; c 13 01:01 ok";
    let two = "a 14 01:01 ok; b 14 01:01 ok";
    let both = format!("{three}; {two}");
    let row = |last: &str| format!("{both}; {last}");
    table(
        "01:00",
        &[
            ("removed before the newest run", 2, &both, "14 08:00", "c removed; a ok; b ok"),
            (
                "removed before an earlier run",
                2,
                &row("a 15 01:01 ok; b 15 01:01 ok"),
                "15 08:00",
                "a ok; b ok",
            ),
            ("missing from the newest run", 3, &both, "14 08:00", "c missed; a ok; b ok"),
            (
                "added, not due yet",
                3,
                "a 13 01:01 ok; b 13 01:01 ok; a 14 01:01 ok; b 14 01:01 ok",
                "14 08:00",
                "1 never; a ok; b ok",
            ),
            (
                "added, in progress",
                3,
                "a 13 01:01 ok; b 13 01:01 ok; a 14 01:01 ok; b 14 01:01 ok; c 14 01:01 running",
                "14 01:30",
                "a ok; b ok; c ok",
            ),
            (
                "added, backed up",
                3,
                &row("a 15 01:01 ok; b 15 01:01 ok; d 15 01:01 ok"),
                "15 08:00",
                "a ok; b ok; d ok",
            ),
            (
                "one of two is missing: that which was seen last",
                2,
                "a 12 01:01 ok; b 12 01:01 ok; c 12 01:01 ok; a 13 01:01 ok; b 13 01:01 ok; a 14 01:01 ok",
                "14 08:00",
                "b missed; a ok",
            ),
            (
                "removed two runs ago, another added since",
                3,
                &row("a 15 01:01 ok; b 15 01:01 ok"),
                "15 08:00",
                "1 never; a ok; b ok",
            ),
            ("removed after the newest run", 1, two, "14 08:00", "a ok; b ok"),
            ("all removed", 0, two, "14 08:00", "a removed; b removed"),
            ("a new policy", 5, "", "14 08:00", "5 never"),
            ("a policy without disks", 0, "", "14 08:00", ""),
            ("a whole run is missing", 2, two, "15 08:00", "a missed; b missed"),
            (
                "half of a run is created",
                2,
                "a 13 01:01 ok; b 13 01:01 ok; a 14 01:01 running",
                "14 01:02",
                "a ok; b ok",
            ),
        ],
    );
}

#[test]
fn silence_is_unknown() {
    let nights = "a 13 01:01 ok\nb 13 01:01 ok\na 14 01:01 ok";
    let mut uncounted = policy("01:00", 2);
    uncounted.policy_resource_count = None;
    assert_eq!(short(&check(&uncounted, nights, "14 08:00")), "0 unknown; b unknown; a ok");

    let mut odd = policy("01:00", 2);
    schedule(&mut odd).status = Some("PAUSED".into());
    assert_eq!(short(&check(&odd, "a 14 01:01 ok\nb 14 01:01 fail", "14 08:00")), "b failed; 1 unknown");
    schedule(&mut odd).status = None;
    assert_eq!(short(&check(&odd, "a 14 01:01 ok\nb 14 01:01 ok", "14 08:00")), "2 unknown");

    let mut unreadable = policy("25:00", 1);
    assert_eq!(short(&check(&unreadable, "a 14 01:01 ok", "14 08:00")), "1 unknown");
    unreadable.scheduled_policy = None;
    assert_eq!(short(&check(&unreadable, "a 14 01:01 ok", "14 08:00")), "1 unknown");

    let undated = "a 13 01:01 ok\na ? ? ok";
    assert_eq!(short(&check(&policy("01:00", 1), undated, "14 08:00")), "a unknown");
    assert_eq!(short(&check(&policy("01:00", 1), "a ? ? ok", "14 08:00")), "a unknown");
    let failed = "a 14 01:01 fail\na ? ? ok";
    assert_eq!(short(&check(&policy("01:00", 1), failed, "14 08:00")), "a failed");

    let nameless = "a 13 01:01 ok\nb 13 01:01 ok\na 14 01:01 ok\n- 14 01:01 ok";
    assert_eq!(short(&check(&policy("01:00", 2), nameless, "14 08:00")), "0 unknown; b unknown; a ok");
    let nameless = "a 13 01:01 ok\na 14 01:01 ok\n- 14 01:01 ok";
    assert_eq!(short(&check(&policy("01:00", 2), nameless, "14 08:00")), "0 unknown; a ok");
    let nameless_before = "a 12 01:01 ok\n- 13 01:01 ok\na 14 01:01 ok";
    assert_eq!(short(&check(&policy("01:00", 1), nameless_before, "14 08:00")), "a ok");

    let mut partly = jobs("a 13 01:01 ok\na 14 01:01 ok");
    partly.undecodable = 1;
    let found = check_policy(&policy("01:00", 1), &partly, at("14 08:00"), &Options::default());
    assert_eq!(short(&found), "0 unknown; a ok");
    assert_eq!(found.severity, Severity::Unknown);

    let found = unreadable_policy(&policy("01:00", 4), "can't list its jobs: HTTP 503");
    assert_eq!((short(&found).as_str(), found.disks, found.severity), ("4 unknown", 4, Severity::Unknown));
}

#[test]
fn highest_age_overrides_the_schedule() {
    let options = Options { max_age: Some(SignedDuration::from_hours(26)), ..Options::default() };
    for (lines, now, expected) in [
        ("a 14 01:01 ok", "15 03:00", "a ok"),
        ("a 14 01:01 ok", "15 03:02", "a missed"),
        ("a 14 01:01 ok\na 15 01:01 fail", "15 03:00", "a ok"),
        ("a 14 01:01 ok\na 15 01:01 fail", "15 04:00", "a failed"),
        ("a 14 01:01 ok\na 15 01:01 running", "15 04:00", "a missed"),
        ("a 15 01:01 running", "15 04:00", "a ok"),
        ("a 15 01:01 running", "15 08:00", "a late"),
    ] {
        let found = check_policy(&policy("01:00", 1), &jobs(lines), at(now), &options);
        assert_eq!(short(&found), expected, "{lines}");
    }
}

#[test]
fn ignored_disks_have_no_finding() {
    let lines = "61e28a73-1 14 01:01 fail\nb 14 01:01 ok\n61e28a73-1 13 01:01 fail\nb 13 01:01 ok";
    for ignored in ["61e28a73-1", "61e28a73"] {
        let options = Options { ignored: vec![ignored.to_owned()], ..Options::default() };
        let found = check_policy(&policy("01:00", 2), &jobs(lines), at("14 08:00"), &options);
        assert_eq!((short(&found).as_str(), found.disks, found.backed_up), ("b ok", 1, 1));
    }
    let options = Options { ignored: vec!["61e28".to_owned()], ..Options::default() };
    let found = check_policy(&policy("01:00", 2), &jobs(lines), at("14 08:00"), &options);
    assert_eq!(short(&found), "61e28a73-1 failed; b ok", "too short for a prefix");
}

#[test]
fn details_are_sentences() {
    let nights: Vec<String> = (1..=14).map(|day| format!("a {day:02} 01:02 ok {}", 17 + day)).collect();
    let nights = nights.join("\n");
    let detail = |policy: &BackupPolicy, lines: &str, now: &str| {
        let found = check(policy, lines, now);
        found.findings[0].detail.clone().unwrap_or_default()
    };
    let daily = policy("01:00", 1);
    for (last, now, expected) in [
        ("a 15 01:02 running", "15 06:03", "running for 5h 1m; the last 14 took 31m at most"),
        ("a 15 01:02 fail", "15 06:03", "VolumeBackup.0021: the disk does not exist"),
        ("a 15 01:02 timeout", "15 06:03", "timed out"),
        ("a 15 01:02 skip", "15 06:03", "the job of 2026-01-15 01:02Z was skipped"),
        (
            "",
            "15 08:00",
            "no job for the run of 2026-01-15 01:00Z; no disk of the policy has one: the policy may have been off or changed",
        ),
        (
            "",
            "17 08:00",
            "no job for the last 3 runs; the last job was 2026-01-14 01:02Z; no disk of the policy has one: the policy may \
             have been off or changed",
        ),
        ("b 15 01:02 ok", "15 08:00", "no job for the run of 2026-01-15 01:00Z"),
    ] {
        let policy = if last.starts_with('b') { &policy("01:00", 2) } else { &daily };
        assert_eq!(detail(policy, &format!("{nights}\n{last}"), now), expected);
    }
    let three = "a 14 01:01 ok\nb 14 01:01 ok\nc 14 01:01 ok";
    let expected = "the policy has 5 disks, the jobs of 30 days name 3";
    assert_eq!(detail(&policy("01:00", 5), three, "14 08:00"), expected);
    let expected = "the policy has 5 disks and no jobs of the last 30 days; it may be new";
    assert_eq!(detail(&policy("01:00", 5), "", "14 08:00"), expected);
    let mut off = policy("01:00", 1);
    schedule(&mut off).status = Some(PolicyStatus::Off);
    assert_eq!(detail(&off, "a 02 01:01 ok", "14 08:00"), "switched off; its last job was 2026-01-02");
    assert_eq!(detail(&off, "", "14 08:00"), "switched off; it has no jobs of the last 30 days");
}

#[test]
fn failures_are_counted_since_the_last_good_backup() {
    let lines = "a 11 01:04 ok\na 12 01:04 fail\na 13 01:04 timeout\na 13 09:00 skip\na 14 01:04 fail";
    let found = check(&policy("01:00", 1), lines, "15 00:00");
    let finding = &found.findings[0];
    assert_eq!((finding.verdict, finding.failures), (Verdict::Failed, Some(3)));
    assert_eq!(finding.last_good, Some(at("11 01:04")));
    assert_eq!(finding.age_seconds, Some((3 * 24 + 23) * 3600 - 4 * 60));
    assert_eq!(finding.failure_code.as_deref(), Some("VolumeBackup.0021"));
    assert_eq!(finding.failure_message.as_deref(), Some("the disk does not exist"));
    assert_eq!((found.disks, found.backed_up, found.severity), (1, 0, Severity::Critical));
}

#[test]
fn exit_codes_are_those_of_monitoring_plugins() {
    let mut by_severity = [Severity::Critical, Severity::Ok, Severity::Unknown, Severity::Warning];
    by_severity.sort();
    assert_eq!(by_severity.map(Severity::exit_code), [0, 1, 3, 2]);
}

#[test]
fn result_is_json_with_a_schema() {
    let found = check(&policy("01:00", 1), "a 14 01:01 ok\na 15 01:01 fail", "15 08:00");
    let json = serde_json::to_value(&found).unwrap();
    let expected = json!({
        "policy_id": "af8a20b0-117d-4fc3-ae53-aa3968a4f870",
        "severity": "critical",
        "disks": 1,
        "backed_up": 0,
        "findings": [{
            "verdict": "failed",
            "severity": "critical",
            "disk": "a",
            "disks": 1,
            "last_good": "2026-01-14T01:01:00Z",
            "age_seconds": 111_540,
            "failures": 1,
            "job_id": "job-1",
            "failure_code": "VolumeBackup.0021",
            "failure_message": "the disk does not exist",
            "detail": "VolumeBackup.0021: the disk does not exist",
        }],
    });
    assert_eq!(json, expected);
    let schema = schemars::schema_for!(PolicyCheck).to_value();
    let last_good = &schema["$defs"]["Finding"]["properties"]["last_good"];
    assert_eq!(last_good["format"], "date-time", "{schema:#}");
}
