//! Tests of the model, by jobs in a few words, and of the page with hostile names.

#![allow(clippy::unwrap_used)]

use jiff::Timestamp;
use jiff::tz::TimeZone;
use otc_vbs::types::{BackupPolicy, PolicyStatus};

use super::days::{DayState, MAX_DAYS, Window};
use super::figures::Hour;
use super::model::{PolicyReport, Report};
use super::policy::policy_report;
use super::{html, text};
use crate::archive::manifest::Gap;
use crate::check::read::JobsRead;
use crate::check::tests::support::{at, jobs, policy, schedule};
use crate::connect::Place;
use crate::output::{Format, Options, View};
use crate::policies::Policy;

fn place(project: &str) -> Place {
    Place {
        project: project.to_owned(),
        region: Some("eu-de".to_owned()),
        cloud: None,
        is_one_of_several: false,
    }
}

fn window(since: &str, now: &str) -> Window {
    Window::new(at(since), at(now)).unwrap()
}

/// The report of a policy of 2026-01-10 to 2026-01-15 06:00.
fn report_of(listed: &BackupPolicy, read: &JobsRead) -> PolicyReport {
    report_in(&window("10 00:00", "15 06:00"), listed, read)
}

fn report_in(window: &Window, listed: &BackupPolicy, read: &JobsRead) -> PolicyReport {
    report_with_gaps(window, listed, read, &[])
}

fn report_with_gaps(window: &Window, listed: &BackupPolicy, read: &JobsRead, gaps: &[Gap]) -> PolicyReport {
    let id = listed.backup_policy_id.clone();
    let named = Policy { id, name: Some("nightly".to_owned()), label: "nightly".to_owned() };
    policy_report(&place("eu-de_shop"), &named, listed, read, gaps, window)
}

/// The strips of the disks: `a ++M.`
fn strips(report: &PolicyReport) -> Vec<String> {
    let strip = |days: &[DayState]| days.iter().map(|state| state.symbol()).collect::<String>();
    report.disks.iter().map(|disk| format!("{} {}", disk.resource_id, strip(&disk.days))).collect()
}

const EVERY_DAY: &str = "
    a 10 01:00 ok
    a 11 01:00 ok
    a 12 01:00 ok
    a 13 01:00 ok
    a 14 01:00 ok
    a 15 01:00 ok";

#[test]
fn day_without_the_job_that_was_due_is_missed() {
    let jobs = jobs(
        "
        a 10 01:00 ok
        a 11 01:00 ok
        a 13 01:00 ok
        a 14 01:00 ok",
    );
    // The backup of today is not overdue before its grace period ends.
    let report = report_of(&policy("01:00", 1), &jobs);
    assert_eq!(strips(&report), ["a ++M++."]);
    assert_eq!((report.figures.counts.missed, report.figures.counts.success_percent), (1, Some(80.0)));
    let later = report_in(&window("10 00:00", "15 07:00"), &policy("01:00", 1), &jobs);
    assert_eq!(strips(&later), ["a ++M++M"]);
}

#[test]
fn backup_whose_job_may_be_lost_is_unknown_instead_of_missed() {
    let jobs = jobs("a 10 01:00 ok\na 14 01:00 ok\na 15 01:00 ok");
    let listed = policy("01:00", 1);
    let gap = |policy: &str| Gap { policy_id: policy.to_owned(), from: at("12 00:00"), to: at("13 00:00") };
    let window = window("10 00:00", "15 06:00");
    let report = report_with_gaps(&window, &listed, &jobs, &[gap(listed.backup_policy_id.as_str())]);
    // A job of the 11th may have been created late, within the gap.
    assert_eq!(strips(&report), ["a +??M++"]);
    assert_eq!(report.figures.counts.missed, 1);
    assert_eq!(strips(&report_with_gaps(&window, &listed, &jobs, &[gap("other")])), ["a +MMM++"]);
}

#[test]
fn day_on_which_nothing_is_due_is_none_due() {
    let mut weekly = policy("01:00", 1);
    schedule(&mut weekly).frequency = None;
    // 2026-01-11 and 2026-01-14.
    schedule(&mut weekly).week_frequency = Some(vec!["SUN".into(), "WED".into()]);
    let report = report_of(&weekly, &jobs("a 11 01:00 ok\na 14 01:00 ok"));
    assert_eq!(strips(&report), ["a .+..+."]);
}

#[test]
fn nothing_is_due_before_the_first_job_of_a_disk_and_after_its_removal() {
    let removed = "
        b 10 01:00 ok
        b 11 01:00 ok";
    let added = "
        c 14 01:00 ok
        c 15 01:00 ok";
    let report = report_of(&policy("01:00", 2), &jobs(&format!("{EVERY_DAY}{removed}{added}")));
    assert_eq!(strips(&report), ["a ++++++", "b ++....", "c ....++"]);
    assert_eq!(report.figures.counts.missed, 0);
}

#[test]
fn disk_shows_the_worst_of_the_day() {
    for (states, worst) in [
        ("ok skip", 'S'),
        ("ok running", 'R'),
        ("skip running", 'S'),
        ("ok fail timeout", 'F'),
        ("ok timeout skip", 'T'),
        ("ok STRANGE", '?'),
        ("fail STRANGE", 'F'),
        ("ok ok", '+'),
    ] {
        let lines: Vec<String> = states
            .split(' ')
            .enumerate()
            .map(|(hour, status)| format!("a 15 0{}:00 {status}", hour + 1))
            .collect();
        let report =
            report_in(&window("15 00:00", "15 06:00"), &policy("01:00", 1), &jobs(&lines.join("\n")));
        assert_eq!(strips(&report), [format!("a {worst}")], "{states}");
    }
    // One of two runs of the day has no job.
    let report = report_of(&policy("01:00,13:00", 1), &jobs("a 14 01:00 ok\na 15 01:00 ok"));
    assert_eq!(strips(&report), ["a ....M+"]);
}

#[test]
fn day_of_a_policy_that_is_off_is_none_due() {
    let mut off = policy("01:00", 1);
    schedule(&mut off).status = Some(PolicyStatus::Off);
    let report = report_of(&off, &jobs("a 11 01:00 ok"));
    assert_eq!(strips(&report), ["a .+...."]);
    assert_eq!(report.notes, ["switched off; its last job was 2026-01-11"]);
}

#[test]
fn day_without_jobs_is_unknown_if_that_cannot_be_told() {
    let mut unreadable = policy("01:00", 1);
    schedule(&mut unreadable).start_time = Some("soon".to_owned());
    let report = report_of(&unreadable, &jobs("a 11 01:00 ok"));
    assert_eq!(strips(&report), ["a ?+????"]);
    assert_eq!(report.notes.len(), 1, "{:?}", report.notes);

    // The job that can't be read may be that of the disk.
    let read =
        JobsRead { undecodable: 1, ..jobs("a 11 01:00 ok\na 13 01:00 ok\na 14 01:00 ok\na 15 01:00 ok") };
    let report = report_of(&policy("01:00", 1), &read);
    assert_eq!((strips(&report), report.figures.counts.missed), (vec!["a .+?+++".to_owned()], 0));
}

#[test]
fn durations_are_those_of_successful_jobs() {
    let durations = |lines: &str| {
        let durations = report_of(&policy("01:00", 1), &jobs(lines)).figures.durations;
        (durations.median_seconds, durations.slowest_seconds)
    };
    assert_eq!(durations("a 14 01:00 fail"), (None, None));
    assert_eq!(durations("a 14 01:00 ok 7"), (Some(420), Some(420)));
    // Of an even number, the mean of the two in the middle.
    assert_eq!(durations("a 13 01:00 ok 10\na 14 01:00 ok 40\na 14 02:00 fail"), (Some(1500), Some(2400)));
    assert_eq!(durations("a 12 01:00 ok 1\na 13 01:00 ok 90\na 14 01:00 ok 3"), (Some(180), Some(5400)));
}

#[test]
fn only_jobs_of_the_window_count() {
    let read = jobs(&format!("a 08 01:00 fail\na 09 01:00 fail{EVERY_DAY}"));
    let report = report_of(&policy("01:00", 1), &read);
    assert_eq!((report.figures.counts.jobs, report.figures.counts.failed), (6, 0));
    assert!(report.figures.causes.is_empty());
}

#[test]
fn causes_are_counted_by_code_with_what_to_do() {
    let report = report_of(
        &policy("01:00", 2),
        &jobs("a 12 01:00 fail\na 13 01:00 fail\nb 14 01:00 fail\na 14 01:00 timeout\na 15 01:00 ok"),
    );
    let causes: Vec<(Option<&str>, u64, bool)> = report
        .figures
        .causes
        .iter()
        .map(|cause| (cause.code.as_deref(), cause.jobs, cause.action.is_some()))
        .collect();
    assert_eq!(causes, [(Some("VolumeBackup.0021"), 3, true), (None, 1, false)]);
    // Job 2 is the newest of the three.
    assert_eq!(report.figures.causes[0].newest_job_id, "job-2");
    assert_eq!(report.figures.causes[1].meaning, "timed out");
}

#[test]
fn job_is_load_of_its_first_hour_and_of_those_in_which_it_runs() {
    let report =
        report_of(&policy("22:00", 1), &jobs("a 13 22:30 ok 100\na 14 23:00 ok 5\na 15 04:00 running"));
    let busy: Vec<&Hour> = report.figures.hours.iter().filter(|hour| hour.running > 0).collect();
    let busy: Vec<(u8, u64, u64)> = busy.iter().map(|hour| (hour.hour, hour.started, hour.running)).collect();
    assert_eq!(busy, [(0, 0, 1), (4, 1, 1), (5, 0, 1), (6, 0, 1), (22, 1, 1), (23, 1, 2)]);
}

#[test]
fn total_is_that_of_all_policies() {
    let one = report_of(&policy("01:00", 1), &jobs("a 13 01:00 fail\na 14 01:00 ok 10\na 15 01:00 ok 20"));
    let other = report_of(&policy("01:00", 1), &jobs("b 14 01:00 fail\nb 15 01:00 ok 60"));
    let report = Report::new(&window("10 00:00", "15 06:00"), vec![one, other], Vec::new());
    let total = &report.total;
    assert_eq!((report.disks, total.counts.jobs, total.counts.ok, total.counts.failed), (2, 5, 3, 2));
    assert_eq!(total.counts.success_percent, Some(60.0));
    assert_eq!((total.durations.median_seconds, total.durations.slowest_seconds), (Some(1200), Some(3600)));
    assert_eq!((total.causes.len(), total.causes[0].jobs), (1, 2));
    assert_eq!(total.hours[1].started, 5);
}

#[test]
fn share_of_success_is_rounded_down() {
    let good = (0..1999).map(|number| format!("a{number} 14 01:00 ok\n")).collect::<String>();
    let report = report_in(
        &window("14 00:00", "14 06:00"),
        &policy("01:00", 2000),
        &jobs(&format!("{good}b 14 01:00 fail")),
    );
    assert_eq!(report.figures.counts.success_percent, Some(99.9));
}

#[test]
fn window_is_limited() {
    let now = at("15 06:00");
    let ago = |days: i64| now - jiff::SignedDuration::from_hours(24 * days);
    assert_eq!(Window::new(ago(30), now).unwrap().days.len(), 31);
    assert!(Window::new(ago(MAX_DAYS as i64 - 1), now).is_some());
    assert!(Window::new(ago(MAX_DAYS as i64), now).is_none());
    assert!(Window::new(now, ago(1)).is_none());
}

/// A long window, in which each disk has a strip of several blocks.
#[test]
fn long_strips_are_in_blocks_of_the_width() {
    let window = Window::new("2025-10-01T00:00:00Z".parse::<Timestamp>().unwrap(), at("15 06:00")).unwrap();
    let one = report_in(&window, &policy("01:00", 1), &jobs(EVERY_DAY));
    let report = Report::new(&window, vec![one], Vec::new());
    for width in [60, 80, 120, 200] {
        let text = text::page(&report, &options(), Some(width), false);
        let longest = text.lines().map(console::measure_text_width).max().unwrap();
        assert!(longest <= width, "{width}: {text}");
        let states: usize =
            text.lines().filter_map(|line| line.strip_prefix("  a  ")).map(|strip| strip.trim().len()).sum();
        assert_eq!(states, report.days.len(), "{width}: {text}");
    }
}

fn options() -> Options {
    Options { format: Format::Table, columns: Vec::new(), zone: TimeZone::UTC, widths: Vec::new() }
}

#[test]
fn hostile_names_are_harmless_in_a_page() {
    const HOSTILE: &str =
        "\"><script>alert(1)</script><img src=x onerror='a()'>&lt;\u{202e}\u{2066}\u{200b}\u{1b}]0;x\u{7}\n";
    let window = window("10 00:00", "15 06:00");
    let read = jobs("a 14 01:00 fail\na 15 01:00 ok");
    let mut one = report_in(&window, &policy("01:00", 1), &read);
    one.label = HOSTILE.to_owned();
    one.project = HOSTILE.to_owned();
    one.policy_id = HOSTILE.to_owned();
    one.notes = vec![HOSTILE.to_owned()];
    one.disks[0].disk_name = Some(HOSTILE.to_owned());
    one.disks[0].resource_id = HOSTILE.to_owned();
    one.figures.causes[0].code = Some(HOSTILE.to_owned());
    one.figures.causes[0].meaning = HOSTILE.to_owned();
    one.figures.causes[0].action = Some(HOSTILE.to_owned());
    one.figures.causes[0].command = Some(HOSTILE.to_owned());
    let mut other = one.clone();
    other.project = "another".to_owned();
    let report = Report::new(&window, vec![one, other], vec![HOSTILE.to_owned()]);
    let page = html::page(&report, &View { zone: TimeZone::UTC });
    let text = text::page(&report, &options(), Some(80), false);
    for hidden in ['\u{202e}', '\u{2066}', '\u{200b}', '\u{1b}', '\u{7}'] {
        assert!(!page.contains(hidden) && !text.contains(hidden), "{hidden:?}: {text}");
    }
    assert!(!page.contains("<script") && !page.contains("<img"));
    assert!(page.contains("&quot;&gt;&lt;script&gt;alert(1)"));
}
