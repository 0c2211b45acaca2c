//! The jobs that the options of `vbs tasks` select.

use crate::support::{run, stdout};

/// The ids of the jobs that a command shows.
fn jobs(arguments: &str) -> Vec<String> {
    field("job_id", arguments)
}

fn field(name: &str, arguments: &str) -> Vec<String> {
    let text = stdout(&format!("--sandbox tasks -o json {arguments}"));
    let jobs: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    jobs.iter().map(|job| job[name].as_str().unwrap().to_owned()).collect()
}

#[test]
fn marker_and_offset_skip_jobs() {
    let all = jobs("nightly");
    assert_eq!(all.len(), 20);
    assert_eq!(jobs("nightly --limit 5"), all[..5]);
    assert_eq!(jobs("nightly --limit 5 --offset 5"), all[5..10]);
    assert_eq!(jobs(&format!("nightly --limit 5 --marker {}", all[9])), all[10..15]);
    let every = jobs("nightly --all");
    assert_eq!(every.len(), 270);
    assert_eq!(every[..20], all);
    assert_eq!(jobs(&format!("nightly --all --marker {}", all[9])), every[10..]);
    assert_eq!(jobs("nightly --all --limit 100 --offset 4"), every[4..]);
    assert_eq!(jobs(&format!("nightly --job-id {}", all[7])), all[7..8]);
}

#[test]
fn since_requests_no_page_after_the_one_that_ends_the_window() {
    let window = "tasks nightly --sandbox --limit 20 --since 2026-01-08";
    let jobs = stdout(&format!("{window} -o csv")).lines().count() - 1;
    assert!(jobs > 40, "{jobs}");
    let output = run(&format!("{window} -v"));
    let requests = output.lines().filter(|line| line.contains("request: GET listBackupJobs")).count();
    // A page with an older job is the last.
    assert_eq!(requests, jobs / 20 + 1, "{output}");
}

#[test]
fn sort_dir_reverses_the_order() {
    let mut newest_first = jobs("nightly --all --sort-key created_at --sort-dir desc");
    let oldest_first = jobs("nightly --all --sort-key created_at --sort-dir asc");
    newest_first.reverse();
    assert_eq!(newest_first, oldest_first);
}

#[test]
fn status_is_accepted_in_any_form() {
    let failed = jobs("--status EXECUTE_FAIL");
    assert!(!failed.is_empty());
    assert_eq!(jobs("--status execute-fail"), failed);
    assert_eq!(jobs("--status Execute_Fail"), failed);
    let mut statuses = field("status", "--status execute-fail");
    statuses.dedup();
    assert_eq!(statuses, ["EXECUTE_FAIL"]);
}

#[test]
fn policies_by_name_or_id_keep_the_order_of_the_arguments() {
    let id = field("policy_id", "month-end --limit 1").remove(0);
    let both = field("policy_name", &format!("{id} nightly month-end --limit 1"));
    assert_eq!(both, ["month-end", "nightly"]);
}

#[test]
fn note_counts_the_jobs_that_a_page_leaves_out() {
    insta::assert_snapshot!(run("--sandbox tasks nightly month-end --limit 2 --offset 1"));
    let all = run("--sandbox tasks --all --limit 20");
    assert!(!all.contains("note:"), "{all}");
    assert!(all.contains("\n308 jobs: "), "{all}");
    let last = run("--sandbox tasks nightly --limit 6 --offset 264");
    assert!(!last.contains("note:"), "{last}");
}

#[test]
fn many_incomplete_pages_are_one_note() {
    let server = crate::support::Server::start("--policies 7 --disks 21");
    let output = server.vbs("tasks --limit 2").output().unwrap();
    let text = server.output_text(&output);
    let notes: Vec<&str> = text.lines().filter(|line| line.starts_with("note:")).collect();
    assert_eq!(notes, ["note: 7 policies have more jobs than shown; use --all to show all"]);
}

#[test]
fn project_without_policies() {
    let server = crate::support::Server::start("--policies 0 --disks 0 --jobs 0");
    let output = server.vbs("tasks").output().unwrap();
    insta::assert_snapshot!(server.output_text(&output));
}

#[test]
fn disk_without_jobs_is_not_found() {
    let outcome = run("--sandbox tasks --disk 12345678");
    assert!(outcome.starts_with("exit code: 4\n"), "{outcome}");
    assert!(outcome.contains("error: there is no backup job of disk `12345678`\n"), "{outcome}");
    let none_failed = run("--sandbox tasks --disk 12345678 --failed");
    assert!(none_failed.starts_with("exit code: 0\n"), "{none_failed}");
}
