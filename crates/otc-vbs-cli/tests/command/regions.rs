//! Twelve projects in two regions, one of which can't be reached, and several clouds.

use std::process::{Command, Output};

use crate::support::Clouds;

/// The clouds of a server with 12 projects.
fn twelve_projects(faults: &[&str]) -> Clouds {
    Clouds::start_with("--projects 12", faults)
}

fn vbs(clouds: &Clouds, arguments: &str) -> Command {
    clouds.vbs(&format!("{arguments} --now 2026-01-15T06:00:00Z"))
}

fn run(clouds: &Clouds, arguments: &str) -> Output {
    vbs(clouds, arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The projects of the rows.
fn projects(output: &Output) -> Vec<String> {
    let rows =
        text(&output.stdout).lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let mut projects: Vec<String> = rows.map(|row| row["project"].as_str().unwrap().to_owned()).collect();
    projects.dedup();
    projects
}

#[test]
fn projects_of_a_region_that_cannot_be_reached_are_named() {
    let clouds = twelve_projects(&["unreachable; region=eu-nl"]);
    for (command, what) in [
        ("tasks --failed --since 12h", "policies"),
        ("policy list", "policies"),
        ("backup list --limit 1", "backups"),
        ("quota", "quotas"),
    ] {
        let output = run(&clouds, &format!("{command} --all-projects --cloud sandbox-password -o jsonl"));
        let said = clouds.server.output_text(&output);
        assert_eq!(output.status.code(), Some(7), "{said}");
        let shown = projects(&output);
        assert_eq!(shown.len(), 7, "{said}");
        assert!(shown.iter().all(|project| project.starts_with("eu-de_")), "{said}");
        for project in ["eu-nl_arch", "eu-nl_crm", "eu-nl_data", "eu-nl_media", "eu-nl_web"] {
            let place = format!("{project} (region eu-nl, cloud sandbox-password)");
            let warning = format!("warning: can't list the {what} of {place}: ");
            assert!(said.contains(&warning), "{warning} in {said}");
        }
        assert!(said.contains("error: some results are missing: see the 5 warnings above\n"), "{said}");
    }
}

#[test]
fn policy_that_fails_is_named_with_its_project() {
    // The same policies exist in each project.
    let fault = "GET /v2/*/backuppolicy/*/backuptasks: status; code=404; times=always; region=eu-nl";
    let clouds = twelve_projects(&[fault]);
    for command in ["tasks", "policy list"] {
        let output = run(&clouds, &format!("{command} --all-projects --cloud sandbox-password -o jsonl"));
        let said = clouds.server.output_text(&output);
        assert_eq!(output.status.code(), Some(7), "{said}");
        let place = "eu-nl_web (region eu-nl, cloud sandbox-password)";
        let warning = format!("warning: can't list the backup jobs of nightly in {place}: HTTP 404");
        assert!(said.contains(&warning), "{warning} in {said}");
    }
}

#[test]
fn cloud_whose_projects_cannot_be_listed_does_not_stop_the_others() {
    let clouds = twelve_projects(&[]);
    for command in ["tasks", "policy list"] {
        let output =
            run(&clouds, &format!("{command} --all-projects --cloud nope,sandbox-password -o jsonl"));
        let said = clouds.server.output_text(&output);
        assert_eq!(output.status.code(), Some(7), "{said}");
        assert_eq!(projects(&output).len(), 12, "{said}");
        assert!(said.contains("warning: can't list the projects of cloud nope: "), "{said}");
    }
    let output = run(&clouds, "check --all-projects --cloud nope,sandbox-password -o jsonl");
    let said = clouds.server.output_text(&output);
    assert!(said.contains("can't list the projects of cloud nope: "), "{said}");
    assert!(said.contains("1 project could not be checked"), "{said}");
    let output = run(&clouds, "tasks --all-projects --cloud nope,nothing");
    let said = clouds.server.output_text(&output);
    assert!(said.contains("error: can't list the projects of cloud nothing: "), "{said}");
    assert_eq!(output.status.code(), Some(2), "{said}");
}

#[test]
fn tables_of_several_projects_fit_narrow_terminals() {
    let clouds = twelve_projects(&[]);
    for command in ["tasks --failed --since 12h", "policy list", "backup list --limit 1", "quota", "whoami"] {
        for width in [60, 80, 120] {
            let mut command = vbs(&clouds, &format!("{command} --all-projects --cloud sandbox-password"));
            let output = command.env("COLUMNS", width.to_string()).output().unwrap();
            assert!(output.status.success(), "{}", clouds.server.output_text(&output));
            for line in text(&output.stdout).lines() {
                assert!(
                    console::measure_text_width(line) <= width,
                    "{width}: {}",
                    clouds.server.output_text(&output)
                );
            }
        }
    }
}
