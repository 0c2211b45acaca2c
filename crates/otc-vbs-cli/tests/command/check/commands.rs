//! The commands that `vbs check` suggests can be run.

use std::collections::BTreeSet;
use std::process::{Command, Output};

use super::{rows, utf8};
use crate::support::{answering, output_text, vbs};

/// Runs each command, those that change something with `--dry-run`. Returns what they begin with.
fn run_each(commands: &BTreeSet<String>, vbs: impl Fn(&str) -> Command) -> BTreeSet<String> {
    let run = |command: &String| {
        let arguments = command.strip_prefix("vbs ").unwrap();
        let changes = arguments.starts_with("policy ") && !arguments.starts_with("policy show ");
        let dry_run = if changes { "--dry-run" } else { "" };
        let output = vbs(&format!("{arguments} {dry_run}")).output().unwrap();
        assert!(output.status.success(), "{command}: {}", output_text(&output));
        assert!(!output.stdout.is_empty(), "{command} prints nothing");
        arguments.split(' ').take(2).collect::<Vec<_>>().join(" ")
    };
    commands.iter().map(run).collect()
}

fn commands(output: &Output) -> BTreeSet<String> {
    let rows = rows(output);
    let commands = rows.iter().filter_map(|row| row["command"].as_str());
    commands.map(str::to_owned).collect()
}

#[test]
fn commands_of_the_golden_files_can_be_run() {
    let mut all = commands(&vbs("--sandbox check -o jsonl").output().unwrap());
    let later = "--sandbox check -o jsonl --now 2026-01-20T12:00:00Z";
    all.extend(commands(&vbs(later).output().unwrap()));
    let run = run_each(&all, vbs);
    assert_eq!(Vec::from_iter(run), ["job show", "policy enable", "tasks nightly", "tasks weekly-db"]);
}

/// A service with one policy of two disks, and these jobs of it.
fn service(jobs: &'static str) -> impl Fn(&str) -> Command {
    answering(move |path| {
        let body = if path.contains("quota") {
            r#"{"quotas": {"resources": []}}"#.to_owned()
        } else if path.contains("backuptasks") {
            format!(r#"{{"count": 1, "tasks": [{jobs}]}}"#)
        } else if path.contains("/tags") {
            r#"{"tags": []}"#.to_owned()
        } else {
            r#"{"backup_policies": [{"backup_policy_id": "5e45f976-4a5e-4636-8d00-077258ef51b9",
                "backup_policy_name": "nightly", "policy_resource_count": 2, "scheduled_policy": {
                "status": "ON", "start_time": "01:00", "frequency": 1, "rentention_num": 14,
                "remain_first_backup_of_curMonth": "N"}}]}"#
                .to_owned()
        };
        (200, body)
    })
}

#[test]
fn command_for_a_disk_that_does_not_exist_removes_it() {
    let vbs = service(
        r#"{"job_id": "3ee68788-765c-41f2-a2e3-dd0eb9e9fe0d", "status": "EXECUTE_FAIL",
            "created_at": "2026-01-15T01:00:00.000", "resource_id": "61e28a73-a489-4fcd-abb2-ca299b6a556f",
            "resource_type": "volume", "code": "VolumeBackup.0021"}"#,
    );
    let output = vbs("check -o jsonl --now 2026-01-15T06:00:00Z").output().unwrap();
    let run = run_each(&commands(&output), &vbs);
    assert_eq!(Vec::from_iter(run), ["policy remove-disks", "tasks nightly"], "{}", utf8(&output.stdout));
    let remove = "vbs policy remove-disks nightly 61e28a73-a489-4fcd-abb2-ca299b6a556f";
    assert!(commands(&output).contains(remove));
}

#[test]
fn command_for_a_policy_without_jobs_shows_it() {
    let vbs = service("");
    let output = vbs("check -o jsonl --now 2026-01-15T06:00:00Z").output().unwrap();
    let run = run_each(&commands(&output), &vbs);
    assert_eq!(Vec::from_iter(run), ["policy show"], "{}", utf8(&output.stdout));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn disks_are_unknown_if_jobs_cannot_be_read() {
    let vbs = service(r#"{"status": "EXECUTE_FAIL"}"#);
    let output = vbs("check -o jsonl --now 2026-01-15T06:00:00Z").output().unwrap();
    assert!(rows(&output).iter().all(|row| row["verdict"] == "unknown"), "{}", utf8(&output.stdout));
    assert_eq!(output.status.code(), Some(3));
}
