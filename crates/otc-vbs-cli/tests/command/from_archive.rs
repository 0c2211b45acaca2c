//! `--from DIR`: an archive gives the same answers as the service.

use crate::support::{Server, output_text, run};

/// Commands that read the service or an archive. All are run with a server that needs only a token: an archive does not have
/// the names of disks, which block storage has.
const COMMANDS: [&str; 12] = [
    "tasks",
    "tasks --all -o jsonl",
    "tasks --all --sort-dir asc -o csv",
    "tasks nightly --failed -o json",
    "tasks nightly --status ok --limit 7 --offset 3",
    "tasks nightly --marker d15fe8f8-2808-4e5c-a131-9ea001e8c34f --limit 5",
    "tasks --job-id 38e768cb-d065-475b-a41e-fa987ed70885 -o yaml",
    "tasks no-such-policy",
    "check --now 2026-01-15T06:00:00Z",
    "check --all -o json --now 2026-01-15T06:00:00Z",
    "check --max-age 26h -o csv --now 2026-01-15T06:00:00Z",
    "report -o json --now 2026-01-15T06:00:00Z",
];

#[test]
fn archive_gives_the_answers_of_the_service() {
    let server = Server::start("");
    let directory = tempfile::tempdir().unwrap();
    let archive = directory.path().join("archive");
    let archive = archive.to_str().unwrap();
    let exported = server.vbs(&format!("export --to {archive}")).output().unwrap();
    assert!(exported.status.success(), "{}", output_text(&exported));
    for command in COMMANDS {
        let by_service = output_text(&server.vbs(command).output().unwrap());
        assert_eq!(from_archive(command, archive), by_service, "vbs {command}");
    }
    // Jobs have ended and begun since.
    server.advance("PT20H");
    let now = "2026-01-16T02:00:00Z";
    let appended = server.vbs(&format!("export --append --now {now} --to {archive}")).output().unwrap();
    assert!(appended.status.success(), "{}", output_text(&appended));
    for command in ["tasks --since 29d -o csv", "check --all", "report --since 29d"] {
        let command = format!("{command} --now {now}");
        let by_service = output_text(&server.vbs(&command).output().unwrap());
        assert_eq!(from_archive(&command, archive), by_service, "vbs {command}");
    }
}

/// The output of a command that reads an archive. The commands that it suggests are those for the service.
fn from_archive(command: &str, archive: &str) -> String {
    let output_text = run(&format!("{command} --from {archive}"));
    let output_text = output_text.replace(&format!(" -o yaml --from {archive}"), "");
    output_text.replace("vbs tasks --job-id ", "vbs job show ").replace(&format!(" --from {archive}"), "")
}

#[test]
fn archive_that_cannot_be_read_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_str().unwrap();
    let outcome = |command: &str| run(&format!("{command} --from {path}")).replace(path, "DIR");
    let none = ["tasks", "check", "report"].map(outcome).join("\n");
    let with_manifest = |text: &str| {
        std::fs::write(directory.path().join("manifest.json"), text).unwrap();
        outcome("tasks")
    };
    let others = [r#"{"format_version": 2}"#, "{}", r#"{"format_version": 1"#].map(with_manifest).join("\n");
    insta::assert_snapshot!(format!("{none}\n{others}"));
}

#[test]
fn options_of_the_service_are_refused_with_an_archive() {
    let commands = ["tasks --sandbox", "tasks --endpoint https://localhost", "tasks --watch"];
    insta::assert_snapshot!(commands.map(|command| run(&format!("{command} --from archive"))).join("\n"));
}
