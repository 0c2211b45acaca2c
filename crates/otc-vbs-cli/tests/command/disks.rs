//! Names of disks, which come from block storage.

use std::process::Output;

use crate::support::{Server, output_text, vbs};

const NOW: &str = "--now 2026-01-15T06:00:00Z";

/// A server with these faults, and the clouds.yaml that leads to its block storage.
fn server(arguments: &str, faults: &[&str]) -> (Server, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("clouds.yaml");
    let arguments = format!("{arguments} --clouds-yaml {}", file.display());
    (Server::start_with_faults(&arguments, faults), directory)
}

fn run(directory: &tempfile::TempDir, arguments: &str) -> Output {
    vbs(&format!("{arguments} --cloud sandbox-password"))
        .env("OS_CLIENT_CONFIG_FILE", directory.path().join("clouds.yaml"))
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The names of the disks that `vbs check` finds.
fn names(output: &Output) -> Vec<Option<String>> {
    let rows = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap());
    let disks = rows.filter(|row: &serde_json::Value| row["kind"] == "disk");
    disks.map(|row| row["disk_name"].as_str().map(str::to_owned)).collect()
}

#[test]
fn every_disk_has_its_name_after_one_walk() {
    // More disks than a page has.
    let (_server, directory) = server("--disks 1500 --jobs 3000", &[]);
    let output = run(&directory, &format!("check {NOW} --all -o jsonl -v"));
    let names = names(&output);
    assert!(names.len() > 900, "{}", names.len());
    assert!(
        names.iter().all(|name| name.as_ref().is_some_and(|name| name.starts_with("disk-"))),
        "{names:?}"
    );
    let pages = text(&output.stderr).lines().filter(|line| line.contains("listVolumes")).count();
    assert_eq!(pages, 2, "{}", text(&output.stderr));
}

#[test]
fn block_storage_is_not_asked_if_there_is_nothing_to_show() {
    let well = "GET /v2/*/backuppolicy/*/backuptasks: unknown-status; value=EXECUTE_SUCCESS; times=always";
    let (_server, directory) = server("", &[well]);
    for options in ["--policy nightly", "--policy nightly -o nagios --all", "-o prometheus"] {
        let output = run(&directory, &format!("check {NOW} -v {options}"));
        assert!(!output_text(&output).contains("listVolumes"), "{options}: {}", output_text(&output));
    }
}

#[test]
fn disks_have_no_names_if_block_storage_refuses() {
    for fault in ["status; code=403", "status; code=404", "503-html"] {
        let fault = format!("GET /volume/**: {fault}; times=always");
        let (_server, directory) = server("", &[&fault]);
        let output = run(&directory, &format!("check {NOW} -o jsonl"));
        let names = names(&output);
        assert!(!names.is_empty() && names.iter().all(Option::is_none), "{}", output_text(&output));
        assert_eq!(output.status.code(), Some(2), "{}", output_text(&output));
        assert!(!text(&output.stderr).contains("block storage"), "{}", output_text(&output));

        let output = run(&directory, "job show 3ee68788-765c-41f2-a2e3-dd0eb9e9fe0d");
        assert_eq!(output.status.code(), Some(0), "{}", output_text(&output));
        assert!(text(&output.stdout).contains("Disk        61e28a73-a489-4fcd-abb2-ca299b6a556f\n"));
        let output = run(&directory, "policy show nightly -v");
        assert_eq!(output.status.code(), Some(0), "{}", output_text(&output));
        let why = "note: disks are shown without names, which block storage has: it answered HTTP ";
        assert!(text(&output.stderr).contains(why), "{}", output_text(&output));
        let requests = text(&output.stderr).matches("request: GET listVolumes").count();
        assert_eq!(requests, 1, "names are not worth a second try: {}", output_text(&output));
    }
}

#[test]
fn disks_have_no_names_without_an_identity_service() {
    let server = Server::start("");
    let output = server.vbs(&format!("check {NOW} -o jsonl -v")).output().unwrap();
    assert!(names(&output).iter().all(Option::is_none), "{}", output_text(&output));
    assert!(
        output_text(&output).contains("a token alone does not show where block storage is"),
        "{}",
        output_text(&output)
    );
}
