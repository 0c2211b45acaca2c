//! Signing in: with each kind of credentials of the sandbox's clouds.yaml.

use crate::support::{Server, said, vbs};

/// A server, and the clouds.yaml that it wrote.
fn server() -> (Server, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("clouds.yaml");
    let server = Server::start(&format!("--clouds-yaml {}", file.display()));
    (server, directory)
}

#[test]
fn each_kind_of_credentials_shows_the_jobs_of_its_project() {
    let (server, directory) = server();
    let with_token = server.vbs("tasks --all -o csv").output().unwrap();
    assert!(with_token.status.success(), "{}", said(&with_token));
    for kind in ["password", "id", "token", "totp", "agency", "aksk", "aksk-temporary"] {
        let output = vbs("tasks --all -o csv")
            .env("OS_CLIENT_CONFIG_FILE", directory.path().join("clouds.yaml"))
            .env("OS_CLOUD", format!("sandbox-{kind}"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{kind}: {}", said(&output));
        // The agency is for a project of another domain.
        let is_same = said(&output) == said(&with_token);
        assert_eq!(is_same, kind != "agency", "{kind}");
    }
}

#[test]
fn a_cloud_by_option_goes_before_that_of_the_environment() {
    let (_server, directory) = server();
    let output = vbs("tasks nightly --limit 1 -o csv --os-cloud sandbox-aksk")
        .env("OS_CLIENT_CONFIG_FILE", directory.path().join("clouds.yaml"))
        .env("OS_CLOUD", "no-such-cloud")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn what_is_missing_to_sign_in_is_named() {
    let (_server, directory) = server();
    let file = directory.path().join("clouds.yaml");
    let run = |cloud: &str| {
        let mut command = vbs("tasks --os-cloud");
        let output = command.arg(cloud).env("OS_CLIENT_CONFIG_FILE", &file).output().unwrap();
        // Where the file is differs from run to run.
        said(&output).replace(&file.display().to_string(), "[clouds.yaml]")
    };
    insta::assert_snapshot!("an_unknown_cloud", run("sandbox-passwort"));
    insta::assert_snapshot!("a_cloud_that_is_for_no_project", run("sandbox-domain"));
}

#[test]
fn clouds_are_listed_if_none_is_chosen() {
    let (_server, directory) = server();
    let output =
        vbs("tasks").env("OS_CLIENT_CONFIG_FILE", directory.path().join("clouds.yaml")).output().unwrap();
    let said = said(&output);
    assert!(said.starts_with("exit code: 2\n"), "{said}");
    assert!(said.contains("choose a cloud of clouds.yaml (sandbox-agency, "), "{said}");
}

#[test]
fn configuration_warnings_are_shown_without_control_characters() {
    let (_server, directory) = server();
    let file = directory.path().join("clouds.yaml");
    let clouds = std::fs::read_to_string(&file).unwrap();
    let cloud = "  sandbox-password:\n";
    assert!(clouds.contains(cloud), "{clouds}");
    let profile = format!("{cloud}    profile: \"no\\e[31mwhere\"\n");
    std::fs::write(&file, format!("{}verify: false\n", clouds.replace(cloud, &profile))).unwrap();
    let output = vbs("tasks nightly --limit 1 -o csv --os-cloud sandbox-password")
        .current_dir(directory.path())
        .env("OS_CLIENT_CONFIG_FILE", &file)
        // No clouds-public.yaml of this machine.
        .env("OS_CLIENT_VENDOR_FILE", &file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let warnings = String::from_utf8(output.stderr).unwrap();
    insta::assert_snapshot!(
        "configuration_warnings",
        warnings.replace(&file.display().to_string(), "[clouds.yaml]")
    );
}

#[test]
fn control_characters_of_the_configuration_do_not_reach_the_terminal() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("clouds.yaml");
    std::fs::write(&file, "clouds:\n  \"\\e[35mred\": {auth: {}}\n").unwrap();
    // In colour, the output keeps the escape sequences of the command itself.
    let output =
        vbs("--color always tasks --os-cloud blue").env("OS_CLIENT_CONFIG_FILE", &file).output().unwrap();
    let said = said(&output);
    assert!(said.contains(" [35mred"), "{said:?}");
    assert!(!said.contains("\u{1b}[35mred"), "{said:?}");
}

#[test]
fn a_password_alone_says_that_there_is_somewhere_to_sign_in() {
    // A known region implies the identity service, so that no variable need name it.
    let mut command = vbs("tasks");
    command.current_dir(tempfile::tempdir().unwrap().path().parent().unwrap());
    let output = command
        .env("OS_USERNAME", "backup")
        .env("OS_PASSWORD", "secret-password")
        .env("OS_REGION_NAME", "eu-de")
        .output()
        .unwrap();
    let said = said(&output);
    assert!(said.starts_with("exit code: 2\n"), "{said}");
    assert!(said.contains("the user's domain is missing"), "{said}");
    assert!(!said.contains("secret-password"), "{said}");
}
