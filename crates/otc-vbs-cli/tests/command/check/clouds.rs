//! Several clouds.

use std::process::Output;

use super::{NOW, code, rows, utf8};
use crate::support::{Clouds, output_text};

/// The clouds of a server, and `broken`, which has a wrong password.
fn with_broken_cloud(faults: &[&str]) -> Clouds {
    let clouds = Clouds::start_with("", faults);
    let text = std::fs::read_to_string(clouds.file()).unwrap();
    let (_, other) = text.split_once("  sandbox-other:\n").unwrap();
    let (other, _) = other.split_once("  # ").unwrap();
    let broken = other.replace("that-opens-nothing", "that-is-wrong");
    assert_ne!(broken, other);
    std::fs::write(clouds.file(), format!("{}\n  broken:\n{broken}", text.trim_end())).unwrap();
    clouds
}

fn check(clouds: &Clouds, options: &str) -> Output {
    clouds.run(&format!("check {NOW} {options}"))
}

#[test]
fn cloud_that_cannot_be_reached_is_unknown() {
    let clouds = with_broken_cloud(&[super::ALL_WELL]);
    // The policy that is off is a warning, which is less severe than what is unknown.
    let output = check(&clouds, "--cloud sandbox-password,broken");
    let shown = utf8(&output.stdout);
    assert_eq!(code(&output), 3, "{}", output_text(&output));
    let headline = shown.lines().next().unwrap();
    assert!(headline.starts_with("VBS UNKNOWN - "), "{shown}");
    assert!(headline.contains("1 project could not be checked (2 projects)"), "{shown}");
    assert!(shown.contains("\nPROJECT "), "{shown}");
    assert!(shown.contains("can't sign in to cloud broken: "), "{shown}");
    let rows = rows(&check(&clouds, "--cloud sandbox-password,broken -o jsonl"));
    assert!(rows.iter().any(|row| row["verdict"] == "off" && row["cloud"] == "sandbox-password"));
    assert!(rows.iter().any(|row| row["kind"] == "project" && row["verdict"] == "unknown"));

    let output = check(&clouds, "--cloud sandbox-password,broken --policy nightly");
    assert_eq!(code(&output), 3, "the other cloud may have the policy too: {}", output_text(&output));
}

#[test]
fn failed_disk_is_more_severe_than_a_cloud_that_cannot_be_reached() {
    let clouds = with_broken_cloud(&[]);
    let output = check(&clouds, "--cloud sandbox-password,broken");
    assert_eq!(code(&output), 2, "{}", output_text(&output));
    assert!(utf8(&output.stdout).starts_with("VBS CRITICAL - "), "{}", output_text(&output));
    assert!(utf8(&output.stdout).contains("1 project could not be checked"), "{}", output_text(&output));
}

#[test]
fn policy_of_one_cloud_is_checked_there() {
    let clouds = with_broken_cloud(&[super::ALL_WELL]);
    let create = "policy create only-here --at 01:00 --every 1 --keep 7 --cloud sandbox-other";
    let output = clouds.run(create);
    assert!(output.status.success(), "{}", output_text(&output));
    let output = check(&clouds, "--cloud sandbox-password,sandbox-other --policy only-here");
    assert_eq!(code(&output), 0, "{}", output_text(&output));
    assert_eq!(utf8(&output.stdout), "VBS OK - no disks are in policies (2 projects)\n");
    let output = check(&clouds, "--cloud sandbox-password,sandbox-other --policy nightly --all -o jsonl");
    let clouds_of_rows: std::collections::BTreeSet<String> =
        rows(&output).iter().map(|row| row["cloud"].as_str().unwrap().to_owned()).collect();
    assert_eq!(Vec::from_iter(clouds_of_rows), ["sandbox-other", "sandbox-password"]);

    // Nobody knows whether the cloud that fails has it.
    let output = check(&clouds, "--cloud sandbox-password,broken --policy only-here");
    assert_eq!(code(&output), 3, "{}", output_text(&output));
    assert!(utf8(&output.stdout).starts_with("VBS UNKNOWN - "), "{}", output_text(&output));
}
