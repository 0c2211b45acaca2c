//! Commands for which some policies fail.

use std::process::Stdio;

use crate::support::{Server, answering, output_text, vbs};

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

/// Commands that write something, without options of the format.
const WRITING: [&str; 12] = [
    "--sandbox tasks",
    "--sandbox tasks --all",
    "--sandbox tasks --watch",
    "--sandbox job show 3ee68788-765c-41f2-a2e3-dd0eb9e9fe0d",
    "--sandbox job wait 079cce2b-b4d2-477b-a8d9-f23feb48991b",
    "explain 21",
    "explain --all",
    "schema",
    "schema tasks",
    "completions bash",
    "man",
    "sandbox --print-env",
];

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_failure() {
    for command in WRITING {
        for format in ["table", "wide", "json", "jsonl", "yaml", "csv"] {
            let is_refused = match format {
                "csv" => command.contains("job ") || command == "explain 21",
                "json" => command.contains("--watch"),
                _ => false,
            };
            if is_refused {
                continue;
            }
            let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
            let output = vbs(&format!("{command} -o {format}")).stdout(Stdio::from(full)).output().unwrap();
            let text = output_text(&output);
            assert!(text.starts_with("exit code: 1\n"), "{command} {format}: {text}");
            assert!(
                text.contains("error: can't write the output: No space left"),
                "{command} {format}: {text}"
            );
        }
    }
}
