//! Several clouds.

use std::process::Output;

use super::{NOW, code, rows, utf8};
use crate::support::{Server, output_text, vbs};

struct Clouds {
    _server: Server,
    directory: tempfile::TempDir,
}

impl Clouds {
    /// The clouds of a sandbox where every job succeeds, and `broken`, which has a wrong password.
    fn start(faults: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("clouds.yaml");
        let server = Server::start_with_faults(&format!("--clouds-yaml {}", file.display()), faults);
        let clouds = std::fs::read_to_string(&file).unwrap();
        let (_, other) = clouds.split_once("  sandbox-other:\n").unwrap();
        let (other, _) = other.split_once("  # ").unwrap();
        let broken = other.replace("that-opens-nothing", "that-is-wrong");
        assert_ne!(broken, other);
        std::fs::write(&file, format!("{}\n  broken:\n{broken}", clouds.trim_end())).unwrap();
        Self { _server: server, directory }
    }

    fn run(&self, arguments: &str) -> Output {
        vbs(arguments)
            .env("OS_CLIENT_CONFIG_FILE", self.directory.path().join("clouds.yaml"))
            .output()
            .unwrap()
    }

    fn check(&self, options: &str) -> Output {
        self.run(&format!("check {NOW} {options}"))
    }
}

#[test]
fn cloud_that_cannot_be_reached_is_unknown() {
    let clouds = Clouds::start(&[super::ALL_WELL]);
    // The policy that is off is a warning, which is less severe than what is unknown.
    let output = clouds.check("--cloud sandbox-password,broken");
    let shown = utf8(&output.stdout);
    assert_eq!(code(&output), 3, "{}", output_text(&output));
    let headline = shown.lines().next().unwrap();
    assert!(headline.starts_with("VBS UNKNOWN - "), "{shown}");
    assert!(headline.contains("1 project could not be checked (2 projects)"), "{shown}");
    assert!(shown.contains("\nPROJECT "), "{shown}");
    assert!(shown.contains("can't sign in to cloud broken: "), "{shown}");
    let rows = rows(&clouds.check("--cloud sandbox-password,broken -o jsonl"));
    assert!(rows.iter().any(|row| row["verdict"] == "off" && row["cloud"] == "sandbox-password"));
    assert!(rows.iter().any(|row| row["kind"] == "project" && row["verdict"] == "unknown"));

    let output = clouds.check("--cloud sandbox-password,broken --policy nightly");
    assert_eq!(code(&output), 3, "the other cloud may have the policy too: {}", output_text(&output));
}

#[test]
fn failed_disk_is_more_severe_than_a_cloud_that_cannot_be_reached() {
    let clouds = Clouds::start(&[]);
    let output = clouds.check("--cloud sandbox-password,broken");
    assert_eq!(code(&output), 2, "{}", output_text(&output));
    assert!(utf8(&output.stdout).starts_with("VBS CRITICAL - "), "{}", output_text(&output));
    assert!(utf8(&output.stdout).contains("1 project could not be checked"), "{}", output_text(&output));
}

#[test]
fn policy_of_one_cloud_is_checked_there() {
    let clouds = Clouds::start(&[super::ALL_WELL]);
    let create = "policy create only-here --at 01:00 --every 1 --keep 7 --cloud sandbox-other";
    let output = clouds.run(create);
    assert!(output.status.success(), "{}", output_text(&output));
    let output = clouds.check("--cloud sandbox-password,sandbox-other --policy only-here");
    assert_eq!(code(&output), 0, "{}", output_text(&output));
    assert_eq!(utf8(&output.stdout), "VBS OK - no disks are in policies (2 projects)\n");
    let output = clouds.check("--cloud sandbox-password,sandbox-other --policy nightly --all -o jsonl");
    let clouds_of_rows: std::collections::BTreeSet<String> =
        rows(&output).iter().map(|row| row["cloud"].as_str().unwrap().to_owned()).collect();
    assert_eq!(Vec::from_iter(clouds_of_rows), ["sandbox-other", "sandbox-password"]);

    // Nobody knows whether the cloud that fails has it.
    let output = clouds.check("--cloud sandbox-password,broken --policy only-here");
    assert_eq!(code(&output), 3, "{}", output_text(&output));
    assert!(utf8(&output.stdout).starts_with("VBS UNKNOWN - "), "{}", output_text(&output));
}
