//! `vbs check`: what it prints in each format, and its exit codes.

mod clouds;
mod commands;
mod metrics;
mod mornings;

use std::process::Output;

use crate::support::{Clouds, Server, answering, output_text, run, vbs};

/// Every job succeeds.
const ALL_WELL: &str =
    "GET /v2/*/backuppolicy/*/backuptasks: unknown-status; value=EXECUTE_SUCCESS; times=always";

/// The time of the server's clock.
const NOW: &str = "--now 2026-01-15T06:00:00Z";

fn check(server: &Server, options: &str) -> Output {
    let now = if options.contains("--now") { "" } else { NOW };
    server.vbs(&format!("check {now} {options}")).output().unwrap()
}

fn rows(output: &Output) -> Vec<serde_json::Value> {
    utf8(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn utf8(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

#[test]
fn help() {
    insta::assert_snapshot!(crate::support::stdout("check --help"));
}

#[test]
fn findings_in_each_format() {
    let formats = ["table", "wide", "json", "jsonl", "yaml", "csv", "nagios", "prometheus"];
    let all: String = formats
        .map(|format| format!("$ vbs check -o {format}\n{}\n", run(&format!("--sandbox check -o {format}"))))
        .concat();
    insta::assert_snapshot!(all.replace('\r', "␍"));
}

#[test]
fn table_fits_the_terminal() {
    let all: String = ["60", "80", "120", "200"]
        .map(|columns| {
            let output = vbs("--sandbox check").env("COLUMNS", columns).output().unwrap();
            format!("{columns} columns\n{}\n", output_text(&output))
        })
        .concat();
    insta::assert_snapshot!(all);
}

#[test]
fn healthy_disks_and_quotas_are_listed_with_all() {
    insta::assert_snapshot!(run("--sandbox check --all"));
}

#[test]
fn one_line_if_all_is_well_and_none_with_quiet() {
    let server = Server::start_with_faults("", &[ALL_WELL]);
    let check = |options: &str| {
        let output = self::check(&server, &format!("--policy nightly {options}"));
        assert_eq!(code(&output), 0, "{}", output_text(&output));
        utf8(&output.stdout).to_owned()
    };
    let line = check("");
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(line.starts_with("VBS OK - "), "{line}");
    assert_eq!(check("-q"), "");
    assert_eq!(check("-q -o json"), "[]\n");
    assert!(check("-q -o nagios").starts_with("VBS OK - "));
}

#[test]
fn options_change_what_is_a_problem() {
    let server = Server::start_with_faults("", &[ALL_WELL]);
    let check = |options: &str| {
        let output = self::check(&server, &format!("--policy nightly {options}"));
        (code(&output), utf8(&output.stdout).to_owned())
    };
    let (code, text) = check("--max-age 30m");
    assert!(code == 2 && text.contains("the limit is 30m"), "{text}");
    assert_eq!(check("--max-age 9d").0, 0);
    let (code, later) = check("--now 2026-01-20T12:00:00Z");
    assert!(code == 2 && later.contains("MISSED"), "{later}");
    let rows = rows(&self::check(&server, "--policy nightly --all -o jsonl"));
    let disks: Vec<&str> = rows.iter().map(|row| row["disk"].as_str().unwrap()).collect();
    let (_, without) = check(&format!("--all -o jsonl --ignore {}", &disks[0][..8]));
    assert!(disks.len() > 1 && !without.contains(disks[0]) && without.contains(disks[1]), "{without}");
}

#[test]
fn policy_that_cannot_be_read_is_unknown() {
    let fault = "GET /v2/*/backuppolicy/*/backuptasks: status; code=403; times=always";
    let server = Server::start_with_faults("", &[fault]);
    let output = check(&server, "--policy nightly");
    insta::assert_snapshot!(server.output_text(&output));
}

#[test]
fn quotas_that_cannot_be_read_are_unknown() {
    let server = Server::start_with_faults(
        "",
        &[ALL_WELL, "GET /v2/*/cloudbackups/quota: status; code=403; times=always"],
    );
    let output = check(&server, "-o jsonl");
    let text = output_text(&output);
    assert!(text.contains("can't list the quotas: HTTP 403"), "{text}");
    assert!(text.contains("1 project could not be checked"), "{text}");
    assert_eq!(code(&output), 3, "{text}");
}

#[test]
fn quota_that_is_nearly_full_is_a_warning_with_an_estimate() {
    let used = "GET /v2/*/cloudbackups/quota: huge-numbers; field=used; value=4990; times=always";
    let limit = "GET /v2/*/cloudbackups/quota: huge-numbers; field=quota; value=5000; times=always";
    // All jobs are listed, so the growth follows from them.
    let server = Server::start_with_faults("--days 5", &[ALL_WELL, used, limit]);
    let all: String = ["table", "csv", "nagios", "prometheus"]
        .map(|format| {
            let output = check(&server, &format!("-o {format}"));
            format!("$ vbs check -o {format}\n{}\n", server.output_text(&output))
        })
        .concat();
    insta::assert_snapshot!(all.replace('\r', "␍"));
}

/// The clouds of a server with 12 projects in two regions.
fn twelve_projects(faults: &[&str]) -> Clouds {
    Clouds::start_with("--projects 12", faults)
}

fn check_all_projects(clouds: &Clouds, options: &str) -> Output {
    clouds.run(&format!("check --all-projects --cloud sandbox-password {options}"))
}

#[test]
fn projects_that_can_be_reached_are_shown_next_to_those_that_cannot() {
    let clouds = twelve_projects(&["unreachable; region=eu-nl"]);
    let output = check_all_projects(&clouds, NOW);
    let text = clouds.server.output_text(&output);
    assert!(utf8(&output.stdout).lines().next().unwrap().ends_with("(12 projects, 2 regions)"), "{text}");
    assert!(text.contains("5 projects could not be checked"), "{text}");
    assert!(text.contains("can't list the policies of eu-nl"), "{text}");
    let output = check_all_projects(&clouds, &format!("{NOW} -o jsonl --all"));
    let rows = rows(&output);
    for row in &rows {
        let is_unknown = row["kind"] == "project" && row["verdict"] == "unknown";
        assert_eq!(is_unknown, row["region"] == "eu-nl", "{row}");
    }
    let reached = rows.iter().filter(|row| row["kind"] == "disk").map(|row| row["project"].to_string());
    assert_eq!(reached.collect::<std::collections::BTreeSet<_>>().len(), 7);
    // A disk that failed is worse than a project that is unknown.
    assert_eq!(code(&output), 2, "{text}");
}

#[test]
fn suggested_command_reaches_the_project() {
    let clouds = twelve_projects(&[]);
    let output = check_all_projects(&clouds, "--now 2026-01-20T12:00:00Z -o jsonl");
    let rows = rows(&output);
    let missed = rows.iter().filter(|row| row["verdict"] == "missed" && row["region"] == "eu-nl");
    let commands: Vec<&str> = missed.map(|row| row["command"].as_str().unwrap()).collect();
    assert!(!commands.is_empty(), "{}", clouds.server.output_text(&output));
    for command in commands.iter().take(2) {
        assert!(command.starts_with("vbs tasks ") && command.contains(" --project eu-nl_"), "{command}");
        let output = clouds.run(command.strip_prefix("vbs ").unwrap());
        assert!(output.status.success(), "{command}: {}", output_text(&output));
        assert!(utf8(&output.stdout).lines().count() > 1, "{command}");
    }
}

#[test]
fn every_policy_takes_one_request() {
    let output = vbs("--sandbox -v check -o nagios").output().unwrap();
    let stderr = utf8(&output.stderr);
    let count = |operation: &str| stderr.lines().filter(|line| line.contains(operation)).count();
    assert_eq!(count("listBackupPolicies"), 1, "{stderr}");
    assert_eq!(count("Quota"), 1, "{stderr}");
    let policies = crate::support::stdout("--sandbox tasks -o csv -c policy_id");
    let policies: std::collections::BTreeSet<&str> = policies.lines().skip(1).collect();
    assert_eq!(count("listBackupJobs"), policies.len(), "{stderr}");
}

#[test]
fn mistakes_are_unknown() {
    let commands = [
        "check --grace soon",
        "check --max-age -1h",
        "--sandbox check --ignore abc",
        "check --no-such-option",
        "--no-such-option check",
        "--color blue check",
        "check -o xml",
        "check --write metrics.prom",
        "--sandbox check -o nagios -c disk",
        "--sandbox check --policy nigthly",
        "--sandbox check --policy nigthly -o nagios",
        "--sandbox check -c disc",
        "--sandbox check --now soon",
        "check",
        "check -o nagios",
        "check -o prometheus",
        "check --endpoint not-a-url --project p1",
    ];
    let all: String = commands
        .iter()
        .map(|command| {
            let text = run(command);
            assert!(text.starts_with("exit code: 3\n"), "{command}: {text}");
            let lines = text.lines().map(|line| match line.split_once("vbs_check_timestamp_seconds ") {
                Some(("", _)) => "vbs_check_timestamp_seconds [NOW]",
                _ => line,
            });
            format!("$ vbs {command}\n{}\n\n", lines.collect::<Vec<_>>().join("\n"))
        })
        .collect();
    insta::assert_snapshot!(all);
}

#[test]
fn refused_credentials_are_unknown() {
    let server = Server::start("");
    let output = server.vbs("check").env("OS_TOKEN", "wrong").output().unwrap();
    insta::assert_snapshot!(server.output_text(&output));
}

#[test]
fn help_is_a_success() {
    assert!(run("check --help").starts_with("exit code: 0\n"));
}

#[test]
fn other_commands_refuse_the_formats_of_check() {
    for format in ["nagios", "prometheus"] {
        let text = run(&format!("--sandbox tasks -o {format}"));
        assert!(text.starts_with("exit code: 2\n"), "{text}");
        assert!(text.contains(&format!("error: `-o {format}` is a format of `vbs check` only")), "{text}");
    }
}

#[test]
fn metrics_replace_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("vbs.prom");
    std::fs::write(&file, "old").unwrap();
    let output = vbs(&format!("--sandbox check -o prometheus --write {}", file.display())).output().unwrap();
    assert_eq!(utf8(&output.stdout), "");
    let printed = vbs("--sandbox check -o prometheus").output().unwrap();
    assert_eq!(code(&output), code(&printed));
    let written = std::fs::read_to_string(&file).unwrap();
    assert_eq!(written, utf8(&printed.stdout));
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1, "a temporary file is left");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o444, 0o444, "others can't read it");
    }
    // An old file must not say that all is well.
    let output = vbs(&format!("check -o prometheus --write {}", file.display())).output().unwrap();
    assert_eq!(code(&output), 3);
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written.contains("\nvbs_check_severity 3\n") && !written.contains("vbs_disk"), "{written}");
}

#[test]
fn file_that_cannot_be_written_is_named() {
    let text = run("--sandbox check -o prometheus --write /no-such-directory/vbs.prom");
    assert!(text.starts_with("exit code: 3\n"), "{text}");
    assert!(text.contains("error: can't write /no-such-directory/vbs.prom: "), "{text}");
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_unknown() {
    for format in ["table", "wide", "json", "jsonl", "yaml", "csv", "nagios", "prometheus"] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let output = vbs(&format!("--sandbox check -o {format}")).stdout(full).output().unwrap();
        assert_eq!(code(&output), 3, "{format}: {}", output_text(&output));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn closed_pipe_does_not_hide_what_was_found() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = vbs("--sandbox check").stdout(writer).output().unwrap();
    assert_eq!(code(&output), 2, "{}", output_text(&output));
}

#[test]
fn project_without_policies_is_ok() {
    let vbs = answering(|path| {
        let body = match path.contains("quota") {
            true => r#"{"quotas": {"resources": []}}"#,
            false => r#"{"backup_policies": []}"#,
        };
        (200, body.to_owned())
    });
    let output = vbs("check").output().unwrap();
    assert_eq!(utf8(&output.stdout), "VBS OK - no disks are in policies\n", "{}", output_text(&output));
    assert_eq!(code(&output), 0);
}
