//! An operator's day: the commands of `operators_day.txt`, one after the other, against one server.
//!
//! The script has comments (`#`), commands (`$`) and what happens while the command above runs (`@`): time that passes in
//! the sandbox, or Ctrl-C. The golden file is the script with what each command prints.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Output, Stdio};
use std::thread;

use crate::support::{Server, vbs};

const SCRIPT: &str = include_str!("operators_day.txt");

/// A server whose policies `nightly` and `weekly` have run for some days, and a directory with clouds.yaml and the disks to
/// add.
struct Day {
    server: Server,
    directory: tempfile::TempDir,
}

impl Day {
    fn begin() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clouds = directory.path().join("clouds.yaml");
        // The policy that holds all disks is replaced.
        let options = "--policies 1 --disks 304 --jobs 0";
        let server = Server::start(&format!("{options} --clouds-yaml {}", clouds.display()));
        let day = Self { server, directory };
        let disks = day.disks();
        for arguments in [
            "policy delete nightly --yes",
            "policy create nightly --at 2:00 --every 1 --keep 7",
            "policy create weekly --at 3:00 --on sun --keep 4",
            &format!("policy add-disks nightly {}", disks[..4].join(" ")),
            &format!("policy add-disks weekly {}", disks[4..6].join(" ")),
        ] {
            let output = day.server.vbs(arguments).output().unwrap();
            assert!(output.status.success(), "{arguments}: {}", day.server.output_text(&output));
        }
        day.server.advance("P3D");
        let unknown = "00000000-0000-4000-8000-000000000000".to_owned();
        let new = [&disks[6..304], &[disks[4].clone(), unknown]].concat();
        assert_eq!(new.len(), 300);
        std::fs::write(day.directory.path().join("disks.txt"), new.join("\n")).unwrap();
        day
    }

    /// The disks of the project, by block storage.
    fn disks(&self) -> Vec<String> {
        let project = self.server.variable("OS_PROJECT_ID");
        let answer = self.server.get(&format!("volume/v3/{project}/volumes"));
        let disks = answer["volumes"].as_array().unwrap();
        disks.iter().map(|disk| disk["id"].as_str().unwrap().to_owned()).collect()
    }

    /// Runs a command while something happens.
    fn run(&self, command: &str, events: &[&str]) -> Output {
        let mut command = vbs(command.strip_prefix("vbs ").unwrap());
        command.current_dir(self.directory.path()).env("COLUMNS", "100");
        command.env("OS_CLIENT_CONFIG_FILE", "clouds.yaml").env("OS_CLOUD", "sandbox-password");
        if events.is_empty() {
            return command.output().unwrap();
        }
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(process.stderr.take().unwrap());
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let (mut printed, mut noted) = (String::new(), String::new());
        // It says so when it begins to wait.
        while !noted.lines().last().is_some_and(|line| line.starts_with("note: ")) {
            assert!(stderr.read_line(&mut noted).unwrap() > 0, "{noted}");
        }
        let notes = thread::spawn(move || {
            stderr.read_to_string(&mut noted).unwrap();
            noted
        });
        for event in events {
            match event.strip_prefix("Ctrl-C after ") {
                Some(lines) => {
                    let lines: usize = lines.strip_suffix(" lines").unwrap().parse().unwrap();
                    while printed.lines().count() < lines {
                        assert!(stdout.read_line(&mut printed).unwrap() > 0, "{printed}");
                    }
                    let id = process.id().to_string();
                    assert!(
                        std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success()
                    );
                }
                None => self.server.advance(event),
            }
        }
        stdout.read_to_string(&mut printed).unwrap();
        let (stdout, stderr) = (printed.into_bytes(), notes.join().unwrap().into_bytes());
        Output { status: process.wait().unwrap(), stdout, stderr }
    }

    /// What a command printed, without what differs in every run.
    fn said(&self, output: &Output) -> String {
        let text =
            self.server.output_text(output).replace(self.directory.path().to_str().unwrap(), "[DIRECTORY]");
        let lines = text.lines().map(|line| match line.starts_with("Valid until  ") {
            true => "Valid until  [TIME]",
            false => line,
        });
        lines.map(|line| line.to_owned() + "\n").collect()
    }
}

#[test]
fn operators_day() {
    let day = Day::begin();
    let mut transcript = String::new();
    let mut lines = SCRIPT.lines().peekable();
    while let Some(line) = lines.next() {
        writeln!(transcript, "{line}").unwrap();
        let Some(command) = line.strip_prefix("$ ") else { continue };
        let mut events = Vec::new();
        while let Some(event) = lines.next_if(|line| line.starts_with('@')) {
            writeln!(transcript, "{event}").unwrap();
            events.push(event.strip_prefix("@ ").unwrap());
        }
        let output = day.run(command, &events);
        transcript += &day.said(&output);
    }
    insta::assert_snapshot!(transcript);
}
