//! `vbs share`, in each format and with each way to fail.

use crate::support::{Server, output_text, run, stdout};

const FORMATS: [&str; 6] = ["table", "wide", "json", "jsonl", "yaml", "csv"];
const OTHER_PROJECT: &str = "4229d7a45436489f8c3dc2b1d35d4987";

/// A sandbox with a backup that is shared with its second project.
struct Shared {
    server: Server,
    other: String,
    backup: String,
    share: String,
}

impl Shared {
    fn start() -> Self {
        let server = Server::start("");
        let backup = newest();
        let other = other_project();
        let output = server.vbs(&format!("share create {backup} {other} -o json")).output().unwrap();
        assert!(output.status.success(), "{}", output_text(&output));
        let shares: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
        let share = shares[0]["id"].as_str().unwrap().to_owned();
        Self { server, other, backup, share }
    }

    /// The outcomes of commands, for a snapshot.
    fn transcript(&self, commands: &[String]) -> String {
        let of = |command: &String| {
            let output = self.server.vbs(command).output().unwrap();
            format!("$ vbs {command}\n{}\n", self.server.output_text(&output))
        };
        commands.iter().map(of).collect()
    }

    fn in_each_format(&self, command: &str) -> String {
        self.transcript(&FORMATS.map(|format| format!("{command} -o {format}")))
    }
}

fn newest() -> String {
    let backups = stdout("--sandbox backup list --status available --limit 1 -o json");
    let backups: serde_json::Value = serde_json::from_str(&backups).unwrap();
    backups[0]["id"].as_str().unwrap().to_owned()
}

/// The second project of every sandbox with the command's default seed.
fn other_project() -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(async {
        let sandbox = otc_vbs_sandbox::Sandbox::builder().seed(1).start().await.unwrap();
        sandbox.second_project_id().to_owned()
    })
}

#[test]
fn list_in_each_format() {
    insta::assert_snapshot!(Shared::start().in_each_format("share list"));
}

#[test]
fn show_in_each_format() {
    let shared = Shared::start();
    insta::assert_snapshot!(shared.in_each_format(&format!("share show {}", &shared.share[..8])));
}

#[test]
fn received_shares_are_listed_separately() {
    let shared = Shared::start();
    let count = |arguments: &str| {
        let output = shared.server.vbs(&format!("share list {arguments} -o json")).output().unwrap();
        let shares: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout).unwrap();
        shares.len()
    };
    assert_eq!(count(""), 1);
    assert_eq!(count("--received"), 0);
    assert_eq!(count(&format!("--to {}", shared.other)), 1);
    assert_eq!(count(&format!("--to {OTHER_PROJECT}")), 0);
    assert_eq!(count(&format!("--backup {}", shared.backup)), 1);
    assert_eq!(count("--status available"), 1);
    assert_eq!(count("--raw-status error"), 0);
    assert_eq!(count("--name-like no-backup-has-this-name"), 0);
    let output = shared.server.vbs("share list -o json").output().unwrap();
    let shares: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let disk = shares[0]["volume_id"].as_str().unwrap();
    assert_eq!(count(&format!("--disk {disk}")), 1);
    assert_eq!(count(&format!("--disk {}", &disk[..8])), 1);
    assert_eq!(count("--disk 00000000"), 0);
}

#[test]
fn create_prints_the_shares_in_each_format() {
    let (backup, other) = (newest(), other_project());
    let of = |format| {
        let command = format!("--sandbox share create {backup} {other} -o {format}");
        format!("$ vbs {command}\n{}\n", run(&command))
    };
    insta::assert_snapshot!(FORMATS.map(of).concat());
}

#[test]
fn dry_run_prints_the_requests_and_sends_nothing() {
    let shared = Shared::start();
    insta::assert_snapshot!(shared.transcript(&[
        format!("share create {} {OTHER_PROJECT} --dry-run", shared.backup),
        format!("share create {} {OTHER_PROJECT} --dry-run -q -o yaml", shared.backup),
        format!("share create {} {OTHER_PROJECT} -o json -c nope", shared.backup),
        format!("share cancel {} --dry-run", &shared.share[..8]),
        format!("share cancel --backup {} --dry-run", shared.backup),
        "share list -q".to_owned(),
    ]));
}

#[test]
fn cancel_prints_what_it_cancels() {
    let shared = Shared::start();
    let one = shared.transcript(&[
        format!("share cancel {} --yes", shared.share),
        "share list".to_owned(),
        format!("share create {} {} -q", shared.backup, shared.other),
        format!("share cancel --backup {} --yes", shared.backup),
        "share list".to_owned(),
    ]);
    insta::assert_snapshot!(one);
}

#[test]
fn failures() {
    let shared = Shared::start();
    insta::assert_snapshot!(shared.transcript(&[
        "share list --status failed".to_owned(),
        "share show 00000000-0000-4000-8000-000000000000".to_owned(),
        "share show nope".to_owned(),
        format!("share create {} {}", shared.backup, shared.other),
        format!("share create {} a/b", shared.backup),
        format!("share create nope {}", shared.other),
        "share cancel".to_owned(),
        format!("share cancel {}", shared.share),
        format!("share cancel {} --yes", &shared.share[..8]),
        "share cancel nope --yes".to_owned(),
        format!("share cancel {} --backup {}", shared.share, shared.backup),
    ]));
}
