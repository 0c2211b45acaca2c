#![allow(clippy::unwrap_used)]

use std::collections::HashSet;
use std::path::Path;

use jiff::civil::date;

use super::merge::{Forgotten, Merged};
use super::spool::Group;
use super::*;
use crate::archive::manifest::Kind;

const DAY: &str = "2026-01-15";

fn partition() -> Partition {
    Partition { kind: Kind::Jobs, project_id: "p1".to_owned(), day: Some(date(2026, 1, 15)) }
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn line(policy: &str, job: &str, hour: u8, status: &str) -> String {
    format!(
        r#"{{"policy_id":"{policy}","job_id":"{job}","created_at":"{DAY}T{hour:02}:00:00Z","status":"{status}","outcome_unknown":false}}"#
    )
}

/// Merges these lines and commits. Jobs from before `before` and of `deleted` policies are forgotten.
fn export(directory: &Path, lines: &[String], before: &str, deleted: &[&str]) -> (Merged, usize) {
    let mut writer = Writer::open(directory, true).unwrap();
    for line in lines {
        let policy = Some(JobKey::parse(line).unwrap().policy_id.into_owned());
        let group = Group { kind: Kind::Jobs, project: 0, day: partition().day, policy };
        writer.spool().append(group, &format!("{line}\n")).unwrap();
    }
    assert_eq!(writer.spool().days(Kind::Jobs, 0).len(), 1);
    let forgotten =
        Forgotten { before: time(before), policies: deleted.iter().copied().collect::<HashSet<_>>() };
    let merged = writer.merge_jobs(0, &partition(), &forgotten).unwrap();
    let changed = writer.commit(time("2026-02-01T00:00:00Z"), Vec::new(), Vec::new()).unwrap();
    (merged, changed)
}

fn read(directory: &Path) -> Vec<String> {
    let archive = Archive::open(directory).unwrap().unwrap();
    let text = archive.lines(Kind::Jobs, "p1").unwrap().unwrap().concat();
    text.lines().map(str::to_owned).collect()
}

fn ids(directory: &Path) -> Vec<String> {
    let lines = read(directory);
    lines.iter().map(|line| JobKey::parse(line).unwrap().job_id.into_owned()).collect()
}

const LONG_AGO: &str = "2026-01-01T00:00:00Z";

#[test]
fn jobs_of_the_same_time_keep_the_order_of_the_service() {
    let directory = tempfile::tempdir().unwrap();
    let job = |job: &str, hour| line("b", job, hour, "EXECUTE_SUCCESS");
    export(directory.path(), &[job("x", 3), job("a", 3), job("m", 3), job("c", 1)], LONG_AGO, &[]);
    assert_eq!(ids(directory.path()), ["x", "a", "m", "c"]);
    // The page ended within them.
    export(directory.path(), &[job("z", 5), job("x", 3), job("a", 3)], LONG_AGO, &[]);
    assert_eq!(ids(directory.path()), ["z", "x", "a", "m", "c"]);
    export(directory.path(), &[line("a", "other", 2, "RUNNING")], LONG_AGO, &[]);
    assert_eq!(ids(directory.path()), ["other", "z", "x", "a", "m", "c"]);
}

#[test]
fn job_that_was_received_twice_is_written_once_in_its_last_state() {
    let directory = tempfile::tempdir().unwrap();
    let jobs =
        [line("b", "j1", 3, "RUNNING"), line("b", "j2", 2, "SKIP"), line("b", "j1", 3, "EXECUTE_FAIL")];
    let (merged, _) = export(directory.path(), &jobs, LONG_AGO, &[]);
    assert_eq!((merged.new, merged.changed), (2, 0));
    assert_eq!(read(directory.path()), [&jobs[2], &jobs[1]].map(Clone::clone));
}

#[test]
fn newest_state_replaces_the_one_in_the_archive() {
    let directory = tempfile::tempdir().unwrap();
    let running = line("b", "j1", 3, "RUNNING");
    let (merged, _) = export(directory.path(), std::slice::from_ref(&running), LONG_AGO, &[]);
    assert_eq!(merged.unfinished["b"], time("2026-01-15T03:00:00Z"));
    let ended = line("b", "j1", 3, "EXECUTE_SUCCESS");
    let (merged, changed) = export(directory.path(), std::slice::from_ref(&ended), LONG_AGO, &[]);
    assert_eq!(merged, Merged { changed: 1, ..Merged::default() });
    assert!(changed > 0);
    assert_eq!(read(directory.path()), [ended]);
}

#[test]
fn unfinished_jobs_that_were_forgotten_have_an_unknown_outcome() {
    let jobs = [
        line("a", "waiting", 4, "WAITING"),
        line("b", "running", 3, "RUNNING"),
        line("b", "ended", 2, "EXECUTE_FAIL"),
        line("b", "listed", 1, "RUNNING"),
    ];
    // By their age, and by their policy.
    for (before, deleted, unknown) in
        [("2026-01-16T00:00:00Z", &[][..], &["waiting", "running"][..]), (LONG_AGO, &["a"], &["waiting"])]
    {
        let directory = tempfile::tempdir().unwrap();
        export(directory.path(), &jobs, LONG_AGO, &[]);
        let (merged, _) = export(directory.path(), &jobs[3..], before, deleted);
        assert_eq!(merged.changed, unknown.len() as u64);
        let expected = jobs.iter().map(|line| match unknown.iter().any(|job| line.contains(job)) {
            true => line.replace("\"outcome_unknown\":false", "\"outcome_unknown\":true"),
            false => line.clone(),
        });
        assert_eq!(read(directory.path()), expected.collect::<Vec<_>>());
        // It is not counted twice.
        let (merged, changed) = export(directory.path(), &jobs[3..], before, deleted);
        assert_eq!((merged.new, merged.changed, changed), (0, 0, 0));
        // The service lists them again.
        export(directory.path(), &jobs, before, deleted);
        assert_eq!(read(directory.path()), jobs);
    }
}

#[test]
fn writer_that_does_not_commit_leaves_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let archive = directory.path().join("archive");
    let mut writer = Writer::open(&archive, false).unwrap();
    writer.replace(&partition(), [("{}", None)]).unwrap();
    assert_eq!(Layout::read(&archive).unwrap().files.len(), 1);
    drop(writer);
    assert!(Layout::read(&archive).unwrap().files.is_empty());
    assert_eq!(fs::read_dir(&archive).unwrap().count(), 1, "only the lock is left");
}
