//! Names of disks, which come from block storage.

use std::process::Output;

use crate::support::{Clouds, Server, output_text, vbs};

const NOW: &str = "--now 2026-01-15T06:00:00Z";

fn run(clouds: &Clouds, arguments: &str) -> Output {
    clouds.run(&format!("{arguments} --cloud sandbox-password"))
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
    let clouds = Clouds::start_with("--disks 1500 --jobs 3000", &[]);
    let output = run(&clouds, &format!("check {NOW} --all -o jsonl -v"));
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
    let clouds = Clouds::start_with("", &[well]);
    for options in ["--policy nightly", "--policy nightly -o nagios --all", "-o prometheus"] {
        let output = run(&clouds, &format!("check {NOW} -v {options}"));
        assert!(!output_text(&output).contains("listVolumes"), "{options}: {}", output_text(&output));
    }
}

#[test]
fn disks_have_no_names_if_block_storage_refuses() {
    for fault in ["status; code=403", "status; code=404", "503-html"] {
        let fault = format!("GET /volume/**: {fault}; times=always");
        let clouds = Clouds::start_with("", &[&fault]);
        let output = run(&clouds, &format!("check {NOW} -o jsonl"));
        let names = names(&output);
        assert!(!names.is_empty() && names.iter().all(Option::is_none), "{}", output_text(&output));
        assert_eq!(output.status.code(), Some(2), "{}", output_text(&output));
        assert!(!text(&output.stderr).contains("block storage"), "{}", output_text(&output));

        let output = run(&clouds, "job show 3ee68788-765c-41f2-a2e3-dd0eb9e9fe0d");
        assert_eq!(output.status.code(), Some(0), "{}", output_text(&output));
        assert!(text(&output.stdout).contains("Disk        61e28a73-a489-4fcd-abb2-ca299b6a556f\n"));
        let output = run(&clouds, "policy show nightly -v");
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

#[test]
fn commands_find_disks_by_name() {
    let row = |output: &Output| text(&output.stdout).lines().next().map(str::to_owned).unwrap_or_default();
    let id = "b3ce1393-94df-46d9-89d6-8bad4ebcfa03";
    for command in [
        "policy add-disks nightly disk-1 --dry-run",
        "policy remove-disks nightly disk-1 --dry-run",
        "backup create disk-1 --dry-run",
        "backup restore autobk_cb96 --disk disk-1 --dry-run",
        "tasks nightly --disk disk-1 -o jsonl",
        "backup list --disk disk-1 -o jsonl",
    ] {
        for name in ["disk-1", "b3ce1393", id] {
            let output = vbs(&format!("--sandbox {}", command.replace("disk-1", name))).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{command}: {}", output_text(&output));
            assert!(text(&output.stdout).contains(id), "{command}: {}", output_text(&output));
        }
        let output = vbs(&format!("--sandbox {}", command.replace("disk-1", "disk-11"))).output().unwrap();
        let said = output_text(&output);
        assert_eq!(output.status.code(), Some(4), "{command}: {said}");
        assert!(
            said.contains(" has no disk with the name or id `disk-11`\nhint: did you mean disk-1"),
            "{said}"
        );
        assert_eq!(row(&output), "", "{command}: {said}");
    }
    let checked = |options: &str| output_text(&vbs(&format!("--sandbox check {options}")).output().unwrap());
    assert!(checked("").contains("disk-1 ") && !checked("--ignore disk-1").contains("disk-1 "));
}

#[test]
fn disks_need_whole_ids_if_block_storage_refuses() {
    let clouds = Clouds::start_with("", &["GET /volume/**: status; code=403; times=always"]);
    for command in ["backup create disk-1", "policy add-disks nightly disk-1", "tasks --disk disk-1"] {
        let output = run(&clouds, command);
        let said = output_text(&output);
        assert_eq!(output.status.code(), Some(2), "{command}: {said}");
        assert!(said.contains("error: can't look up disk `disk-1`"), "{command}: {said}");
        assert!(said.contains("it answered HTTP 403 Forbidden\nhint: use the full id of the disk"), "{said}");
    }
    let said = output_text(&run(&clouds, "check --ignore disk-1"));
    assert!(said.starts_with("exit code: 3\n"), "{said}");
}
