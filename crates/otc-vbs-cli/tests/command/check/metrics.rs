//! The formats for monitoring systems.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::support::{output_text, run, vbs};

/// If this variable is set, as in CI, a missing promtool is a failure. Otherwise, it is not run.
const REQUIRED: &str = "VBS_REQUIRE_PROMTOOL";

/// Checks metrics with Prometheus's own tool. It is in Debian's package `prometheus`.
fn check_with_promtool(metrics: &str) {
    let mut command = Command::new("promtool");
    command.args(["check", "metrics"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut promtool = match command.spawn() {
        Ok(promtool) => promtool,
        Err(error) => {
            assert!(std::env::var_os(REQUIRED).is_none(), "can't run promtool: {error}");
            // The macros would show nothing if the test passes.
            let text = format!("NOT CHECKED: can't run promtool: {error}\n");
            std::io::stderr().write_all(text.as_bytes()).unwrap();
            return;
        }
    };
    promtool.stdin.take().unwrap().write_all(metrics.as_bytes()).unwrap();
    let output = promtool.wait_with_output().unwrap();
    assert!(output.status.success(), "{}\n{metrics}", output_text(&output));
    assert_eq!(output_text(&output), "exit code: 0\n--- standard output\n--- standard error\n", "{metrics}");
}

#[test]
fn promtool_accepts_the_metrics() {
    for command in ["--sandbox check", "--sandbox check --policy nightly --max-age 30m", "check"] {
        let output = vbs(&format!("{command} -o prometheus")).output().unwrap();
        let metrics = String::from_utf8(output.stdout).unwrap();
        assert!(metrics.contains("\nvbs_check_severity "), "{command}: {metrics}");
        check_with_promtool(&metrics);
    }
}

/// The text and the performance data of a line.
fn parts(line: &str) -> (&str, Vec<Data<'_>>) {
    let (text, data) = line.split_once(" | ").unwrap();
    (text, performance(data))
}

/// `'label'=value[UOM];[warn];[crit];[min];[max]`
#[derive(Debug)]
struct Data<'a> {
    label: &'a str,
    value: u64,
    unit: &'a str,
    /// The rest: the highest value without a warning and without a failure, the least and the highest value.
    numbers: Vec<Option<u64>>,
}

fn performance(mut rest: &str) -> Vec<Data<'_>> {
    let mut all = Vec::new();
    while !rest.is_empty() {
        let (label, after) = match rest.strip_prefix('\'') {
            Some(quoted) => quoted.split_once("'=").unwrap(),
            None => rest.split_once('=').unwrap(),
        };
        assert!(rest.starts_with('\'') || !label.contains([' ', '=', '\'']), "{label}");
        let (numbers, others) = after.split_once(' ').unwrap_or((after, ""));
        let mut numbers = numbers.split(';');
        let value = numbers.next().unwrap();
        let digits = value.find(|character: char| !character.is_ascii_digit()).unwrap_or(value.len());
        let (value, unit) = value.split_at(digits);
        assert!(["", "s", "%", "B", "c"].contains(&unit), "{unit}");
        let numbers = numbers.map(|number| (!number.is_empty()).then(|| number.parse().unwrap()));
        all.push(Data { label, value: value.parse().unwrap(), unit, numbers: numbers.collect() });
        rest = others;
    }
    all
}

#[test]
fn nagios_line_follows_the_guidelines() {
    let line = String::from_utf8(vbs("--sandbox check -o nagios").output().unwrap().stdout).unwrap();
    assert!(line.ends_with('\n') && line.lines().count() == 1 && line.len() < 4096, "{line}");
    assert_eq!(line.matches('|').count(), 1, "{line}");
    let (text, data) = parts(line.trim_end());
    assert!(text.starts_with("VBS CRITICAL - "), "{text}");
    for datum in &data {
        assert!(datum.numbers.len() <= 4, "{datum:?}");
        let labels = data.iter().filter(|other| other.label == datum.label).count();
        assert_eq!(labels, 1, "{datum:?}");
        if let Some(&[_, _, Some(least), most]) = datum.numbers.first_chunk() {
            assert!(least <= datum.value && most.is_none_or(|most| datum.value <= most), "{datum:?}");
        }
    }
    let of = |label: &str| data.iter().find(|datum| datum.label == label).unwrap();
    assert_eq!((of("failed").value, of("failed").numbers[1]), (2, Some(0)), "one failure is critical");
    assert_eq!((of("skipped").value, of("skipped").numbers[0]), (2, Some(0)), "a skipped disk is a warning");
    assert_eq!(of("oldest_good").unit, "s");
    let verdicts = ["ok", "failed", "missed", "unknown", "late", "skipped", "never", "off"];
    let disks: u64 = verdicts.iter().map(|verdict| of(verdict).value).sum();
    assert_eq!(disks, of("disks").value);
}

#[test]
fn failed_check_is_one_line_without_data() {
    let output_text = run("check -o nagios");
    let line = output_text.lines().nth(2).unwrap();
    assert!(output_text.starts_with("exit code: 3\n") && line.starts_with("VBS UNKNOWN - "), "{output_text}");
    assert!(!line.contains('|'), "{line}");
}
