//! `vbs quota`.

use crate::support::{answering, output_text, run};

#[test]
fn quota_in_each_format() {
    let formats = ["table", "wide", "json", "jsonl", "yaml", "csv"];
    let of = |format| format!("{format}\n{}\n", run(&format!("--sandbox quota -o {format}")));
    insta::assert_snapshot!(formats.map(of).concat());
}

#[test]
fn unlimited_full_and_unknown_quotas_are_told_apart() {
    let vbs = answering(|_| {
        let resources = r#"[
            {"type": "backups", "used": 4950, "reserved": 50, "quota": 5000},
            {"type": "backup_gigabytes", "used": 120, "quota": -1},
            {"type": "backup_capacity", "used": 3}
        ]"#;
        (200, format!(r#"{{"quotas": {{"resources": {resources}}}}}"#))
    });
    let of = |format| {
        format!("{format}\n{}\n", output_text(&vbs(&format!("quota -o {format}")).output().unwrap()))
    };
    insta::assert_snapshot!(["table", "json"].map(of).concat());
}

#[test]
fn failed_request_is_an_error() {
    let vbs = answering(|_| (403, r#"{"error": {"code": "VBS.0003", "message": "no"}}"#.to_owned()));
    let output = vbs("quota").output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    insta::assert_snapshot!(output_text(&output));
}
