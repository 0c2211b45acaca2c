//! `vbs backup`, in each format and with each way to fail.

use crate::support::{Clouds, Server, output_text, run, stdout, vbs};

const FORMATS: [&str; 6] = ["table", "wide", "json", "jsonl", "yaml", "csv"];

/// The outcomes of commands, for a snapshot.
fn transcript(commands: &[String]) -> String {
    commands.iter().map(|command| format!("$ vbs {command}\n{}\n", run(command))).collect()
}

fn in_each_format(command: &str) -> String {
    transcript(&FORMATS.map(|format| format!("--sandbox {command} -o {format}")))
}

/// The newest backups of the sandbox, as JSON.
fn backups(arguments: &str) -> Vec<serde_json::Value> {
    serde_json::from_str(&stdout(&format!("--sandbox backup list {arguments} -o json"))).unwrap()
}

fn field(backup: &serde_json::Value, name: &str) -> String {
    backup[name].as_str().unwrap().to_owned()
}

fn newest() -> serde_json::Value {
    backups("--status available").swap_remove(0)
}

/// The available backups, newest first, of disks that are not being backed up.
fn idle() -> Vec<serde_json::Value> {
    let all = backups("");
    let is_busy = |backup: &serde_json::Value| {
        all.iter().any(|other| other["status"] == "creating" && other["volume_id"] == backup["volume_id"])
    };
    all.iter().filter(|backup| backup["status"] == "available" && !is_busy(backup)).cloned().collect()
}

fn idle_disk() -> String {
    field(&idle()[0], "volume_id")
}

#[test]
fn list_in_each_format() {
    insta::assert_snapshot!(in_each_format("backup list --limit 3"));
}

#[test]
fn list_fits_the_terminal() {
    let of = |width: &str| {
        let output = vbs("--sandbox backup list --limit 3").env("COLUMNS", width).output().unwrap();
        format!("{width} columns\n{}\n", output_text(&output))
    };
    insta::assert_snapshot!(["60", "80", "120", "200"].map(of).concat());
}

#[test]
fn list_is_complete_and_newest_first() {
    let all = backups("");
    let times: Vec<String> = all.iter().map(|backup| field(backup, "created_at")).collect();
    assert!(times.is_sorted_by(|newer, older| newer >= older), "{times:?}");
    let server = Server::start("");
    let wide = server.vbs("backup list -o json").output().unwrap();
    let wide: Vec<serde_json::Value> = serde_json::from_slice(&wide.stdout).unwrap();
    assert_eq!(wide.len(), all.len());
    assert_eq!(backups("--limit 3"), all[..3]);
}

#[test]
fn filters_select_backups() {
    let all = backups("");
    let disk = field(&all[0], "volume_id");
    let name = field(&all[0], "name");
    let of = |field: &str, value: &str| {
        let matching = all.iter().filter(|backup| backup[field] == value);
        matching.cloned().collect::<Vec<_>>()
    };
    assert_eq!(backups("--status available"), of("status", "available"));
    assert_eq!(backups("--raw-status error"), of("status", "error"));
    assert_eq!(backups(&format!("--disk {disk}")), of("volume_id", &disk));
    assert_eq!(backups(&format!("--disk {}", &disk[..8])), of("volume_id", &disk));
    assert_eq!(backups(&format!("--name {name}")), of("name", &name));
    assert!(backups(&format!("--name-like {}", &name[..3])).contains(&all[0]));
    let (recent, older) = (backups("--since 3d"), backups("--until 3d"));
    assert!(!recent.is_empty() && !older.is_empty());
    assert_eq!([recent, older].concat(), all);
}

#[test]
fn show_in_each_format() {
    let backup = newest();
    let id = field(&backup, "id");
    insta::assert_snapshot!(in_each_format(&format!("backup show {id}")));
}

#[test]
fn backup_is_found_by_name_and_by_the_beginning_of_its_id() {
    let backup = newest();
    let (id, name) = (field(&backup, "id"), field(&backup, "name"));
    let by_id = stdout(&format!("--sandbox backup show {id}"));
    assert_eq!(stdout(&format!("--sandbox backup show {}", &id[..8])), by_id);
    assert_eq!(stdout(&format!("--sandbox backup show {name}")), by_id);
}

#[test]
fn create_prints_the_job_in_each_format() {
    let disk = idle_disk();
    insta::assert_snapshot!(in_each_format(&format!("backup create {disk} --name before-update")));
}

#[test]
fn create_waits_for_the_backup() {
    let disk = idle_disk();
    insta::assert_snapshot!(in_each_format(&format!(
        "backup create {disk} --name before-update --full --description test --tag env=prod --wait"
    )));
}

#[test]
fn dry_run_prints_the_requests_and_sends_nothing() {
    let all = backups("--status available");
    let [first, second] = [&all[0], &all[1]];
    let (id, disk) = (field(first, "id"), field(first, "volume_id"));
    insta::assert_snapshot!(transcript(&[
        format!("--sandbox backup create {disk} --name before-update --full --tag env=prod --dry-run"),
        format!("--sandbox backup create {disk} --dry-run --wait"),
        format!("--sandbox backup restore {} --dry-run", &id[..8]),
        format!("--sandbox backup delete {id} {} --dry-run", field(second, "id")),
    ]));
}

#[test]
fn restore_in_each_format() {
    let id = field(&idle()[0], "id");
    insta::assert_snapshot!(in_each_format(&format!("backup restore {id} --yes --wait")));
}

#[test]
fn restore_to_another_disk() {
    let mut all = idle();
    all.sort_by_key(|backup| backup["size"].as_u64());
    let (smallest, largest) = (&all[0], all.last().unwrap());
    let other = field(largest, "volume_id");
    assert_ne!(field(smallest, "volume_id"), other);
    let text = run(&format!("--sandbox backup restore {} --disk {other} --yes", field(smallest, "id")));
    assert!(text.contains(&format!("note: overwriting all data of disk {other} with backup ")), "{text}");
    assert!(text.contains(&format!("Disk    {other}\n")), "{text}");
}

#[test]
fn delete_prints_what_it_deletes() {
    let all = backups("--status available");
    let ids = [field(&all[0], "id"), field(&all[1], "id")];
    insta::assert_snapshot!(transcript(&[
        format!("--sandbox backup delete {} --yes", ids[0]),
        format!("--sandbox backup delete {} {} {} --yes", ids[0], ids[1], ids[0]),
    ]));
}

#[test]
fn delete_goes_on_after_a_failure() {
    let all = backups("--status available");
    let ids = [field(&all[0], "id"), field(&all[1], "id")];
    let fault = format!("DELETE /v3/*/backups/{}: status; code=409; times=99", ids[0]);
    let server = Server::start_with_faults("", &[&fault]);
    let output = server.vbs(&format!("backup delete --yes {} {}", ids[0], ids[1])).output().unwrap();
    let text = output_text(&output);
    assert_eq!(output.status.code(), Some(7), "{text}");
    assert!(text.contains(&format!("warning: can't delete backup {}: HTTP 409", ids[0])), "{text}");
    assert!(text.contains("1 backup is being deleted"), "{text}");
    let left = server.vbs("backup list --status available -o json").output().unwrap();
    let left = String::from_utf8(left.stdout).unwrap();
    assert!(left.contains(&ids[0]) && !left.contains(&ids[1]), "{left}");
}

#[test]
fn failures() {
    let backup = newest();
    let id = field(&backup, "id");
    let missing = "00000000-0000-4000-8000-000000000000";
    insta::assert_snapshot!(transcript(&[
        "--sandbox backup list --status failed".to_owned(),
        "--sandbox backup list --since tomorow".to_owned(),
        "--sandbox backup list -c nope".to_owned(),
        format!("--sandbox backup show {missing}"),
        "--sandbox backup show nope".to_owned(),
        format!("--sandbox backup create {missing}"),
        format!("--sandbox backup create {}", field(&backup, "volume_id")),
        "--sandbox backup create a/b".to_owned(),
        format!("--sandbox backup create {} --tag env", field(&backup, "volume_id")),
        format!("--sandbox backup create {} --timeout 5m", field(&backup, "volume_id")),
        format!("--sandbox backup create {} --wait --timeout soon", field(&backup, "volume_id")),
        format!("--sandbox backup restore {id}"),
        format!("--sandbox backup restore {} --yes", &id[..8]),
        format!("--sandbox backup restore {id} --disk {missing} --yes"),
        format!("--sandbox backup delete {id}"),
        format!("--sandbox backup delete {} --yes", &id[..8]),
        format!("--sandbox backup delete {id} {missing} --yes"),
    ]));
}

#[test]
fn timeout_prints_the_command_that_resumes() {
    let server = Server::start("");
    let disk = idle_disk();
    let command = format!("backup create {disk} --name a --wait --timeout 0s");
    let output = server.vbs(&command).output().unwrap();
    let text = output_text(&output);
    assert_eq!(output.status.code(), Some(5), "{text}");
    let id = text.split("note: job ").nth(1).unwrap().split(' ').next().unwrap();
    assert!(
        text.contains(&format!("hint: the job continues; wait for it with `vbs job wait {id}`")),
        "{text}"
    );
}

#[test]
fn several_projects_have_a_column_and_one_that_fails_does_not_stop_the_others() {
    let clouds = Clouds::start();
    let list = |names: &str| clouds.run(&format!("backup list --limit 1 --cloud {names}"));
    let output = list("sandbox-password,sandbox-agency");
    let text = clouds.server.output_text(&output);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("PROJECT") && text.contains("2 backups"), "{text}");
    let output = list("sandbox-password,nope");
    let text = clouds.server.output_text(&output);
    assert_eq!(output.status.code(), Some(7), "{text}");
    assert!(text.contains("PROJECT") && text.contains("1 backup\n"), "{text}");
    assert!(text.contains("warning: can't sign in to cloud nope: "), "{text}");
    let output = clouds.run("backup delete x --yes --cloud sandbox-password,sandbox-agency");
    let text = clouds.server.output_text(&output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("error: this command works with one project"), "{text}");
}
