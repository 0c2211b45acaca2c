//! `vbs report`.

use std::process::Output;

use crate::support::{Clouds, Server, answering, output_text, run, vbs};

fn at_width(arguments: &str, width: usize) -> Output {
    vbs(&format!("--sandbox report {arguments}")).env("COLUMNS", width.to_string()).output().unwrap()
}

#[test]
fn report_fits_terminals_of_every_width() {
    for width in [60, 80, 120, 200] {
        let output = at_width("", width);
        let text = output_text(&output);
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let is_command = line.trim_start().starts_with("→ vbs ");
            assert!(console::measure_text_width(line) <= width || is_command, "{width}: {line:?}\n{text}");
        }
        insta::assert_snapshot!(format!("width_{width}"), text);
    }
}

#[test]
fn report_in_each_format() {
    let formats = ["table", "wide", "json", "jsonl", "yaml", "csv", "html"];
    let outputs = formats.map(|format| {
        let command = format!("report weekly-db --since 7d -o {format}");
        format!("$ vbs {command}\n{}\n", run(&format!("--sandbox {command}")))
    });
    insta::assert_snapshot!(outputs.concat());
}

#[test]
fn help() {
    insta::assert_snapshot!(run("report --help"));
}

#[test]
fn report_is_written_to_a_file_in_each_format() {
    let directory = tempfile::tempdir().unwrap();
    for format in ["table", "json", "html"] {
        let file = directory.path().join("report");
        let write = format!("--sandbox --color always report -o {format}");
        let output = vbs(&write).arg("--write").arg(&file).output().unwrap();
        let printed = vbs(&format!("--sandbox report -o {format}")).output().unwrap();
        assert!(output.status.success() && output.stdout.is_empty(), "{}", output_text(&output));
        assert_eq!(std::fs::read(&file).unwrap(), printed.stdout, "{format}");
    }
    let output = vbs("--sandbox report --write").arg(directory.path().join("no/report")).output().unwrap();
    let text = output_text(&output);
    assert!(text.starts_with("exit code: 1\n") && text.contains("error: can't write "), "{text}");
}

#[test]
fn wrong_usage_is_refused_before_anything_is_sent() {
    for (arguments, error) in [
        ("report -o nagios", "`-o nagios` is a format of `vbs check` only"),
        ("report -o csv", "csv is for lists"),
        ("report -c policy -o html", "--columns chooses the columns of a list"),
        ("report --since soon", "--since: `soon` is not a time"),
        ("report --since 900d", "--since: `900d` is not within the last 400 days"),
        ("report --since 2026-02-01", "--since: `2026-02-01` is not within the last 400 days"),
        ("check -o html", "`-o html` is a format of `vbs report` only"),
        ("tasks -o html", "`-o html` is a format of `vbs report` only"),
    ] {
        let text = run(&format!("--sandbox {arguments}"));
        assert!(text.contains(error) && text.contains("--- standard output\n--- standard error"), "{text}");
        // Those of `check` are 3.
        let code = if arguments.starts_with("check") { 3 } else { 2 };
        assert!(text.starts_with(&format!("exit code: {code}\n")), "{text}");
    }
    let text = run("--sandbox report nigthly");
    assert!(text.starts_with("exit code: 4\n") && text.contains("nightly"), "{text}");
}

#[test]
fn policy_that_cannot_be_read_is_missing_from_the_report() {
    let weekly = "6377c517-4790-4297-a03b-ea783e465b06";
    let fault = format!("GET /v2/*/backuppolicy/{weekly}/backuptasks: status; code=404; times=99");
    let server = Server::start_with_faults("", &[&fault]);
    for format in ["table", "json", "html"] {
        let command = format!("report --since 3d --now 2026-01-15T06:00:00Z -o {format}");
        let output = server.vbs(&command).output().unwrap();
        let text = server.output_text(&output);
        assert_eq!(output.status.code(), Some(7), "{text}");
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert!(stdout.contains("list the backup jobs of weekly-db"), "{text}");
        assert!(stdout.contains("nightly") && stdout.contains("month-end"), "{text}");
        if format == "table" {
            insta::assert_snapshot!("policy_is_missing", without_request_ids(&text));
        }
    }
}

/// The ids depend on the order in which the sandbox received the requests.
fn without_request_ids(text: &str) -> String {
    let mut parts = text.split("req-");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| {
        text + "[REQUEST]" + part.trim_start_matches(|it: char| it.is_ascii_hexdigit())
    })
}

#[test]
fn failure_of_everything_has_its_exit_code() {
    let server =
        Server::start_with_faults("", &["GET /v2/*/backuppolicy/*/backuptasks: status; code=404; times=99"]);
    let output = server.vbs("report").output().unwrap();
    assert_eq!(output.status.code(), Some(4), "{}", output_text(&output));
    assert!(output.stdout.is_empty(), "{}", output_text(&output));
}

#[test]
fn job_that_cannot_be_decoded_is_missing_from_the_report() {
    let vbs = answering(|path| {
        let body = match path.contains("backuptasks") {
            true => {
                r#"{"tasks": [
                    {"job_id": "", "status": "RUNNING", "created_at": "2026-01-15T05:00:00"},
                    {"job_id": "j1", "status": "EXECUTE_SUCCESS", "created_at": "2026-01-14T05:00:00",
                     "finished_at": "2026-01-14T05:10:00", "resource_id": "d1"}
                ], "count": 2}"#
            }
            false => r#"{"backup_policies": [{"backup_policy_id": "b1", "backup_policy_name": "nightly"}]}"#,
        };
        (200, body.to_owned())
    });
    let output = vbs("report --since 3d --now 2026-01-15T06:00:00Z").output().unwrap();
    let text = output_text(&output);
    assert_eq!(output.status.code(), Some(7), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn project_without_policies_has_an_empty_report() {
    let vbs = answering(|_| (200, r#"{"backup_policies": []}"#.to_owned()));
    let texts = ["table", "json", "html"].map(|format| {
        let output = vbs(&format!("report -o {format} --now 2026-01-15T06:00:00Z")).output().unwrap();
        assert!(output.status.success(), "{}", output_text(&output));
        output_text(&output)
    });
    assert!(texts.iter().all(|text| text.contains("note: there are no backup policies")), "{texts:?}");
    assert!(texts[0].contains("no backup ended"), "{}", texts[0]);
}

#[test]
fn several_projects_are_told_apart() {
    let clouds = Clouds::start();
    let command =
        "report nightly --cloud sandbox-password --all-projects --since 3d --now 2026-01-15T06:00:00Z";
    let output = clouds.vbs(command).output().unwrap();
    assert!(output.status.success(), "{}", output_text(&output));
    insta::assert_snapshot!(
        clouds.server.output_text(&output).replace(&clouds.file().display().to_string(), "[FILE]")
    );
    let json = clouds.vbs(&format!("{command} -o json")).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let jobs = |figures: &serde_json::Value| figures["jobs"].as_u64().unwrap();
    let policies = report["policies"].as_array().unwrap();
    assert!(policies.len() > 1, "{report}");
    assert_eq!(jobs(&report["total"]), policies.iter().map(|policy| jobs(&policy["figures"])).sum::<u64>());
}
