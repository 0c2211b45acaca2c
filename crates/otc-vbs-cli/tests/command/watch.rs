//! `vbs tasks --watch`, and Ctrl-C.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use crate::support::{Server, run};

fn start(mut command: Command) -> Child {
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[cfg(unix)]
fn interrupt(process: &mut Child) -> Option<i32> {
    let id = process.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    process.wait().unwrap().code()
}

#[cfg(unix)]
#[test]
fn watch_shows_changes_until_ctrl_c() {
    for format in ["table", "jsonl", "csv", "yaml"] {
        let server = Server::start("");
        let id_column = if format == "table" { "id" } else { "job_id" };
        let arguments = format!(
            "tasks nightly --now 2026-01-15T06:00:00Z --watch --interval 100ms -o {format} --columns {id_column},status"
        );
        let mut process = start(server.vbs(&arguments));
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
        let id = "d15fe8f8-2808-4e5c-a131-9ea001e8c34f";
        let mut status_of = |id: &str| {
            let line = lines.find(|line| line.contains(id)).unwrap();
            // In YAML, the status is in the next line.
            if format == "yaml" { lines.next().unwrap() } else { line }
        };
        assert!(status_of(id).to_lowercase().contains("running"), "{format}");
        server.advance("PT12H");
        let after = status_of(id).to_lowercase();
        assert!(!after.contains("running"), "{format}: {after}");
        assert_eq!(interrupt(&mut process), Some(130), "{format}");
        let mut text = String::new();
        process.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        assert!(text.contains("note: watching every 100ms; Ctrl-C ends it"), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn watch_continues_after_an_outage() {
    let server = Server::start("");
    let mut process =
        start(server.vbs("tasks nightly --now 2026-01-15T06:00:00Z --watch --interval 100ms -o jsonl"));
    let mut text = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(text.any(|line| line.starts_with("note: watching")));
    server.fault("GET /v2/*/backuppolicy: status; code=404; times=1");
    let warning = text.find(|line| line.starts_with("warning: ")).unwrap();
    assert!(warning.ends_with("; the watch continues"), "{warning}");
    server.advance("PT24H");
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("2026-01-16T")));
    assert_eq!(interrupt(&mut process), Some(130));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_a_command_that_blocks_on_a_full_pipe() {
    let mut command = crate::support::vbs("--sandbox --sandbox-jobs 100_000 tasks --all -o csv");
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 1];
    process.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(interrupt(&mut process), Some(130));
}

#[test]
fn invalid_watch_options_are_refused() {
    insta::assert_snapshot!(
        ["--watch -o json", "--interval 5s", "--watch --interval 5"]
            .map(|options| run(&format!("--sandbox tasks {options}")))
            .join("\n")
    );
}
