//! `vbs job`: one job.

use crate::support::{Server, output_text, run, stdout, vbs};

/// A failed job of the sandbox.
const FAILED: &str = "3ee68788-765c-41f2-a2e3-dd0eb9e9fe0d";
const RUNNING: &str = "d15fe8f8-2808-4e5c-a131-9ea001e8c34f";
const SUCCESSFUL: &str = "079cce2b-b4d2-477b-a8d9-f23feb48991b";

fn vbs_job_of(job: &str) -> String {
    let job = stdout(&format!("--sandbox tasks --all --job-id {job} -o jsonl"));
    let job: serde_json::Value = serde_json::from_str(&job).unwrap();
    job["vbs_job_id"].as_str().unwrap().to_owned()
}

#[test]
fn failed_job_says_why_and_what_to_do() {
    insta::assert_snapshot!(run(&format!("--sandbox job show {FAILED}")));
}

#[test]
fn running_job_says_how_to_wait() {
    insta::assert_snapshot!(run(&format!("--sandbox job show {RUNNING}")));
}

#[test]
fn beginning_of_an_id_is_enough() {
    let whole = stdout(&format!("--sandbox job show {FAILED}"));
    assert_eq!(stdout(&format!("--sandbox job show {}", &FAILED[..8])), whole);
}

#[test]
fn ids_that_are_not_found() {
    let commands = ["show 3ee6", "show 3ee68789", "show a/b", "wait 3ee68789", "show"];
    let of = |command: &str| format!("$ vbs job {command}\n{}", run(&format!("--sandbox job {command}")));
    insta::assert_snapshot!(commands.map(of).join("\n"));
}

#[test]
fn job_is_found_although_a_policy_cannot_be_searched() {
    let policy = stdout("--sandbox tasks weekly-db --limit 1 -o jsonl");
    let policy: serde_json::Value = serde_json::from_str(&policy).unwrap();
    let policy = policy["policy_id"].as_str().unwrap();
    let fault = format!("GET /v2/*/backuppolicy/{policy}/backuptasks: status; code=404; times=99");
    let server = Server::start_with_faults("", &[&fault]);
    let output = server.vbs(&format!("job show {FAILED}")).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", output_text(&output));
    // The beginning may be that of another job, too.
    let output = server.vbs(&format!("job show {}", &FAILED[..8])).output().unwrap();
    let text = output_text(&output);
    assert_eq!(output.status.code(), Some(4), "{text}");
    assert!(text.contains("error: can't list the backup jobs of weekly-db: HTTP 404"), "{text}");
}

#[test]
fn waits_for_jobs_that_have_ended() {
    let of = |id: &str| format!("$ vbs job wait {id}\n{}", run(&format!("--sandbox job wait {id}")));
    let ids = [SUCCESSFUL, FAILED, &vbs_job_of(SUCCESSFUL)];
    insta::assert_snapshot!(ids.map(of).join("\n"));
}

#[test]
fn wait_ends_when_the_job_does() {
    let server = Server::start("");
    let waiting = server.vbs(&format!("job wait {RUNNING} --interval 100ms -o jsonl"));
    let advance = |text: &str| {
        assert!(text.contains(": running"), "{text}");
        server.advance("PT12H");
    };
    let text = server.run_until(waiting, "note: ", advance);
    assert!(text.contains("\"status\":\"EXECUTE_"), "{text}");
}

#[test]
fn wait_advances_the_clock_of_a_sandbox_in_the_process() {
    let output = vbs(&format!("--sandbox job wait {RUNNING} --timeout 1m -o jsonl")).output().unwrap();
    let text = output_text(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("\"status\":\"EXECUTE_SUCCESS\""), "{text}");
}

#[test]
fn timeout_prints_the_job_and_the_command_that_resumes() {
    let server = Server::start("");
    let of = |format: &str| {
        let options = format!("--timeout 300ms --interval 100ms --now 2026-01-15T06:00:00Z -q -o {format}");
        let output = server.vbs(&format!("job wait {RUNNING} {options}")).output().unwrap();
        format!("{format}\n{}\n", server.output_text(&output))
    };
    insta::assert_snapshot!(["table", "json"].map(of).concat());
}

#[test]
fn outage_does_not_end_the_wait() {
    let server = Server::start("");
    let waiting = server.vbs(&format!("job wait {RUNNING} --interval 100ms --timeout 2s"));
    let break_it = |_: &str| server.fault("GET /v2/*/backuppolicy/*/backuptasks: 503-html; times=999");
    let text = server.run_until(waiting, "note: ", break_it);
    assert!(text.contains("has not ended after 2s"), "{text}");
}

#[test]
fn wait_refuses_csv_before_it_waits() {
    let output = vbs(&format!("--sandbox job wait {RUNNING} -o csv")).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", output_text(&output));
}
