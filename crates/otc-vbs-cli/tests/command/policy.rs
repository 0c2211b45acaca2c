//! `vbs policy`

use std::process::Command;

use serde_json::Value;

use crate::support::{Server, output_text, run, stdout, vbs};

/// The outcomes of several runs, each under its command line.
fn runs(commands: &[&str]) -> String {
    let run = |arguments: &&str| format!("$ vbs {arguments}\n{}\n", without_request_ids(&run(arguments)));
    commands.iter().map(run).collect()
}

/// The ids of requests that are sent at the same time depend on their order.
fn without_request_ids(text: &str) -> String {
    let mut parts = text.split(" (request req-");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| text + " (request [ID])" + part.split_once(')').unwrap().1)
}

/// The same against one server, which keeps what they change.
fn runs_on(server: &Server, commands: &[&str]) -> String {
    let run = |arguments: &&str| {
        let output = server.vbs(arguments).output().unwrap();
        format!("$ vbs {arguments}\n{}\n", without_request_ids(&server.output_text(&output)))
    };
    commands.iter().map(run).collect()
}

fn json(mut command: Command) -> Value {
    let output = command.output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", output_text(&output)))
}

/// The disks that the jobs of a policy name.
fn disks(server: &Server, policy: &str) -> Vec<String> {
    let shown = json(server.vbs(&format!("policy show {policy} -o json")));
    let disks = shown["disks"].as_array().unwrap();
    disks.iter().map(|disk| disk["resource_id"].as_str().unwrap().to_owned()).collect()
}

fn policy_id(policy: &str) -> String {
    let shown = json(vbs(&format!("--sandbox policy show {policy} -o json")));
    shown["policy_id"].as_str().unwrap().to_owned()
}

#[test]
fn list_in_each_format() {
    insta::assert_snapshot!(runs(&[
        "--sandbox policy list",
        "--sandbox policy list -o wide",
        "--sandbox policy list -o json",
        "--sandbox policy list -o jsonl",
        "--sandbox policy list -o yaml",
        "--sandbox policy list -o csv",
        "--sandbox policy list -c name,next",
        "--sandbox policy list --now 2026-01-15T23:00:00Z -c name,last_run,next",
    ]));
}

#[test]
fn list_fits_the_terminal() {
    let at = |columns: &str| {
        let output = vbs("--sandbox policy list").env("COLUMNS", columns).output().unwrap();
        format!("{columns} columns\n{}\n", output_text(&output))
    };
    insta::assert_snapshot!(["60", "80", "120", "200"].map(at).concat());
}

#[test]
fn list_shows_policies_whose_jobs_cannot_be_read() {
    let path = format!("GET /v2/*/backuppolicy/{}/backuptasks", policy_id("weekly-db"));
    let server = Server::start_with_faults("", &[&format!("{path}: status; code=404; times=99")]);
    insta::assert_snapshot!(runs_on(&server, &["policy list --now 2026-01-15T06:00:00Z"]));
}

#[test]
fn show_in_each_format() {
    insta::assert_snapshot!(runs(&[
        "--sandbox policy show nightly",
        "--sandbox policy show nightly -o wide",
        "--sandbox policy show nightly -o json",
        "--sandbox policy show nightly -o jsonl",
        "--sandbox policy show nightly -o yaml",
        "--sandbox policy show nightly -o csv",
        "--sandbox policy show nihgtly",
    ]));
}

#[test]
fn create_in_each_format() {
    const CREATE: &str =
        "--sandbox policy create weekend --at 1:00,23 --zone UTC+02:00 --on sat,Sunday --keep 4";
    let in_format = |format: &str| format!("{CREATE} -o {format}");
    let formats = ["table", "wide", "json", "jsonl", "yaml", "csv"].map(in_format);
    insta::assert_snapshot!(runs(&formats.each_ref().map(String::as_str)));
}

#[test]
fn create_with_every_option() {
    let server = Server::start("");
    insta::assert_snapshot!(runs_on(
        &server,
        &[
            "policy create archive --at 1:30 --zone UTC+05:30 --every 7 --keep-days 365 --keep-first-of-month \
             --tag team=db --tag tier=gold --disabled -o csv -c policy_name,result",
            "policy list -o csv -c policy_name,status,runs,keeps,keeps_first_of_month",
            "policy tags list archive",
        ]
    ));
}

#[test]
fn wrong_settings_are_refused() {
    insta::assert_snapshot!(runs(&[
        "--sandbox policy create n --at 1",
        "--sandbox policy create n --at 25 --every 1 --keep 7",
        "--sandbox policy create n --at 1 --every 1 --on mon --keep 7",
        "--sandbox policy create n --at 1 --on someday --keep 7",
        "--sandbox policy create n --at 1 --every 31 --keep 7",
        "--sandbox policy create n --at 1 --every 1 --keep 1",
        "--sandbox policy create n --at 1 --every 1 --keep 7 --keep-days 7",
        "--sandbox policy create n --at 1 --every 1 --keep 7 --zone CET",
        "--sandbox policy create n --at 1 --every 1 --keep 7 --zone UTC+05:30",
        "--sandbox policy create n --at 1 --every 1 --keep 7 --tag team",
        "--sandbox policy create a/b --at 1 --every 1 --keep 7",
        "--sandbox policy set nightly",
        "--sandbox policy set nightly --keep 0 --yes",
    ]));
}

#[test]
fn keeping_too_many_backups_is_warned_about() {
    let text = run("--sandbox policy create many --at 1 --every 1 --keep-days 30");
    assert!(text.starts_with("exit code: 0\n"), "{text}");
    assert!(text.contains("warning: this keeps 30 backups of each disk, but a disk can have 20;"), "{text}");
}

#[test]
fn keeping_fewer_asks() {
    let server = Server::start("");
    let prefix = &policy_id("nightly")[..8];
    insta::assert_snapshot!(runs_on(
        &server,
        &[
            "policy set nightly --keep 2",
            &format!("policy set {prefix} --keep 2 --yes"),
            "policy set nightly --keep 2 --yes -o csv",
            "policy set nightly --keep 3 --every 2 --name nightly-2 --tag team=db --tag tier=gold",
            "policy show nightly-2 --now 2026-01-15T06:00:00Z",
        ]
    ));
}

#[test]
fn dry_run_prints_requests_and_sends_none() {
    let server = Server::start("");
    let disks = disks(&server, "nightly").join(" ");
    let before = stdout_of(&server, "policy list -o json --now 2026-01-15T06:00:00Z");
    let project = server.variable("OS_PROJECT_ID");
    let text = runs_on(
        &server,
        &[
            "policy create weekend --at 1 --on sat --keep 4 --tag team=db --dry-run",
            "policy set nightly --keep 2 --tag team=db --dry-run",
            "policy enable nightly weekly-db --dry-run",
            "policy disable nightly --dry-run",
            "policy run nightly --wait --dry-run",
            "policy delete nightly weekly-db --dry-run",
            &format!("policy add-disks weekly-db {disks} --dry-run"),
            &format!("policy remove-disks nightly {disks} --dry-run"),
            "policy tags set nightly team=db --dry-run",
        ],
    );
    insta::assert_snapshot!(text.replace(project, "[PROJECT]"));
    assert_eq!(stdout_of(&server, "policy list -o json --now 2026-01-15T06:00:00Z"), before);
}

fn stdout_of(server: &Server, arguments: &str) -> String {
    String::from_utf8(server.vbs(arguments).output().unwrap().stdout).unwrap()
}

#[test]
fn disable_and_enable() {
    let server = Server::start("");
    insta::assert_snapshot!(runs_on(
        &server,
        &[
            "policy disable nightly weekly-db nightly",
            "policy list -c name,status,next",
            "policy enable nightly -o json",
            "policy enable nightly -o yaml",
            "policy list -c name,status",
            "policy enable nightly nobody",
        ]
    ));
}

#[test]
fn delete_asks() {
    let server = Server::start("");
    let prefix = &policy_id("nightly")[..8];
    insta::assert_snapshot!(runs_on(
        &server,
        &[
            "policy delete nightly weekly-db",
            &format!("policy delete {prefix}"),
            &format!("policy delete {prefix} --yes"),
            "policy delete nightly weekly-db --yes",
            "policy delete nightly --yes",
            "policy list -c name",
        ]
    ));
}

#[test]
fn policy_that_fails_does_not_stop_the_others() {
    let path = format!("DELETE /v2/*/backuppolicy/{}", policy_id("nightly"));
    let server = Server::start_with_faults("", &[&format!("{path}: status; code=403; times=99")]);
    insta::assert_snapshot!(runs_on(
        &server,
        &[
            "policy delete nightly weekly-db --yes -c policy,result",
            "policy delete nightly --yes",
            "policy list -c name"
        ]
    ));
}

#[test]
fn change_without_its_tags_says_what_was_done() {
    let fault = "POST /v2/*/backuppolicy/*/tags/action: status; code=403; times=99";
    let server = Server::start_with_faults("", &[fault]);
    insta::assert_snapshot!(runs_on(
        &server,
        &["policy set nightly --name nightly-2 --tag team=db", "policy set nightly-2 --tag team=db"]
    ));
}

#[test]
fn run_starts_the_policy_once() {
    let server = Server::start("");
    insta::assert_snapshot!(runs_on(
        &server,
        &[
            "policy run nightly -c policy,result",
            "policy run nightly weekly-db -c policy,result",
            "policy run nobody"
        ]
    ));
}

#[test]
fn run_waits_for_its_jobs_only() {
    insta::assert_snapshot!(runs(&[
        "--sandbox policy run weekly-db --wait",
        "--sandbox policy run weekly-db month-end --wait -o wide",
        "--sandbox policy run nightly weekly-db --wait -o csv -c policy_name,status,created_at",
        "--sandbox policy run weekly-db --wait --timeout 1m",
        "--sandbox policy run weekly-db --timeout 1m",
    ]));
}

#[test]
fn disks_that_are_refused_are_listed() {
    let server = Server::start("");
    let own = disks(&server, "nightly");
    let other = disks(&server, "weekly-db");
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, format!("# disks\n{}\n\n{}\n", own.join("\n"), other[0]).as_bytes())
        .unwrap();
    let file = file.path().display().to_string();
    const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";
    let all_refused = format!("policy add-disks nightly {UNKNOWN}");
    let mut text = runs_on(
        &server,
        &[
            &format!("policy add-disks nightly {UNKNOWN} --from-file {file}"),
            &format!("policy add-disks nightly {UNKNOWN} {} -o json", own[0]),
            &format!("policy add-disks nightly {UNKNOWN} {} -o yaml", own[0]),
            &format!("policy add-disks nightly {UNKNOWN} {} -o jsonl", own[0]),
            &format!("policy add-disks nightly {UNKNOWN} {} -o csv", own[0]),
            &all_refused,
            &format!("policy add-disks nightly {}", own[0]),
            "policy add-disks nightly a/b",
            "policy add-disks nightly",
            "policy add-disks nightly --from-file /nowhere/disks.txt",
        ],
    );
    text = text.replace(&file, "[FILE]");
    insta::assert_snapshot!(text);
}

#[test]
fn thousands_of_disks_are_sent_in_batches() {
    let unknown: Vec<String> = (0..250).map(|place| format!("00000000-0000-4000-8000-{place:012}")).collect();
    let server = Server::start("");
    let mut command = server.vbs("policy add-disks nightly -o csv -v");
    let output = command.args(&unknown).output().unwrap();
    let text = output_text(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(text.matches("request: ").count(), 1 + 3, "{text}");
    assert!(text.contains("error: 250 disks were refused\n"), "{text}");
}

#[test]
fn failed_batch_ends_the_work_and_says_what_is_missing() {
    let fault = "POST /v2/*/backuppolicyresources: status; code=403; skip=1; times=99";
    let server = Server::start_with_faults("", &[fault]);
    let own = disks(&server, "nightly");
    let unknown: Vec<String> = (0..250).map(|place| format!("00000000-0000-4000-8000-{place:012}")).collect();
    let mut command = server.vbs("policy add-disks nightly -q");
    let output = command.args(&own).args(&unknown).output().unwrap();
    let text = output_text(&output);
    assert_eq!(output.status.code(), Some(7), "{text}");
    assert!(text.contains("warning: can't add disks to policy nightly: HTTP 403"), "{text}");
    assert!(text.contains("not tried"), "{text}");
}

#[test]
fn remove_disks_asks() {
    let server = Server::start("");
    let own = disks(&server, "nightly");
    let (first, prefix) = (&own[0], &own[1][..8]);
    insta::assert_snapshot!(runs_on(
        &server,
        &[
            &format!("policy remove-disks nightly {first}"),
            &format!("policy remove-disks nightly {prefix}"),
            &format!("policy remove-disks nightly {prefix} --yes"),
            "policy remove-disks nightly 00000000 --yes",
            &format!("policy remove-disks nightly {first} --yes"),
            &format!("policy remove-disks nightly {first} --yes -o json"),
            "policy show nightly --now 2026-01-15T06:00:00Z",
        ]
    ));
}

#[test]
fn tags() {
    let server = Server::start("");
    insta::assert_snapshot!(runs_on(
        &server,
        &[
            "policy tags list month-end",
            "policy tags set month-end team=db tier=gold",
            "policy tags set month-end team=web",
            "policy tags list month-end",
            "policy tags list month-end -o json",
            "policy tags list month-end -o jsonl",
            "policy tags list month-end -o yaml",
            "policy tags list month-end -o csv",
            "policy tags remove month-end taem",
            "policy tags remove month-end team tier",
            "policy tags list month-end",
            "policy tags list nobody",
        ]
    ));
}

#[test]
fn help() {
    insta::assert_snapshot!(stdout("policy --help"));
}

#[test]
fn help_of_create() {
    insta::assert_snapshot!(stdout("policy create --help"));
}
