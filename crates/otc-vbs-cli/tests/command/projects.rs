//! Choosing the project and the region.

use std::process::Output;

use otc_vbs_sandbox::Sandbox;

use crate::support::{Server, said, vbs};

/// A server whose domains have two projects each, and the clouds.yaml that it wrote.
struct Clouds {
    _server: Server,
    directory: tempfile::TempDir,
}

impl Clouds {
    fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("clouds.yaml");
        let server = Server::start(&format!("--clouds-yaml {}", file.display()));
        Self { _server: server, directory }
    }

    fn run(&self, kind: &str, arguments: &str) -> Output {
        vbs(arguments)
            .env("OS_CLIENT_CONFIG_FILE", self.directory.path().join("clouds.yaml"))
            .env("OS_CLOUD", format!("sandbox-{kind}"))
            .output()
            .unwrap()
    }

    /// The jobs that the command prints for a cloud.
    fn jobs(&self, kind: &str, arguments: &str) -> String {
        let output = self.run(kind, &format!("{arguments} tasks --all -o csv"));
        assert!(output.status.success(), "{kind} {arguments}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }
}

/// The second project of the users, and that of the agency's domain.
struct Others {
    project: String,
    project_id: String,
    delegated: String,
    delegated_id: String,
}

/// The projects of every sandbox with the command's default seed.
fn others() -> Others {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(async {
        let sandbox = Sandbox::builder().seed(1).start().await.unwrap();
        Others {
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
    let Others { project, project_id, .. } = others();
    let jobs_of_the_other = clouds.jobs("other", "");
    for kind in KINDS {
        assert_ne!(clouds.jobs(kind, ""), jobs_of_the_other, "{kind}");
        for option in [
            format!("--project {project}"),
            format!("--project {project_id}"),
            format!("--project-id {project_id}"),
        ] {
            assert_eq!(clouds.jobs(kind, &option), jobs_of_the_other, "{kind} {option}");
        }
    }
}

#[test]
fn project_option_chooses_the_delegated_project_of_an_agency() {
    let clouds = Clouds::start();
    let Others { delegated, delegated_id, .. } = others();
    let own = clouds.jobs("agency", "");
    let by_name = clouds.jobs("agency", &format!("--project {delegated}"));
    assert_ne!(by_name, own);
    for option in [format!("--project {delegated_id}"), format!("--project-id {delegated_id}")] {
        assert_eq!(clouds.jobs("agency", &option), by_name, "{option}");
    }
}

#[test]
fn project_option_may_follow_the_subcommand() {
    let clouds = Clouds::start();
    let before = clouds.jobs("password", "--project eu-de_other");
    let output = clouds.run("password", "tasks --all -o csv --project eu-de_other");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), before);
}

#[test]
fn unknown_project_is_refused() {
    let clouds = Clouds::start();
    for kind in KINDS {
        for project in ["eu-de_nowhere", "0123456789abcdef0123456789abcdef"] {
            let output = clouds.run(kind, &format!("tasks --project {project}"));
            assert!(!output.status.success(), "{kind} {project}");
            assert!(output.stdout.is_empty(), "{kind}: {}", said(&output));
        }
    }
}

#[test]
fn region_option_chooses_the_endpoint() {
    let clouds = Clouds::start();
    for kind in KINDS {
        clouds.jobs(kind, "--region eu-de");
        let output = clouds.run(kind, "tasks --region eu-nl");
        let said = said(&output);
        assert!(said.starts_with("exit code: 2\n"), "{kind}: {said}");
        assert!(said.contains("in region eu-nl"), "{kind}: {said}");
    }
}
