//! Text from the service never controls the terminal.

use crate::support::{answering, output_text};

/// Sets the window title, changes the writing direction, breaks the line and hides a boundary between words.
const HOSTILE: &str = "\u{1b}]0;evil\u{7}\u{9b}31m\u{202e}\u{2066}\u{2028}\u{200b}\u{feff}\r\n\t";

fn quoted(text: &str) -> String {
    serde_json::to_string(&format!("{text}{HOSTILE}")).unwrap()
}

fn policies() -> String {
    let (id, name) = (quoted("b1"), quoted("nightly"));
    format!(
        r#"{{"backup_policies": [{{"backup_policy_id": "b1", "backup_policy_name": {name}}},
                                     {{"backup_policy_id": {id}, "backup_policy_name": {name}}}]}}"#
    )
}

fn jobs() -> String {
    let fields = [
        "status",
        "backup_name",
        "resource_id",
        "resource_type",
        "vbs_job_id",
        "code",
        "message",
        "created_at",
    ];
    let fields = fields.map(|field| format!("\"{field}\": {}", quoted(field))).join(", ");
    format!(r#"{{"tasks": [{{"job_id": "j1", {fields}}}], "count": 50}}"#)
}

#[test]
fn hostile_text_is_escaped_in_every_field_of_jobs() {
    let vbs = answering(|path| match path {
        path if path.contains("backuptasks") => (200, jobs()),
        _ => (200, policies()),
    });
    for format in ["table", "wide", "json", "jsonl", "yaml", "csv"] {
        for option in ["", "-v", "--all", "--color always"] {
            let output = vbs(&format!("tasks {option} -o {format}")).output().unwrap();
            check(&output, &format!("{option} {format}"));
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(text.contains("evil"), "the fields are not in {format}: {text}");
        }
    }
    // A name that is not there lists those that are.
    check(&vbs("tasks nigthly").output().unwrap(), "unknown policy");
}

fn object(fields: &[&str]) -> String {
    fields.iter().map(|field| format!("\"{field}\": {}", quoted(field))).collect::<Vec<_>>().join(", ")
}

fn backup() -> String {
    let fields = object(&[
        "name",
        "status",
        "description",
        "fail_reason",
        "volume_id",
        "snapshot_id",
        "availability_zone",
        "container",
        "created_at",
    ]);
    format!("{{\"id\": \"b1\", {fields}}}")
}

#[test]
fn hostile_text_is_escaped_in_backups_shares_and_quotas() {
    let share = format!(
        r#"{{"id": "s1", "backup_id": {}, "backup": {}, {}}}"#,
        quoted("b1"),
        backup(),
        object(&["from_project_id", "to_project_id", "created_at"])
    );
    let vbs = answering(move |path| {
        let path = path.split('?').next().unwrap();
        let body = match path {
            path if path.ends_with("backups/detail") => format!(r#"{{"backups": [{}]}}"#, backup()),
            path if path.contains("sharing") => format!(r#"{{"shared": [{share}]}}"#),
            _ => format!(r#"{{"quotas": {{"resources": [{{"used": 1, {}}}]}}}}"#, object(&["type"])),
        };
        (200, body)
    });
    for format in ["table", "wide", "json", "jsonl", "yaml", "csv"] {
        for command in ["backup list", "share list", "quota"] {
            let output = vbs(&format!("{command} -o {format}")).output().unwrap();
            check(&output, &format!("{command} {format}"));
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(text.contains("evil"), "the fields are not in {format}: {text}");
        }
        if format != "csv" {
            let output = vbs(&format!("backup show name-that-is-not-there -o {format}")).output().unwrap();
            check(&output, &format!("backup show {format}"));
            let name = format!("name{HOSTILE}");
            let output = vbs("backup show -o").args([format, &name]).output().unwrap();
            check(&output, &format!("backup show {format}"));
            assert!(output.status.success(), "{}", output_text(&output));
        }
    }
    // The question and the note name the backup.
    for option in ["--yes", "--dry-run", "-q"] {
        let output = vbs("backup delete").args([option, &format!("name{HOSTILE}")]).output().unwrap();
        check(&output, option);
    }
}

#[test]
fn hostile_text_is_escaped_by_check() {
    let vbs = answering(|path| match path {
        path if path.contains("backuptasks") => (200, jobs()),
        path if path.contains("quota") => {
            let quotas = format!(r#"{{"quotas": {{"resources": [{{"type": {}}}]}}}}"#, quoted("disks"));
            (200, quotas)
        }
        _ => (200, policies()),
    });
    for format in ["table", "wide", "json", "jsonl", "yaml", "csv", "nagios", "prometheus"] {
        for option in ["", "-v", "--all", "--color always"] {
            check(
                &vbs(&format!("check {option} -o {format}")).output().unwrap(),
                &format!("{option} {format}"),
            );
        }
    }
    check(&vbs("check --policy nigthly").output().unwrap(), "unknown policy");
}

/// The answer to a sign-in. The catalog leads to block storage on the same server.
fn token() -> String {
    let endpoint = r#"{"interface": "public", "region": "r1", "url": "http://[ADDRESS]/volume/v3/p1"}"#;
    let name = quoted("name");
    format!(
        r#"{{"token": {{
            "expires_at": "2099-01-01T00:00:00Z",
            "project": {{"id": "p1", "name": {name}, "domain": {{"id": "d1", "name": {name}}}}},
            "user": {{"id": "u1", "name": {name}, "domain": {{"id": "d1", "name": {name}}}}},
            "catalog": [{{"type": "volumev3", "endpoints": [{endpoint}]}}]}}}}"#
    )
}

#[test]
fn hostile_text_is_escaped_in_names_of_disks_and_of_the_user() {
    let disks = format!(r#"{{"volumes": [{{"id": "d1", "size": 1, {}}}]}}"#, object(&["name"]));
    let job = format!(
        r#"{{"tasks": [{{"job_id": "j1", "resource_id": "d1", "status": "EXECUTE_FAIL",
                        "created_at": "2026-01-15T05:00:00", {}}}]}}"#,
        object(&["message"])
    );
    let vbs = answering(move |path| match path {
        path if path.contains("auth/tokens") => (201, token()),
        path if path.contains("/volume/") => (200, disks.clone()),
        path if path.contains("backuptasks") => (200, job.clone()),
        path if path.contains("quota") => (200, r#"{"quotas": {"resources": []}}"#.to_owned()),
        path if path.contains("tags") => (200, r#"{"tags": []}"#.to_owned()),
        _ => (200, policies()),
    });
    let endpoint =
        vbs("").get_envs().find(|(name, _)| *name == "VBS_ENDPOINT").unwrap().1.unwrap().to_owned();
    let identity = format!("{}/v3", endpoint.to_str().unwrap());
    for format in ["table", "wide", "json", "jsonl", "yaml", "csv", "nagios", "prometheus"] {
        for command in ["check --all", "job show j1", "policy show b1", "whoami"] {
            if command.starts_with("check") || !matches!(format, "csv" | "nagios" | "prometheus") {
                let output = vbs(&format!("{command} --now 2026-01-15T06:00:00Z -o {format} --region r1"))
                    .env_remove("OS_TOKEN")
                    .envs([("OS_AUTH_URL", identity.as_str()), ("OS_USERNAME", "u"), ("OS_PASSWORD", "p")])
                    .env("OS_USER_DOMAIN_NAME", "d")
                    .output()
                    .unwrap();
                check(&output, &format!("{command} {format}"));
                let text = String::from_utf8(output.stdout.clone()).unwrap();
                // Monitoring identifies disks by their ids.
                let is_shown = text.contains("evil") && text.contains("name");
                assert!(
                    is_shown || matches!(format, "nagios" | "prometheus"),
                    "{command} {format}: {}",
                    output_text(&output)
                );
            }
        }
    }
}

#[test]
fn hostile_text_is_escaped_by_migrate() {
    let vbs = answering(|path| {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let is_first = !query.contains("offset=1");
        let tag = format!(r#"{{"key": {}, "value": {}}}"#, quoted("k"), quoted("v"));
        let body = match path {
            path if path.contains("backuptasks") => jobs(),
            path if path.ends_with("tags") => format!(r#"{{"tags": [{tag}]}}"#),
            path if path.ends_with("backups/detail") => format!(r#"{{"backups": [{}]}}"#, backup()),
            path if path.contains("sharing") && is_first => {
                format!(r#"{{"shared": [{{"id": {}, "backup_id": "b1"}}]}}"#, quoted("s1"))
            }
            path if path.contains("sharing") => r#"{"shared": []}"#.to_owned(),
            _ => policies(),
        };
        (200, body)
    });
    for format in ["text", "wide", "terraform", "openstack", "json", "jsonl", "yaml"] {
        for option in ["", "-v"] {
            let output = vbs(&format!("migrate plan {option} -o {format}")).output().unwrap();
            check(&output, &format!("migrate {option} {format}"));
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(text.contains("evil"), "the fields are not in {format}: {text}");
        }
    }
    let mut command = vbs("migrate plan --disks");
    check(&command.arg(format!("file{HOSTILE}")).output().unwrap(), "file");
}

#[test]
fn hostile_text_is_escaped_in_errors() {
    let body = format!(
        r#"{{"error": {{"code": {}, "message": {}}}, "request_id": {}}}"#,
        quoted("VBS.0001"),
        quoted("broken"),
        quoted("r1")
    );
    let vbs = answering(move |_| (400, body.clone()));
    for option in ["", "-v"] {
        check(&vbs(&format!("tasks {option}")).output().unwrap(), option);
        check(&vbs(&format!("check {option}")).output().unwrap(), option);
    }
}

fn check(output: &std::process::Output, case: &str) {
    for stream in [&output.stdout, &output.stderr] {
        let text = String::from_utf8(stream.clone()).unwrap();
        // The command's own colors.
        let text = console::strip_ansi_codes(&text);
        let hostile = text
            .chars()
            .find(|c| (c.is_control() && !matches!(c, '\n' | '\r')) || HOSTILE.contains(*c) && !c.is_ascii());
        assert_eq!(hostile, None, "{case}: {}", output_text(output));
        assert!(!text.replace("\r\n", "\n").contains('\r'), "{case}");
    }
}
