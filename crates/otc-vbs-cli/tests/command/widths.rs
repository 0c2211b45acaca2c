//! Long texts fit terminals of every width, and nothing of them is lost.

use crate::support::{answering, output_text};

/// Longer than the widest line, with a word that is longer than the narrowest one.
const REASON: &str = "the snapshot could not be created because the storage backend answered with an error that it \
                      describes as follows: VBS-BACKEND-SNAPSHOT-QUOTA-EXCEEDED/pod01.eu-de-01/volume-61e28a73-a489\
                      -4fcd-abb2-ca299b6a556f; ask the operator of the storage backend to make room for snapshots, \
                      and run the policy again once there is room";

const POLICY_ID: &str = "5e45f976-4a5e-4636-8d00-077258ef51b9";
const POLICY_NAME: &str = "every-database-of-the-shop-and-of-the-warehouse";

fn policies() -> String {
    let hours: Vec<String> = (0..23).map(|hour| format!("{hour:02}:00")).collect();
    let policy = serde_json::json!({
        "backup_policy_id": POLICY_ID,
        "backup_policy_name": POLICY_NAME,
        "policy_resource_count": 1,
        "scheduled_policy": {
            "start_time": hours.join(","),
            "week_frequency": ["MON", "TUE", "THU", "FRI", "SAT"],
            "rentention_num": 10,
            "remain_first_backup_of_curMonth": "N",
            "status": "ON",
        },
    });
    serde_json::json!({ "backup_policies": [policy] }).to_string()
}

fn jobs() -> String {
    let job = serde_json::json!({
        "job_id": "38e768cb-d065-475b-a41e-fa987ed70885",
        "status": "EXECUTE_FAIL",
        "created_at": "2026-01-15T05:00:00",
        "finished_at": "2026-01-15T05:20:00",
        "backup_name": "autobk_2b15",
        "resource_id": "b3ce1393-94df-46d9-89d6-8bad4ebcfa03",
        "resource_type": "volume",
        "code": "VolumeBackup.0017",
        "message": REASON,
    });
    serde_json::json!({ "tasks": [job], "count": 1 }).to_string()
}

fn backups() -> String {
    let backup = serde_json::json!({
        "id": "6a4e4170-5805-4eb5-bbf5-30cdc0b49068",
        "name": "backup-of-the-database-before-the-update-of-january",
        "status": "error",
        "volume_id": "b3ce1393-94df-46d9-89d6-8bad4ebcfa03",
        "size": 100,
        "created_at": "2026-01-15T05:00:00.000000",
        "fail_reason": REASON,
    });
    serde_json::json!({ "backups": [backup] }).to_string()
}

fn without_spaces(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn long_texts_are_whole_and_no_line_is_wider_than_the_terminal() {
    let vbs = answering(|path| {
        let path = path.split('?').next().unwrap();
        let body = match path {
            path if path.contains("backuptasks") => jobs(),
            path if path.contains("backuppolicy") => policies(),
            path if path.contains("quota") => r#"{"quotas": {"resources": []}}"#.to_owned(),
            path if path.ends_with("backups/detail") => backups(),
            _ => r#"{"tags": []}"#.to_owned(),
        };
        (200, body)
    });
    let hours: Vec<String> = (0..22).map(|hour| format!("{hour:02}:00")).collect();
    let runs = format!("Mon, Tue, Thu, Fri, Sat {} and 22:00 UTC", hours.join(", "));
    for (command, whole) in [
        ("tasks", format!("VolumeBackup.0017: {REASON}")),
        ("check", format!("VolumeBackup.0017: {REASON}")),
        ("policy list", runs),
        ("backup list", REASON.to_owned()),
    ] {
        for width in [60, 80, 120, 200] {
            let output = vbs(&format!("{command} --now 2026-01-15T06:00:00Z"))
                .env("COLUMNS", width.to_string())
                .output()
                .unwrap();
            let text = std::str::from_utf8(&output.stdout).unwrap();
            for line in text.lines() {
                // The headline of a check is one line for its readers, and a command is one line to copy.
                let is_one_line = line.starts_with("VBS ") || line.trim_start().starts_with("→ ");
                let fits = console::measure_text_width(line) <= width;
                assert!(fits || is_one_line, "{command}, {width}: {line:?}\n{}", output_text(&output));
            }
            let is_whole = without_spaces(text).contains(&without_spaces(&whole));
            assert!(is_whole, "{command}, {width}: {}", output_text(&output));
        }
    }
}
