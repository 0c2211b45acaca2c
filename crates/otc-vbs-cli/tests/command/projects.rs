//! Choosing the project and the region.

use std::process::Output;

use otc_vbs_sandbox::Sandbox;

use crate::support::{Clouds, output_text};

/// The jobs that the command prints for a cloud.
fn jobs(clouds: &Clouds, kind: &str, arguments: &str) -> String {
    let output = run(clouds, kind, &format!("{arguments} tasks --all -o csv"));
    assert!(output.status.success(), "{kind} {arguments}: {}", output_text(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn run(clouds: &Clouds, kind: &str, arguments: &str) -> Output {
    clouds.vbs(arguments).env("OS_CLOUD", format!("sandbox-{kind}")).output().unwrap()
}

/// The second project of the users, and that of the agency's domain.
struct OtherProjects {
    project: String,
    project_id: String,
    delegated: String,
    delegated_id: String,
}

/// The projects of every sandbox with the command's default seed.
fn other_projects() -> OtherProjects {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(async {
        let sandbox = Sandbox::builder().seed(1).start().await.unwrap();
        OtherProjects {
            project: sandbox.second_project().to_owned(),
            project_id: sandbox.second_project_id().to_owned(),
            delegated: sandbox.second_delegated_project().to_owned(),
            delegated_id: sandbox.second_delegated_project_id().to_owned(),
        }
    })
}

const KINDS: [&str; 6] = ["password", "id", "token", "totp", "aksk", "aksk-temporary"];

#[test]
fn project_option_signs_in_to_that_project() {
    let clouds = Clouds::start();
    let OtherProjects { project, project_id, .. } = other_projects();
    let jobs_of_the_other = jobs(&clouds, "other", "");
    for kind in KINDS {
        assert_ne!(jobs(&clouds, kind, ""), jobs_of_the_other, "{kind}");
        for option in [
            format!("--project {project}"),
            format!("--project {project_id}"),
            format!("--project-id {project_id}"),
        ] {
            assert_eq!(jobs(&clouds, kind, &option), jobs_of_the_other, "{kind} {option}");
        }
    }
}

#[test]
fn project_option_chooses_the_delegated_project_of_an_agency() {
    let clouds = Clouds::start();
    let OtherProjects { delegated, delegated_id, .. } = other_projects();
    let own = jobs(&clouds, "agency", "");
    let by_name = jobs(&clouds, "agency", &format!("--project {delegated}"));
    assert_ne!(by_name, own);
    for option in [format!("--project {delegated_id}"), format!("--project-id {delegated_id}")] {
        assert_eq!(jobs(&clouds, "agency", &option), by_name, "{option}");
    }
}

#[test]
fn project_option_may_follow_the_subcommand() {
    let clouds = Clouds::start();
    let before = jobs(&clouds, "password", "--project eu-de_other");
    let output = run(&clouds, "password", "tasks --all -o csv --project eu-de_other");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), before);
}

#[test]
fn unknown_project_is_refused() {
    let clouds = Clouds::start();
    for kind in KINDS {
        for project in ["eu-de_nowhere", "0123456789abcdef0123456789abcdef"] {
            let output = run(&clouds, kind, &format!("tasks --project {project}"));
            assert!(!output.status.success(), "{kind} {project}");
            assert!(output.stdout.is_empty(), "{kind}: {}", output_text(&output));
        }
    }
}

#[test]
fn region_option_chooses_the_endpoint() {
    let clouds = Clouds::start();
    for kind in KINDS {
        jobs(&clouds, kind, "--region eu-de");
        let output = run(&clouds, kind, "tasks --region eu-nl");
        let text = output_text(&output);
        assert!(text.starts_with("exit code: 2\n"), "{kind}: {text}");
        assert!(text.contains("in region eu-nl"), "{kind}: {text}");
    }
}
