//! Commands for which some policies fail.

#[cfg(target_os = "linux")]
use std::process::{Output, Stdio};

#[cfg(target_os = "linux")]
use crate::support::vbs;
use crate::support::{Server, answering, output_text};
#[cfg(target_os = "linux")]
use crate::verbs::{EXAMPLES, FORMATS};

/// The id of the policy `weekly-db` of the sandbox.
fn weekly_id() -> String {
    let policies = crate::support::stdout("--sandbox tasks weekly-db --limit 1 -o jsonl");
    let job: serde_json::Value = serde_json::from_str(&policies).unwrap();
    job["policy_id"].as_str().unwrap().to_owned()
}

#[test]
fn policy_that_fails_does_not_stop_the_others() {
    let path = format!("GET /v2/*/backuppolicy/{}/backuptasks", weekly_id());
    for (fault, expected) in [
        ("status; code=404; times=99", "HTTP 404"),
        ("invalid-utf8; times=99", "can't list the backup jobs of weekly-db: "),
    ] {
        let server = Server::start_with_faults("", &[&format!("{path}: {fault}")]);
        for format in ["table", "json", "jsonl", "yaml", "csv"] {
            let output = server.vbs(&format!("tasks --all -o {format}")).output().unwrap();
            let text = output_text(&output);
            assert_eq!(output.status.code(), Some(7), "{fault}, {format}: {text}");
            let stdout = String::from_utf8(output.stdout).unwrap();
            assert!(stdout.contains("nightly") && stdout.contains("month-end"), "{fault}, {format}: {text}");
            assert!(text.contains("warning: can't list the backup jobs of weekly-db: "), "{text}");
            assert!(text.contains(expected), "{text}");
            assert!(text.contains("error: some results are missing"), "{text}");
        }
    }
}

#[test]
fn throttled_policy_does_not_stop_the_others() {
    let fault =
        format!("GET /v2/*/backuppolicy/{}/backuptasks: 429; times=99; retry-after=3600", weekly_id());
    let server = Server::start_with_faults("", &[&fault]);
    let output = server.vbs("tasks -o jsonl").output().unwrap();
    let text = output_text(&output);
    assert_eq!(output.status.code(), Some(7), "{text}");
    assert!(text.contains("HTTP 429") && text.contains("month-end"), "{text}");
}

#[test]
fn exit_code_is_that_of_the_first_failure_if_nothing_was_done() {
    let server =
        Server::start_with_faults("", &["GET /v2/*/backuppolicy/*/backuptasks: status; code=404; times=99"]);
    let output = server.vbs("tasks").output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", output_text(&output));
}

#[test]
fn undecodable_job_does_not_hide_the_others() {
    let vbs = answering(|path| {
        let body = match path.contains("backuptasks") {
            true => {
                r#"{"tasks": [
                    {"job_id": "", "status": "RUNNING", "created_at": "2026-01-15T05:00:00"},
                    {"job_id": "j2", "status": "RUNNING", "created_at": "2026-01-15T05:00:00"}]}"#
            }
            false => r#"{"backup_policies": [{"backup_policy_id": "b1", "backup_policy_name": "nightly"}]}"#,
        };
        (200, body.to_owned())
    });
    let output = vbs("tasks -o jsonl").output().unwrap();
    let text = output_text(&output);
    assert!(text.contains(r#""job_id":"j2""#), "{text}");
    assert_eq!(output.status.code(), Some(7), "{text}");
}

/// Commands that write something that no example of a verb writes, in any format.
#[cfg(target_os = "linux")]
const WITHOUT_EXAMPLE: [&str; 12] = [
    "--sandbox tasks --all",
    "--sandbox tasks --watch",
    "--sandbox tasks --watch -o jsonl",
    "--sandbox policy delete nightly --dry-run",
    "--sandbox policy run nightly --dry-run",
    "--sandbox backup delete autobk_cb96 --dry-run",
    "schema",
    "schema tasks",
    "completions bash",
    "man",
    "sandbox --print-env",
    "--help",
];

#[cfg(target_os = "linux")]
fn assert_failed_write(output: &Output, command: &str) {
    let text = output_text(output);
    assert!(text.starts_with("exit code: 1\n"), "{command}: {text}");
    assert!(text.contains("error: can't write the output: No space left"), "{command}: {text}");
}

#[cfg(target_os = "linux")]
fn full_disk() -> Stdio {
    Stdio::from(std::fs::File::options().write(true).open("/dev/full").unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_failure() {
    for command in WITHOUT_EXAMPLE {
        assert_failed_write(&vbs(command).stdout(full_disk()).output().unwrap(), command);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn every_verb_fails_in_each_format_if_its_output_cannot_be_written() {
    // The exit codes of `check` are its own.
    let examples = EXAMPLES.iter().filter(|example| example.verb != "check");
    for (example, format) in examples.flat_map(|example| FORMATS.map(|format| (example, format))) {
        let output = example.run_to(format, full_disk());
        if output.status.success() {
            assert_eq!(example.run(format).1, "", "{} -o {format}", example.verb);
        } else if format != "csv" || !output_text(&output).contains("error: csv is for lists") {
            assert_failed_write(&output, &format!("{} -o {format}", example.verb));
        }
    }
}
